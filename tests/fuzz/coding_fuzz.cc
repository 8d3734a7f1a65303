// SPDX-License-Identifier: Apache-2.0
// Compressed data that are mostly none: whatever they are, they decode to the same in pieces as
// whole, and to no more than the limit.
#include <cstdio>
#include <cstdlib>
#include <memory_resource>
#include <string>
#include <vector>

#include "http/coding/body_decoder.h"

namespace {

using namespace rasp;

constexpr std::string_view kEncodings[] = {"gzip", "deflate",  "br",
                                           "zstd", "gzip, br", "zstd, deflate"};

struct Sink final : DecodedSink {
  bool TakeDecoded(std::string_view piece) override {
    text += piece;
    return true;
  }
  std::string text;
};

struct Decoded {
  std::string text;
  bool ok;
};

Decoded Decode(std::string_view encoding, std::string_view data, size_t chunk_bytes) {
  ContentCodings codings;
  codings.Add(encoding);
  std::pmr::monotonic_buffer_resource arena;
  BodyDecoder decoder(codings, 100, arena, *std::pmr::new_delete_resource());
  Sink sink;
  BodyDecodeState state = BodyDecodeState::kOk;
  while (!data.empty() && state == BodyDecodeState::kOk) {
    const std::string_view chunk = data.substr(0, chunk_bytes);
    data.remove_prefix(chunk.size());
    const std::vector<char> exact(chunk.begin(), chunk.end());
    std::string_view left(exact.data(), exact.size());
    state = decoder.Feed(left, sink);
  }
  return {sink.text, state == BodyDecodeState::kOk && decoder.AtEnd()};
}

void Check(bool holds, const char* what) {
  if (holds) return;
  std::fputs(what, stderr);
  std::abort();
}

}  // namespace

// The first byte chooses the coding, the second the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view encoding = kEncodings[data[0] % std::size(kEncodings)];
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Decoded whole = Decode(encoding, text, SIZE_MAX);
  const Decoded pieces = Decode(encoding, text, data[1] % 64 + 1u);
  const std::string_view shorter =
      whole.text.size() < pieces.text.size() ? whole.text : pieces.text;
  const bool same = whole.text.starts_with(shorter) && pieces.text.starts_with(shorter);
  Check(same, "pieces decode to something else\n");
  Check(whole.ok != pieces.ok || !whole.ok || whole.text == pieces.text,
        "pieces decode to less or more\n");
  Check(whole.text.size() <= (2u << 20) + 100 * size, "it expands beyond the limit\n");
  return 0;
}
