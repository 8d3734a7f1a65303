// SPDX-License-Identifier: Apache-2.0
#include "logic_rules/actions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "core/ascii.h"
#include "core/nearest_name.h"
#include "core/quoted.h"
#include "logic_rules/rule_reader.h"

namespace rasp {
namespace {

using Kind = LogicAction::Kind;
using Words = std::vector<std::string_view>;

constexpr int kMostScore = 1000;
constexpr int64_t kLongestUs = 90 * kDayUs;

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return IsAlpha(c) || IsDigit(c) || c == '-' || c == '_' || c == '.';
  });
}

bool ReadFor(std::string_view word, LogicAction& out) {
  const std::optional<int64_t> us = ParseDuration(word);
  if (!us || *us < kSecondUs || *us > kLongestUs) return false;
  out.for_us = *us;
  return true;
}

bool ReadStatus(std::string_view word, LogicAction& out) {
  uint16_t status = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), status);
  if (error != std::errc() || end != word.data() + word.size() || status < 400 || status > 599)
    return false;
  out.status = status;
  return true;
}

bool ReadLog(const Words& words, LogicAction&) { return words.size() == 1; }

bool ReadTag(const Words& words, LogicAction& out) {
  if (words.size() < 2 || words.size() > 3 || !IsName(words[1])) return false;
  out.text = std::string(words[1]);
  if (words.size() == 2) return true;
  std::string_view number = words[2];
  if (!number.starts_with('+')) return false;
  number.remove_prefix(1);
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), out.score);
  return error == std::errc() && end == number.data() + number.size() && out.score >= 1 &&
         out.score <= kMostScore;
}

bool ReadDelay(const Words& words, LogicAction& out) {
  if (words.size() != 2) return false;
  const std::optional<int64_t> us = ParseDuration(words[1]);
  if (!us || *us < kMillisecondUs || *us > 30 * kSecondUs) return false;
  out.delay_ms = static_cast<uint32_t>(*us / kMillisecondUs);
  return true;
}

bool ReadLimit(const Words& words, LogicAction& out) {
  out.status = 429;
  return words.size() == 1 || (words.size() == 2 && ReadFor(words[1], out));
}

// A path of this server, or an https address: nothing that a script could hide in.
bool ReadRedirect(const Words& words, LogicAction& out) {
  out.status = 303;
  if (words.size() != 2) return false;
  const std::string_view target = words[1];
  const bool own = target.starts_with('/') && !target.starts_with("//");
  if (!own && !target.starts_with("https://")) return false;
  for (const char c : target) {
    if (c <= ' ' || c == '\\' || c == 0x7f) return false;
  }
  out.text = std::string(target);
  return true;
}

bool ReadBlock(const Words& words, LogicAction& out) {
  for (size_t i = 1; i < words.size(); ++i) {
    if (!ReadFor(words[i], out) && !ReadStatus(words[i], out)) return false;
  }
  return words.size() <= 3;
}

bool ReadBan(const Words& words, LogicAction& out) {
  return words.size() >= 2 && ReadBlock(words, out) && out.for_us > 0;
}

bool ReadLabel(const Words& words, LogicAction& out) {
  if (words.size() != 3 || !IsName(words[1])) return false;
  out.text = std::string(words[1]);
  return ReadFor(words[2], out);
}

struct ActionDef {
  std::string_view name;
  Kind kind;
  bool (*read)(const Words& words, LogicAction& out);
  std::string_view form;
};
constexpr ActionDef kActions[] = {
    {"log", Kind::kLog, ReadLog, "log"},
    {"tag", Kind::kTag, ReadTag, "tag NAME, or tag NAME +SCORE (1 to 1000)"},
    {"delay", Kind::kDelay, ReadDelay, "delay TIME (1ms to 30s)"},
    {"limit", Kind::kLimit, ReadLimit, "limit, or limit TIME: answers 429"},
    {"redirect", Kind::kRedirect, ReadRedirect, "redirect /PATH, or redirect https://HOST/PATH"},
    {"block", Kind::kBlock, ReadBlock, "block [STATUS] [TIME]"},
    {"ban", Kind::kBan, ReadBan, "ban TIME [STATUS]"},
    {"label", Kind::kLabel, ReadLabel, "label NAME TIME"},
};

Words Split(std::string_view text) {
  Words words;
  while (!(text = Trim(text)).empty()) {
    const size_t end = std::min(text.find_first_of(" \t"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

}  // namespace

std::optional<LogicAction> ReadAction(JsonReader& json, const JsonNode& value) {
  const std::optional<std::string> text = json.NonEmpty(value);
  if (!text) return std::nullopt;
  const Words words = Split(*text);
  std::vector<std::string_view> names;
  for (const ActionDef& def : kActions) {
    names.push_back(def.name);
    if (words.empty() || words.front() != def.name) continue;
    LogicAction action;
    action.kind = def.kind;
    if (def.read(words, action)) return action;
    json.Error(value, "bad-action",
               Quoted(*text) + " is not understood: write " + std::string(def.form));
    return std::nullopt;
  }
  const std::string_view nearest =
      words.empty() ? std::string_view() : NearestName(words.front(), names);
  json.Error(value, "unknown-action",
             "no action is called " + Quoted(words.empty() ? *text : words.front()) +
                 (nearest.empty()
                      ? std::string(": use log, tag, delay, limit, redirect, block, ban or label")
                      : ": did you mean \"" + std::string(nearest) + "\"?"));
  return std::nullopt;
}

}  // namespace rasp
