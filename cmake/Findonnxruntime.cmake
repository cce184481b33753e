# Finds ONNX Runtime: the system's package where there is one, else what `./dev` unpacked into
# third_party/onnxruntime. Defines the target onnxruntime::onnxruntime.
find_path(onnxruntime_INCLUDE_DIR onnxruntime_cxx_api.h
          HINTS ${PROJECT_SOURCE_DIR}/third_party/onnxruntime/include
          PATH_SUFFIXES onnxruntime onnxruntime/core/session)
find_library(onnxruntime_LIBRARY onnxruntime HINTS ${PROJECT_SOURCE_DIR}/third_party/onnxruntime/lib)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(onnxruntime
    REQUIRED_VARS onnxruntime_LIBRARY onnxruntime_INCLUDE_DIR
    REASON_FAILURE_MESSAGE "`./dev setup` installs it")

if(onnxruntime_FOUND AND NOT TARGET onnxruntime::onnxruntime)
    add_library(onnxruntime::onnxruntime SHARED IMPORTED)
    set_target_properties(onnxruntime::onnxruntime PROPERTIES
        IMPORTED_LOCATION ${onnxruntime_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${onnxruntime_INCLUDE_DIR})
endif()
