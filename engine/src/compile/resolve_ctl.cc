// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "compile/resolver.h"
#include "compile/rule_selection.h"
#include "compile/suggest.h"
#include "compile/unquoted.h"
#include "core/ascii.h"

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
  ActionKind kind;
  Value value;
  Until until = Until::kAlways;
};
constexpr CtlRow kCtls[] = {
    {"ruleRemoveById", ActionKind::kRemoveRules, Value::kRuleById},
    {"ruleRemoveByTag", ActionKind::kRemoveRules, Value::kRuleByTag},
    {"ruleRemoveByMsg", ActionKind::kRemoveRules, Value::kRuleByMessage},
    {"ruleRemoveTargetById", ActionKind::kRemoveTargets, Value::kRuleById},
    {"ruleRemoveTargetByTag", ActionKind::kRemoveTargets, Value::kRuleByTag},
    {"ruleRemoveTargetByMsg", ActionKind::kRemoveTargets, Value::kRuleByMessage},
    {"ruleEngine", ActionKind::kRuleEngine, Value::kMode},
    {"forceRequestBodyVariable", ActionKind::kForceRequestBodyVariable, Value::kOnOff,
     Until::kRequestBody},
    {"requestBodyProcessor", ActionKind::kRequestBodyProcessor, Value::kProcessor,
     Until::kRequestBody},
    {"requestBodyAccess", ActionKind::kRequestBodyAccess, Value::kOnOff, Until::kRequestBody},
    {"requestBodyLimit", ActionKind::kRequestBodyLimit, Value::kBytes, Until::kRequestBody},
    {"responseBodyAccess", ActionKind::kResponseBodyAccess, Value::kOnOff, Until::kResponseBody},
    {"responseBodyLimit", ActionKind::kResponseBodyLimit, Value::kBytes, Until::kResponseBody},
    {"parseXmlIntoArgs", ActionKind::kXmlArguments, Value::kXmlArguments, Until::kRequestBody},
    {"auditEngine", ActionKind::kAuditEngine, Value::kAuditEngine},
    {"auditLogParts", ActionKind::kAuditLogParts, Value::kAuditParts},
    {"debugLogLevel", ActionKind::kAuditLogParts, Value::kIgnored},
    {"hashEngine", ActionKind::kAuditLogParts, Value::kIgnored},
    {"hashEnforcement", ActionKind::kAuditLogParts, Value::kIgnored},
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

}  // namespace rasp
