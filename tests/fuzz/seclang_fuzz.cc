// SPDX-License-Identifier: Apache-2.0
// Any bytes as SecLang: the loader ends, says where each finding is in words that a terminal can
// show, never hands on a rule without an id or a condition, and knows for every piece of a rule
// where in the text it stands. What it includes is the same text again.
#include <cstdlib>
#include <string_view>
#include <vector>

#include "seclang/load.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

// Lengths of a text's lines, without the byte order mark.
class Lines {
 public:
  explicit Lines(std::string_view text) {
    if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    lengths_.push_back(0);
    for (const char c : text) {
      if (c == '\n') {
        lengths_.push_back(0);
      } else {
        ++lengths_.back();
      }
    }
  }

  bool Hold(const rasp::SourceLocation& where) const {
    return where.line >= 1 && where.line <= lengths_.size() && where.column >= 1 &&
           where.column <= lengths_[where.line - 1] + 1;
  }

 private:
  std::vector<size_t> lengths_;
};

void CheckLink(const rasp::LinkSpec& link, const Lines& lines) {
  Require(lines.Hold(link.where));
  Require(!link.condition.operator_name.empty());
  Require(lines.Hold(link.condition.where));
  for (const rasp::TargetSpec& target : link.targets) {
    Require(!target.variable.empty());
    Require(lines.Hold(target.where));
  }
  for (const rasp::NameSpec& transform : link.transforms) Require(lines.Hold(transform.where));
  for (const rasp::ActionSpec& action : link.actions) Require(lines.Hold(action.where));
}

void CheckSpec(const rasp::RulesetSpec& spec, const Lines& lines) {
  for (const rasp::RuleSpec& rule : spec.rules) {
    Require(rule.id != 0 && !rule.name.empty() && !rule.links.empty());
    Require(lines.Hold(rule.where));
    for (const rasp::LinkSpec& link : rule.links) CheckLink(link, lines);
  }
  for (const rasp::MarkerSpec& marker : spec.markers) {
    Require(marker.before <= spec.rules.size());
    Require(lines.Hold(marker.where));
  }
  for (const rasp::UpdateSpec& update : spec.updates) Require(lines.Hold(update.where));
}

void Load(std::string_view text, bool compat_warn) {
  rasp::Diagnostics diagnostics;
  rasp::SecLangOptions options;
  options.compat_warn = compat_warn;
  int left = 4;
  options.read_file = [&](const std::string&) {
    using Read = rasp::Result<std::string>;
    return left-- > 0 ? Read(std::string(text)) : Read::Failure("there is no such file");
  };
  options.find_files = [](const std::string& pattern) { return std::vector{pattern + "1"}; };
  rasp::SecLangLoader loader(options, diagnostics);
  const Lines lines(text);
  rasp::RulesetSpec spec = loader.Load(text, "fuzz.conf");
  CheckSpec(spec, lines);
  for (const rasp::UpdateSpec& update : spec.updates) {
    for (rasp::RuleSpec& rule : spec.rules) ApplyActions(update.actions, rule, diagnostics);
  }
  CheckSpec(spec, lines);
  for (const rasp::Diagnostic& diagnostic : diagnostics) {
    Require(!diagnostic.code.empty() && !diagnostic.text.empty());
    Require(lines.Hold(diagnostic.where));
    Require(compat_warn || diagnostic.code != "unsupported" ||
            diagnostic.severity == rasp::DiagnosticSeverity::kError);
    for (const char c : diagnostic.text)
      Require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Load(text, false);
  Load(text, true);
  return 0;
}
