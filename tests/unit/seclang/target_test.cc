// SPDX-License-Identifier: Apache-2.0
// Lists of targets: separators, selectors, patterns, counts and exclusions.
#include "seclang/loaded.h"

namespace rasp {
namespace {

// "&NAME:selector /PATTERN/ !NAME": each target as it was understood.
std::string Understood(const std::vector<TargetSpec>& targets) {
  std::string text;
  for (const TargetSpec& target : targets) {
    text += text.empty() ? "" : " + ";
    text += std::string(target.count ? "&" : "") + (target.exclude ? "!" : "") + target.variable;
    if (target.selector_is_regex) {
      text += " matching <" + target.selector + ">";
    } else if (!target.selector.empty()) {
      text += " named <" + target.selector + ">";
    }
  }
  return text;
}

struct Case {
  const char* name;
  std::string_view targets;  // as the first word of the rule
  std::string_view want;
};

class ReadsTargets : public testing::TestWithParam<Case> {};

TEST_P(ReadsTargets, AsTheyAreMeant) {
  const RuleSpec rule =
      OneRule("SecRule " + std::string(GetParam().targets) + " \"@rx a\" \"id:1\"");
  ASSERT_FALSE(rule.links.empty());
  EXPECT_EQ(Understood(rule.links[0].targets), GetParam().want);
}

constexpr Case kCases[] = {
    {"One", "ARGS", "ARGS"},
    {"Several", "ARGS|FILES|TX:a", "ARGS + FILES + TX named <a>"},
    {"Commas", "ARGS,FILES", "ARGS + FILES"},
    {"Blanks", "\" ARGS | FILES\t|TX:a \"", "ARGS + FILES + TX named <a>"},
    {"Count", "&ARGS|&TX:a", "&ARGS + &TX named <a>"},
    {"Exclusions", "ARGS|!ARGS:a|!ARGS:/^b/", "ARGS + !ARGS named <a> + !ARGS matching <^b>"},
    {"CaseIsKept", "args:Id", "args named <Id>"},
    {"SelectorWithColon", "ARGS:a:b", "ARGS named <a:b>"},
    {"SelectorWithDots", "ARGS:json.a.0", "ARGS named <json.a.0>"},
    {"SelectorWithBrackets", "ARGS:a[b]", "ARGS named <a[b]>"},
    {"Pattern", "ARGS:/^a$/", "ARGS matching <^a$>"},
    {"PatternWithBar", "ARGS:/^(a|b)$/|FILES", "ARGS matching <^(a|b)$> + FILES"},
    {"PatternWithComma", "ARGS:/a{1,2}/", "ARGS matching <a{1,2}>"},
    {"PatternWithSlash", "ARGS:/a/b/|FILES", "ARGS matching <a/b> + FILES"},
    {"PatternWithEscapedSlash", R"(ARGS:/a\/|b/|FILES)", R"(ARGS matching <a\/|b> + FILES)"},
    {"PatternOfCookies", R"(REQUEST_COOKIES:/\x22?\x24Version/)",
     R"(REQUEST_COOKIES matching <\x22?\x24Version>)"},
    {"QuotedPattern", "ARGS:'/^(a|b)/'|FILES", "ARGS matching <^(a|b)> + FILES"},
    {"QuotedPatternWithBlank", "\"ARGS:'/a b|c/'|FILES\"", "ARGS matching <a b|c> + FILES"},
    {"QuotedName", "ARGS:'a|b'", "ARGS named <a|b>"},
    {"QuoteInQuotes", R"(ARGS:'it\'s')", "ARGS named <it's>"},
    {"BackslashInQuotes", R"(ARGS:'/\d/')", R"(ARGS matching <\d>)"},
    {"XPathOfAllText", "XML:/*", "XML named </*>"},
    {"XPathOfAttributes", "XML://@*|ARGS", "XML named <//@*> + ARGS"},
    {"XPathThatEndsInASlash", "xml:/a/", "xml named </a/>"},
    {"XPathWithBrackets", R"(XML://a[contains(b,'c')]/text()|ARGS)",
     "XML named <//a[contains(b,'c')]/text()> + ARGS"},
    {"XPathWithUnion", "XML://a[b|c]|ARGS", "XML named <//a[b|c]> + ARGS"},
    {"QuotedXPath", "XML:'//a|//b'", "XML named <//a|//b>"},
};

INSTANTIATE_TEST_SUITE_P(Targets, ReadsTargets, testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace rasp
