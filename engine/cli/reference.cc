// SPDX-License-Identifier: Apache-2.0
#include "rasp/reference.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/text.h"
#include "cli/verbs.h"

namespace rasp {
namespace {

struct Topic {
  const char* name;
  std::vector<ReferenceEntry> (*entries)();
};
constexpr Topic kTopics[] = {
    {"operators", OperatorReference},
    {"transforms", TransformReference},
    {"variables", VariableReference},
    {"degraded", DegradedReasonReference},
    {"directives", DirectiveReference},
    {"actions", ActionReference},
    {"ctl", CtlReference},
};

std::vector<std::string> TopicNames() {
  std::vector<std::string> names;
  for (const Topic& topic : kTopics) names.emplace_back(topic.name);
  return names;
}

struct ReferenceOptions {
  std::string topic;
  std::string format = "text";
};

int Reference(const ReferenceOptions& options) {
  for (const Topic& topic : kTopics) {
    if (options.topic != topic.name) continue;
    TextTable table({"Name", "Meaning"});
    for (const ReferenceEntry& entry : topic.entries()) {
      table.AddRow({std::string(entry.name), std::string(entry.summary)});
    }
    std::cout << (options.format == "markdown" ? table.AsMarkdown() : table.AsText());
  }
  return kExitOk;
}

}  // namespace

void AddReference(CLI::App& app, int& exit_code) {
  CLI::App* const verb = app.add_subcommand("reference", "List what rules can be made of");
  auto options = std::make_shared<ReferenceOptions>();
  verb->add_option("topic", options->topic, "What to list")
      ->required()
      ->check(CLI::IsMember(TopicNames()));
  verb->add_option("--format", options->format, "How to print it")
      ->check(CLI::IsMember({"text", "markdown"}))
      ->capture_default_str();
  verb->callback([options, &exit_code] { exit_code = Reference(*options); });
}

}  // namespace rasp
