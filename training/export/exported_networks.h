#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include "export/export_onnx.h"
#include "network/small_network.h"
#include "network/unet.h"

namespace diorama::training {

// What of the networks is exported. Both hold the network.
[[nodiscard]] ExportedFunction outputs_of(SmallNetwork network);
[[nodiscard]] ExportedFunction outputs_of(UNet network, const UNetShape& shape);

inline constexpr char kToneLogits[] = "tone_logits";  // the output's name of a tonal network

}  // namespace diorama::training
