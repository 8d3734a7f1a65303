// SPDX-License-Identifier: Apache-2.0
#include "eval/watch.h"

#include <algorithm>

#include "core/capped_memory.h"
#include "eval/reach.h"
#include "eval/value_scan.h"
#include "eval/value_stream.h"
#include "eval/variable_sink.h"
#include "eval/variables.h"

namespace rasp {
namespace {

// Of what matched so much is kept.
constexpr size_t kKeptBytes = 2048;
// One link's matches that are kept; more would change nothing but the number of an event's lines.
constexpr uint8_t kMaxHits = 4;

// Which variables show a part of the body, and by what name if not its own.
struct Shown {
  BodyPart part;
  VariableId variable;
  std::string_view name;
};
constexpr Shown kShown[] = {
    {BodyPart::kArgument, VariableId::kArgs, {}},
    {BodyPart::kArgument, VariableId::kArgsPost, {}},
    {BodyPart::kArgumentName, VariableId::kArgsNames, {}},
    {BodyPart::kArgumentName, VariableId::kArgsPostNames, {}},
    {BodyPart::kArgumentName, VariableId::kMultipartName, {}},
    {BodyPart::kXmlText, VariableId::kXml, "/*"},
    {BodyPart::kXmlAttribute, VariableId::kXml, "//@*"},
    {BodyPart::kFile, VariableId::kFilesHead, {}},
    {BodyPart::kFileName, VariableId::kFiles, {}},
    {BodyPart::kFileName, VariableId::kMultipartFilename, {}},
    {BodyPart::kPartHeader, VariableId::kMultipartPartHeaders, {}},
    {BodyPart::kRaw, VariableId::kRequestBody, {}},
    {BodyPart::kRaw, VariableId::kUnparsedBody, {}},
};

// One of the request's body's streams.
struct Stream {
  Stream(const CompiledRules& rules, std::pmr::memory_resource* memory) : pieces(rules, memory) {}
  uint64_t value = 0;  // which one it is at
  ValueStream pieces;
};

class StreamWatch final : public BodyWatcher, private ValueScan::Listener {
 public:
  explicit StreamWatch(Inspection& in)
      : in_(in),
        reach_(&in.memory),
        hits_(&in.memory),
        values_(in.rules, &in.memory),
        raw_(in.rules, &in.memory) {
    const Plan& plan = in.rules.plan;
    reach_.assign(in.rules.rules.size() / 64 + 1, 0);
    for (auto phase = static_cast<size_t>(Phase::kRequestBody); phase < plan.phases.size(); ++phase)
      MarkReachable(in, in.rules.phase_begin[phase], in.rules.phase_begin[phase + 1],
                    Gates::kSettled, reach_);
    hits_.assign(plan.tests.size() - plan.first_stream_test, Hits());
  }

  void Watch(BodyPart part, std::string_view name, std::string_view piece, bool first,
             bool last) override {
    if (in_.OutOfTime()) return;
    Stream& stream = part == BodyPart::kRaw ? raw_ : values_;
    if (first) {
      stream.value = ++values_seen_;
      stream.pieces.Begin();
    }
    stream_ = &stream;
    name_ = name;
    is_whole_ = first && last;
    const std::string_view text = is_whole_ ? piece : stream.pieces.Take(piece, last);
    const WorkspaceLease lease(in_.rules);
    ValueScan scan(in_.rules, *lease, *this, in_.profile);
    scan_ = &scan;
    for (const Shown& shown : kShown) {
      if (shown.part != part) continue;
      // What is parsed without error is seen as arguments.
      if (shown.variable == VariableId::kUnparsedBody && !ShowsUnparsed(in_.body)) continue;
      Look(shown, text);
    }
  }

 private:
  struct Hits {
    uint64_t value = 0;  // of the last one
    uint8_t count = 0;
  };
  void Look(const Shown& shown, std::string_view text) {
    for (const PlanVariable& variable : in_.rules.plan.streams) {
      if (variable.whole.variable->id != shown.variable) continue;
      shown_ = &shown;
      const uint32_t root = variable.RootOf(ShownName());
      if (root == PlanVariable::kNone) return;
      original_ = text;
      if (is_whole_) {
        scan_->Run(root, text);
      } else {
        stream_->pieces.Run(variable, root, text, *scan_);
      }
      return;
    }
  }

  std::string_view ShownName() const { return shown_->name.empty() ? name_ : shown_->name; }

  bool Wants(const PlanTest& test) override {
    const Hits& hits = HitsOf(test);
    return HasBit(reach_, test.rule) && IsOn(in_, test.rule) && hits.count < kMaxHits &&
           hits.value != stream_->value;
  }
  bool WantsSpan() const override { return true; }

  void Matched(const PlanTest& test, std::string_view value, const MatchContext& found) override {
    if (!LooksAt(test)) return;
    Hits& hits = HitsOf(test);
    ++hits.count;
    hits.value = stream_->value;
    const Link& link = *test.link;
    const bool within = found.matched.data() != nullptr && found.matched.data() >= value.data() &&
                        found.matched.data() + found.matched.size() <= value.data() + value.size();
    const std::string_view part = within ? found.matched : value;
    const auto offset = static_cast<size_t>(part.data() - value.data());
    const size_t shown = std::min(part.size(), kKeptBytes);
    const size_t begin = offset - std::min(offset, (kKeptBytes - shown) / 2);
    StreamHit hit;
    hit.rule = test.rule;
    hit.link = &link;
    hit.variable = shown_->variable;
    hit.name = CopyTo(in_.arena, ShownName());
    hit.value = CopyTo(in_.arena, value.substr(begin, kKeptBytes));
    hit.part = hit.value.substr(offset - begin, shown);
    hit.changed = in_.transformer.Apply(in_.rules, link.transforms, original_).changed;
    hit.original =
        hit.changed == 0 ? hit.value : CopyTo(in_.arena, original_.substr(0, kKeptBytes));
    if (link.capture) Capture(link, value, hit);
    in_.stream_hits.push_back(hit);
  }

  // What is excluded must not use up the hits that are kept.
  bool LooksAt(const PlanTest& test) {
    in_.rule_index = test.rule;
    const TargetList& list = in_.rules.targets[test.link->targets];
    return std::any_of(list.targets.begin(), list.targets.end(), [&](const Target& target) {
      return target.variable->id == shown_->variable && !target.count &&
             Sink(in_, target, list.exclusions).Wants(ShownName());
    });
  }

  void Capture(const Link& link, std::string_view value, StreamHit& hit) {
    MatchContext context;
    context.argument = link.argument.text();
    context.wants_captures = true;
    context.matched = value;
    in_.rules.conditions[link.condition]->Matches(value, context);
    hit.capture_count = context.capture_count;
    for (int i = 0; i < context.capture_count; ++i) {
      const auto index = static_cast<size_t>(i);
      hit.captures[index] = CopyTo(in_.arena, context.captures[index].substr(0, kKeptBytes));
    }
  }

  Hits& HitsOf(const PlanTest& test) {
    const auto index = static_cast<size_t>(&test - in_.rules.plan.tests.data());
    return hits_[index - in_.rules.plan.first_stream_test];
  }

  Inspection& in_;
  std::pmr::vector<uint64_t> reach_;
  std::pmr::vector<Hits> hits_;  // by test
  Stream values_;
  Stream raw_;
  uint64_t values_seen_ = 0;

  // The call that is going on.
  Stream* stream_ = nullptr;
  ValueScan* scan_ = nullptr;
  const Shown* shown_ = nullptr;
  std::string_view name_;
  std::string_view original_;
  bool is_whole_ = false;
};

bool LooksAtFiles(const CompiledRules& rules) {
  return std::any_of(rules.plan.streams.begin(), rules.plan.streams.end(),
                     [](const PlanVariable& variable) {
                       return variable.whole.variable->id == VariableId::kFilesHead;
                     });
}

}  // namespace

BodyWatcher* WatcherOf(Inspection& in) {
  if (in.watcher == nullptr) {
    void* const place = in.arena.allocate(sizeof(StreamWatch), alignof(StreamWatch));
    in.watcher.reset(::new (place) StreamWatch(in));
  }
  return in.watcher.get();
}

bool WatchesFiles(const Inspection& in) { return LooksAtFiles(in.rules); }

}  // namespace rasp
