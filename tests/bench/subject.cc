// SPDX-License-Identifier: Apache-2.0
#include "subject.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "cli/arena.h"
#include "cli/exchange.h"
#include "cli/ruleset_files.h"
#include "cli/traffic.h"
#include "rasp/audit.h"
#include "rasp/modsec.h"
#include "rasp/transaction.h"

namespace rasp {
namespace {

constexpr size_t kArenaBytes = 32 << 20;

std::string ReplaceAll(std::string text, std::string_view what, std::string_view with) {
  for (size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

// SecLang that loads CRS at a paranoia level; "" without CRS.
std::string CrsConfiguration(char level) {
  const char* const crs = std::getenv("CRS_DIR");
  if (crs == nullptr) return "";
  std::ifstream in(RASP_SOURCE_DIR "/tests/bench/crs.conf");
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  text = ReplaceAll(std::move(text), "{crs}", std::filesystem::absolute(crs).string());
  text = ReplaceAll(std::move(text), "{level}", std::string_view(&level, 1));
  return ReplaceAll(std::move(text), "{threshold}", level == '1' ? "5" : "10000");
}

std::string SecLangOf(std::string_view rules) {
  const bool is_crs = rules.starts_with("crs-pl") && rules.size() == 7;
  return is_crs ? CrsConfiguration(rules.back()) : "";
}

class NativeSubject final : public Subject {
 public:
  NativeSubject(Ruleset ruleset, Overlay overlay)
      : ruleset_(std::move(ruleset)), overlay_(std::move(overlay)), arena_(kArenaBytes) {}

  Outcome Inspect(const RawMessage& request, const RawMessage& response,
                  std::string* line) override {
    arena_.Reset();
    Transaction transaction(ruleset_, overlay_, &arena_, SystemClock());
    const Event& event = rasp::Inspect(transaction, request, &response);
    if (line != nullptr && event.worth_logging) AppendEcsJson(event, {"host", "0"}, *line);
    return {event.verdict.Blocks(), event.degraded.Any(), event.score, arena_.allocations(),
            arena_.peak()};
  }

 private:
  Ruleset ruleset_;
  Overlay overlay_;
  Arena arena_;
};

class ModsecuritySubject final : public Subject {
 public:
  explicit ModsecuritySubject(std::unique_ptr<ModsecRuleset> rules) : rules_(std::move(rules)) {}

  Outcome Inspect(const RawMessage& request, const RawMessage& response, std::string*) override {
    const auto inspector =
        MakeModsecInspector(*rules_, {Mode::kBlock, FailPolicy::kBlock}, SystemClock());
    const Verdict verdict = Run(*inspector, request, response);
    const Event& event = inspector->Finish(verdict.Blocks() ? verdict.status : 200, true);
    return {verdict.Blocks(), event.degraded.Any(), event.score};
  }

 private:
  static Verdict Run(Inspector& inspector, const RawMessage& request, const RawMessage& response) {
    Verdict verdict = inspector.OnRequestHeaders(request.AsRequest());
    if (verdict.Blocks()) return verdict;
    if (!request.body.empty() && inspector.WantsRequestBody()) {
      inspector.OnRequestBodyChunk(request.body);
    }
    verdict = inspector.OnRequestBodyEnd();
    if (verdict.Blocks()) return verdict;
    verdict = inspector.OnResponseHeaders(response.AsResponse());
    if (verdict.Blocks() || !inspector.WantsResponseBody()) return verdict;
    inspector.OnResponseBodyChunk(response.body);
    return inspector.OnResponseBodyEnd();
  }

  std::unique_ptr<ModsecRuleset> rules_;
};

std::unique_ptr<Subject> LoadNative(std::string_view rules) {
  std::optional<Ruleset> ruleset = LoadRules(rules);
  if (!ruleset) return nullptr;
  auto overlay = Overlay::Make(*ruleset, MeasuredSpec(*ruleset));
  if (!overlay) return nullptr;
  return std::make_unique<NativeSubject>(*std::move(ruleset), *std::move(overlay));
}

std::unique_ptr<Subject> LoadModsecurity(std::string_view rules) {
  const ModsecSource source{std::string(rules), SecLangOf(rules), true};
  if (source.text.empty()) return nullptr;
  auto loaded = ModsecRuleset::Load({&source, 1}, {.silent = true});
  if (loaded) return std::make_unique<ModsecuritySubject>(*std::move(loaded));
  std::cerr << loaded.error() << '\n';
  return nullptr;
}

}  // namespace

std::vector<std::string_view> KnownRules() {
  if (std::getenv("CRS_DIR") == nullptr) return {"own"};
  return {"own", "crs-pl1", "crs-pl4"};
}

std::optional<Ruleset> LoadRules(std::string_view rules, CompileOptions options) {
  RulesetCompiler compiler(options);
  if (rules == "own") {
    const auto files = ExpandRulesetFiles({RASP_SOURCE_DIR "/rulesets/owasp-top10"});
    if (!files) return std::nullopt;
    for (const std::string& file : *files) compiler.AddFile(file);
  } else {
    std::string text = SecLangOf(rules);
    if (text.empty()) {
      std::cerr << rules << ": no such rules are known, or CRS_DIR is not set\n";
      return std::nullopt;
    }
    compiler.AddText(std::string(rules) + ".conf", std::move(text));
  }
  Result<Ruleset, Diagnostics> ruleset = compiler.Compile();
  if (ruleset) return *std::move(ruleset);
  for (const Diagnostic& d : compiler.diagnostics()) std::cerr << FormatDiagnostic(d) << '\n';
  return std::nullopt;
}

OverlaySpec MeasuredSpec(const Ruleset& ruleset) {
  OverlaySpec spec;
  spec.mode = Mode::kBlock;
  spec.limits = LimitsOf(ruleset);
  spec.limits.time_us = 0;
  return spec;
}

std::unique_ptr<Subject> LoadSubject(std::string_view engine, std::string_view rules) {
  if (engine == "native") return LoadNative(rules);
  if (engine == "modsecurity") return LoadModsecurity(rules);
  std::cerr << engine << ": no such engine is known\n";
  return nullptr;
}

std::unique_ptr<RawMessage> Parsed(std::string text) {
  auto message = ParseRawMessage(std::move(text));
  if (message) return *std::move(message);
  std::cerr << "a generated message is none: " << message.error() << '\n';
  std::exit(2);
}

std::vector<std::unique_ptr<RawMessage>> Requests(std::string_view mix, uint64_t seed,
                                                  size_t count) {
  std::vector<std::unique_ptr<RawMessage>> requests;
  const Mix* const found = FindMix(mix);
  if (found == nullptr) return requests;
  Dice dice(seed);
  for (size_t i = 0; i < count; ++i) requests.push_back(Parsed(found->make(dice)));
  return requests;
}

std::unique_ptr<RawMessage> Response() { return Parsed(BuiltInResponse()); }

}  // namespace rasp
