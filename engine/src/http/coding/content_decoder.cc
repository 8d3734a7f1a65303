// SPDX-License-Identifier: Apache-2.0
#include "http/coding/content_decoder.h"

#include "core/ascii.h"
#include "http/coding/decoders.h"

namespace rasp {
namespace {

struct CodingName {
  std::string_view name;
  ContentCoding coding;
};

constexpr CodingName kCodings[] = {
    {"gzip", ContentCoding::kGzip},       {"x-gzip", ContentCoding::kGzip},
    {"deflate", ContentCoding::kDeflate}, {"br", ContentCoding::kBrotli},
    {"zstd", ContentCoding::kZstd},
};

const CodingName* FindCoding(std::string_view name) {
  for (const CodingName& coding : kCodings) {
    if (EqualsIgnoreCase(coding.name, name)) return &coding;
  }
  return nullptr;
}

}  // namespace

void ContentCodings::Add(std::string_view value) {
  while (!value.empty()) {
    const size_t end = value.find(',');
    const std::string_view name = Trim(value.substr(0, end));
    value.remove_prefix(end == value.npos ? value.size() : end + 1);
    if (name.empty() || EqualsIgnoreCase(name, "identity")) continue;
    const CodingName* const found = FindCoding(name);
    known_ = known_ && found != nullptr && size_ < kMost;
    if (known_) codings_[size_++] = found->coding;
  }
}

ContentDecoderPtr MakeContentDecoder(ContentCoding coding, std::pmr::memory_resource& arena,
                                     std::pmr::memory_resource& memory) {
  switch (coding) {
    case ContentCoding::kGzip:
      return MakeGzipDecoder(arena, memory);
    case ContentCoding::kDeflate:
      return MakeDeflateDecoder(arena, memory);
    case ContentCoding::kBrotli:
      return MakeBrotliDecoder(arena, memory);
    case ContentCoding::kZstd:
      return MakeZstdDecoder(arena, memory);
  }
  return nullptr;
}

}  // namespace rasp
