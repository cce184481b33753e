#pragma once  // SPDX-License-Identifier: Apache-2.0

// Marks what libdiorama shows to the outside; everything else stays hidden.
#define DIORAMA_API __attribute__((visibility("default")))
