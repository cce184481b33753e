# What `cmake --install` puts in place besides the command: headers, library, and the package that
# find_package(Diorama) reads. Programs that use it need nothing else, as the public headers use
# the standard library alone.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/Diorama)

install(TARGETS diorama_library EXPORT DioramaTargets FILE_SET HEADERS)
install(EXPORT DioramaTargets NAMESPACE Diorama:: DESTINATION ${package_folder})

write_basic_package_version_file(DioramaConfigVersion.cmake COMPATIBILITY SameMinorVersion)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/DioramaConfig.cmake.in DioramaConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/DioramaConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/DioramaConfigVersion.cmake
        DESTINATION ${package_folder})

# An ONNX Runtime that `./dev` unpacked is known to no package manager, so it travels along.
cmake_path(IS_PREFIX PROJECT_SOURCE_DIR "${onnxruntime_LIBRARY}" NORMALIZE onnxruntime_is_ours)
if(onnxruntime_is_ours)
    file(REAL_PATH "${onnxruntime_LIBRARY}" onnxruntime_file)
    install(FILES "${onnxruntime_file}" DESTINATION ${CMAKE_INSTALL_LIBDIR}
            RENAME libonnxruntime.so.1)
    install(FILES ${PROJECT_SOURCE_DIR}/third_party/onnxruntime/LICENSE
            DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME LICENSE.onnxruntime OPTIONAL)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
