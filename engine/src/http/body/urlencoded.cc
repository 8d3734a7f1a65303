// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ascii.h"
#include "http/body/fact_sink.h"
#include "http/body/parsers.h"

namespace rasp {
namespace {

std::string_view UpToSpecial(std::string_view text, char separator) {
  const auto is_special = [separator](char c) {
    return c == separator || c == '=' || c == '+' || c == '%';
  };
  const auto end = std::find_if(text.begin(), text.end(), is_special);
  return text.substr(0, static_cast<size_t>(end - text.begin()));
}

// Decodes as it goes, to where the pair will be kept.
class UrlEncodedParser final : public BodyParser {
 public:
  UrlEncodedParser(const BodyLimits& limits, std::pmr::memory_resource& memory, BodyFacts& facts)
      : sink_(limits, memory, facts), separator_(limits.separator) {}

  void Feed(std::string_view chunk) override {
    sink_.facts().bytes += chunk.size();
    while (!chunk.empty() && !sink_.full()) {
      if (escape_length_ != 0) {
        ContinueEscape(chunk);
        continue;
      }
      const std::string_view plain = UpToSpecial(chunk, separator_);
      Append(plain);
      chunk.remove_prefix(plain.size());
      if (chunk.empty() || sink_.full()) return;
      TakeSpecial(chunk.front());
      chunk.remove_prefix(1);
    }
  }

  void Finish() override {
    if (sink_.full()) return;
    FlushEscape();
    EndPair();
  }

 private:
  void TakeSpecial(char c) {
    pair_has_bytes_ |= c != separator_;
    if (c == separator_) return EndPair();
    switch (c) {
      case '=':
        if (in_value_) return Append("=");
        in_value_ = true;
        sink_.EndName();
        return;
      case '+':
        return Append(" ");
      default:
        escape_[0] = '%';
        escape_length_ = 1;
    }
  }

  // Takes one more byte of "%XX". A byte that cannot belong to it is left in the chunk.
  void ContinueEscape(std::string_view& chunk) {
    const char c = chunk.front();
    if (HexValue(c) < 0) return FlushEscape();
    chunk.remove_prefix(1);
    escape_[escape_length_++] = c;
    if (escape_length_ < 3) return;
    escape_length_ = 0;
    const char byte = static_cast<char>(HexValue(escape_[1]) * 16 + HexValue(escape_[2]));
    Append({&byte, 1});
  }

  // What began like an escape and is none stays as it was written.
  void FlushEscape() {
    if (escape_length_ == 0) return;
    sink_.facts().invalid_escape = true;
    const size_t length = escape_length_;
    escape_length_ = 0;
    Append({escape_, length});
  }

  void Append(std::string_view text) {
    pair_has_bytes_ |= !text.empty();
    if (!sink_.Append(text)) EndPair();
  }

  void EndPair() {
    pair_has_bytes_ ? void(sink_.EndArgument()) : sink_.DropValue();
    in_value_ = false;
    pair_has_bytes_ = false;
  }

  FactSink sink_;
  char separator_;
  char escape_[3] = {};
  size_t escape_length_ = 0;
  bool in_value_ = false;
  bool pair_has_bytes_ = false;
};

}  // namespace

BodyParserPtr MakeUrlEncodedParser(const BodyLimits& limits, std::pmr::memory_resource& memory,
                                   BodyFacts& facts) {
  return PlaceParser<UrlEncodedParser>(memory, limits, memory, facts);
}

}  // namespace rasp
