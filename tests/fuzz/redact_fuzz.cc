// SPDX-License-Identifier: Apache-2.0
// Whatever surrounds it, a planted secret does not reach the log, and the log stays JSON of one
// line.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "rasp/audit.h"
#include "rasp/event.h"

namespace {

using namespace rasp;

constexpr std::string_view kCard = " 4111111111111111 ";
constexpr std::string_view kCardMiddle = "11111111111";

void Require(bool holds) {
  if (!holds) std::abort();
}

bool Holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Whether any text in the document holds `part`; the escapes of the JSON itself may spell it by
// chance.
bool AnyTextHolds(const nlohmann::json& document, std::string_view part) {
  const nlohmann::json texts = document.flatten();
  for (const auto& [pointer, value] : texts.items()) {
    if (Holds(pointer, part)) return true;
    if (value.is_string() && Holds(value.get_ref<const std::string&>(), part)) return true;
  }
  return false;
}

void CheckLine(const std::string& line, bool planted) {
  const nlohmann::json document = nlohmann::json::parse(line, nullptr, false);
  Require(!document.is_discarded());
  Require(!Holds(line, "\n"));
  Require(!planted || !AnyTextHolds(document, kCardMiddle));
}

std::string Line(std::string_view target, std::string_view text, uint32_t offset, uint32_t length) {
  RuleInfo rule;
  rule.id = 400001;
  RuleMatch match;
  match.rule = &rule;
  match.target = target;
  match.value = text;
  match.offset = offset;
  match.length = length;
  match.message = text;
  match.log_data = text;
  const HeaderField agent{"User-Agent", text};
  RequestView request;
  request.method = text;
  request.target = text;
  request.host = text;
  request.headers = {&agent, 1};
  Event event;
  event.request = &request;
  event.matches = {&match, 1};
  std::string out;
  AppendEcsJson(event, Observer{}, out);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const uint32_t offset = data[0] * 256u + data[1];
  const uint32_t length = data[2];
  const std::string_view before = input.substr(4, data[3]);
  const std::string_view after = input.substr(4 + before.size());

  const std::string text = std::string(before) + std::string(kCard) + std::string(after);
  // The input may spell it out in a form that is no card number, and the escape \xb1 adds a digit.
  const bool planted = !Holds(input, kCardMiddle.substr(1));
  CheckLine(Line("REQUEST_BODY", text, offset, length), planted);
  CheckLine(Line(text, text, offset, length), planted);

  const std::string secret = "password=" + std::string("tr0ub4dor") + "&" + std::string(after);
  if (!Holds(after, "tr0ub4dor")) {
    Require(!Holds(RedactQuery(secret), "tr0ub4dor"));
    Require(!Holds(RedactValue("session_id", secret), "tr0ub4dor"));
  }
  RedactValue(before, after);
  return 0;
}
