// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory_resource>
#include <string_view>
#include <vector>

#include "http/field.h"

namespace rasp {

// One form of a page; views live as long as the memory.
struct PageForm {
  std::string_view action;
  std::string_view method;
  FieldList controls;  // those whose value is known, in order
  FieldList boxes;     // those whose value is their user's
  bool in_doubt = false;
  bool closed = false;
  uint64_t end = 0;  // of "</form"

  explicit PageForm(std::pmr::memory_resource* memory) : controls(memory), boxes(memory) {}
};
using PageForms = std::pmr::vector<PageForm>;

PageForms ReadPageForms(std::string_view page, std::pmr::memory_resource& memory);

// The path that a form's action leads to from a page at `path`: relative ones are resolved, dots
// removed, %XX decoded. Empty: it leads to another host.
std::string_view ActionPath(std::string_view action, std::string_view path, std::string_view host,
                            std::pmr::memory_resource& memory);

}  // namespace rasp
