// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <new>
#include <string>

#include "core/capped_memory.h"
#include "http/facts_text.h"

namespace rasp {
namespace {

using std::string_view_literals::operator""sv;

struct XmlCase {
  const char* name;
  std::string_view body;
  std::string_view want;  // without the line that counts bytes
};

#define MALFORMED "error syntax: the XML is not well-formed\n"
#define UNSUPPORTED "error unsupported: the XML has an encoding that is not decoded\n"

constexpr XmlCase kCases[] = {
    {"Empty", "", ""},
    {"Text", "<a>b</a>", "text b\n"},
    {"EmptyElement", "<a/>", ""},
    {"EmptyElementWithAttribute", "<a b='c'/>", "attribute b=c\n"},
    {"InnerFirst", "<a>b<c>d</c></a>", "text d\ntext b\n"},
    {"BlankTextIsNone", "<a>\n <b>c</b>\n</a>", "text c\n"},
    {"TextIsByteExact", "<a> b\tc\n </a>", "text  b\\x09c\\x0a \n"},
    {"CharacterData", "<a><![CDATA[<b>&amp;]]></a>", "text <b>&amp;\n"},
    {"TextAcrossCharacterData", "<a>un<![CDATA[ion]]></a>", "text union\n"},
    {"TextAcrossComment", "<a>un<!-- x -->ion</a>", "text  x \ntext union\n"},
    {"TextAcrossElement", "<a>un<b>x</b>ion</a>", "text x\ntext union\n"},
    {"Comment", "<!-- b --><a/>", "text  b \n"},
    {"Instruction", "<?php system(1); ?><a/>", "text php system(1); \n"},
    {"AmpersandsInAttributes", "<a b='1&amp;2&#38;3&amp;#38;4'/>", "attribute b=1&2&3&#38;4\n"},
    {"Attributes", "<a b='1' c=\"&lt;x&#x79;\"/>", "attribute b=1\nattribute c=<xy\n"},
    {"Namespaces", "<a xmlns='u' xmlns:p='v' p:b='c'><p:d/></a>",
     "attribute xmlns=u\nattribute xmlns:p=v\nattribute p:b=c\n"},
    {"UndeclaredPrefix", "<p:a q:b='c'>d</p:a>", "text d\nattribute q:b=c\n"},
    {"PredefinedEntities", "<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;</a>", "text <>&\"'AB\n"},
    {"Declaration", "<?xml version='1.0' encoding='UTF-8'?><a>\xc3\xa9</a>", "text \\xc3\\xa9\n"},
    {"Latin1", "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", "text \\xc3\\xa9\n"},
    {"ByteOrderMark", "\xef\xbb\xbf<a>b</a>", "text b\n"},
    {"Utf16LittleEndian", "\xff\xfe<\0a\0>\0b\0<\0/\0a\0>\0"sv, "text b\n"},
    {"Utf16BigEndian", "\xfe\xff\0<\0a\0>\0b\0<\0/\0a\0>"sv, "text b\n"},
    {"XInclude",
     "<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='/etc/passwd'/></a>",
     "attribute xmlns:xi=http://www.w3.org/2001/XInclude\nattribute href=/etc/passwd\n"},
    {"Doctype", "<!DOCTYPE a><a>b</a>", "text b\ndoctype\n"},
    {"DoctypeExternal", "<!DOCTYPE a PUBLIC 'p' 'http://127.0.0.1:1/x.dtd'><a>b</a>",
     "text p\ntext http://127.0.0.1:1/x.dtd\ntext b\ndoctype\n"},
    {"EntityIsNotExpanded", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
     "text x\ntext <!DOCTYPE a [<!ENTITY e "
     "'x'>]><a>&e;</a>\ndoctype\nentity-declaration\n" MALFORMED},
    {"EntityExternal", "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>",
     "text file:///etc/passwd\ntext <!DOCTYPE a [<!ENTITY e SYSTEM "
     "'file:///etc/passwd'>]><a>&e;</a>\ndoctype\nentity-declaration\n" MALFORMED},
    {"EntityDeclaredOnly", "<!DOCTYPE a [<!ENTITY e 'x'>]><a/>",
     "text x\ndoctype\nentity-declaration\n"},
    {"EntityUnparsed", "<!DOCTYPE a [<!NOTATION n SYSTEM 'm'><!ENTITY e SYSTEM 's' NDATA n>]><a/>",
     "text s\ndoctype\nentity-declaration\n"},
    {"EntityParameter", "<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/'> %p;]><a>b</a>",
     "text http://127.0.0.1:1/\n"
     "text <!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/'> %p;]><a>b</a>\n"
     "doctype\nentity-declaration\n" MALFORMED},
    {"EntityPredefinedRedeclared", "<!DOCTYPE a [<!ENTITY lt '&#38;#60;'>]><a>&lt;</a>",
     "text &#60;\ntext <\ndoctype\nentity-declaration\n"},
    {"AttributeDefault", "<!DOCTYPE a [<!ATTLIST a b CDATA 'c' d (e|f) 'e'>]><a/>",
     "attribute b=c\nattribute d=e\nattribute b=c\nattribute d=e\ndoctype\n"},
    {"Utf7", "<?xml version='1.0' encoding='UTF-7'?><a>+ADw-</a>",
     "text <?xml version='1.0' encoding='UTF-7'?><a>+ADw-</a>\n" UNSUPPORTED},
    {"Ebcdic", "<?xml version='1.0' encoding='ibm037'?><a>b</a>",
     "text <?xml version='1.0' encoding='ibm037'?><a>b</a>\n" UNSUPPORTED},
    {"ShiftJis", "<?xml version='1.0' encoding='Shift_JIS'?><a>b</a>",
     "text <?xml version='1.0' encoding='Shift_JIS'?><a>b</a>\n" UNSUPPORTED},
    {"UnknownEncoding", "<?xml version='1.0' encoding='no-such'?><a>b</a>",
     "text <?xml version='1.0' encoding='no-such'?><a>b</a>\n" UNSUPPORTED},
    {"Unclosed", "<a>b", "text <a>b\n" MALFORMED},
    {"WrongEnd", "<a>b</c>d", "text b\ntext <a>b</c>d\n" MALFORMED},
    {"TailIsSalvaged", "<a>b</a><c>d</c>", "text b\ntext <a>b</a><c>d</c>\n" MALFORMED},
    {"NotXml", "id=1 or 1=1", "text id=1 or 1=1\n" MALFORMED},
    {"UnquotedAttributeIsSalvaged", "<a b=c>", "text <a b=c>\n" MALFORMED},
    {"NulIsMalformed", "<a>b\0c</a>"sv, "text b\ntext <a>b\\x00c</a>\n" MALFORMED},
    {"EmptyTag", "<>b</>", "text <>b</>\n" MALFORMED},
    {"OnlyBlanks", " \n", MALFORMED},
};

class XmlBodyTest : public testing::TestWithParam<XmlCase> {};

TEST_P(XmlBodyTest, IsTakenApart) {
  EXPECT_EQ(
      ParsedText({BodyKind::kXml, "application/xml"}, {GetParam().body}),
      std::string(GetParam().want) + "bytes " + std::to_string(GetParam().body.size()) + "\n");
}

INSTANTIATE_TEST_SUITE_P(Bodies, XmlBodyTest, testing::ValuesIn(kCases),
                         [](const auto& each) { return each.param.name; });

std::string Repeated(std::string_view piece, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += piece;
  return text;
}

struct XmlArgumentsCase {
  const char* name;
  std::string_view body;
  std::string_view want;  // without the line that counts bytes
  XmlArguments setting = XmlArguments::kOn;
};

constexpr XmlArgumentsCase kArgumentCases[] = {
    {"OffByDefault", "<a><b>c</b></a>", "text c\n", XmlArguments::kOff},
    {"LeafIsNamedByItsPath", "<a><b>c</b></a>", "xml.a.b=c\ntext c\n"},
    {"RootAlone", "<a>b</a>", "xml.a=b\ntext b\n"},
    {"SiblingsShareAName", "<a><b>c</b><b>d</b></a>", "xml.a.b=c\nxml.a.b=d\ntext c\ntext d\n"},
    {"EmptyLeafIsAnArgument", "<a><b/></a>", "xml.a.b=\n"},
    {"OnlyLeavesAre", "<a>x<b>c</b>y</a>", "xml.a.b=c\ntext c\ntext xy\n"},
    {"PathGoesUpAgain", "<a><b><c>1</c></b><d>2</d></a>",
     "xml.a.b.c=1\nxml.a.d=2\ntext 1\ntext 2\n"},
    {"PrefixIsLeftOut", "<p:a xmlns:p='u'><p:b>c</p:b></p:a>",
     "xml.a.b=c\ntext c\nattribute xmlns:p=u\n"},
    {"CharacterDataCounts", "<a>un<![CDATA[ion]]></a>", "xml.a=union\ntext union\n"},
    {"AttributesAreNone", "<a b='c'>d</a>", "xml.a=d\ntext d\nattribute b=c\n"},
    {"OnlyArguments", "<a b='c'><d>e</d><!-- f --></a>", "xml.a.d=e\n", XmlArguments::kOnly},
    {"MalformedKeepsWhatIsOpen", "<a><b>c", "xml.a.b=\ntext <a><b>c\n" MALFORMED},
};

class XmlArgumentsTest : public testing::TestWithParam<XmlArgumentsCase> {};

TEST_P(XmlArgumentsTest, AreTheLeavesTexts) {
  const XmlArgumentsCase& c = GetParam();
  Body body;
  body.kind = BodyKind::kXml;
  body.limits.xml_arguments = c.setting;
  EXPECT_EQ(ParsedText(body, {c.body}),
            std::string(c.want) + "bytes " + std::to_string(c.body.size()) + "\n");
}

INSTANTIATE_TEST_SUITE_P(Arguments, XmlArgumentsTest, testing::ValuesIn(kArgumentCases),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(XmlBody, StopsAtTheLimitOnArguments) {
  Body body;
  body.kind = BodyKind::kXml;
  body.limits.xml_arguments = XmlArguments::kOnly;
  body.limits.arguments = 2;
  EXPECT_EQ(ParsedText(body, {"<a><b>1</b><b>2</b><b>3</b></a>"}),
            "xml.a.b=1\nxml.a.b=2\nerror arguments: the body has more arguments than the limit "
            "allows\nbytes 31\n");
}

TEST(XmlBody, StopsAtTheDepthLimit) {
  const Body body{BodyKind::kXml, "", {.depth = 2}};
  EXPECT_EQ(ParsedText(body, {"<a>b<c>d</c></a>"}), "text d\ntext b\nbytes 16\n");
  EXPECT_EQ(
      ParsedText(body, {"<a>b<c>d<e>f</e></c></a>"}),
      "text d\ntext b\nerror depth: the XML is nested deeper than the limit allows\nbytes 24\n");
}

TEST(XmlBody, BearsAnyDepth) {
  for (const uint32_t limit : {64u, 1'000'000u}) {
    const Body body{BodyKind::kXml, "", {.depth = limit}};
    const std::string text = ParsedText(body, {Repeated("<a>", 100'000)});
    EXPECT_NE(text.find("error depth"), text.npos) << text.substr(0, 200);
  }
}

// What could load, expand or multiply something is only reported.
TEST(XmlBody, DoesNotExpandABillionLaughs) {
  std::string bomb = "<!DOCTYPE a [<!ENTITY e0 'lol'>";
  for (int i = 1; i < 10; ++i) {
    const std::string earlier = "&e" + std::to_string(i - 1) + ";";
    bomb += "<!ENTITY e" + std::to_string(i) + " '" + Repeated(earlier, 10) + "'>";
  }
  bomb += "]><a>&e9;</a>";
  const std::string text = ParsedText({BodyKind::kXml, ""}, {bomb});
  EXPECT_NE(text.find("entity-declaration\n"), text.npos);
  EXPECT_LT(text.size(), 2 * bomb.size());
}

TEST(XmlBody, CutsAtTheLimitOnMemoryAndSaysSo) {
  const Body body{BodyKind::kXml, "", {.memory_bytes = 5}};
  EXPECT_EQ(ParsedText(body, {"<a>12345</a>"}), "text 12345\nbytes 12\n");
  EXPECT_EQ(ParsedText(body, {"<a>123456</a>"}),
            "text 12345\nerror memory: the body holds more data than the limit allows\nbytes 13\n");
  EXPECT_EQ(
      ParsedText(body, {"<a b='123456'/>"}),
      "attribute b=1234\nerror memory: the body holds more data than the limit allows\nbytes 15\n");
}

TEST(XmlBody, SaysWhenThereAreTooManyTextsOrAttributes) {
  const Body body{BodyKind::kXml, "", {.arguments = 2}};
  EXPECT_EQ(ParsedText(body, {"<a b='1'><c>2</c><d>3</d></a>"}),
            "text 2\nattribute b=1\nerror arguments: the body has more arguments than the limit "
            "allows\nbytes 29\n");
}

// Every allocation may fail; none may unwind through libxml2 or leak.
TEST(XmlBody, RunsOutOfMemoryCleanly) {
  const std::string body = "<a b='c'>" + Repeated("<d e='f'>text</d>", 300) + "</a>";
  int failures = 0;
  for (size_t cap = 0; cap < 40'000; cap += 997) {
    std::pmr::monotonic_buffer_resource upstream;
    CappedMemory memory(&upstream, cap);
    try {
      BodyFacts facts(&memory);
      const BodyParserPtr parser = MakeBodyParser(BodyKind::kXml, {}, {}, memory, facts);
      parser->Feed(body);
      parser->Finish();
    } catch (const std::bad_alloc&) {
      ++failures;
    }
  }
  EXPECT_GT(failures, 20);
}

}  // namespace
}  // namespace rasp
