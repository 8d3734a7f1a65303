// SPDX-License-Identifier: Apache-2.0
#include "transform_case.h"

namespace rasp {
namespace {

constexpr Case kNormalizePath[] = {
    {"Empty", "", ""},
    {"Root", "/", "/"},
    {"OneName", "a", "a"},
    {"NothingToDo", "/a/b.c/", "/a/b.c/"},
    {"DoubleSlash", "//a///b", "/a/b"},
    {"OnlySlashes", "///", "/"},
    {"SelfReference", "/a/./b", "/a/b"},
    {"BackReference", "/a/../b", "/b"},
    {"NestedBackReferences", "/a/b/c/../../d", "/a/d"},
    {"NeverAboveRoot", "/../../etc/passwd", "/etc/passwd"},
    {"BackToRoot", "/a/..", "/"},
    {"BackToRootWithSlash", "/a/../", "/"},
    {"RootSelf", "/.", "/"},
    {"RelativeSelf", "./a", "a"},
    {"DotAlone", ".", ""},
    {"DotSlash", "./", ""},
    {"DotsAlone", "..", ".."},
    {"RelativeKeepsItsDots", "../../a", "../../a"},
    {"RelativeClimbsAboveItsStart", "a/../../b", "../b"},
    {"RelativeBackToNothing", "a/..", ""},
    {"KeptDotsAreNotTakenBack", "../a/../..", "../.."},
    {"TrailingSlashStays", "a/b/../", "a/"},
    {"TrailingSlashIsNotInvented", "a/b/..", "a"},
    {"ThreeDotsAreAName", "/a/.../b", "/a/.../b"},
    {"NameThatEndsInDots", "/static../b", "/static../b"},
    {"NameThatStartsWithDots", "/..b/..", "/"},
    {"DotFile", "/.git/./x", "/.git/x"},
    {"NulIsData", "/a\0/../b"sv, "/b"},
    {"HighByte", "/\xff/./\xfe", "/\xff/\xfe"},
    {"BackslashIsData", "\\a\\..\\b", "\\a\\..\\b"},
};
TRANSFORM_ROWS(NormalizePath, "normalizePath", kNormalizePath);
TRANSFORM_ROWS(NormalisePath, "normalisePath", kNormalizePath);

constexpr Case kNormalizePathWin[] = {
    {"Empty", "", ""},
    {"NothingToDo", "/a/b", "/a/b"},
    {"BackslashesBecomeSlashes", "\\a\\b", "/a/b"},
    {"OneBackslash", "\\", "/"},
    {"MixedSeparators", "/a\\/\\b", "/a/b"},
    {"BackReference", "a\\..\\..\\b", "../b"},
    {"SelfReference", "c:\\.\\x", "c:/x"},
    {"NeverAboveRoot", "\\..\\..\\windows\\win.ini", "/windows/win.ini"},
    {"TrailingBackslash", "a\\b\\", "a/b/"},
};
TRANSFORM_ROWS(NormalizePathWin, "normalizePathWin", kNormalizePathWin);
TRANSFORM_ROWS(NormalisePathWin, "normalisePathWin", kNormalizePathWin);

}  // namespace
}  // namespace rasp
