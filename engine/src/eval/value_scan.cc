// SPDX-License-Identifier: Apache-2.0
#include "eval/value_scan.h"

#include "eval/stopwatch.h"

namespace rasp {

bool ValueScan::MayMatch(const match::Presence& presence, std::string_view value) {
  match::GramSet& grams = workspace_.GramsAt(changes_);
  if (!has_grams_[changes_]) grams.Fill(value);
  has_grams_[changes_] = true;
  return presence.MayMatch(grams);
}

void ValueScan::ForgetGrams() {
  if (has_grams_[changes_]) workspace_.GramsAt(changes_).Clear();
  has_grams_[changes_] = false;
}

bool ValueScan::Succeeds(const Link& link, std::string_view value) {
  if (!link.negated && link.presence != nullptr && link.presence->demands_grams() &&
      !MayMatch(*link.presence, value)) {
    return false;
  }
  context_.argument = link.argument.text();
  context_.capture_count = 0;
  context_.matched = value;
  context_.gave_up = false;
  context_.wants_span = listener_.WantsSpan();
  const bool matches = rules_.conditions[link.condition]->Matches(value, context_);
  return context_.gave_up || matches != link.negated;
}

bool ValueScan::Measured(const PlanTest& test, std::string_view value) {
  const Stopwatch watch;
  const bool succeeds = Succeeds(*test.link, value);
  RuleCost& cost = profile_->at(test.rule);
  ++cost.tests;
  cost.nanoseconds += watch.Nanoseconds();
  return succeeds;
}

void ValueScan::RunTests(std::span<const uint32_t> tests, std::string_view value) {
  for (const uint32_t index : tests) {
    const PlanTest& test = rules_.plan.tests[index];
    if (!listener_.Wants(test)) continue;
    if (profile_ == nullptr ? Succeeds(*test.link, value) : Measured(test, value))
      listener_.Matched(test, value, context_);
  }
}

// Recursion goes as deep as the ruleset's longest chain of transformations, no further.
void ValueScan::Visit(uint32_t node, std::string_view value, ByteKinds kinds) {
  const NodeMemo::Answer answer = workspace_.memo.Of(rules_.plan, node, kinds);
  RunTests(answer.tests, value);
  std::vector<uint32_t>& steps = workspace_.steps;
  const size_t begin = steps.size();
  steps.insert(steps.end(), answer.steps.begin(), answer.steps.end());
  for (size_t i = begin; i < steps.size(); ++i) {
    const PlanNode& step = rules_.plan.nodes[steps[i]];
    ByteBuffer& out = workspace_.BufferAt(step.depth);
    out.clear();
    const bool changed = step.map != nullptr ? step.step->apply_with_map(*step.map, value, out)
                                             : step.step->apply(value, out);
    const size_t end = steps.size();
    if (changed) {
      ++changes_;
      Visit(steps[i], out, KindsIn(out));
      ForgetGrams();
      --changes_;
    } else {
      Visit(steps[i], value, kinds);
    }
    steps.resize(end);
  }
  steps.resize(begin);
}

}  // namespace rasp
