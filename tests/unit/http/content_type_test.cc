// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/body/body.h"
#include "http/facts_text.h"

namespace rasp {
namespace {

using std::string_view_literals::operator""sv;

struct TypeCase {
  const char* name;
  std::string_view value;
  std::string_view want;  // kind|media type|boundary|charset and what is out of the ordinary
};

constexpr TypeCase kTypes[] = {
    {"Empty", "", "|||"},
    {"OnlyBlanks", " \t", "|||"},
    {"Form", "application/x-www-form-urlencoded", "URLENCODED|application/x-www-form-urlencoded||"},
    {"FormWithATail", "application/x-www-form-urlencoded&x",
     "URLENCODED|application/x-www-form-urlencoded&x||"},
    {"CaseIsIgnored", "Application/JSON", "JSON|Application/JSON||"},
    {"BlanksAround", "  text/xml \r\n", "XML|text/xml||"},
    {"Charset", "application/json; charset=UTF-8", "JSON|application/json||UTF-8"},
    {"CharsetQuoted", "application/json;Charset=\"utf-8\"", "JSON|application/json||utf-8"},
    {"CharsetFolded", "application/json;\r\n charset=utf-8", "JSON|application/json||utf-8"},
    {"CharsetWithBlanks", "application/json ; charset = utf-8 ;", "JSON|application/json||utf-8"},
    {"CharsetUtf7", "application/json; charset=utf-7", "JSON|application/json||utf-7 undecodable"},
    {"CharsetUtf16", "text/xml; charset=UTF-16LE", "XML|text/xml||UTF-16LE undecodable"},
    {"CharsetEbcdic", "application/x-www-form-urlencoded; charset=ibm037",
     "URLENCODED|application/x-www-form-urlencoded||ibm037 undecodable"},
    {"CharsetShiftJis", "text/xml; charset=Shift_JIS", "XML|text/xml||Shift_JIS undecodable"},
    {"CharsetWindows", "text/xml; charset=windows-1252", "XML|text/xml||windows-1252"},
    {"CharsetNotQuiteWindows", "text/xml; charset=windows-125x",
     "XML|text/xml||windows-125x undecodable"},
    {"CharsetNul", "text/xml; charset=utf-8\0"sv, "XML|text/xml||utf-8\\x00 undecodable"},
    {"CharsetTwice", "text/xml; charset=utf-8; charset=utf-7",
     "XML|text/xml||utf-8 undecodable repeated"},
    {"CharsetTwiceTheSame", "text/xml; charset=utf-8; charset=utf-8",
     "XML|text/xml||utf-8 repeated"},
    {"JsonInTheTail", "application/x-www-form-urlencoded;/json",
     "URLENCODED|application/x-www-form-urlencoded||"},
    {"JsonSuffix", "application/vnd.api+json; charset=utf-8",
     "JSON|application/vnd.api+json||utf-8"},
    {"XmlSuffix", "image/svg+XML", "XML|image/svg+XML||"},
    {"SuffixMustBeLast", "application/json+x", "|application/json+x||"},
    {"PrefixIsNotEnough", "application/jsonp", "|application/jsonp||"},
    {"TextPlain", "text/plain", "|text/plain||"},
    {"TwoTypes", "text/plain, application/json", "|text/plain|| repeated"},
    {"TwoTypesWithParameters", "text/plain;a=b, application/json", "|text/plain|| repeated"},
    {"CommaInQuotesIsData", "text/plain;a=\"b,c\"", "|text/plain||"},
    {"Multipart", "multipart/form-data; boundary=abc", "MULTIPART|multipart/form-data|abc|"},
    {"MultipartMixed", "multipart/mixed; boundary=abc", "MULTIPART|multipart/mixed|abc|"},
    {"MultipartCase", "Multipart/Form-Data; BOUNDARY=AbC", "MULTIPART|Multipart/Form-Data|AbC|"},
    {"BoundaryQuoted", "multipart/form-data; boundary=\"a;b\"",
     "MULTIPART|multipart/form-data|a;b| BQ invalid"},
    {"BoundaryQuotedPlain", "multipart/form-data; boundary=\"ab\"",
     "MULTIPART|multipart/form-data|ab| BQ"},
    {"BoundaryQuotedOpen", "multipart/form-data; boundary=\"ab",
     "MULTIPART|multipart/form-data|ab| BQ"},
    {"BoundaryQuotedBackslashAtTheEnd", "multipart/form-data; boundary=\"ab\\",
     "MULTIPART|multipart/form-data|ab\\\\| BQ invalid"},
    {"BoundaryBlankInside", "multipart/form-data; boundary=a b",
     "MULTIPART|multipart/form-data|a b| BW"},
    {"BoundaryBlankBefore", "multipart/form-data; boundary= ab",
     "MULTIPART|multipart/form-data|ab| BW"},
    {"BoundaryBlankBeforeEquals", "multipart/form-data; boundary =ab",
     "MULTIPART|multipart/form-data|ab| BW"},
    {"BoundaryEmpty", "multipart/form-data; boundary=", "MULTIPART|multipart/form-data|| invalid"},
    {"BoundaryEmptyQuoted", "multipart/form-data; boundary=\"\"",
     "MULTIPART|multipart/form-data|| BQ invalid"},
    {"BoundaryMissing", "multipart/form-data", "MULTIPART|multipart/form-data|| invalid"},
    {"BoundaryNotAscii", "multipart/form-data; boundary=a\xe9",
     "MULTIPART|multipart/form-data|a\\xe9| invalid"},
    {"BoundaryOf70",
     "multipart/form-data; "
     "boundary=1234567890123456789012345678901234567890123456789012345678901234567890",
     "MULTIPART|multipart/"
     "form-data|1234567890123456789012345678901234567890123456789012345678901234567890|"},
    {"BoundaryOf71",
     "multipart/form-data; "
     "boundary=12345678901234567890123456789012345678901234567890123456789012345678901",
     "MULTIPART|multipart/"
     "form-data|12345678901234567890123456789012345678901234567890123456789012345678901| invalid"},
    {"BoundaryTwice", "multipart/form-data; boundary=a; boundary=b",
     "MULTIPART|multipart/form-data|a| repeated"},
    {"BoundaryInAnotherName", "multipart/form-data; xboundary=b; boundary=a",
     "MULTIPART|multipart/form-data|a| repeated"},
    {"BoundaryInAnotherValue", "multipart/form-data; x=\"; boundary=b\"; boundary=a",
     "MULTIPART|multipart/form-data|a| repeated"},
    {"BoundaryNamedLikeOne", "multipart/form-data; boundary=----WebKitFormBoundaryX1",
     "MULTIPART|multipart/form-data|----WebKitFormBoundaryX1|"},
    {"BoundaryEndsAtComma", "multipart/form-data; boundary=a,b",
     "MULTIPART|multipart/form-data|a| repeated"},
    {"NoSemicolon", "multipart/form-data boundary=a",
     "MULTIPART|multipart/form-data|a| missing-semicolon"},
};

class ParseContentTypeTest : public testing::TestWithParam<TypeCase> {};

std::string Text(const ContentType& type) {
  const auto has = [&](MultipartFlag f) {
    return (type.multipart_flags >> static_cast<unsigned>(f)) & 1u;
  };
  std::string text(BodyKindName(type.kind));
  text.append("|").append(Printable(type.media_type)).append("|").append(Printable(type.boundary));
  text.append("|").append(Printable(type.charset));
  if (!type.charset_decodable) text += " undecodable";
  if (type.repeated_parameter) text += " repeated";
  if (has(MultipartFlag::kBoundaryQuoted)) text += " BQ";
  if (has(MultipartFlag::kBoundaryWhitespace)) text += " BW";
  if (has(MultipartFlag::kMissingSemicolon)) text += " missing-semicolon";
  if (has(MultipartFlag::kInvalidBoundary)) text += " invalid";
  return text;
}

TEST_P(ParseContentTypeTest, Reads) {
  const std::vector<char> exact(GetParam().value.begin(), GetParam().value.end());
  EXPECT_EQ(Text(ParseContentType({exact.data(), exact.size()})), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Types, ParseContentTypeTest, testing::ValuesIn(kTypes),
                         [](const auto& each) { return each.param.name; });

TEST(ParseContentType, TellsNoBodyFromAnUnknownOne) {
  EXPECT_EQ(ParseContentType("").kind, BodyKind::kNone);
  EXPECT_EQ(ParseContentType("text/plain").kind, BodyKind::kOther);
}

}  // namespace
}  // namespace rasp
