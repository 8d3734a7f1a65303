// SPDX-License-Identifier: Apache-2.0
#include "cli/coverage.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/text.h"
#include "cli/verbs.h"

namespace rasp {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kIntroduction =
    R"(# What is covered, and how well

Made by `raspctl coverage --format markdown`; a test holds it against that, and the parts it names against the tree.

The grade is what the parts that are built reach once they are configured for an application: a model says which operations there
are and which rules hold. **blocks**: each single case is refused. **thresholds**: many are told from few; what stays below a
limit passes. **partial**: some of its forms. **not visible to a proxy**: nothing of it passes here.
Parts in *italics* are not built yet and count for no grade.
)";

const Measure* FindMeasure(std::string_view name) {
  const auto found = std::find_if(Measures().begin(), Measures().end(),
                                  [&](const Measure& measure) { return measure.name == name; });
  return found == Measures().end() ? nullptr : &*found;
}

std::string Text(std::string_view text) { return std::string(text); }

// The names, those that are not built marked.
std::string NamesOf(const CoverageItem& item, bool markdown) {
  std::string names;
  for (const std::string_view name : item.measures) {
    if (name.empty()) continue;
    const Measure* const measure = FindMeasure(name);
    const bool built = measure != nullptr && measure->built;
    if (!names.empty()) names += ", ";
    if (markdown) {
      const std::string_view mark = built ? "`" : "*";
      names.append(mark).append(name).append(mark);
    } else {
      names.append(name).append(built ? "" : " (not built)");
    }
  }
  return names;
}

std::string StateOf(const Measure& measure) { return measure.built ? "built" : "not built yet"; }

void PrintMarkdown() {
  std::cout << kIntroduction;
  for (const CoverageList& list : CoverageLists()) {
    std::cout << "\n## " << list.title << "\n\n";
    TextTable table({"Item", "Grade", "By", "How", "Not covered"});
    for (const CoverageItem& item : list.items) {
      table.AddRow({Text(item.id) + " " + Text(item.title), Text(CoverageGradeName(item.grade)),
                    NamesOf(item, true), Text(item.how), Text(item.unseen)});
    }
    std::cout << table.AsMarkdown();
  }
  std::cout << "\n## The parts\n\n";
  TextTable table({"Part", "Kind", "State", "What it does"});
  for (const Measure& measure : Measures()) {
    table.AddRow({"`" + Text(measure.name) + "`", Text(MeasureKindName(measure.kind)),
                  StateOf(measure), Text(measure.does)});
  }
  std::cout << table.AsMarkdown();
}

void PrintText() {
  TextTable table({"Item", "Title", "Grade", "By"});
  for (const CoverageList& list : CoverageLists()) {
    for (const CoverageItem& item : list.items) {
      table.AddRow({Text(item.id), Text(item.title), Text(CoverageGradeName(item.grade)),
                    NamesOf(item, false)});
    }
  }
  std::cout << table.AsText();
}

Json ItemJson(const CoverageItem& item) {
  Json by = Json::array();
  for (const std::string_view name : item.measures) {
    if (!name.empty()) by.push_back(name);
  }
  return {{"id", item.id}, {"title", item.title}, {"grade", CoverageGradeName(item.grade)},
          {"by", by},      {"how", item.how},     {"not_covered", item.unseen}};
}

void PrintJson() {
  Json lists = Json::array();
  for (const CoverageList& list : CoverageLists()) {
    Json items = Json::array();
    for (const CoverageItem& item : list.items) items.push_back(ItemJson(item));
    lists.push_back({{"id", list.id}, {"title", list.title}, {"items", items}});
  }
  Json parts = Json::array();
  for (const Measure& measure : Measures()) {
    parts.push_back({{"name", measure.name},
                     {"kind", MeasureKindName(measure.kind)},
                     {"built", measure.built},
                     {"does", measure.does}});
  }
  std::cout << Json{{"lists", lists}, {"parts", parts}}.dump(1) << '\n';
}

}  // namespace

void AddCoverage(CLI::App& app, int& exit_code) {
  CLI::App* const verb =
      app.add_subcommand("coverage", "Say which published kinds of abuse are covered, and by what");
  auto format = std::make_shared<std::string>("text");
  verb->add_option("--format", *format, "How to print it")
      ->check(CLI::IsMember({"text", "markdown", "json"}))
      ->capture_default_str();
  verb->callback([format, &exit_code] {
    if (*format == "markdown") {
      PrintMarkdown();
    } else if (*format == "json") {
      PrintJson();
    } else {
      PrintText();
    }
    exit_code = kExitOk;
  });
}

}  // namespace rasp
