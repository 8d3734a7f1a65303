// SPDX-License-Identifier: Apache-2.0
// Any bytes as a ruleset: the loader agrees with a JSON parser about what is JSON, says where each
// finding is, and knows for every rule and target where in the text it stands.
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "json_rules/load.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

// Offsets at which the lines of a text begin.
std::vector<size_t> LineStarts(std::string_view text) {
  std::vector<size_t> starts = {0};
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') starts.push_back(i + 1);
  }
  return starts;
}

class Text {
 public:
  explicit Text(std::string_view text) : text_(text), starts_(LineStarts(text)) {
    bom_ = text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
  }

  bool Holds(const rasp::SourceLocation& where) const {
    return where.line >= 1 && where.line <= starts_.size() && where.column >= 1 &&
           Offset(where) <= text_.size();
  }
  bool HasAt(const rasp::SourceLocation& where, char c) const {
    return Holds(where) && Offset(where) < text_.size() && text_[Offset(where)] == c;
  }

 private:
  size_t Offset(const rasp::SourceLocation& where) const {
    return starts_[where.line - 1] + where.column - 1 + (where.line == 1 ? bom_ : 0);
  }

  std::string_view text_;
  std::vector<size_t> starts_;
  size_t bom_ = 0;
};

void CheckSpec(const rasp::RulesetSpec& spec, const Text& text) {
  for (const rasp::RuleSpec& rule : spec.rules) {
    Require(text.HasAt(rule.where, '{'));
    Require(!rule.links.empty());
    for (const rasp::LinkSpec& link : rule.links) {
      for (const rasp::TargetSpec& target : link.targets) Require(text.HasAt(target.where, '"'));
    }
    for (const rasp::RuleExample& example : rule.examples) {
      Require(example.request.empty() || text.Holds(example.where));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  rasp::Diagnostics diagnostics;
  const rasp::RulesetSpec spec = rasp::LoadJsonRuleset(bytes, "fuzz.json", true, diagnostics);
  const Text text(bytes);
  if (!nlohmann::json::accept(bytes, /*ignore_comments=*/true)) {
    Require(rasp::HasErrors(diagnostics));
    Require(spec.rules.empty());
  }
  for (const rasp::Diagnostic& diagnostic : diagnostics) {
    Require(!diagnostic.code.empty() && !diagnostic.text.empty());
    Require(text.Holds(diagnostic.where) || diagnostic.code == "json-syntax" ||
            diagnostic.code == "json-utf8");
    for (const char c : diagnostic.text)
      Require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  }
  CheckSpec(spec, text);
  return 0;
}
