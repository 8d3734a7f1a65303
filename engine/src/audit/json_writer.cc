// SPDX-License-Identifier: Apache-2.0
#include "audit/json_writer.h"

namespace rasp::audit {
namespace {

constexpr char kHex[] = "0123456789abcdef";

bool IsPlain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7f && c != '"' && c != '\\';
}

// REQUIRES: !IsPlain(c).
void AppendEscaped(char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  out += "\\u00";
  out.push_back(kHex[byte >> 4]);
  out.push_back(kHex[byte & 15]);
}

}  // namespace

void JsonWriter::Separate() {
  if (needs_comma_) out_.push_back(',');
}

void JsonWriter::Open(char bracket) {
  Separate();
  out_.push_back(bracket);
  needs_comma_ = false;
}

void JsonWriter::Close(char bracket) {
  out_.push_back(bracket);
  needs_comma_ = true;
}

void JsonWriter::Key(std::string_view name) {
  String(name);
  out_.push_back(':');
  needs_comma_ = false;
}

void JsonWriter::String(std::string_view text) {
  Separate();
  out_.push_back('"');
  for (size_t at = 0; at < text.size();) {
    size_t plain = at;
    while (plain < text.size() && IsPlain(text[plain])) ++plain;
    out_ += text.substr(at, plain - at);
    at = plain;
    if (at < text.size()) AppendEscaped(text[at++], out_);
  }
  out_.push_back('"');
  needs_comma_ = true;
}

void JsonWriter::Number(int64_t value) {
  Separate();
  out_ += std::to_string(value);
  needs_comma_ = true;
}

void JsonWriter::Decimal(std::string_view digits) {
  Separate();
  const size_t point = digits.find('.');
  const auto is_number = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == part.npos;
  };
  const bool whole = point == digits.npos;
  const bool valid = is_number(digits.substr(0, point)) && digits[0] != '0' &&
                     (whole || is_number(digits.substr(point + 1)));
  out_ += valid ? digits : "0";
  needs_comma_ = true;
}

void JsonWriter::Bool(bool value) {
  Separate();
  out_ += value ? "true" : "false";
  needs_comma_ = true;
}

}  // namespace rasp::audit
