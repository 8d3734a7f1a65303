// SPDX-License-Identifier: Apache-2.0
#include "http/body/fact_sink.h"

#include <algorithm>

#include "core/capped_memory.h"

namespace rasp {

void FactSink::Fail(BodyError error, std::string_view text) {
  full_ = full_ || (error != BodyError::kSyntax && error != BodyError::kUnsupported);
  const bool outranks = facts_.error == BodyError::kSyntax && error != BodyError::kSyntax;
  if (facts_.error != BodyError::kNone && !outranks) return;
  facts_.error = error;
  facts_.error_text = text;
}

std::string_view FactSink::Keep(std::string_view text) {
  if (text.size() > Room()) {
    Fail(BodyError::kMemory, "the body holds more data than the limit allows");
    text = text.substr(0, Room());
  }
  kept_ += text.size();
  return text.empty() ? std::string_view() : CopyTo(memory_, text);
}

bool FactSink::Append(ByteBuffer& buffer, std::string_view text) {
  const uint64_t room = Room() - std::min<uint64_t>(Room(), buffer.size());
  buffer.append(text.substr(0, room));
  if (text.size() <= room) return true;
  Fail(BodyError::kMemory, "the body holds more data than the limit allows");
  return false;
}

void FactSink::AddField(FieldList& list, std::string_view name, std::string_view value) {
  const std::string_view kept_name = Keep(name);
  list.push_back({kept_name, Keep(value)});
}

void FactSink::AddArgument(std::string_view name, std::string_view value) {
  if (facts_.arguments.size() >= limits_.arguments) {
    Fail(BodyError::kArguments, "the body has more arguments than the limit allows");
    return;
  }
  AddField(facts_.arguments, name, value);
}

void FactSink::AddContainerName(std::string_view name) {
  if (facts_.container_names.size() < limits_.arguments)
    facts_.container_names.push_back(Keep(name));
}

void FactSink::AddXmlText(std::string_view text) {
  const std::string_view kept = Keep(text);
  if (!kept.empty()) facts_.xml_text.push_back(kept);
}

void FactSink::AddXmlAttribute(std::string_view name, std::string_view value) {
  AddField(facts_.xml_attributes, name, value);
}

}  // namespace rasp
