// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "core/ascii.h"
#include "http/body/fact_sink.h"
#include "http/body/json_path.h"
#include "http/body/json_string.h"
#include "http/body/parsers.h"
#include "http/body/utf8_check.h"
#include "http/byte_scan.h"

namespace rasp {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kStructural = "{}[],: \t\r\n";

constexpr bool IsJsonSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20; }
constexpr bool EndsText(char c) { return c == '"' || c == '\\'; }

// From `at` on, what is ASCII and needs no look: neither control characters nor the end of a text.
size_t SkipPlain(std::string_view text, size_t at) {
  namespace scan = byte_scan;
  for (; text.size() - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
    const uint64_t word = scan::Load(text.data() + at);
    if ((word & scan::kHigh) != 0) break;
    const uint64_t found =
        scan::Below(word, 0x20) | scan::Equal(word, '"') | scan::Equal(word, '\\');
    if (found != 0) return at + scan::FirstOf(found);
  }
  while (at < text.size() && !IsControl(text[at]) && !EndsText(text[at]) &&
         static_cast<unsigned char>(text[at]) < 0x80)
    ++at;
  return at;
}

constexpr bool EndsBareWord(char c) {
  return IsJsonSpace(c) || c == ',' || c == ':' || c == '"' || c == '[' || c == ']' || c == '{' ||
         c == '}';
}

template <typename Predicate>
std::string_view TextUpTo(std::string_view text, Predicate ends) {
  const auto end = std::find_if(text.begin(), text.end(), ends);
  return text.substr(0, static_cast<size_t>(end - text.begin()));
}

void SkipDigits(std::string_view& text) {
  while (!text.empty() && IsDigit(text.front())) text.remove_prefix(1);
}

// RFC 8259 section 6.
bool IsNumber(std::string_view text) {
  const auto take = [&](std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == any_of.npos) return false;
    text.remove_prefix(1);
    return true;
  };
  const auto take_digits = [&] {
    const size_t before = text.size();
    SkipDigits(text);
    return text.size() != before;
  };
  take("-");
  if (!take("0") && !take_digits()) return false;
  if (take(".") && !take_digits()) return false;
  if (take("eE")) {
    take("+-");
    if (!take_digits()) return false;
  }
  return text.empty();
}

bool IsLiteral(std::string_view text) {
  return text == "true" || text == "false" || text == "null" || IsNumber(text);
}

// Three states of reading, each of which takes from the chunk what it can: between tokens, in a
// string, in a bare word. What is wrong but leaves no doubt about the structure is recorded and
// read on. Where the structure is lost, the rest is salvaged: taken apart at every unescaped quote,
// whichever side of it is the string, and all pieces kept, decoded.
class JsonParser final : public BodyParser {
 public:
  JsonParser(const BodyLimits& limits, std::pmr::memory_resource& memory, BodyFacts& facts)
      : sink_(limits, memory, facts), path_(sink_) {}

  void Feed(std::string_view chunk) override {
    sink_.facts().bytes += chunk.size();
    while (!chunk.empty() && !sink_.full()) {
      switch (reading_) {
        case Reading::kBetween:
          TakeBetween(chunk);
          break;
        case Reading::kString:
        case Reading::kSalvage:
          TakeText(chunk);
          break;
        case Reading::kBareWord:
          TakeBareWord(chunk);
          break;
      }
    }
  }

  void Finish() override {
    if (!sink_.full()) FinishToken();
    if (!sink_.full() && sink_.facts().bytes != 0 && expect_ != Expect::kDocument) {
      EmitKeyWithoutValue();
      SyntaxError("the JSON ends before it is complete");
    }
    path_.CheckUnclosed();
  }

 private:
  enum class Reading : uint8_t { kBetween, kString, kBareWord, kSalvage };
  enum class Expect : uint8_t {
    kFirstDocument,
    kDocument /* one or more are complete */,
    kValue,
    kValueOrEnd,
    kKey,
    kKeyOrEnd,
    kColon,
    kCommaOrEnd
  };

  bool ExpectsValue() const {
    return expect_ == Expect::kValue || expect_ == Expect::kValueOrEnd ||
           expect_ == Expect::kFirstDocument || expect_ == Expect::kDocument;
  }
  bool ExpectsKey() const { return expect_ == Expect::kKey || expect_ == Expect::kKeyOrEnd; }

  void SyntaxError(std::string_view text) { sink_.Fail(BodyError::kSyntax, text); }

  void TakeBetween(std::string_view& chunk) {
    const uint64_t offset = sink_.facts().bytes - chunk.size();
    const char c = chunk.front();
    if (offset < 4 && (c == '\0' || c == '\xFE' || c == '\xFF')) {
      sink_.Fail(BodyError::kUnsupported, "the JSON is not UTF-8");
      StartSalvage();
    } else if (IsJsonSpace(c)) {
      chunk.remove_prefix(1);
    } else if (!TakeToken(c)) {
      StartSalvage();
    } else if (reading_ != Reading::kBareWord) {
      chunk.remove_prefix(1);
    }
  }

  void StartSalvage() {
    EmitKeyWithoutValue();
    expect_ = Expect::kDocument;
    reading_ = Reading::kSalvage;
  }

  // False if no such token may stand here; then nothing was taken.
  bool TakeToken(char c) {
    switch (c) {
      case '{':
      case '[':
        return ExpectsValue() ? Open(c == '[') : Unexpected();
      case '}':
      case ']':
        return Close(c == ']');
      case ':':
        if (expect_ != Expect::kColon) return Unexpected();
        expect_ = Expect::kValue;
        return true;
      case ',':
        if (expect_ != Expect::kCommaOrEnd) return Unexpected();
        expect_ = path_.in_array() ? Expect::kValue : Expect::kKey;
        after_comma_ = true;
        return true;
      case '"':
        if (!ExpectsKey() && !ExpectsValue()) return Unexpected();
        reading_ = Reading::kString;
        utf8_.Begin();
        if (ExpectsValue()) BeginLeaf();
        return true;
      default:
        if (!ExpectsValue()) return Unexpected();
        reading_ = Reading::kBareWord;
        BeginLeaf();
        return true;
    }
  }

  bool Unexpected() {
    SyntaxError("the JSON has a token where it may not stand");
    return false;
  }

  void BeginValue() {
    if (expect_ == Expect::kDocument) SyntaxError("more follows after the JSON document");
    if (path_.in_array()) path_.NextItem();
    if (path_.at_top()) path_.Reset();
    after_comma_ = false;
  }

  void BeginLeaf() {
    BeginValue();
    if (!sink_.BeginArgument(path_.name(), false)) sink_.EndArgument();
  }

  // The watcher gets to know of names by their keys.
  void EndLeaf() {
    const bool kept = sink_.EndArgument();
    if (sink_.watches()) kept ? path_.NoteKept() : path_.TellKeys();
  }

  void AddEmpty() {
    sink_.BeginArgument(path_.name(), false);
    EndLeaf();
  }

  void EndValue() { expect_ = path_.at_top() ? Expect::kDocument : Expect::kCommaOrEnd; }

  bool Open(bool is_array) {
    if (path_.depth() >= sink_.limits().depth) {
      EmitKeyWithoutValue();
      sink_.Fail(BodyError::kDepth, "the JSON is nested deeper than the limit allows");
      return true;
    }
    BeginValue();
    if (path_.in_object()) sink_.AddContainerName(path_.name());
    path_.Enter(is_array);
    expect_ = is_array ? Expect::kValueOrEnd : Expect::kKeyOrEnd;
    return true;
  }

  bool Close(bool is_array) {
    if (path_.at_top() || path_.in_array() != is_array) return Unexpected();
    const bool trailing_comma =
        after_comma_ && (is_array ? expect_ == Expect::kValue : expect_ == Expect::kKey);
    const bool complete = expect_ == Expect::kCommaOrEnd || expect_ == Expect::kValueOrEnd ||
                          expect_ == Expect::kKeyOrEnd;
    if (trailing_comma) {
      SyntaxError("the JSON has a comma before a closing bracket");
    } else if (!complete) {
      return Unexpected();
    }
    after_comma_ = false;
    const bool was_empty = path_.Leave();
    if (was_empty && !path_.at_top()) AddEmpty();
    EndValue();
    return true;
  }

  // In a string or a piece that is salvaged: up to the next quote.
  void TakeText(std::string_view& chunk) {
    if (escape_.open()) {
      const bool taken = escape_.Take(chunk.front());
      if (!Append(escape_.Decoded())) return;
      if (taken) chunk.remove_prefix(1);
      return;
    }
    const std::string_view plain = PlainText(chunk);
    if (!Append(plain)) return;
    chunk.remove_prefix(plain.size());
    if (chunk.empty()) return;
    if (chunk.front() == '"') {
      EndText();
    } else {
      utf8_.Take(static_cast<uint8_t>(chunk.front()));
      escape_.Begin();
    }
    chunk.remove_prefix(1);
  }

  // What comes before the next quote or backslash.
  std::string_view PlainText(std::string_view chunk) {
    size_t at = 0;
    bool has_control = false;
    for (;; ++at) {
      if (!utf8_.open()) at = SkipPlain(chunk, at);
      if (at == chunk.size() || EndsText(chunk[at])) break;
      has_control |= IsControl(chunk[at]);
      utf8_.Take(static_cast<uint8_t>(chunk[at]));
    }
    if (has_control && reading_ == Reading::kString)
      SyntaxError("a JSON string has an unescaped control character");
    return chunk.substr(0, at);
  }

  void TakeBareWord(std::string_view& chunk) {
    const std::string_view word = TextUpTo(chunk, EndsBareWord);
    if (!Append(word)) return;
    chunk.remove_prefix(word.size());
    if (!chunk.empty()) EndBareWord();
  }

  // False if the text does not fit: then what there is of it has been emitted.
  bool Append(std::string_view text) {
    if (text.empty()) return true;
    if (reading_ == Reading::kSalvage && !std::exchange(salvage_begun_, true))
      sink_.BeginArgument(kSalvaged, false);
    if (sink_.Append(text)) return true;
    reading_ == Reading::kString ? EndText() : void(sink_.EndArgument());
    return false;
  }

  void EndText() {
    if (reading_ == Reading::kSalvage) return EndSalvaged();
    if (escape_.saw_invalid()) SyntaxError("a JSON string has an invalid escape");
    if (!utf8_.Holds()) SyntaxError("a JSON string is not UTF-8");
    reading_ = Reading::kBetween;
    if (ExpectsKey()) {
      EndKey();
    } else {
      EndLeaf();
      EndValue();
    }
  }

  void EndSalvaged() {
    salvage_begun_ = false;
    const bool has_text =
        sink_.streaming() || sink_.text().find_first_not_of(kStructural) != std::string_view::npos;
    has_text ? void(sink_.EndArgument()) : sink_.DropValue();
  }

  void EndKey() {
    if (sink_.streaming()) {
      sink_.DropValue();
      path_.SetKey(sink_.streamed_name());
      path_.NoteTold();
    } else {
      path_.SetKey(sink_.text());
      sink_.DropValue();
    }
    expect_ = Expect::kColon;
    after_comma_ = false;
    if (sink_.full()) EmitKeyWithoutValue();
  }

  void EndBareWord() {
    reading_ = Reading::kBetween;
    if (expect_ == Expect::kFirstDocument && sink_.text() == kByteOrderMark) {
      SyntaxError("the JSON begins with a byte order mark");
      sink_.DropValue();
      return;
    }
    if (sink_.streaming() || !IsLiteral(sink_.text()))
      SyntaxError("the JSON has a bare word that is no literal");
    EndLeaf();
    EndValue();
  }

  void FinishToken() {
    switch (reading_) {
      case Reading::kBetween:
        return;
      case Reading::kBareWord:
        return EndBareWord();
      case Reading::kString:
        SyntaxError("the JSON ends within a string");
        [[fallthrough]];
      case Reading::kSalvage:
        escape_.Close();
        if (Append(escape_.Decoded())) EndText();
        return;
    }
  }

  // A key is seen even if the structure is lost before its value.
  void EmitKeyWithoutValue() {
    const bool key_pending =
        expect_ == Expect::kColon || (expect_ == Expect::kValue && path_.in_object());
    if (key_pending) AddEmpty();
  }

  static constexpr std::string_view kSalvaged = "json";

  FactSink sink_;
  JsonPath path_;
  JsonEscape escape_;
  Utf8Check utf8_;  // of the string, as it was written
  Reading reading_ = Reading::kBetween;
  Expect expect_ = Expect::kFirstDocument;
  bool after_comma_ = false;
  bool salvage_begun_ = false;
};

}  // namespace

BodyParserPtr MakeJsonParser(const BodyLimits& limits, std::pmr::memory_resource& memory,
                             BodyFacts& facts) {
  return PlaceParser<JsonParser>(memory, limits, memory, facts);
}

}  // namespace rasp
