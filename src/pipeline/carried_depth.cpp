#include "diorama/carried_depth.h"

#include "diorama/error.h"
#include "pipeline/carried_depth.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {

DepthSource or_carried(DepthSource source, const std::filesystem::path& photo,
                       const ReadOptions& read, const RunContext& run) {
    if (!source.depth.empty() || !source.depth_model.empty() || source.detail) return source;
    try {
        if (read_carried_depth(photo, limits_of(read))) source.depth = photo.string();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::unreadable) throw;
        run.warn(std::string("the depth that the photo carries is passed over: ") + error.what());
    }
    return source;
}

}  // namespace diorama::pipeline
