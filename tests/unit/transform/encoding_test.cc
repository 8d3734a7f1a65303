// SPDX-License-Identifier: Apache-2.0
#include "transform_case.h"

namespace rasp {
namespace {

constexpr Case kBase64Decode[] = {
    {"Empty", "", ""},
    {"OneByteIsNotEnough", "Q", ""},
    {"TwoBytes", "QQ", "A"},
    {"ThreeBytes", "QUI", "AB"},
    {"FourBytes", "QUJD", "ABC"},
    {"Padding", "QQ==", "A"},
    {"StopsAtPadding", "QQ==QQ==", "A"},
    {"LineBreaksAreSkipped", "QU\r\nJD", "ABC"},
    {"BlanksBeforeALineBreakAreSkipped", " \nQU  \r\nJD ", "ABC"},
    {"StopsAtForeignByte", "QUJD QUJD", "ABC"},
    {"StopsAtBlanksInALine", "QU  JD\n", "A"},
    {"StopsAtBlanksAtTheEnd", "QUJD  ", "ABC"},
    {"StopsAtUrlSafeByte", "QUJD-_", "ABC"},
    {"NothingOfTheAlphabet", "!!", ""},
    {"NulStops", "QUJD\0QUJD"sv, "ABC"},
    {"HighByteStops", "QUJD\xff", "ABC"},
    {"AllBits", "//79+w==", "\xff\xfe\xfd\xfb"},
    {"DecodesToNul", "AGEA", "\0a\0"sv},
};
TRANSFORM_ROWS(Base64Decode, "base64Decode", kBase64Decode);

constexpr Case kBase64DecodeExt[] = {
    {"Empty", "", ""},
    {"OneByteIsNotEnough", "Q", ""},
    {"TwoBytes", "QQ", "A"},
    {"ThreeBytes", "QUI", "AB"},
    {"ForeignBytesAreSkipped", "Q.U J!D", "ABC"},
    {"PaddingInTheMiddle", "QUI=QUI=", "AB\x10P"},
    {"UrlSafeAlphabetIsForeign", "Q-U_JD", "ABC"},
    {"NulIsSkipped", "QU\0JD"sv, "ABC"},
    {"HighByteIsSkipped", "QU\xffJD", "ABC"},
    {"OnlyForeignBytes", "!!! \xff", ""},
};
TRANSFORM_ROWS(Base64DecodeExt, "base64DecodeExt", kBase64DecodeExt);

constexpr Case kBase64Encode[] = {
    {"Empty", "", ""},
    {"OneByte", "A", "QQ=="},
    {"TwoBytes", "AB", "QUI="},
    {"ThreeBytes", "ABC", "QUJD"},
    {"FourBytes", "ABCD", "QUJDRA=="},
    {"NulAndHighBytes", "\0\xff\xfe"sv, "AP/+"},
};
TRANSFORM_ROWS(Base64Encode, "base64Encode", kBase64Encode);

constexpr Case kHexDecode[] = {
    {"Empty", "", ""},
    {"OneDigitIsDropped", "4", ""},
    {"TwoDigits", "41", "A"},
    {"ThreeDigits", "414", "A"},
    {"EitherCase", "4a4A", "JJ"},
    {"NulAndHighByte", "00ff", "\0\xff"sv},
    {"NoDigitsByModSecuritysArithmetic", "0z", "\x23"},
    {"RawHighBytes", "\xff\xff", "\x28"},
};
TRANSFORM_ROWS(HexDecode, "hexDecode", kHexDecode);

constexpr Case kHexEncode[] = {
    {"Empty", "", ""},
    {"OneByte", "A", "41"},
    {"LowerCaseDigits", "\xab\xcd", "abcd"},
    {"Nul", "a\0"sv, "6100"},
};
TRANSFORM_ROWS(HexEncode, "hexEncode", kHexEncode);

constexpr Case kSqlHexDecode[] = {
    {"Empty", "", ""},
    {"NothingToDo", "select", "select"},
    {"Literal", "0x414243", "ABC"},
    {"UpperCaseX", "0X41", "A"},
    {"AmidText", "a=0x41 or", "a=A or"},
    {"OddDigitStays", "0x414", "A4"},
    {"OneDigit", "0x4", "0x4"},
    {"Prefix", "0x", "0x"},
    {"ZeroAtTheEnd", "10", "10"},
    {"ZeroAlone", "0", "0"},
    {"TwoLiterals", "0x41,0x42", "A,B"},
    {"AdjacentLiterals", "0x410x42", "AB"},
    {"ZeroBeforeLiteral", "00x41", "0A"},
    {"NulDoesNotEndTheText",
     "\0"
     "0x41"sv,
     "\0"
     "A"sv},
    {"DecodesToNul", "0x0041",
     "\0"
     "A"sv},
    {"NoDigits", "0xzz", "0xzz"},
};
TRANSFORM_ROWS(SqlHexDecode, "sqlHexDecode", kSqlHexDecode);

constexpr Case kMd5[] = {
    {"Empty", "", "\xd4\x1d\x8c\xd9\x8f\x00\xb2\x04\xe9\x80\x09\x98\xec\xf8\x42\x7e"sv},
    {"Text", "abc", "\x90\x01\x50\x98\x3c\xd2\x4f\xb0\xd6\x96\x3f\x7d\x28\xe1\x7f\x72"},
};
TRANSFORM_ROWS(Md5, "md5", kMd5);

constexpr Case kSha1[] = {
    {"Empty", "",
     "\xda\x39\xa3\xee\x5e\x6b\x4b\x0d\x32\x55\xbf\xef\x95\x60\x18\x90\xaf\xd8\x07\x09"},
    {"Text", "abc",
     "\xa9\x99\x3e\x36\x47\x06\x81\x6a\xba\x3e\x25\x71\x78\x50\xc2\x6c\x9c\xd0\xd8\x9d"},
};
TRANSFORM_ROWS(Sha1, "sha1", kSha1);

TEST(Digest, OfDataWithNulDependsOnWhatFollowsIt) {
  EXPECT_NE(Apply("sha1", "a\0b"sv), Apply("sha1", "a\0c"sv));
  EXPECT_NE(Apply("md5", "a\0b"sv), Apply("md5", "a\0c"sv));
}

TEST(Base64, DecodesWhatItEncodedAtEveryLength) {
  std::string text;
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(Apply("base64Decode", Apply("base64Encode", text)), text);
    EXPECT_EQ(Apply("base64DecodeExt", Apply("base64Encode", text)), text);
    text.push_back(static_cast<char>(255 - i));
  }
}

TEST(Hex, DecodesWhatItEncoded) {
  std::string text;
  for (int i = 0; i < 256; ++i) text.push_back(static_cast<char>(i));
  EXPECT_EQ(Apply("hexDecode", Apply("hexEncode", text)), text);
  EXPECT_EQ(Apply("urlDecode", Apply("urlEncode", text)), text);
}

}  // namespace
}  // namespace rasp
