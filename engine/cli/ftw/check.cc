// SPDX-License-Identifier: Apache-2.0
#include "cli/ftw/check.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace rasp::ftw {
namespace {

// The ids in [id "920100"], as ModSecurity's error log has them.
void AddBracketedIds(std::string_view line, std::set<uint64_t>& ids) {
  static constexpr std::string_view kStart = "[id \"";
  for (size_t at = line.find(kStart); at != line.npos; at = line.find(kStart, at + 1)) {
    const char* const first = line.data() + at + kStart.size();
    const char* const end = line.data() + line.size();
    uint64_t id = 0;
    const auto [last, error] = std::from_chars(first, end, id);
    if (error == std::errc() && last != end && *last == '"') ids.insert(id);
  }
}

// rasp.matches of our event log's record; null if the line is none.
nlohmann::json MatchesOf(std::string_view line) {
  if (!line.starts_with('{')) return nullptr;
  const nlohmann::json event = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!event.is_object() || !event.contains("rasp")) return nullptr;
  return event["rasp"].value("matches", nlohmann::json::array());
}

bool AddEventIds(std::string_view line, std::set<uint64_t>& ids) {
  const nlohmann::json matches = MatchesOf(line);
  if (matches.is_null()) return false;
  for (const auto& match : matches) {
    const std::string id = match.value("id", "");
    uint64_t number = 0;
    std::from_chars(id.data(), id.data() + id.size(), number);
    if (number != 0) ids.insert(number);
  }
  return true;
}

bool AnyLine(const std::vector<std::string>& lines, const Regex& regex) {
  return std::any_of(lines.begin(), lines.end(),
                     [&regex](const std::string& line) { return regex.Occurs(line); });
}

std::string Missing(const std::vector<uint64_t>& wanted, const std::set<uint64_t>& ids) {
  std::set<uint64_t> missing;
  for (const uint64_t id : wanted) {
    if (ids.count(id) == 0) missing.insert(id);
  }
  return missing.empty() ? "" : Joined(missing);
}

std::string Present(const std::vector<uint64_t>& unwanted, const std::set<uint64_t>& ids) {
  std::set<uint64_t> present;
  for (const uint64_t id : unwanted) {
    if (ids.count(id) != 0) present.insert(id);
  }
  return present.empty() ? "" : Joined(present);
}

std::string MatchedList(const std::set<uint64_t>& ids) {
  return " (rules that matched: " + (ids.empty() ? "none" : Joined(ids)) + ")";
}

std::string PatternObjection(const Output& expected, const Exchange& exchange) {
  const struct {
    const char* name;
    const std::string& pattern;
    bool must_match;
  } kPatterns[] = {
      {"match_regex", expected.match_regex, true},
      {"no_match_regex", expected.no_match_regex, false},
  };
  for (const auto& [name, pattern, must_match] : kPatterns) {
    if (pattern.empty()) continue;
    const Result<Regex> regex = Regex::Compile(pattern);
    if (!regex) return std::string(name) + ": " + regex.error();
    if (AnyLine(exchange.lines, *regex) == must_match) continue;
    return std::string(name) + ": '" + pattern + "' " +
           (must_match ? "is nowhere in the log" : "is in the log") + MatchedList(exchange.ids);
  }
  return "";
}

std::string AnswerObjection(const Output& expected, const Exchange& exchange) {
  if (expected.expect_error) {
    return exchange.answered
               ? "status: no answer expected, got " + std::to_string(exchange.response.status)
               : "";
  }
  if (!exchange.answered) return "no answer: " + exchange.error;
  if (expected.status != 0 && expected.status != exchange.response.status) {
    return "status: expected " + std::to_string(expected.status) + ", got " +
           std::to_string(exchange.response.status);
  }
  if (expected.response_contains.empty()) return "";
  const Result<Regex> regex = Regex::Compile(expected.response_contains);
  if (!regex) return "response_contains: " + regex.error();
  return regex->Occurs(exchange.response.raw)
             ? ""
             : "response_contains: '" + expected.response_contains + "' is not in the answer";
}

}  // namespace

std::set<uint64_t> LoggedIds(const std::vector<std::string>& lines) {
  std::set<uint64_t> ids;
  for (const std::string& line : lines) {
    if (!AddEventIds(line, ids)) AddBracketedIds(line, ids);
  }
  return ids;
}

void AddModsecurityLines(std::vector<std::string>& lines) {
  const size_t count = lines.size();
  for (size_t i = 0; i < count; ++i) {
    for (const auto& match : MatchesOf(lines[i])) {
      lines.push_back("[id \"" + match.value("id", "") + "\"] [msg \"" +
                      match.value("message", match.value("name", "")) + "\"] [data \"" +
                      match.value("log_data", "") + "\"]");
    }
  }
}

std::string Objection(const Output& expected, const Exchange& exchange) {
  std::string objection = AnswerObjection(expected, exchange);
  // Without an answer there is nothing that a log could tell.
  if (!objection.empty() || expected.expect_error) return objection;
  const std::string missing = Missing(expected.expect_ids, exchange.ids);
  if (!missing.empty()) return "expect_ids: no match of " + missing + MatchedList(exchange.ids);
  if (expected.isolated && exchange.ids.size() != 1) {
    return "isolated: one rule should match" + MatchedList(exchange.ids);
  }
  const std::string present = Present(expected.no_expect_ids, exchange.ids);
  if (!present.empty()) return "no_expect_ids: a match of " + present + MatchedList(exchange.ids);
  return PatternObjection(expected, exchange);
}

std::string Joined(const std::set<uint64_t>& ids) {
  std::string out;
  for (const uint64_t id : ids) out += (out.empty() ? "" : " ") + std::to_string(id);
  return out;
}

}  // namespace rasp::ftw
