// SPDX-License-Identifier: Apache-2.0
#include "logic/operators.h"

#include <algorithm>
#include <array>

#include "core/ascii.h"
#include "core/quoted.h"
#include "logic_rules/positive_loaders.h"
#include "logic_rules/rule_reader.h"

namespace rasp {
namespace {

using Operator = std::unique_ptr<const LogicOperator>;
using Kind = JsonNode::Kind;

constexpr int64_t kLongestUs = 90 * kDayUs;

Operator LoadCount(RuleReader& reader, const JsonNode& argument) {
  auto op = std::make_unique<CountOperator>();
  bool answered = false;
  if (!reader.MainEvent(argument, &answered)) return nullptr;
  op->window_us = reader.RequiredDuration("over", kSecondUs, kLongestUs).value_or(kSecondUs);
  op->limit = reader.RequiredNumber("limit", 0, 1'000'000'000).value_or(0);
  if (const JsonNode* weight = reader.Find("weight")) {
    op->weight = reader.Place(*weight);
    op->weight_answered = op->weight && op->weight->def->stage >= LogicStage::kResponseHeaders;
  }
  reader.Number("most_weight", 1, 1'000'000'000, op->most_weight);
  op->reserve = answered;
  reader.rule.record = RecordKind::kWindow;
  reader.rule.window_us = op->window_us;
  reader.rule.limit = op->limit;
  return op;
}

Operator LoadDistinct(RuleReader& reader, const JsonNode& argument) {
  auto op = std::make_unique<DistinctOperator>();
  std::optional<Locator> place = reader.Place(argument);
  bool answered = false;
  if (!reader.OnEvent(&answered) || !place) return nullptr;
  op->answered = answered || place->def->stage >= LogicStage::kResponseHeaders;
  op->place = *std::move(place);
  op->window_us = reader.RequiredDuration("over", kSecondUs, kLongestUs).value_or(kSecondUs);
  op->limit = reader.RequiredNumber("limit", 1, 1'000'000).value_or(1);
  while ((op->limit >> op->sample_shift) > kDistinctReach) ++op->sample_shift;
  reader.rule.record = RecordKind::kDistinct;
  reader.rule.window_us = op->window_us;
  reader.rule.limit = op->limit;
  return op;
}

void ReadStatus(RuleReader& reader, std::string_view member, uint16_t& out) {
  uint32_t status = out;
  reader.Number(member, 400, 599, status);
  out = static_cast<uint16_t>(status);
}

Operator LoadOnce(RuleReader& reader, const JsonNode& argument) {
  auto op = std::make_unique<OnceOperator>();
  const std::optional<std::string> text = reader.json.NonEmpty(argument);
  if (!text || !reader.OnEvent()) return nullptr;
  if (*text == "request") {
    reader.Reach(LogicStage::kRequestBody);
  } else {
    op->nonce = reader.Place(argument);
    if (!op->nonce) return nullptr;
    if (op->nonce->def->stage >= LogicStage::kResponseHeaders) {
      reader.json.Error(argument, "bad-place",
                        "a nonce comes with the request: " + Quoted(*text) + " is of the response");
      return nullptr;
    }
  }
  op->ttl_us = reader.RequiredDuration("ttl", kSecondUs, kLongestUs).value_or(kSecondUs);
  if (const JsonNode* busy = reader.Find("busy_for"))
    op->busy_us = reader.Duration(*busy, kSecondUs, kHourUs).value_or(op->busy_us);
  ReadStatus(reader, "missing", op->missing);
  ReadStatus(reader, "busy", op->busy);
  ReadStatus(reader, "used", op->used);
  ReadStatus(reader, "mismatch", op->mismatch);
  if (op->mismatch != 0) reader.Reach(LogicStage::kRequestBody);
  if (const JsonNode* used_by = reader.Find("used_by")) op->used_by = reader.Event(*used_by);
  return op;
}

Operator LoadInFlight(RuleReader& reader, const JsonNode& argument) {
  auto op = std::make_unique<InFlightOperator>();
  bool answered = false;
  if (!reader.MainEvent(argument, &answered)) return nullptr;
  if (answered) {
    reader.json.Error(argument, "bad-event",
                      "\"in_flight\" goes on a request: this event hangs on the response");
    return nullptr;
  }
  reader.Number("limit", 1, kMostLeases, op->limit);
  if (const JsonNode* lasts = reader.Find("for"))
    op->ttl_us = reader.Duration(*lasts, kSecondUs, kHourUs).value_or(op->ttl_us);
  reader.rule.record = RecordKind::kLeases;
  reader.rule.limit = op->limit;
  return op;
}

uint16_t CodeOf(std::string_view name) {
  const uint32_t hash = HashIgnoringCase(name);
  const auto code = static_cast<uint16_t>(hash ^ hash >> 16);
  return code == 0 || code == FlowOperator::kEndOfFlow ? uint16_t{1} : code;
}

Operator LoadFlow(RuleReader& reader, const JsonNode& argument) {
  auto op = std::make_unique<FlowOperator>();
  for (const JsonNode* item : reader.json.Items(argument, 2)) {
    FlowOperator::StepDef step;
    const std::optional<uint32_t> event = reader.Event(*item, &step.answered);
    if (!event) return nullptr;
    step.event = *event;
    step.code = CodeOf(item->text);
    for (const FlowOperator::StepDef& other : op->steps) {
      if (other.code == step.code)
        reader.json.Error(*item, "duplicate-step", "this step is there already: name each once");
    }
    op->steps.push_back(step);
  }
  if (op->steps.size() < 2 || op->steps.size() > kKeptSteps) {
    reader.json.Error(argument, "bad-value",
                      "a flow has 2 to " + std::to_string(kKeptSteps) + " steps");
    return nullptr;
  }
  reader.rule.event = op->steps.front().event;
  reader.has_event = true;
  op->within_us = reader.RequiredDuration("within", kSecondUs, 20 * kDayUs).value_or(kSecondUs);
  if (const JsonNode* gap = reader.Find("min_gap"))
    op->min_gap_us = reader.Duration(*gap, kMillisecondUs, kHourUs).value_or(0);
  reader.Flag("consume", op->consume);
  if (const JsonNode* unknown = reader.Find("unknown")) {
    constexpr std::string_view kWords[] = {"act", "pass"};
    op->pass_unknown = reader.json.OneOf(*unknown, kWords).value_or(0) == 1;
  }
  reader.rule.record = RecordKind::kSteps;
  if (!reader.NeedsKey()) return nullptr;
  return op;
}

Operator LoadMemo(RuleReader& reader, const JsonNode& argument) {
  constexpr std::string_view kWords[] = {"set", "has", "lacks", "changed", "travel", "younger"};
  using What = MemoOperator::What;
  auto op = std::make_unique<MemoOperator>();
  const std::optional<size_t> what = reader.json.OneOf(argument, kWords);
  if (!what || !reader.OnEvent(&op->answered) || !reader.NeedsKey()) return nullptr;
  op->what = static_cast<What>(*what);
  if (op->what == What::kSet || op->what == What::kHas || op->what == What::kLacks) {
    const JsonNode* const label = reader.Require("label");
    op->label = label == nullptr ? "" : reader.json.NonEmpty(*label).value_or("");
    reader.rule.label = op->label;
  }
  if (op->what == What::kChanged || op->what == What::kTravel || op->what == What::kYounger)
    reader.rule.record = RecordKind::kMemo;
  op->for_us = 30 * kDayUs;
  const bool needs_for = op->what == What::kSet || op->what == What::kYounger;
  if (const JsonNode* lasts = needs_for ? reader.Require("for") : reader.Find("for"))
    op->for_us = reader.Duration(*lasts, kSecondUs, kLongestUs).value_or(op->for_us);
  if (const JsonNode* as = reader.Find("as")) {
    op->as = reader.Place(*as);
    op->answered |= op->as && op->as->def->stage >= LogicStage::kResponseHeaders;
  }
  if (op->what == What::kChanged) {
    const JsonNode* const watch = reader.Require("watch");
    if (watch == nullptr) return nullptr;
    for (const JsonNode* item : reader.json.Items(*watch, 1)) {
      constexpr std::string_view kParts[] = {"network", "agent"};
      const std::optional<size_t> part = reader.json.OneOf(*item, kParts);
      if (part) (*part == 0 ? op->network : op->agent) = true;
    }
  }
  if (op->what == What::kTravel)
    op->limit_kmh = reader.RequiredNumber("limit_kmh", 100, 100'000).value_or(1000);
  return op;
}

constexpr std::string_view kCountMembers[] = {"over", "limit", "weight", "most_weight"};
constexpr std::string_view kDistinctMembers[] = {"on", "over", "limit"};
constexpr std::string_view kOnceMembers[] = {"on",   "ttl",  "busy_for", "missing",
                                             "busy", "used", "mismatch", "used_by"};
constexpr std::string_view kInFlightMembers[] = {"limit", "for"};
constexpr std::string_view kFlowMembers[] = {"within", "min_gap", "consume", "unknown"};
constexpr std::string_view kMemoMembers[] = {"on", "label", "for", "as", "watch", "limit_kmh"};

constexpr OperatorLoader kOperators[] = {
    {"count", kCountMembers, LoadCount},    {"distinct", kDistinctMembers, LoadDistinct},
    {"once", kOnceMembers, LoadOnce},       {"in_flight", kInFlightMembers, LoadInFlight},
    {"flow", kFlowMembers, LoadFlow},       {"memo", kMemoMembers, LoadMemo},
    {"schema", kSchemaMembers, LoadSchema}, {"seal", kSealMembers, LoadSeal},
    {"served", kServedMembers, LoadServed},
};

// What rules of several operators go by.
constexpr ExtensionLoader kExtensions[] = {
    {"jwt", LoadJwt},
    {"schemas", LoadSchemas},
    {"seal", LoadSealKeys},
};

}  // namespace

std::span<const OperatorLoader> OperatorLoaders() { return kOperators; }

std::span<const ExtensionLoader> ExtensionLoaders() { return kExtensions; }

}  // namespace rasp
