// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory_resource>
#include <string_view>

#include "core/byte_buffer.h"
#include "http/body/body.h"

namespace rasp {

// Puts what a parser finds into BodyFacts, within BodyLimits. Once a limit is met it is `full()`:
// nothing more is taken, and the fact that did not fit has been cut to what did.
class FactSink {
 public:
  FactSink(const BodyLimits& limits, std::pmr::memory_resource& memory, BodyFacts& facts)
      : limits_(limits), memory_(memory), facts_(facts) {}

  BodyFacts& facts() { return facts_; }
  const BodyLimits& limits() const { return limits_; }
  std::pmr::memory_resource& memory() { return memory_; }
  bool full() const { return full_; }

  // Records an error; `text` is static. A limit makes it full, kSyntax and kUnsupported do not.
  void Fail(BodyError error, std::string_view text);

  // All copy.
  void AddArgument(std::string_view name, std::string_view value);
  // Beyond the limit on arguments it is left out: the names of what it holds begin with it.
  void AddContainerName(std::string_view name);
  void AddXmlText(std::string_view text);
  void AddXmlAttribute(std::string_view name, std::string_view value);

  // A copy of `text` within the limit on memory, cut (and full) if it does not fit.
  std::string_view Keep(std::string_view text);

  // Appends to a value that is still being read. False if it does not fit beside what is kept: then
  // it has been cut.
  bool Append(ByteBuffer& buffer, std::string_view text);

 private:
  void AddField(FieldList& list, std::string_view name, std::string_view value);
  uint64_t Room() const { return limits_.memory_bytes - kept_; }

  BodyLimits limits_;
  std::pmr::memory_resource& memory_;
  BodyFacts& facts_;
  uint64_t kept_ = 0;  // bytes; never above limits_.memory_bytes
  bool full_ = false;
};

}  // namespace rasp
