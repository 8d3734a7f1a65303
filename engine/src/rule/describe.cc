// SPDX-License-Identifier: Apache-2.0
#include "rule/describe.h"

#include <algorithm>

namespace rasp {
namespace {

std::string MacroSource(const MacroText& macro) {
  std::string out;
  for (const MacroPart& part : macro.parts) {
    if (part.source.variable == nullptr) {
      out += part.text;
    } else {
      out.append("%{").append(part.source.variable->name);
      if (!part.source.selector.name.empty()) out += "." + part.source.selector.name;
      out += "}";
    }
  }
  return out;
}

std::string RuleList(const CompiledRules& rules, const std::vector<uint32_t>& indexes) {
  std::string out;
  for (const uint32_t index : indexes) {
    if (!out.empty()) out += ", ";
    out += std::to_string(rules.infos[index].id);
  }
  return out;
}

std::string_view CollectionName(CollectionId id) {
  constexpr std::string_view kNames[kCollectionCount] = {"tx",      "ip",   "global",
                                                         "session", "user", "resource"};
  return kNames[static_cast<size_t>(id)];
}

// setvar and its kin, on TX and on what outlives the transaction.
std::string DescribeVariable(const Action& action) {
  const std::string name =
      std::string(CollectionName(action.collection)) + "." + MacroSource(action.name);
  const std::string value = MacroSource(action.value);
  switch (action.kind) {
    case ActionKind::kSetVar:
      return "set " + name + " to " + value;
    case ActionKind::kAddVar:
      return "add " + value + " to " + name;
    case ActionKind::kSubtractVar:
      return "subtract " + value + " from " + name;
    case ActionKind::kDeleteVar:
      return "delete " + name;
    case ActionKind::kExpireVar:
      return "forget " + name + " after " + value + " s";
    case ActionKind::kDeprecateVar:
      return "lower " + name + " by " + std::to_string(action.number) + " every " +
             std::to_string(action.number2) + " s";
    case ActionKind::kInitCollection:
      return "use the record " + value + " of " + std::string(CollectionName(action.collection));
    default:
      return "set the environment's " + MacroSource(action.name) + " to " + value;
  }
}

std::string DescribeMask(const Action& action) {
  switch (action.kind) {
    case ActionKind::kSanitiseArgument:
      return "mask the argument " + MacroSource(action.name) + " in logs";
    case ActionKind::kSanitiseRequestHeader:
      return "mask the request's header " + MacroSource(action.name) + " in logs";
    case ActionKind::kSanitiseResponseHeader:
      return "mask the response's header " + MacroSource(action.name) + " in logs";
    case ActionKind::kSanitiseMatchedBytes:
      return "mask the bytes that matched in logs";
    default:
      return "mask the value that matched in logs";
  }
}

std::string DescribeAction(const CompiledRules& rules, const Action& action) {
  if (action.kind <= ActionKind::kSetEnv) return DescribeVariable(action);
  if (action.kind >= ActionKind::kSanitiseArgument) return DescribeMask(action);
  switch (action.kind) {
    case ActionKind::kRemoveRules:
      return "turn off for this request: " + RuleList(rules, action.rules);
    case ActionKind::kRemoveTargets:
      return "for this request, no longer look at " + action.exclusion.text +
             " in: " + RuleList(rules, action.rules);
    case ActionKind::kRuleEngine:
      return action.mode == Mode::kOff      ? "run no more rules on this request"
             : action.mode == Mode::kDetect ? "block nothing in this request"
                                            : "go back to the location's mode";
    case ActionKind::kForceRequestBodyVariable:
      return action.on ? "keep the raw body for REQUEST_BODY" : "do not keep the raw body";
    case ActionKind::kRequestBodyProcessor:
      return "parse the body as " + std::string(BodyKindName(action.body_kind));
    case ActionKind::kRequestBodyAccess:
      return action.on ? "look at the request's body" : "do not look at the request's body";
    case ActionKind::kRequestBodyLimit:
      return "take a request's body of up to " + std::to_string(action.number) + " bytes";
    case ActionKind::kResponseBodyAccess:
      return action.on ? "look at the response's body" : "do not look at the response's body";
    case ActionKind::kResponseBodyLimit:
      return "hold back up to " + std::to_string(action.number) + " bytes of the response";
    case ActionKind::kXmlArguments:
      return action.xml_arguments == XmlArguments::kOff ? "do not make XML's texts arguments"
                                                        : "make XML's texts arguments";
    case ActionKind::kAuditEngine:
      return action.audit_engine == AuditEngine::kOn    ? "write this request to the audit log"
             : action.audit_engine == AuditEngine::kOff ? "keep this request out of the audit log"
                                                        : "audit this request if it is relevant";
    case ActionKind::kAuditLogParts:
      return "audit log parts " + action.text;
    default:
      return {};
  }
}

std::string DescribeDisposition(const Rule& rule, const RuleInfo& info) {
  switch (rule.disposition) {
    case Disposition::kScore:
      return "add " + std::to_string(info.score) + " to the score";
    case Disposition::kBlock:
      return "block with " + std::to_string(rule.status);
    case Disposition::kPass:
      return info.logged ? "log only" : "go on";
    case Disposition::kAllow:
      return rule.allow_scope == AllowScope::kPhase     ? "leave out the rest of this phase"
             : rule.allow_scope == AllowScope::kRequest ? "leave out the request's other rules"
                                                        : "inspect nothing more of this request";
    case Disposition::kRedirect:
      return "redirect with " + std::to_string(rule.status) + " to " +
             MacroSource(rule.redirect_to);
    case Disposition::kDrop:
      return "close the connection";
  }
  return {};
}

void Row(std::string& out, std::string_view label, const std::string& text) {
  if (text.empty()) return;
  out.append("  ")
      .append(label)
      .append(std::string(12 - label.size(), ' '))
      .append(text)
      .append("\n");
}

void DescribeLink(const CompiledRules& rules, const Link& link, std::string& out) {
  std::string looks_at;
  const TargetList& list = rules.targets[link.targets];
  for (const Target& target : list.targets)
    looks_at += (looks_at.empty() ? "" : ", ") + target.text;
  for (const Exclusion& exclusion : list.exclusions) looks_at += ", not " + exclusion.text;
  std::string steps;
  for (const std::string_view name : TransformNames(rules, link.transforms)) {
    steps.append(steps.empty() ? "" : ", ").append(name);
  }
  Row(out, "looks at", looks_at);
  Row(out, "transforms", steps + (link.multi_match ? " (matching after each)" : ""));
  Row(out, "for",
      link.unconditional ? "always" : (link.negated ? "not " : "") + link.condition_text);
  for (const Action& action : link.actions) Row(out, "does", DescribeAction(rules, action));
}

constexpr std::string_view kModes[] = {"off", "shadow", "enforce"};

}  // namespace

std::vector<std::string_view> TransformNames(const CompiledRules& rules, uint32_t node) {
  std::vector<std::string_view> names;
  for (; node != 0; node = rules.transforms[node].parent)
    names.push_back(rules.transforms[node].step->name);
  std::reverse(names.begin(), names.end());
  return names;
}

std::string DescribeRule(const CompiledRules& rules, size_t index) {
  const RuleInfo& info = rules.infos[index];
  const Rule& rule = rules.rules[index];
  std::string out = "rule " + std::to_string(info.id) + ": " + std::string(info.name) + "\n";
  Row(out, "ruleset",
      std::string(info.ruleset) + (info.version.empty() ? "" : " " + std::string(info.version)));
  if (!info.file.empty())
    Row(out, "from", std::string(info.file) + ":" + std::to_string(info.line));
  Row(out, "phase", std::string(PhaseName(info.phase)));
  Row(out, "severity", std::string(SeverityName(info.severity)));
  Row(out, "mode", std::string(kModes[static_cast<size_t>(info.mode)]));
  std::string classes;
  for (const std::string_view name : info.owasp)
    classes.append(classes.empty() ? "" : ", ").append(name);
  for (const uint32_t cwe : info.cwe)
    classes.append(classes.empty() ? "" : ", ").append("CWE-" + std::to_string(cwe));
  for (const uint32_t capec : info.capec) {
    classes.append(classes.empty() ? "" : ", ").append("CAPEC-" + std::to_string(capec));
  }
  Row(out, "classes", classes);
  std::string tags;
  for (const std::string_view tag : info.tags) tags.append(tags.empty() ? "" : ", ").append(tag);
  Row(out, "tags", tags);
  for (size_t i = 0; i < rule.links.size(); ++i) {
    if (i > 0) out += "  and then\n";
    DescribeLink(rules, rule.links[i], out);
  }
  Row(out, "on a match", DescribeDisposition(rule, info));
  const size_t phase_end = rules.phase_begin[static_cast<size_t>(info.phase) + 1];
  if (rule.go_to != 0) {
    Row(out, "then",
        rule.go_to < phase_end ? "go on at rule " + std::to_string(rules.infos[rule.go_to].id)
                               : "go on at the next phase");
  }
  return out;
}

}  // namespace rasp
