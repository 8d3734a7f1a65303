// SPDX-License-Identifier: Apache-2.0
#include "seclang/actions.h"

#include "core/nearest_name.h"
#include "core/quoted.h"
#include "seclang/action_values.h"

namespace rasp {
namespace {

// A list that holds more that is wrong is no list of actions.
constexpr size_t kMostFindings = 20;

constexpr std::string_view kSeverities[] = {"EMERGENCY", "ALERT",  "CRITICAL", "ERROR",
                                            "WARNING",   "NOTICE", "INFO",     "DEBUG"};

void Fail(const ActionSpec& action, ActionTarget& target, std::string code, std::string text) {
  target.draft.broken = true;
  target.diagnostics.push_back(
      {DiagnosticSeverity::kError, action.where, std::move(code), std::move(text)});
}

void BadValue(const ActionSpec& action, ActionTarget& target, std::string_view wanted) {
  Fail(action, target, "bad-value",
       action.name + " " + Quoted(action.argument) + ": write " + std::string(wanted));
}

// ---- Of the rule

void Id(const ActionSpec& action, ActionTarget& target) {
  const auto id = WholeNumber<uint64_t>(Trim(action.argument));
  if (!id || *id == 0) return BadValue(action, target, "a number from 1, as in id:100001");
  target.draft.rule.id = *id;
}

void PhaseAction(const ActionSpec& action, ActionTarget& target) {
  const auto phase = PhaseOf(Trim(action.argument));
  if (!phase) return BadValue(action, target, "1 to 5, request, response or logging");
  target.draft.rule.phase = *phase;
  target.draft.has_phase = true;
}

template <auto Member>
void Text(const ActionSpec& action, ActionTarget& target) {
  target.draft.rule.*Member = action.argument;
}

void Tag(const ActionSpec& action, ActionTarget& target) {
  target.draft.rule.tags.push_back(action.argument);
}

void SeverityAction(const ActionSpec& action, ActionTarget& target) {
  const auto severity = SeverityOf(Trim(action.argument));
  if (!severity) {
    return BadValue(action, target,
                    "0 to 7 or EMERGENCY, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFO, DEBUG");
  }
  target.draft.rule.severity = *severity;
  target.draft.rule.has_severity = true;
}

template <auto Member>
void Grade(const ActionSpec& action, ActionTarget& target) {
  const auto grade = WholeNumber<uint8_t>(Trim(action.argument));
  if (!grade || *grade > 10) return BadValue(action, target, "a number from 0 to 10");
  target.draft.rule.*Member = *grade;
}

void Skip(const ActionSpec& action, ActionTarget& target) {
  const auto count = WholeNumber<uint32_t>(Trim(action.argument));
  if (!count || *count == 0) return BadValue(action, target, "how many rules to leave out, from 1");
  target.draft.rule.skip = *count;
}

void Log(const ActionSpec&, ActionTarget& target) { target.draft.course.logged = true; }
void NoLog(const ActionSpec&, ActionTarget& target) { target.draft.course.logged = false; }
void AuditLog(const ActionSpec&, ActionTarget& target) { target.draft.course.audited = true; }
void NoAuditLog(const ActionSpec&, ActionTarget& target) { target.draft.course.audited = false; }

// ---- Disruptive

template <DispositionSpec Disposition>
void Disrupt(const ActionSpec&, ActionTarget& target) {
  target.draft.course.disposition = Disposition;
  target.draft.course.block = false;
}

void Block(const ActionSpec& action, ActionTarget& target) {
  if (target.place == ActionPlace::kDefault) {
    return Fail(
        action, target, "bad-default",
        "block means what SecDefaultAction says: write deny, drop, redirect, allow or pass");
  }
  target.draft.course.disposition.reset();
  target.draft.course.block = true;
}

void Redirect(const ActionSpec& action, ActionTarget& target) {
  Disrupt<DispositionSpec::kRedirect>(action, target);
  target.draft.course.redirect_to = action.argument;
}

void Allow(const ActionSpec& action, ActionTarget& target) {
  const std::string_view scope = Trim(action.argument);
  Disrupt<DispositionSpec::kAllow>(action, target);
  if (EqualsIgnoreCase(scope, "phase")) {
    target.draft.course.allow_scope = AllowScope::kPhase;
  } else if (EqualsIgnoreCase(scope, "request")) {
    target.draft.course.allow_scope = AllowScope::kRequest;
  } else if (scope.empty()) {
    target.draft.course.allow_scope = AllowScope::kTransaction;
  } else {
    BadValue(action, target, "allow, allow:phase or allow:request");
  }
}

void Status(const ActionSpec& action, ActionTarget& target) {
  const auto status = WholeNumber<uint16_t>(Trim(action.argument));
  if (!status || *status < 100 || *status > 599)
    return BadValue(action, target, "a status from 100 to 599");
  target.draft.course.status = *status;
}

// ---- Of the link

void Capture(const ActionSpec&, ActionTarget& target) { target.link.capture = true; }
void MultiMatch(const ActionSpec&, ActionTarget& target) { target.link.multi_match = true; }

void Chain(const ActionSpec& action, ActionTarget& target) {
  if (target.place == ActionPlace::kUpdate) {
    return Fail(action, target, "bad-update",
                "a rule's chain cannot be changed: write a new rule and remove the old one");
  }
  target.draft.chained = true;
}

void Transform(const ActionSpec& action, ActionTarget& target) {
  const std::string_view name = Trim(action.argument);
  if (!EqualsIgnoreCase(name, "none")) {
    target.link.transforms.push_back({std::string(name), action.where});
    return;
  }
  target.link.transforms.clear();
  if (!target.draft.clears_transforms.empty()) target.draft.clears_transforms.back() = true;
}

void XmlNamespace(const ActionSpec& action, ActionTarget& target) {
  const size_t equals = action.argument.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == action.argument.size())
    return BadValue(action, target, "PREFIX=URI, as in xmlns:soap=http://example.com/soap");
  target.link.xml_namespaces.emplace_back(action.argument.substr(0, equals),
                                          action.argument.substr(equals + 1));
}

constexpr auto kMetadata = ActionDef::Kind::kMetadata;
constexpr auto kRule = ActionDef::Kind::kRule;
constexpr auto kLog = ActionDef::Kind::kLog;
constexpr auto kDisruptive = ActionDef::Kind::kDisruptive;
constexpr auto kLink = ActionDef::Kind::kLink;
constexpr auto kStep = ActionDef::Kind::kStep;
constexpr auto kRefused = ActionDef::Kind::kRefused;
constexpr auto kInert = ActionDef::Kind::kInert;
constexpr auto kNone = ActionDef::Value::kNone;
constexpr auto kOptional = ActionDef::Value::kOptional;
constexpr auto kRequired = ActionDef::Value::kRequired;

constexpr ActionDef kActions[] = {
    {"id", kMetadata, kRequired, "The rule's number; each rule has its own", Id},
    {"msg", kMetadata, kRequired, "What a match means; may hold macros", Text<&RuleSpec::message>},
    {"logdata", kMetadata, kRequired, "What of the request to log; may hold macros",
     Text<&RuleSpec::log_data>},
    {"severity", kMetadata, kRequired, "0 to 7 or the syslog name", SeverityAction},
    {"ver", kMetadata, kRequired, "The version of the ruleset that the rule is from",
     Text<&RuleSpec::version>},
    {"rev", kMetadata, kRequired, "The rule's revision", Text<&RuleSpec::revision>},
    {"maturity", kMetadata, kRequired, "How long tested, 0 to 10", Grade<&RuleSpec::maturity>},
    {"accuracy", kMetadata, kRequired, "How few false positives, 0 to 10",
     Grade<&RuleSpec::accuracy>},
    {"skip", kMetadata, kRequired, "Leaves out that many of the next rules of the phase", Skip},
    {"skipAfter", kMetadata, kRequired, "Goes on behind the SecMarker or the rule of that name",
     Text<&RuleSpec::skip_after>},

    {"tag", kRule, kRequired, "A class that the rule belongs to", Tag},
    {"phase", kRule, kRequired, "1 to 5, request, response or logging; 2 if it is left out",
     PhaseAction},
    {"log", kLog, kNone, "Tells a match in the logs", Log},
    {"nolog", kLog, kNone, "Tells a match in no log, the audit log included", NoLog},
    {"auditlog", kLog, kNone, "A match brings the transaction to the audit log", AuditLog},
    {"noauditlog", kLog, kNone, "A match does not bring the transaction to the audit log",
     NoAuditLog},
    {"status", kRule, kRequired, "Status of deny and redirect; 403 and 302 if left out", Status},

    {"block", kDisruptive, kNone, "What SecDefaultAction says for the phase", Block},
    {"deny", kDisruptive, kNone, "Answers with `status`", Disrupt<DispositionSpec::kBlock>},
    {"drop", kDisruptive, kNone, "Closes the connection", Disrupt<DispositionSpec::kDrop>},
    {"redirect", kDisruptive, kRequired, "Redirects to the address", Redirect},
    {"allow", kDisruptive, kOptional,
     "Inspects nothing more of the transaction, the phase or the request", Allow},
    {"pass", kDisruptive, kNone, "Goes on", Disrupt<DispositionSpec::kPass>},

    {"chain", kLink, kNone, "The next rule must match too", Chain},
    {"t", kLink, kRequired, "A transformation; none forgets those before it", Transform},
    {"capture", kLink, kNone, "Keeps what the pattern's groups matched in TX:0 to TX:9", Capture},
    {"multiMatch", kLink, kNone, "Looks at the value after each transformation", MultiMatch},
    {"xmlns", kLink, kRequired, "PREFIX=URI for the XPaths of the link", XmlNamespace},

    {"setvar", kStep, kRequired, "Sets, adds to or removes a variable", nullptr},
    {"expirevar", kStep, kRequired, "Removes a variable after some seconds", nullptr},
    {"deprecatevar", kStep, kRequired, "Takes from a variable as time goes by", nullptr},
    {"initcol", kStep, kRequired, "Opens a persistent collection", nullptr},
    {"setsid", kStep, kRequired, "Opens the SESSION collection", nullptr},
    {"setuid", kStep, kRequired, "Opens the USER collection", nullptr},
    {"setrsc", kStep, kRequired, "Opens the RESOURCE collection", nullptr},
    {"setenv", kStep, kRequired, "Sets a variable of the server", nullptr},
    {"ctl", kStep, kRequired, "Changes a setting for the rest of the transaction", nullptr},
    {"sanitiseArg", kStep, kRequired, "Masks an argument in the logs", nullptr},
    {"sanitiseMatched", kStep, kNone, "Masks what matched in the logs", nullptr},
    {"sanitiseMatchedBytes", kStep, kOptional, "Masks the bytes that matched in the logs", nullptr},
    {"sanitiseRequestHeader", kStep, kRequired, "Masks a header field in the logs", nullptr},
    {"sanitiseResponseHeader", kStep, kRequired, "Masks a header field in the logs", nullptr},

    {"exec", kRefused, kRequired,
     "no program is started from a rule: remove it, and act on the event log instead", nullptr},
    {"proxy", kRefused, kRequired,
     "a rule cannot pass a request on: use deny or redirect, or proxy_pass in nginx's location",
     nullptr},
    {"pause", kInert, kRequired,
     "does nothing here, since waiting would hold a connection: remove it, or use limit_req",
     nullptr},
    {"append", kInert, kRequired, "does nothing here: use nginx's sub_filter or add_after_body",
     nullptr},
    {"prepend", kInert, kRequired, "does nothing here: use nginx's sub_filter or add_before_body",
     nullptr},
};

// sanitizeArg is sanitiseArg.
std::string British(const std::string& name) {
  std::string british = name;
  if (StartsWithIgnoreCase(name, "sanitize")) british[6] = 's';
  return british;
}

const ActionDef* FindAction(std::string_view name) {
  for (const ActionDef& def : kActions) {
    if (EqualsIgnoreCase(def.name, name)) return &def;
  }
  return nullptr;
}

void UnknownAction(const ActionSpec& action, ActionTarget& target) {
  std::vector<std::string_view> names;
  for (const ActionDef& def : kActions) names.push_back(def.name);
  const std::string_view nearest = NearestName(action.name, names);
  Fail(action, target, "unknown-action",
       "there is no action " + Quoted(action.name) +
           (nearest.empty() ? ": put a value that holds commas in single quotes"
                            : ": did you mean \"" + std::string(nearest) + "\"?"));
}

// Whether the action may have the value that it has.
bool FitsValue(const ActionDef& def, const ActionSpec& action, ActionTarget& target) {
  if (def.value == ActionDef::Value::kRequired && action.argument.empty()) {
    Fail(action, target, "missing-value",
         std::string(def.name) + " needs a value: write " + std::string(def.name) + ":VALUE");
    return false;
  }
  if (def.value == ActionDef::Value::kNone && !action.argument.empty()) {
    Fail(action, target, "useless-value",
         std::string(def.name) + " takes no value: write " + std::string(def.name));
    return false;
  }
  return true;
}

// Whether the action may stand where it stands; what a chain's first link must say is an error or a
// warning elsewhere.
bool FitsPlace(const ActionDef& def, const ActionSpec& action, ActionTarget& target) {
  const std::string name(def.name);
  if (target.place == ActionPlace::kUpdate && (name == "id" || name == "phase")) {
    Fail(action, target, "bad-update", "a rule's " + name + " cannot be changed: remove this");
    return false;
  }
  const bool of_one_rule =
      def.kind == ActionDef::Kind::kMetadata || (def.kind == ActionDef::Kind::kLink && name != "t");
  if (target.place == ActionPlace::kDefault && of_one_rule) {
    Fail(action, target, "bad-default",
         name + " belongs to one rule: take it out of SecDefaultAction");
    return false;
  }
  if (target.place != ActionPlace::kChainedLink) return true;
  if (def.kind == ActionDef::Kind::kDisruptive) {
    Fail(action, target, "not-in-chain",
         name + " decides for the whole chain: move it to the chain's first rule");
    return false;
  }
  if (def.kind == ActionDef::Kind::kLog) return false;  // usual, and harmless
  if (def.kind != ActionDef::Kind::kMetadata && def.kind != ActionDef::Kind::kRule) return true;
  target.diagnostics.push_back({DiagnosticSeverity::kWarning, action.where, "not-in-chain",
                                name + " does nothing in a chained rule: move it to the chain's "
                                       "first rule, or remove it"});
  return false;
}

void ApplyOne(const ActionSpec& action, ActionTarget& target) {
  const std::string name = British(action.name);
  const ActionDef* def = FindAction(name);
  if (def == nullptr) return UnknownAction(action, target);
  if (!FitsValue(*def, action, target) || !FitsPlace(*def, action, target)) return;
  switch (def->kind) {
    case ActionDef::Kind::kStep:
      target.link.actions.push_back({std::string(def->name), action.argument, action.where});
      return;
    case ActionDef::Kind::kRefused:
    case ActionDef::Kind::kInert: {
      const bool error = def->kind == ActionDef::Kind::kRefused && !target.compat_warn;
      target.draft.broken |= error;
      target.diagnostics.push_back(
          {error ? DiagnosticSeverity::kError : DiagnosticSeverity::kWarning, action.where,
           error ? "unsupported" : "no-effect",
           std::string(def->name) + ": " + std::string(def->summary)});
      return;
    }
    default:
      def->apply(action, target);
  }
}

}  // namespace

std::optional<Severity> SeverityOf(std::string_view text) {
  for (size_t i = 0; i < std::size(kSeverities); ++i) {
    const bool number = text.size() == 1 && text[0] == static_cast<char>('0' + i);
    if (number || EqualsIgnoreCase(text, kSeverities[i])) return static_cast<Severity>(i);
  }
  return std::nullopt;
}

std::span<const ActionDef> SecLangActions() { return kActions; }

void ApplyActionList(std::span<const ActionSpec> actions, ActionTarget& target) {
  const size_t before = target.diagnostics.size();
  for (const ActionSpec& action : actions) {
    ApplyOne(action, target);
    if (target.diagnostics.size() - before > kMostFindings) return;
  }
}

}  // namespace rasp
