// SPDX-License-Identifier: Apache-2.0
#include "operator/operator.h"

#include <algorithm>

namespace rasp {
namespace {

void ForgetMatch(MatchContext& context) {
  context.capture_count = 0;
  context.matched = {};
}

std::vector<const match::Presence*> PresencesOf(const std::vector<OperatorPtr>& children) {
  std::vector<const match::Presence*> presences;
  for (const OperatorPtr& child : children) presences.push_back(child->presence());
  return presences;
}

std::string_view FirstNote(const std::vector<OperatorPtr>& children) {
  for (const OperatorPtr& child : children) {
    if (!child->note().empty()) return child->note();
  }
  return {};
}

int64_t SumOfCeilings(const std::vector<OperatorPtr>& children) {
  int64_t sum = 0;
  for (const OperatorPtr& child : children) sum += child->memory_ceiling();
  return sum;
}

uint64_t SumOfSlowSearches(const std::vector<OperatorPtr>& children) {
  uint64_t sum = 0;
  for (const OperatorPtr& child : children) sum += child->slow_searches();
  return sum;
}

// Each child starts with no captures, so those of the last one that matched remain.
class AllOf final : public Operator {
 public:
  explicit AllOf(std::vector<OperatorPtr> children)
      : children_(std::move(children)), presence_(match::Presence::AllOf(PresencesOf(children_))) {}

  bool Matches(std::string_view input, MatchContext& context) const override {
    for (const OperatorPtr& child : children_) {
      ForgetMatch(context);
      if (!child->Matches(input, context)) {
        ForgetMatch(context);
        return false;
      }
    }
    return true;
  }
  const match::Presence* presence() const override { return &presence_; }
  std::string_view note() const override { return FirstNote(children_); }
  int64_t memory_ceiling() const override { return SumOfCeilings(children_); }
  uint64_t slow_searches() const override { return SumOfSlowSearches(children_); }

 private:
  std::vector<OperatorPtr> children_;
  match::Presence presence_;
};

class AnyOf final : public Operator {
 public:
  explicit AnyOf(std::vector<OperatorPtr> children)
      : children_(std::move(children)), presence_(match::Presence::AnyOf(PresencesOf(children_))) {}

  bool Matches(std::string_view input, MatchContext& context) const override {
    for (const OperatorPtr& child : children_) {
      ForgetMatch(context);
      if (child->Matches(input, context)) return true;
    }
    ForgetMatch(context);
    return false;
  }
  const match::Presence* presence() const override { return &presence_; }
  bool AddPatterns(std::vector<std::string>& out) const override {
    return std::all_of(children_.begin(), children_.end(),
                       [&out](const OperatorPtr& child) { return child->AddPatterns(out); });
  }
  std::string_view note() const override { return FirstNote(children_); }
  int64_t memory_ceiling() const override { return SumOfCeilings(children_); }
  uint64_t slow_searches() const override { return SumOfSlowSearches(children_); }

 private:
  std::vector<OperatorPtr> children_;
  match::Presence presence_;
};

// A child that gave up says "match" for want of knowledge: its negation must say "match" too.
class Not final : public Operator {
 public:
  explicit Not(OperatorPtr child) : child_(std::move(child)) {}

  bool Matches(std::string_view input, MatchContext& context) const override {
    const bool gave_up_before = context.gave_up;
    context.gave_up = false;
    const bool matched = child_->Matches(input, context);
    const bool undecided = context.gave_up;
    context.gave_up = gave_up_before || undecided;
    ForgetMatch(context);
    return undecided || !matched;
  }
  std::string_view note() const override { return child_->note(); }
  int64_t memory_ceiling() const override { return child_->memory_ceiling(); }
  uint64_t slow_searches() const override { return child_->slow_searches(); }

 private:
  OperatorPtr child_;
};

}  // namespace

OperatorPtr MakeAllOf(std::vector<OperatorPtr> children) {
  return std::make_unique<AllOf>(std::move(children));
}
OperatorPtr MakeAnyOf(std::vector<OperatorPtr> children) {
  return std::make_unique<AnyOf>(std::move(children));
}
OperatorPtr MakeNot(OperatorPtr child) { return std::make_unique<Not>(std::move(child)); }

}  // namespace rasp
