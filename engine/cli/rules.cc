// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/ruleset_files.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "rasp/logic.h"

namespace rasp {
namespace {

struct RulesOptions {
  uint64_t id = 0;
  std::vector<std::string> files;
  std::string format = "text";
  std::string compat = "strict";

  CompileOptions Compile(bool keep_examples) const {
    return {.keep_examples = keep_examples, .compat_warn = compat == "warn"};
  }
};

std::string Joined(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) {
    out += out.empty() ? "" : ",";
    out += word;
  }
  return out;
}

int ListRules(const RulesOptions& options) {
  const std::optional<Ruleset> ruleset = LoadRuleset(options.files, options.Compile(false));
  if (!ruleset) return kExitUsage;
  TextTable table({"ID", "Phase", "Severity", "OWASP", "Name"});
  const auto add = [&table](const RuleInfo& rule) {
    table.AddRow({std::to_string(rule.id), std::string(PhaseName(rule.phase)),
                  std::string(SeverityName(rule.severity)), Joined(rule.owasp),
                  Printable(rule.name)});
  };
  for (const RuleInfo& rule : ruleset->rules()) add(rule);
  if (ruleset->logic() != nullptr) {
    for (const RuleInfo& rule : ruleset->logic()->rules()) add(rule);
  }
  std::cout << (options.format == "markdown" ? table.AsMarkdown() : table.AsText());
  return kExitOk;
}

void PrintExample(const RuleExample& example) {
  std::cout << '\n'
            << (example.must_match ? "must match" : "must not match") << " (line "
            << example.where.line << "):\n";
  for (const std::string* message : {&example.request, &example.response}) {
    std::string_view rest = *message;
    while (!rest.empty()) {
      const size_t end = rest.find('\n');
      std::string_view line = rest.substr(0, end);
      if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      std::cout << "  " << Printable(line) << '\n';
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
  }
}

int ExplainRule(const RulesOptions& options) {
  const std::optional<Ruleset> ruleset = LoadRuleset(options.files, options.Compile(true));
  if (!ruleset) return kExitUsage;
  if (ruleset->Find(options.id) == nullptr) {
    std::cerr << "raspctl: no rule " << options.id << " in these files\n";
    return kExitFindings;
  }
  std::cout << ruleset->Describe(options.id);
  for (const RuleExample& example : ruleset->examples()) {
    if (example.rule_id == options.id) PrintExample(example);
  }
  return kExitOk;
}

void AddFiles(CLI::App* verb, RulesOptions& options) {
  verb->add_option("files", options.files, "Ruleset files, directories or patterns")->required();
  AddCompat(verb, options.compat);
}

}  // namespace

void AddRules(CLI::App& app, int& exit_code) {
  CLI::App* const verb = app.add_subcommand("rules", "Show the rules of rulesets");
  verb->require_subcommand(1);
  auto options = std::make_shared<RulesOptions>();

  CLI::App* const list = verb->add_subcommand("list", "List them in their order of evaluation");
  AddFiles(list, *options);
  list->add_option("--format", options->format, "How to print the list")
      ->check(CLI::IsMember({"text", "markdown"}))
      ->capture_default_str();
  list->callback([options, &exit_code] { exit_code = ListRules(*options); });

  CLI::App* const explain =
      verb->add_subcommand("explain", "Say all about one: what it looks at, how, and what it does");
  explain->add_option("id", options->id, "The rule's id")->required();
  AddFiles(explain, *options);
  explain->callback([options, &exit_code] { exit_code = ExplainRule(*options); });
}

// The same as `rules explain`, with the files named as for simulate and ftw.
void AddExplain(CLI::App& app, int& exit_code) {
  CLI::App* const verb = app.add_subcommand("explain", "Say all about one rule (rules explain)");
  auto options = std::make_shared<RulesOptions>();
  verb->add_option("id", options->id, "The rule's id")->required();
  verb->add_option("--rules", options->files, "Ruleset files, directories or patterns")->required();
  AddCompat(verb, options->compat);
  verb->callback([options, &exit_code] { exit_code = ExplainRule(*options); });
}

}  // namespace rasp
