// SPDX-License-Identifier: Apache-2.0
#include "compile/plan.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "core/ascii.h"

namespace rasp {
namespace {

bool IsPlannable(const Target& target) {
  return IsFixedInPhase(target.variable->id) && !target.count && target.xpath == nullptr;
}

bool IsPlannable(const CompiledRules& rules, const Link& link) {
  const std::vector<Target>& targets = rules.targets[link.targets].targets;
  return !link.unconditional && !link.has_macro_argument && !targets.empty() &&
         std::all_of(targets.begin(), targets.end(),
                     [](const Target& target) { return IsPlannable(target); });
}

// A body's values that may be too many to be kept.
bool IsStreamed(const VariableDef& variable) {
  switch (variable.id) {
    case VariableId::kFilesHead:
      return variable.detail == kWholeFile;
    case VariableId::kArgs:
    case VariableId::kArgsPost:
    case VariableId::kArgsNames:
    case VariableId::kArgsPostNames:
    case VariableId::kRequestBody:
    case VariableId::kUnparsedBody:
    case VariableId::kFiles:
    case VariableId::kFilesNames:
    case VariableId::kMultipartName:
    case VariableId::kMultipartFilename:
    case VariableId::kMultipartPartHeaders:
    case VariableId::kXml:
      return true;
    default:
      return false;
  }
}

bool IsQuiet(const Rule& rule, const RuleInfo& info) {
  return rule.disposition == Disposition::kPass && !info.logged && !info.audited &&
         !info.has_severity;
}

bool StartsSlot(const CompiledRules& rules, const MacroText& name, int32_t slot) {
  const bool literal = !name.parts.empty() && name.parts[0].source.variable == nullptr;
  const std::string_view begin =
      literal ? std::string_view(name.parts[0].text) : std::string_view();
  return StartsWithIgnoreCase(rules.tx_names[static_cast<size_t>(slot)], begin);
}

// Whether the action may set that variable of TX, or take that rule out.
bool Unsettles(const CompiledRules& rules, const Action& action, int32_t slot, uint32_t gate) {
  if (action.kind == ActionKind::kRemoveRules)
    return std::find(action.rules.begin(), action.rules.end(), gate) != action.rules.end();
  if (action.kind > ActionKind::kDeleteVar || action.collection != CollectionId::kTx) return false;
  return action.tx_slot >= 0 ? action.tx_slot == slot : StartsSlot(rules, action.name, slot);
}

// From the request's body on nothing sets what the gate asks for, takes the gate out, or jumps past
// it to what it skips.
bool IsSettled(const CompiledRules& rules, int32_t slot, uint32_t gate) {
  const auto first = static_cast<size_t>(Phase::kRequestBody);
  for (uint32_t i = rules.phase_begin[first]; i < rules.rules.size(); ++i) {
    const Rule& rule = rules.rules[i];
    if (i != gate && rule.go_to > gate && rule.go_to < rules.rules[gate].go_to) return false;
    for (const Link& link : rule.links) {
      for (const Action& action : link.actions) {
        if (Unsettles(rules, action, slot, gate)) return false;
      }
    }
  }
  return true;
}

// A rule that compares one number of TX with a constant, and does nothing but skip others.
bool IsGate(const CompiledRules& rules, uint32_t index, Gate& gate) {
  const Rule& rule = rules.rules[index];
  if (rule.links.size() != 1 || !rule.quiet) return false;
  const Link& link = rule.links.front();
  const TargetList& list = rules.targets[link.targets];
  if (link.unconditional || link.has_macro_argument || link.capture || link.transforms != 0 ||
      !link.actions.empty() || list.targets.size() != 1 || !list.exclusions.empty()) {
    return false;
  }
  const Target& target = list.targets.front();
  const std::optional<NumberTest> test = rules.conditions[link.condition]->number_test();
  if (target.tx_slot < 0 || !test) return false;
  gate = {target.tx_slot, target.count, link.negated, IsSettled(rules, target.tx_slot, index),
          rule.go_to,     *test};
  return true;
}

bool AsksForMatch(const MacroText& macro) {
  return std::any_of(macro.parts.begin(), macro.parts.end(), [](const MacroPart& part) {
    return part.source.variable != nullptr && part.source.variable->id >= VariableId::kMatchedVar &&
           part.source.variable->id <= VariableId::kMatchedVarsNames;
  });
}

bool TellsNothing(const Rule& rule, const RuleInfo& info) {
  if (rule.links.size() != 1 || info.logged || info.audited) return false;
  const std::vector<Action>& actions = rule.links.front().actions;
  return !AsksForMatch(rule.redirect_to) &&
         std::none_of(actions.begin(), actions.end(), [](const Action& action) {
           return AsksForMatch(action.name) || AsksForMatch(action.value) ||
                  action.kind == ActionKind::kSanitiseMatched ||
                  action.kind == ActionKind::kSanitiseMatchedBytes;
         });
}

// Puts tests where the values are that they look at.
class Planner {
 public:
  explicit Planner(CompiledRules& rules) : rules_(rules) {}

  // Every link's tests of the targets that `wanted` accepts.
  struct Placed {
    uint32_t test;
    const Link* link;
    const Target* target;
  };

  uint32_t AddTest(uint32_t rule, const Link& link) {
    rules_.plan.tests.push_back({rule, &link, PlanTest::kAlone, 0});
    return static_cast<uint32_t>(rules_.plan.tests.size() - 1);
  }

  void Place(uint32_t test, const Link& link, const Target& target) {
    auto& by_name = placed_[target.variable->id];
    const bool any = target.selector.All() || target.selector.regex != nullptr;
    by_name[any ? std::string() : Lower(target.selector.name)].push_back({test, &link, &target});
  }

  std::vector<PlanVariable> Take() {
    std::vector<PlanVariable> out;
    for (auto& [id, by_name] : placed_) {
      PlanVariable variable;
      variable.whole.variable = &VariableOf(id);
      const std::vector<Placed> any = by_name[""];
      if (!any.empty()) variable.all = Tree(any);
      for (const auto& [name, tests] : by_name) {
        if (name.empty()) continue;
        std::vector<Placed> both = any;
        both.insert(both.end(), tests.begin(), tests.end());
        variable.named.emplace_back(name, Tree(both));
      }
      out.push_back(std::move(variable));
    }
    placed_.clear();
    return out;
  }

 private:
  static std::string Lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), ToLower);
    return text;
  }

  // The root of a tree of the chains that these tests need.
  uint32_t Tree(const std::vector<Placed>& tests) {
    std::map<uint32_t, uint32_t> by_transforms;
    const uint32_t root = NodeOf(0, by_transforms);
    for (const Placed& placed : tests) {
      uint32_t transforms = placed.link->transforms;
      AddTo(NodeOf(transforms, by_transforms), placed.test);
      // multiMatch tests what every step has made of the value.
      while (placed.link->multi_match && transforms != 0) {
        transforms = rules_.transforms[transforms].parent;
        AddTo(NodeOf(transforms, by_transforms), placed.test);
      }
    }
    return root;
  }

  void AddTo(uint32_t node, uint32_t test) {
    std::vector<uint32_t>& tests = rules_.plan.nodes[node].tests;
    if (std::find(tests.begin(), tests.end(), test) == tests.end()) tests.push_back(test);
  }

  uint32_t NodeOf(uint32_t transforms, std::map<uint32_t, uint32_t>& known) {
    const auto found = known.find(transforms);
    if (found != known.end()) return found->second;
    PlanNode node;
    const TransformNode& step = rules_.transforms[transforms];
    if (transforms != 0) {
      node.step = step.step;
      node.map = step.map;
      node.always_acts = step.step->acts_on == ByteMask::All();
      node.acts_on = KindsOf(step.step->acts_on);
      node.depth = step.depth;
      node.keeps_comments_open =
          step.step->name == "replaceComments" || step.step->name == "removeComments";
    }
    const auto index = static_cast<uint32_t>(rules_.plan.nodes.size());
    rules_.plan.nodes.push_back(std::move(node));
    known.emplace(transforms, index);
    if (transforms != 0) {
      const uint32_t parent = NodeOf(step.parent, known);
      rules_.plan.nodes[parent].children.push_back(index);
    }
    return index;
  }

  CompiledRules& rules_;
  std::map<VariableId, std::map<std::string, std::vector<Placed>>> placed_;
};

// The links without which the rule neither matches nor does anything.
std::vector<Link*> PlannableLinks(CompiledRules& rules, Rule& rule) {
  constexpr size_t kMost = 8;
  std::vector<Link*> found;
  for (Link& link : rule.links) {
    if (IsPlannable(rules, link)) found.push_back(&link);
    const bool captures = link.capture && !link.negated;
    if (!link.actions.empty() || captures || found.size() == kMost) break;
  }
  return found;
}

void PlanRule(CompiledRules& rules, uint32_t index, Planner& planner) {
  Plan& plan = rules.plan;
  if (IsGate(rules, index, plan.gates[index])) plan.kinds[index] = RuleKind::kGate;
  const std::vector<Link*> links = PlannableLinks(rules, rules.rules[index]);
  if (links.empty()) return;
  plan.kinds[index] = RuleKind::kPlanned;
  if (links.size() > 1) plan.chains.push_back(static_cast<uint8_t>((1u << links.size()) - 1));
  for (size_t i = 0; i < links.size(); ++i) {
    Link& link = *links[i];
    link.planned = true;
    const uint32_t test = planner.AddTest(index, link);
    if (links.size() > 1) {
      plan.tests[test].chain = static_cast<uint32_t>(plan.chains.size() - 1);
      plan.tests[test].bit = static_cast<uint8_t>(1u << i);
    }
    for (const Target& target : rules.targets[link.targets].targets)
      planner.Place(test, link, target);
  }
}

void PlanPhases(CompiledRules& rules) {
  Planner planner(rules);
  for (size_t phase = 1; phase < rules.plan.phases.size(); ++phase) {
    for (uint32_t i = rules.phase_begin[phase]; i < rules.phase_begin[phase + 1]; ++i)
      PlanRule(rules, i, planner);
    rules.plan.phases[phase] = planner.Take();
  }
}

// Contents of files can be so large that to look for a few texts is all that is affordable. So
// where few tests look at a value as it is, without transformations, those are known beforehand.
std::vector<match::LiteralSet> LiteralsOf(const CompiledRules& rules, const PlanNode& node) {
  constexpr size_t kMostTests = 8;
  if (!node.children.empty() || node.tests.size() > kMostTests) return {};
  std::vector<std::string> patterns;
  for (const uint32_t test : node.tests) {
    const Link& link = *rules.plan.tests[test].link;
    if (link.negated || !rules.conditions[link.condition]->AddPatterns(patterns)) return {};
  }
  return match::LiteralSet::Of(patterns);
}

void PlanStreams(CompiledRules& rules) {
  Planner planner(rules);
  rules.plan.first_stream_node = static_cast<uint32_t>(rules.plan.nodes.size());
  rules.plan.first_stream_test = static_cast<uint32_t>(rules.plan.tests.size());
  const auto body = static_cast<size_t>(Phase::kRequestBody);
  for (uint32_t i = rules.phase_begin[body]; i < rules.rules.size(); ++i) {
    for (const Link& link : rules.rules[i].links) {
      if (link.unconditional || link.has_macro_argument) continue;
      const uint32_t test = planner.AddTest(i, link);
      for (const Target& target : rules.targets[link.targets].targets) {
        if (IsPlannable(target) && IsStreamed(*target.variable)) planner.Place(test, link, target);
      }
    }
  }
  rules.plan.streams = planner.Take();
  for (PlanVariable& variable : rules.plan.streams) {
    if (variable.all != PlanVariable::kNone)
      variable.literals = LiteralsOf(rules, rules.plan.nodes[variable.all]);
  }
}

bool IsOfTx(const Target& target) { return target.variable == nullptr || target.tx_slot >= 0; }
bool IsOfTx(const MacroText& macro) {
  return std::all_of(macro.parts.begin(), macro.parts.end(),
                     [](const MacroPart& part) { return IsOfTx(part.source); });
}
bool IsOfTx(const Action& action) {
  return action.kind <= ActionKind::kDeleteVar && action.tx_slot >= 0 && IsOfTx(action.value);
}

bool IsTxOnly(const CompiledRules& rules, uint32_t index) {
  const Rule& rule = rules.rules[index];
  const Link& link = rule.links.front();
  const auto& targets = rules.targets[link.targets].targets;
  return rules.plan.kinds[index] != RuleKind::kPlanned && rule.links.size() == 1 &&
         rules.infos[index].mode != RuleMode::kShadow && !link.capture && IsOfTx(link.argument) &&
         std::all_of(targets.begin(), targets.end(),
                     [](const Target& target) { return IsOfTx(target); }) &&
         std::all_of(link.actions.begin(), link.actions.end(),
                     [](const Action& action) { return IsOfTx(action); });
}

}  // namespace

void MakePlan(bool prefilter, CompiledRules& rules) {
  rules.plan.kinds.assign(rules.rules.size(), RuleKind::kDirect);
  rules.plan.gates.assign(rules.rules.size(), Gate());
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    rules.rules[i].quiet = IsQuiet(rules.rules[i], rules.infos[i]);
    rules.rules[i].tells_nothing = TellsNothing(rules.rules[i], rules.infos[i]);
  }
  rules.plan.on = prefilter;
  if (prefilter) PlanPhases(rules);
  PlanStreams(rules);
  Plan& plan = rules.plan;
  plan.direct.assign(rules.rules.size() / 64 + 1, 0);
  plan.planned = plan.direct;
  plan.tx_only = plan.direct;
  plan.gate_slots.assign(rules.tx_names.size(), false);
  for (uint32_t i = 0; i < rules.rules.size(); ++i) {
    const uint64_t bit = uint64_t{1} << (i & 63);
    if (plan.kinds[i] == RuleKind::kDirect) plan.direct[i >> 6] |= bit;
    if (plan.kinds[i] == RuleKind::kPlanned) plan.planned[i >> 6] |= bit;
    if (IsTxOnly(rules, i)) plan.tx_only[i >> 6] |= bit;
    if (plan.kinds[i] != RuleKind::kGate) continue;
    plan.gate_rules.push_back(i);
    plan.gate_slots[static_cast<size_t>(plan.gates[i].slot)] = true;
  }
}

}  // namespace rasp
