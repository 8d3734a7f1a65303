// SPDX-License-Identifier: Apache-2.0
#include "schema/format.h"

#include <cstddef>
#include <cstdint>

#include "core/ascii.h"

namespace rasp {
namespace {

// Takes the two, three or four digits that the text begins with; -1 if they are not there.
int TakeNumber(std::string_view& text, size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (size_t i = 0; i < digits; ++i) {
    if (!IsDigit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool Take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

bool TakeDate(std::string_view& text) {
  static constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int year = TakeNumber(text, 4);
  if (year < 0 || !Take(text, '-')) return false;
  const int month = TakeNumber(text, 2);
  if (month < 1 || month > 12 || !Take(text, '-')) return false;
  const int day = TakeNumber(text, 2);
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day >= 1 && day <= kDays[month - 1] && (month != 2 || day != 29 || leap);
}

bool TakeTime(std::string_view& text) {
  const int hour = TakeNumber(text, 2);
  if (hour < 0 || hour > 23 || !Take(text, ':')) return false;
  const int minute = TakeNumber(text, 2);
  if (minute < 0 || minute > 59 || !Take(text, ':')) return false;
  const int second = TakeNumber(text, 2);
  if (second < 0 || second > 60) return false;
  if (Take(text, '.')) {
    size_t digits = 0;
    while (digits < text.size() && IsDigit(text[digits])) ++digits;
    if (digits == 0) return false;
    text.remove_prefix(digits);
  }
  if (Take(text, 'Z') || Take(text, 'z')) return true;
  if (!Take(text, '+') && !Take(text, '-')) return false;
  const int zone_hour = TakeNumber(text, 2);
  if (zone_hour < 0 || zone_hour > 23 || !Take(text, ':')) return false;
  const int zone_minute = TakeNumber(text, 2);
  return zone_minute >= 0 && zone_minute <= 59;
}

bool IsDate(std::string_view text) { return TakeDate(text) && text.empty(); }
bool IsTime(std::string_view text) { return TakeTime(text) && text.empty(); }
bool IsDateTime(std::string_view text) {
  if (!TakeDate(text)) return false;
  if (!Take(text, 'T') && !Take(text, 't')) return false;
  return TakeTime(text) && text.empty();
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : HexValue(text[i]) < 0) return false;
  }
  return true;
}

bool IsHostname(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  size_t label = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || text[i] == '.') {
      if (label == 0 || label > 63 || text[i - 1] == '-') return false;
      label = 0;
    } else {
      const bool inner = text[i] == '-' && label > 0;
      if (!IsAlpha(text[i]) && !IsDigit(text[i]) && !inner) return false;
      ++label;
    }
  }
  return true;
}

bool IsEmail(std::string_view text) {
  static constexpr std::string_view kMarks = ".!#$%&'*+/=?^_`{|}~-";
  const size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64) return false;
  char before = '.';
  for (const char c : text.substr(0, at)) {
    const bool plain = IsAlpha(c) || IsDigit(c) || static_cast<unsigned char>(c) >= 0x80;
    if (!plain && kMarks.find(c) == std::string_view::npos) return false;
    if (c == '.' && before == '.') return false;
    before = c;
  }
  return before != '.' && IsHostname(text.substr(at + 1));
}

bool IsIpv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && !Take(text, '.')) return false;
    size_t digits = 0;
    int value = 0;
    while (digits < text.size() && digits < 3 && IsDigit(text[digits])) {
      value = value * 10 + (text[digits++] - '0');
    }
    if (digits == 0 || value > 255 || (digits > 1 && text[0] == '0')) return false;
    text.remove_prefix(digits);
  }
  return text.empty();
}

bool IsIpv6(std::string_view text) {
  int groups = 0;
  bool gap = false;
  if (text.substr(0, 2) == "::") {
    gap = true;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    size_t digits = 0;
    while (digits < text.size() && digits < 5 && HexValue(text[digits]) >= 0) ++digits;
    if (digits < text.size() && text[digits] == '.') {
      if (!IsIpv4(text)) return false;
      groups += 2;
      break;
    }
    if (digits == 0 || digits > 4) return false;
    ++groups;
    text.remove_prefix(digits);
    if (text.empty()) break;
    if (!Take(text, ':')) return false;
    if (Take(text, ':')) {
      if (gap) return false;
      gap = true;
    } else if (text.empty()) {
      return false;
    }
  }
  return gap ? groups < 8 : groups == 8;
}

// RFC 3986 as far as which bytes may stand there; a scheme is required.
bool IsUri(std::string_view text) {
  static constexpr std::string_view kMarks = "-._~:/?#[]@!$&'()*+,;=%";
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !IsAlpha(text[0])) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (IsAlpha(c) || IsDigit(c)) continue;
    const bool allowed =
        i < colon ? c == '+' || c == '-' || c == '.' : kMarks.find(c) != std::string_view::npos;
    if (!allowed) return false;
    if (c == '%' &&
        (i + 2 >= text.size() || HexValue(text[i + 1]) < 0 || HexValue(text[i + 2]) < 0)) {
      return false;
    }
  }
  return true;
}

bool IsBase64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  for (int padding = 0; padding < 2 && !text.empty() && text.back() == '='; ++padding) {
    text.remove_suffix(1);
  }
  for (const char c : text) {
    if (!IsAlpha(c) && !IsDigit(c) && c != '+' && c != '/') return false;
  }
  return true;
}

constexpr TextFormat kFormats[] = {
    {"byte", IsBase64},       {"date", IsDate}, {"date-time", IsDateTime}, {"email", IsEmail},
    {"hostname", IsHostname}, {"ipv4", IsIpv4}, {"ipv6", IsIpv6},          {"time", IsTime},
    {"uri", IsUri},           {"uuid", IsUuid},
};

}  // namespace

std::span<const TextFormat> TextFormats() { return kFormats; }

const TextFormat* FindTextFormat(std::string_view name) {
  for (const TextFormat& format : kFormats) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

}  // namespace rasp
