// SPDX-License-Identifier: Apache-2.0
#include "http/body/disposition.h"

#include <algorithm>
#include <utility>

#include "core/ascii.h"
#include "http/body/body.h"

namespace rasp {
namespace {

constexpr uint32_t Bit(MultipartFlag flag) { return 1u << static_cast<unsigned>(flag); }

std::string_view TrimStart(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  return text;
}

size_t FindSpace(std::string_view text) {
  return static_cast<size_t>(std::find_if(text.begin(), text.end(), IsSpace) - text.begin());
}

void AppendLatin1AsUtf8(char c, ByteBuffer& out) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x80) {
    out.push_back(c);
  } else {
    out.push_back(static_cast<char>(0xC0 | (byte >> 6)));
    out.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
  }
}

void AppendPercentDecoded(std::string_view text, bool latin1, ByteBuffer& out) {
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%' && text.size() - i > 2 && HexValue(text[i + 1]) >= 0 &&
        HexValue(text[i + 2]) >= 0) {
      c = static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2]));
      i += 2;
    }
    latin1 ? AppendLatin1AsUtf8(c, out) : out.push_back(c);
  }
}

// RFC 8187 section 3.2.1: charset ' language ' percent-encoded. Without the two quotes all of it is
// the value.
void AppendExtendedValue(std::string_view text, ByteBuffer& out) {
  const size_t first = text.find('\'');
  const size_t second = first == text.npos ? text.npos : text.find('\'', first + 1);
  if (second == text.npos) return AppendPercentDecoded(text, false, out);
  const std::string_view charset = text.substr(0, first);
  const bool latin1 =
      EqualsIgnoreCase(charset, "iso-8859-1") || EqualsIgnoreCase(charset, "latin1");
  AppendPercentDecoded(text.substr(second + 1), latin1, out);
}

// The text of a quoted string, where a backslash takes a quote or a backslash with it and nothing
// else: that is how servers read it, since browsers write Windows paths with single backslashes.
void AppendUnquoted(std::string_view text, ByteBuffer& out) {
  if (text.find('\\') == text.npos) {
    out.append(text);
    return;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escapes =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
    out.push_back(text[escapes ? ++i : i]);
  }
}

struct Parameter {
  std::string_view name;
  std::string_view value;     // within its quotes, still escaped
  std::string_view doubtful;  // the value as another server may read it; empty if there is no doubt
  bool quoted = false;
};

class DispositionReader {
 public:
  DispositionReader(std::string_view value, Disposition& out) : rest_(value), out_(out) {}

  void Read() {
    rest_ = TrimStart(rest_);
    const std::string_view type =
        Trim(rest_.substr(0, std::min(rest_.find(';'), FindSpace(rest_))));
    if (EqualsIgnoreCase(type, "form-data")) out_.is_form_data = true;
    rest_.remove_prefix(type.size());
    while (NextParameter()) {
      const Parameter parameter = TakeParameter();
      if (!parameter.name.empty()) Apply(parameter);
    }
  }

 private:
  void Flag(MultipartFlag flag) { out_.flags |= Bit(flag); }

  // Goes to where a parameter begins.
  bool NextParameter() {
    rest_ = TrimStart(rest_);
    if (rest_.empty()) return false;
    if (!rest_.starts_with(';')) {
      Flag(MultipartFlag::kMissingSemicolon);
      return true;
    }
    while (rest_.starts_with(';')) rest_ = TrimStart(rest_.substr(1));
    return !rest_.empty();
  }

  Parameter TakeParameter() {
    Parameter parameter;
    const std::string_view name =
        rest_.substr(0, std::min(rest_.find_first_of("=;"), FindSpace(rest_)));
    parameter.name = name;
    rest_ = TrimStart(rest_.substr(name.size()));
    if (!rest_.starts_with('=')) {
      Flag(MultipartFlag::kInvalidPart);
      if (name.empty() && !rest_.empty()) rest_.remove_prefix(1);
      return parameter;
    }
    rest_ = TrimStart(rest_.substr(1));
    rest_.starts_with('"') ? TakeQuoted(parameter) : TakeToken(parameter);
    return parameter;
  }

  void TakeQuoted(Parameter& parameter) {
    const std::string_view from_quote = rest_;
    size_t end = 1;
    while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
    const bool closed = end < rest_.size();
    end = std::min(end, rest_.size());
    parameter.quoted = true;
    parameter.value = rest_.substr(1, end - 1);
    rest_ = TrimStart(rest_.substr(closed ? end + 1 : end));
    if (closed && (rest_.empty() || rest_.starts_with(';'))) return;
    Flag(MultipartFlag::kInvalidQuoting);
    if (!closed) return;
    // Bytes after the closing quote: either another parameter without its semicolon or more of the
    // value.
    const size_t taken = from_quote.size() - rest_.size();
    parameter.doubtful =
        from_quote.substr(0, std::min(from_quote.find(';', taken), from_quote.size()));
  }

  void TakeToken(Parameter& parameter) {
    const std::string_view up_to_semicolon = Trim(rest_.substr(0, rest_.find(';')));
    parameter.value = up_to_semicolon.substr(0, FindSpace(up_to_semicolon));
    if (parameter.value.size() != up_to_semicolon.size()) parameter.doubtful = up_to_semicolon;
    if (up_to_semicolon.find('"') != up_to_semicolon.npos || up_to_semicolon.starts_with('\'')) {
      Flag(MultipartFlag::kInvalidQuoting);
    }
    rest_.remove_prefix(parameter.value.size());
  }

  void Apply(const Parameter& parameter) {
    if (EqualsIgnoreCase(parameter.name, "name")) {
      if (StartName()) Assign(parameter, out_.name);
    } else if (EqualsIgnoreCase(parameter.name, "name*")) {
      if (StartName()) AppendExtendedValue(parameter.value, out_.name);
    } else if (EqualsIgnoreCase(parameter.name, "filename")) {
      Assign(parameter, StartFileName(out_.file_name, seen_file_name_));
    } else if (EqualsIgnoreCase(parameter.name, "filename*")) {
      AppendExtendedValue(parameter.value, StartFileName(out_.extended_name, seen_extended_name_));
    } else if (StartsWithIgnoreCase(parameter.name, "filename*")) {
      Continue(parameter);
      return;
    } else {
      return;
    }
    if (!parameter.doubtful.empty() && StartsWithIgnoreCase(parameter.name, "filename")) {
      out_.other_file_names.Begin().append(parameter.doubtful);
    }
  }

  bool StartName() {
    if (out_.has_name) Flag(MultipartFlag::kDuplicateName);
    return !std::exchange(out_.has_name, true);
  }

  ByteBuffer& StartFileName(ByteBuffer& first, bool& seen) {
    out_.has_file_name = true;
    if (!std::exchange(seen, true) && first.empty()) return first;
    Flag(MultipartFlag::kDuplicateFileName);
    return out_.other_file_names.Begin();
  }

  static void Assign(const Parameter& parameter, ByteBuffer& out) {
    parameter.quoted ? AppendUnquoted(parameter.value, out) : void(out.append(parameter.value));
  }

  // RFC 2231 section 3: filename*0, filename*1*, ... joined in the order in which they come.
  void Continue(const Parameter& parameter) {
    if (!out_.has_joined_name) {
      out_.has_joined_name = true;
      if (out_.has_file_name) Flag(MultipartFlag::kDuplicateFileName);
      out_.has_file_name = true;
    }
    ByteBuffer& joined = out_.joined_name;
    parameter.name.ends_with('*') ? AppendExtendedValue(parameter.value, joined)
                                  : Assign(parameter, joined);
  }

  std::string_view rest_;
  Disposition& out_;
  bool seen_file_name_ = false;
  bool seen_extended_name_ = false;
};

}  // namespace

void Disposition::Clear() {
  is_form_data = has_name = has_file_name = has_joined_name = false;
  flags = 0;
  for (ByteBuffer* const text : {&name, &file_name, &extended_name, &joined_name}) text->clear();
  other_file_names.Clear();
}

void ParseDisposition(std::string_view value, Disposition& out) {
  DispositionReader(value, out).Read();
}

}  // namespace rasp
