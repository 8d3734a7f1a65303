// SPDX-License-Identifier: Apache-2.0
#include "transform_case.h"

namespace rasp {
namespace {

constexpr Case kHtmlEntityDecode[] = {
    {"Empty", "", ""},
    {"NothingToDo", "a;b#c", "a;b#c"},
    {"Decimal", "&#60;a&#62;", "<a>"},
    {"DecimalWithoutSemicolon", "&#60a", "<a"},
    {"HexInEitherCase", "&#x3c;&#X3E;", "<>"},
    {"HexWithoutSemicolon", "&#x3cscript", "<script"},
    {"LeadingZeros", "&#0000000060;&#x00000000003c;", "<<"},
    {"HundredLeadingZeros",
     "&#"
     "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "00000000060",
     "<"},
    {"LowByteOfLargeCodes", "&#316;&#x13c;", "<<"},
    {"NulReference", "a&#0;b", "a\0b"sv},
    {"Named", "&lt;&gt;&amp;&quot;&nbsp;", "<>&\"\xa0"},
    {"NamedInAnyCase", "&LT;&Gt;&aMP;&QUOT;", "<>&\""},
    {"NamedWithoutSemicolon", "&lt&gt", "<>"},
    {"NamedRunMustEnd", "&ltx;", "&ltx;"},
    {"ColonTabNewLine", "java&Tab;script&colon;a&NewLine;", "java\tscript:a\n"},
    {"Parentheses", "alert&lpar;1&rpar;", "alert(1)"},
    {"Slashes", "&sol;&bsol;", "/\\"},
    {"Brackets", "&lsqb;&rsqb;&lbrack;&rbrack;&lcub;&rcub;&lbrace;&rbrace;", "[][]{}{}"},
    {"Quotes", "&apos;&grave;&DiacriticalGrave;", "'``"},
    {"Signs", "&excl;&num;&dollar;&percnt;&ast;&midast;&plus;&comma;&period;", "!#$%**+,."},
    {"MoreSigns",
     "&semi;&equals;&quest;&commat;&Hat;&lowbar;&UnderBar;&verbar;&vert;&VerticalLine;",
     ";=?@^__|||"},
    {"NonBreakingSpace", "&NonBreakingSpace;", "\xa0"},
    {"Html5NeedsItsSemicolon", "&colon&lpar", "&colon&lpar"},
    {"Html5NeedsItsCase", "&COLON;&tab;", "&COLON;&tab;"},
    {"DecodedOnce", "&amp;lt;", "&lt;"},
    {"Unknown", "&foo;&a;", "&foo;&a;"},
    {"AmpersandAlone", "&", "&"},
    {"AmpersandAtTheEnd", "a&", "a&"},
    {"AmpersandThenSemicolon", "&;", "&;"},
    {"HashAlone", "&#", "&#"},
    {"HashThenSemicolon", "&#;", "&#;"},
    {"HexWithoutDigits", "&#x", "&#x"},
    {"HexThenSemicolon", "&#x;", "&#x;"},
    {"HexThenOther", "&#xg", "&#xg"},
    {"AmpersandRun", "&&lt;&", "&<&"},
    {"UnknownThenKnown", "&foo&lt;", "&foo<"},
    {"RawNulEndsTheName", "&lt\0;"sv, "<\0;"sv},
    {"HighByteEndsTheName", "&lt\xff", "<\xff"},
};
TRANSFORM_ROWS(HtmlEntityDecode, "htmlEntityDecode", kHtmlEntityDecode);

constexpr Case kCssDecode[] = {
    {"Empty", "", ""},
    {"NothingToDo", "color:red", "color:red"},
    {"OneDigit", "\\a", "\n"},
    {"TwoDigits", "\\41", "A"},
    {"ThreeDigitsUseTheLastTwo", "\\141", "A"},
    {"FourDigits", "\\0041", "A"},
    {"FiveDigits", "\\00041", "A"},
    {"SixDigits", "\\000041", "A"},
    {"SeventhDigitIsText", "\\0000411", "A1"},
    {"FullWidth", "\\ff1c\\00ff1e\\0FF01", "<>!"},
    {"NotFullWidth", "\\1ff1c", "\x1c"},
    {"OneSpaceEndsAnEscape", "\\41  b", "A b"},
    {"LineBreakEndsAnEscape", "\\41\nb", "Ab"},
    {"OtherByteIsItself", "\\j\\av", "j\nv"},
    {"EscapedBackslash", "\\\\41", "\\41"},
    {"LineBreakIsDropped", "a\\\nb", "ab"},
    {"BackslashAtTheEnd", "a\\", "a"},
    {"BackslashAlone", "\\", ""},
    {"EscapedNul", "\\0", "\0"sv},
    {"RawNul", "\\\0a"sv, "\0a"sv},
    {"HighByte", "\\\xff", "\xff"},
    {"TextAfterNulSurvives", "\\0 expression", "\0expression"sv},
    {"HiddenKeyword", "e\\78 pre\\73 sion", "expression"},
};
TRANSFORM_ROWS(CssDecode, "cssDecode", kCssDecode);

constexpr Case kJsDecode[] = {
    {"Empty", "", ""},
    {"NothingToDo", "alert", "alert"},
    {"Unicode", "\\u003c\\u003C", "<<"},
    {"FullWidth", "\\uff1c\\uFF1E", "<>"},
    {"LowByte", "\\u4e41", "A"},
    {"Hex", "\\x3c\\x3C", "<<"},
    {"Octal", "\\74\\074\\7", "<<\a"},
    {"OctalAbove255TakesTwoDigits", "\\400\\777",
     " 0\x3f"
     "7"},
    {"OctalLargest", "\\377", "\xff"},
    {"OctalEndsAtEight", "\\18",
     "\x01"
     "8"},
    {"ControlLetters", "\\a\\b\\f\\n\\r\\t\\v", "\a\b\f\n\r\t\v"},
    {"QuotesAndBackslash", "\\'\\\"\\\\\\?", "'\"\\?"},
    {"OtherLetterIsItself", "\\q", "q"},
    {"NulEscape", "a\\0b", "a\0b"sv},
    {"BackslashAlone", "\\", "\\"},
    {"UAlone", "\\u", "u"},
    {"UOneDigit", "\\u1", "u1"},
    {"UThreeDigits", "\\u123", "u123"},
    {"UInvalidDigit", "\\u00g1", "u00g1"},
    {"XAlone", "\\x", "x"},
    {"XOneDigit", "\\x1", "x1"},
    {"XInvalidDigit", "\\xg1", "xg1"},
    {"UpperCaseUIsNoEscape", "\\U0041", "U0041"},
    {"DecodedOnce", "\\\\u0041", "\\u0041"},
    {"RawNulAndHighByte", "\\\0\\\xff"sv, "\0\xff"sv},
};
TRANSFORM_ROWS(JsDecode, "jsDecode", kJsDecode);

constexpr Case kEscapeSeqDecode[] = {
    {"Empty", "", ""},
    {"NothingToDo", "cat", "cat"},
    {"ControlLetters", "\\a\\b\\f\\n\\r\\t\\v", "\a\b\f\n\r\t\v"},
    {"Quotes", "\\\\\\?\\'\\\"", "\\?'\""},
    {"HexInEitherCase", "\\x41\\X42", "AB"},
    {"Octal", "\\101\\7\\0", "A\a\0"sv},
    {"OctalLowByte", "\\666", "\xb6"},
    {"OctalTakesThreeDigits", "\\0123", "\n3"},
    {"NoOctal", "\\8\\9", "89"},
    {"InvalidHex", "\\xag\\xga\\x", "xagxgax"},
    {"OneHexDigitAtTheEnd", "\\x4", "x4"},
    {"OtherByteIsItself", "\\c\\a\\t", "c\a\t"},
    {"BackslashAtTheEnd", "a\\", "a\\"},
    {"BackslashAlone", "\\", "\\"},
    {"NoUnicode", "\\u0041", "u0041"},
    {"RawNulAndHighByte", "\\\0\\\xff"sv, "\0\xff"sv},
};
TRANSFORM_ROWS(EscapeSeqDecode, "escapeSeqDecode", kEscapeSeqDecode);

}  // namespace
}  // namespace rasp
