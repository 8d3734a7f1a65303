// SPDX-License-Identifier: Apache-2.0
// What is remembered from one transaction to the next, and shared by threads, passes for nothing
// else.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "eval/scenario.h"

namespace rasp {
namespace {

Ruleset Compile(std::string_view rules, bool prefilter) {
  RulesetCompiler compiler({.prefilter = prefilter});
  compiler.AddText("rules.conf", std::string(rules));
  Result<Ruleset, Diagnostics> ruleset = compiler.Compile();
  for (const Diagnostic& d : compiler.diagnostics())
    EXPECT_NE(d.severity, DiagnosticSeverity::kError) << FormatDiagnostic(d);
  if (!ruleset) throw std::runtime_error("the rules have errors");
  return *std::move(ruleset);
}

Exchange Get(std::string_view target) { return {"GET", target}; }

constexpr std::string_view kLevels =
    "SecAction \"id:1,phase:1,nolog,pass,setvar:tx.level=1\"\n"
    "SecRule REQUEST_METHOD \"@streq PUT\" \"id:2,phase:1,nolog,pass,setvar:tx.level=2\"\n"
    "SecRule ARGS \"@rx evil\" \"id:3,phase:2,pass\"\n"
    "SecRule TX:level \"@lt 2\" \"id:4,phase:2,nolog,pass,skipAfter:END\"\n"
    "SecRule ARGS \"@rx vil\" \"id:5,phase:2,deny\"\nSecMarker END";

TEST(RememberedValues, AreThoseOfTheRulesThatWereLookedFor) {
  const Ruleset ruleset = Compile(kLevels, true);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(Play(ruleset, Blocking(), Get("/?a=evil")).story, "pass: 3 ARGS:a=evil");
    EXPECT_EQ(Play(ruleset, Blocking(), {"PUT", "/?a=evil"}).story,
              "block 403 by 5: 3 ARGS:a=evil; 5 ARGS:a=evil");
    EXPECT_EQ(Play(ruleset, Blocking(), {"PUT", "/?a=vil"}).story, "block 403 by 5: 5 ARGS:a=vil");
  }
}

TEST(RememberedValues, AreThoseOfTheLocation) {
  const Ruleset ruleset = Compile(kLevels, true);
  OverlaySpec without = Blocking();
  without.exclusions = {"5"};
  OverlaySpec elsewhere = Blocking();
  elsewhere.exclusions = {"5 ARGS:a"};
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(Play(ruleset, without, {"PUT", "/?a=evil"}).story, "pass: 3 ARGS:a=evil");
    EXPECT_EQ(Play(ruleset, elsewhere, {"PUT", "/?a=evil"}).story, "pass: 3 ARGS:a=evil");
    EXPECT_EQ(Play(ruleset, Blocking(), {"PUT", "/?a=evil"}).story,
              "block 403 by 5: 3 ARGS:a=evil; 5 ARGS:a=evil");
    EXPECT_EQ(Play(ruleset, elsewhere, {"PUT", "/?b=evil"}).story,
              "block 403 by 5: 3 ARGS:b=evil; 5 ARGS:b=evil");
  }
}

TEST(RememberedValues, DifferByEveryByteAtEveryLength) {
  const Ruleset ruleset = Compile("SecRule ARGS \"@rx ^(?:a*|b*)z\" \"id:1,phase:1,deny\"", true);
  for (const size_t size : {0, 1, 7, 8, 9, 63, 64, 65, 198, 199, 200, 201, 202, 256, 1000}) {
    const std::string good = "/?a=" + std::string(size, 'a') + "y";
    const std::string evil = "/?a=" + std::string(size, 'a') + "z";
    for (int round = 0; round < 2; ++round) {
      EXPECT_FALSE(Play(ruleset, Blocking(), Get(good)).verdict.Blocks()) << size;
      EXPECT_TRUE(Play(ruleset, Blocking(), Get(evil)).verdict.Blocks()) << size;
    }
  }
}

TEST(RememberedValues, MayPassMoreTestsThanAreKept) {
  std::string rules;
  for (int id = 1; id <= 12; ++id) {
    rules += "SecRule ARGS \"@rx e.{" + std::to_string(id % 3) + "}\" \"id:" + std::to_string(id) +
             ",phase:1,pass\"\n";
  }
  const Ruleset planned = Compile(rules, true);
  const Ruleset plain = Compile(rules, false);
  for (const std::string_view target : {"/?a=evil", "/?a=e", "/?a=x", "/?a=evil", "/?a=ev"}) {
    EXPECT_EQ(Play(planned, Blocking(), Get(target)).story,
              Play(plain, Blocking(), Get(target)).story)
        << target;
  }
}

TEST(RememberedValues, GiveWayToOthers) {
  const Ruleset ruleset = Compile("SecRule ARGS \"@rx ^[0-9]*7$\" \"id:1,phase:1,deny\"", true);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 5000; ++i) {
      const std::string target = "/?a=" + std::to_string(i);
      ASSERT_EQ(Play(ruleset, Blocking(), Get(target)).verdict.Blocks(), i % 10 == 7) << i;
    }
  }
}

// --- Threads

TEST(OneRuleset, ServesThreadsAtOnce) {
  const Ruleset ruleset = Compile(kLevels, true);
  std::atomic<int> wrong = 0;
  const auto serve = [&](int salt) {
    for (int i = 0; i < 300; ++i) {
      const std::string good = "/?a=" + std::to_string(i * 2 + salt);
      wrong += Play(ruleset, Blocking(), Get(good)).story != "pass";
      wrong += Play(ruleset, Blocking(), Get("/?a=evil")).story != "pass: 3 ARGS:a=evil";
      wrong += Play(ruleset, Blocking(), {"PUT", "/?a=evil"}).story !=
               "block 403 by 5: 3 ARGS:a=evil; 5 ARGS:a=evil";
    }
  };
  std::thread other(serve, 0);
  serve(1);
  other.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace rasp
