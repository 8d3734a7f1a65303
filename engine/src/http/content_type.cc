// SPDX-License-Identifier: Apache-2.0
#include "core/ascii.h"
#include "http/body/body.h"
#include "http/body/charset.h"

namespace rasp {
namespace {

struct MediaTypeRow {
  std::string_view type;
  BodyKind kind;
};

constexpr MediaTypeRow kMediaTypes[] = {
    {"application/json", BodyKind::kJson},   {"text/json", BodyKind::kJson},
    {"application/x-json", BodyKind::kJson}, {"application/csp-report", BodyKind::kJson},
    {"application/xml", BodyKind::kXml},     {"text/xml", BodyKind::kXml},
};

bool EndsWithIgnoreCase(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() &&
         EqualsIgnoreCase(text.substr(text.size() - suffix.size()), suffix);
}

bool ContainsIgnoreCase(std::string_view text, std::string_view part) {
  for (size_t at = 0; at + part.size() <= text.size(); ++at) {
    if (EqualsIgnoreCase(text.substr(at, part.size()), part)) return true;
  }
  return false;
}

BodyKind KindOf(std::string_view media_type) {
  if (media_type.empty()) return BodyKind::kNone;
  // ModSecurity and some servers look no further than this.
  if (StartsWithIgnoreCase(media_type, "application/x-www-form-urlencoded"))
    return BodyKind::kUrlEncoded;
  for (const MediaTypeRow& row : kMediaTypes) {
    if (EqualsIgnoreCase(media_type, row.type)) return row.kind;
  }
  if (StartsWithIgnoreCase(media_type, "multipart/")) return BodyKind::kMultipart;
  if (EndsWithIgnoreCase(media_type, "+json")) return BodyKind::kJson;
  if (EndsWithIgnoreCase(media_type, "+xml")) return BodyKind::kXml;
  return BodyKind::kOther;
}

// RFC 2046 section 5.1.1: 1 to 70 of these, a space not at the end.
bool IsValidBoundary(std::string_view boundary) {
  if (boundary.empty() || boundary.size() > 70 || boundary.back() == ' ') return false;
  for (const char c : boundary) {
    if (!IsAlpha(c) && !IsDigit(c) &&
        std::string_view("'()+_,-./:=? ").find(c) == std::string_view::npos)
      return false;
  }
  return true;
}

struct Parameter {
  std::string_view name;
  std::string_view value;
  bool quoted = false;
  bool whitespace = false;     // around the '='
  bool ends_in_comma = false;  // another field value follows: two header lines that were joined
};

// A quoted value ends at its closing quote (a backslash takes the next byte with it), any other at
// ';' or ','.
std::string_view TakeValue(std::string_view& rest, bool& quoted) {
  quoted = rest.starts_with('"');
  if (!quoted) {
    const std::string_view value = rest.substr(0, rest.find_first_of(";,"));
    rest.remove_prefix(value.size());
    return Trim(value);
  }
  size_t end = 1;
  while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
  end = std::min(end, rest.size());
  const std::string_view value = rest.substr(1, end - 1);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return value;
}

Parameter TakeParameter(std::string_view& rest) {
  Parameter parameter;
  const std::string_view name = rest.substr(0, rest.find_first_of("=;,"));
  rest.remove_prefix(name.size());
  parameter.name = Trim(name);
  if (rest.starts_with('=')) {
    rest.remove_prefix(1);
    const std::string_view trimmed =
        rest.substr(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
    parameter.whitespace = trimmed.size() != rest.size() ||
                           parameter.name.size() != Trim(name).size() ||
                           (!name.empty() && IsSpace(name.back()));
    rest = trimmed;
    parameter.value = TakeValue(rest, parameter.quoted);
  }
  const size_t next = std::min(rest.find_first_of(";,"), rest.size());
  parameter.ends_in_comma = next < rest.size() && rest[next] == ',';
  rest.remove_prefix(std::min(next + 1, rest.size()));
  return parameter;
}

constexpr uint32_t Bit(MultipartFlag flag) { return 1u << static_cast<unsigned>(flag); }

class Builder {
 public:
  explicit Builder(ContentType& type) : type_(type) {}

  void Add(const Parameter& parameter) {
    if (parameter.ends_in_comma) type_.repeated_parameter = true;
    if (EqualsIgnoreCase(parameter.name, "boundary")) {
      SetBoundary(parameter);
    } else if (EqualsIgnoreCase(parameter.name, "charset")) {
      SetCharset(parameter);
    } else if (ContainsIgnoreCase(parameter.name, "boundary") ||
               ContainsIgnoreCase(parameter.value, "boundary")) {
      foreign_boundary_ = true;
    }
  }

  void Finish() {
    type_.charset_decodable = type_.charset_decodable && IsAsciiSuperset(type_.charset);
    if (type_.kind != BodyKind::kMultipart) {
      type_.multipart_flags = 0;
      return;
    }
    // Some servers take what follows the first "boundary" anywhere in the field.
    if (foreign_boundary_) type_.repeated_parameter = true;
    if (!IsValidBoundary(type_.boundary))
      type_.multipart_flags |= Bit(MultipartFlag::kInvalidBoundary);
  }

 private:
  void SetBoundary(const Parameter& parameter) {
    if (has_boundary_) {
      type_.repeated_parameter = true;
      return;
    }
    has_boundary_ = true;
    type_.boundary = parameter.value;
    if (parameter.quoted) type_.multipart_flags |= Bit(MultipartFlag::kBoundaryQuoted);
    const bool blank_inside = parameter.value.find_first_of(" \t\r\n") != std::string_view::npos;
    if (parameter.whitespace || blank_inside)
      type_.multipart_flags |= Bit(MultipartFlag::kBoundaryWhitespace);
  }

  void SetCharset(const Parameter& parameter) {
    if (has_charset_) {
      type_.repeated_parameter = true;
      if (!IsAsciiSuperset(parameter.value)) type_.charset_decodable = false;
      return;
    }
    has_charset_ = true;
    type_.charset = parameter.value;
  }

  ContentType& type_;
  bool has_boundary_ = false;
  bool has_charset_ = false;
  bool foreign_boundary_ = false;
};

}  // namespace

std::string_view BodyKindName(BodyKind kind) {
  switch (kind) {
    case BodyKind::kUrlEncoded:
      return "URLENCODED";
    case BodyKind::kMultipart:
      return "MULTIPART";
    case BodyKind::kJson:
      return "JSON";
    case BodyKind::kXml:
      return "XML";
    case BodyKind::kNone:
    case BodyKind::kOther:
      break;
  }
  return "";
}

ContentType ParseContentType(std::string_view value) {
  ContentType type;
  std::string_view rest = Trim(value);
  type.media_type = rest.substr(0, rest.find_first_of(";, \t\r\n\v\f"));
  type.kind = KindOf(type.media_type);
  rest = Trim(rest.substr(type.media_type.size()));

  Builder builder(type);
  if (rest.starts_with(',')) type.repeated_parameter = true;
  if (!rest.empty() && !rest.starts_with(';'))
    type.multipart_flags |= Bit(MultipartFlag::kMissingSemicolon);
  while (!rest.empty()) {
    const Parameter parameter = TakeParameter(rest);
    if (!parameter.name.empty() || parameter.ends_in_comma) builder.Add(parameter);
  }
  builder.Finish();
  return type;
}

}  // namespace rasp
