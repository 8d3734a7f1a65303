// SPDX-License-Identifier: Apache-2.0
#include "rasp/openapi.h"

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

#include "cli/openapi_yaml.h"
#include "cli/verbs.h"

namespace rasp {
namespace {

struct ImportOptions {
  std::string file;
  OpenApiOptions model;
};

bool IsYaml(const std::string& file) { return file.ends_with(".yaml") || file.ends_with(".yml"); }

int Import(const ImportOptions& options) {
  std::ifstream in(options.file, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  if (!in) {
    std::cerr << "raspctl: cannot read " << options.file << '\n';
    return kExitUsage;
  }
  std::string text = std::move(content).str();
  if (IsYaml(options.file)) {
    Result<std::string> json = YamlToJson(text);
    if (!json) {
      std::cerr << "raspctl: " << options.file << ": " << json.error() << '\n';
      return kExitUsage;
    }
    text = *std::move(json);
  }
  Diagnostics diagnostics;
  const std::string model = ImportOpenApi(text, options.file, options.model, diagnostics);
  for (Diagnostic& diagnostic : diagnostics) {
    // lines of YAML are not those of the JSON that was made of it: the pointer says where
    if (IsYaml(options.file)) diagnostic.where.line = diagnostic.where.column = 0;
    std::cerr << FormatDiagnostic(diagnostic) << '\n';
  }
  if (model.empty()) return kExitFindings;
  std::cout << model;
  return kExitOk;
}

}  // namespace

void AddOpenApi(CLI::App& app, int& exit_code) {
  CLI::App* const verb = app.add_subcommand(
      "openapi",
      "Print an OpenAPI 3 document (JSON or YAML) as a business-logic model with a schema rule for "
      "each operation");
  auto options = std::make_shared<ImportOptions>();
  verb->add_option("file", options->file, "The document")->required()->check(CLI::ExistingFile);
  verb->add_option("--first-id", options->model.first_id, "The first rule's id");
  verb->add_option("--mode", options->model.mode, "The rules' mode")
      ->check(CLI::IsMember({"off", "shadow", "enforce"}));
  verb->callback([options, &exit_code] { exit_code = Import(*options); });
}

}  // namespace rasp
