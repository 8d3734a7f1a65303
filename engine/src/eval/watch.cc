// SPDX-License-Identifier: Apache-2.0
#include "eval/watch.h"

#include <algorithm>

#include "core/capped_memory.h"
#include "eval/reach.h"
#include "eval/value_scan.h"
#include "eval/variable_sink.h"

namespace rasp {
namespace {

// A sign of at most so many bytes, transformed, is seen wherever the pieces' borders fall.
constexpr size_t kOverlap = 4096;
// Of what matched so much is kept.
constexpr size_t kKeptBytes = 2048;
// One link's matches that are kept; more would change nothing but the number of an event's lines.
constexpr uint8_t kMaxHits = 4;
// No escape that a transformation undoes is longer, its first byte aside.
constexpr size_t kLongestEscape = 12;

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

// How many of a piece's last bytes may be the beginning of an escape or of a UTF-8 sequence that
// the next piece ends, or leave a group of four, as Base64 has them, incomplete.
size_t Unfinished(std::string_view text) {
  const auto from_last = [text](size_t most, auto wanted) {
    size_t held = 0;
    for (size_t i = 1; i <= std::min(text.size(), most); ++i) {
      if (wanted(text[text.size() - i])) held = i;
    }
    return held;
  };
  const size_t escape =
      from_last(kLongestEscape, [](char c) { return c == '%' || c == '&' || c == '\\'; });
  const size_t sequence =
      from_last(3, [](char c) { return static_cast<unsigned char>(c) >= 0xc0; });
  const size_t held = std::max(escape, sequence);
  return held != 0 ? held : text.size() % 4;
}

bool LeavesCommentOpen(std::string_view text, bool open) {
  const size_t opening = text.rfind("/*");
  const size_t closing = text.rfind("*/");
  if (opening == std::string_view::npos) return open && closing == std::string_view::npos;
  return closing == std::string_view::npos || closing < opening + 1;
}

class StreamWatch final : public BodyWatcher, private ValueScan::Listener {
 public:
  explicit StreamWatch(Inspection& in)
      : in_(in),
        reach_(&in.memory),
        values_(in),
        raw_(in),
        hits_(&in.memory),
        reopened_(&in.memory) {}

  void Watch(BodyPart part, std::string_view name, std::string_view piece, bool first,
             bool last) override {
    if (in_.OutOfTime()) return;
    if (hits_.empty()) Prepare();
    Stream& stream = part == BodyPart::kRaw ? raw_ : values_;
    if (first) stream.Begin(++values_seen_);
    stream_ = &stream;
    name_ = name;
    is_whole_ = first && last;
    const std::string_view text = is_whole_ ? piece : Joined(stream, piece, last);
    const WorkspaceLease lease(in_.rules);
    workspace_ = &*lease;
    ValueScan scan(in_.rules, *workspace_, *this, in_.profile);
    scan_ = &scan;
    for (const Shown& shown : kShown) {
      if (shown.part == part) Look(shown, text);
    }
  }

 private:
  // What the pieces of one value have in common.
  struct Tail {
    explicit Tail(std::pmr::memory_resource* memory) : bytes(memory) {}
    ByteBuffer bytes;           // the end of what this node has made so far
    bool own = false;           // it is not that of the node before
    bool comment_open = false;  // see PlanNode
  };
  struct Stream {
    explicit Stream(Inspection& in) : joined(&in.memory), carry(&in.memory), tails(&in.memory) {}
    void Begin(uint64_t which) {
      value = which;
      carry.clear();
      for (Tail& tail : tails) {
        tail.bytes.clear();
        tail.own = false;
        tail.comment_open = false;
      }
    }
    uint64_t value = 0;  // which one it is
    ByteBuffer joined;
    ByteBuffer carry;              // the end of the piece before, which belongs to the next
    std::pmr::vector<Tail> tails;  // by node
  };
  struct Hits {
    uint64_t value = 0;  // of the last one
    uint8_t count = 0;
  };
  // What the tests of a node look at: the end of what was there before, and the piece.
  struct Window {
    std::string_view bytes;
    ByteKinds kinds = 0;
    size_t seen = 0;  // bytes of it that were there before
  };
  struct Piece {
    std::string_view bytes;
    ByteKinds kinds = 0;
    uint32_t changed = 0;  // steps that changed it, as MatchedValue has it
  };

  // Most bodies are kept whole, and need nothing of all this.
  void Prepare() {
    const Plan& plan = in_.rules.plan;
    reach_.assign(in_.rules.rules.size() / 64 + 1, 0);
    for (auto phase = static_cast<size_t>(Phase::kRequestBody); phase < plan.phases.size(); ++phase)
      MarkReachable(in_, in_.rules.phase_begin[phase], in_.rules.phase_begin[phase + 1],
                    Gates::kSettled, reach_);
    for (Stream* stream : {&values_, &raw_}) {
      stream->tails.reserve(plan.nodes.size() - plan.first_stream_node);
      for (size_t i = plan.first_stream_node; i < plan.nodes.size(); ++i)
        stream->tails.emplace_back(&in_.memory);
    }
    hits_.assign(plan.tests.size() - plan.first_stream_test + 1, Hits());
  }

  static std::string_view Joined(Stream& stream, std::string_view piece, bool last) {
    stream.joined.assign(stream.carry).append(piece);
    std::string_view text = stream.joined;
    const size_t held = last ? 0 : Unfinished(text);
    stream.carry.assign(text.substr(text.size() - held));
    text.remove_suffix(held);
    return text;
  }

  void Look(const Shown& shown, std::string_view text) {
    for (const PlanVariable& variable : in_.rules.plan.streams) {
      if (variable.whole.variable->id != shown.variable) continue;
      shown_ = &shown;
      const uint32_t root = variable.RootOf(ShownName());
      if (root == PlanVariable::kNone) return;
      original_ = text;
      changed_ = 0;
      if (is_whole_) return scan_->Run(root, text);
      Tail& tail = TailOf(root);
      const Window window = MakeWindow(tail.bytes, {text, KindsIn(text), 0}, 0);
      Visit(root, {text, KindsIn(text), 0}, window);
      KeepTail(tail, window);
      return;
    }
  }

  std::string_view ShownName() const { return shown_->name.empty() ? name_ : shown_->name; }
  Tail& TailOf(uint32_t node) { return stream_->tails[node - in_.rules.plan.first_stream_node]; }

  Window MakeWindow(std::string_view before, const Piece& piece, uint32_t depth) {
    if (before.empty()) return {piece.bytes, piece.kinds, 0};
    ByteBuffer& joined = workspace_->WindowAt(depth);
    joined.assign(before).append(piece.bytes);
    return {joined, piece.kinds | KindsIn(before), before.size()};
  }

  static void KeepTail(Tail& tail, const Window& window) {
    const size_t kept = std::min(window.bytes.size(), kOverlap);
    tail.bytes.assign(window.bytes.substr(window.bytes.size() - kept));
  }

  bool Acts(const PlanNode& step, uint32_t node, ByteKinds kinds) {
    return step.always_acts || (step.acts_on & kinds) != 0 || TailOf(node).comment_open;
  }

  // The tests at a node and at those behind it that see the same, then the steps that do not.
  // Recursion goes as deep as the ruleset's longest chain of transformations.
  void Visit(uint32_t root, const Piece& piece, const Window& window) {
    std::vector<uint32_t>& nodes = workspace_->steps;
    const size_t begin = nodes.size();
    nodes.push_back(root);
    std::vector<uint32_t>& tests = workspace_->passed;
    tests.clear();
    const Plan& plan = in_.rules.plan;
    for (size_t i = begin; i < nodes.size(); ++i) {
      for (const uint32_t test : plan.nodes[nodes[i]].tests) {
        const Link& link = *plan.tests[test].link;
        if (link.negated || link.presence == nullptr || link.presence->MayMatch(window.kinds))
          tests.push_back(test);
      }
      for (const uint32_t child : plan.nodes[nodes[i]].children) {
        if (!Acts(plan.nodes[child], child, piece.kinds) && !TailOf(child).own)
          nodes.push_back(child);
      }
    }
    changed_ = piece.changed;
    scan_->RunAlone(tests, window.bytes);
    const size_t same = nodes.size();
    for (size_t i = begin; i < same; ++i) {
      for (const uint32_t child : plan.nodes[nodes[i]].children) {
        if (Acts(plan.nodes[child], child, piece.kinds) || TailOf(child).own)
          Step(child, piece, window);
      }
    }
    nodes.resize(begin);
  }

  void Step(uint32_t node, const Piece& piece, const Window& window) {
    const PlanNode& step = in_.rules.plan.nodes[node];
    Tail& tail = TailOf(node);
    Piece next = piece;
    if (Acts(step, node, piece.kinds) && Apply(step, tail, piece, next.bytes)) {
      next.kinds = KindsIn(next.bytes);
      next.changed |= 1u << (step.depth - 1);
    } else if (!tail.own) {
      return Visit(node, piece, window);
    }
    const std::string_view before =
        tail.own ? std::string_view(tail.bytes) : window.bytes.substr(0, window.seen);
    const Window own = MakeWindow(before, next, step.depth);
    Visit(node, next, own);
    KeepTail(tail, own);
    tail.own = true;
  }

  bool Apply(const PlanNode& step, Tail& tail, const Piece& piece, std::string_view& result) {
    std::string_view text = piece.bytes;
    if (step.keeps_comments_open) {
      const bool was_open = tail.comment_open;
      tail.comment_open = LeavesCommentOpen(text, was_open);
      if (was_open) {
        reopened_.assign("/*").append(text);
        text = reopened_;
      }
    }
    ByteBuffer& out = workspace_->BufferAt(step.depth);
    out.clear();
    const bool changed = step.map != nullptr ? step.step->apply_with_map(*step.map, text, out)
                                             : step.step->apply(text, out);
    result = changed ? std::string_view(out) : text;
    return changed;
  }

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
    hit.changed =
        is_whole_ ? in_.transformer.Apply(in_.rules, link.transforms, original_).changed : changed_;
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
  Stream values_;
  Stream raw_;
  std::pmr::vector<Hits> hits_;  // by test
  uint64_t values_seen_ = 0;

  // The call that is going on.
  Stream* stream_ = nullptr;
  Workspace* workspace_ = nullptr;
  ValueScan* scan_ = nullptr;
  const Shown* shown_ = nullptr;
  std::string_view name_;
  std::string_view original_;
  uint32_t changed_ = 0;
  bool is_whole_ = false;
  ByteBuffer reopened_;
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
