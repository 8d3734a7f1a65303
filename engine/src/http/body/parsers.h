// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory_resource>

#include "http/body/body.h"

namespace rasp {

// One a body kind; MakeBodyParser chooses.
BodyParserPtr MakeUrlEncodedParser(const BodyLimits& limits, std::pmr::memory_resource& memory,
                                   BodyFacts& facts);
BodyParserPtr MakeMultipartParser(const ContentType& type, const BodyLimits& limits,
                                  std::pmr::memory_resource& memory, BodyFacts& facts);
BodyParserPtr MakeJsonParser(const BodyLimits& limits, std::pmr::memory_resource& memory,
                             BodyFacts& facts);
BodyParserPtr MakeXmlParser(const BodyLimits& limits, std::pmr::memory_resource& memory,
                            BodyFacts& facts);

// Constructs a parser in `memory`; BodyParserDeleter ends its life, the memory itself goes with the
// resource.
template <typename Parser, typename... Args>
BodyParserPtr PlaceParser(std::pmr::memory_resource& memory, Args&&... args) {
  return BodyParserPtr(
      std::pmr::polymorphic_allocator<>(&memory).new_object<Parser>(std::forward<Args>(args)...));
}

}  // namespace rasp
