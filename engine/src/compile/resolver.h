// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compile/rule_matcher.h"
#include "rule/compiled_rules.h"
#include "spec/rule_spec.h"

namespace rasp {

// Turns names into entries of a CompiledRules' tables, each distinct entry once, and gathers what
// is wrong.
class Resolver {
 public:
  Resolver(CompiledRules& rules, Diagnostics& diagnostics)
      : rules_(rules), diagnostics_(diagnostics) {}

  std::string_view Intern(std::string_view text);

  uint32_t Targets(const LinkSpec& link, Phase phase);
  uint32_t Transforms(const std::vector<NameSpec>& specs);
  // Fills the link's operator; `directory` is what operator files are relative to.
  void Condition(const ConditionSpec& spec, const std::string& directory, Link& link);
  MacroText Macro(std::string_view text, const SourceLocation& where);
  Action ResolveAction(const ActionSpec& spec, Phase phase);

  // Which format's habits hold for the rules that are resolved from here on.
  void SetFormat(RulesetFormat format) { format_ = format; }
  RulesetFormat format() const { return format_; }

  void Error(const SourceLocation& where, std::string code, std::string text);
  // What has no effect: an error in our format, where nobody needs it, a warning in SecLang.
  void Ineffective(const SourceLocation& where, std::string code, std::string text);
  void Warn(const SourceLocation& where, std::string code, std::string text);
  void Note(const SourceLocation& where, std::string code, std::string text);

 private:
  OperatorPtr MakeCondition(const ConditionSpec& spec, const std::string& directory, bool top);
  OperatorPtr MakeOperator(const ConditionSpec& spec, const std::string& directory, bool top);
  void SetArgument(const ConditionSpec& spec, Link& link);
  void SetVar(const ActionSpec& spec, Action& action);
  void LifeOfVar(const ActionSpec& spec, Action& action);
  void InitCollection(const ActionSpec& spec, Action& action);
  void SetIdentity(const ActionSpec& spec, Action& action);
  void SetEnv(const ActionSpec& spec, Action& action);
  void Sanitise(const ActionSpec& spec, Action& action);
  bool CollectionAndName(const ActionSpec& spec, std::string_view text, Action& action);
  void Ctl(const ActionSpec& spec, Phase phase, Action& action);
  void CtlRemove(const ActionSpec& spec, RuleMatcher::By by, const std::string& value,
                 Action& action);
  // The target's XPath, if it has one that is evaluated; nullptr also if it is wrong.
  std::unique_ptr<const XmlQuery> XPath(const TargetSpec& spec, const LinkSpec& link);
  void CheckExclusion(const TargetSpec& spec, const TargetList& list);

  CompiledRules& rules_;
  Diagnostics& diagnostics_;
  RulesetFormat format_ = RulesetFormat::kJson;
  std::map<std::string, std::string_view, std::less<>> strings_;
  std::map<std::string, uint32_t> targets_;
  std::map<std::pair<uint32_t, std::string_view>, uint32_t> transforms_;
  std::map<std::string, uint32_t> conditions_;
};

// "ARGS:id", "&ARGS", "!ARGS:/^x/": what ParseTarget read.
std::string TargetText(const TargetSpec& spec);

// `@rx ^a`, `not all(@rx a, @pm b c)`.
std::string ConditionText(const ConditionSpec& spec);

// The selector of `spec`; fails with a text if its regular expression is bad.
Result<Selector> MakeSelector(const TargetSpec& spec);

// "ARGS:id" as an exclusion; fails with a text that says what is wrong.
Result<Exclusion> MakeExclusion(std::string_view target, const SourceLocation& where);

// "; did you mean ..." for a variable that does not exist.
std::string UnknownVariableText(std::string_view name);

}  // namespace rasp
