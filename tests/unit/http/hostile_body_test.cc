// SPDX-License-Identifier: Apache-2.0
// Bodies of a mebibyte made to be costly. A parser that is not linear needs minutes for one of
// them; the bound leaves room for sanitizers and a busy machine.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory_resource>
#include <ostream>
#include <string>

#include "core/capped_memory.h"
#include "http/body/body.h"

namespace rasp {
namespace {

constexpr size_t kMebibyte = 1 << 20;
constexpr auto kBound = std::chrono::seconds(10);

// No limit but the memory's: nothing ends the work early.
constexpr BodyLimits kNoLimits = {
    .arguments = 10'000'000, .depth = 10'000'000, .files = 10'000'000, .memory_bytes = 1 << 30};

std::string Filled(std::string_view begin, std::string_view piece, std::string_view end = "") {
  std::string text(begin);
  while (text.size() < kMebibyte) text += piece;
  return text.append(end);
}

// `piece` with a running number, so that no two are the same.
std::string Numbered(std::string_view begin, std::string_view before, std::string_view after) {
  std::string text(begin);
  for (int i = 0; text.size() < kMebibyte; ++i)
    text.append(before).append(std::to_string(i)).append(after);
  return text;
}

struct HostileCase {
  const char* name;
  BodyKind kind;
  std::function<std::string()> make;
};

void PrintTo(const HostileCase& c, std::ostream* out) { *out << c.name; }

constexpr std::string_view kField = "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n";
constexpr std::string_view kDtd = "<!DOCTYPE a [";

const HostileCase kCases[] = {
    {"FormPercents", BodyKind::kUrlEncoded, [] { return Filled("a=", "%"); }},
    {"FormPairs", BodyKind::kUrlEncoded, [] { return Filled("", "a&"); }},
    {"JsonOpenBrackets", BodyKind::kJson, [] { return Filled("", "["); }},
    {"JsonOpenObjects", BodyKind::kJson, [] { return Filled("", "{\"\":"); }},
    {"JsonBackslashes", BodyKind::kJson, [] { return Filled("\"", "\\"); }},
    {"JsonHighSurrogates", BodyKind::kJson, [] { return Filled("\"", "\\ud83d"); }},
    {"JsonKeys", BodyKind::kJson, [] { return Numbered("{", "\"", "\":0,"); }},
    {"JsonSameKey", BodyKind::kJson, [] { return Filled("{", "\"a\":0,"); }},
    {"JsonDottedKey", BodyKind::kJson, [] { return Filled("{\"", ".", "\":0}"); }},
    {"JsonSalvagedQuotes", BodyKind::kJson, [] { return Filled("}", "\""); }},
    {"JsonSalvagedWords", BodyKind::kJson, [] { return Filled("}", "\"a"); }},
    {"JsonDocuments", BodyKind::kJson, [] { return Filled("", "1 "); }},
    {"MultipartDashes", BodyKind::kMultipart, [] { return Filled(kField, "-"); }},
    {"MultipartDashLines", BodyKind::kMultipart, [] { return Filled(kField, "--\r\n"); }},
    {"MultipartAlmostDelimiters", BodyKind::kMultipart, [] { return Filled(kField, "\r\n--Bx"); }},
    {"MultipartDelimiters", BodyKind::kMultipart, [] { return Filled("", "--B\r\n\r\n"); }},
    {"MultipartFinalDelimiters", BodyKind::kMultipart, [] { return Filled("", "--B--\r\n"); }},
    {"MultipartCrs", BodyKind::kMultipart, [] { return Filled(kField, "\r"); }},
    {"MultipartLfs", BodyKind::kMultipart, [] { return Filled(kField, "\n"); }},
    {"MultipartBlanksAfterDelimiter", BodyKind::kMultipart, [] { return Filled("--B", " "); }},
    {"MultipartManyHeadersInManyParts", BodyKind::kMultipart,
     [] { return Filled("", "--B\r\na:\r\nb:\r\nc:\r\nd:\r\ne:\r\nf:\r\ng:\r\nh:\r\n\r\n\r\n"); }},
    {"MultipartParameters", BodyKind::kMultipart,
     [] {
       const std::string header =
           "Content-Disposition: form-data" + std::string(5000, ';') + ";filename=\"";
       return Filled("", "--B\r\n" + header + "\r\n\r\n\r\n");
     }},
    {"MultipartFileNames", BodyKind::kMultipart,
     [] {
       std::string header = "Content-Disposition: form-data";
       while (header.size() < 15'000) header += ";filename=a b";
       return Filled("", "--B\r\n" + header + "\r\n\r\n\r\n");
     }},
    {"XmlOpenTags", BodyKind::kXml, [] { return Filled("", "<a>"); }},
    {"XmlNames", BodyKind::kXml, [] { return Numbered("<r>", "<a", "/>"); }},
    {"XmlAttributesInOneTag", BodyKind::kXml, [] { return Numbered("<a ", "a", "='' "); }},
    {"XmlNamespacesInOneTag", BodyKind::kXml, [] { return Numbered("<a ", "xmlns:a", "='u' "); }},
    {"XmlUnclosedTag", BodyKind::kXml, [] { return Filled("<a ", " "); }},
    {"XmlUnclosedAttribute", BodyKind::kXml, [] { return Filled("<a b='", "&lt;"); }},
    {"XmlUnclosedComment", BodyKind::kXml, [] { return Filled("<!--", "- "); }},
    {"XmlUnclosedCharacterData", BodyKind::kXml, [] { return Filled("<a><![CDATA[", "]"); }},
    {"XmlUnclosedInstruction", BodyKind::kXml, [] { return Filled("<?a ", "?"); }},
    {"XmlUnclosedDoctype", BodyKind::kXml, [] { return Filled(kDtd, " "); }},
    {"XmlDoctypeOfQuotes", BodyKind::kXml, [] { return Filled(kDtd, "\"'"); }},
    {"XmlDoctypeOfBrackets", BodyKind::kXml, [] { return Filled(kDtd, "]["); }},
    {"XmlEntities", BodyKind::kXml, [] { return Numbered(kDtd, "<!ENTITY e", " ''>"); }},
    {"XmlAttributeDefaults", BodyKind::kXml,
     [] { return Numbered(kDtd, "<!ATTLIST a b", " CDATA ''>") + "]><a/>"; }},
    {"XmlContentModel", BodyKind::kXml, [] { return Filled("<!DOCTYPE a [<!ELEMENT a (", "("); }},
    {"XmlCharacterReferences", BodyKind::kXml, [] { return Filled("<a>", "&#65;"); }},
    {"XmlLessThans", BodyKind::kXml, [] { return Filled("<a>", "<"); }},
    {"XmlAmpersands", BodyKind::kXml, [] { return Filled("<a>", "&"); }},
};

class HostileBodyTest : public testing::TestWithParam<HostileCase> {};

void ParseInChunks(const std::string& body, BodyKind kind, const BodyLimits& limits, size_t chunk) {
  std::pmr::monotonic_buffer_resource memory;
  BodyFacts facts(&memory);
  const ContentType type = ParseContentType("multipart/form-data; boundary=B");
  const BodyParserPtr parser = MakeBodyParser(kind, type, limits, memory, facts);
  for (size_t at = 0; at < body.size(); at += chunk) {
    const std::string_view piece = std::string_view(body).substr(at, chunk);
    parser->Feed(piece);
  }
  parser->Finish();
  EXPECT_EQ(facts.bytes, body.size());
}

TEST_P(HostileBodyTest, IsReadInLinearTime) {
  const std::string body = GetParam().make();
  const auto start = std::chrono::steady_clock::now();
  ParseInChunks(body, GetParam().kind, kNoLimits, body.size());
  ParseInChunks(body, GetParam().kind, kNoLimits, 1000);
  const auto took = std::chrono::steady_clock::now() - start;
  RecordProperty("milliseconds", static_cast<int>(took / std::chrono::milliseconds(1)));
  EXPECT_LT(took, kBound);
}

// With the limits that a server has by default, what a body costs in memory is bounded as well.
TEST_P(HostileBodyTest, StaysWithinBoundedMemory) {
  const std::string body = GetParam().make();
  std::pmr::unsynchronized_pool_resource upstream;
  CappedMemory memory(&upstream, 16 << 20);
  {
    BodyFacts facts(&memory);
    const ContentType type = ParseContentType("multipart/form-data; boundary=B");
    const BodyParserPtr parser = MakeBodyParser(GetParam().kind, type, {}, memory, facts);
    ASSERT_NO_THROW({
      parser->Feed(body);
      parser->Finish();
    });
  }
  EXPECT_LT(memory.peak(), 8u << 20);
}

INSTANTIATE_TEST_SUITE_P(Bodies, HostileBodyTest, testing::ValuesIn(kCases),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace rasp
