// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "audit/sample_event.h"

namespace rasp {
namespace {

using namespace std::string_view_literals;

// A SecLang rule's match, as the engine would tell it.
struct SecLangSample : SampleEvent {
  SecLangSample() {
    rule.id = 942100;
    rule.name = "";
    rule.version = "CRS/4";
    rule.file = "/etc/crs/942.conf";
    rule.line = 46;
    rule.revision = "2";
    rule.maturity = 1;
    rule.accuracy = 8;
    event.verdict.rule_id = 942100;
    request.target = "/a%20b?id=1";
    event.id = "id-1";
    RuleMatch& match = matches.front();
    match.operator_name = "rx";
    match.operator_argument = "or.*";
    match.value = "or 1";
    match.original = "OR 1";
    match.offset = 0;
    match.length = 4;
    match.message = "SQL in id";
    match.log_data = "Matched Data: or 1";
  }

  std::vector<std::string> Lines(const ModsecText& text = {}) {
    std::vector<std::string> lines;
    for (const ModsecMessage& message : ModsecMessages(Assembled())) {
      AppendModsecLine(event, message, text, lines.emplace_back());
    }
    return lines;
  }
  std::string Line(const ModsecText& text = {}) {
    const std::vector<std::string> lines = Lines(text);
    EXPECT_EQ(lines.size(), 1u);
    return lines.empty() ? "" : lines.front();
  }
};

TEST(ModsecLine, TellsARefusalWithAllItsFields) {
  SecLangSample sample;
  EXPECT_EQ(
      sample.Line(),
      R"(ModSecurity: Access denied with code 403 (phase 2). Matched "Operator `Rx' with parameter )"
      R"(`or.*' against variable `ARGS:id' (Value: `OR 1' ) [file "/etc/crs/942.conf"] [line "46"] )"
      R"([id "942100"] [rev "2"] [msg "SQL in id"] [data "Matched Data: or 1"] [severity "2"] )"
      R"([ver "CRS/4"] [maturity "1"] [accuracy "8"] [tag "sqli"] [tag "paranoia-1"] )"
      R"([hostname "192.0.2.1"] [uri "/a b"] [unique_id "id-1"] [ref "o0,4t:urlDecodeUni"])");
}

TEST(ModsecLine, WarnsWhereNothingWasRefused) {
  SecLangSample sample;
  sample.event.verdict.would_block = true;
  EXPECT_EQ(sample.Line().find("ModSecurity: Warning. Matched "), 0u);
  sample.event.verdict = {};
  EXPECT_EQ(sample.Line().find("ModSecurity: Warning. Matched "), 0u);
}

TEST(ModsecLine, SaysHowTheConnectionEnded) {
  SecLangSample sample;
  sample.event.verdict.decision = Decision::kDrop;
  EXPECT_EQ(sample.Line().find("ModSecurity: Access denied with connection close (phase 2). "), 0u);
  sample.event.verdict.decision = Decision::kRedirect;
  sample.event.verdict.status = 302;
  EXPECT_EQ(sample.Line().find("ModSecurity: Access denied with code 302 (phase 2). "), 0u);
}

TEST(ModsecLine, HasTheRulesPhase) {
  SecLangSample sample;
  sample.rule.phase = Phase::kResponseBody;
  EXPECT_NE(sample.Line().find("(phase 4)"), std::string::npos);
}

TEST(ModsecLine, IsEmptyWhereTheRuleLooksAtNothing) {
  SecLangSample sample;
  sample.event.verdict = {};
  sample.matches.front().target = "";
  EXPECT_EQ(sample.Line().find("ModSecurity: Warning.  [file \"/etc/crs/942.conf\"]"), 0u);
}

TEST(ModsecLine, ARuleWithoutAMessageHasNone) {
  SecLangSample sample;
  sample.rule.name = "942.conf:46";
  sample.matches.front().message = sample.rule.name;
  EXPECT_NE(sample.Line().find("[msg \"\"]"), std::string::npos);
}

TEST(ModsecLine, SeverityIsZeroIfTheAuthorGaveNone) {
  SecLangSample sample;
  sample.rule.has_severity = false;
  EXPECT_NE(sample.Line().find("[severity \"0\"]"), std::string::npos);
}

struct Hostile {
  std::string_view name, value, shown;
};
class ModsecLineHostile : public testing::TestWithParam<Hostile> {};
constexpr Hostile kHostile[] = {
    {"LineBreakCannotBeginALine", "a\r\nModSecurity: b"sv, "a\\x0d\\x0aModSecurity: b"},
    {"NulIsShown", "a\0b"sv, "a\\x00b"},
    {"QuoteCannotEndAField", "x\"] [id \"1\"]"sv, "x\\x22] [id \\x221\\x22]"},
    {"BackslashCannotForgeAnEscape", "\\x0a"sv, "\\x5cx0a"},
    {"BytesAreNotUtf8", "\xc3\xa9\xff"sv, "\\xc3\\xa9\\xff"},
    {"TerminalsAreNotSteered", "\x1b[31m\x7f"sv, "\\x1b[31m\\x7f"},
};
INSTANTIATE_TEST_SUITE_P(Values, ModsecLineHostile, testing::ValuesIn(kHostile),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(ModsecLineHostile, IsEscapedWhereverItStands) {
  const std::vector<char> exact(GetParam().value.begin(), GetParam().value.end());
  const std::string_view value(exact.data(), exact.size());
  SecLangSample sample;
  sample.matches.front().original = value;
  sample.matches.front().message = value;
  sample.matches.front().log_data = value;
  const std::string line = sample.Line();
  const std::string shown(GetParam().shown);
  EXPECT_NE(line.find("(Value: `" + shown + "' )"), std::string::npos) << line;
  EXPECT_NE(line.find("[msg \"" + shown + "\"]"), std::string::npos) << line;
  EXPECT_NE(line.find("[data \"" + shown + "\"]"), std::string::npos) << line;
  for (const char c : line) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
}

TEST(ModsecLine, LongTextsAreCutAndSayHowMuchIsMissing) {
  SecLangSample sample;
  const std::string value(306, 'a');
  sample.matches.front().original = value;
  sample.matches.front().log_data = value;
  const std::string line = sample.Line();
  EXPECT_NE(line.find("(Value: `" + std::string(100, 'a') + " (206 characters omitted)' )"),
            std::string::npos);
  EXPECT_NE(line.find("[data \"" + std::string(200, 'a') + " (106 characters omitted)\"]"),
            std::string::npos);
}

TEST(ModsecLine, TagsGiveWayToWhatSaysWhichRequestItWas) {
  SecLangSample sample;
  const std::vector<std::string_view> tags(100, "a-tag-of-some-length");
  sample.Assembled();
  sample.rule.tags = tags;
  ModsecText text;
  text.max_bytes = 1000;
  std::string line;
  AppendModsecLine(sample.event, ModsecMessages(sample.event).front(), text, line);
  EXPECT_LE(line.size(), 1000u);
  EXPECT_NE(line.find("[tag \""), std::string::npos);
  EXPECT_NE(line.find("[unique_id \"id-1\"]"), std::string::npos);
}

TEST(ModsecLine, SecretsAreReplacedUnlessTheyAreWanted) {
  SecLangSample sample;
  sample.matches.front().target = "ARGS:password";
  sample.matches.front().original = "hunter2' or 1";
  sample.matches.front().message = "Found hunter2' or 1";
  sample.matches.front().log_data = "hunter2' or 1";
  EXPECT_EQ(sample.Line().find("hunter2"), std::string::npos) << sample.Line();
  ModsecText text;
  text.redact = false;
  EXPECT_NE(sample.Line(text).find("(Value: `hunter2' or 1' )"), std::string::npos);
}

TEST(ModsecLine, WhatARuleMasksIsReplacedInAnyCase) {
  SecLangSample sample;
  const Masked masked[] = {{Masked::Kind::kArgument, "id", "", 0, 0}};
  sample.event.masked = masked;
  sample.request.target = "/x";
  ModsecText text;
  text.redact = false;
  const std::string line = sample.Line(text);
  EXPECT_EQ(line.find("OR 1"), std::string::npos) << line;
  EXPECT_EQ(line.find("or 1"), std::string::npos) << line;
}

TEST(ModsecMessages, OneForEachRuleTheLastValueSpeaks) {
  SecLangSample sample;
  sample.AddMatch("ARGS:second", "x", 0, 1).original = "x";
  RuleInfo other = sample.rule;
  other.id = 7;
  sample.AddMatch("ARGS:third", "y", 0, 1).rule = &other;
  const std::vector<ModsecMessage> messages = ModsecMessages(sample.Assembled());
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].match->target, "ARGS:second");
  EXPECT_TRUE(messages[0].denies);
  EXPECT_EQ(messages[1].match->target, "ARGS:third");
  EXPECT_FALSE(messages[1].denies);
}

TEST(ModsecMessages, RulesThatDoNotLogHaveNone) {
  SecLangSample sample;
  sample.rule.logged = false;
  EXPECT_TRUE(sample.Lines().empty());
}

TEST(ModsecMessages, RulesThatOnlyDoNotAuditHaveOne) {
  SecLangSample sample;
  sample.rule.audited = false;
  EXPECT_EQ(sample.Lines().size(), 1u);
}

TEST(ModsecMessages, AScoreThatRefusesIsTold) {
  SecLangSample sample;
  sample.event.verdict.rule_id = 0;
  const std::vector<std::string> lines = sample.Lines();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[1],
            "ModSecurity: Access denied with code 403 (phase 2). Score 5 reaches the threshold of 5"
            " [hostname \"192.0.2.1\"] [uri \"/a b\"] [unique_id \"id-1\"] [ref \"\"]");
}

TEST(ModsecMessages, ALimitThatRefusesIsTold) {
  SecLangSample sample;
  sample.matches.clear();
  sample.event.verdict.rule_id = 0;
  sample.event.verdict.status = 413;
  sample.event.score = 0;
  sample.event.degraded.Add(DegradedReason::kRequestBodyLimit);
  EXPECT_EQ(sample.Line().find("ModSecurity: Access denied with code 413 (phase 2). Not inspected "
                               "in full: request-body-limit [hostname"),
            0u);
}

TEST(ModsecMessages, ARuleWhoseMatchFoundNoPlaceIsStillNamed) {
  SecLangSample sample;
  sample.event.verdict.rule_id = 949110;
  sample.event.matches_left_out = 1;
  const std::vector<std::string> lines = sample.Lines();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(lines[1].find("Access denied with code 403 (phase 2). Rule [id \"949110\"]"),
            std::string::npos);
}

struct Label {
  std::string_view name, label;
};
class OperatorLabelTest : public testing::TestWithParam<Label> {};
constexpr Label kOperatorLabels[] = {
    {"rx", "Rx"},          {"streq", "StrEq"},           {"pmFromFile", "PmFromFile"},
    {"pmf", "PmFromFile"}, {"detectSQLi", "DetectSQLi"}, {"within", "Within"},
};
INSTANTIATE_TEST_SUITE_P(Operators, OperatorLabelTest, testing::ValuesIn(kOperatorLabels),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(OperatorLabelTest, IsLibmodsecuritys) {
  SecLangSample sample;
  sample.matches.front().operator_name = GetParam().name;
  EXPECT_NE(sample.Line().find("\"Operator `" + std::string(GetParam().label) + "' with"),
            std::string::npos);
}

}  // namespace
}  // namespace rasp
