// SPDX-License-Identifier: Apache-2.0
#include "eval/value_scan.h"

#include <algorithm>

#include "eval/stopwatch.h"

namespace rasp {

bool ValueScan::MayMatch(const match::Presence& presence, std::string_view value) {
  ScanLevel& level = workspace_.LevelAt(changes_);
  if (!level.has_grams) level.grams.Fill(value, level.kinds);
  level.has_grams = true;
  return presence.MayMatch(level.grams);
}

void ValueScan::ForgetGrams() {
  ScanLevel& level = workspace_.LevelAt(changes_);
  if (level.has_grams) level.grams.Clear();
  level.has_grams = false;
}

bool ValueScan::Succeeds(const Link& link, std::string_view value) {
  if (link.presence != nullptr &&
      link.presence->demands_grams(workspace_.LevelAt(changes_).kinds) &&
      !MayMatch(*link.presence, value)) {
    ran_ = false;
    return link.negated;
  }
  ran_ = true;
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
  cost.tests += ran_ ? 1 : 0;
  cost.nanoseconds += watch.Nanoseconds();
  return succeeds;
}

void ValueScan::RunTests(std::span<const uint32_t> tests, std::string_view value) {
  for (const uint32_t index : tests) {
    const PlanTest& test = rules_.plan.tests[index];
    if (!listener_.Wants(test)) continue;
    if (test.link->multi_match) {
      std::vector<uint32_t>& run = workspace_.LevelAt(changes_).multi_run;
      if (std::find(run.begin(), run.end(), index) != run.end()) continue;
      run.push_back(index);
    }
    if (profile_ == nullptr ? Succeeds(*test.link, value) : Measured(test, value))
      listener_.Matched(test, value, context_);
  }
}

// The step that leads to the node, which other nodes may have asked for before.
ScanLevel::Step& ValueScan::StepOf(ScanLevel& level, uint32_t node, std::string_view value) {
  const PlanNode& wanted = rules_.plan.nodes[node];
  const auto [step, is_new] = level.StepLike(wanted, value.size());
  if (is_new) {
    step->changes = wanted.map != nullptr
                        ? wanted.step->apply_with_map(*wanted.map, value, step->result)
                        : wanted.step->apply(value, step->result);
  }
  return *step;
}

// The nodes where the value stays as it is, and then what the steps that change it make of it.
// Recursion goes as deep as the ruleset's longest chain of transformations, no further.
void ValueScan::Visit(std::span<const uint32_t> nodes, std::string_view value, ByteKinds kinds) {
  ScanLevel& level = workspace_.LevelAt(changes_);
  level.kinds = kinds;
  level.step_count = 0;
  level.multi_run.clear();
  level.open.assign(nodes.begin(), nodes.end());
  while (!level.open.empty()) {
    const uint32_t node = level.open.back();
    level.open.pop_back();
    const NodeMemo::Answer answer = workspace_.memo.Of(rules_.plan, node, kinds);
    RunTests(answer.tests, value);
    for (const uint32_t next : answer.steps) {
      ScanLevel::Step& step = StepOf(level, next, value);
      (step.changes ? step.nodes : level.open).push_back(next);
    }
  }
  for (size_t i = 0; i < level.step_count; ++i) {
    const ScanLevel::Step& step = *level.steps[i];
    if (!step.changes) continue;
    ++changes_;
    Visit(step.nodes, step.result, KindsIn(step.result));
    ForgetGrams();
    --changes_;
  }
}

}  // namespace rasp
