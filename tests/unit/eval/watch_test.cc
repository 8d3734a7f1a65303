// SPDX-License-Identifier: Apache-2.0
// What is inspected in pieces, because it does not fit in memory: attacks that a piece's border
// cuts, and what rules know of them afterwards.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "eval/scenario.h"

namespace rasp {
namespace {

constexpr std::string_view kForm = "application/x-www-form-urlencoded";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kText = "text/plain";
constexpr size_t kPiece = 64 * 1024;
constexpr uint64_t kMemory = 32 * 1024;
// Of a text without structure the first bytes are kept; with so many of them pieces begin anew.
constexpr size_t kRawBegin = kMemory - 4096;
// Text that stands before what is to be in pieces alone.
const std::string kBeyond(2 * kMemory, '.');

OverlaySpec Small() {
  OverlaySpec spec = Blocking();
  spec.limits.request_body_bytes = kMemory;
  spec.on_error = FailPolicy::kPass;
  return spec;
}

Outcome Post(const Ruleset& ruleset, std::string_view type, const std::string& body,
             const OverlaySpec& spec = Small(), const Clock* clock = nullptr,
             std::string_view target = "/") {
  return Play(ruleset, spec, {"POST", target, {{"Content-Type", type}}, body}, 16 * 1024, clock);
}

std::string Wrapped(std::string_view type, std::string_view value) {
  if (type == kJson) return "{\"a\":\"" + std::string(value) + "\"}";
  return (type == kForm ? "a=" : "") + std::string(value);
}

// --- Borders

struct Seam {
  std::string_view name;
  std::string_view type;
  std::string_view rule;     // operator and transformations
  std::string_view payload;  // as it stands in the body
  std::string_view filler;   // fills the value before it
};

const Seam kSeams[] = {
    {"Form", kForm, "\"@rx union\" t:none", "union", "x"},
    {"Json", kJson, "\"@rx union\" t:none", "union", "x"},
    {"Raw", kText, "\"@rx union\" t:none", "union", "x"},
    {"LowerCase", kForm, "\"@rx union\" t:lowercase", "UnIoN", "x"},
    {"EscapedTwice", kForm, "\"@rx '--\" t:urlDecodeUni", "%2527--", "x"},
    {"EscapeInRawText", kText, "\"@rx '--\" t:urlDecodeUni", "%27--", "x"},
    {"EscapeOfFourDigits", kText, "\"@rx '--\" t:urlDecodeUni", "%u0027--", "x"},
    {"Entity", kText, "\"@rx '--\" t:htmlEntityDecode", "&#x27;--", "x"},
    {"NamedEntity", kText, "\"@rx <script\" t:htmlEntityDecode", "&lt;script", "x"},
    {"JavaScript", kText, "\"@rx '--\" t:jsDecode", "\\u0027--", "x"},
    {"JavaScriptHex", kText, "\"@rx '--\" t:jsDecode", "\\x27--", "x"},
    {"JsonsOwnEscape", kJson, "\"@rx '--\" t:none", "\\u0027--", "x"},
    {"Css", kText, "\"@rx expression\" t:cssDecode", "e\\78 pression", "z"},
    {"WhiteSpaceRemoved", kText, "\"@rx unionselect\" t:removeWhitespace", "union \t\n select",
     "x"},
    {"NullsRemoved", kText, "\"@rx union\" t:removeNulls", std::string_view("un\0\0\0ion", 8), "x"},
};

class SeamTest : public testing::TestWithParam<Seam> {};

TEST_P(SeamTest, FindsWhatABorderCuts) {
  const Seam& seam = GetParam();
  const size_t space = seam.rule.rfind(' ');
  const std::string test(seam.rule.substr(0, space));
  const std::string steps(seam.rule.substr(space + 1));
  const Ruleset ruleset = FromSecLang("SecRule ARGS|REQUEST_BODY " + test +
                                      " \"id:1,phase:2,deny,t:none," + steps + "\"");
  for (size_t cut = 0; cut <= seam.payload.size(); ++cut) {
    const size_t begin = seam.type == kText ? kRawBegin : 0;
    for (const size_t border : {begin + kPiece, begin + 3 * kPiece}) {
      std::string value;
      while (value.size() < border - cut) value += seam.filler;
      value += seam.payload;
      EXPECT_TRUE(Post(ruleset, seam.type, Wrapped(seam.type, value)).verdict.Blocks())
          << cut << " bytes before " << border;
      value.resize(value.size() - 1);
      value += "#";
      const Outcome other = Post(ruleset, seam.type, Wrapped(seam.type, value));
      EXPECT_FALSE(other.verdict.Blocks()) << cut << ' ' << border;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Watch, SeamTest, testing::ValuesIn(kSeams),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Watch, KeepsTheGroupsOfHexAndBase64) {
  struct Row {
    std::string_view step, good, evil;
  };
  constexpr Row kRows[] = {{"hexDecode", "6161", "6576696c"},
                           {"base64Decode", "YWFh", "ZXZpbGV2aWxl"}};
  for (const Row& row : kRows) {
    const Ruleset ruleset = FromSecLang(
        "SecRule REQUEST_BODY \"@rx evil\" \"id:1,phase:2,deny,t:" + std::string(row.step) + "\"");
    std::string body;
    while (body.size() < 3 * kPiece + 8) body += row.good;
    EXPECT_FALSE(Post(ruleset, kText, body).verdict.Blocks()) << row.step;
    const size_t border = (kRawBegin + kPiece) / 8 * 8;
    for (size_t at = border - 16; at <= border + 16; at += row.good.size()) {
      std::string with = body;
      with.replace(at, row.evil.size(), row.evil);
      EXPECT_TRUE(Post(ruleset, kText, with).verdict.Blocks()) << row.step << ' ' << at;
    }
  }
}

// --- What goes on over many pieces

TEST(Watch, SeesAComment) {
  const Ruleset ruleset = FromSecLang(
      "SecRule ARGS|REQUEST_BODY \"@rx (?i)union\\s*select\" "
      "\"id:1,phase:2,deny,t:none,t:replaceComments\"");
  const std::string comment = "/*" + std::string(200'000, 'c') + "*/";
  EXPECT_TRUE(Post(ruleset, kForm, "a=UNION" + comment + "SELECT").verdict.Blocks());
  EXPECT_TRUE(Post(ruleset, kText, kBeyond + "UNION" + comment + "SELECT").verdict.Blocks());
  EXPECT_FALSE(Post(ruleset, kForm, "a=UNION" + comment + "x" + "SELECT").verdict.Blocks());
  EXPECT_FALSE(
      Post(ruleset, kForm, "a=UNION" + std::string(200'000, 'c') + "SELECT").verdict.Blocks());
}

TEST(Watch, SeesRunsThatStepsTakeAway) {
  struct Row {
    std::string_view step, unit;
  };
  for (const Row& row : {Row{"removeWhitespace", " \t\n"}, Row{"removeNulls", {"\0", 1}}}) {
    const Ruleset ruleset =
        FromSecLang("SecRule REQUEST_BODY \"@rx unionselect\" \"id:1,phase:2,deny,t:none,t:" +
                    std::string(row.step) + "\"");
    std::string run;
    while (run.size() < 200'000) run += row.unit;
    EXPECT_TRUE(Post(ruleset, kText, kBeyond + "union" + run + "select").verdict.Blocks())
        << row.step;
    EXPECT_FALSE(
        Post(ruleset, kText, kBeyond + "union" + run + "x" + run + "select").verdict.Blocks());
  }
}

// Of every piece, not of the first alone.
TEST(Watch, SeesWhatEveryStepMakes) {
  const Ruleset ruleset = FromSecLang(
      "SecRule ARGS|REQUEST_BODY \"@rx Evil|%27\" "
      "\"id:1,phase:2,deny,multiMatch,t:none,t:urlDecodeUni,t:lowercase\"");
  for (const std::string_view sign : {"Evil", "%45vil", "%2527"}) {
    for (const size_t before : {size_t{10}, kPiece + 10, 5 * kPiece + 10}) {
      const std::string text = kBeyond + std::string(before, 'X') + std::string(sign) + "#";
      EXPECT_TRUE(Post(ruleset, kText, text + kBeyond).verdict.Blocks()) << sign << ' ' << before;
    }
  }
  EXPECT_FALSE(
      Post(ruleset, kText, kBeyond + std::string(5 * kPiece, 'X') + "evil").verdict.Blocks());
}

// Chains that come to the same for a while, and then do not.
TEST(Watch, KeepsChainsApartFromWhereTheyDiffer) {
  const Ruleset ruleset = FromSecLang(
      "SecRule REQUEST_BODY \"@rx ab%27c\" "
      "\"id:1,phase:2,pass,setvar:tx.n=+1,t:none,t:lowercase\"\n"
      "SecRule REQUEST_BODY \"@rx Ab'c\" "
      "\"id:2,phase:2,pass,setvar:tx.n=+10,t:none,t:urlDecodeUni\"\n"
      "SecRule REQUEST_BODY \"@rx ab'c\" "
      "\"id:3,phase:2,pass,setvar:tx.n=+100,t:none,t:lowercase,t:urlDecodeUni\"\n"
      "SecRule REQUEST_BODY \"@rx ab'c\" "
      "\"id:4,phase:2,pass,setvar:tx.n=+1000,t:none,t:removeNulls,t:urlDecodeUni,t:lowercase\"\n"
      "SecRule REQUEST_BODY \"@rx A.?b'c\" "
      "\"id:5,phase:2,pass,setvar:tx.n=+10000,t:none,t:replaceNulls,t:urlDecodeUni\"\n"
      "SecRule TX:n \"@eq 11111\" \"id:6,phase:2,deny\"");
  const size_t border = kRawBegin + 2 * kPiece;
  for (size_t cut = 0; cut <= 6; ++cut) {
    for (const std::string_view between : {"x", "X", "%41", "%2541"}) {
      std::string text(border - cut - 300, 'x');
      text += between;
      text.resize(border - cut, 'x');
      const Outcome outcome = Post(ruleset, kText, text + "Ab%27c" + std::string(kPiece, 'x'));
      EXPECT_TRUE(outcome.verdict.Blocks()) << cut << ' ' << between;
      std::string nulls = text + "Ab%27c" + std::string(kPiece, 'x');
      nulls[100'000] = '\0';
      EXPECT_TRUE(Post(ruleset, kText, nulls).verdict.Blocks()) << cut << ' ' << between;
      const Outcome other = Post(ruleset, kText, text + "ab%27c" + std::string(kPiece, 'x'));
      EXPECT_FALSE(other.verdict.Blocks()) << cut << ' ' << between;
    }
  }
}

TEST(Watch, SeesCompressedWhiteSpace) {
  const Ruleset ruleset = FromSecLang(
      "SecRule REQUEST_BODY \"@rx union\\s{1,8}select\" "
      "\"id:1,phase:2,deny,t:none,t:compressWhitespace\"");
  EXPECT_TRUE(Post(ruleset, kText, kBeyond + "union" + std::string(200'000, ' ') + "select")
                  .verdict.Blocks());
}

// --- What rules know of it

const std::string kFar(100'000, 'x');

TEST(Watch, ShowsNameValueAndPart) {
  const Ruleset ruleset = FromSecLang(
      "SecRule ARGS \"@rx e(vi)l\" "
      "\"id:1,phase:2,deny,capture,msg:'%{TX.0} %{TX.1} %{MATCHED_VAR_NAME}'\"");
  const Outcome outcome = Post(ruleset, kForm, "first=1&second=" + kFar + "evil");
  EXPECT_TRUE(outcome.verdict.Blocks());
  ASSERT_EQ(outcome.messages.size(), 1u);
  EXPECT_EQ(outcome.messages[0], "evil vi ARGS:second");
}

struct Case {
  std::string_view name;
  std::string_view rules;
  std::string body;  // a form
  bool blocks = true;
  std::vector<std::string> exclusions = {};
  std::string_view target = "/";
};

const std::string kPadding = "p=" + kFar + "&";
const std::string kOne = "a=" + kFar + "evil&";
const std::string kExcluded = kOne + kOne + kOne + kOne + kOne;

const Case kCases[] = {
    {"TwoInOneValueAreOneHit",
     "SecRule ARGS \"@rx evil\" \"id:1,phase:2,pass,setvar:tx.n=+1\"\n"
     "SecRule TX:n \"@eq 1\" \"id:2,phase:2,deny\"",
     "a=" + kFar + "evil" + kFar + "evil"},
    {"TwoRulesInOneValue",
     "SecRule ARGS \"@rx evil\" \"id:1,phase:2,pass,setvar:tx.n=+1\"\n"
     "SecRule ARGS \"@rx worse\" \"id:2,phase:2,pass,setvar:tx.n=+1\"\n"
     "SecRule TX:n \"@eq 2\" \"id:3,phase:2,deny\"",
     "a=" + kFar + "evil" + kFar + "worse"},
    {"ExcludedTarget", "SecRule ARGS|!ARGS:a \"@rx evil\" \"id:1,phase:2,deny\"",
     "a=" + kFar + "evil", false},
    {"ExcludedAtTheLocation",
     "SecRule ARGS \"@rx evil\" \"id:1,phase:2,deny\"",
     "a=" + kFar + "evil",
     false,
     {"1 ARGS:a"}},
    {"AnotherThanTheExcluded", "SecRule ARGS|!ARGS:a \"@rx evil\" \"id:1,phase:2,deny\"",
     "a=" + kFar + "evil&b=" + kFar + "evil"},
    {"TargetRemovedBefore",
     "SecAction \"id:9,phase:1,nolog,pass,ctl:ruleRemoveTargetById=1;ARGS:a\"\n"
     "SecRule ARGS \"@rx evil\" \"id:1,phase:2,deny\"",
     "a=" + kFar + "evil", false},
    {"TargetRemovedInThePhase",
     "SecAction \"id:9,phase:2,nolog,pass,ctl:ruleRemoveTargetById=1;ARGS:a\"\n"
     "SecRule ARGS \"@rx evil\" \"id:1,phase:2,deny\"",
     "a=" + kFar + "evil", false},
    {"RuleRemovedBefore",
     "SecAction \"id:9,phase:1,nolog,pass,ctl:ruleRemoveById=1\"\n"
     "SecRule ARGS \"@rx evil\" \"id:1,phase:2,deny\"",
     "a=" + kFar + "evil", false},
    {"RuleRemovedInThePhase",
     "SecAction \"id:9,phase:2,nolog,pass,ctl:ruleRemoveById=1\"\n"
     "SecRule ARGS \"@rx evil\" \"id:1,phase:2,deny\"",
     "a=" + kFar + "evil", false},
    {"SelectedByName", "SecRule ARGS:B \"@rx evil\" \"id:1,phase:2,deny\"", "b=" + kFar + "evil"},
    {"NotSelectedByName", "SecRule ARGS:b \"@rx evil\" \"id:1,phase:2,deny\"", "c=" + kFar + "evil",
     false},
    {"SelectedByRegex", "SecRule ARGS:/^b/ \"@rx evil\" \"id:1,phase:2,deny\"",
     "bc=" + kFar + "evil"},
    {"SecondLink",
     "SecRule REQUEST_METHOD \"@streq POST\" \"id:1,phase:2,deny,chain\"\n"
     "SecRule ARGS \"@rx evil\"",
     "b=" + kFar + "evil"},
    {"SecondLinkFails",
     "SecRule ARGS \"@rx evil\" \"id:1,phase:2,deny,chain\"\nSecRule ARGS \"@rx worse\"",
     "b=" + kFar + "evil", false},
    {"MatchedVariableInASecondLink",
     "SecRule ARGS \"@rx evil\" \"id:1,phase:2,deny,chain\"\nSecRule MATCHED_VAR \"@rx evil$\"",
     "b=" + kFar + "evil"},
    {"CaptureInASecondLink",
     "SecRule ARGS \"@rx e(vi)l\" \"id:1,phase:2,deny,capture,chain\"\nSecRule TX:1 \"@streq vi\"",
     "b=" + kFar + "evil"},
    {"Counts", "SecRule &ARGS \"@eq 4\" \"id:1,phase:2,deny\"", kPadding + "b=1&c=2&d=3"},
    {"CombinedSize", "SecRule ARGS_COMBINED_SIZE \"@eq 100003\" \"id:1,phase:2,deny\"",
     kPadding + "b=1"},
    {"LevelTooLow",
     "SecAction \"id:8,phase:1,nolog,pass,setvar:tx.level=1\"\n"
     "SecRule TX:level \"@lt 2\" \"id:9,phase:2,nolog,pass,skipAfter:END\"\n"
     "SecRule ARGS \"@rx evil\" \"id:1,phase:2,deny\"\nSecMarker END",
     "b=" + kFar + "evil", false},
    {"LevelHighEnough",
     "SecAction \"id:8,phase:1,nolog,pass,setvar:tx.level=2\"\n"
     "SecRule TX:level \"@lt 2\" \"id:9,phase:2,nolog,pass,skipAfter:END\"\n"
     "SecRule ARGS \"@rx evil\" \"id:1,phase:2,deny\"\nSecMarker END",
     "b=" + kFar + "evil"},
    {"LevelRaisedInThePhase",
     "SecAction \"id:8,phase:1,nolog,pass,setvar:tx.level=1\"\n"
     "SecAction \"id:7,phase:2,nolog,pass,setvar:tx.level=2\"\n"
     "SecRule TX:level \"@lt 2\" \"id:9,phase:2,nolog,pass,skipAfter:END\"\n"
     "SecRule ARGS \"@rx evil\" \"id:1,phase:2,deny\"\nSecMarker END",
     "b=" + kFar + "evil"},
    {"LevelRaisedByAMadeUpName",
     "SecAction \"id:8,phase:1,nolog,pass,setvar:tx.level=1\"\n"
     "SecRule ARGS:n \"@rx .\" \"id:7,phase:2,nolog,pass,setvar:tx.%{MATCHED_VAR}=2\"\n"
     "SecRule TX:level \"@lt 2\" \"id:9,phase:2,nolog,pass,skipAfter:END\"\n"
     "SecRule ARGS:b \"@rx evil\" \"id:1,phase:2,deny\"\nSecMarker END",
     "n=level&b=" + kFar + "evil"},
    {"GateJumpedOver",
     "SecAction \"id:7,phase:2,nolog,pass,skip:1\"\n"
     "SecRule &TX:nothing \"@eq 0\" \"id:9,phase:2,nolog,pass,skipAfter:END\"\n"
     "SecRule ARGS \"@rx evil\" \"id:1,phase:2,deny\"\nSecMarker END",
     "b=" + kFar + "evil"},
    {"GateRemovedInThePhase",
     "SecAction \"id:7,phase:2,nolog,pass,ctl:ruleRemoveById=9\"\n"
     "SecRule &TX:nothing \"@eq 0\" \"id:9,phase:2,nolog,pass,skipAfter:END\"\n"
     "SecRule ARGS \"@rx evil\" \"id:1,phase:2,deny\"\nSecMarker END",
     "b=" + kFar + "evil"},
    {"FifthIsNotExcluded", "SecRule ARGS|!ARGS:a \"@rx evil\" \"id:1,phase:2,deny\"",
     kExcluded + "b=" + kFar + "evil"},
    {"FifthIsSelected", "SecRule ARGS:/^b/ \"@rx evil\" \"id:1,phase:2,deny\"",
     kExcluded + "b=" + kFar + "evil"},
};

class WatchedTest : public testing::TestWithParam<Case> {};

TEST_P(WatchedTest, IsWhatRulesSay) {
  const Case& c = GetParam();
  OverlaySpec spec = Small();
  spec.exclusions = c.exclusions;
  const Outcome outcome = Post(FromSecLang(c.rules), kForm, c.body, spec, nullptr, c.target);
  EXPECT_EQ(outcome.verdict.Blocks(), c.blocks) << outcome.story.substr(0, 200);
}

INSTANTIATE_TEST_SUITE_P(Watch, WatchedTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Watch, StopsWhenTimeIsUp) {
  const Ruleset ruleset = FromSecLang("SecRule ARGS \"@rx evil\" \"id:1,phase:2,deny\"");
  FakeClock clock;
  clock.step_us = 1000;
  OverlaySpec spec = Small();
  spec.limits.time_us = 5000;
  const std::string body = "a=" + std::string(1'000'000, 'x') + "evil";
  const Outcome late = Post(ruleset, kForm, body, spec, &clock);
  EXPECT_TRUE(late.verdict.degraded.Has(DegradedReason::kTimeLimit));
  EXPECT_FALSE(late.verdict.Blocks());
  EXPECT_TRUE(Post(ruleset, kForm, body).verdict.Blocks());
}

}  // namespace
}  // namespace rasp
