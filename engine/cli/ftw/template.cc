// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "cli/ftw/request.h"

namespace rasp::ftw {
namespace {

constexpr size_t kLongestResult = 64 << 20;

// Reads what stands between {{ and }}: a literal, and how often it is repeated.
class Action {
 public:
  explicit Action(std::string_view text) : rest_(text) {}

  std::optional<std::string> Run() {
    size_t times = 1;
    if (TakeWord("repeat") && !TakeNumber(times)) return std::nullopt;
    const auto literal = TakeLiteral();
    if (!literal) return std::nullopt;
    while (TakeWord("|")) {
      size_t more = 1;
      if (!TakeWord("repeat") || !TakeNumber(more)) return std::nullopt;
      times *= more;
    }
    SkipBlanks();
    if (!rest_.empty() || times * literal->size() > kLongestResult) return std::nullopt;
    std::string out;
    for (size_t i = 0; i < times; ++i) out += *literal;
    return out;
  }

 private:
  void SkipBlanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
  }
  bool TakeWord(std::string_view word) {
    SkipBlanks();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  bool TakeNumber(size_t& number) {
    SkipBlanks();
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (error != std::errc() || number > kLongestResult) return false;
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    return true;
  }
  std::optional<std::string> TakeLiteral() {
    SkipBlanks();
    if (rest_.starts_with('`')) {
      const size_t end = rest_.find('`', 1);
      if (end == rest_.npos) return std::nullopt;
      std::string out(rest_.substr(1, end - 1));
      rest_.remove_prefix(end + 1);
      return out;
    }
    if (!rest_.starts_with('"')) return std::nullopt;
    rest_.remove_prefix(1);
    return TakeQuoted();
  }
  std::optional<std::string> TakeQuoted() {
    std::string out;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return out;
      if (c != '\\') {
        out += c;
      } else if (!TakeEscape(out)) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }
  bool TakeEscape(std::string& out) {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    static constexpr std::string_view kNames = "abfnrtv\\\"'";
    static constexpr std::string_view kBytes = "\a\b\f\n\r\t\v\\\"'";
    if (const size_t at = kNames.find(c); at != kNames.npos) return out += kBytes[at], true;
    unsigned byte = 0;
    if (c != 'x' || rest_.size() < 2) return false;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + 2, byte, 16);
    if (error != std::errc() || end != rest_.data() + 2) return false;
    rest_.remove_prefix(2);
    return out += static_cast<char>(byte), true;
  }

  std::string_view rest_;
};

}  // namespace

std::optional<std::string> ExpandTemplate(std::string_view text) {
  std::string out;
  for (;;) {
    const size_t open = text.find("{{");
    out += text.substr(0, open);
    if (open == text.npos) return out;
    const size_t close = text.find("}}", open);
    if (close == text.npos) return std::nullopt;
    std::string_view action = text.substr(open + 2, close - open - 2);
    if (action.starts_with('-')) action.remove_prefix(1);
    if (action.ends_with('-')) action.remove_suffix(1);
    const auto result = Action(action).Run();
    if (!result) return std::nullopt;
    out += *result;
    text.remove_prefix(close + 2);
  }
}

}  // namespace rasp::ftw
