// SPDX-License-Identifier: Apache-2.0
#include "transform_case.h"

namespace rasp {
namespace {

constexpr Case kUrlDecode[] = {
    {"Empty", "", ""},
    {"NothingToDo", "a-b_c", "a-b_c"},
    {"PlusIsSpace", "a+b", "a b"},
    {"EscapesInEitherCase", "%4a%4A", "JJ"},
    {"EncodedPercentIsDecodedOnce", "%2541", "%41"},
    {"EncodedPlusStaysPlus", "%2B", "+"},
    {"NulIsData", "a%00b", "a\0b"sv},
    {"HighByte", "%ff", "\xff"},
    {"PercentAlone", "%", "%"},
    {"OneDigit", "%4", "%4"},
    {"OneDigitBeforeAnEscape", "%4%41", "%4A"},
    {"InvalidFirstDigit", "%g1", "%g1"},
    {"InvalidSecondDigit", "%1g", "%1g"},
    {"PercentBeforeEscape", "%%41", "%A"},
    {"NoUnicodeEscapes", "%u0041", "%u0041"},
    {"RawNulAndHighBytesStay", "\0\xff%41"sv,
     "\0\xff"
     "A"sv},
};
TRANSFORM_ROWS(UrlDecode, "urlDecode", kUrlDecode);

constexpr Case kUrlDecodeUni[] = {
    {"Empty", "", ""},
    {"NothingToDo", "abc", "abc"},
    {"PlainEscapesToo", "%41+%3c", "A <"},
    {"Ascii", "%u003cscript%U003E", "<script>"},
    {"FullWidth", "%uff1cscript%uFF1E", "<script>"},
    {"FirstFullWidth", "%uff01", "!"},
    {"LastFullWidth", "%uff5e", "~"},
    {"BeforeFullWidthIsLowByte", "%uff00", "\0"sv},
    {"AfterFullWidthIsLowByte", "%uff5f", "\x5f"},
    {"AccentedLetter", "%u00e9%u0100%u01cd", "eAA"},
    {"CurlyQuotes", "%u2018%u2019%u201c%u201d", "''\"\""},
    {"Prime", "%u02b9%u02bc%u2032", "'''"},
    {"DashesAndMinus", "%u2013%u2014%u2212%u00ad", "----"},
    {"AngleQuotes", "%u2039%u203a%u3008%u3009%u00ab%u00bb", "<><><>"},
    {"Slashes", "%u2044%u2215%u2216", "//\\"},
    {"Spaces", "%u00a0%u2003%u3000", "   "},
    {"LongSAndKelvinFoldToLetters", "%u017f%u212a", "sK"},
    {"SmallForms", "%ufe64%ufe65%ufe68", "<>\\"},
    {"LatinExtended", "%u0130%u0152%u0178%u01a0%u01db%u01f8%u01fb%u021f", "IOYOUNah"},
    {"LetterLike", "%u2102%u2113%u2122%u212c%u2134", "ClTBo"},
    {"SubAndSuperscripts", "%u2070%u207f%u2083%u00b9", "0n31"},
    {"MathematicalSigns", "%u2217%u2223%u2236%u2303%u2329%u232a", "*|:^<>"},
    {"GreekQuestionMarkAndArabicPercent", "%u037e%u066a", ";%"},
    {"Tilde", "%u02dc%u223c", "~~"},
    {"NoLikenessIsLowByte", "%u4e41", "A"},
    {"Nul", "a%u0000b", "a\0b"sv},
    {"EscapeOfFullWidthPercentIsDecodedOnce", "%uff0541", "%41"},
    {"PercentUAlone", "%u", "%u"},
    {"OneDigit", "%u1", "%u1"},
    {"TwoDigits", "%u12", "%u12"},
    {"ThreeDigits", "%u123", "%u123"},
    {"InvalidDigitKeepsPercentU", "%u00zz", "%u00zz"},
    {"InvalidThenEscape", "%u%41", "%uA"},
    {"PercentAlone", "%", "%"},
    {"TruncatedEscape", "%4", "%4"},
    {"InvalidEscape", "%zz", "%zz"},
};
TRANSFORM_ROWS(UrlDecodeUni, "urlDecodeUni", kUrlDecodeUni);

constexpr Case kUrlEncode[] = {
    {"Empty", "", ""},
    {"NothingToDo", "aZ09*", "aZ09*"},
    {"SpaceIsPlus", "a b", "a+b"},
    {"Punctuation", "-_.~/%+", "%2d%5f%2e%7e%2f%25%2b"},
    {"NulAndHighBytes", "\0\x80\xff"sv, "%00%80%ff"},
};
TRANSFORM_ROWS(UrlEncode, "urlEncode", kUrlEncode);

constexpr Case kUtf8ToUnicode[] = {
    {"Empty", "", ""},
    {"AsciiStays", "a\0b\x7f"sv, "a\0b\x7f"sv},
    {"TwoBytes", "\xc3\xa9", "%u00e9"},
    {"ThreeBytes", "\xe2\x82\xac", "%u20ac"},
    {"FourBytes", "\xf0\x9f\x98\x80", "%u1f600"},
    {"SixDigits", "\xf4\x8f\xbf\xbf", "%u10ffff"},
    {"BeyondUnicode", "\xf4\x90\x80\x80", "\xf4\x90\x80\x80"},
    {"FullWidthAmidText",
     "a\xef\xbc\x9c"
     "b",
     "a%uff1cb"},
    {"OverlongSlash", "..\xc0\xaf", "..%u002f"},
    {"OverlongDotInThree", "\xe0\x80\xae", "%u002e"},
    {"OverlongNul", "\xc0\x80", "%u0000"},
    {"Surrogate", "\xed\xa0\x80", "%ud800"},
    {"ContinuationAlone", "\x80\xbf", "\x80\xbf"},
    {"LeadAlone", "\xc3", "\xc3"},
    {"ThreeByteLeadWithOne", "\xe2\x82", "\xe2\x82"},
    {"FourByteLeadWithTwo", "\xf0\x9f\x98", "\xf0\x9f\x98"},
    {"LeadBeforeAscii",
     "\xc3"
     "a",
     "\xc3"
     "a"},
    {"LeadBeforeSequence", "\xe2\xc3\xa9", "\xe2%u00e9"},
    {"InvalidLeads", "\xf8\x88\xfe\xff", "\xf8\x88\xfe\xff"},
    {"HighBytesAfterASequence", "\xc3\xa9\xff", "%u00e9\xff"},
};
TRANSFORM_ROWS(Utf8ToUnicode, "utf8toUnicode", kUtf8ToUnicode);

TEST(Utf8ToUnicodeThenUrlDecodeUni, ReadsFullWidthAndOverlongFormsAsAscii) {
  EXPECT_EQ(Apply("urlDecodeUni", Apply("utf8toUnicode", "\xef\xbc\x9cscript\xef\xbc\x9e")),
            "<script>");
  EXPECT_EQ(Apply("urlDecodeUni", Apply("utf8toUnicode", "\xc0\xae\xc0\xae\xc0\xaf")), "../");
}

}  // namespace
}  // namespace rasp
