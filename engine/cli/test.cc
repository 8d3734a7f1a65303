// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <memory_resource>

#include "cli/exchange.h"
#include "cli/ruleset_files.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace rasp {
namespace {

struct TestOptions {
  std::vector<std::string> files;
  size_t min_examples = 0;
  std::string compat = "strict";
};

// No bound on time: each example is inspected in full, on however slow a machine.
OverlaySpec WithoutTimeLimit(const Ruleset& ruleset, Mode mode) {
  OverlaySpec spec;
  spec.limits = LimitsOf(ruleset);
  spec.mode = mode;
  spec.limits.time_us = 0;
  spec.limits.matches = 10000;
  return spec;
}

std::string DegradedNames(DegradedReasons reasons) {
  std::string out;
  for (int i = 0; i < kDegradedReasonCount; ++i) {
    const auto reason = static_cast<DegradedReason>(i);
    if (!reasons.Has(reason)) continue;
    out += out.empty() ? "" : ", ";
    out += DegradedReasonName(reason);
  }
  return out;
}

std::string MatchedIds(const Event& event) {
  std::string out;
  uint64_t last = 0;
  for (const RuleMatch& match : event.matches) {
    if (match.rule->id == last) continue;
    last = match.rule->id;
    out += (out.empty() ? "" : ", ") + std::to_string(last);
  }
  return out.empty() ? "none" : out;
}

// What is wrong with the event of an example; "" if nothing is.
std::string Objection(const RuleExample& example, const Event& event) {
  const bool matched =
      std::any_of(event.matches.begin(), event.matches.end(),
                  [&example](const RuleMatch& match) { return match.rule->id == example.rule_id; });
  if (event.degraded.Has(DegradedReason::kInternal)) return "the inspection failed";
  if (example.must_match) {
    return matched ? "" : "should match and does not (rules that do: " + MatchedIds(event) + ")";
  }
  if (matched) return "should not match but does";
  if (!event.verdict.Blocks()) return "";
  std::string reason = "should pass but is blocked: score " + std::to_string(event.score) +
                       ", rules " + MatchedIds(event);
  if (event.degraded.Any()) reason += ", degraded by " + DegradedNames(event.degraded);
  return reason;
}

// What must match is tried in mode detect, so that no rule before it ends the inspection; what must
// pass in mode block.
struct Overlays {
  Overlay detect;
  Overlay block;
};

std::string TryExample(const Ruleset& ruleset, const Overlays& overlays,
                       const RuleExample& example) {
  const auto request = ParseRawMessage(example.request);
  if (!request) return "the request is no HTTP message: " + request.error();
  std::unique_ptr<RawMessage> response;
  if (!example.response.empty()) {
    auto parsed = ParseRawMessage(example.response);
    if (!parsed) return "the response is no HTTP message: " + parsed.error();
    response = *std::move(parsed);
  }
  const Overlay& overlay = example.must_match ? overlays.detect : overlays.block;
  Transaction transaction(ruleset, overlay, std::pmr::new_delete_resource(), SystemClock());
  return Objection(example, Inspect(transaction, **request, response.get()));
}

void PrintFailure(const SourceLocation& where, uint64_t rule, std::string_view text) {
  std::cout << where.file << ':' << where.line << ": rule " << rule << ": " << text << '\n';
}

struct Counts {
  size_t tried = 0;
  size_t failed = 0;
  size_t skipped = 0;
};

Counts TryAll(const Ruleset& ruleset, const Overlays& overlays) {
  Counts counts;
  for (const RuleExample& example : ruleset.examples()) {
    const RuleInfo* const rule = ruleset.Find(example.rule_id);
    if (rule != nullptr && rule->mode == RuleMode::kOff) {
      ++counts.skipped;
      continue;
    }
    ++counts.tried;
    const std::string objection = TryExample(ruleset, overlays, example);
    if (objection.empty()) continue;
    ++counts.failed;
    PrintFailure(example.where, example.rule_id, objection);
  }
  return counts;
}

size_t CountTooFewExamples(const Ruleset& ruleset, size_t min_examples) {
  std::map<uint64_t, size_t> counts;
  for (const RuleExample& example : ruleset.examples()) ++counts[example.rule_id];
  size_t failed = 0;
  for (const RuleInfo& rule : ruleset.rules()) {
    // The engine's own canary stands in no file.
    if (rule.file.empty() || counts[rule.id] >= min_examples) continue;
    ++failed;
    PrintFailure({std::string(rule.file), rule.line, 0, ""}, rule.id,
                 "has " + std::to_string(counts[rule.id]) + " examples, fewer than " +
                     std::to_string(min_examples));
  }
  return failed;
}

int Test(const TestOptions& options) {
  const std::optional<Ruleset> ruleset =
      LoadRuleset(options.files, {.keep_examples = true, .compat_warn = options.compat == "warn"});
  if (!ruleset) return kExitUsage;
  auto detect = Overlay::Make(*ruleset, WithoutTimeLimit(*ruleset, Mode::kDetect));
  auto block = Overlay::Make(*ruleset, WithoutTimeLimit(*ruleset, Mode::kBlock));
  if (!detect || !block) return kExitUsage;
  const Counts counts = TryAll(*ruleset, {*std::move(detect), *std::move(block)});
  const size_t too_few = CountTooFewExamples(*ruleset, options.min_examples);
  std::cout << counts.tried << " examples, " << counts.failed << " failed";
  if (counts.skipped > 0) std::cout << ", " << counts.skipped << " skipped (their rules are off)";
  if (too_few > 0) std::cout << ", " << too_few << " rules with too few examples";
  std::cout << '\n';
  return counts.tried > 0 && counts.failed == 0 && too_few == 0 ? kExitOk : kExitFindings;
}

}  // namespace

void AddTest(CLI::App& app, int& exit_code) {
  CLI::App* const verb = app.add_subcommand(
      "test",
      "Try every example of every rule: those that must match do, the others are not blocked");
  auto options = std::make_shared<TestOptions>();
  verb->add_option("files", options->files,
                   "Ruleset files, directories or patterns, loaded together")
      ->required();
  AddCompat(verb, options->compat);
  verb->add_option("--min-examples", options->min_examples, "Fail rules that have fewer examples")
      ->capture_default_str();
  verb->callback([options, &exit_code] { exit_code = Test(*options); });
}

}  // namespace rasp
