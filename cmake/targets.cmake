# SPDX-License-Identifier: Apache-2.0
# One function for each kind of target, so that a folder's list is its sources and what it may know.

add_library(rasp_flags INTERFACE)
target_compile_options(rasp_flags INTERFACE -Wall -Wextra -Wshadow
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor> $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast>)
if(RASP_WERROR)
  target_compile_options(rasp_flags INTERFACE -Werror)
endif()
if(RASP_SANITIZE)
  target_compile_options(rasp_flags INTERFACE -fsanitize=${RASP_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(rasp_flags INTERFACE -fsanitize=${RASP_SANITIZE})
endif()
if(RASP_FUZZ)
  target_compile_options(rasp_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# rasp_folder(NAME SOURCES a.cc ... [KNOWS core ...] [LIBS RE2 ...]): one folder of engine/src as a static library.
# KNOWS names the folders whose headers it may include; tests/lint checks the includes themselves.
function(rasp_folder NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;KNOWS;LIBS" ${ARGN})
  set(target rasp_${NAME})
  add_library(${target} STATIC ${ARG_SOURCES})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/engine/include ${PROJECT_SOURCE_DIR}/engine/src)
  list(TRANSFORM ARG_KNOWS PREPEND rasp_)
  target_link_libraries(${target} PUBLIC ${ARG_KNOWS} PRIVATE rasp_flags ${ARG_LIBS})
endfunction()

# rasp_unit_test(FOLDER SOURCES a_test.cc ... KNOWS folder ...): the tests that mirror one folder, as one program.
function(rasp_unit_test NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;KNOWS;LIBS" ${ARGN})
  set(target ${NAME}_tests)
  add_executable(${target} ${ARG_SOURCES})
  list(TRANSFORM ARG_KNOWS PREPEND rasp_)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit)
  target_compile_definitions(${target} PRIVATE RASP_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE ${ARG_KNOWS} rasp_flags GTest::gtest GTest::gtest_main ${ARG_LIBS})
  add_test(NAME ${target} COMMAND ${target})
endfunction()

# rasp_fuzzer(NAME SOURCES a.cc KNOWS folder ...): one libFuzzer program.
function(rasp_fuzzer NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;KNOWS;LIBS" ${ARGN})
  add_executable(fuzz_${NAME} ${ARG_SOURCES})
  list(TRANSFORM ARG_KNOWS PREPEND rasp_)
  target_link_libraries(fuzz_${NAME} PRIVATE ${ARG_KNOWS} rasp_flags ${ARG_LIBS})
  target_link_options(fuzz_${NAME} PRIVATE -fsanitize=fuzzer)
endfunction()
