// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "compile/resolver.h"
#include "compile/rule_selection.h"
#include "compile/suggest.h"
#include "compile/unquoted.h"
#include "core/ascii.h"
#include "rasp/reference.h"

namespace rasp {
namespace {

enum class Value : uint8_t {
  kRuleById,
  kRuleByTag,
  kRuleByMessage,
  kMode,
  kOnOff,
  kProcessor,
  kBytes,
  kXmlArguments,
  kAuditEngine,
  kAuditParts,
  kIgnored,
};

// When the option can still change anything.
enum class Until : uint8_t { kAlways, kRequestBody, kResponseBody };

struct CtlRow {
  std::string_view name;
  std::string_view summary;
  ActionKind kind;
  Value value;
  Until until = Until::kAlways;
};
constexpr CtlRow kCtls[] = {
    {"ruleRemoveById", "Turns rules off for the rest of this request: ids and ranges",
     ActionKind::kRemoveRules, Value::kRuleById},
    {"ruleRemoveByTag", "The same for rules with a tag", ActionKind::kRemoveRules,
     Value::kRuleByTag},
    {"ruleRemoveByMsg", "The same for rules with a message", ActionKind::kRemoveRules,
     Value::kRuleByMessage},
    {"ruleRemoveTargetById", "Rules look there no longer in this request: ID;TARGET",
     ActionKind::kRemoveTargets, Value::kRuleById},
    {"ruleRemoveTargetByTag", "The same for rules with a tag: TAG;TARGET",
     ActionKind::kRemoveTargets, Value::kRuleByTag},
    {"ruleRemoveTargetByMsg", "The same for rules with a message: MESSAGE;TARGET",
     ActionKind::kRemoveTargets, Value::kRuleByMessage},
    {"ruleEngine",
     "On, Off or DetectionOnly for the rest of this request; never more than the location's mode",
     ActionKind::kRuleEngine, Value::kMode},
    {"forceRequestBodyVariable", "On: REQUEST_BODY holds the body, whatever its type",
     ActionKind::kForceRequestBodyVariable, Value::kOnOff, Until::kRequestBody},
    {"requestBodyProcessor", "What the body is parsed as: URLENCODED, MULTIPART, JSON or XML",
     ActionKind::kRequestBodyProcessor, Value::kProcessor, Until::kRequestBody},
    {"requestBodyAccess", "Whether the request's body is looked at", ActionKind::kRequestBodyAccess,
     Value::kOnOff, Until::kRequestBody},
    {"requestBodyLimit", "How many bytes of body are taken", ActionKind::kRequestBodyLimit,
     Value::kBytes, Until::kRequestBody},
    {"responseBodyAccess", "Whether the response's body is looked at",
     ActionKind::kResponseBodyAccess, Value::kOnOff, Until::kResponseBody},
    {"responseBodyLimit", "How many bytes of it are held back", ActionKind::kResponseBodyLimit,
     Value::kBytes, Until::kResponseBody},
    {"parseXmlIntoArgs", "Whether XML's texts become arguments: On, Off or OnlyArgs",
     ActionKind::kXmlArguments, Value::kXmlArguments, Until::kRequestBody},
    {"auditEngine", "Whether this request goes to the audit log: On, Off or RelevantOnly",
     ActionKind::kAuditEngine, Value::kAuditEngine},
    {"auditLogParts", "Parts of its record: +E, -C, or all of them", ActionKind::kAuditLogParts,
     Value::kAuditParts},
    {"debugLogLevel", "Nothing: there is no debug log", ActionKind::kAuditLogParts,
     Value::kIgnored},
    {"hashEngine", "Nothing: there is no hash engine", ActionKind::kAuditLogParts, Value::kIgnored},
    {"hashEnforcement", "Nothing: there is no hash engine", ActionKind::kAuditLogParts,
     Value::kIgnored},
};

template <typename T>
struct Word {
  std::string_view name;
  T value;
};
constexpr Word<Mode> kModes[] = {
    {"On", Mode::kBlock}, {"DetectionOnly", Mode::kDetect}, {"Off", Mode::kOff}};
constexpr Word<bool> kOnOff[] = {{"On", true}, {"Off", false}};
constexpr Word<BodyKind> kProcessors[] = {{"URLENCODED", BodyKind::kUrlEncoded},
                                          {"MULTIPART", BodyKind::kMultipart},
                                          {"JSON", BodyKind::kJson},
                                          {"XML", BodyKind::kXml}};
constexpr Word<XmlArguments> kXmlArguments[] = {
    {"On", XmlArguments::kOn}, {"Off", XmlArguments::kOff}, {"OnlyArgs", XmlArguments::kOnly}};
constexpr Word<AuditEngine> kAuditEngines[] = {{"On", AuditEngine::kOn},
                                               {"Off", AuditEngine::kOff},
                                               {"RelevantOnly", AuditEngine::kRelevantOnly}};

// Puts the value that `name` stands for into `out`; "" or the words that there are.
template <typename Table, typename T>
std::string Choose(const Table& table, std::string_view name, T& out) {
  std::string words;
  for (const auto& word : table) {
    if (EqualsIgnoreCase(word.name, name)) {
      out = word.value;
      return "";
    }
    if (!words.empty()) words += &word == std::end(table) - 1 ? " or " : ", ";
    words += word.name;
  }
  return words;
}

const CtlRow* FindCtl(std::string_view name) {
  for (const CtlRow& row : kCtls) {
    if (EqualsIgnoreCase(row.name, name)) return &row;
  }
  return nullptr;
}

bool AreAuditParts(std::string_view text) {
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  for (const char c : text) {
    if (ToLower(c) < 'a' || ToLower(c) > 'z') return false;
  }
  return !text.empty();
}

// Reads the value; "" or what it should have been.
std::string ReadValue(const CtlRow& row, std::string_view value, Action& action) {
  switch (row.value) {
    case Value::kMode:
      return Choose(kModes, value, action.mode);
    case Value::kOnOff:
      return Choose(kOnOff, value, action.on);
    case Value::kProcessor:
      return Choose(kProcessors, value, action.body_kind);
    case Value::kXmlArguments:
      return Choose(kXmlArguments, value, action.xml_arguments);
    case Value::kAuditEngine:
      return Choose(kAuditEngines, value, action.audit_engine);
    case Value::kAuditParts:
      action.text = value;
      return AreAuditParts(value) ? "" : "parts such as ABHZ, +E or -C";
    case Value::kBytes: {
      const auto [end, error] =
          std::from_chars(value.data(), value.data() + value.size(), action.number);
      const bool fits = error == std::errc() && end == value.data() + value.size();
      return fits ? "" : "a number of bytes";
    }
    default:
      return "";
  }
}

RuleMatcher::By SelectedBy(Value value) {
  return value == Value::kRuleByTag       ? RuleMatcher::By::kTag
         : value == Value::kRuleByMessage ? RuleMatcher::By::kMessage
                                          : RuleMatcher::By::kId;
}

}  // namespace

void Resolver::Ctl(const ActionSpec& spec, Phase phase, Action& action) {
  const std::string_view text = Unquoted(spec.argument);
  const size_t equals = text.find('=');
  const std::string_view name = Trim(text.substr(0, equals));
  const std::string value(equals == std::string_view::npos ? "" : Trim(text.substr(equals + 1)));
  const CtlRow* row = FindCtl(name);
  if (row == nullptr) {
    Error(spec.where, "unknown-ctl",
          "there is no ctl `" + std::string(name) + "`" + DidYouMean(name, NamesOf(kCtls)));
    return;
  }
  action.kind = row->kind;
  if (row->value <= Value::kRuleByMessage)
    return CtlRemove(spec, SelectedBy(row->value), value, action);
  if (row->value == Value::kIgnored) {
    Warn(spec.where, "no-effect",
         "ctl:" + std::string(row->name) + " does nothing here: remove it");
    return;
  }
  const std::string wanted = ReadValue(*row, value, action);
  if (!wanted.empty()) {
    Error(spec.where, "bad-ctl", std::string(row->name) + "=" + value + ": write " + wanted);
    return;
  }
  const bool too_late = (row->until == Until::kRequestBody && phase != Phase::kRequestHeaders) ||
                        (row->until == Until::kResponseBody && phase > Phase::kResponseHeaders);
  if (too_late) {
    const bool request = row->until == Until::kRequestBody;
    Ineffective(
        spec.where, "ctl-too-late",
        std::string(row->name) + " has no effect after phase " +
            std::string(PhaseName(request ? Phase::kRequestHeaders : Phase::kResponseHeaders)) +
            ": the body is read by then");
  }
}

void Resolver::CtlRemove(const ActionSpec& spec, RuleMatcher::By by, const std::string& value,
                         Action& action) {
  const size_t semicolon = value.find(';');
  const bool with_target = action.kind == ActionKind::kRemoveTargets;
  if (with_target != (semicolon != std::string::npos)) {
    Error(spec.where, "bad-ctl",
          with_target ? "`" + spec.argument + "` names no target: write RULE;TARGET"
                      : "`" + spec.argument +
                            "` names a target: use ruleRemoveTargetById or ruleRemoveTargetByTag");
    return;
  }
  const std::string_view which = std::string_view(value).substr(0, semicolon);
  const Result<RuleMatcher> matcher = RuleMatcher::Make(by, which);
  if (!matcher) {
    Error(spec.where, "unknown-rule", "`" + spec.argument + "`: " + matcher.error());
    return;
  }
  action.rules = SelectRules(rules_, *matcher);
  if (action.rules.empty()) {
    const std::string text = "`" + spec.argument + "`: " + matcher->NotFound();
    format_ == RulesetFormat::kJson ? Error(spec.where, "unknown-rule", text)
                                    : Note(spec.where, "unknown-rule", text);
  }
  if (!with_target) return;
  Result<Exclusion> exclusion = MakeExclusion(value.substr(semicolon + 1), spec.where);
  if (!exclusion) {
    Error(spec.where, "bad-ctl", "`" + spec.argument + "`: " + exclusion.error());
    return;
  }
  action.exclusion = *std::move(exclusion);
}

std::vector<ReferenceEntry> CtlReference() {
  std::vector<ReferenceEntry> entries;
  for (const CtlRow& row : kCtls) entries.push_back({row.name, row.summary});
  return entries;
}

}  // namespace rasp
