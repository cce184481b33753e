#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// What every folder's tests ask of a call that has to fail.

#include <gtest/gtest.h>

#include <string>

#include "diorama/error.h"

namespace diorama {

// The Error that the call throws: one line. A test whose call throws none fails.
template <class Call>
Error error_of(const Call& call) {
    try {
        call();
    } catch (const Error& error) {
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
        return error;
    }
    ADD_FAILURE() << "no error";
    return {ErrorCode::cancelled, "no error"};
}

template <class Call>
ErrorCode code_of(const Call& call) {
    return error_of(call).code();
}

}  // namespace diorama
