// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/byte_buffer.h"
#include "eval/tx_runs.h"
#include "eval/value_memo.h"
#include "match/gram_set.h"
#include "rule/compiled_rules.h"

namespace rasp {

// What a value of certain kinds of bytes needs at a node of the plan: the tests that could succeed
// there and at the nodes behind it whose steps leave it as it is, and the nodes whose steps have to
// be run. Remembered, since the values of different requests are of few different kinds.
class NodeMemo {
 public:
  struct Answer {
    std::span<const uint32_t> tests;
    std::span<const uint32_t> steps;  // nodes
  };
  // The answer holds until the next call.
  Answer Of(const Plan& plan, uint32_t node, ByteKinds kinds);

 private:
  struct Entry {
    uint32_t node = PlanVariable::kNone;
    uint32_t begin = 0;
    uint32_t tests = 0;  // [begin, begin + tests)
    uint32_t steps = 0;  // those behind them
    ByteKinds kinds = 0;
  };
  static constexpr unsigned kEntryBits = 12;     // direct-mapped
  static constexpr size_t kStored = 128 * 1024;  // numbers; when they are full all is forgotten

  void Forget();

  std::vector<Entry> entries_;
  std::vector<uint32_t> stored_;
  std::vector<uint32_t> found_tests_, found_steps_, open_;
};

// What is known of a value as it is after a number of changes.
struct ScanLevel {
  // A transformation of it, and the plan's nodes that it leads to.
  struct Step {
    const PlanNode* first = nullptr;
    bool changes = false;
    std::vector<uint32_t> nodes;
    ByteBuffer result;
  };

  // The step that does what leads to that node; if the level has none, a new one, yet to be run on
  // a value of so many bytes.
  std::pair<Step*, bool> StepLike(const PlanNode& node, size_t bytes) {
    for (size_t i = 0; i < step_count; ++i) {
      const PlanNode& known = *steps[i]->first;
      if (known.step == node.step && known.map == node.map) return {steps[i].get(), false};
    }
    if (steps.size() == step_count) steps.push_back(std::make_unique<Step>());
    if (steps[step_count]->result.capacity() < bytes) MakeRoom(bytes);
    Step& step = *steps[step_count++];
    step.first = &node;
    step.nodes.clear();
    step.result.clear();
    return {&step, true};
  }

  std::vector<uint32_t> open;  // nodes that are still to be visited
  std::vector<std::unique_ptr<Step>> steps;
  size_t step_count = 0;            // of `steps`, in use
  std::vector<uint32_t> multi_run;  // tests under multiMatch that were run on it
  ByteKinds kinds = 0;              // of the value
  match::GramSet grams;
  bool has_grams = false;

 private:
  // Which steps a value takes, and in which order, varies: a large one gets the largest buffer that
  // is free, so that not each of them grows. One that is too small is made anew: growing it would
  // double it, and then Workspace would not keep it.
  void MakeRoom(size_t bytes) {
    const auto next = steps.begin() + static_cast<ptrdiff_t>(step_count);
    std::swap(*next, *std::max_element(next, steps.end(), [](const auto& a, const auto& b) {
      return a->result.capacity() < b->result.capacity();
    }));
    ByteBuffer& result = (*next)->result;
    if (result.capacity() >= bytes) return;
    result.clear();
    result.shrink_to_fit();
    result.reserve(bytes + bytes / 4);
  }
};

// What looking at values needs and the next call can use again.
class Workspace final : public Scratch {
 public:
  Workspace() : windows_(kMaxTransforms + 1) {}

  NodeMemo memo;
  ValueMemo values;
  TxRuns tx_runs;
  std::vector<uint32_t> passed;  // tests of the value being looked at
  ScanLevel& LevelAt(uint32_t changes) {
    while (levels_.size() <= changes) levels_.push_back(std::make_unique<ScanLevel>());
    return *levels_[changes];
  }

  // The buffer for a piece as it is on that level, with the end of the one before.
  ByteBuffer& WindowAt(uint32_t level) { return windows_[level]; }
  // Large ones are not kept: another value will hardly need them.
  void Shrink();

 private:
  static constexpr size_t kKeptBytes = 3 << 19;
  std::vector<std::unique_ptr<ScanLevel>> levels_;
  std::vector<ByteBuffer> windows_;
};

// A Workspace of the ruleset's for one call.
class WorkspaceLease {
 public:
  explicit WorkspaceLease(const CompiledRules& rules);
  ~WorkspaceLease();
  WorkspaceLease(const WorkspaceLease&) = delete;
  WorkspaceLease& operator=(const WorkspaceLease&) = delete;

  Workspace& operator*() const { return *static_cast<Workspace*>(scratch_.get()); }

 private:
  ScratchPool& pool_;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace rasp
