// SPDX-License-Identifier: Apache-2.0
// The property that lets bodies be inspected as they arrive: however a body is cut into chunks, the
// facts are the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "http/body_corpus.h"
#include "http/facts_text.h"

namespace rasp {
namespace {

using Pieces = std::vector<std::string_view>;

std::string Facts(const CorpusBody& body, const Pieces& pieces) {
  return ParsedText({body.kind, body.content_type, body.limits, body.watched}, pieces);
}

Pieces OneByteEach(std::string_view bytes) {
  Pieces pieces;
  for (size_t i = 0; i < bytes.size(); ++i) pieces.push_back(bytes.substr(i, 1));
  return pieces;
}

// Mostly short pieces, empty ones among them, and now and then a long one.
Pieces AtRandom(std::string_view bytes, std::mt19937& random) {
  Pieces pieces;
  while (!bytes.empty()) {
    const size_t most = random() % 8 == 0 ? 5000 : 12;
    const std::string_view piece = bytes.substr(0, random() % most);
    pieces.push_back(piece);
    bytes.remove_prefix(piece.size());
  }
  return pieces;
}

// Every offset of a short body; of a long one, every offset near its ends and each 61st in between.
bool IsTried(size_t offset, size_t size) {
  if (size > 100'000) return offset % 65'537 < 2 || offset % 20'011 == 0;
  return size <= 2000 || offset < 300 || size - offset < 300 || offset % 61 == 0;
}

TEST(BodyCorpus, IsLargeAndHasEveryKind) {
  std::map<BodyKind, int> count;
  for (const CorpusBody& body : BodyCorpus()) ++count[body.kind];
  EXPECT_GE(count[BodyKind::kUrlEncoded], 40);
  EXPECT_GE(count[BodyKind::kMultipart], 40);
  EXPECT_GE(count[BodyKind::kJson], 40);
  EXPECT_GE(count[BodyKind::kXml], 40);
  EXPECT_GE(BodyCorpus().size(), 200u);
}

// A corpus on which every body came to the same would prove nothing.
TEST(BodyCorpus, BringsOutEveryError) {
  std::map<std::string, int> count;
  for (const CorpusBody& body : BodyCorpus()) {
    const std::string text = Facts(body, {body.bytes});
    const size_t at = text.find("error ");
    ++count[at == text.npos ? "" : text.substr(at + 6, text.find(':', at) - at - 6)];
  }
  for (const char* error : {"", "syntax", "depth", "arguments", "memory", "unsupported"})
    EXPECT_GE(count[error], 3) << error;
}

TEST(Chunking, TwoChunksAtEveryOffset) {
  size_t splits = 0;
  for (const CorpusBody& body : BodyCorpus()) {
    const std::string_view bytes = body.bytes;
    const std::string whole = Facts(body, {bytes});
    for (size_t offset = 0; offset <= bytes.size(); ++offset) {
      if (!IsTried(offset, bytes.size())) continue;
      ASSERT_EQ(Facts(body, {bytes.substr(0, offset), bytes.substr(offset)}), whole)
          << body.name << " at " << offset;
      ++splits;
    }
  }
  EXPECT_GT(splits, 10'000u);
}

TEST(Chunking, OneByteAtATime) {
  for (const CorpusBody& body : BodyCorpus()) {
    ASSERT_EQ(Facts(body, OneByteEach(body.bytes)), Facts(body, {body.bytes})) << body.name;
  }
}

TEST(Chunking, RandomSplits) {
  std::mt19937 random(20240611);
  for (const CorpusBody& body : BodyCorpus()) {
    const std::string whole = Facts(body, {body.bytes});
    const int attempts = body.bytes.size() > 100'000 ? 2 : 20;
    for (int i = 0; i < attempts; ++i) {
      const Pieces pieces = AtRandom(body.bytes, random);
      ASSERT_EQ(Facts(body, pieces), whole) << body.name << ", attempt " << i;
    }
  }
}

}  // namespace
}  // namespace rasp
