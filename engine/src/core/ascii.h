// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

// ASCII only, whatever the locale: header names, SecLang names and encodings are ASCII by their
// definitions.
namespace rasp {

constexpr bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
constexpr char ToUpper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c; }

// The digit's value, or -1.
constexpr int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  const char lower = ToLower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

constexpr bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (ToLower(a[i]) != ToLower(b[i])) return false;
  }
  return true;
}

constexpr bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  const std::string_view begin = text.substr(0, prefix.size());
  return begin == prefix || EqualsIgnoreCase(begin, prefix);
}

// REQUIRES: `wanted` is not empty.
constexpr bool ContainsIgnoreCase(std::string_view text, std::string_view wanted) {
  const char first = ToLower(wanted.front());
  for (; text.size() >= wanted.size(); text.remove_prefix(1)) {
    if (ToLower(text.front()) == first && StartsWithIgnoreCase(text, wanted)) return true;
  }
  return false;
}

// FNV-1a of the lower-case text.
constexpr uint32_t HashIgnoringCase(std::string_view text) {
  uint32_t hash = 2166136261u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(ToLower(c))) * 16777619u;
  return hash;
}

constexpr std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace rasp
