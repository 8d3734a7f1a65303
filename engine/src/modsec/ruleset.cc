// SPDX-License-Identifier: Apache-2.0
#include "modsec/ruleset.h"

#include <algorithm>
#include <exception>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "compile/source_hash.h"
#include "core/ascii.h"

namespace rasp {
namespace {

using modsecurity::RulesSetProperties;

// What transactions log is read from them, so nothing needs to be called; without a callback the
// library would write to stderr.
void IgnoreServerLog(void*, const void*) {}

std::optional<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  return std::string(std::istreambuf_iterator<char>(file), {});
}

bool LooksLikeJson(std::string_view text) {
  const auto first = std::find_if_not(text.begin(), text.end(), IsSpace);
  return first != text.end() && *first == '{';
}

// One text in which each source stands, so that what one sets holds for the next.
Result<std::string> Joined(std::span<const ModsecSource> sources) {
  using Text = Result<std::string>;
  std::string joined;
  for (const ModsecSource& source : sources) {
    const bool is_file = !source.is_text;
    const std::optional<std::string> text = is_file ? ReadFile(source.name) : source.text;
    if (!text) return Text::Failure(source.name + ": cannot be read");
    if (LooksLikeJson(*text)) {
      return Text::Failure(source.name +
                           ": is a JSON ruleset, which libmodsecurity cannot read: choose "
                           "rasp_engine native where it applies, or give SecLang rules");
    }
    if (is_file && source.name.find_first_of("\"\n\\") != std::string::npos) {
      return Text::Failure(source.name + ": libmodsecurity cannot include a file of such a name");
    }
    joined += is_file ? "Include \"" + source.name + "\"" : *text;
    joined += '\n';
  }
  return joined;
}

// Over all files that rules came from, whichever way they were included.
std::string HashOf(modsecurity::RulesSet& rules, std::span<const ModsecSource> sources) {
  std::set<std::string> files;
  for (int phase = 0; phase < modsecurity::Phases::NUMBER_OF_PHASES; ++phase) {
    for (const auto& rule : rules.m_rulesSetPhases.at(phase)->m_rules) {
      if (const auto name = rule->getFileName()) files.insert(*name);
    }
  }
  SourceHash hash;
  for (const ModsecSource& source : sources) {
    hash.Add(source.is_text ? source.text : ReadFile(source.name).value_or(""));
  }
  for (const std::string& file : files) hash.Add(ReadFile(file).value_or(""));
  return hash.Hex();
}

std::optional<Mode> ModeOf(RulesSetProperties::RuleEngine engine) {
  switch (engine) {
    case RulesSetProperties::DisabledRuleEngine:
      return Mode::kOff;
    case RulesSetProperties::DetectionOnlyRuleEngine:
      return Mode::kDetect;
    case RulesSetProperties::EnabledRuleEngine:
      return Mode::kBlock;
    case RulesSetProperties::PropertyNotSetRuleEngine:
      break;
  }
  return {};
}

std::string Trimmed(std::string text) {
  while (!text.empty() && IsSpace(text.back())) text.pop_back();
  return text;
}

}  // namespace

bool HasModsec() { return true; }

modsecurity::ModSecurity& ModsecLibrary() {
  static modsecurity::ModSecurity& library = []() -> modsecurity::ModSecurity& {
    auto* const made = new modsecurity::ModSecurity;
    made->setConnectorInformation("ngx-rasp");
    made->setServerLogCb(IgnoreServerLog, modsecurity::RuleMessageLogProperty);
    return *made;
  }();
  return library;
}

ModsecRuleset::ModsecRuleset(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ModsecRuleset::~ModsecRuleset() = default;

Result<std::unique_ptr<ModsecRuleset>> ModsecRuleset::Load(std::span<const ModsecSource> sources,
                                                           const ModsecOptions& options) {
  using Loaded = Result<std::unique_ptr<ModsecRuleset>>;
  Result<std::string> text = Joined(sources);
  if (!text) return Loaded::Failure(text.error());
  if (options.silent) *text += "SecAuditEngine Off\n";
  try {
    ModsecLibrary();
    auto impl = std::make_unique<Impl>();
    impl->rules = std::make_unique<modsecurity::RulesSet>();
    const int count = impl->rules->load(text->c_str(), "");
    if (count < 0) {
      return Loaded::Failure("libmodsecurity refuses the rules: " +
                             Trimmed(impl->rules->getParserError()));
    }
    impl->mode = ModeOf(impl->rules->m_secRuleEngine);
    // Where the rules leave it open, refusals are wanted as if they said On; the location decides
    // what becomes of them.
    if (!impl->mode) impl->rules->m_secRuleEngine = RulesSetProperties::EnabledRuleEngine;
    impl->count = static_cast<uint64_t>(count);
    impl->hash = HashOf(*impl->rules, sources);
    return std::unique_ptr<ModsecRuleset>(new ModsecRuleset(std::move(impl)));
  } catch (const std::exception& e) {
    return Loaded::Failure(std::string("libmodsecurity failed on the rules: ") + e.what());
  }
}

uint64_t ModsecRuleset::rules() const { return impl_->count; }
std::optional<Mode> ModsecRuleset::mode() const { return impl_->mode; }
std::string_view ModsecRuleset::hash() const { return impl_->hash; }

bool ModsecRuleset::wants_response_bodies() const {
  return impl_->rules->m_secResponseBodyAccess == RulesSetProperties::TrueConfigBoolean;
}

uint64_t ModsecRuleset::response_body_limit() const {
  const double limit = impl_->rules->m_responseBodyLimit.m_value;
  return limit > 0 ? static_cast<uint64_t>(limit) : 0;
}

}  // namespace rasp
