// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <memory_resource>

#include "cli/exchange.h"
#include "cli/ruleset_files.h"
#include "cli/simulation.h"
#include "cli/verbs.h"
#include "rasp/reference.h"

namespace rasp {
namespace {

struct SimulateOptions {
  std::vector<std::string> rules;
  std::string request = "-";
  std::string response;
  std::string mode = "block";
  std::string format = "text";
  std::string compat = "strict";
  OverlaySpec overlay;
};

std::unique_ptr<RawMessage> ReadMessage(const std::string& path) {
  Result<std::string> text = ReadInput(path);
  if (!text) {
    std::cerr << "raspctl: " << text.error() << '\n';
    return nullptr;
  }
  auto message = ParseRawMessage(*std::move(text));
  if (message) return *std::move(message);
  std::cerr << "raspctl: " << path << ": no HTTP message: " << message.error() << '\n';
  return nullptr;
}

std::optional<Overlay> MakeOverlay(const Ruleset& ruleset, const SimulateOptions& options) {
  OverlaySpec spec = options.overlay;
  spec.limits = LimitsOf(ruleset, spec.limits);
  spec.mode = options.mode == "detect" ? Mode::kDetect : Mode::kBlock;
  auto overlay = Overlay::Make(ruleset, spec);
  if (overlay) return *std::move(overlay);
  for (const std::string& text : overlay.error())
    std::cerr << "raspctl: --exclude: " << text << '\n';
  return std::nullopt;
}

int Simulate(const SimulateOptions& options) {
  const std::optional<Ruleset> ruleset =
      LoadRuleset(options.rules, {.compat_warn = options.compat == "warn"});
  if (!ruleset) return kExitUsage;
  const std::optional<Overlay> overlay = MakeOverlay(*ruleset, options);
  if (!overlay) return kExitUsage;
  const std::unique_ptr<RawMessage> request = ReadMessage(options.request);
  if (!request) return kExitUsage;
  std::unique_ptr<RawMessage> response;
  if (!options.response.empty()) {
    response = ReadMessage(options.response);
    if (!response) return kExitUsage;
  }
  Transaction transaction(*ruleset, *overlay, std::pmr::new_delete_resource(), SystemClock());
  const Event& event = Inspect(transaction, *request, response.get());
  std::cout << (options.format == "json" ? SimulationJson(event) : SimulationText(event));
  return IsBlocked(event) ? kExitBlocked : kExitOk;
}

}  // namespace

std::vector<TransformStep> StepsOf(const RuleMatch& match) {
  std::vector<TransformStep> steps;
  std::string value(match.original);
  for (const std::string_view name : match.transforms) {
    value = ApplyTransform(name, value).value_or(value);
    steps.push_back({name, value});
  }
  return steps;
}

void AddSimulate(CLI::App& app, int& exit_code) {
  CLI::App* const verb = app.add_subcommand(
      "simulate",
      "Inspect one raw HTTP request (and the response to it) and show why it passes or not");
  auto options = std::make_shared<SimulateOptions>();
  OverlaySpec& overlay = options->overlay;
  verb->add_option("--rules", options->rules, "Ruleset files, directories or patterns")->required();
  AddCompat(verb, options->compat);
  verb->add_option("--request", options->request, "File that holds the request; - is stdin")
      ->capture_default_str();
  verb->add_option("--response", options->response, "File that holds the response");
  verb->add_option("--mode", options->mode, "What the location does")
      ->check(CLI::IsMember({"detect", "block"}))
      ->capture_default_str();
  verb->add_option("--threshold", overlay.threshold, "Score from which a request is blocked")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_option("--response-threshold", overlay.response_threshold, "The same for responses")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_option(
      "--exclude", overlay.exclusions,
      "\"RULE [TARGET]\", as after rasp_exclude: a rule that is off, or does not look there");
  verb->add_option("--format", options->format, "How to print the result")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  verb->callback([options, &exit_code] { exit_code = Simulate(*options); });
}

}  // namespace rasp
