// SPDX-License-Identifier: Apache-2.0
#include "eval/rules.h"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include "eval/actions.h"
#include "eval/decision.h"
#include "eval/matches.h"
#include "eval/prologue.h"
#include "eval/reach.h"
#include "eval/scan.h"
#include "eval/stopwatch.h"
#include "eval/variable_sink.h"
#include "eval/variables.h"

namespace rasp {
namespace {

// The clock is read before a rule that was found to have a hit, before every so many others and,
// within one, after this many bytes.
constexpr uint32_t kRulesBetweenClockReads = 16;
constexpr uint64_t kBytesBetweenClockReads = 64 * 1024;

const char* End(std::string_view bytes) { return bytes.data() + bytes.size(); }

// The value's operator run; on a match, `context` says what matched.
bool Test(Inspection& in, const Link& link, const Transformed& value, MatchContext& context) {
  const std::string_view bytes = value.bytes;
  if (in.profile != nullptr) ++in.profile->at(in.rule_index).tests;
  context.capture_count = 0;
  context.gave_up = false;
  context.geo = &in.geo;
  context.argument = link.has_macro_argument ? std::string_view(in.argument) : link.argument.text();
  context.wants_captures = link.capture;
  context.matched = bytes;
  const bool matches = in.rules.conditions[link.condition]->Matches(bytes, context);
  if (context.gave_up) {
    Degrade(in, DegradedReason::kMatcherMemory);
    return true;  // what cannot be ruled out is a match
  }
  return matches != link.negated;
}

// The captures of this match take the place of all earlier ones, so that no TX:3 of another rule is
// seen as this one's.
void KeepCaptures(Inspection& in, const MatchContext& context) {
  for (int i = 0; i < context.capture_count; ++i) {
    const auto index = static_cast<size_t>(i);
    in.captures[index].assign(context.captures[index].data() == nullptr ? std::string_view()
                                                                        : context.captures[index]);
  }
  in.capture_count = context.capture_count;
}

// Transforms and tests one value. multiMatch tests before the first step and after every one that
// changed the value, until one matches.
bool MatchesValue(Inspection& in, const Link& link, const Value& value, MatchContext& context,
                  Transformed& transformed) {
  if (!link.multi_match) {
    transformed = in.transformer.Apply(in.rules, link.transforms, value.value);
    return Test(in, link, transformed, context);
  }
  in.transformer.Begin(in.rules, link.transforms, value.value);
  bool changed = true;
  do {
    transformed = in.transformer.current();
    if (changed && Test(in, link, transformed, context)) return true;
  } while (in.transformer.Next(changed));
  return false;
}

std::string_view NameOf(Inspection& in, const Value& value) {
  if (value.target == nullptr) return {};
  const VariableDef& variable = *value.target->variable;
  if (value.target->count) return value.target->text;
  if (value.name.empty() && !variable.collection) return variable.name;
  const size_t size = variable.name.size() + 1 + value.name.size();
  char* const text = static_cast<char*>(in.chain_arena.allocate(size, 1));
  char* end = std::copy(variable.name.begin(), variable.name.end(), text);
  *end++ = ':';
  std::copy(value.name.begin(), value.name.end(), end);
  return {text, size};
}

void RememberMatch(Inspection& in, const Link& link, const Value& value,
                   const Transformed& transformed, const MatchContext& context) {
  MatchedValue match;
  match.name = NameOf(in, value);
  match.original = value.value;
  match.link = &link;
  match.transforms = link.transforms;
  match.changed = transformed.changed;
  // A value that no step changed lies where it lay; otherwise it is in a buffer that the next value
  // takes.
  match.value =
      transformed.changed != 0 ? CopyTo(in.chain_arena, transformed.bytes) : transformed.bytes;
  const bool within = context.matched.data() != nullptr &&
                      context.matched.data() >= transformed.bytes.data() &&
                      End(context.matched) <= End(transformed.bytes);
  match.part = match.value;
  if (within) {
    const auto offset = static_cast<size_t>(context.matched.data() - transformed.bytes.data());
    match.part = match.value.substr(offset, context.matched.size());
  }
  in.matched.push_back(match);
}

// Whether the link looks at it, now that everything that could exclude it has been said.
bool LooksAt(Inspection& in, const TargetList& list, const StreamHit& hit, Value& value) {
  for (const Target& target : list.targets) {
    if (target.variable->id != hit.variable || target.count) continue;
    if (!Sink(in, target, list.exclusions).Wants(hit.name)) continue;
    value = {&target, hit.name, hit.original, true};
    return true;
  }
  return false;
}

// What the link matched in values that were not kept.
bool MatchesStreamed(Inspection& in, const Link& link, bool shadow) {
  bool any = false;
  for (const StreamHit& hit : in.stream_hits) {
    Value value;
    if (hit.link != &link || !LooksAt(in, in.rules.targets[link.targets], hit, value)) continue;
    any = true;
    MatchContext context;
    context.captures = hit.captures;
    context.capture_count = hit.capture_count;
    if (link.capture) KeepCaptures(in, context);
    MatchedValue match;
    match.name = NameOf(in, value);
    match.original = hit.original;
    match.link = &link;
    match.transforms = link.transforms;
    match.changed = hit.changed;
    match.value = hit.value;
    match.part = hit.part;
    in.matched.push_back(match);
    RunActions(in, link, shadow);
  }
  return any;
}

// The link is its rule's first, and looking at the one value that it has already said that it
// matches: where, does not matter.
bool IsKnownToMatch(const Inspection& in, const Link& link) {
  const std::vector<Target>& targets = in.rules.targets[link.targets].targets;
  return in.scanned && link.planned && link.negated && !link.capture && !link.multi_match &&
         &link == &in.rules.rules[in.rule_index].links.front() && HasBit(in.hits, in.rule_index) &&
         targets.size() == 1 && !targets.front().variable->collection && in.stream_hits.empty();
}

// One link: every value on its own, each match running the link's actions. True if any matched.
bool MatchesLink(Inspection& in, const Link& link, bool shadow) {
  if (link.unconditional) {
    in.matched.push_back({});
    in.matched.back().link = &link;
    RunActions(in, link, shadow);
    return true;
  }
  CollectValues(in, in.rules.targets[link.targets]);
  const bool known = IsKnownToMatch(in, link);
  const bool silent = in.rules.rules[in.rule_index].tells_nothing;
  bool any = false;
  uint64_t bytes = 0;
  MatchContext context;
  for (const Value& value : in.values) {
    bytes += value.value.size() + 1;
    if (bytes > kBytesBetweenClockReads) {
      if (in.OutOfTime()) break;
      bytes = 0;
    }
    in.argument.clear();
    if (link.has_macro_argument) ExpandMacro(in, link.argument, in.argument);
    Transformed transformed;
    if (known) {
      transformed = in.transformer.Apply(in.rules, link.transforms, value.value);
    } else if (!MatchesValue(in, link, value, context, transformed)) {
      continue;
    }
    any = true;
    if (link.capture && !link.negated) KeepCaptures(in, context);
    if (!silent) RememberMatch(in, link, value, transformed, context);
    RunActions(in, link, shadow);
  }
  if (!in.stream_hits.empty()) any |= MatchesStreamed(in, link, shadow);
  return any;
}

int Added(int score, int more) {
  return more > std::numeric_limits<int>::max() - score ? std::numeric_limits<int>::max()
                                                        : score + more;
}

// A rule adds its score once, however many values it matched: three apostrophes in a form are one
// finding.
void AddScore(Inspection& in, const RuleInfo& info, bool shadow) {
  const bool response = info.phase == Phase::kResponseHeaders || info.phase == Phase::kResponseBody;
  int& score = response ? (shadow ? in.response_shadow_score : in.response_score)
                        : (shadow ? in.shadow_score : in.score);
  score = Added(score, info.score);
}

void Allow(Inspection& in, AllowScope scope, bool shadow) {
  if (shadow) return;
  switch (scope) {
    case AllowScope::kTransaction:
      in.allowed = true;
      return;
    case AllowScope::kPhase:
      in.allowed_phase = static_cast<uint32_t>(in.phase);
      return;
    case AllowScope::kRequest:
      in.request_allowed = true;
      return;
  }
}

// Where to redirect to. What a macro puts in must not end the header field.
std::string_view Address(Inspection& in, const MacroText& macro) {
  if (macro.literal()) return macro.text();
  in.text.clear();
  ExpandMacro(in, macro, in.text);
  in.text2.clear();
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : std::string_view(in.text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte < 0x7f) {
      in.text2.append({&c, 1});
      continue;
    }
    const char escaped[] = {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    in.text2.append({escaped, sizeof escaped});
  }
  return CopyTo(in.arena, in.text2);
}

void Act(Inspection& in, const Rule& rule, const RuleInfo& info, bool shadow) {
  Wish wish;
  wish.status = rule.status;
  wish.rule_id = info.id;
  wish.shadow = shadow;
  switch (rule.disposition) {
    case Disposition::kScore:
      return AddScore(in, info, shadow);
    case Disposition::kPass:
      return;
    case Disposition::kAllow:
      return Allow(in, rule.allow_scope, shadow);
    case Disposition::kBlock:
      return Decide(in, wish);
    case Disposition::kDrop:
      wish.decision = Decision::kDrop;
      return Decide(in, wish);
    case Disposition::kRedirect:
      wish.decision = Decision::kRedirect;
      wish.redirect_to = Address(in, rule.redirect_to);
      return Decide(in, wish);
  }
}

// True if the rule matched as a whole.
bool RunRule(Inspection& in, uint32_t index) {
  const Rule& rule = in.rules.rules[index];
  const RuleInfo& info = in.rules.infos[index];
  const bool shadow = info.mode == RuleMode::kShadow;
  in.rule_index = index;
  in.matched.clear();
  in.chain_arena.release();
  for (const Link& link : rule.links) {
    if (!MatchesLink(in, link, shadow)) return false;
  }
  if (info.has_severity && !shadow)
    in.highest_severity = std::min(in.highest_severity.value_or(info.severity), info.severity);
  KeepMatches(in, rule, info);
  Act(in, rule, info, shadow);
  return true;
}

// Takes back what a shadow rule did to TX.
bool RunShadowRule(Inspection& in, uint32_t index) {
  std::pmr::vector<TxStore::Entry> saved = in.tx.Save();
  auto captures = std::move(in.captures);
  const int capture_count = std::exchange(in.capture_count, 0);
  const auto restore = [&] {
    in.tx.Restore(std::move(saved));
    in.captures = std::move(captures);
    in.capture_count = capture_count;
  };
  bool matched = false;
  try {
    matched = RunRule(in, index);
  } catch (...) {
    restore();
    throw;
  }
  restore();
  return matched;
}

// Runs the rule, whatever it takes.
bool RunOne(Inspection& in, uint32_t index) {
  const bool traceless =
      in.rules.infos[index].mode == RuleMode::kShadow && in.rules.rules[index].changes_tx;
  // A rule that the memory does not suffice for must not keep the next from being run.
  try {
    return traceless ? RunShadowRule(in, index) : RunRule(in, index);
  } catch (const std::bad_alloc&) {
    Degrade(in, DegradedReason::kMemoryLimit);
    return false;
  }
}

bool RunMeasured(Inspection& in, uint32_t index) {
  if (in.profile == nullptr) return RunOne(in, index);
  const Stopwatch watch;
  const bool matched = RunOne(in, index);
  RuleCost& cost = in.profile->at(index);
  cost.nanoseconds += watch.Nanoseconds();
  cost.matches += matched ? 1 : 0;
  return matched;
}

// Which rules of a phase are still to be run.
class Agenda {
 public:
  Agenda(Inspection& in, Phase phase, uint32_t end) : in_(in), phase_(phase), end_(end) {}

  // The next rule from `from` on; `end` if there is none.
  uint32_t Next(uint32_t from) {
    if (from >= end_) return end_;
    if (!made_ || (scanned_ && !in_.scanned)) {
      Look(from);
    } else if (jumped_ || changes_ != in_.tx.changes()) {
      Make(from);
    }
    return FindBit(from);
  }
  // The next rule may be one that a gate was to skip.
  void Jumped() { jumped_ = true; }
  // nullptr: rules are run without looking at values first.
  TxRuns* tx_runs() { return lease_ ? &(**lease_).tx_runs : nullptr; }

 private:
  // Looks at the values; what no value matches is not on the agenda.
  void Look(uint32_t from) {
    made_ = true;
    changes_ = in_.tx.changes();
    scanned_ = in_.rules.plan.on;
    if (!scanned_) return Make(from);
    try {
      if (!lease_) lease_.emplace(in_.rules);
      (**lease_).tx_runs.Forget();
      Scan(in_, phase_, from, end_, **lease_);
      in_.agenda.assign(in_.reach.begin(), in_.reach.end());
      Strike();
    } catch (const std::bad_alloc&) {
      Degrade(in_, DegradedReason::kMemoryLimit);
      in_.scanned = true;
      in_.reach.clear();
      Make(from);
    }
  }

  // Gates are asked again only if what they ask for has changed.
  void Make(uint32_t from) {
    jumped_ = false;
    changes_ = in_.tx.changes();
    in_.agenda.assign(in_.rules.rules.size() / 64 + 1, 0);
    MarkReachable(in_, from, end_, Gates::kAll, in_.agenda);
    Strike();
  }

  void Strike() {
    for (size_t word = 0; word < in_.done.size(); ++word) in_.agenda[word] &= ~in_.done[word];
    if (in_.reach.size() < in_.agenda.size()) return;
    for (size_t word = 0; word < in_.agenda.size(); ++word) {
      in_.agenda[word] &= ~(in_.rules.plan.planned[word] & in_.reach[word] & ~in_.hits[word]);
    }
  }

  uint32_t FindBit(uint32_t from) const {
    uint64_t bits = in_.agenda[from >> 6] & (~uint64_t{0} << (from & 63));
    for (uint32_t word = from >> 6;; bits = in_.agenda[word]) {
      if (bits != 0) return word * 64 + static_cast<uint32_t>(__builtin_ctzll(bits));
      if (++word >= in_.agenda.size()) return end_;
    }
  }

  Inspection& in_;
  Phase phase_;
  uint32_t end_;
  bool made_ = false;
  bool scanned_ = false;
  bool jumped_ = false;
  uint32_t changes_ = 0;
  std::optional<WorkspaceLease> lease_;
};

// Does what the rules from `next` on do if they look at TX alone and it is known; returns the index
// behind them. Otherwise watches what they do.
std::optional<uint32_t> Replay(Inspection& in, TxRuns& runs, uint32_t next, uint32_t end) {
  runs.Reach(in, next);
  if (!HasBit(in.rules.plan.tx_only, next)) return std::nullopt;
  const std::optional<uint32_t> behind = runs.Replay(in, next);
  if (!behind) runs.Watch(in, next, end);
  return behind;
}

// The rules from `next` on, one after the other; a match may say where to go on.
void RunRules(Inspection& in, Phase phase, uint32_t next, uint32_t end) {
  const bool logging = phase == Phase::kLogging;
  Agenda agenda(in, phase, end);
  uint32_t run = 0;
  while ((next = agenda.Next(next)) < end) {
    TxRuns* const runs = agenda.tx_runs();
    const auto behind = runs == nullptr ? std::nullopt : Replay(in, *runs, next, end);
    if (behind) {
      next = *behind;
      continue;
    }
    const uint32_t i = next++;
    if (!IsOn(in, i)) continue;
    const bool planned = in.rules.plan.kinds[i] == RuleKind::kPlanned;
    if ((planned || run++ % kRulesBetweenClockReads == 0) && in.OutOfTime()) return;
    const bool matched = RunMeasured(in, i);
    if (matched && runs != nullptr && !in.rules.rules[i].quiet) runs->Forget();
    if ((in.Settled() && !logging) || in.PhaseAllowed()) return;
    if (matched && in.rules.rules[i].go_to != 0) {
      next = in.rules.rules[i].go_to;
      agenda.Jumped();
    }
  }
  if (agenda.tx_runs() != nullptr) agenda.tx_runs()->Reach(in, end);
}

}  // namespace

std::optional<uint32_t> RunConstant(Inspection& in, uint32_t index) {
  if (!RunRule(in, index)) return std::nullopt;
  return in.rules.rules[index].go_to;
}

void RunPhase(Inspection& in, Phase phase) {
  const uint32_t bit = 1u << static_cast<unsigned>(phase);
  if ((in.phases_run & bit) != 0) return;
  in.phases_run |= bit;
  in.phase = phase;
  const bool logging = phase == Phase::kLogging;
  if ((in.Settled() && !logging) || in.PhaseAllowed()) return;
  const auto number = static_cast<size_t>(phase);
  in.scanned = false;
  uint32_t first = in.rules.phase_begin[number];
  if (phase == Phase::kRequestHeaders) first = RunPrologue(in);
  RunRules(in, phase, first, in.rules.phase_begin[number + 1]);
  if (in.out_of_time) Degrade(in, DegradedReason::kTimeLimit);
  if (!in.Settled() && !logging) DecideByScore(in);
}

}  // namespace rasp
