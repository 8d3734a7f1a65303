// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/operator.h"
#include "rasp/ruleset.h"
#include "rasp/settings.h"
#include "rule/action.h"
#include "rule/macro.h"
#include "rule/plan.h"
#include "rule/scratch.h"
#include "rule/target.h"
#include "transform/transform.h"
#include "transform/unicode_map.h"

namespace rasp {

// One step of a chain of transformations. The chains form a tree: equal beginnings exist once, so
// that what one rule has computed serves the next. Node 0 is the empty chain.
struct TransformNode {
  uint32_t parent = 0;
  const TransformDef* step = nullptr;
  uint32_t depth = 0;               // steps from node 0
  const UnicodeMap* map = nullptr;  // if the step takes one and SecUnicodeMapFile gives one
};
inline constexpr uint32_t kMaxTransforms = 32;

enum class Disposition : uint8_t { kScore, kPass, kBlock, kAllow, kRedirect, kDrop };

// One link of a chain. Indexes refer to the tables of CompiledRules.
struct Link {
  uint32_t targets = 0;
  uint32_t transforms = 0;  // the chain's last node
  uint32_t condition = 0;
  const match::Presence* presence = nullptr;  // the condition's; nullptr: it has no use
  MacroText argument;                         // the operator's
  bool has_macro_argument = false;
  bool negated = false;
  bool capture = false;
  bool multi_match = false;
  bool unconditional = false;  // has no target: matches once
  bool planned = false;        // a PlanTest of its rule's phase has it
  std::string_view operator_name;
  std::string_view operator_argument;  // as written
  std::string condition_text;          // for people: `@rx ^a` or `all(...)`
  std::vector<Action> actions;
};

struct Rule {
  std::vector<Link> links;  // never empty
  Disposition disposition = Disposition::kScore;
  uint16_t status = 403;
  MacroText redirect_to;
  AllowScope allow_scope = AllowScope::kTransaction;
  uint32_t go_to = 0;  // skip, skipAfter: the index of the rule to go on at; 0: the next one
  MacroText message;
  MacroText log_data;
  bool changes_tx = false;     // some link has a setvar or captures
  bool quiet = false;          // if it matches, nobody is told and nothing is decided
  bool tells_nothing = false;  // what it matched is asked for by nothing and logged by nobody
  bool reads_response_body = false;
  // What RuleInfo's spans show.
  std::vector<std::string_view> owasp;
  std::vector<std::string_view> tags;
  std::vector<uint32_t> cwe;
  std::vector<uint32_t> capec;
};

struct StringHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

// Everything a Ruleset is. Written by compile/, then never again.
struct CompiledRules {
  std::vector<std::unique_ptr<const std::string>> strings;  // what the views point into
  std::vector<TransformNode> transforms{TransformNode{}};
  std::unique_ptr<const UnicodeMap> unicode_map;  // SecUnicodeMapFile's; nullptr: none
  std::vector<TargetList> targets;
  std::vector<OperatorPtr> conditions;
  std::vector<Rule> rules;
  std::vector<RuleInfo>
      infos;  // parallel to `rules`; both by phase, within it in the order they were added
  Plan plan;
  // The names in TX that rules know, in lower case, and their hashes, both by slot.
  std::vector<std::string> tx_names;
  std::vector<uint32_t> tx_name_hashes;
  // The slots by hash: a power of two of places, each empty (-1) or taken; a slot is in the first
  // that was empty from its hash's on.
  std::vector<int32_t> tx_slots_by_hash;
  std::array<uint32_t, 7> phase_begin{};  // rules of phase p: [phase_begin[p], phase_begin[p + 1])
  std::vector<std::pair<uint64_t, uint32_t>> by_id;  // sorted
  std::vector<RuleExample> examples;
  std::vector<std::string> request_body_types;
  EngineSettings settings;
  std::string hash;
  mutable ScratchPool scratches;

  // The rule's index, or -1.
  int64_t IndexOf(uint64_t id) const;
};

}  // namespace rasp
