// SPDX-License-Identifier: Apache-2.0
#include "json_rules/load.h"

#include "core/ascii.h"
#include "json_rules/condition.h"
#include "json_rules/example.h"
#include "json_rules/reader.h"

namespace rasp {
namespace {

using Kind = JsonNode::Kind;

constexpr int64_t kMaxId = 4294967295;
constexpr int64_t kMaxScore = 1000;

// What of a rule cannot be written into the RuleSpec at once.
struct RuleDraft {
  RuleSpec rule;
  bool has_status = false;
};

// ---- Words that stand for values; in the order of the enumerations.

constexpr std::string_view kSeverities[] = {"emergency", "alert",  "critical", "error",
                                            "warning",   "notice", "info",     "debug"};
constexpr std::string_view kPhases[] = {"request_headers", "request_body", "response_headers",
                                        "response_body", "logging"};
constexpr std::string_view kModes[] = {"off", "shadow", "enforce"};
constexpr std::string_view kActions[] = {"score", "block", "log", "allow", "redirect", "drop"};

template <typename Enum>
void ReadWord(JsonReader& reader, const JsonNode& node, std::span<const std::string_view> words,
              Enum& out, size_t first = 0) {
  if (const auto index = reader.OneOf(node, words)) out = static_cast<Enum>(*index + first);
}

// ---- Names that must have a form

bool IsWordChar(char c) { return IsAlpha(c) || IsDigit(c); }

// "sql-injection"
bool IsRulesetName(std::string_view text) {
  for (const char c : text) {
    if (!IsDigit(c) && c != '-' && (!IsAlpha(c) || ToLower(c) != c)) return false;
  }
  return !text.empty() && text.front() != '-';
}

std::string_view TakeDigits(std::string_view& text) {
  size_t count = 0;
  while (count < text.size() && IsDigit(text[count])) ++count;
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

// "1.4.0", "2.0.0-rc.1"
bool IsVersion(std::string_view text) {
  for (int part = 0; part < 3; ++part) {
    if (part > 0 && (text.empty() || text.front() != '.')) return false;
    if (part > 0) text.remove_prefix(1);
    if (TakeDigits(text).empty()) return false;
  }
  if (text.empty()) return true;
  if (text.front() != '-' || text.size() < 2) return false;
  for (const char c : text.substr(1)) {
    if (!IsWordChar(c) && c != '.' && c != '-') return false;
  }
  return true;
}

// "A05:2025", "API1:2023", "BLA3:2025", "OAT-004"
bool IsOwaspId(std::string_view text) {
  size_t letters = 0;
  while (letters < text.size() && text[letters] >= 'A' && text[letters] <= 'Z') ++letters;
  if (letters == 0 || letters > 4) return false;
  text.remove_prefix(letters);
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  const size_t number = TakeDigits(text).size();
  if (number == 0 || number > 3) return false;
  if (text.empty()) return true;
  if (text.front() != ':') return false;
  text.remove_prefix(1);
  return TakeDigits(text).size() == 4 && text.empty();
}

// "attack-sqli", "OWASP_CRS/ATTACK-SQLI"
bool IsTag(std::string_view text) {
  for (const char c : text) {
    if (!IsWordChar(c) && std::string_view("._/:-").find(c) == std::string_view::npos) return false;
  }
  return !text.empty() && IsWordChar(text.front());
}

// ---- Links: what a rule and a link of its chain have in common

void ReadTargets(JsonReader& reader, const JsonNode& node, LinkSpec& out) {
  bool looks_somewhere = false;
  bool complete = true;
  for (const JsonNode* item : reader.Items(node)) {
    const std::optional<std::string> text = reader.Text(*item);
    Result<TargetSpec> target =
        text ? ParseTarget(*text, reader.At(*item)) : Result<TargetSpec>::Failure("");
    if (target) {
      looks_somewhere |= !target->exclude;
      out.targets.push_back(*std::move(target));
      continue;
    }
    complete = false;
    if (text) reader.Error(*item, "bad-target", target.error());
  }
  if (node.Is(Kind::kArray) && complete && !looks_somewhere) {
    reader.Error(node, "bad-target", "nothing to look at: name a variable, such as \"ARGS\"");
  }
}

void ReadTransforms(JsonReader& reader, const JsonNode& node, LinkSpec& out) {
  for (const JsonNode* item : reader.Items(node)) {
    if (auto name = reader.NonEmpty(*item)) {
      out.transforms.push_back({*std::move(name), reader.At(*item)});
    }
  }
}

void ReadCapture(JsonReader& reader, const JsonNode& node, LinkSpec& out) {
  out.capture = reader.Bool(node).value_or(false);
}

void ReadMultiMatch(JsonReader& reader, const JsonNode& node, LinkSpec& out) {
  out.multi_match = reader.Bool(node).value_or(false);
}

void ReadActions(JsonReader& reader, const JsonNode& node, const std::string& name, LinkSpec& out) {
  for (const JsonNode* item : reader.Items(node)) {
    if (auto argument = reader.NonEmpty(*item)) {
      out.actions.push_back({name, *std::move(argument), reader.At(*item)});
    }
  }
}

void ReadSet(JsonReader& reader, const JsonNode& node, LinkSpec& out) {
  ReadActions(reader, node, "setvar", out);
}

void ReadCtl(JsonReader& reader, const JsonNode& node, LinkSpec& out) {
  ReadActions(reader, node, "ctl", out);
}

constexpr JsonField<LinkSpec> kLinkFields[] = {
    {"targets", ReadTargets, true},
    {"transforms", ReadTransforms},
    {"multi_match", ReadMultiMatch},
    {"capture", ReadCapture},
    {"operator", nullptr},  // these four are read together: ReadLinkCondition
    {"any", nullptr},
    {"all", nullptr},
    {"not", nullptr},
    {"set", ReadSet},
    {"ctl", ReadCtl},
};

void ReadChain(JsonReader& reader, const JsonNode& node, RuleDraft& out) {
  for (const JsonNode* item : reader.Items(node, 1)) {
    LinkSpec& link = out.rule.links.emplace_back();
    link.where = reader.At(*item);
    ReadFields<LinkSpec>(reader, *item, kLinkFields, link);
    if (item->Is(Kind::kObject)) ReadLinkCondition(reader, *item, link.condition);
  }
}

// ---- Rules

template <void (*Read)(JsonReader&, const JsonNode&, LinkSpec&)>
void OfRule(JsonReader& reader, const JsonNode& node, RuleDraft& out) {
  Read(reader, node, out.rule.links.front());
}

template <auto Member>
void ReadNonEmpty(JsonReader& reader, const JsonNode& node, RuleDraft& out) {
  out.rule.*Member = reader.NonEmpty(node).value_or("");
}

void ReadId(JsonReader& reader, const JsonNode& node, RuleDraft& out) {
  out.rule.id = static_cast<uint64_t>(reader.Integer(node, 1, kMaxId).value_or(0));
}

void ReadName(JsonReader& reader, const JsonNode& node, RuleDraft& out) {
  out.rule.name = reader.NonEmpty(node).value_or("");
  if (out.rule.name.find('\n') != std::string::npos) {
    reader.Error(node, "bad-value",
                 "a line break: a name is one line, details go into \"message\"");
  }
}

void ReadSeverity(JsonReader& reader, const JsonNode& node, RuleDraft& out) {
  ReadWord(reader, node, kSeverities, out.rule.severity);
}

void ReadPhase(JsonReader& reader, const JsonNode& node, RuleDraft& out) {
  ReadWord(reader, node, kPhases, out.rule.phase, static_cast<size_t>(Phase::kRequestHeaders));
}

void ReadMode(JsonReader& reader, const JsonNode& node, RuleDraft& out) {
  ReadWord(reader, node, kModes, out.rule.mode);
}

void ReadAction(JsonReader& reader, const JsonNode& node, RuleDraft& out) {
  ReadWord(reader, node, kActions, out.rule.disposition);
}

void ReadScore(JsonReader& reader, const JsonNode& node, RuleDraft& out) {
  if (const auto score = reader.Integer(node, 0, kMaxScore)) {
    out.rule.score = static_cast<int>(*score);
  }
}

void ReadStatus(JsonReader& reader, const JsonNode& node, RuleDraft& out) {
  const auto status = reader.Integer(node, 300, 599);
  if (!status) return;
  out.rule.status = static_cast<uint16_t>(*status);
  out.has_status = true;
}

void ReadNames(JsonReader& reader, const JsonNode& node, bool (*fits)(std::string_view),
               std::string_view expected, std::vector<std::string>& out) {
  for (const JsonNode* item : reader.Items(node)) {
    std::optional<std::string> text = reader.Text(*item);
    if (!text) continue;
    if (!fits(*text)) {
      reader.Error(*item, "bad-value", "does not look like " + std::string(expected));
    }
    out.push_back(*std::move(text));
  }
}

void ReadOwasp(JsonReader& reader, const JsonNode& node, RuleDraft& out) {
  ReadNames(reader, node, IsOwaspId, "an OWASP category: write it as \"A05:2025\"", out.rule.owasp);
}

void ReadTags(JsonReader& reader, const JsonNode& node, RuleDraft& out) {
  ReadNames(reader, node, IsTag, "a tag: use letters, digits and ._/:-, as in \"attack-sqli\"",
            out.rule.tags);
}

template <auto Member>
void ReadNumbers(JsonReader& reader, const JsonNode& node, RuleDraft& out) {
  for (const JsonNode* item : reader.Items(node)) {
    if (const auto number = reader.Integer(*item, 1, 99999)) {
      (out.rule.*Member).push_back(static_cast<uint32_t>(*number));
    }
  }
}

void ReadExampleList(JsonReader& reader, const JsonNode& list, bool must_match, RuleDraft& out) {
  for (const JsonNode* item : reader.Items(list)) {
    RuleExample& example = out.rule.examples.emplace_back(ReadExample(reader, *item));
    example.must_match = must_match;
  }
}

constexpr JsonField<RuleDraft> kExamplesFields[] = {
    {"match", [](JsonReader& reader, const JsonNode& node,
                 RuleDraft& out) { ReadExampleList(reader, node, true, out); }},
    {"pass", [](JsonReader& reader, const JsonNode& node,
                RuleDraft& out) { ReadExampleList(reader, node, false, out); }},
};

void ReadExamples(JsonReader& reader, const JsonNode& node, RuleDraft& out) {
  ReadFields<RuleDraft>(reader, node, kExamplesFields, out);
}

constexpr JsonField<RuleDraft> kRuleFields[] = {
    {"id", ReadId, true},
    {"name", ReadName, true},
    {"message", ReadNonEmpty<&RuleSpec::message>},
    {"log_data", ReadNonEmpty<&RuleSpec::log_data>},
    {"severity", ReadSeverity, true},
    {"owasp", ReadOwasp},
    {"cwe", ReadNumbers<&RuleSpec::cwe>},
    {"capec", ReadNumbers<&RuleSpec::capec>},
    {"tags", ReadTags},
    {"phase", ReadPhase, true},
    {"targets", OfRule<ReadTargets>, true},
    {"transforms", OfRule<ReadTransforms>},
    {"multi_match", OfRule<ReadMultiMatch>},
    {"capture", OfRule<ReadCapture>},
    {"operator", nullptr},  // these four are read together: ReadLinkCondition
    {"any", nullptr},
    {"all", nullptr},
    {"not", nullptr},
    {"chain", ReadChain},
    {"set", OfRule<ReadSet>},
    {"ctl", OfRule<ReadCtl>},
    {"score", ReadScore},
    {"action", ReadAction},
    {"status", ReadStatus},
    {"redirect_to", ReadNonEmpty<&RuleSpec::redirect_to>},
    {"mode", ReadMode},
    {"examples", ReadExamples},
};

// ---- What fields say together

void CheckStatus(JsonReader& reader, const JsonNode& status, DispositionSpec disposition,
                 int value) {
  if (disposition == DispositionSpec::kBlock) {
    if (value < 400) reader.Error(status, "bad-value", "a block answers 400 to 599");
  } else if (disposition == DispositionSpec::kRedirect) {
    const bool redirects =
        value == 301 || value == 302 || value == 303 || value == 307 || value == 308;
    if (!redirects)
      reader.Error(status, "bad-value", "a redirect answers 301, 302, 303, 307 or 308");
  } else {
    reader.Error(status, "useless-key", "\"status\" goes with action \"block\" or \"redirect\"");
  }
}

void CheckDisposition(JsonReader& reader, const JsonNode& node, RuleDraft& draft) {
  RuleSpec& rule = draft.rule;
  const bool redirects = rule.disposition == DispositionSpec::kRedirect;
  if (redirects && !draft.has_status) rule.status = 302;
  if (draft.has_status) {
    CheckStatus(reader, *node.Find("status"), rule.disposition, rule.status);
  }
  const JsonNode* redirect_to = node.Find("redirect_to");
  if (redirects && redirect_to == nullptr) {
    reader.Error(node, "missing-key", "\"redirect_to\" is missing: action \"redirect\" needs it");
  } else if (!redirects && redirect_to != nullptr) {
    reader.Error(*redirect_to, "useless-key", "\"redirect_to\" goes with action \"redirect\"");
  }
  const JsonNode* score = node.Find("score");
  if (score != nullptr && rule.disposition != DispositionSpec::kScore) {
    reader.Error(*score, "useless-key", "\"score\" goes with action \"score\": remove one of them");
  }
}

void CheckExamples(JsonReader& reader, const JsonNode& node, const RuleSpec& rule) {
  const bool of_response =
      rule.phase == Phase::kResponseHeaders || rule.phase == Phase::kResponseBody;
  const JsonNode* examples = node.Find("examples");
  if (!of_response || examples == nullptr) return;
  for (const std::string_view key : {"match", "pass"}) {
    const JsonNode* list = examples->Find(key);
    if (list == nullptr || !list->Is(Kind::kArray)) continue;
    for (const JsonNode* example : list->children) {
      if (example->Find("response") != nullptr) continue;
      reader.Error(*example, "missing-key",
                   "\"response\" is missing: the rule inspects the response, so say which");
    }
  }
}

struct RulesetDraft {
  RulesetSpec spec;
  bool keep_examples = false;
};

void ReadRule(JsonReader& reader, const JsonNode& node, RulesetDraft& out) {
  RuleDraft draft;
  RuleSpec& rule = draft.rule;
  rule.where = reader.At(node);
  rule.links.emplace_back().where = rule.where;
  ReadFields<RuleDraft>(reader, node, kRuleFields, draft);
  if (!node.Is(Kind::kObject)) return;
  ReadLinkCondition(reader, node, rule.links.front().condition);
  CheckDisposition(reader, node, draft);
  CheckExamples(reader, node, rule);
  for (RuleExample& example : rule.examples) example.rule_id = rule.id;
  if (!out.keep_examples) rule.examples.clear();
  out.spec.rules.push_back(std::move(rule));
}

// ---- The ruleset

void ReadRules(JsonReader& reader, const JsonNode& node, RulesetDraft& out) {
  for (const JsonNode* item : reader.Items(node, 1)) ReadRule(reader, *item, out);
}

void ReadRulesetName(JsonReader& reader, const JsonNode& node, RulesetDraft& out) {
  const std::optional<std::string> text = reader.Text(node);
  if (text && !IsRulesetName(*text)) {
    reader.Error(node, "bad-value", "no ruleset name: use a-z, 0-9 and -, as in \"sql-injection\"");
  }
  out.spec.name = text.value_or("");
}

void ReadVersion(JsonReader& reader, const JsonNode& node, RulesetDraft& out) {
  const std::optional<std::string> text = reader.Text(node);
  if (text && !IsVersion(*text)) {
    reader.Error(node, "bad-value", "no version: write MAJOR.MINOR.PATCH, as in \"1.0.0\"");
  }
  out.spec.version = text.value_or("");
}

void ReadSummary(JsonReader& reader, const JsonNode& node, RulesetDraft& out) {
  out.spec.summary = reader.NonEmpty(node).value_or("");
}

// For editors; which schema a file claims has no effect here.
void ReadSchemaName(JsonReader& reader, const JsonNode& node, RulesetDraft&) {
  static_cast<void>(reader.Text(node));
}

constexpr JsonField<RulesetDraft> kRulesetFields[] = {
    {"$schema", ReadSchemaName}, {"ruleset", ReadRulesetName, true}, {"version", ReadVersion, true},
    {"summary", ReadSummary},    {"rules", ReadRules, true},
};

}  // namespace

RulesetSpec LoadJsonRuleset(std::string_view text, const std::string& file, bool keep_examples,
                            Diagnostics& diagnostics) {
  return LoadJsonRuleset(ParseJsonDocument(text, file, diagnostics), file, keep_examples,
                         diagnostics);
}

RulesetSpec LoadJsonRuleset(const JsonDocument& document, const std::string& file,
                            bool keep_examples, Diagnostics& diagnostics) {
  RulesetDraft draft;
  draft.spec.file = file;
  draft.keep_examples = keep_examples;
  if (document.nodes.empty()) return std::move(draft.spec);
  JsonReader reader(file, diagnostics);
  ReadFields<RulesetDraft>(reader, document.nodes.front(), kRulesetFields, draft);
  return std::move(draft.spec);
}

}  // namespace rasp
