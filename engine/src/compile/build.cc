// SPDX-License-Identifier: Apache-2.0
#include "compile/build.h"

#include <algorithm>

#include "compile/canary.h"
#include "compile/checks.h"
#include "compile/plan.h"
#include "compile/resolver.h"
#include "compile/skips.h"
#include "compile/tx_slots.h"
#include "compile/unicode.h"

namespace rasp {
namespace {

std::string DirectoryOf(const std::string& file) {
  const size_t slash = file.rfind('/');
  return slash == std::string::npos ? std::string() : file.substr(0, slash);
}

// CRS's arithmetic, which operators know.
int ScoreOf(const RuleSpec& spec) {
  if (spec.disposition != DispositionSpec::kScore) return 0;
  if (spec.score) return *spec.score;
  switch (spec.severity) {
    case Severity::kCritical:
      return 5;
    case Severity::kError:
      return 4;
    case Severity::kWarning:
      return 3;
    case Severity::kNotice:
      return 2;
    default:
      return 0;
  }
}

Disposition DispositionOf(DispositionSpec spec) {
  switch (spec) {
    case DispositionSpec::kScore:
      return Disposition::kScore;
    case DispositionSpec::kBlock:
      return Disposition::kBlock;
    case DispositionSpec::kPass:
      return Disposition::kPass;
    case DispositionSpec::kAllow:
      return Disposition::kAllow;
    case DispositionSpec::kRedirect:
      return Disposition::kRedirect;
    case DispositionSpec::kDrop:
      return Disposition::kDrop;
  }
  return Disposition::kPass;
}

std::vector<Source> InOrder(std::span<const RulesetSpec> rulesets) {
  std::vector<Source> sources;
  size_t order = 0;
  for (const RulesetSpec& ruleset : rulesets) {
    for (const RuleSpec& rule : ruleset.rules) {
      if (!rule.removed) sources.push_back({&ruleset, &rule, order});
      ++order;
    }
  }
  std::stable_sort(sources.begin(), sources.end(),
                   [](const Source& a, const Source& b) { return a.rule->phase < b.rule->phase; });
  return sources;
}

// What is known of a rule before its names are resolved.
void AddInfo(const Source& source, Resolver& resolver, CompiledRules& out) {
  const RuleSpec& spec = *source.rule;
  Rule rule;
  for (const std::string& name : spec.owasp) rule.owasp.push_back(resolver.Intern(name));
  for (const std::string& tag : spec.tags) rule.tags.push_back(resolver.Intern(tag));
  rule.cwe = spec.cwe;
  rule.capec = spec.capec;

  RuleInfo info;
  info.id = spec.id;
  info.name = resolver.Intern(spec.name);
  info.ruleset = resolver.Intern(source.ruleset->name);
  info.version = resolver.Intern(spec.version.empty() ? source.ruleset->version : spec.version);
  info.revision = resolver.Intern(spec.revision);
  info.maturity = spec.maturity;
  info.accuracy = spec.accuracy;
  info.has_severity = spec.has_severity;
  info.logged = spec.logged;
  info.audited = spec.audited;
  info.file = resolver.Intern(spec.where.file.empty() ? source.ruleset->file : spec.where.file);
  info.line = spec.where.line;
  info.phase = spec.phase;
  info.severity = spec.severity;
  info.mode = spec.mode;
  info.score = ScoreOf(spec);
  out.rules.push_back(std::move(rule));
  const Rule& kept =
      out.rules.back();  // its vectors' elements stay where they are when it is moved
  info.owasp = kept.owasp;
  info.tags = kept.tags;
  info.cwe = kept.cwe;
  info.capec = kept.capec;
  out.infos.push_back(info);
}

Link ResolveLink(const LinkSpec& spec, const Source& source, Resolver& resolver) {
  Link link;
  const Phase phase = source.rule->phase;
  link.targets = resolver.Targets(spec, phase);
  link.transforms = resolver.Transforms(spec.transforms);
  link.capture = spec.capture;
  link.multi_match = spec.multi_match;
  link.unconditional = spec.targets.empty();
  if (link.unconditional) {
    CheckUnconditional(spec, resolver);
    link.operator_name = resolver.Intern("unconditionalMatch");
    link.condition_text = "@unconditionalMatch";
  } else {
    const std::string& file =
        spec.condition.where.file.empty() ? source.ruleset->file : spec.condition.where.file;
    resolver.Condition(spec.condition, DirectoryOf(file), link);
  }
  for (const ActionSpec& action : spec.actions)
    link.actions.push_back(resolver.ResolveAction(action, phase));
  return link;
}

bool ChangesTx(const Link& link) {
  return link.capture ||
         std::any_of(link.actions.begin(), link.actions.end(),
                     [](const Action& action) { return action.kind <= ActionKind::kDeleteVar; });
}

void ResolveRule(const Source& source, Resolver& resolver, CompiledRules& out, Rule& rule) {
  const RuleSpec& spec = *source.rule;
  resolver.SetFormat(source.ruleset->format);
  rule.allow_scope = spec.allow_scope;
  rule.disposition = DispositionOf(spec.disposition);
  const bool default_redirect =
      spec.disposition == DispositionSpec::kRedirect && spec.status == 403;
  rule.status = default_redirect ? uint16_t{302} : spec.status;
  rule.redirect_to = resolver.Macro(spec.redirect_to, spec.where);
  rule.message = resolver.Macro(spec.message.empty() ? spec.name : spec.message, spec.where);
  rule.log_data = resolver.Macro(spec.log_data, spec.where);
  for (const LinkSpec& link : spec.links) {
    rule.links.push_back(ResolveLink(link, source, resolver));
    rule.changes_tx |= ChangesTx(rule.links.back());
    for (const Target& target : out.targets[rule.links.back().targets].targets) {
      rule.reads_response_body |= target.variable->earliest == Phase::kResponseBody;
    }
  }
}

void Index(CompiledRules& out) {
  for (uint32_t i = 0; i < out.infos.size(); ++i) {
    out.by_id.emplace_back(out.infos[i].id, i);
    for (size_t phase = static_cast<size_t>(out.infos[i].phase) + 1; phase < out.phase_begin.size();
         ++phase) {
      out.phase_begin[phase] = i + 1;
    }
  }
  std::sort(out.by_id.begin(), out.by_id.end());
}

}  // namespace

std::unique_ptr<const CompiledRules> BuildRules(std::span<const RulesetSpec> rulesets,
                                                std::string hash, const CompileOptions& options,
                                                Diagnostics& diagnostics) {
  auto out = std::make_unique<CompiledRules>();
  Resolver resolver(*out, diagnostics);
  for (const RulesetSpec& ruleset : rulesets)
    out->settings = Merged(std::move(out->settings), ruleset.settings);
  CheckRulesets(rulesets, resolver);

  const RulesetSpec canary = CanaryRuleset();
  std::vector<Source> sources = InOrder(rulesets);
  const auto body_phase = std::find_if(sources.begin(), sources.end(), [](const Source& source) {
    return source.rule->phase >= Phase::kRequestBody;
  });
  sources.insert(body_phase, {&canary, &canary.rules.front(), 0});

  for (const Source& source : sources) AddInfo(source, resolver, *out);
  Index(*out);
  for (size_t i = 0; i < sources.size(); ++i)
    ResolveRule(sources[i], resolver, *out, out->rules[i]);
  ResolveSkips(rulesets, sources, resolver, *out);
  UseUnicodeMap(resolver, *out);
  if (HasErrors(diagnostics)) return nullptr;

  if (options.keep_examples) {
    for (const Source& source : sources) {
      out->examples.insert(out->examples.end(), source.rule->examples.begin(),
                           source.rule->examples.end());
    }
  }
  for (const BodyKind kind :
       {BodyKind::kUrlEncoded, BodyKind::kMultipart, BodyKind::kJson, BodyKind::kXml}) {
    out->request_body_types.emplace_back(BodyKindName(kind));
  }
  out->hash = std::move(hash);
  AssignTxSlots(*out);
  MakePlan(options.prefilter, *out);
  return out;
}

}  // namespace rasp
