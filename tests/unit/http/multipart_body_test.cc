// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "http/facts_text.h"

namespace rasp {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kType = "multipart/form-data; boundary=B";

struct MultipartCase {
  const char* name;
  std::string_view body;
  std::string_view want;  // without the line that counts bytes
  std::string_view content_type = kType;
};

constexpr MultipartCase kCases[] = {
    {"Empty", "", ""},
    {"OneField", "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--B--\r\n",
     "a=b\npart-header a: Content-Disposition: form-data; name=\"a\"\n"},
    {"NoFinalLineEnd", "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--B--",
     "a=b\npart-header a: Content-Disposition: form-data; name=\"a\"\n"},
    {"RepeatedFieldsAreKept",
     "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--B\r\nContent-Disposition: "
     "form-data; name=a\r\n\r\n2\r\n"
     "--B--\r\n",
     "a=1\na=2\npart-header a: Content-Disposition: form-data; name=a\n"
     "part-header a: Content-Disposition: form-data; name=a\n"},
    {"ValueIsByteExact",
     "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n x\ry\nz\0\xff \r\n\r\n--B--\r\n"sv,
     "a=\\x0d\\x0a x\\x0dy\\x0az\\x00\\xff \\x0d\\x0a\npart-header a: Content-Disposition: "
     "form-data; name=a\n"},
    {"EmptyValue", "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--B--\r\n",
     "a=\npart-header a: Content-Disposition: form-data; name=a\n"},
    {"NothingIsDecoded",
     "--B\r\nContent-Disposition: form-data; name=\"a%41\"\r\n\r\n%41+b\r\n--B--\r\n",
     "a%41=%41+b\npart-header a%41: Content-Disposition: form-data; name=\"a%41\"\n"},
    {"File",
     "--B\r\nContent-Disposition: form-data; name=f; filename=\"x.php\"\r\nContent-Type: "
     "text/plain\r\n\r\nbody\r\n"
     "--B--\r\n",
     "file f name=x.php type=text/plain size=4 head=body\n"
     "part-header f: Content-Disposition: form-data; name=f; filename=\"x.php\"\n"
     "part-header f: Content-Type: text/plain\nfiles-size 4\n"},
    {"FileWithNul",
     "--B\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\nx\0y\r\n--B--\r\n"sv,
     "file f name=a size=3 head=x\\x00y\npart-header f: Content-Disposition: form-data; name=f; "
     "filename=a\n"
     "files-size 3\n"},
    {"FileNameEmptyWithContentsIsBoth",
     "--B\r\nContent-Disposition: form-data; name=f; filename=\"\"\r\n\r\nxy\r\n--B--\r\n",
     "f=xy\nfile f name= size=2 head=xy\n"
     "part-header f: Content-Disposition: form-data; name=f; filename=\"\"\nfiles-size 2\n"},
    {"FileNameEmptyWithoutContents",
     "--B\r\nContent-Disposition: form-data; name=f; filename=\"\"\r\n\r\n\r\n--B--\r\n",
     "file f name= size=0 head=\npart-header f: Content-Disposition: form-data; name=f; "
     "filename=\"\"\n"},
    {"ExtendedFileName",
     "--B\r\nContent-Disposition: form-data; name=f; "
     "filename*=iso-8859-1''sh%65ll%e9.php\r\n\r\nx\r\n--B--\r\n",
     "file f name= name*=shell\\xc3\\xa9.php size=1 head=x\n"
     "part-header f: Content-Disposition: form-data; name=f; "
     "filename*=iso-8859-1''sh%65ll%e9.php\nfiles-size 1\n"},
    {"BothFileNames",
     "--B\r\nContent-Disposition: form-data; name=f; filename=a.jpg; "
     "filename*=UTF-8'en'a%2ephp\r\n\r\nx\r\n--B--\r\n",
     "file f name=a.jpg name*=a.php size=1 head=x\n"
     "part-header f: Content-Disposition: form-data; name=f; filename=a.jpg; "
     "filename*=UTF-8'en'a%2ephp\n"
     "files-size 1\n"},
    {"FileNameTwice",
     "--B\r\nContent-Disposition: form-data; name=f; filename=a.jpg; "
     "filename=b.php\r\n\r\nx\r\n--B--\r\n",
     "file f name=a.jpg size=1 head=x\nfile f name=b.php size=0 head=\n"
     "part-header f: Content-Disposition: form-data; name=f; filename=a.jpg; filename=b.php\n"
     "flag DuplicateFileName\nfiles-size 1\n"},
    {"FileNameContinued",
     "--B\r\nContent-Disposition: form-data; name=f; filename*0=\"a.\"; "
     "filename*1*=ph%70\r\n\r\nx\r\n--B--\r\n",
     "file f name=a.php size=1 head=x\n"
     "part-header f: Content-Disposition: form-data; name=f; filename*0=\"a.\"; "
     "filename*1*=ph%70\nfiles-size 1\n"},
    {"FileNameWithSemicolon",
     "--B\r\nContent-Disposition: form-data; name=f; filename=\"a;b.php\"\r\n\r\nx\r\n--B--\r\n",
     "file f name=a;b.php size=1 head=x\n"
     "part-header f: Content-Disposition: form-data; name=f; filename=\"a;b.php\"\nfiles-size 1\n"},
    {"FileNameEscaped",
     "--B\r\nContent-Disposition: form-data; name=f; "
     "filename=\"C:\\x\\\"y\\\\z\"\r\n\r\nx\r\n--B--\r\n",
     "file f name=C:\\\\x\"y\\\\z size=1 head=x\n"
     "part-header f: Content-Disposition: form-data; name=f; "
     "filename=\"C:\\\\x\\\\\"y\\\\\\\\z\"\nfiles-size 1\n"},
    {"FileNameWithTail",
     "--B\r\nContent-Disposition: form-data; name=f; filename=\"a\".php\r\n\r\nx\r\n--B--\r\n",
     "file f name=a size=1 head=x\nfile f name=\"a\".php size=0 head=\n"
     "part-header f: Content-Disposition: form-data; name=f; filename=\"a\".php\n"
     "flag MissingSemicolon\nflag InvalidQuoting\nflag InvalidPart\nfiles-size 1\n"},
    {"FileNameUnclosed",
     "--B\r\nContent-Disposition: form-data; name=f; filename=\"a.php\r\n\r\nx\r\n--B--\r\n",
     "file f name=a.php size=1 head=x\npart-header f: Content-Disposition: form-data; name=f; "
     "filename=\"a.php\n"
     "flag InvalidQuoting\nfiles-size 1\n"},
    {"FileNameInSingleQuotes",
     "--B\r\nContent-Disposition: form-data; name=f; filename='a.php'\r\n\r\nx\r\n--B--\r\n",
     "file f name='a.php' size=1 head=x\n"
     "part-header f: Content-Disposition: form-data; name=f; filename='a.php'\nflag "
     "InvalidQuoting\nfiles-size 1\n"},
    {"FileNameUnquotedWithBlank",
     "--B\r\nContent-Disposition: form-data; name=f; filename=a b.php\r\n\r\nx\r\n--B--\r\n",
     "file f name=a size=1 head=x\nfile f name=a b.php size=0 head=\n"
     "part-header f: Content-Disposition: form-data; name=f; filename=a b.php\n"
     "flag MissingSemicolon\nflag InvalidPart\nfiles-size 1\n"},
    {"MissingSemicolon",
     "--B\r\nContent-Disposition: form-data; name=\"f\" filename=\"a\"\r\n\r\nx\r\n--B--\r\n",
     "file f name=a size=1 head=x\npart-header f: Content-Disposition: form-data; name=\"f\" "
     "filename=\"a\"\n"
     "flag MissingSemicolon\nflag InvalidQuoting\nfiles-size 1\n"},
    {"NameTwice", "--B\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\nx\r\n--B--\r\n",
     "a=x\npart-header a: Content-Disposition: form-data; name=a; name=b\nflag DuplicateName\n"},
    {"NameExtended",
     "--B\r\nContent-Disposition: form-data; name*=utf-8''%61\r\n\r\nx\r\n--B--\r\n",
     "a=x\npart-header a: Content-Disposition: form-data; name*=utf-8''%61\n"},
    {"NameMissing", "--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--\r\n",
     "=x\npart-header : Content-Disposition: form-data\nflag InvalidPart\n"},
    {"NoDisposition", "--B\r\nContent-Type: text/plain\r\n\r\nx\r\n--B--\r\n",
     "=x\npart-header : Content-Type: text/plain\nflag InvalidPart\nflag NoDisposition\n"},
    {"RelatedPartsNeedNotBeFields", "--B\r\nContent-Type: application/json\r\n\r\n{}\r\n--B--\r\n",
     "={}\npart-header : Content-Type: application/json\n", "multipart/related; boundary=B"},
    {"NoHeaders", "--B\r\n\r\nx\r\n--B--\r\n", "=x\nflag InvalidPart\nflag NoDisposition\n"},
    {"NotFormData", "--B\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--B--\r\n",
     "a=x\npart-header a: Content-Disposition: attachment; name=a\nflag NoDisposition\n"},
    {"DispositionTwice",
     "--B\r\nContent-Disposition: form-data; name=a\r\ncontent-disposition: form-data; name=b; "
     "filename=c\r\n\r\nx\r\n"
     "--B--\r\n",
     "file a name=c size=1 head=x\npart-header a: Content-Disposition: form-data; name=a\n"
     "part-header a: content-disposition: form-data; name=b; filename=c\n"
     "flag DuplicateName\nflag DuplicatePartHeader\nfiles-size 1\n"},
    {"HeaderFolded", "--B\r\nContent-Disposition: form-data;\r\n\tname=a\r\n\r\nx\r\n--B--\r\n",
     "a=x\npart-header a: Content-Disposition: form-data;\\x09name=a\nflag HeaderFolding\n"},
    {"HeaderFoldedAtTheStart",
     "--B\r\n Content-Disposition: form-data; name=a\r\n\r\nx\r\n--B--\r\n",
     "a=x\npart-header a:  Content-Disposition: form-data; name=a\nflag HeaderFolding\nflag "
     "InvalidHeaderFolding\n"},
    {"HeaderFoldedBlank",
     "--B\r\nContent-Disposition: form-data; name=a\r\n \r\n\r\nx\r\n--B--\r\n",
     "a=x\npart-header a: Content-Disposition: form-data; name=a \nflag HeaderFolding\nflag "
     "InvalidHeaderFolding\n"},
    {"HeaderWithoutColon",
     "--B\r\nContent-Disposition: form-data; name=a\r\nfoo\r\n\r\nx\r\n--B--\r\n",
     "a=x\npart-header a: Content-Disposition: form-data; name=a\npart-header a: foo\nflag "
     "InvalidPart\nerror syntax: a line among a part's headers is none\n"},
    {"HeaderWithNul",
     "--B\r\nContent-Disposition: form-data; name=\"a\0b\"\r\n\r\nx\r\n--B--\r\n"sv,
     "a\\x00b=x\npart-header a\\x00b: Content-Disposition: form-data; name=\"a\\x00b\"\nflag "
     "InvalidPart\n"},
    {"HeaderWithBareCr",
     "--B\r\nX: y\rContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B--\r\n",
     "=x\npart-header : X: y\\x0dContent-Disposition: form-data; name=a\nflag InvalidPart\nflag "
     "NoDisposition\n"},
    {"PartEncoding",
     "--B\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: "
     "base64\r\n\r\neA==\r\n--B--\r\n",
     "a=eA==\npart-header a: Content-Disposition: form-data; name=a\n"
     "part-header a: Content-Transfer-Encoding: base64\nflag PartEncoding\n"},
    {"PartEncodingOfNone",
     "--B\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: "
     "8BIT\r\n\r\nx\r\n--B--\r\n",
     "a=x\npart-header a: Content-Disposition: form-data; name=a\npart-header a: "
     "Content-Transfer-Encoding: 8BIT\n"},
    {"PartCharset",
     "--B\r\nContent-Disposition: form-data; name=a\r\nContent-Type: text/plain; "
     "charset=utf-7\r\n\r\nx\r\n--B--\r\n",
     "a=x\npart-header a: Content-Disposition: form-data; name=a\n"
     "part-header a: Content-Type: text/plain; charset=utf-7\nflag PartCharset\n"},
    {"PartCharsetTwice",
     "--B\r\nContent-Disposition: form-data; name=a\r\nContent-Type: text/plain; charset=utf-8; "
     "charset=utf-7\r\n\r\nx"
     "\r\n--B--\r\n",
     "a=x\npart-header a: Content-Disposition: form-data; name=a\n"
     "part-header a: Content-Type: text/plain; charset=utf-8; charset=utf-7\nflag PartCharset\n"},
    {"NestedMultipart",
     "--B\r\nContent-Disposition: form-data; name=a\r\nContent-Type: multipart/mixed; "
     "boundary=C\r\n\r\n--C\r\n\r\n"
     "y\r\n--C--\r\n--B--\r\n",
     "a=--C\\x0d\\x0a\\x0d\\x0ay\\x0d\\x0a--C--\npart-header a: Content-Disposition: form-data; "
     "name=a\n"
     "part-header a: Content-Type: multipart/mixed; boundary=C\nflag InvalidPart\nflag "
     "UnmatchedBoundary\n"},
    {"BareLf", "--B\nContent-Disposition: form-data; name=a\n\nx\n--B--\n",
     "a=x\npart-header a: Content-Disposition: form-data; name=a\nflag LfLine\n"},
    {"MixedLineEnds", "--B\r\nContent-Disposition: form-data; name=a\n\r\nx\r\n--B--\r\n",
     "a=x\npart-header a: Content-Disposition: form-data; name=a\nflag LfLine\nflag CrlfLfLines\n"},
    {"LfInDataIsNoAnomaly",
     "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\ny\r\n--B--\r\n",
     "a=x\\x0ay\npart-header a: Content-Disposition: form-data; name=a\n"},
    {"BareCr", "--B\rContent-Disposition: form-data; name=a\r\rx\r--B--\r",
     "flag DataBefore\nflag UnmatchedBoundary\nflag Incomplete\nerror syntax: the body ends before "
     "its final boundary\n"},
    {"BareCrBeforeDelimiter",
     "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r--B\r\ny\r\n--B--\r\n",
     "a=x\\x0d--B\\x0d\\x0ay\npart-header a: Content-Disposition: form-data; name=a\nflag "
     "UnmatchedBoundary\n"},
    {"BareCrAfterDelimiter",
     "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B\ry\r\n--B--\r\n",
     "a=x\\x0d\\x0a--B\\x0dy\npart-header a: Content-Disposition: form-data; name=a\nflag "
     "UnmatchedBoundary\n"},
    {"BlanksAfterDelimiter",
     "--B \t\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B-- \r\n",
     "a=x\npart-header a: Content-Disposition: form-data; name=a\n"},
    {"DelimiterWithTail",
     "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--Bad\r\ny\r\n--B--\r\n",
     "a=x\\x0d\\x0a--Bad\\x0d\\x0ay\npart-header a: Content-Disposition: form-data; name=a\nflag "
     "UnmatchedBoundary\n"},
    {"DelimiterWithBlankBefore",
     "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n-- B\r\ny\r\n--B--\r\n",
     "a=x\\x0d\\x0a-- B\\x0d\\x0ay\npart-header a: Content-Disposition: form-data; name=a\nflag "
     "UnmatchedBoundary\n"},
    {"ForeignDelimiter",
     "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--C\r\ny\r\n--B--\r\n",
     "a=x\\x0d\\x0a--C\\x0d\\x0ay\npart-header a: Content-Disposition: form-data; name=a\nflag "
     "UnmatchedBoundary\n"},
    {"DashesAreText",
     "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n--\r\n-----\r\n-- \r\n--B--\r\n",
     "a=--\\x0d\\x0a-----\\x0d\\x0a-- \npart-header a: Content-Disposition: form-data; name=a\n"},
    {"PemIsText",
     "--Xyz\r\nContent-Disposition: form-data; name=a\r\n\r\n-----BEGIN "
     "CERTIFICATE-----\r\nx\r\n--Xyz--\r\n",
     "a=-----BEGIN CERTIFICATE-----\\x0d\\x0ax\npart-header a: Content-Disposition: form-data; "
     "name=a\n",
     "multipart/form-data; boundary=Xyz"},
    {"LongBlanksAfterDelimiter",
     "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B                                "
     "                    "
     "                                                                                             "
     "           \r\ny"
     "\r\n--B--\r\n",
     "a=x\\x0d\\x0a--B                                                    "
     "                                                                                             "
     "           "
     "\\x0d\\x0ay\npart-header a: Content-Disposition: form-data; name=a\nflag "
     "UnmatchedBoundary\n"},
    {"DelimiterWithinLineIsText",
     "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx--B--\r\n--B--\r\n",
     "a=x--B--\npart-header a: Content-Disposition: form-data; name=a\n"},
    {"DataBefore", "pre\r\n--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B--\r\n",
     "a=x\npart-header a: Content-Disposition: form-data; name=a\nflag DataBefore\n"},
    {"LineEndBefore", "\r\n--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B--\r\n",
     "a=x\npart-header a: Content-Disposition: form-data; name=a\n"},
    {"DataAfter", "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B--\r\npost",
     "a=x\npart-header a: Content-Disposition: form-data; name=a\nflag DataAfter\n"},
    {"LineEndsAfter", "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B--\r\n\r\n",
     "a=x\npart-header a: Content-Disposition: form-data; name=a\n"},
    {"PartAfterTheFinalOneIsSeen",
     "--B\r\nContent-Disposition: form-data; "
     "name=a\r\n\r\nx\r\n--B--\r\n--B\r\nContent-Disposition: form-data; "
     "name=b\r\n\r\ny\r\n--B--\r\n",
     "a=x\nb=y\npart-header a: Content-Disposition: form-data; name=a\n"
     "part-header b: Content-Disposition: form-data; name=b\nflag DataAfter\n"},
    {"DelimiterAmongHeaders", "--B\r\nContent-Disposition: form-data; name=a\r\n--B--\r\n",
     "a=\npart-header a: Content-Disposition: form-data; name=a\nflag InvalidPart\n"},
    {"EndsInValue", "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n",
     "a=x\\x0d\\x0a\npart-header a: Content-Disposition: form-data; name=a\nflag Incomplete\n"
     "error syntax: the body ends before its final boundary\n"},
    {"EndsInFinalDelimiter", "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B-",
     "a=x\\x0d\\x0a--B-\npart-header a: Content-Disposition: form-data; name=a\nflag "
     "UnmatchedBoundary\n"
     "flag Incomplete\nerror syntax: the body ends before its final boundary\n"},
    {"EndsAfterDelimiter", "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B",
     "a=x\n=\npart-header a: Content-Disposition: form-data; name=a\nflag InvalidPart\nflag "
     "Incomplete\n"
     "flag NoDisposition\nerror syntax: the body ends before its final boundary\n"},
    {"EndsInHeaders", "--B\r\nContent-Disposition: form-data; name=a",
     "a=\npart-header a: Content-Disposition: form-data; name=a\nflag Incomplete\n"
     "error syntax: the body ends before its final boundary\n"},
    {"NoDelimiterAtAll", "a=b&c=d",
     "flag DataBefore\nflag Incomplete\nerror syntax: the body ends before its final boundary\n"},
    {"BoundaryFromTheBody", "--X\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--X--\r\n",
     "a=x\npart-header a: Content-Disposition: form-data; name=a\nflag InvalidBoundary\n"
     "error syntax: the Content-Type names no boundary\n",
     "multipart/form-data"},
    {"TwoBoundaries", "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B--\r\n",
     "a=x\npart-header a: Content-Disposition: form-data; name=a\nflag InvalidBoundary\n",
     "multipart/form-data; boundary=B; boundary=C"},
    {"HeaderOfTheRequestHasItsFlags",
     "--B C\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B C--\r\n",
     "a=x\npart-header a: Content-Disposition: form-data; name=a\nflag BoundaryQuoted\nflag "
     "BoundaryWhitespace\n",
     "multipart/form-data; boundary=\"B C\""},
    {"EightBitBoundary",
     "--\xe9\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--\xe9--\r\n",
     "a=x\npart-header a: Content-Disposition: form-data; name=a\nflag InvalidBoundary\n",
     "multipart/form-data; boundary=\xe9"},
};

class MultipartBodyTest : public testing::TestWithParam<MultipartCase> {};

TEST_P(MultipartBodyTest, IsTakenApart) {
  const MultipartCase& c = GetParam();
  EXPECT_EQ(ParsedText({BodyKind::kMultipart, c.content_type}, {c.body}),
            std::string(c.want) + "bytes " + std::to_string(c.body.size()) + "\n");
}

INSTANTIATE_TEST_SUITE_P(Bodies, MultipartBodyTest, testing::ValuesIn(kCases),
                         [](const auto& each) { return each.param.name; });

std::string FilePartOf(const std::string& contents) {
  return "--B\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\n" + contents +
         "\r\n--B--\r\n";
}

TEST(MultipartBody, KeepsOnlyTheHeadOfAFile) {
  const std::string contents(10'000, 'x');
  const std::string text = ParsedText({BodyKind::kMultipart, kType}, {FilePartOf(contents)});
  EXPECT_NE(text.find("size=10000 head=" + contents.substr(0, FilePart::kHeadBytes) + "\n"),
            text.npos);
  EXPECT_NE(text.find("files-size 10000\n"), text.npos);
}

TEST(MultipartBody, CutsAtTheLimitOnMemoryAndSaysSo) {
  const std::string body =
      "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n0123456789\r\n--B--\r\n";
  const size_t fixed = std::string_view("aContent-Disposition: form-data; name=aa").size();
  EXPECT_EQ(
      ParsedText({BodyKind::kMultipart, kType, {.memory_bytes = fixed + 10}}, {body}).find("error"),
      std::string::npos);
  const std::string cut =
      ParsedText({BodyKind::kMultipart, kType, {.memory_bytes = fixed + 3}}, {body});
  EXPECT_EQ(cut.substr(0, cut.find('\n')), "a=012");
  EXPECT_NE(cut.find("error memory"), cut.npos) << cut;
}

TEST(MultipartBody, SaysWhenThereAreTooManyFilesOrFields) {
  std::string files;
  std::string fields;
  for (int i = 0; i < 3; ++i) {
    files += "--B\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\ny\r\n";
    fields += "--B\r\nContent-Disposition: form-data; name=f\r\n\r\ny\r\n";
  }
  const Body body{BodyKind::kMultipart, kType, {.arguments = 2, .files = 2}};
  const std::string of_files = ParsedText(body, {files + "--B--\r\n"});
  EXPECT_NE(of_files.find("flag FileLimitExceeded\n"), of_files.npos);
  EXPECT_NE(of_files.find("error arguments: the body has more files"), of_files.npos) << of_files;
  const std::string of_fields = ParsedText(body, {fields + "--B--\r\n"});
  EXPECT_NE(of_fields.find("error arguments: the body has more arguments"), of_fields.npos)
      << of_fields;
}

TEST(MultipartBody, BoundsTheHeadersOfAPart) {
  std::string many = "--B\r\n";
  for (int i = 0; i < 65; ++i) many += "X: y\r\n";
  const std::string of_many = ParsedText({BodyKind::kMultipart, kType}, {many});
  EXPECT_NE(of_many.find("error arguments: a part has more headers"), of_many.npos) << of_many;
  const std::string longest =
      "--B\r\nContent-Disposition: form-data; name=" + std::string(20'000, 'x');
  const std::string of_long = ParsedText({BodyKind::kMultipart, kType}, {longest});
  EXPECT_NE(of_long.find("error memory: a part has longer headers"), of_long.npos);
}

}  // namespace
}  // namespace rasp
