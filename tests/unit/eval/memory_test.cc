// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <new>

#include "compile/spec_builder.h"
#include "eval/scenario.h"

namespace rasp {
namespace {

using D = DispositionSpec;

// Gives memory until `left` allocations have been made, and counts what was not given back.
class Scarce final : public std::pmr::memory_resource {
 public:
  explicit Scarce(int left) : left_(left) {}
  int64_t outstanding() const { return outstanding_; }
  bool refused() const { return left_ < 0; }

 private:
  void* do_allocate(size_t bytes, size_t alignment) override {
    if (left_-- <= 0) {
      left_ = -1;
      throw std::bad_alloc();
    }
    outstanding_ += static_cast<int64_t>(bytes);
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void* p, size_t bytes, size_t alignment) override {
    outstanding_ -= static_cast<int64_t>(bytes);
    std::pmr::new_delete_resource()->deallocate(p, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  int left_;
  int64_t outstanding_ = 0;
};

Ruleset Rules() {
  RuleSpec shadow = MakeRule(103, Phase::kRequestBody, D::kBlock,
                             {{"ARGS", "rx e", "", {"setvar:tx.s=1"}, true}});
  shadow.mode = RuleMode::kShadow;
  return MakeRuleset({
      MakeRule(100, Phase::kRequestHeaders, D::kPass,
               {{"ARGS|REQUEST_HEADERS",
                 "rx .",
                 "urlDecodeUni|lowercase|hexEncode",
                 {"setvar:tx.%{MATCHED_VAR_NAME}=%{MATCHED_VAR}"},
                 true}}),
      MakeRule(101, Phase::kRequestBody, D::kPass,
               {{"ARGS", "rx .", "lowercase", {}, false, true}, {"MATCHED_VARS", "rx ."}}),
      MakeRule(102, Phase::kRequestBody, D::kPass, {{"TX", "streq %{TX.0}"}}),
      shadow,
      MakeRule(104, Phase::kResponseBody, D::kPass, {{"RESPONSE_BODY", "rx x"}}),
  });
}

const std::string& LargeValue() {
  static const std::string kValue(3000, 'E');
  return kValue;
}

Exchange Busy() {
  static const std::string kBody = R"({"a":["EVIL%41",{"b":")" + LargeValue() + R"("}]})";
  Exchange exchange{"POST",
                    "/?q=%41B&r=C%44",
                    {{"Content-Type", "application/json"}, {"Cookie", "a=b"}},
                    kBody,
                    200};
  exchange.response_body = "xyz";
  return exchange;
}

TEST(Memory, EveryRefusedAllocationDegradesAndNothingLeaks) {
  const Ruleset ruleset = Rules();
  OverlaySpec spec = Blocking();
  for (const FailPolicy policy : {FailPolicy::kPass, FailPolicy::kBlock}) {
    spec.on_error = policy;
    bool refused = true;
    int at = 0;
    for (; refused && at < 10'000; ++at) {
      Scarce memory(at);
      const Outcome outcome = Play(ruleset, spec, Busy(), 7, nullptr, &memory);
      EXPECT_EQ(memory.outstanding(), 0) << at;
      refused = memory.refused();
      if (!refused) continue;
      EXPECT_TRUE(outcome.verdict.degraded.Has(DegradedReason::kMemoryLimit)) << at;
      EXPECT_EQ(outcome.verdict.Blocks(), policy == FailPolicy::kBlock) << at;
    }
    EXPECT_FALSE(refused);
    EXPECT_GT(at, 10);
  }
}

TEST(Memory, EveryCapDegradesOrSuffices) {
  const Ruleset ruleset = Rules();
  OverlaySpec spec = Blocking();
  spec.on_error = FailPolicy::kPass;
  const std::string whole = Play(ruleset, spec, Busy(), 7).story;
  bool sufficed = false;
  for (uint64_t cap = 0; cap < 400'000; cap += cap < 16'384 ? 64 : 4096) {
    spec.limits.memory_bytes = cap;
    Scarce memory(1'000'000);
    const Outcome outcome = Play(ruleset, spec, Busy(), 7, nullptr, &memory);
    EXPECT_EQ(memory.outstanding(), 0) << cap;
    if (outcome.verdict.degraded.Has(DegradedReason::kMemoryLimit)) continue;
    sufficed = true;
    EXPECT_EQ(outcome.story, whole) << cap;
  }
  EXPECT_TRUE(sufficed);
}

TEST(Memory, ARuleThatLacksItDoesNotStopTheNext) {
  const std::string body = "a=" + std::string(60'000, 'A') + "&b=evil";
  const Ruleset ruleset = MakeRuleset({
      MakeRule(100, Phase::kRequestBody, D::kPass, {{"ARGS", "rx 3431", "hexEncode|hexEncode"}}),
      MakeRule(101, Phase::kRequestBody, D::kBlock, {{"ARGS", "streq evil"}}),
  });
  OverlaySpec spec = Blocking();
  spec.on_error = FailPolicy::kPass;
  spec.limits.memory_bytes = 400'000;
  const Exchange exchange{
      "POST", "/", {{"Content-Type", "application/x-www-form-urlencoded"}}, body};
  EXPECT_EQ(Play(ruleset, spec, exchange).story,
            "block 403 by 101: 101 ARGS:b=evil [memory-limit]");
}

}  // namespace
}  // namespace rasp
