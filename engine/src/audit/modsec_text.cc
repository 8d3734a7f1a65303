// SPDX-License-Identifier: Apache-2.0
#include "audit/modsec_text.h"

#include <array>
#include <ctime>
#include <utility>

#include "core/ascii.h"

namespace rasp::audit {
namespace {

constexpr char kHex[] = "0123456789abcdef";

// Those whose label is more than the name with a capital.
constexpr std::pair<std::string_view, std::string_view> kLabels[] = {
    {"streq", "StrEq"},
    {"strmatch", "StrMatch"},
    {"pmf", "PmFromFile"},
    {"ipMatchF", "IpMatchFromFile"},
};

}  // namespace

void AppendPrintable(std::string_view text, bool in_quotes, std::string& out) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool special = in_quotes && (c == '"' || c == '\\');
    if (byte >= 0x20 && byte < 0x7f && !special) {
      out.push_back(c);
    } else {
      out += "\\x";
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
}

std::string Printable(std::string_view text, bool in_quotes) {
  std::string out;
  AppendPrintable(text, in_quotes, out);
  return out;
}

std::string Shortened(const std::string& text, size_t max) {
  if (text.size() <= max) return text;
  return text.substr(0, max) + " (" + std::to_string(text.size() - max) + " characters omitted)";
}

std::string OperatorLabel(std::string_view name) {
  for (const auto& [operator_name, label] : kLabels) {
    if (EqualsIgnoreCase(operator_name, name)) return std::string(label);
  }
  std::string label(name);
  if (!label.empty() && label[0] >= 'a' && label[0] <= 'z')
    label[0] = static_cast<char>(label[0] - 'a' + 'A');
  return label;
}

std::string DecodedPath(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  std::string out;
  for (size_t i = 0; i < path.size(); ++i) {
    const bool escape = path[i] == '%' && i + 2 < path.size() && HexValue(path[i + 1]) >= 0 &&
                        HexValue(path[i + 2]) >= 0;
    if (!escape) {
      out.push_back(path[i]);
      continue;
    }
    out.push_back(static_cast<char>(HexValue(path[i + 1]) * 16 + HexValue(path[i + 2])));
    i += 2;
  }
  return out;
}

std::string LocalTime(int64_t unix_micros, const char* format) {
  constexpr int64_t kMicros = 1'000'000;
  const auto seconds = static_cast<time_t>(unix_micros / kMicros);
  std::tm local{};
  if (localtime_r(&seconds, &local) == nullptr) return "";
  std::array<char, 64> text{};
  return std::string(text.data(), std::strftime(text.data(), text.size(), format, &local));
}

}  // namespace rasp::audit
