// SPDX-License-Identifier: Apache-2.0
#include "json_rules/document.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "core/ascii.h"

// nlohmann's SAX parser checks the syntax but does not say where a value begins. TokenCursor walks
// the same text beside it: every event moves it over exactly one token, so its position is the
// event's.
namespace rasp {
namespace {

using Kind = JsonNode::Kind;

struct Position {
  size_t offset = 0;
  uint32_t line = 1;
  uint32_t column = 1;
};

class TokenCursor {
 public:
  explicit TokenCursor(std::string_view text) : text_(text) {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_.offset = 3;
  }

  // Moves to the next token, which the parser has already found to be well-formed, and returns
  // where it begins.
  Position NextToken() {
    SkipToToken();
    const Position start = at_;
    if (Here('"')) {
      SkipString();
    } else if (Here('{') || Here('}') || Here('[') || Here(']')) {
      Advance();
    } else {
      while (!AtEnd() && !EndsWord(text_[at_.offset])) Advance();
    }
    return start;
  }

  std::string_view Since(const Position& start) const {
    return text_.substr(start.offset, at_.offset - start.offset);
  }

 private:
  static bool EndsWord(char c) {
    return IsSpace(c) || c == ',' || c == ']' || c == '}' || c == '/' || c == ':';
  }
  bool AtEnd() const { return at_.offset >= text_.size(); }
  bool Here(char c) const { return !AtEnd() && text_[at_.offset] == c; }
  bool Next(char c) const { return at_.offset + 1 < text_.size() && text_[at_.offset + 1] == c; }

  void Advance() {
    const bool newline = text_[at_.offset] == '\n';
    ++at_.offset;
    at_.line += newline ? 1 : 0;
    at_.column = newline ? 1 : at_.column + 1;
  }

  void SkipToToken() {
    while (!AtEnd()) {
      const char c = text_[at_.offset];
      if (IsSpace(c) || c == ',' || c == ':') {
        Advance();
      } else if (c == '/') {
        SkipComment();
      } else {
        return;
      }
    }
  }

  void SkipComment() {
    const bool block = Next('*');
    Advance();
    if (!AtEnd()) Advance();
    while (!AtEnd() && !(block ? Here('*') && Next('/') : Here('\n'))) Advance();
    for (int i = 0; block && i < 2 && !AtEnd(); ++i) Advance();
  }

  void SkipString() {
    Advance();
    while (!AtEnd() && !Here('"')) {
      if (Here('\\')) Advance();
      if (!AtEnd()) Advance();
    }
    if (!AtEnd()) Advance();
  }

  std::string_view text_;
  Position at_;
};

Position PositionOf(std::string_view text, size_t offset) {
  Position at;
  at.offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, at.offset);
  at.line += static_cast<uint32_t>(std::count(before.begin(), before.end(), '\n'));
  const size_t newline = before.rfind('\n');
  at.column = static_cast<uint32_t>(newline == std::string_view::npos ? at.offset + 1
                                                                      : at.offset - newline);
  return at;
}

std::string Printable(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) {
      out += c;
    } else {
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

// Length of the UTF-8 sequence at `at`, or 0 if there is none (overlong forms and surrogates are
// none).
size_t Utf8Length(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
  };
  const auto continues = [&](size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool valid = continues(1) && continues(2) && !(first == 0xE0 && byte(1) < 0xA0) &&
                       !(first == 0xED && byte(1) > 0x9F);
    return valid ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool valid = continues(1) && continues(2) && continues(3) &&
                       !(first == 0xF0 && byte(1) < 0x90) && !(first == 0xF4 && byte(1) > 0x8F);
    return valid ? 4 : 0;
  }
  return 0;
}

// nlohmann's "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error ..."
// without what the diagnostic says itself.
std::string_view Reason(std::string_view what) {
  const size_t reason = what.find("syntax error");
  if (reason != std::string_view::npos) return what.substr(reason);
  const size_t label_end = what.find("] ");
  return label_end == std::string_view::npos ? what : what.substr(label_end + 2);
}

// Builds the nodes. Each method is one of nlohmann's SAX events; false stops the parser.
class Builder {
 public:
  Builder(std::string_view text, const std::string& file, Diagnostics& diagnostics)
      : text_(text), file_(file), diagnostics_(diagnostics), cursor_(text) {}

  JsonDocument TakeDocument() { return std::move(document_); }

  bool null() { return Leaf(Kind::kNull); }
  bool boolean(bool value) {
    Leaf(Kind::kBool);
    document_.nodes.back().boolean = value;
    return true;
  }
  bool number_integer(int64_t) { return Leaf(Kind::kNumber); }
  bool number_unsigned(uint64_t) { return Leaf(Kind::kNumber); }
  bool number_float(double, const std::string&) { return Leaf(Kind::kNumber); }
  bool string(std::string& value) {
    Add(Kind::kString).text = std::move(value);
    return true;
  }
  bool binary(nlohmann::json::binary_t&) { return false; }  // no part of JSON text

  bool start_object(size_t) { return Open(Kind::kObject); }
  bool start_array(size_t) { return Open(Kind::kArray); }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }

  bool key(std::string& name) {
    const Position at = cursor_.NextToken();
    Frame& frame = open_.back();
    frame.name = name;
    frame.name_at = at;
    if (frame.names.insert(name).second) return true;
    Report(at, "json-duplicate-key",
           "\"" + Printable(name) + "\" stands twice in this object: keep one of them",
           frame.node->Pointer());
    return true;
  }

  bool parse_error(size_t position, const std::string&, const nlohmann::json::exception& error) {
    Report(PositionOf(text_, position == 0 ? 0 : position - 1), "json-syntax",
           Printable(Reason(error.what())), "");
    return false;
  }

  void Report(const Position& at, std::string code, std::string what, std::string pointer) {
    diagnostics_.push_back({DiagnosticSeverity::kError,
                            {file_, at.line, at.column, std::move(pointer)},
                            std::move(code),
                            std::move(what)});
  }

 private:
  struct Frame {
    JsonNode* node;
    std::set<std::string> names;
    std::string name;  // of the member that comes next
    Position name_at;
  };

  JsonNode& Add(Kind kind) {
    const Position at = cursor_.NextToken();
    JsonNode& node = document_.nodes.emplace_back();
    node.kind = kind;
    node.line = at.line;
    node.column = at.column;
    node.text = kind == Kind::kBool || kind == Kind::kNumber || kind == Kind::kNull
                    ? std::string(cursor_.Since(at))
                    : std::string();
    if (!open_.empty()) Attach(node, open_.back());
    return node;
  }

  static void Attach(JsonNode& node, Frame& frame) {
    node.parent = frame.node;
    node.index = frame.node->children.size();
    node.name = std::move(frame.name);
    node.name_line = frame.name_at.line;
    node.name_column = frame.name_at.column;
    frame.node->children.push_back(&node);
  }

  bool Leaf(Kind kind) {
    Add(kind);
    return true;
  }

  bool Open(Kind kind) {
    JsonNode& node = Add(kind);
    if (open_.size() >= kMaxJsonDepth) {
      Report({0, node.line, node.column}, "json-depth",
             "nested deeper than " + std::to_string(kMaxJsonDepth) + " levels", node.Pointer());
      return false;
    }
    open_.push_back({&node, {}, {}, {}});
    return true;
  }

  bool Close() {
    cursor_.NextToken();
    open_.pop_back();
    return true;
  }

  std::string_view text_;
  const std::string& file_;
  Diagnostics& diagnostics_;
  TokenCursor cursor_;
  JsonDocument document_;
  std::vector<Frame> open_;
};

// Checks that no parser event makes: size, encoding, and NUL, which nlohmann takes for the end of
// the text.
bool IsText(std::string_view text, Builder& builder) {
  if (text.size() > kMaxJsonBytes) {
    builder.Report({}, "json-size",
                   "larger than " + std::to_string(kMaxJsonBytes >> 20) + " MiB: split the ruleset",
                   "");
    return false;
  }
  for (size_t at = 0; at < text.size();) {
    const size_t length = Utf8Length(text, at);
    if (length == 0 || text[at] == '\0') {
      builder.Report(PositionOf(text, at), length == 0 ? "json-utf8" : "json-syntax",
                     length == 0 ? "not UTF-8: save the file as UTF-8, write single bytes as base64"
                                 : "a NUL byte: write \\u0000 within a string",
                     "");
      return false;
    }
    at += length;
  }
  return true;
}

}  // namespace

const JsonNode* JsonNode::Find(std::string_view member) const {
  if (kind != Kind::kObject) return nullptr;
  for (const JsonNode* child : children) {
    if (child->name == member) return child;
  }
  return nullptr;
}

std::optional<int64_t> JsonNode::Integer() const {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  double value = 0;
  if (kind != Kind::kNumber) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || std::trunc(value) != value || std::abs(value) > kExact) {
    return std::nullopt;
  }
  return static_cast<int64_t>(value);
}

std::string JsonNode::Pointer() const {
  std::vector<const JsonNode*> path;
  for (const JsonNode* node = this; node->parent != nullptr; node = node->parent) {
    path.push_back(node);
  }
  std::string out;
  for (auto node = path.rbegin(); node != path.rend(); ++node) {
    out += '/';
    if (!(*node)->parent->Is(Kind::kObject)) {
      out += std::to_string((*node)->index);
      continue;
    }
    for (const char c : (*node)->name) {
      if (c == '~' || c == '/') {
        out += c == '~' ? "~0" : "~1";
      } else {
        out += c;
      }
    }
  }
  return out;
}

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return "a boolean";
    case Kind::kNumber:
      return "a number";
    case Kind::kString:
      return "a string";
    case Kind::kArray:
      return "an array";
    case Kind::kObject:
      return "an object";
  }
  return "";
}

// Recursion ends at kMaxJsonDepth.
std::string ToJson(const JsonNode& node) {
  const auto quote = [](const std::string& text) { return nlohmann::json(text).dump(); };
  if (node.Is(Kind::kString)) return quote(node.text);
  const bool object = node.Is(Kind::kObject);
  if (!object && !node.Is(Kind::kArray)) return node.text;
  std::string out(1, object ? '{' : '[');
  for (const JsonNode* child : node.children) {
    if (out.size() > 1) out += ',';
    if (object) out += quote(child->name) + ':';
    out += ToJson(*child);
  }
  return out + (object ? '}' : ']');
}

JsonDocument ParseJsonDocument(std::string_view text, const std::string& file,
                               Diagnostics& diagnostics) {
  Builder builder(text, file, diagnostics);
  if (!IsText(text, builder)) return {};
  const bool complete = nlohmann::json::sax_parse(text.begin(), text.end(), &builder,
                                                  nlohmann::json::input_format_t::json,
                                                  /*strict=*/true, /*ignore_comments=*/true);
  return complete ? builder.TakeDocument() : JsonDocument{};
}

}  // namespace rasp
