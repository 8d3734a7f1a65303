// SPDX-License-Identifier: Apache-2.0
#include "json_rules/request_text.h"

#include <algorithm>

#include "core/ascii.h"

namespace rasp {
namespace {

constexpr std::string_view kCrLf = "\r\n";

// What a browser sends anyway, so that no example need say it.
constexpr struct {
  std::string_view name;
  std::string_view value;
} kBrowserHeaders[] = {
    {"Host", "www.example.com"},
    {"User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"},
    {"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
};

bool HasHeader(const std::vector<NameValue>& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(), [name](const NameValue& header) {
    return EqualsIgnoreCase(header.name, name);
  });
}

void AppendHeader(std::string_view name, std::string_view value, std::string& out) {
  out += name;
  out += ": ";
  out += value;
  out += kCrLf;
}

std::string PercentEncoded(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (IsAlpha(c) || IsDigit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

std::string TargetWithQuery(const RequestDraft& draft) {
  if (draft.query.empty()) return draft.target;
  const char separator = draft.target.find('?') == std::string::npos ? '?' : '&';
  return draft.target + separator + UrlEncoded(draft.query);
}

std::string CookieHeader(const std::vector<NameValue>& cookies) {
  std::string out;
  for (const NameValue& cookie : cookies) {
    if (!out.empty()) out += "; ";
    out += cookie.name + "=" + cookie.value;
  }
  return out;
}

bool Omits(const RequestDraft& draft, std::string_view name) {
  return std::any_of(
      draft.omitted_headers.begin(), draft.omitted_headers.end(),
      [name](const std::string& omitted) { return EqualsIgnoreCase(omitted, name); });
}

void AppendBodyHeaders(const RequestDraft& draft, std::string& out) {
  const auto wanted = [&draft](std::string_view name) {
    return !HasHeader(draft.headers, name) && !Omits(draft, name);
  };
  if (!draft.content_type.empty() && wanted("Content-Type")) {
    AppendHeader("Content-Type", draft.content_type, out);
  }
  if (wanted("Content-Length") && !HasHeader(draft.headers, "Transfer-Encoding")) {
    AppendHeader("Content-Length", std::to_string(draft.body->size()), out);
  }
}

}  // namespace

std::string RequestText(const RequestDraft& draft) {
  const std::string_view by_body = draft.body ? "POST" : "GET";
  std::string out = draft.method.empty() ? std::string(by_body) : draft.method;
  out += " " + TargetWithQuery(draft) + " HTTP/1.1\r\n";
  for (const auto& [name, value] : kBrowserHeaders) {
    if (!HasHeader(draft.headers, name) && !Omits(draft, name)) AppendHeader(name, value, out);
  }
  for (const NameValue& header : draft.headers) AppendHeader(header.name, header.value, out);
  if (!draft.cookies.empty()) AppendHeader("Cookie", CookieHeader(draft.cookies), out);
  if (draft.body) AppendBodyHeaders(draft, out);
  out += kCrLf;
  return draft.body ? out + *draft.body : out;
}

std::string ResponseText(const ResponseDraft& draft) {
  std::string out = "HTTP/1.1 " + std::to_string(draft.status) + " Example\r\n";
  for (const NameValue& header : draft.headers) AppendHeader(header.name, header.value, out);
  if (!HasHeader(draft.headers, "Content-Type")) {
    AppendHeader("Content-Type", "text/html; charset=utf-8", out);
  }
  if (!HasHeader(draft.headers, "Content-Length") &&
      !HasHeader(draft.headers, "Transfer-Encoding")) {
    AppendHeader("Content-Length", std::to_string(draft.body.size()), out);
  }
  out += kCrLf;
  return out + draft.body;
}

std::string UrlEncoded(const std::vector<NameValue>& pairs) {
  std::string out;
  for (const NameValue& pair : pairs) {
    if (!out.empty()) out += '&';
    out += PercentEncoded(pair.name) + '=' + PercentEncoded(pair.value);
  }
  return out;
}

std::string BoundaryFor(const std::vector<PartDraft>& parts) {
  std::string boundary = "----example-part";
  const auto occurs = [&boundary](const PartDraft& part) {
    return part.content.find(boundary) != std::string::npos;
  };
  // Ends: each round makes the boundary longer, and the parts are finite.
  while (std::any_of(parts.begin(), parts.end(), occurs)) boundary += "-x";
  return boundary;
}

std::string MultipartText(const std::vector<PartDraft>& parts, std::string_view boundary) {
  const std::string delimiter = "--" + std::string(boundary);
  std::string out;
  for (const PartDraft& part : parts) {
    out += delimiter + "\r\nContent-Disposition: form-data; name=\"" + part.name + "\"";
    if (part.filename) out += "; filename=\"" + *part.filename + "\"";
    out += kCrLf;
    if (!part.content_type.empty()) AppendHeader("Content-Type", part.content_type, out);
    out += kCrLf;
    out += part.content;
    out += kCrLf;
  }
  return out + delimiter + "--\r\n";
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0) return std::nullopt;
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string out;
  uint32_t bits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool padded = i >= text.size() - padding;
    const size_t digit = padded ? 0 : kAlphabet.find(text[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    if (i % 4 != 3) continue;
    out += {static_cast<char>(bits >> 16), static_cast<char>(bits >> 8), static_cast<char>(bits)};
  }
  out.resize(out.size() - padding);
  return out;
}

}  // namespace rasp
