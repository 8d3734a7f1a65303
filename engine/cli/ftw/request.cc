// SPDX-License-Identifier: Apache-2.0
#include "cli/ftw/request.h"

#include "cli/ftw/base64.h"
#include "cli/ftw/names.h"

namespace rasp::ftw {
namespace {

constexpr std::string_view kForm = "application/x-www-form-urlencoded";

const Header* Find(const std::vector<Header>& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (SameName(header.name, name)) return &header;
  }
  return nullptr;
}

template <typename Predicate>
bool AnyContentType(const std::vector<Header>& headers, Predicate&& fits) {
  for (const Header& header : headers) {
    if (SameName(header.name, "content-type") && fits(header.value)) return true;
  }
  return false;
}

// As go-ftw's pattern ^POST|PUT|PATCH|DELETE$ has it: the anchors bind to the first and last.
bool MayHaveBody(std::string_view method) {
  return method.starts_with("POST") || method.find("PUT") != method.npos ||
         method.find("PATCH") != method.npos || method.ends_with("DELETE");
}

std::string CookieHeader(const Cookies& cookies) {
  std::string out;
  for (const Header& cookie : cookies) {
    if (!out.empty()) out += "; ";
    out += cookie.name + "=" + cookie.value;
  }
  return out;
}

std::string WithCrLf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

// Whether percent-decoding changes the data or cannot be done: then it is encoded already, as far
// as anyone can tell.
bool LooksEncoded(std::string_view data) { return data.find_first_of("%+") != data.npos; }

void AppendEncoded(std::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (IsAlnum(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
}

}  // namespace

std::string EncodeForm(std::string_view data) {
  if (LooksEncoded(data)) return std::string(data);
  std::string out;
  for (bool first = true; !data.empty(); first = false) {
    const size_t end = std::min(data.find('&'), data.size());
    const std::string_view pair = data.substr(0, end);
    const size_t equals = pair.find('=');
    if (!first) out += '&';
    AppendEncoded(pair.substr(0, equals), out);
    if (equals != pair.npos) {
      out += '=';
      AppendEncoded(pair.substr(equals + 1), out);
    }
    data.remove_prefix(std::min(end + 1, data.size()));
  }
  return out;
}

std::string RequestBytes(const Input& input, const Cookies& cookies) {
  if (!input.encoded_request.empty()) return DecodeBase64(input.encoded_request);
  std::vector<Header> headers = input.headers;
  std::string data = input.data_is_template ? ExpandTemplate(input.data).value_or("") : input.data;
  if (input.autocomplete_headers && !cookies.empty() && Find(headers, "cookie") == nullptr) {
    headers.push_back({"Cookie", CookieHeader(cookies)});
  }
  if (input.autocomplete_headers && !data.empty()) {
    if (Find(headers, "content-type") == nullptr)
      headers.push_back({"Content-Type", std::string(kForm)});
    if (AnyContentType(headers, [](const std::string& v) { return SameName(v, kForm); })) {
      data = EncodeForm(data);
    }
  }
  if (AnyContentType(headers, [](const std::string& v) {
        return HoldsIgnoringCase(v, "multipart/form-data;");
      })) {
    data = WithCrLf(data);
  }
  if (input.autocomplete_headers) {
    if (Find(headers, "connection") == nullptr) headers.push_back({"Connection", "close"});
    if (Find(headers, "content-length") == nullptr &&
        (!data.empty() || MayHaveBody(input.method))) {
      headers.push_back({"Content-Length", std::to_string(data.size())});
    }
  }
  std::string out = input.method + " " + input.uri + " " + input.version + "\r\n";
  for (const Header& header : headers) out += header.name + ": " + header.value + "\r\n";
  return out + "\r\n" + data;
}

}  // namespace rasp::ftw
