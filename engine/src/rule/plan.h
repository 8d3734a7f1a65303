// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/byte_mask.h"
#include "match/literal_set.h"
#include "operator/operator.h"
#include "rule/target.h"
#include "transform/transform.h"

namespace rasp {

struct Link;

// How it is found out which rules of a phase match anything, before they are run in order.
//
// Most rules look for signs in values that do not change while the phase runs, and most values have
// no such signs. So each value is looked at once, for all rules: its kinds of bytes say which tests
// could succeed and which transformations would change it. Rules that no value can match are not
// run; nor are chains with a link that no value can match, if nothing is done before it.

// One link of a rule: its operator is to be run on a value. A rule has a hit when every link of it
// that is tested has one.
struct PlanTest {
  static constexpr uint32_t kAlone = 0xffffffff;

  uint32_t rule = 0;  // index into CompiledRules::rules
  const Link* link = nullptr;
  uint32_t chain = kAlone;  // index into Plan::chains, if it is not the rule's only test
  uint8_t bit = 0;          // which of these
};

// A step in the chains of transformations that the tests of some values need; they form a tree.
struct PlanNode {
  const TransformDef* step = nullptr;  // nullptr: the value as it is
  const UnicodeMap* map = nullptr;     // see TransformNode
  ByteKinds acts_on = 0;               // a value without bytes of these kinds stays as it is
  bool always_acts = false;            // any value may change, an empty one too
  bool keeps_comments_open = false;    // what a piece has opened the next piece may close
  uint32_t depth = 0;                  // steps from the value as it is
  std::vector<uint32_t> children;      // indexes into Plan::nodes
  std::vector<uint32_t> tests;         // indexes into Plan::tests
};

// The values of one variable. `all` and `named` are indexes into Plan::nodes, of the tests for any
// value and for a value of that name; the latter have those of the former too.
struct PlanVariable {
  static constexpr uint32_t kNone = 0xffffffff;

  Target whole;  // all of the variable's values
  uint32_t all = kNone;
  std::vector<std::pair<std::string, uint32_t>> named;  // in lower case
  // A value that lacks all of one of these sets passes no test at `all`, nor does it take a step.
  std::vector<match::LiteralSet> literals;

  // Where a value of that name begins; kNone: no test looks at it.
  uint32_t RootOf(std::string_view name) const;
};

// What a gate asks: a number in TX, or how often it is there, compared with another number.
struct Gate {
  int32_t slot = -1;  // of TX
  bool count = false;
  bool negated = false;
  bool settled = false;  // no rule of the phases from the request's body on changes that number
  uint32_t go_to = 0;    // Rule::go_to
  NumberTest test;
};

enum class RuleKind : uint8_t {
  kDirect,   // it is run
  kPlanned,  // it is run if it has a hit
  kGate,     // it changes nothing but where to go on
};

struct Plan {
  bool on = true;                // false: every rule is run, for comparison
  std::vector<RuleKind> kinds;   // parallel to CompiledRules::rules
  std::vector<Gate> gates;       // the same; of those that are none, nothing
  std::vector<uint64_t> direct;  // bits by rule: RuleKind::kDirect
  std::vector<uint64_t> planned;
  // Rules that look at TX alone, by slot, and change nothing else if they match; the same.
  std::vector<uint64_t> tx_only;
  std::vector<uint32_t> gate_rules;  // those that are gates
  std::vector<bool> gate_slots;      // by slot of TX: a gate asks for it
  std::vector<PlanNode> nodes;
  std::vector<PlanTest> tests;
  std::vector<uint8_t> chains;                      // of rules with several tests: the bits of all
  std::array<std::vector<PlanVariable>, 6> phases;  // by Phase
  // Of every link, in the phases from the request's body on, that looks at values of a body which
  // can be too many to be kept.
  std::vector<PlanVariable> streams;
  uint32_t first_stream_node = 0;  // from there on, `nodes` are of `streams`
  uint32_t first_stream_test = 0;
};

}  // namespace rasp
