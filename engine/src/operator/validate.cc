// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "core/ascii.h"
#include "operator/argument.h"
#include "operator/tables.h"

// These operators match what is *not* valid, as in ModSecurity.
namespace rasp {
namespace {

class ByteRange final : public Operator {
 public:
  explicit ByteRange(const ByteMask& allowed)
      : allowed_(allowed), presence_(match::Presence::OfOneByte(~allowed)) {}

  bool Matches(std::string_view input, MatchContext& context) const override {
    for (size_t i = 0; i < input.size(); ++i) {
      if (allowed_.Has(static_cast<unsigned char>(input[i]))) continue;
      context.matched = input.substr(i, 1);
      return true;
    }
    return false;
  }
  const match::Presence* presence() const override { return &presence_; }

 private:
  ByteMask allowed_;
  match::Presence presence_;
};

std::optional<unsigned> ReadByte(std::string_view text) {
  text = Trim(text);
  if (text.empty() || text.size() > 3) return std::nullopt;
  unsigned value = 0;
  for (const char c : text) {
    if (!IsDigit(c)) return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value <= 255 ? std::optional(value) : std::nullopt;
}

Result<OperatorPtr> MakeByteRange(const OperatorSpec& spec) {
  ByteMask allowed;
  for (std::string_view rest = spec.argument; !rest.empty();) {
    const size_t comma = rest.find(',');
    const std::string_view item = Trim(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    const size_t hyphen = item.find('-');
    const auto first = ReadByte(item.substr(0, hyphen));
    const auto last = hyphen == std::string_view::npos ? first : ReadByte(item.substr(hyphen + 1));
    if (!first || !last || *last < *first) {
      return Refuse(Quoted(item) +
                    " is not a range of bytes; write numbers from 0 to 255, as in 9,10,32-126");
    }
    allowed = allowed | ByteMask::Range(static_cast<unsigned char>(*first),
                                        static_cast<unsigned char>(*last));
  }
  if (allowed == ByteMask())
    return Refuse("allows no byte; write numbers from 0 to 255, as in 9,10,32-126");
  return OperatorPtr(std::make_unique<ByteRange>(allowed));
}

// The first thing that is wrong with the input; data() == nullptr if nothing is.
using FaultFn = std::string_view (*)(std::string_view input);

// There is no fault without a byte of `kSigns`.
template <FaultFn kFault, const ByteMask& kSigns>
class Faulty final : public Operator {
 public:
  static Result<OperatorPtr> Make(const OperatorSpec&) {
    return OperatorPtr(std::make_unique<Faulty>());
  }
  bool Matches(std::string_view input, MatchContext& context) const override {
    const std::string_view fault = kFault(input);
    if (fault.data() == nullptr) return false;
    context.matched = fault;
    return true;
  }
  const match::Presence* presence() const override { return &presence_; }

 private:
  match::Presence presence_ = match::Presence::OfOneByte(kSigns);
};

constexpr ByteMask kPercent("%");
constexpr ByteMask kBeyondAscii = ByteMask::Range(0x80, 0xff);

std::string_view UrlEncodingFault(std::string_view input) {
  for (size_t i = input.find('%'); i != std::string_view::npos; i = input.find('%', i + 1)) {
    const std::string_view escape = input.substr(i, 3);
    if (escape.size() < 3 || HexValue(escape[1]) < 0 || HexValue(escape[2]) < 0) return escape;
  }
  return {};
}

// How many bytes the UTF-8 character at the start of `text` has (RFC 3629: no overlong forms, no
// surrogates, up to U+10FFFF); 0 if there is none.
size_t Utf8Length(std::string_view text) {
  const auto at = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = at(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  unsigned low = 0x80;
  unsigned high = 0xbf;
  if (lead == 0xe0) low = 0xa0;
  if (lead == 0xed) high = 0x9f;
  if (lead == 0xf0) low = 0x90;
  if (lead == 0xf4) high = 0x8f;
  if (at(1) < low || at(1) > high) return 0;
  for (size_t i = 2; i < length; ++i) {
    if ((at(i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

std::string_view Utf8Fault(std::string_view input) {
  for (size_t i = 0; i < input.size();) {
    const size_t length = Utf8Length(input.substr(i));
    if (length == 0) return input.substr(i, 1);
    i += length;
  }
  return {};
}

constexpr OperatorDef kOperators[] = {
    {"validateByteRange", MakeByteRange,
     "a byte of the value is outside of the ranges, such as 9,10,32-126"},
    {"validateUrlEncoding", Faulty<UrlEncodingFault, kPercent>::Make,
     "a % is not followed by two hex digits", false, false},
    {"validateUtf8Encoding", Faulty<Utf8Fault, kBeyondAscii>::Make,
     "the value is not UTF-8 (RFC 3629)", false, false},
};

}  // namespace

std::span<const OperatorDef> ValidateOperators() { return kOperators; }

}  // namespace rasp
