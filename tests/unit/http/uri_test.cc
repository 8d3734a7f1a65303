// SPDX-License-Identifier: Apache-2.0
#include "http/uri.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/facts_text.h"

namespace rasp {
namespace {

using std::string_view_literals::operator""sv;

struct TargetCase {
  const char* name;
  std::string_view target;
  std::string_view method;
  std::string_view want;  // scheme|authority|path|query|fragment, "-" for a query that is not there
};

constexpr TargetCase kTargets[] = {
    {"Origin", "/a/b?x=1", "GET", "||/a/b|x=1|"},
    {"NoQuery", "/a", "GET", "||/a|-|"},
    {"EmptyQuery", "/a?", "GET", "||/a||"},
    {"Empty", "", "GET", "|||-|"},
    {"DoubleSlashIsAPath", "//admin", "GET", "||//admin|-|"},
    {"DoubleSlashHostIsAPath", "//host.example/x?y", "GET", "||//host.example/x|y|"},
    {"EscapedQuestionMarkIsPath", "/a%3f/b?c", "GET", "||/a%3f/b|c|"},
    {"SecondQuestionMarkIsQuery", "/a?b?c", "GET", "||/a|b?c|"},
    {"FragmentAfterQuery", "/a?b#c?d#e", "GET", "||/a|b|c?d#e"},
    {"FragmentHidesNoQuestionMark", "/a#b?c", "GET", "||/a|-|b?c"},
    {"Absolute", "http://h:80/a?b", "GET", "http|h:80|/a|b|"},
    {"AbsoluteWithoutPath", "HTTP://h?b", "GET", "HTTP|h||b|"},
    {"AbsoluteUserInfo", "http://u:p@h/", "GET", "http|u:p@h|/|-|"},
    {"AbsoluteEmptyAuthority", "x+y-1.z:///a", "GET", "x+y-1.z||/a|-|"},
    {"AbsoluteFragment", "http://h#f", "GET", "http|h||-|f"},
    {"SchemeInPathIsPath", "/http://h/a", "GET", "||/http://h/a|-|"},
    {"SchemeMustBeginWithLetter", "1http://h/a", "GET", "||1http://h/a|-|"},
    {"ColonAloneIsNoScheme", "http:/h", "GET", "||http:/h|-|"},
    {"NoSchemeBeforeSlashes", "://h", "GET", "||://h|-|"},
    {"Connect", "h:443", "CONNECT", "|h:443||-|"},
    {"ConnectWithOriginForm", "/h", "CONNECT", "||/h|-|"},
    {"ConnectLowerCaseIsAnotherMethod", "h:443", "connect", "||h:443|-|"},
    {"Asterisk", "*", "OPTIONS", "||*|-|"},
    {"Relative", "a/b?c", "GET", "||a/b|c|"},
    {"Backslash", "\\a?b", "GET", "||\\a|b|"},
    {"NulIsData", "/a\0?b\0c"sv, "GET", "||/a\0|b\0c|"sv},
    {"EightBit", "/\xff?\xfe", "GET", "||/\xff|\xfe|"},
};

class SplitTargetTest : public testing::TestWithParam<TargetCase> {};

TEST_P(SplitTargetTest, Splits) {
  const TargetCase& c = GetParam();
  const std::vector<char> exact(c.target.begin(), c.target.end());
  const TargetParts parts = SplitTarget({exact.data(), exact.size()}, c.method);
  std::string got;
  got.append(parts.scheme)
      .append("|")
      .append(parts.authority)
      .append("|")
      .append(parts.path)
      .append("|");
  got.append(parts.has_query ? parts.query : "-").append("|").append(parts.fragment);
  EXPECT_EQ(Printable(got), Printable(c.want));
  EXPECT_TRUE(parts.has_query || parts.query.empty());
}

// Nothing of the target may be lost, whatever it is: its parts and the marks between them are the
// target.
TEST_P(SplitTargetTest, LosesNoByte) {
  const TargetCase& c = GetParam();
  const TargetParts parts = SplitTarget(c.target, c.method);
  std::string whole;
  if (!parts.scheme.empty()) whole.append(parts.scheme).append("://");
  whole.append(parts.authority).append(parts.path);
  if (parts.has_query) whole.append("?").append(parts.query);
  if (c.target.find('#') != c.target.npos) whole.append("#").append(parts.fragment);
  EXPECT_EQ(whole, c.target);
}

INSTANTIATE_TEST_SUITE_P(Targets, SplitTargetTest, testing::ValuesIn(kTargets),
                         [](const auto& each) { return each.param.name; });

TEST(Basename, TakesWhatFollowsTheLastSlashOfEitherKind) {
  EXPECT_EQ(Basename("/a/b.php"), "b.php");
  EXPECT_EQ(Basename("/a\\b.php"), "b.php");
  EXPECT_EQ(Basename("/a/b/"), "");
  EXPECT_EQ(Basename("b"), "b");
  EXPECT_EQ(Basename(""), "");
}

}  // namespace
}  // namespace rasp
