// SPDX-License-Identifier: Apache-2.0
// What a rule does to the request and tells the logs, by itself and by its phase's
// SecDefaultAction.
#include "seclang/loaded.h"

namespace rasp {
namespace {

// "block 403", "allow phase", "redirect 302 http://x": what a rule does.
std::string Doing(const RuleSpec& rule) {
  const std::string status = " " + std::to_string(rule.status);
  switch (rule.disposition) {
    case DispositionSpec::kScore:
      return "score";
    case DispositionSpec::kBlock:
      return "block" + status;
    case DispositionSpec::kPass:
      return "pass";
    case DispositionSpec::kAllow:
      return rule.allow_scope == AllowScope::kTransaction ? "allow"
             : rule.allow_scope == AllowScope::kPhase     ? "allow phase"
                                                          : "allow request";
    case DispositionSpec::kRedirect:
      return "redirect" + status + " " + rule.redirect_to;
    case DispositionSpec::kDrop:
      return "drop";
  }
  return "";
}

struct DoingCase {
  const char* name;
  std::string_view defaults;  // actions of SecDefaultAction; empty: there is none
  std::string_view actions;
  std::string_view doing;
};

class Does : public testing::TestWithParam<DoingCase> {};

TEST_P(Does, WhatItSaysOrItsPhaseDoes) {
  const DoingCase& row = GetParam();
  std::string text;
  if (!row.defaults.empty()) text = "SecDefaultAction \"" + std::string(row.defaults) + "\"\n";
  EXPECT_EQ(Doing(OneRule(text + RuleWith(row.actions))), row.doing);
}

constexpr DoingCase kDoings[] = {
    {"NothingSaid", "", "", "pass"},
    {"Pass", "", "pass", "pass"},
    {"Deny", "", "deny", "block 403"},
    {"DenyWithStatus", "", "status:406,deny", "block 406"},
    {"Drop", "", "drop", "drop"},
    {"Allow", "", "allow", "allow"},
    {"AllowPhase", "", "allow:phase", "allow phase"},
    {"AllowRequest", "", "allow:REQUEST", "allow request"},
    {"Redirect", "", "redirect:'http://a/b,c'", "redirect 302 http://a/b,c"},
    {"RedirectWithStatus", "", "redirect:http://a/,status:307", "redirect 307 http://a/"},
    {"RedirectWithOtherStatus", "", "redirect:http://a/,status:403", "redirect 302 http://a/"},
    {"TheLastCounts", "", "deny,pass", "pass"},
    {"BlockWithoutDefault", "", "block", "pass"},
    {"Block", "phase:2,log,deny,status:406", "block", "block 406"},
    {"BlockWithItsOwnStatus", "phase:2,log,deny,status:406", "block,status:404", "block 404"},
    {"BlockThatRedirects", "phase:2,redirect:'http://a/',status:301", "block",
     "redirect 301 http://a/"},
    {"BlockThatDrops", "phase:2,drop", "block", "drop"},
    {"BlockThatAllows", "phase:2,allow:phase", "block", "allow phase"},
    {"BlockOfAnotherPhase", "phase:1,deny", "block", "pass"},
    {"DenyWithTheDefaultsStatus", "phase:2,deny,status:406", "deny", "block 406"},
    {"PassDespiteTheDefault", "phase:2,deny", "pass", "pass"},
    {"NothingSaidAndPassIsTheDefault", "phase:2,pass", "", "pass"},
};

INSTANTIATE_TEST_SUITE_P(Course, Does, testing::ValuesIn(kDoings),
                         [](const auto& row) { return row.param.name; });

struct LogCase {
  const char* name;
  std::string_view defaults;
  std::string_view actions;
  bool logged;
  bool audited;
};

class Tells : public testing::TestWithParam<LogCase> {};

TEST_P(Tells, TheLogs) {
  const LogCase& row = GetParam();
  const RuleSpec rule = OneRule("SecDefaultAction \"phase:2,pass" + std::string(row.defaults) +
                                "\"\n" + RuleWith("pass" + std::string(row.actions)));
  EXPECT_EQ(rule.logged, row.logged);
  EXPECT_EQ(rule.audited, row.audited);
}

constexpr LogCase kLogs[] = {
    {"NothingSaid", "", "", true, true},
    {"NoLogMeansNoAuditLog", "", ",nolog", false, false},
    {"NoLogWithAuditLog", "", ",nolog,auditlog", false, true},
    {"AuditLogBeforeNoLog", "", ",auditlog,nolog", false, true},
    {"NoAuditLog", "", ",noauditlog", true, false},
    {"LogWithNoAuditLog", "", ",log,noauditlog", true, false},
    {"NoAuditLogBeforeLog", "", ",noauditlog,log", true, false},
    {"TheLastCounts", "", ",nolog,log", true, true},
    {"DefaultIsNoLog", ",nolog", "", false, false},
    {"DefaultIsNoLogAuditLog", ",nolog,auditlog", "", false, true},
    {"LogOverDefault", ",nolog", ",log", true, true},
    {"NoLogOverDefaultAuditLog", ",log,auditlog", ",nolog", false, false},
    {"NoAuditLogOverDefault", ",log,auditlog", ",noauditlog", true, false},
};

INSTANTIATE_TEST_SUITE_P(Course, Tells, testing::ValuesIn(kLogs),
                         [](const auto& row) { return row.param.name; });

std::string Names(const std::vector<NameSpec>& transforms) {
  std::string names;
  for (const NameSpec& transform : transforms) names += (names.empty() ? "" : ",") + transform.name;
  return names;
}

TEST(Defaults, TransformationsGoBeforeARulesOwnUnlessNoneClearsThem) {
  const Loaded loaded = LoadText(
      "SecDefaultAction phase:2,pass,t:trim,t:lowercase\n"
      "SecRule ARGS a id:1\n"
      "SecRule ARGS a id:2,t:length\n"
      "SecRule ARGS a id:3,t:none,t:length\n"
      "SecRule ARGS a id:4,phase:1,t:length\n"
      "SecRule ARGS a id:5,t:none,chain\n"
      "SecRule ARGS a t:length\n");
  ASSERT_EQ(loaded.Said(), "");
  const auto transforms = [&](size_t rule, size_t link = 0) {
    return Names(loaded.spec.rules[rule].links[link].transforms);
  };
  EXPECT_EQ(transforms(0), "trim,lowercase");
  EXPECT_EQ(transforms(1), "trim,lowercase,length");
  EXPECT_EQ(transforms(2), "length");
  EXPECT_EQ(transforms(3), "length");
  EXPECT_EQ(transforms(4), "");
  EXPECT_EQ(transforms(4, 1), "trim,lowercase,length");
}

TEST(Defaults, TagsAndStepsGoToEveryRule) {
  const Loaded loaded = LoadText(
      "SecDefaultAction \"phase:2,pass,tag:'Host: x',setvar:tx.n=+1\"\n"
      "SecRule ARGS a \"id:1,tag:a,chain\"\n"
      "SecRule ARGS b setvar:tx.m=1\n");
  ASSERT_EQ(loaded.Said(), "");
  const RuleSpec& rule = loaded.spec.rules[0];
  EXPECT_EQ(rule.tags, (std::vector<std::string>{"a", "Host: x"}));
  EXPECT_TRUE(rule.links[0].actions.empty());
  ASSERT_EQ(rule.links[1].actions.size(), 2u);
  EXPECT_EQ(rule.links[1].actions[1].argument, "tx.n=+1");
}

TEST(Defaults, TheLaterOfAPhaseReplacesTheEarlier) {
  const Loaded loaded = LoadText(
      "SecDefaultAction phase:2,deny,t:trim\nSecRule ARGS a id:1,block\n"
      "SecDefaultAction phase:2,drop\nSecRule ARGS a id:2,block\n");
  ASSERT_EQ(loaded.Said(), "");
  EXPECT_EQ(Doing(loaded.spec.rules[0]), "block 403");
  EXPECT_EQ(Doing(loaded.spec.rules[1]), "drop");
  EXPECT_TRUE(loaded.spec.rules[1].links[0].transforms.empty());
}

TEST(Defaults, HoldForTheNextSource) {
  Diagnostics diagnostics;
  SecLangLoader loader(OptionsOf({}), diagnostics);
  loader.Load("SecDefaultAction phase:1,deny,status:404", "a.conf");
  const RulesetSpec spec = loader.Load("SecRule ARGS a id:1,phase:1,block", "b.conf");
  EXPECT_TRUE(diagnostics.empty());
  EXPECT_EQ(Doing(spec.rules[0]), "block 404");
}

TEST(Defaults, ARuleThatDoesNotSayBlockIsPointedOut) {
  const Loaded loaded = LoadText("SecDefaultAction phase:2,deny\nSecRule ARGS a id:1\n");
  EXPECT_EQ(Doing(loaded.spec.rules[0]), "pass");
  EXPECT_EQ(loaded.Said(),
            "a.conf:2:1: warning: no-disruptive-action: rule 1 does not block, though "
            "SecDefaultAction does, which ModSecurity 2 would have it inherit: write block, or "
            "pass\n");
}

}  // namespace
}  // namespace rasp
