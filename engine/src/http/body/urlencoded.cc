// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "core/ascii.h"
#include "http/body/fact_sink.h"
#include "http/body/parsers.h"
#include "http/byte_scan.h"
#include "http/hex_table.h"

namespace rasp {
namespace {

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
      TakeText(chunk);
      if (chunk.empty() || sink_.full() || !IsSpecial(chunk.front())) continue;
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
  // Decodes up to the next separator, '=' or what may be a broken escape, or as far as there is
  // room. What is decoded is never longer than what was read.
  void TakeText(std::string_view& chunk) {
    const std::string_view text = chunk.substr(0, kBlock);
    char* const begin = Space(text.size());
    if (begin == nullptr) return TakePlain(chunk);
    char* out = begin;
    size_t at = 0;
    for (;;) {
      at = CopyPlain(text, at, out);
      if (text.size() - at < 3 || text[at] != '%' || separator_ == '%') break;
      const int byte = HexByte(text[at + 1], text[at + 2]);
      if (byte < 0) break;
      *out++ = static_cast<char>(byte);
      at += 3;
    }
    pair_has_bytes_ |= at != 0;
    sink_.Advance(static_cast<size_t>(out - begin));
    chunk.remove_prefix(at);
  }

  char* Space(size_t bytes) {
    char* const space = sink_.Space(bytes);
    if (space != nullptr) return space;
    sink_.Prepare(bytes);
    return sink_.Space(bytes);
  }

  // Copies, with a space for each '+', from `at` to the next byte that is special; returns where
  // that is.
  size_t CopyPlain(std::string_view text, size_t at, char*& out) const {
    namespace scan = byte_scan;
    for (; text.size() - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
      const uint64_t word = scan::Load(text.data() + at);
      const uint64_t special =
          scan::Equal(word, separator_) | scan::Equal(word, '=') | scan::Equal(word, '%');
      const uint64_t plus = scan::Equal(word, '+') >> 7;
      scan::Store(out, word ^ (plus * ('+' ^ ' ')));
      if (special != 0) {
        const size_t plain = scan::FirstOf(special);
        out += plain;
        return at + plain;
      }
      out += sizeof(uint64_t);
    }
    for (; at < text.size() && !IsSpecial(text[at]); ++at)
      *out++ = text[at] == '+' ? ' ' : text[at];
    return at;
  }

  bool IsSpecial(char c) const { return c == separator_ || c == '=' || c == '%'; }

  // Where there is no room for a block: as far as one Append goes.
  void TakePlain(std::string_view& chunk) {
    size_t size = 0;
    while (size < chunk.size() && !IsSpecial(chunk[size]) && chunk[size] != '+') ++size;
    Append(chunk.substr(0, size));
    chunk.remove_prefix(size);
    if (chunk.empty() || chunk.front() != '+' || sink_.full()) return;
    Append(" ");
    chunk.remove_prefix(1);
  }

  void TakeSpecial(char c) {
    pair_has_bytes_ |= c != separator_;
    if (c == separator_) return EndPair();
    switch (c) {
      case '=':
        if (in_value_) return Append("=");
        in_value_ = true;
        sink_.EndName();
        return;
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
    const char byte = static_cast<char>(HexByte(escape_[1], escape_[2]));
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

  static constexpr size_t kBlock = 4096;

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
