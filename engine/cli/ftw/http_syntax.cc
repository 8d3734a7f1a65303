// SPDX-License-Identifier: Apache-2.0
#include "cli/ftw/http_syntax.h"

#include "cli/ftw/names.h"

namespace rasp::ftw {
namespace {

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

bool IsVersion(std::string_view text) {
  return text.size() == 8 && text.starts_with("HTTP/") && IsDigit(text[5]) && text[6] == '.' &&
         IsDigit(text[7]);
}

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

// host:port; both are needed.
bool IsAuthority(std::string_view target) {
  const size_t colon = target.rfind(':');
  return colon != target.npos && colon > 0 && AllDigits(target.substr(colon + 1));
}

bool HasScheme(std::string_view target) {
  const size_t end = target.find("://");
  return end != target.npos && end > 0 &&
         std::all_of(target.begin(), target.begin() + end,
                     [](char c) { return IsAlnum(c) || c == '+' || c == '-' || c == '.'; });
}

std::string TargetObjection(std::string_view method, std::string_view target) {
  if (std::any_of(target.begin(), target.end(), [](char c) { return IsControl(c) || c == ' '; })) {
    return "the target holds a blank or control character";
  }
  if (target.find('#') != target.npos) return "the target has a fragment";
  if (method == "CONNECT") return IsAuthority(target) ? "" : "CONNECT needs host:port";
  if (target.starts_with('/') || HasScheme(target)) return "";
  if (target == "*" && method == "OPTIONS") return "";
  return "the target is neither a path nor a URL";
}

std::string StartLineObjection(std::string_view line) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == line.npos || first == last) return "the request line has no three parts";
  const std::string_view method = line.substr(0, first);
  const std::string_view version = line.substr(last + 1);
  if (!IsToken(method)) return "the method is no token";
  // HTTP/0.9 has neither a version nor headers.
  if (!IsVersion(version) || version[5] == '0') return "no HTTP version";
  return TargetObjection(method, line.substr(first + 1, last - first - 1));
}

// Of the host itself only what no host name can hold, as %00 or a blank.
bool IsHost(std::string_view value) {
  for (size_t i = 0; i < value.size(); ++i) {
    if (IsControl(value[i]) || value[i] == ' ' || value[i] == '/' || value[i] == '\\') return false;
    if (value[i] != '%') continue;
    const int high = i + 2 < value.size() ? HexDigit(value[i + 1]) : -1;
    const int low = i + 2 < value.size() ? HexDigit(value[i + 2]) : -1;
    if (high < 0 || low < 0 || IsControl(static_cast<char>(high * 16 + low))) return false;
  }
  return true;
}

struct Framing {
  int hosts = 0;
  std::string_view length;
  std::string_view coding;
};

std::string FieldObjection(const HeaderField& field, Framing& framing) {
  if (!IsToken(field.name)) return "a field name is no token";
  if (field.value.find('\0') != field.value.npos) return "a field value holds a NUL";
  if (SameName(field.name, "Host")) {
    if (++framing.hosts > 1) return "more than one Host";
    if (!IsHost(field.value)) return "Host is no host";
  }
  if (SameName(field.name, "Content-Length")) {
    if (!AllDigits(field.value)) return "Content-Length is no number";
    if (!framing.length.empty() && framing.length != field.value) {
      return "Content-Lengths that differ";
    }
    framing.length = field.value;
  }
  if (SameName(field.name, "Transfer-Encoding")) framing.coding = field.value;
  return "";
}

}  // namespace

std::string SyntaxObjection(const RawMessage& request) {
  std::string objection = StartLineObjection(request.start_line);
  Framing framing;
  for (const HeaderField& field : request.headers) {
    if (objection.empty()) objection = FieldObjection(field, framing);
  }
  if (!objection.empty()) return objection;
  if (framing.hosts == 0 && request.start_line.ends_with("HTTP/1.1"))
    return "HTTP/1.1 without Host";
  if (!framing.coding.empty() && !HoldsIgnoringCase(framing.coding, "chunked")) {
    return "an unknown Transfer-Encoding";
  }
  return "";
}

}  // namespace rasp::ftw
