# diorama_folder(NAME [SOURCES ...] [DEPENDS folder ...] [LIBRARIES target ...] [PCH header ...]
#                [TESTS file ...] [BENCHES file ...])
#
# One folder of src/ is one static library diorama_NAME, one test program NAME_test and one
# benchmark program NAME_bench. DEPENDS names other folders, LIBRARIES outside libraries.
# The shared library libdiorama is made of all of them (src/CMakeLists.txt).
function(diorama_folder NAME)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LIBRARIES;PCH;TESTS;BENCHES" ${ARGN})
    set(target diorama_${NAME})
    add_library(${target} STATIC ${ARG_SOURCES})
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/include
                                                ${PROJECT_SOURCE_DIR}/src)
    list(TRANSFORM ARG_DEPENDS PREPEND diorama_)
    target_link_libraries(${target} PUBLIC ${ARG_DEPENDS} PRIVATE diorama_settings ${ARG_LIBRARIES})
    if(ARG_PCH AND NOT CMAKE_CXX_CLANG_TIDY)
        target_precompile_headers(${target} PRIVATE ${ARG_PCH})
    endif()
    set_property(GLOBAL APPEND PROPERTY DIORAMA_FOLDERS ${target})

    if(DIORAMA_TESTS AND ARG_TESTS)
        add_executable(${NAME}_test ${ARG_TESTS})
        target_link_libraries(${NAME}_test PRIVATE ${target} diorama_settings ${ARG_LIBRARIES}
                                                   GTest::gtest_main GTest::gmock)
        target_compile_definitions(${NAME}_test PRIVATE
            DIORAMA_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
            DIORAMA_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared")
        add_test(NAME ${NAME} COMMAND ${NAME}_test)
        set_tests_properties(${NAME} PROPERTIES LABELS unit)
    endif()
    if(DIORAMA_BENCHMARKS AND ARG_BENCHES)
        add_executable(${NAME}_bench ${ARG_BENCHES})
        target_link_libraries(${NAME}_bench PRIVATE ${target} diorama_settings ${ARG_LIBRARIES}
                                                    benchmark::benchmark_main)
        target_compile_definitions(${NAME}_bench PRIVATE
            DIORAMA_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
            DIORAMA_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared")
    endif()
endfunction()
