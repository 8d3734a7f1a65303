// SPDX-License-Identifier: Apache-2.0
#include "eval/value_stream.h"

#include <algorithm>

namespace rasp {
namespace {

// No escape that a transformation undoes is longer, its first byte aside.
constexpr size_t kLongestEscape = 12;

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

std::string_view EndOf(std::string_view text) {
  return text.substr(text.size() - std::min(text.size(), ValueStream::kOverlap));
}

bool LeavesCommentOpen(std::string_view text, bool open) {
  const size_t opening = text.rfind("/*");
  const size_t closing = text.rfind("*/");
  if (opening == std::string_view::npos) return open && closing == std::string_view::npos;
  return closing == std::string_view::npos || closing < opening + 1;
}

}  // namespace

ValueStream::ValueStream(const CompiledRules& rules, std::pmr::memory_resource* memory)
    : rules_(rules), joined_(memory), waiting_(memory), pasts_(memory), reopened_(memory) {
  const size_t nodes = rules.plan.nodes.size() - rules.plan.first_stream_node;
  pasts_.reserve(nodes);
  for (size_t i = 0; i < nodes; ++i) pasts_.emplace_back(memory);
}

void ValueStream::Begin() {
  waiting_.clear();
  for (Past& past : pasts_) {
    past.end.clear();
    past.own = false;
    past.comment_open = false;
  }
}

std::string_view ValueStream::Take(std::string_view piece, bool last) {
  joined_.assign(waiting_).append(piece);
  std::string_view text = joined_;
  const size_t held = last ? 0 : Unfinished(text);
  waiting_.assign(text.substr(text.size() - held));
  text.remove_suffix(held);
  return text;
}

ValueStream::Past& ValueStream::PastOf(uint32_t node) {
  return pasts_[node - rules_.plan.first_stream_node];
}

ValueStream::Window ValueStream::Joined(std::string_view before, std::string_view piece,
                                        uint32_t level) {
  if (before.empty()) return {piece, 0};
  ByteBuffer& joined = workspace_->WindowAt(level);
  joined.assign(before).append(piece);
  return {joined, before.size()};
}

void ValueStream::Run(const PlanVariable& variable, uint32_t root, std::string_view text,
                      ValueScan& scan) {
  workspace_ = &scan.workspace();
  scan_ = &scan;
  Past& past = PastOf(root);
  const Window window = Joined(past.end, text, 0);
  const bool may_match =
      root != variable.all ||
      std::all_of(variable.literals.begin(), variable.literals.end(),
                  [&window](const match::LiteralSet& set) { return set.AnyIn(window.bytes); });
  if (may_match) Visit({&root, 1}, window, KindsIn(text), 0);
  past.end.assign(EndOf(window.bytes));
}

// The nodes where the value is and has always been the same, and then what the steps make of it
// that change it, or changed an earlier piece. `kinds`: the piece's.
// Recursion goes as deep as the ruleset's longest chain of transformations.
void ValueStream::Visit(std::span<const uint32_t> nodes, const Window& window, ByteKinds kinds,
                        uint32_t level_number) {
  ScanLevel& level = workspace_->LevelAt(level_number);
  Gather(nodes, window, kinds, level);
  scan_->RunAlone(workspace_->passed, window.bytes);
  for (size_t i = 0; i < level.step_count; ++i) {
    const ScanLevel::Step& step = *level.steps[i];
    if (step.nodes.empty()) continue;
    const Past& past = PastOf(step.nodes.front());
    const std::string_view piece = step.changes ? std::string_view(step.result) : window.piece();
    const ByteKinds own_kinds = step.changes ? KindsIn(piece) : kinds;
    const std::string_view before =
        past.own ? std::string_view(past.end) : window.bytes.substr(0, window.seen);
    const Window own = Joined(before, piece, level_number + 1);
    Visit(step.nodes, own, own_kinds, level_number + 1);
    for (const uint32_t node : step.nodes) {
      PastOf(node).end.assign(EndOf(own.bytes));
      PastOf(node).own = true;
    }
  }
}

// Into workspace_->passed the tests that could succeed, into the level the steps.
void ValueStream::Gather(std::span<const uint32_t> nodes, const Window& window, ByteKinds kinds,
                         ScanLevel& level) {
  const Plan& plan = rules_.plan;
  const ByteKinds all_kinds = kinds | KindsIn(window.bytes.substr(0, window.seen));
  workspace_->passed.clear();
  level.step_count = 0;
  level.open.assign(nodes.begin(), nodes.end());
  while (!level.open.empty()) {
    const PlanNode& node = plan.nodes[level.open.back()];
    level.open.pop_back();
    for (const uint32_t test : node.tests) {
      const Link& link = *plan.tests[test].link;
      if (link.negated || link.presence == nullptr || link.presence->MayMatch(all_kinds))
        workspace_->passed.push_back(test);
    }
    for (const uint32_t child : node.children) {
      const PlanNode& next = plan.nodes[child];
      const bool acts = next.always_acts || (next.acts_on & kinds) != 0;
      const Past& past = PastOf(child);
      if (!acts && !past.own) {
        level.open.push_back(child);
        continue;
      }
      ScanLevel::Step& step = StepOf(level, child, window.piece(), acts);
      (step.changes || past.own ? step.nodes : level.open).push_back(child);
    }
  }
}

// The step that leads to the node, which other nodes may have asked for before. Those have the same
// past: what once sets nodes apart sets them apart until the value ends.
ScanLevel::Step& ValueStream::StepOf(ScanLevel& level, uint32_t node, std::string_view piece,
                                     bool acts) {
  const PlanNode& wanted = rules_.plan.nodes[node];
  Past& past = PastOf(node);
  const auto [step, is_new] = level.StepLike(wanted, piece.size());
  if (is_new) {
    step->changes = (acts || past.comment_open) && Apply(wanted, past, piece, step->result);
  } else {
    past.comment_open =
        PastOf(static_cast<uint32_t>(step->first - rules_.plan.nodes.data())).comment_open;
  }
  return *step;
}

bool ValueStream::Apply(const PlanNode& node, Past& past, std::string_view piece, ByteBuffer& out) {
  std::string_view text = piece;
  if (node.keeps_comments_open) {
    const bool was_open = past.comment_open;
    past.comment_open = LeavesCommentOpen(text, was_open);
    if (was_open) {
      reopened_.assign("/*").append(text);
      text = reopened_;
    }
  }
  const bool changed = node.map != nullptr ? node.step->apply_with_map(*node.map, text, out)
                                           : node.step->apply(text, out);
  if (!changed) out.assign(text);
  return changed || text.data() != piece.data();
}

}  // namespace rasp
