#include "export/onnx_file.h"

#include <fstream>

#include "diorama/error.h"

namespace diorama::training {

onnx::ModelProto read_onnx(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error(ErrorCode::not_found, "no such file", file.string());
    onnx::ModelProto model;
    if (!model.ParseFromIstream(&stream) || model.graph().output_size() == 0)
        throw Error(ErrorCode::unreadable, "is no ONNX file", file.string());
    return model;
}

}  // namespace diorama::training
