// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>

#include "cli/ftw/request.h"
#include "cli/ftw/run.h"
#include "cli/ruleset_files.h"
#include "cli/verbs.h"

namespace rasp {
namespace {

struct FtwOptions {
  std::vector<std::string> tests;
  std::vector<std::string> rules;
  std::vector<std::string> overrides;
  std::string include;
  std::string exclude;
  std::string mode = "detect";
  std::string url;
  std::string compat = "strict";
  ftw::NetworkTarget target;
  bool json = false;
  bool list = false;
  bool print_requests = false;
};

int Refuse(const std::string& text) {
  std::cerr << "raspctl: " << text << '\n';
  return kExitUsage;
}

// Those whose id `include` and not `exclude` occurs in; both may be empty.
Result<std::vector<ftw::Test>> Selected(std::vector<ftw::Test> tests, const FtwOptions& options) {
  using Tests = Result<std::vector<ftw::Test>>;
  const auto include = ftw::Regex::Compile(options.include);
  if (!include) return Tests::Failure("--include: " + include.error());
  const auto exclude = ftw::Regex::Compile(options.exclude);
  if (!exclude) return Tests::Failure("--exclude: " + exclude.error());
  std::vector<ftw::Test> selected;
  for (ftw::Test& test : tests) {
    if (!include->Occurs(test.id)) continue;
    if (!options.exclude.empty() && exclude->Occurs(test.id)) continue;
    selected.push_back(std::move(test));
  }
  return selected;
}

// "http://host:port"
bool ParseUrl(std::string_view url, ftw::NetworkTarget& target) {
  static constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return false;
  url.remove_prefix(kScheme.size());
  if (url.ends_with('/')) url.remove_suffix(1);
  const size_t colon = url.rfind(':');
  const bool has_port = colon != url.npos && url.find(']', colon) == url.npos;
  std::string_view host = url.substr(0, has_port ? colon : url.npos);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  target.host = host;
  if (has_port && !CLI::detail::lexical_cast(std::string(url.substr(colon + 1)), target.port)) {
    return false;
  }
  return !host.empty() && host.find('/') == host.npos && target.port != 0;
}

// The rules and the location that tests in this process run against.
struct EngineUnderTest {
  Ruleset ruleset;
  std::optional<Overlay> overlay;
};

std::unique_ptr<EngineUnderTest> LoadEngine(const FtwOptions& options) {
  std::optional<Ruleset> ruleset =
      LoadRuleset(options.rules, {.compat_warn = options.compat == "warn"});
  if (!ruleset) return nullptr;
  auto engine = std::make_unique<EngineUnderTest>(EngineUnderTest{*std::move(ruleset), {}});
  OverlaySpec spec;
  spec.mode = options.mode == "block" ? Mode::kBlock : Mode::kDetect;
  // Every test is inspected in full, on however slow a machine, and told in full.
  spec.limits = LimitsOf(engine->ruleset, spec.limits);
  spec.limits.time_us = 0;
  spec.limits.matches = 10000;
  auto overlay = Overlay::Make(engine->ruleset, spec);
  if (!overlay) return nullptr;
  engine->overlay = *std::move(overlay);
  return engine;
}

int RunAll(const std::vector<ftw::Test>& tests, const FtwOptions& options, ftw::Server& server) {
  ftw::Overrides overrides;
  for (const std::string& file : options.overrides) {
    const Result<bool> added = overrides.Add(file);
    if (!added) return Refuse(added.error());
  }
  std::vector<ftw::TestResult> results;
  bool failed = false;
  const auto began = std::chrono::steady_clock::now();
  for (const ftw::Test& test : tests) {
    Result<ftw::TestResult> result = ftw::RunTest(test, overrides, server);
    if (!result) return Refuse(result.error());
    failed |= result->Failed();
    results.push_back(*std::move(result));
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::cout << (options.json ? ftw::ReportJson(results, took.count())
                             : ftw::ReportText(results, took.count()));
  return failed ? kExitFindings : kExitOk;
}

int ListTests(const std::vector<ftw::Test>& tests) {
  for (const ftw::Test& test : tests) std::cout << test.id << ' ' << test.file << '\n';
  return kExitOk;
}

// The bytes as they are sent: for a look with other tools.
int PrintRequests(const std::vector<ftw::Test>& tests) {
  for (const ftw::Test& test : tests) {
    for (size_t i = 0; i < test.stages.size(); ++i) {
      std::cout << "--- " << test.id << " stage " << i << '\n'
                << ftw::RequestBytes(test.stages[i].input, {}) << '\n';
    }
  }
  return kExitOk;
}

int Ftw(FtwOptions& options) {
  auto loaded = ftw::LoadTests(options.tests);
  if (!loaded) return Refuse(loaded.error());
  const auto tests = Selected(*std::move(loaded), options);
  if (!tests) return Refuse(tests.error());
  if (tests->empty()) return Refuse("no test is selected");
  if (options.list) return ListTests(*tests);
  if (options.print_requests) return PrintRequests(*tests);
  if (options.url.empty() == options.rules.empty()) return Refuse("give either --rules or --url");
  if (options.url.empty()) {
    const std::unique_ptr<EngineUnderTest> engine = LoadEngine(options);
    if (!engine) return kExitUsage;
    const auto server = ftw::MakeEngineServer(engine->ruleset, *engine->overlay);
    return RunAll(*tests, options, *server);
  }
  if (!ParseUrl(options.url, options.target)) return Refuse("--url: no http://HOST[:PORT]");
  if (options.target.log.empty()) return Refuse("--url needs --log: the file the server logs to");
  const auto server = ftw::MakeNetworkServer(options.target);
  if (!server) return Refuse(server.error());
  return RunAll(*tests, options, **server);
}

}  // namespace

void AddFtw(CLI::App& app, int& exit_code) {
  CLI::App* const verb = app.add_subcommand(
      "ftw",
      "Run tests in go-ftw's format, such as OWASP CRS's, in this process or against a server");
  auto options = std::make_shared<FtwOptions>();
  verb->add_option("tests", options->tests, "Test files, or directories of them")->required();
  verb->add_option("--rules", options->rules,
                   "Rulesets to test in this process, behind an HTTP parser that answers 400 to "
                   "what is malformed and before the application that CRS's tests expect");
  verb->add_option("--url", options->url, "Server to test: http://HOST:PORT");
  verb->add_option("--log", options->target.log,
                   "With --url: its error log in ModSecurity's format, or our event log");
  verb->add_option("--marker-header", options->target.marker_header,
                   "With --url: requests with this header are logged with its value, which tells "
                   "one test's lines from another's")
      ->capture_default_str();
  verb->add_option("--timeout", options->target.timeout_s,
                   "With --url: seconds to wait for an answer")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_option("--mode", options->mode, "With --rules: what the location does")
      ->check(CLI::IsMember({"detect", "block"}))
      ->capture_default_str();
  AddCompat(verb, options->compat);
  verb->add_option("--overrides", options->overrides,
                   "Files that say which tests a platform is held to otherwise");
  verb->add_option("--include", options->include, "Only tests whose id this pattern occurs in");
  verb->add_option("--exclude", options->exclude, "No tests whose id this pattern occurs in");
  verb->add_flag("--list", options->list, "Only list the tests");
  verb->add_flag("--print-requests", options->print_requests, "Only print the requests' bytes");
  verb->add_flag("--json", options->json, "Print the results as JSON");
  verb->callback([options, &exit_code] { exit_code = Ftw(*options); });
}

}  // namespace rasp
