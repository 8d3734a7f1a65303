// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <functional>
#include <memory_resource>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/capped_memory.h"
#include "http/coding/body_decoder.h"
#include "http/encode.h"

namespace rasp {
namespace {

class Collect final : public DecodedSink {
 public:
  bool TakeDecoded(std::string_view piece) override {
    text += piece;
    return text.size() < most;
  }
  std::string text;
  size_t most = SIZE_MAX;
};

struct Decoded {
  std::string text;
  BodyDecodeState state = BodyDecodeState::kOk;
  bool complete = false;
  std::string head;
  std::string rest;   // of the chunk in which it went wrong
  size_t memory = 0;  // the libraries' peak
};

constexpr uint64_t kMost = 100;

// Decodes `data` in chunks of the sizes that `next_size` says.
Decoded DecodeInChunks(std::string_view encoding, std::string_view data,
                       const std::function<size_t()>& next_size, size_t most = SIZE_MAX) {
  ContentCodings codings;
  codings.Add(encoding);
  EXPECT_TRUE(codings.known());
  std::pmr::monotonic_buffer_resource arena;
  CappedMemory memory(std::pmr::new_delete_resource(), size_t{64} << 20);
  Decoded result;
  Collect sink;
  sink.most = most;
  {
    BodyDecoder decoder(codings, kMost, arena, memory);
    while (!data.empty() && result.state == BodyDecodeState::kOk) {
      const std::string_view chunk = data.substr(0, next_size());
      data.remove_prefix(chunk.size());
      const std::vector<char> exact(chunk.begin(), chunk.end());
      std::string_view left(exact.data(), exact.size());
      result.state = decoder.Feed(left, sink);
      result.rest = left;
    }
    result.complete = decoder.AtEnd();
    result.head = decoder.head();
  }
  EXPECT_EQ(memory.used(), 0u);
  result.memory = memory.peak();
  result.text = sink.text;
  return result;
}

Decoded Decode(std::string_view encoding, std::string_view data) {
  return DecodeInChunks(encoding, data, [] { return size_t{SIZE_MAX}; });
}

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz012345";

std::string SomeText(size_t size) {
  std::mt19937 random(7);
  std::string text;
  text.reserve(size + 4);
  while (text.size() < size) {
    const unsigned word = random();
    for (unsigned shift = 0; shift < 24; shift += 8) text += kLetters[(word >> shift) % 32];
    text += ' ';
  }
  return text;
}

struct Coding {
  std::string_view name;
  std::string_view encoding;
  std::function<std::string(std::string_view)> encode;
};

std::vector<Coding> Codings() {
  return {
      {"Gzip", "gzip", Gzip},
      {"XGzip", "X-GZip", Gzip},
      {"ZlibDeflate", "deflate", ZlibDeflate},
      {"RawDeflate", "deflate", RawDeflate},
      {"Brotli", "br", [](std::string_view text) { return Brotli(text); }},
      {"Zstd", "zstd", [](std::string_view text) { return Zstd(text); }},
      {"TwoCodings", "br, gzip", [](std::string_view text) { return Gzip(Brotli(text)); }},
      {"ThreeCodings", "deflate,identity, zstd ,gzip",
       [](std::string_view text) { return Gzip(Zstd(ZlibDeflate(text))); }},
  };
}

class CodingTest : public testing::TestWithParam<Coding> {};

TEST_P(CodingTest, IsUndoneHoweverItComes) {
  const Coding& coding = GetParam();
  for (const size_t size : {0, 1, 100, 200'000}) {
    const std::string text = SomeText(size).substr(0, size);
    const std::string data = coding.encode(text);
    std::mt19937 random(11);
    const std::function<size_t()> sizes[] = {[] { return size_t{SIZE_MAX}; },
                                             [] { return size_t{1}; },
                                             [&random] { return size_t{random() % 700}; }};
    for (const auto& next_size : sizes) {
      const Decoded decoded = DecodeInChunks(coding.encoding, data, next_size);
      EXPECT_EQ(decoded.state, BodyDecodeState::kOk);
      EXPECT_TRUE(decoded.complete);
      EXPECT_TRUE(decoded.text == text) << size;
    }
  }
}

TEST_P(CodingTest, IsIncompleteIfCut) {
  const Coding& coding = GetParam();
  const std::string text = SomeText(600'000);
  const std::string data = coding.encode(text);
  for (const size_t size : {data.size() - 1, data.size() / 2, size_t{1}}) {
    const Decoded decoded = Decode(coding.encoding, data.substr(0, size));
    EXPECT_FALSE(decoded.complete) << size;
    EXPECT_TRUE(text.starts_with(decoded.text));
  }
  EXPECT_GT(Decode(coding.encoding, data.substr(0, data.size() / 2)).text.size(), 1000u);
}

TEST_P(CodingTest, NothingElseMayFollow) {
  const Coding& coding = GetParam();
  const std::string data = coding.encode("text") + "&a=evil";
  for (const size_t chunk : {size_t{SIZE_MAX}, size_t{1}}) {
    const Decoded decoded = DecodeInChunks(coding.encoding, data, [chunk] { return chunk; });
    EXPECT_TRUE(decoded.state == BodyDecodeState::kMalformed || !decoded.complete);
    EXPECT_EQ(decoded.text, "text");
  }
}

TEST_P(CodingTest, WhatIsNoneIsMalformedAndItsBeginningKept) {
  const Coding& coding = GetParam();
  const std::string data = "user=alice&role=admin";
  for (const size_t chunk : {size_t{SIZE_MAX}, size_t{1}}) {
    const Decoded decoded = DecodeInChunks(coding.encoding, data, [chunk] { return chunk; });
    EXPECT_TRUE(decoded.state == BodyDecodeState::kMalformed || !decoded.complete);
    EXPECT_EQ(decoded.text, "");
    EXPECT_TRUE(data.starts_with(decoded.head) && !decoded.head.empty()) << decoded.head;
  }
}

TEST_P(CodingTest, AByteFlippedAnywhereIsNoFault) {
  const Coding& coding = GetParam();
  const std::string data = coding.encode(SomeText(3000));
  for (size_t i = 0; i < data.size(); i += 1 + data.size() / 500) {
    std::string broken = data;
    broken[i] = static_cast<char>(broken[i] ^ (1 << (i % 8)));
    const Decoded decoded = Decode(coding.encoding, broken);
    EXPECT_NE(decoded.state, BodyDecodeState::kStopped);
  }
}

TEST_P(CodingTest, ExpandsNoFurtherThanTheLimit) {
  const Coding& coding = GetParam();
  const std::string data = coding.encode(std::string(20 << 20, 'a'));
  ASSERT_LT(data.size(), size_t{20 << 20} / kMost) << "is no bomb";
  const Decoded decoded = Decode(coding.encoding, data);
  EXPECT_EQ(decoded.state, BodyDecodeState::kExpansion);
  EXPECT_LE(decoded.text.size(), (1 << 20) + data.size() * kMost + 64 * 1024);
}

TEST_P(CodingTest, TheFirstMebibyteIsFree) {
  const Coding& coding = GetParam();
  const std::string text(1 << 20, 'a');
  EXPECT_EQ(Decode(coding.encoding, coding.encode(text)).state, BodyDecodeState::kOk);
}

TEST_P(CodingTest, MemoryDoesNotGrowWithTheData) {
  const Coding& coding = GetParam();
  const size_t small = Decode(coding.encoding, coding.encode(SomeText(1 << 20))).memory;
  const Decoded large = Decode(coding.encoding, coding.encode(SomeText(4 << 20)));
  EXPECT_EQ(large.text.size(), SomeText(4 << 20).size());
  EXPECT_LE(large.memory, small);
  EXPECT_GT(small, 0u) << "the library's memory is not counted";
  EXPECT_LT(small, size_t{12} << 20);
}

TEST_P(CodingTest, TheSinkStopsIt) {
  const Coding& coding = GetParam();
  const std::string data = coding.encode(SomeText(300'000));
  const Decoded decoded = DecodeInChunks(
      coding.encoding, data, [] { return size_t{SIZE_MAX}; }, 50'000);
  EXPECT_EQ(decoded.state, BodyDecodeState::kStopped);
  EXPECT_LT(decoded.text.size(), 70'000u);
}

TEST_P(CodingTest, WantOfMemoryIsSaid) {
  const Coding& coding = GetParam();
  const std::string data = coding.encode(SomeText(1 << 20));
  for (size_t cap = 0; cap < 200'000; cap += 5000) {
    ContentCodings codings;
    codings.Add(coding.encoding);
    std::pmr::monotonic_buffer_resource arena;
    CappedMemory memory(std::pmr::new_delete_resource(), cap);
    Collect sink;
    std::string_view chunk = data;
    bool ended = false;
    try {
      BodyDecoder decoder(codings, kMost, arena, memory);
      ended = decoder.Feed(chunk, sink) == BodyDecodeState::kOk;
    } catch (const std::bad_alloc&) {
      EXPECT_EQ(memory.used(), 0u);
      continue;
    }
    EXPECT_TRUE(ended) << "took want of memory for bad data, with " << cap;
  }
}

INSTANTIATE_TEST_SUITE_P(Coding, CodingTest, testing::ValuesIn(Codings()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(ContentCodings, AreReadFromOneFieldOrSeveral) {
  ContentCodings codings;
  codings.Add("");
  codings.Add("Identity");
  codings.Add(" , ,");
  EXPECT_TRUE(codings.known());
  EXPECT_EQ(codings.size(), 0u);
  codings.Add("gzip ,\tBR");
  codings.Add("zstd");
  ASSERT_EQ(codings.size(), 3u);
  EXPECT_EQ(codings[0], ContentCoding::kGzip);
  EXPECT_EQ(codings[1], ContentCoding::kBrotli);
  EXPECT_EQ(codings[2], ContentCoding::kZstd);
  EXPECT_TRUE(codings.known());
  codings.Add("gzip");
  EXPECT_FALSE(codings.known());
}

TEST(ContentCodings, OthersAreUnknown) {
  for (const char* encoding :
       {"compress", "x-compress", "gzip;q=1", "gzip gzip", "gzip, foo", "*"}) {
    ContentCodings codings;
    codings.Add(encoding);
    EXPECT_FALSE(codings.known()) << encoding;
  }
}

TEST(Gzip, HasAsManyMembersAsItLikes) {
  const std::string data = Gzip("one ") + Gzip("") + Gzip("two");
  for (const size_t chunk : {size_t{SIZE_MAX}, size_t{1}, size_t{7}}) {
    const Decoded decoded = DecodeInChunks("gzip", data, [chunk] { return chunk; });
    EXPECT_EQ(decoded.text, "one two");
    EXPECT_TRUE(decoded.complete);
  }
  EXPECT_FALSE(Decode("gzip", data + Gzip("three").substr(0, 5)).complete);
}

TEST(Gzip, ChecksumAndLengthAreChecked) {
  std::string data = Gzip("text");
  data.back() = static_cast<char>(data.back() ^ 1);
  EXPECT_EQ(Decode("gzip", data).state, BodyDecodeState::kMalformed);
}

TEST(Zstd, HasAsManyFramesAsItLikes) {
  const std::string skippable("\x50\x2a\x4d\x18\x03\0\0\0abc", 11);
  const Decoded decoded = Decode("zstd", Zstd("one ") + skippable + Zstd("two"));
  EXPECT_EQ(decoded.text, "one two");
  EXPECT_TRUE(decoded.complete);
}

TEST(Zstd, WindowsAreBounded) {
  const std::string text = SomeText(1000);
  EXPECT_EQ(Decode("zstd", Zstd(text, 23)).text, text);
  EXPECT_EQ(Decode("zstd", Zstd(text, 27)).state, BodyDecodeState::kMalformed);
}

TEST(Body, ABombWithinABombIsStoppedAtTheInnerOnesDoor) {
  const std::string data = Gzip(Gzip(std::string(20 << 20, 'a')));
  const Decoded decoded = Decode("gzip, gzip", data);
  EXPECT_EQ(decoded.state, BodyDecodeState::kExpansion);
  EXPECT_LE(decoded.text.size(), size_t{2} << 20);
}

}  // namespace
}  // namespace rasp
