#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <opencv2/core.hpp>
#include <string>

#include "diorama/error.h"

namespace diorama::pipeline {

// Runs a job's body; what other libraries throw in it becomes an Error of one line.
template <class Body>
auto translating_errors(const Body& body) {
    try {
        return body();
    } catch (const std::filesystem::filesystem_error& error) {
        throw Error(ErrorCode::unwritable, error.code().message(), error.path1().string());
    } catch (const cv::Exception& error) {
        throw Error(ErrorCode::unsupported,
                    "this picture is beyond what OpenCV can do: " + error.err);
    }
}

}  // namespace diorama::pipeline
