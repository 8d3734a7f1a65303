// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "core/byte_buffer.h"
#include "core/byte_mask.h"

namespace rasp {

// Pure bytes -> bytes, linear in the input, total: never fails. `out` is empty on entry. false:
// `in` stays as it is and `out` is to be ignored; true: `out` holds the whole result. `in` never
// points into `out`.
using TransformFn = bool (*)(std::string_view in, ByteBuffer& out);

struct UnicodeMap;
using MappedTransformFn = bool (*)(const UnicodeMap& map, std::string_view in, ByteBuffer& out);

struct TransformDef {
  std::string_view name;  // as in SecLang, "urlDecodeUni"
  TransformFn apply;
  // A value that holds none of these bytes stays as it is, so that it need not be looked at. Holds
  // for apply_with_map too. All(): the empty value may change as well.
  ByteMask acts_on;
  std::string_view summary;  // one line for the reference page
  // What takes the place of `apply` under SecUnicodeMapFile; nullptr: nothing does.
  MappedTransformFn apply_with_map = nullptr;
};

// Names are matched without regard to case; nullptr if there is none.
const TransformDef* FindTransform(std::string_view name);
std::span<const TransformDef> AllTransforms();

}  // namespace rasp
