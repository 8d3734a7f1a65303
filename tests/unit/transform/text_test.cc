// SPDX-License-Identifier: Apache-2.0
#include "transform_case.h"

namespace rasp {
namespace {

constexpr Case kLowercase[] = {
    {"Empty", "", ""},
    {"NothingToDo", "abc09", "abc09"},
    {"Letters", "aBCz", "abcz"},
    {"NeighboursOfLetters", "@[`{", "@[`{"},
    {"HighBytesStay",
     "\xc0\xc9"
     "A",
     "\xc0\xc9"
     "a"},
    {"NulIsData", "A\0B"sv, "a\0b"sv},
};
TRANSFORM_ROWS(Lowercase, "lowercase", kLowercase);

constexpr Case kUppercase[] = {
    {"Empty", "", ""},
    {"NothingToDo", "ABC09", "ABC09"},
    {"Letters", "Abcz", "ABCZ"},
    {"NeighboursOfLetters", "@[`{", "@[`{"},
    {"HighBytesStay",
     "\xe0\xe9"
     "a",
     "\xe0\xe9"
     "A"},
};
TRANSFORM_ROWS(Uppercase, "uppercase", kUppercase);

constexpr Case kLength[] = {
    {"Empty", "", "0"},
    {"OneIsItsOwnLength", "1", "1"},
    {"Bytes", "a\0\xff"sv, "3"},
    {"TwoDigits", "0123456789", "10"},
};
TRANSFORM_ROWS(Length, "length", kLength);

constexpr Case kNone[] = {{"Empty", "", ""}, {"AnyBytes", "a\0\xff"sv, "a\0\xff"sv}};
TRANSFORM_ROWS(None, "none", kNone);

constexpr Case kRemoveNulls[] = {
    {"Empty", "", ""},      {"NothingToDo", "abc", "abc"}, {"Amid", "a\0b\0\0c"sv, "abc"},
    {"Only", "\0\0"sv, ""}, {"AtTheEnds", "\0a\0"sv, "a"},
};
TRANSFORM_ROWS(RemoveNulls, "removeNulls", kRemoveNulls);

constexpr Case kReplaceNulls[] = {
    {"Empty", "", ""},
    {"NothingToDo", "a c", "a c"},
    {"Each", "\0a\0\0"sv, " a  "},
};
TRANSFORM_ROWS(ReplaceNulls, "replaceNulls", kReplaceNulls);

constexpr Case kParityEven[] = {
    {"Empty", "", ""},
    {"EvenStays", "cf", "cf"},
    {"OddGetsTheBit", "ab", "\xe1\xe2"},
    {"EighthBitCountsAndIsReplaced", "\x80\x81\xff", "\x80\x01\x7f"},
    {"Nul", "\0"sv, "\0"sv},
};
TRANSFORM_ROWS(ParityEven7bit, "parityEven7bit", kParityEven);

constexpr Case kParityOdd[] = {
    {"Empty", "", ""},
    {"OddStays", "ab", "ab"},
    {"EvenGetsTheBit", "cf", "\xe3\xe6"},
    {"EighthBitCountsAndIsReplaced", "\x80\x81\xff", "\x00\x81\xff"sv},
    {"Nul", "\0"sv, "\x80"},
};
TRANSFORM_ROWS(ParityOdd7bit, "parityOdd7bit", kParityOdd);

constexpr Case kParityZero[] = {
    {"Empty", "", ""},
    {"AsciiStays", "ab\0"sv, "ab\0"sv},
    {"EighthBitGoes", "\x80\xe1\xff", "\0a\x7f"sv},
};
TRANSFORM_ROWS(ParityZero7bit, "parityZero7bit", kParityZero);

constexpr Case kCompressWhitespace[] = {
    {"Empty", "", ""},
    {"NothingToDo", "a b c", "a b c"},
    {"RunBecomesOneSpace", "a \t\r\n\v\f b", "a b"},
    {"SingleTabBecomesSpace", "a\tb", "a b"},
    {"NbspIsWhiteSpace",
     "a\xa0\xa0"
     "b",
     "a b"},
    {"EdgesAreCompressedNotTrimmed", "  a  ", " a "},
    {"OnlySpaces", "   ", " "},
    {"NulIsData", "a\0\0b"sv, "a\0\0b"sv},
};
TRANSFORM_ROWS(CompressWhitespace, "compressWhitespace", kCompressWhitespace);

constexpr Case kRemoveWhitespace[] = {
    {"Empty", "", ""},
    {"NothingToDo", "abc", "abc"},
    {"All", " a\t\r\n\v\fb ", "ab"},
    {"Latin1Nbsp",
     "a\xa0"
     "b",
     "ab"},
    {"Utf8Nbsp",
     "a\xc2\xa0"
     "b",
     "ab"},
    {"OtherUtf8Stays", "\xc2\xa9 x", "\xc2\xa9x"},
    {"LeadByteAtTheEndStays", " \xc2", "\xc2"},
    {"OnlySpaces", "   ", ""},
    {"NulIsData", "a\0 "sv, "a\0"sv},
};
TRANSFORM_ROWS(RemoveWhitespace, "removeWhitespace", kRemoveWhitespace);

constexpr Case kTrim[] = {
    {"Empty", "", ""},
    {"NothingToDo", "a b", "a b"},
    {"BothEnds", " \t\r\n\v\fa b \n", "a b"},
    {"OnlySpaces", "   ", ""},
    {"OneSpace", " ", ""},
    {"NulIsNoSpace", " \0 "sv, "\0"sv},
    {"NbspIsNoSpace",
     "\xa0"
     "a ",
     "\xa0"
     "a"},
};
TRANSFORM_ROWS(Trim, "trim", kTrim);

constexpr Case kTrimLeft[] = {{"Empty", "", ""},
                              {"NothingToDo", "a ", "a "},
                              {"Left", " \na ", "a "},
                              {"OnlySpaces", "  ", ""}};
TRANSFORM_ROWS(TrimLeft, "trimLeft", kTrimLeft);

constexpr Case kTrimRight[] = {{"Empty", "", ""},
                               {"NothingToDo", " a", " a"},
                               {"Right", " a\n ", " a"},
                               {"OnlySpaces", "  ", ""}};
TRANSFORM_ROWS(TrimRight, "trimRight", kTrimRight);

constexpr Case kCmdLine[] = {
    {"Empty", "", ""},
    {"NothingToDo", "cat /etc", "cat/etc"},
    {"QuotesCaretsAndBackslashesGo", "c\"a't\\ ^x", "cat x"},
    {"SeparatorsBecomeOneSpace", "a,;\t\r\n b", "a b"},
    {"NoSpaceBeforeSlashOrParenthesis", "dir  /s (x", "dir/s(x"},
    {"QuoteBetweenSpaceAndSlash", "a \"/b", "a/b"},
    {"LowerCase", "CMD.exe", "cmd.exe"},
    {"EdgesKeepOneSpace", " ,a;;", " a "},
    {"SlashFirst", "/A", "/a"},
    {"SpaceThenSlashFirst", " /", "/"},
    {"OtherWhiteSpaceStays", "a\v\fb", "a\v\fb"},
    {"NulAndHighBytesAreData", "A\0\xc9"sv, "a\0\xc9"sv},
    {"OnlyQuotes", "\"'", ""},
};
TRANSFORM_ROWS(CmdLine, "cmdLine", kCmdLine);

constexpr Case kRemoveComments[] = {
    {"Empty", "", ""},
    {"NothingToDo", "a-b<c", "a-b<c"},
    {"CComment", "a/*x*/b", "ab"},
    {"HtmlComment", "a<!--x-->b", "ab"},
    {"DashesTakeTheRest", "a--b", "a"},
    {"HashTakesTheRest", "a#b", "a"},
    {"TwoInARow", "/*a*//*b*/c", "c"},
    {"AfterACommentTheRestGoesToo", "/*a*/#b", ""},
    {"EitherMarkCloses", "/*a-->b", "b"},
    {"Unterminated", "a/*b", "a "},
    {"UnterminatedHtml", "a<!--b", "a "},
    {"OpenAlone", "/*", " "},
    {"OverlappingMarksDoNotClose", "/*/a", " "},
    {"CommentAtTheEnd", "a/**/", "a"},
    {"MarksInsideAreText", "/*#--*/a", "a"},
    {"SlashAlone", "/", "/"},
    {"DashAlone", "-", "-"},
    {"HtmlOpenCutShort", "<!-", "<!-"},
    {"NulIsData", "\0/*\0*/\0"sv, "\0\0"sv},
};
TRANSFORM_ROWS(RemoveComments, "removeComments", kRemoveComments);

constexpr Case kRemoveCommentsChar[] = {
    {"Empty", "", ""},
    {"NothingToDo", "a/b*c<!-d-e", "a/b*c<!-d-e"},
    {"CMarks", "un/*x*/ion", "unxion"},
    {"HtmlMarks", "<!--x-->", "x"},
    {"DashesAndHash", "a--b#c", "abc"},
    {"ThreeDashes", "---", "-"},
    {"MarksThatMeetAfterRemovalStay", "/#*", "/*"},
    {"NulIsData", "\0#\xff"sv, "\0\xff"sv},
};
TRANSFORM_ROWS(RemoveCommentsChar, "removeCommentsChar", kRemoveCommentsChar);

constexpr Case kReplaceComments[] = {
    {"Empty", "", ""},
    {"NothingToDo", "a/b*c", "a/b*c"},
    {"OneSpaceEach", "un/**/ion/*a*//*b*/x", "un ion  x"},
    {"Unterminated", "a/*b", "a "},
    {"OpenAlone", "/*", " "},
    {"OverlappingMarksDoNotClose", "/*/", " "},
    {"CloseAloneStays", "a*/b", "a*/b"},
    {"NestedOpenIsText", "/*/**/*/", " */"},
    {"HtmlStays", "<!--a-->", "<!--a-->"},
    {"NulIsData", "\0/*\0*/\0"sv, "\0 \0"sv},
};
TRANSFORM_ROWS(ReplaceComments, "replaceComments", kReplaceComments);

}  // namespace
}  // namespace rasp
