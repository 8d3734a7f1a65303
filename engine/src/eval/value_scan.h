// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "eval/workspace.h"
#include "operator/operator.h"
#include "rasp/profile.h"

namespace rasp {

// Runs the tests of a plan's tree on values: each transformation once, and of the operators those
// that could succeed.
class ValueScan {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    // Whether it matters if the test succeeds.
    virtual bool Wants(const PlanTest& test) = 0;
    // Whether it matters where, too.
    virtual bool WantsSpan() const { return false; }
    // It did, on `transformed`, or could not be decided.
    virtual void Matched(const PlanTest& test, std::string_view transformed,
                         const MatchContext& context) = 0;
  };

  // `profile`: where the tests' costs go; nullptr: nowhere.
  ValueScan(const CompiledRules& rules, Workspace& workspace, Listener& listener, Profile* profile)
      : rules_(rules), workspace_(workspace), listener_(listener), profile_(profile) {}

  Workspace& workspace() const { return workspace_; }

  // `root`: of a PlanVariable.
  void Run(uint32_t root, std::string_view value) {
    Visit({&root, 1}, value, KindsIn(value));
    ForgetGrams();
  }
  // Those tests, on one value.
  void RunAlone(std::span<const uint32_t> tests, std::string_view value) {
    workspace_.LevelAt(changes_).kinds = KindsIn(value);
    workspace_.LevelAt(changes_).multi_run.clear();
    RunTests(tests, value);
    ForgetGrams();
  }

 private:
  void Visit(std::span<const uint32_t> nodes, std::string_view value, ByteKinds kinds);
  ScanLevel::Step& StepOf(ScanLevel& level, uint32_t node, std::string_view value);
  bool MayMatch(const match::Presence& presence, std::string_view value);
  void ForgetGrams();
  void RunTests(std::span<const uint32_t> tests, std::string_view value);
  bool Succeeds(const Link& link, std::string_view value);
  bool Measured(const PlanTest& test, std::string_view value);

  const CompiledRules& rules_;
  Workspace& workspace_;
  Listener& listener_;
  Profile* profile_;
  uint32_t changes_ = 0;  // that made the value what it is now
  bool ran_ = false;      // the last test's operator
  MatchContext context_;
};

}  // namespace rasp
