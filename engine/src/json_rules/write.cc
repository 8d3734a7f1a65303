// SPDX-License-Identifier: Apache-2.0
#include "json_rules/write.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/ascii.h"
#include "core/quoted.h"

namespace rasp {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kMaxId = 4294967295;

// Why a rule cannot be written.
using Reason = std::string;

bool IsUtf8(const std::string& text) {
  // dump() is strict, and says so by throwing: the other way is to let it mark what is not UTF-8.
  const std::string marked =
      nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::ignore);
  return nlohmann::json::parse(marked, nullptr, false) == nlohmann::json(text);
}

bool Same(const TargetSpec& a, const TargetSpec& b) {
  return a.variable == b.variable && a.selector == b.selector &&
         a.selector_is_regex == b.selector_is_regex && a.count == b.count && a.exclude == b.exclude;
}

// The target as text; "" if no text stands for it.
std::string TargetText(const TargetSpec& target) {
  const std::string start = (target.exclude ? "!" : target.count ? "&" : "") + target.variable;
  if (target.selector.empty()) return start;
  const std::string selector =
      target.selector_is_regex ? "/" + target.selector + "/" : target.selector;
  for (const std::string& text : {start + ":" + selector, start + ":'" + selector + "'"}) {
    const Result<TargetSpec> parsed = ParseTarget(text, {});
    if (parsed && Same(*parsed, target)) return text;
  }
  return "";
}

Json ConditionJson(const ConditionSpec& condition) {
  Json out = Json::object();
  if (condition.kind == ConditionSpec::Kind::kOperator) {
    out[condition.operator_name] =
        condition.argument.empty() ? Json(true) : Json(condition.argument);
  } else {
    Json children = Json::array();
    for (const ConditionSpec& child : condition.children) children.push_back(ConditionJson(child));
    out[condition.kind == ConditionSpec::Kind::kAll ? "all" : "any"] = std::move(children);
  }
  if (condition.negated) out["not"] = true;
  return out;
}

// Appends the link's part of a rule or of an entry of "chain".
Reason WriteLink(const LinkSpec& link, Json& out) {
  Json targets = Json::array();
  for (const TargetSpec& target : link.targets) {
    std::string text = TargetText(target);
    if (text.empty()) return "the target " + Quoted(target.variable) + " cannot be written as text";
    targets.push_back(std::move(text));
  }
  // SecAction looks at nothing; what always has one value will do.
  if (targets.empty()) targets.push_back("REQUEST_METHOD");
  if (!link.xml_namespaces.empty()) return "JSON rules have no XML namespaces (xmlns)";
  out["targets"] = std::move(targets);
  if (!link.transforms.empty()) {
    Json names = Json::array();
    for (const NameSpec& transform : link.transforms) names.push_back(transform.name);
    out["transforms"] = std::move(names);
  }
  if (link.multi_match) out["multi_match"] = true;
  if (link.capture) out["capture"] = true;
  out["operator"] = ConditionJson(link.condition);
  for (const ActionSpec& action : link.actions) {
    const char* const key = EqualsIgnoreCase(action.name, "setvar") ? "set"
                            : EqualsIgnoreCase(action.name, "ctl")  ? "ctl"
                                                                    : nullptr;
    if (key == nullptr) return "JSON rules have no action " + Quoted(action.name);
    out[key].push_back(action.argument);
  }
  return "";
}

Reason WriteAction(const RuleSpec& rule, Json& out) {
  constexpr std::string_view kActions[] = {"score", "block", "log", "allow", "redirect", "drop"};
  if (rule.skip > 0 || !rule.skip_after.empty())
    return "JSON rules skip no others (skip, skipAfter)";
  if (rule.disposition == DispositionSpec::kAllow && rule.allow_scope != AllowScope::kTransaction) {
    return "JSON rules allow the whole transaction or nothing of it";
  }
  if (rule.disposition == DispositionSpec::kBlock && rule.status < 400) {
    return "a JSON rule blocks with 400 to 599";
  }
  out["action"] = kActions[static_cast<size_t>(rule.disposition)];
  if (rule.disposition == DispositionSpec::kScore && rule.score) out["score"] = *rule.score;
  if (rule.disposition == DispositionSpec::kBlock) out["status"] = rule.status;
  if (rule.disposition == DispositionSpec::kRedirect) {
    if (rule.redirect_to.find("%{") != std::string::npos)
      return "a JSON rule redirects to a fixed address, without macros";
    out["status"] = rule.status;
    out["redirect_to"] = rule.redirect_to;
  }
  return "";
}

bool IsTag(const std::string& text) {
  return !text.empty() && (IsAlpha(text[0]) || IsDigit(text[0])) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return IsAlpha(c) || IsDigit(c) ||
                  std::string_view("._/:-").find(c) != std::string_view::npos;
         });
}

// Every text of the value, the names of its members included, is UTF-8.
bool AllUtf8(const Json& value) {
  if (value.is_string()) return IsUtf8(value.get_ref<const std::string&>());
  if (!value.is_structured()) return true;
  for (const auto& [key, member] : value.items()) {
    if ((value.is_object() && !IsUtf8(key)) || !AllUtf8(member)) return false;
  }
  return true;
}

class Writer {
 public:
  explicit Writer(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void Add(const RulesetSpec& ruleset) {
    if (!(ruleset.settings == EngineSettings{})) {
      Say(DiagnosticSeverity::kWarning, {ruleset.file, 0, 0, ""}, "settings-left-out",
          "directives such as SecRuleEngine are the location's business: rasp, rasp_limits, "
          "rasp_log");
    }
    for (const RuleSpec& rule : ruleset.rules) {
      if (!rule.removed) AddRule(rule);
    }
  }

  Json TakeRules() { return std::move(rules_); }

 private:
  void Say(DiagnosticSeverity severity, const SourceLocation& where, std::string code,
           std::string text) {
    diagnostics_.push_back({severity, where, std::move(code), std::move(text)});
  }

  void AddRule(const RuleSpec& rule) {
    Json out = Json::object();
    Reason reason = WriteRule(rule, out);
    if (reason.empty() && !AllUtf8(out)) reason = "it holds bytes that are not UTF-8";
    if (reason.empty()) {
      rules_.push_back(std::move(out));
      return;
    }
    Say(DiagnosticSeverity::kError, rule.where, "rule-left-out",
        "rule " + std::to_string(rule.id) + " is left out: " + reason);
  }

  Reason WriteRule(const RuleSpec& rule, Json& out) {
    if (rule.id == 0 || rule.id > kMaxId) return "a JSON rule's id is 1 to 4294967295";
    out["id"] = rule.id;
    WriteTexts(rule, out);
    out["phase"] = PhaseName(rule.phase);
    if (Reason reason = WriteLink(rule.links.front(), out); !reason.empty()) return reason;
    for (size_t i = 1; i < rule.links.size(); ++i) {
      Json link = Json::object();
      if (Reason reason = WriteLink(rule.links[i], link); !reason.empty()) return reason;
      out["chain"].push_back(std::move(link));
    }
    if (rule.mode != RuleMode::kEnforce)
      out["mode"] = rule.mode == RuleMode::kOff ? "off" : "shadow";
    return WriteAction(rule, out);
  }

  void WriteTexts(const RuleSpec& rule, Json& out) {
    std::string name = rule.name.empty() ? "rule " + std::to_string(rule.id) : rule.name;
    std::replace(name.begin(), name.end(), '\n', ' ');
    if (!rule.message.empty() && rule.message != name) {
      out["name"] = std::move(name);
      out["message"] = rule.message;
    } else {
      out["name"] = std::move(name);
    }
    if (!rule.log_data.empty()) out["log_data"] = rule.log_data;
    out["severity"] = SeverityName(rule.severity);
    WriteLists(rule, out);
    if (!rule.logged && rule.disposition == DispositionSpec::kPass) {
      Say(DiagnosticSeverity::kWarning, rule.where, "logs-now",
          "rule " + std::to_string(rule.id) + " is silent (nolog); the JSON rule is logged");
    }
  }

  void WriteLists(const RuleSpec& rule, Json& out) {
    if (!rule.owasp.empty()) out["owasp"] = rule.owasp;
    if (!rule.cwe.empty()) out["cwe"] = rule.cwe;
    if (!rule.capec.empty()) out["capec"] = rule.capec;
    for (const std::string& tag : rule.tags) {
      if (IsTag(tag)) {
        out["tags"].push_back(tag);
      } else {
        Say(DiagnosticSeverity::kWarning, rule.where, "tag-left-out",
            "rule " + std::to_string(rule.id) + ": " + Quoted(tag) + " is no tag in JSON rules");
      }
    }
  }

  Diagnostics& diagnostics_;
  Json rules_ = Json::array();
};

}  // namespace

std::string WriteJsonRuleset(const std::string& name, std::span<const RulesetSpec> rulesets,
                             Diagnostics& diagnostics) {
  Writer writer(diagnostics);
  for (const RulesetSpec& ruleset : rulesets) writer.Add(ruleset);
  Json out = Json::object();
  out["ruleset"] = name;
  out["version"] = "1.0.0";
  out["rules"] = writer.TakeRules();
  return out.dump(2) + "\n";
}

}  // namespace rasp
