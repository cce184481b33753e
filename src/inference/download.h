#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>
#include <string>
#include <string_view>

#include "diorama/options.h"
#include "diorama/run.h"
#include "inference/partial_file.h"

namespace diorama::inference {

// When a connection counts as dead, and how often another is tried.
struct DownloadLimits {
    Seconds connect{20};
    Seconds stall{30};   // with next to nothing coming
    int attempts = 5;    // in a row that bring nothing new
    Seconds pause{0.5};  // before the second attempt, then twice as long each time
    int redirects = 5;
    std::int64_t largest_bytes = 16'000'000'000;  // of a file whose size the catalogue lacks
};

struct Download {
    std::string title{};  // what progress and errors call it
    std::string address{};
    std::int64_t size_bytes = 0;  // 0: not known
    std::string sha256{};
};

// Fetches what `file` lacks (HTTP Range) until it has the digest. Connections that break are taken
// up again where they broke; a server that sends the whole file anew is fine, too.
// Throws Error: network (no connection, refused, broken for good), unreadable (other bytes than the
// digest's, which are removed), unwritable, cancelled. Bytes that may still be right stay in
// `file`.
void download(const Download& what, PartialFile& file, const DownloadLimits& limits,
              const RunContext& run);

// The address as messages may show it: without the user and password that may stand before the
// host.
[[nodiscard]] std::string without_login(std::string_view address);

// Throws Error: network, for an address that is neither HTTPS nor HTTP, or that leads from HTTPS to
// HTTP.
void check_redirect(const std::string& from, const std::string& to);

}  // namespace diorama::inference
