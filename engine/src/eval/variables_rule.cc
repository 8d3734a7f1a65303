// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "core/capped_memory.h"
#include "eval/actions.h"
#include "eval/collections.h"
#include "eval/providers.h"

namespace rasp {
namespace {

constexpr std::array<std::string_view, 10> kDigits = {"0", "1", "2", "3", "4",
                                                      "5", "6", "7", "8", "9"};

void AddEntries(const TxStore& store, Sink& out) {
  const int32_t slot = out.target().tx_slot;
  if (slot >= 0) {
    const TxStore::Entry* const entry = store.FindSlot(slot);
    if (entry != nullptr) out.Add(entry->name, entry->value);
    return;
  }
  const Selector& selector = out.target().selector;
  if (selector.regex == nullptr && !selector.All()) {
    const TxStore::Entry* const entry = store.FindEntry(selector.name);
    if (entry != nullptr) out.Add(entry->name, entry->value);
    return;
  }
  const std::vector<bool>& slots = out.target().tx_slots;
  for (const TxStore::Entry& entry : store.entries()) {
    const bool known = entry.slot >= 0 && !slots.empty();
    if (!known || slots[static_cast<size_t>(entry.slot)]) out.Add(entry.name, entry.value);
  }
}

// A rule's text with its macros expanded; %{RULE.msg} within it is empty, else it had no end.
std::string_view ExpandedText(Inspection& in, const MacroText& macro) {
  if (in.expanding_rule_text) return {};
  struct Expanding {
    explicit Expanding(bool& the_flag) : flag(the_flag) { flag = true; }
    ~Expanding() { flag = false; }
    bool& flag;
  } const expanding(in.expanding_rule_text);
  ByteBuffer text(&in.memory);
  ExpandMacro(in, macro, text);
  return CopyTo(in.chain_arena, text);
}

}  // namespace

// Captures may be overwritten while this very link matches, so their bytes are copied. What
// ModSecurity 2 puts there when a regular expression gives up is what its recommended rule 200005
// looks for.
void RuleVariables::Tx(Inspection& in, Sink& out) {
  if (out.target().tx_slot >= 0) return AddEntries(in.tx, out);
  for (int i = 0; i < in.capture_count; ++i) {
    const auto index = static_cast<size_t>(i);
    if (out.Wants(kDigits[index]))
      out.AddBrief(kDigits[index], CopyTo(in.chain_arena, in.captures[index]));
  }
  AddEntries(in.tx, out);
  if (in.degraded.Has(DegradedReason::kMatcherMemory)) out.Add("MSC_PCRE_LIMITS_EXCEEDED", "1");
}

void RuleVariables::MatchedVar(Inspection& in, Sink& out) {
  if (!in.matched.empty()) out.AddBrief({}, in.matched.back().value);
}
void RuleVariables::MatchedVarName(Inspection& in, Sink& out) {
  if (!in.matched.empty()) out.AddBrief({}, in.matched.back().name);
}
void RuleVariables::MatchedVars(Inspection& in, Sink& out) {
  for (const MatchedValue& matched : in.matched) out.AddBrief(matched.name, matched.value);
}
void RuleVariables::MatchedVarsNames(Inspection& in, Sink& out) {
  for (const MatchedValue& matched : in.matched) out.AddBrief(matched.name, matched.name);
}

void RuleVariables::Rule(Inspection& in, Sink& out) {
  const RuleInfo& info = in.rules.infos[in.rule_index];
  const rasp::Rule& rule = in.rules.rules[in.rule_index];
  out.AddNumber("id", static_cast<int64_t>(info.id));
  if (!info.revision.empty()) out.Add("rev", info.revision);
  if (!info.version.empty()) out.Add("ver", info.version);
  if (info.has_severity) out.AddNumber("severity", static_cast<int64_t>(info.severity));
  if (info.maturity != 0) out.AddNumber("maturity", info.maturity);
  if (info.accuracy != 0) out.AddNumber("accuracy", info.accuracy);
  if (out.Wants("msg")) out.AddBrief("msg", ExpandedText(in, rule.message));
  if (!rule.log_data.parts.empty() && out.Wants("logdata"))
    out.AddBrief("logdata", ExpandedText(in, rule.log_data));
}

void RuleVariables::HighestSeverity(Inspection& in, Sink& out) {
  constexpr int64_t kNone = 255;
  out.AddNumber({}, in.highest_severity ? static_cast<int64_t>(*in.highest_severity) : kNone);
}
void RuleVariables::MatcherError(Inspection& in, Sink& out) {
  AddFlag(in.degraded.Has(DegradedReason::kMatcherMemory), out);
}
void RuleVariables::Env(Inspection& in, Sink& out) { AddEntries(in.env, out); }

void RuleVariables::Geo(Inspection& in, Sink& out) {
  if (!in.geo.found) return;
  const std::span<const std::string_view> names = GeoFieldNames();
  for (size_t i = 0; i < names.size(); ++i)
    out.AddBrief(names[i], CopyTo(in.chain_arena, in.geo.fields[i]));
}

void RuleVariables::Persistent(Inspection& in, Sink& out) {
  AddEntries(RecordOf(in, out.target().variable->id).variables, out);
}
void RuleVariables::SessionId(Inspection& in, Sink& out) {
  out.Add(RecordOf(in, VariableId::kSession).key);
}
void RuleVariables::UserId(Inspection& in, Sink& out) {
  out.Add(RecordOf(in, VariableId::kUser).key);
}
void RuleVariables::WebAppId(Inspection& in, Sink& out) { out.Add(rasp::WebAppId(in)); }
void RuleVariables::ModsecBuild(Inspection&, Sink& out) { out.Add("030016100"); }

void RuleVariables::Never(Inspection&, Sink&) {}
void RuleVariables::Zero(Inspection&, Sink& out) { out.Add("0"); }

}  // namespace rasp
