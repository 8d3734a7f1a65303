// SPDX-License-Identifier: Apache-2.0
#include "http/uri.h"

#include <cstdint>
#include <cstdlib>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "http/body/body.h"

namespace rasp {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckTarget(std::string_view target, std::string_view method) {
  const TargetParts parts = SplitTarget(target, method);
  std::string whole;
  if (!parts.scheme.empty()) whole.append(parts.scheme).append("://");
  whole.append(parts.authority).append(parts.path);
  if (parts.has_query) whole.append("?").append(parts.query);
  if (target.find('#') != target.npos) whole.append("#").append(parts.fragment);
  Require(whole == target);
  Require(parts.path.ends_with(Basename(parts.path)));
  if (target.starts_with('/')) Require(parts.authority.empty() && parts.scheme.empty());
}

void CheckDecoding(std::string_view text) {
  std::pmr::monotonic_buffer_resource memory;
  const std::string_view decoded = PercentDecode(text, memory);
  Require(decoded.size() <= text.size());
  if (text.find('%') == text.npos) Require(decoded.data() == text.data());
}

// The bytes that come out are those of the header, but for '=', ';' and blanks.
void CheckCookies(std::string_view header) {
  std::pmr::monotonic_buffer_resource memory;
  FieldList fields(&memory);
  Require(ParseCookies(header, header.size() + 1, fields));
  size_t bytes = 0;
  for (const Field& field : fields) {
    Require(field.name.find(';') == field.name.npos && field.value.find(';') == field.value.npos);
    bytes += field.name.size() + field.value.size();
  }
  Require(bytes <= header.size());
}

void CheckContentType(std::string_view value) {
  const ContentType type = ParseContentType(value);
  Require(value.find(type.media_type) != value.npos && value.find(type.boundary) != value.npos);
}

}  // namespace
}  // namespace rasp

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::vector<char> exact(data, data + size);
  const std::string_view text(exact.data(), exact.size());
  rasp::CheckTarget(text, "GET");
  rasp::CheckTarget(text, "CONNECT");
  rasp::CheckDecoding(text);
  rasp::CheckCookies(text);
  rasp::CheckContentType(text);
  return 0;
}
