// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <new>
#include <vector>

#include "modsec/transaction.h"

namespace rasp {
namespace {

using Ids = std::vector<uint64_t>;

// The rules whose matches `event` tells of, sorted, each once. Left out are phases that an engine
// only reached because it went on where the other had refused.
Ids LoggedIds(const Event& event, Phase last_common) {
  Ids ids;
  for (const RuleMatch& match : event.matches) {
    const bool common = match.rule->phase <= last_common || match.rule->phase == Phase::kLogging;
    if (common && match.rule->logged) ids.push_back(match.rule->id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

Ids Without(const Ids& ids, const Ids& others) {
  Ids rest;
  std::set_difference(ids.begin(), ids.end(), others.begin(), others.end(),
                      std::back_inserter(rest));
  return rest;
}

Phase LastPhase(const Event& event) {
  return event.verdict.Blocks() ? event.phase : Phase::kResponseBody;
}

bool SameVerdict(const Verdict& a, const Verdict& b) {
  const bool refused = a.Blocks() || a.would_block;
  return a.decision == b.decision && a.would_block == b.would_block &&
         (!refused || (a.status == b.status && a.redirect_to == b.redirect_to));
}

// Every call goes to `native_` first, and its answer is the answer; then the reference is given the
// same. What the reference refuses stops only the reference.
class ComparingInspector final : public Inspector {
 public:
  ComparingInspector(Inspector& native, const ModsecRuleset& rules, const ModsecLocation& location,
                     const Clock& clock)
      : native_(native), reference_(rules, location, clock) {
    comparison_.verdicts_compared =
        rules.impl().rules->m_secRuleEngine == modsecurity::RulesSetProperties::EnabledRuleEngine;
  }

  Verdict OnGate(const RequestView& request) noexcept override {
    return Both([&](Inspector& engine) { return engine.OnGate(request); });
  }
  Verdict OnRequestHeaders(const RequestView& request) noexcept override {
    return Both([&](Inspector& engine) { return engine.OnRequestHeaders(request); });
  }
  // Only what the native engine asks for is read and held back: comparing must not change traffic.
  bool WantsRequestBody() const noexcept override { return native_.WantsRequestBody(); }
  Verdict OnRequestBodyChunk(std::string_view chunk) noexcept override {
    return Both([&](Inspector& engine) { return engine.OnRequestBodyChunk(chunk); });
  }
  void OnRequestBodyUnreadable() noexcept override {
    native_.OnRequestBodyUnreadable();
    reference_.OnRequestBodyUnreadable();
  }
  Verdict OnRequestBodyEnd() noexcept override {
    return Both([&](Inspector& engine) { return engine.OnRequestBodyEnd(); });
  }
  Verdict OnResponseHeaders(const ResponseView& response) noexcept override {
    return Both([&](Inspector& engine) { return engine.OnResponseHeaders(response); });
  }
  bool WantsResponseBody() const noexcept override { return native_.WantsResponseBody(); }
  Verdict OnResponseBodyChunk(std::string_view chunk) noexcept override {
    return Both([&](Inspector& engine) { return engine.OnResponseBodyChunk(chunk); });
  }
  Verdict OnResponseBodyEnd() noexcept override {
    return Both([&](Inspector& engine) { return engine.OnResponseBodyEnd(); });
  }

  const Event& Finish(uint16_t status, bool enforced) noexcept override {
    if (finished_) return event_;
    finished_ = true;
    event_ = native_.Finish(status, enforced);
    const Event& reference = reference_.Finish(status, enforced);
    try {
      Compare(reference);
      event_.comparison = &comparison_;
    } catch (const std::bad_alloc&) {
      event_.comparison = nullptr;  // nothing is known of a difference
    }
    return event_;
  }
  const Event& event() const noexcept override { return finished_ ? event_ : native_.event(); }

 private:
  // The native engine's verdict holds; the other is only asked after it.
  template <typename Call>
  Verdict Both(Call call) noexcept {
    const Verdict verdict = call(native_);
    call(reference_);
    return verdict;
  }

  void Compare(const Event& reference) {
    const Phase last = std::min(LastPhase(event_), LastPhase(reference));
    const Ids here = LoggedIds(event_, last);
    const Ids there = LoggedIds(reference, last);
    only_here_ = Without(here, there);
    only_reference_ = Without(there, here);
    comparison_.reference = reference.verdict;
    comparison_.verdicts_differ =
        comparison_.verdicts_compared && !SameVerdict(event_.verdict, reference.verdict);
    comparison_.only_here = only_here_;
    comparison_.only_reference = only_reference_;
  }

  Inspector& native_;
  ModsecTransaction reference_;
  Ids only_here_;
  Ids only_reference_;
  Comparison comparison_;
  Event event_;
  bool finished_ = false;
};

}  // namespace

std::unique_ptr<Inspector> MakeComparingInspector(Inspector& native, const ModsecRuleset& rules,
                                                  const ModsecLocation& location,
                                                  const Clock& clock) {
  return std::make_unique<ComparingInspector>(native, rules, location, clock);
}

}  // namespace rasp
