// SPDX-License-Identifier: Apache-2.0
#include "operator/operator_cases.h"

namespace rasp {
namespace {

using namespace std::string_view_literals;

constexpr OperatorCase kCases[] = {
    {"Match", "rx", "b+", "abbc", true, "bb"},
    {"NoMatch", "rx", "b+", "ac", false},
    {"CaseFlag", "rx", "(?i)union\\s+select", "UNION\x0bSELECT", true, "UNION\x0bSELECT"},
    {"DotTakesNewlines", "rx", "a.b", "a\nb", true, "a\nb"},
    {"AnchorsAreLines", "rx", "^b$", "a\nb\nc", true, "b"},
    {"EmptyPattern", "rx", "", "abc", true},
    {"EmptyValue", "rx", "^$", "", true},
    {"NulIsData", "rx", "a\\x00b", "xa\0b"sv, true, "a\0b"sv},
    {"Macro", "rx", "^ab?$", "ab", true, "ab", true},
    {"MacroNoMatch", "rx", "^ab?$", "abc", false, "", true},
    {"Match", "rxGlobal", "b+", "abbcb", true, "bb"},
    {"NoMatch", "rxGlobal", "b+", "ac", false},
    {"LookAhead", "rx", "ab(?!c)", "abc abd", true, "ab"},
    {"BackReference", "rx", "(\\w+)=\\1", "1=2", false},
    {"BackReference", "rxGlobal", "(\\w)=\\1", "1=2 2=2 3=3", true, "2=2"},
    {"MacroWithLookBehind", "rx", "(?<!a)b", "ab b", true, "b", true},
    {"EmptyMatches", "rxGlobal", "x*", "abc", true},
    {"EmptyValue", "rxGlobal", "x*", "", true},
    {"Macro", "rxGlobal", "b", "abc", true, "b", true},
};

class RegexOperatorsTest : public testing::TestWithParam<OperatorCase> {};
TEST_P(RegexOperatorsTest, Decides) { CheckCase(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Cases, RegexOperatorsTest, testing::ValuesIn(kCases), CaseName);

std::vector<std::string> Captures(std::string_view op, std::string_view pattern,
                                  std::string_view input) {
  const OperatorPtr made = MakeOperator(op, pattern);
  const Evaluation run(*made, input);
  std::vector<std::string> captures;
  for (int i = 0; i < run.context.capture_count; ++i) {
    captures.emplace_back(run.context.captures[static_cast<size_t>(i)]);
  }
  return captures;
}

using Strings = std::vector<std::string>;

TEST(Rx, CapturesGroups) {
  EXPECT_EQ(Captures("rx", "(a)(x)?(b)", "zab"), (Strings{"ab", "a", "", "b"}));
  EXPECT_EQ(Captures("rx", "a", "b"), Strings{});
}

TEST(Rx, CapturesTenAtMost) {
  EXPECT_EQ(Captures("rx", "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)", "abcdefghij"),
            (Strings{"abcdefghij", "a", "b", "c", "d", "e", "f", "g", "h", "i"}));
}

TEST(Rx, CapturesOnlyWhenWanted) {
  const OperatorPtr op = MakeOperator("rx", "(a)");
  const Evaluation run(*op, "a", {}, false);
  EXPECT_TRUE(run.matched);
  EXPECT_EQ(run.context.capture_count, 0);
  EXPECT_EQ(run.context.matched, "a");
}

TEST(RxGlobal, CapturesAllMatchesInTurn) {
  EXPECT_EQ(Captures("rxGlobal", "(\\w)=", "a=1 b=2"), (Strings{"a=", "a", "b=", "b"}));
  EXPECT_EQ(Captures("rxGlobal", "x*", "ax"), (Strings{"", "x", ""}));
}

TEST(RxGlobal, FillsTenAndStops) {
  const OperatorPtr op = MakeOperator("rxGlobal", "(a)(b)");
  const Evaluation run(*op, "ababababababababab");
  EXPECT_TRUE(run.matched);
  EXPECT_EQ(run.context.capture_count, 10);
  EXPECT_EQ(run.context.captures[9], "ab");
  EXPECT_EQ(run.context.matched.data(), run.bytes.get());
}

// Ten searches at most, each of which may look at all of the rest.
TEST(RxGlobal, IsLinear) {
  const OperatorPtr op = MakeOperator("rxGlobal", "a(?:.*#)?");
  EXPECT_TRUE(Evaluation(*op, std::string(1 << 20, 'a')).matched);
}

TEST(Rx, PatternOfAMacroThatIsWrongIsReportedAndTakenAsAMatch) {
  const OperatorPtr op = MakeOperator("rx", "", true);
  const Evaluation run(*op, "abc", "(");
  EXPECT_TRUE(run.matched);
  EXPECT_TRUE(run.context.gave_up);
}

TEST(Rx, PatternOfAMacroMayNotBeVeryLong) {
  const OperatorPtr op = MakeOperator("rx", "", true);
  const Evaluation longest(*op, "abc", "x|" + std::string(16000, 'a'));
  EXPECT_FALSE(longest.matched);
  const Evaluation run(*op, "abc", std::string(20000, 'a'));
  EXPECT_TRUE(run.matched);
  EXPECT_TRUE(run.context.gave_up);
}

TEST(Rx, SaysWhenItIsNotLinear) {
  EXPECT_EQ(MakeOperator("rx", "a+b")->note(), "");
  const OperatorPtr op = MakeOperator("rx", "a(?!b)");
  EXPECT_NE(op->note().find("look-ahead (?! at offset 1"), std::string_view::npos) << op->note();
  std::vector<OperatorPtr> children;
  children.push_back(MakeOperator("streq", "a"));
  children.push_back(MakeOperator("rxGlobal", "a(?!b)"));
  EXPECT_EQ(MakeNot(MakeAnyOf(std::move(children)))->note(), op->note());
}

TEST(Rx, GivesUpAndSaysMatch) {
  const OperatorPtr op = MakeOperator("rx", "(a|aa)+(?<!a)b");
  const Evaluation run(*op, std::string(3000, 'a') + "b");
  EXPECT_TRUE(run.matched);
  EXPECT_TRUE(run.context.gave_up);
}

TEST(Rx, PcreMatchLimitOnlyRaises) {
  EngineSettings settings;
  OperatorSpec spec;
  spec.argument = "a(?!b)";
  spec.settings = &settings;
  for (const auto& [limit, says] :
       {std::pair(1000u, "after 100000 steps"), std::pair(500'000u, "after 500000 steps"),
        std::pair(4'000'000'000u, "after 10000000 steps")}) {
    settings.pcre_match_limit = limit;
    const auto made = FindOperator("rx")->make(spec);
    ASSERT_TRUE(made.ok());
    EXPECT_NE((*made)->note().find(says), std::string_view::npos) << (*made)->note();
  }
}

constexpr OperatorError kErrors[] = {
    {"Unopened", "rx", "ab)", ") without ( at offset 2"},
    {"ReferenceToNoGroup", "rx", "(?!a)\\2", "PCRE2 refuses the pattern at offset 6"},
    {"Unclosed", "rxGlobal", "a[b", "[ without ] at offset 1"},
};
class RegexErrorsTest : public testing::TestWithParam<OperatorError> {};
TEST_P(RegexErrorsTest, AreExplained) { CheckError(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Cases, RegexErrorsTest, testing::ValuesIn(kErrors), ErrorName);

// What a host shows of the memory that rules may take is the sum over their operators.
TEST(RxMemory, IsSummedUpOverCombinations) {
  const OperatorPtr one = MakeOperator("rx", "a.*b");
  EXPECT_GT(one->memory_ceiling(), 0);
  EXPECT_EQ(one->slow_searches(), 0u);
  EXPECT_EQ(MakeOperator("contains", "a")->memory_ceiling(), 0);
  const auto parts = [] {
    std::vector<OperatorPtr> children;
    for (const std::string_view pattern : {"a.*b", "c.*d"})
      children.push_back(MakeOperator("rx", pattern));
    return children;
  };
  EXPECT_EQ(MakeAllOf(parts())->memory_ceiling(), 2 * one->memory_ceiling());
  EXPECT_EQ(MakeAnyOf(parts())->memory_ceiling(), 2 * one->memory_ceiling());
  EXPECT_EQ(MakeNot(MakeOperator("rx", "a.*b"))->memory_ceiling(), one->memory_ceiling());
}

}  // namespace
}  // namespace rasp
