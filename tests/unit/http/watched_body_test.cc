// SPDX-License-Identifier: Apache-2.0
// With a watcher, memory bounds what is kept and not what is inspected: every byte of every value
// is either a fact or seen by the watcher, and what the parser holds stays the same however long
// the body is.
#include <gtest/gtest.h>

#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "core/capped_memory.h"
#include "http/facts_text.h"
#include "http/watch_log.h"

namespace rasp {
namespace {

constexpr std::string_view kMultipart = "multipart/form-data; boundary=B";

// Parses `body`; each chunk is in a buffer of its own size.
class Watched {
 public:
  Watched(BodyKind kind, std::string_view body, BodyLimits limits, size_t chunk_bytes = 1000) {
    limits.watcher = &log;
    const BodyParserPtr parser =
        MakeBodyParser(kind, ParseContentType(kMultipart), limits, memory_, facts);
    for (; !body.empty(); body.remove_prefix(std::min(chunk_bytes, body.size()))) {
      const std::string_view piece = body.substr(0, chunk_bytes);
      const std::vector<char> exact(piece.begin(), piece.end());
      parser->Feed({exact.data(), exact.size()});
    }
    parser->Finish();
  }

 private:
  std::pmr::monotonic_buffer_resource memory_;

 public:
  BodyFacts facts{&memory_};
  WatchLog log;
};

BodyLimits WithMemory(uint64_t bytes) {
  BodyLimits limits;
  limits.memory_bytes = bytes;
  return limits;
}

std::string Field(std::string_view name, std::string_view value) {
  return "--B\r\nContent-Disposition: form-data; name=" + std::string(name) + "\r\n\r\n" +
         std::string(value) + "\r\n";
}

std::string File(std::string_view name, std::string_view file_name, std::string_view contents) {
  return Field(std::string(name) + "; filename=" + std::string(file_name), contents);
}

TEST(WatchedForm, WhatFitsIsKeptAndTheRestWatched) {
  const Watched form(BodyKind::kUrlEncoded, "a=1&bb=22&c=evil%20value&d=4", WithMemory(8));
  EXPECT_EQ(FieldsText(form.facts.arguments), "a=1\nbb=22\nd=4\n");
  EXPECT_EQ(form.log.Text(), "watched argument-name =c\nwatched argument c=evil value\n");
  EXPECT_EQ(form.facts.error, BodyError::kNone);
  EXPECT_EQ(form.facts.watched_arguments, 1u);
  EXPECT_EQ(form.facts.watched_argument_bytes, 11u);
}

TEST(WatchedForm, ArgumentsBeyondTheLimitAreAnErrorAndWatched) {
  BodyLimits limits;
  limits.arguments = 1;
  const Watched form(BodyKind::kUrlEncoded, "a=1&b=2&c", limits);
  EXPECT_EQ(FieldsText(form.facts.arguments), "a=1\n");
  EXPECT_EQ(form.log.Text(),
            "watched argument-name =b\nwatched argument b=2\n"
            "watched argument-name =c\nwatched argument c=\n");
  EXPECT_EQ(form.facts.error, BodyError::kArguments);
  EXPECT_EQ(form.facts.watched_arguments, 2u);
}

TEST(WatchedForm, ALongValueComesInPieces) {
  const std::string value(300'000, 'x');
  const Watched form(BodyKind::kUrlEncoded, "a=" + value + "evil&b=2", WithMemory(1000));
  ASSERT_EQ(form.log.values().size(), 2u);
  EXPECT_EQ(form.log.values()[1].name, "a");
  EXPECT_EQ(form.log.values()[1].text, value + "evil");
  EXPECT_EQ(form.log.values()[1].pieces, 5u);
  EXPECT_EQ(FieldsText(form.facts.arguments), "b=2\n");
  EXPECT_EQ(form.facts.watched_argument_bytes, 300'005u);
}

TEST(WatchedForm, AValueThatFillsPiecesExactlyEndsWithAnEmptyOne) {
  const std::string value(2 * BodyLimits::kPieceBytes, 'x');
  const Watched form(BodyKind::kUrlEncoded, "a=" + value, WithMemory(10));
  EXPECT_EQ(form.log.values().back().text, value);
  EXPECT_TRUE(form.log.values().back().complete);
}

TEST(WatchedForm, ALongNameIsWatchedWholeAndItsValueNamedByItsBeginning) {
  const std::string name(200'000, 'n');
  const Watched form(BodyKind::kUrlEncoded, name + "evil=value", WithMemory(1000));
  ASSERT_EQ(form.log.values().size(), 2u);
  EXPECT_EQ(form.log.values()[0].part, BodyPart::kArgumentName);
  EXPECT_EQ(form.log.values()[0].text, name + "evil");
  EXPECT_EQ(form.log.values()[1].name, name.substr(0, BodyLimits::kNameBytes));
  EXPECT_EQ(form.log.values()[1].text, "value");
}

TEST(WatchedJson, EachKeyIsToldOnce) {
  BodyLimits limits;
  limits.arguments = 1;
  const Watched json(BodyKind::kJson, R"({"k":{"a":1,"b":[2,3],"c":{"d":"evil"}}})", limits);
  EXPECT_EQ(FieldsText(json.facts.arguments), "json.k.a=1\n");
  EXPECT_EQ(json.log.Text(),
            "watched argument json.k.b.array_0=2\n"
            "watched argument-name =json.k.b\n"
            "watched argument json.k.b.array_1=3\n"
            "watched argument json.k.c.d=evil\n"
            "watched argument-name =json.k.c.d\n"
            "watched argument-name =json.k.c\n");
}

TEST(WatchedJson, LongStringsAndKeysComeInPieces) {
  const std::string text(200'000, 'x');
  const Watched json(BodyKind::kJson,
                     R"({"a":")" + text + R"(\u0041","k)" + text + R"(":{"b":"c"}})",
                     WithMemory(9));
  ASSERT_EQ(json.log.values().size(), 5u);
  EXPECT_EQ(json.log.values()[0].name, "json.a");
  EXPECT_EQ(json.log.values()[0].text, text + "A");
  EXPECT_EQ(json.log.values()[2].part, BodyPart::kArgumentName);
  EXPECT_EQ(json.log.values()[2].text, "k" + text);
  EXPECT_EQ(json.log.values()[3].text, "c");
  EXPECT_EQ(json.facts.error, BodyError::kNone);
}

TEST(WatchedJson, RepeatedKeysAreFoundAmongManyAndLongOnes) {
  std::string body = "{";
  for (int i = 0; i < 100'000; ++i) body += "\"k" + std::to_string(i) + "\":0,";
  const Watched unique(BodyKind::kJson, body + "\"z\":0}", WithMemory(1000));
  EXPECT_FALSE(unique.facts.duplicate_keys);
  const Watched repeated(BodyKind::kJson, body + "\"z\":0,\"y\":0,\"z\":1}", WithMemory(1000));
  EXPECT_TRUE(repeated.facts.duplicate_keys);
  const std::string key(100'000, 'k');
  const Watched is_long(BodyKind::kJson, "{\"" + key + "\":1,\"" + key + "\":2}", WithMemory(1000));
  EXPECT_TRUE(is_long.facts.duplicate_keys);
}

// A client cannot make the watcher see more than so many times what it sends.
TEST(WatchedJson, ALongPathIsNotRepeatedForEachValue) {
  std::string body = "{\"" + std::string(4000, 'k') + "\":{";
  for (int i = 0; i < 20'000; ++i) body += "\"" + std::to_string(i) + "\":0,";
  body += "\"z\":[";
  for (int i = 0; i < 100'000; ++i) body += "1,";
  const Watched json(BodyKind::kJson, body + "1]}}", WithMemory(100));
  EXPECT_LT(json.log.bytes(), body.size());
}

TEST(WatchedMultipart, FieldsFilesAndHeadersThatDoNotFit) {
  const std::string body = Field("a", "evil") + File("f", "x.php", "<?php") + "--B--\r\n";
  const Watched parts(BodyKind::kMultipart, body, WithMemory(0));
  EXPECT_EQ(parts.log.Text(),
            "watched part-header a=Content-Disposition: form-data; name=a\n"
            "watched argument-name =a\nwatched argument a=evil\n"
            "watched argument-name =f\n"
            "watched part-header f=Content-Disposition: form-data; name=f; filename=x.php\n"
            "watched file-name f=x.php\n"
            "watched file f=<?php\n");
  EXPECT_EQ(parts.facts.error, BodyError::kNone);
  ASSERT_EQ(parts.facts.files.size(), 1u);
  EXPECT_EQ(parts.facts.files[0].size, 5u);
  EXPECT_EQ(parts.facts.files_combined_size, 5u);
}

TEST(WatchedMultipart, FilesBeyondTheLimit) {
  BodyLimits limits;
  limits.files = 1;
  const Watched parts(BodyKind::kMultipart,
                      File("f", "a", "x") + File("f", "evil", "payload") + "--B--\r\n", limits);
  EXPECT_EQ(parts.log.Text(), "watched file-name f=evil\nwatched file f=payload\n");
  EXPECT_EQ(parts.facts.error, BodyError::kArguments);
}

TEST(WatchedMultipart, ContentsOfFilesOnlyIfWanted) {
  const std::string contents = std::string(200'000, 'x') + "\r\n--Bevil";
  const std::string body = File("f", "x", contents) + Field("a", "1") + "--B--\r\n";
  BodyLimits limits;
  const Watched heads(BodyKind::kMultipart, body, limits);
  EXPECT_EQ(heads.log.Text(), "");
  limits.watch_files = true;
  const Watched all(BodyKind::kMultipart, body, limits);
  EXPECT_EQ(all.log.TextOf(BodyPart::kFile), contents);
  EXPECT_EQ(all.facts.files[0].head, contents.substr(0, FilePart::kHeadBytes));
  EXPECT_EQ(all.facts.files[0].size, contents.size());
  EXPECT_EQ(FieldsText(all.facts.arguments), "a=1\n");
}

TEST(WatchedXml, TextsAndAttributesThatDoNotFit) {
  const Watched xml(BodyKind::kXml, "<a b='first' c='&lt;evil'>text<!-- comment --></a>",
                    WithMemory(6));
  EXPECT_EQ(xml.log.Text(),
            "watched xml-attribute c=<evil\nwatched xml-text = comment \nwatched xml-text =text\n");
  EXPECT_EQ(xml.facts.error, BodyError::kNone);
}

TEST(WatchedXml, ALongTextComesInPieces) {
  std::string text;
  while (text.size() < 300'000) text += "lorem &lt; ";
  const Watched xml(BodyKind::kXml, "<a>" + text + "evil</a>", WithMemory(1000));
  ASSERT_EQ(xml.log.values().size(), 1u);
  EXPECT_GE(xml.log.values()[0].pieces, 2u);
  EXPECT_EQ(xml.log.values()[0].text.substr(0, 8), "lorem < ");
  EXPECT_TRUE(xml.log.values()[0].text.ends_with("evil"));
}

// What stands between tags within a long text is not torn apart by them.
TEST(WatchedXml, ALongTextGoesOnBehindItsElements) {
  const std::string text(100'000, 'x');
  for (const char* inner : {"<b/>", "<b>y</b>", "<!-- y -->", "<?y z?>", "<b c='d'/>"}) {
    const Watched xml(BodyKind::kXml, "<a>" + text + "un" + inner + "ion" + text + "</a>",
                      WithMemory(10));
    EXPECT_NE(xml.log.TextOf(BodyPart::kXmlText).find("union"), std::string::npos) << inner;
  }
}

TEST(WatchedXml, WhatLibxmlWouldNotTakeIsWatchedAsItIs) {
  const std::string text(100'000, 'x');
  std::string many_names = "<a>";
  for (int i = 0; i < 20'000; ++i) many_names += "<n" + std::to_string(i) + "/>";
  std::string long_names = "<a>";
  for (int i = 0; i < 100; ++i)
    long_names += "<n" + std::to_string(i) + std::string(40'000, 'n') + "/>";
  for (const std::string& body :
       {"<a></b>" + text + "evil", "<a b='" + text + std::string(2'000'000, 'y') + "evil'/>",
        many_names + "<b>evil</b></a>", long_names + "<b>evil</b></a>"}) {
    const Watched xml(BodyKind::kXml, body, WithMemory(1000));
    EXPECT_NE(xml.log.TextOf(BodyPart::kXmlText).find("evil"), std::string::npos);
    EXPECT_NE(xml.facts.error, BodyError::kNone);
  }
}

// Memory: a body of each kind, and each of its parts that a client may make long or numerous.

struct Endless {
  std::string_view name;
  BodyKind kind;
  std::string head;
  std::string repeated;
};

class MemoryTest : public testing::TestWithParam<Endless> {};

class Ignore final : public BodyWatcher {
 public:
  void Watch(BodyPart, std::string_view, std::string_view piece, bool, bool) override {
    bytes += piece.size();
  }
  uint64_t bytes = 0;
};

size_t PeakOf(const Endless& body, size_t times) {
  CappedMemory memory(std::pmr::new_delete_resource(), size_t{1} << 30);
  std::pmr::monotonic_buffer_resource arena(&memory);
  BodyFacts facts(&arena);
  Ignore watcher;
  BodyLimits limits;
  limits.memory_bytes = 64 * 1024;
  limits.watcher = &watcher;
  limits.watch_files = true;
  const BodyParserPtr parser =
      MakeBodyParser(body.kind, ParseContentType(kMultipart), limits, arena, facts);
  parser->Feed(body.head);
  for (size_t i = 0; i < times; ++i) parser->Feed(body.repeated);
  parser->Finish();
  EXPECT_GT(watcher.bytes, 0u);
  return memory.peak();
}

TEST_P(MemoryTest, DoesNotGrowWithTheBody) {
  const Endless& body = GetParam();
  const size_t times = (4 << 20) / body.repeated.size();
  const size_t small = PeakOf(body, times);
  EXPECT_LE(PeakOf(body, 5 * times), small) << "grows";
  EXPECT_LT(small, size_t{4} << 20);
}

std::vector<Endless> EndlessBodies() {
  const std::string words = "lorem ipsum dolor sit amet ";
  const std::string part = "--B\r\nContent-Disposition: form-data; name=";
  return {
      {"FormValue", BodyKind::kUrlEncoded, "a=", words},
      {"FormName", BodyKind::kUrlEncoded, "", words},
      {"FormPairs", BodyKind::kUrlEncoded, "", "name=value&"},
      {"JsonString", BodyKind::kJson, "{\"a\":\"", words},
      {"JsonKey", BodyKind::kJson, "{\"", words},
      {"JsonMembers", BodyKind::kJson, "{\"z\":0", ",\"name\":\"value\""},
      {"JsonItems", BodyKind::kJson, "[0", ",1"},
      {"JsonObjects", BodyKind::kJson, "[0", ",{\"a\":{\"b\":\"c\"}}"},
      {"JsonDocuments", BodyKind::kJson, "", "{\"a\":1}\n"},
      {"JsonSalvage", BodyKind::kJson, "{]", "\"a\" b "},
      {"MultipartField", BodyKind::kMultipart, part + "a\r\n\r\n", words},
      {"MultipartFile", BodyKind::kMultipart, part + "a; filename=b\r\n\r\n", words},
      {"MultipartFields", BodyKind::kMultipart, "", part + "a\r\n\r\nvalue\r\n"},
      {"MultipartFiles", BodyKind::kMultipart, "", part + "a; filename=b\r\n\r\nvalue\r\n"},
      {"XmlText", BodyKind::kXml, "<a>", words},
      {"XmlElements", BodyKind::kXml, "<a>", "<b attribute='value'>text</b>\n"},
      {"XmlMixed", BodyKind::kXml, "<a>", "a long text around it <b>text</b>\n"},
      {"XmlComments", BodyKind::kXml, "<a>", "<!-- comment -->"},
      {"XmlAttributes", BodyKind::kXml, "<a>",
       "<b a-name-that-is-long-enough='lorem &amp; ipsum'/>"},
      {"XmlSalvage", BodyKind::kXml, "<a></b>", words},
  };
}

INSTANTIATE_TEST_SUITE_P(Watched, MemoryTest, testing::ValuesIn(EndlessBodies()),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace rasp
