// SPDX-License-Identifier: Apache-2.0
#include "match/pattern_rewrite.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "core/ascii.h"
#include "match/byte_class.h"

namespace rasp::match {
namespace {

constexpr size_t kNone = static_cast<size_t>(-1);
constexpr size_t kMaxNesting = 250;    // PCRE2's own limit
constexpr unsigned kMaxRepeat = 1000;  // RE2's limit, for repeats inside one another their product
constexpr unsigned kPcre2MaxRepeat = 65535;
constexpr unsigned kMaxSplitRepeat = 10000;  // RE2 compiles x{0,n} in time quadratic in n
constexpr size_t kMaxExpansion = 1 << 20;    // bytes that splitting one repeat may add

constexpr std::string_view kAnything = "(?s:.*)";

struct Flags {
  bool ignore_case = false;
  bool multiline = false;
  bool dot_all = false;
  bool extended =
      false;  // (?x): white space and #-comments between items are not part of the pattern
  bool extended_more = false;  // (?xx): nor are blanks in classes
  bool no_capture = false;     // (?n): ( is (?:
  bool ungreedy = false;
};

// What a quantifier would apply to.
struct Atom {
  size_t start = kNone;  // in the output
  int groups_before = 0;
  unsigned repeat = 1;  // the largest product of repeats inside
};

struct Group {
  Flags flags;           // those outside
  Atom atom;             // the group itself
  size_t offset = 0;     // of the parenthesis in the pattern
  unsigned repeat = 1;   // the largest product of repeats so far inside
  bool dropped = false;  // a look-around: its text is read but not part of the result
};

struct Repeat {
  unsigned min = 0;
  std::optional<unsigned> max;
  size_t length = 0;
};

class Rewriter {
 public:
  Rewriter(std::string_view pattern, const Regex::Options& options, bool line_starts)
      : in_(pattern), line_starts_(line_starts), dollar_is_end_(!options.multiline) {
    flags_.ignore_case = options.ignore_case;
    flags_.multiline = options.multiline;
    flags_.dot_all = options.dot_all;
    AppendFlags(flags_, ")");
  }

  bool Run() {
    while (pos_ < in_.size()) {
      if (!Step()) return false;
    }
    if (groups_.empty() || unsayable_) return true;
    return Fail(groups_.back().offset, "( without )",
                "close the group, or write \\( for a parenthesis");
  }

  std::string TakeText() { return unsayable_ ? std::string() : std::move(out_); }
  std::string TakeBeyond() { return std::move(beyond_); }
  std::string TakeError() { return std::move(error_); }
  Presence TakePresence() { return unsayable_ ? Presence() : presence_.Take(); }
  int captures() const { return captures_; }
  bool saw_line_start() const { return saw_line_start_; }

 private:
  bool Step();
  bool Escape();
  bool EscapeInQuote();
  bool BackReferenceOrOctal();
  bool Property();
  bool Brackets();
  bool BracketItem(ByteSet& set, std::optional<unsigned char>& single);
  bool PosixItem(ByteSet& set, bool& taken);
  bool Open();
  bool OpenSpecial();
  bool OpenNamed(size_t name_start, char end);
  bool OpenWithFlags();
  bool Close();
  bool Quantify();
  std::optional<Repeat> ReadRepeat(size_t start) const;
  bool AppendRepeat(const Repeat& repeat, std::string_view suffix);
  void LineStart();
  void LineEnd();
  bool SkipExtended();

  char Peek(size_t ahead) const { return pos_ + ahead < in_.size() ? in_[pos_ + ahead] : '\0'; }
  bool At(std::string_view text) const { return in_.substr(pos_).starts_with(text); }

  void Literal(unsigned char byte);
  void Set(const ByteSet& set);
  void Assertion(std::string_view text);
  void BeginAtom();
  void PushGroup(std::string_view opening, const Flags& outside, bool capturing);
  void NoteRepeat(unsigned repeat);
  void AppendFlags(const Flags& flags, std::string_view ending);

  bool Fail(size_t offset, std::string_view what, std::string_view why) {
    error_ = std::string(what) + " at offset " + std::to_string(offset) + ": " + std::string(why);
    return false;
  }
  // RE2 has nothing like it, but a wider pattern can be said.
  void Widen(size_t offset, std::string_view what) {
    if (beyond_.empty()) beyond_ = std::string(what) + " at offset " + std::to_string(offset);
  }
  // Nor can that: the rest is PCRE2's to read, and the result is the pattern that always matches.
  bool GiveUp(std::string_view what) {
    Widen(pos_, what);
    unsayable_ = true;
    pos_ = in_.size();
    return true;
  }

  const std::string_view in_;
  const bool line_starts_;    // false: write \A for a multiline ^
  const bool dollar_is_end_;  // $ outside of multiline mode does not match before a final newline
  size_t pos_ = 0;
  std::string out_;
  std::string error_;
  std::string beyond_;
  bool unsayable_ = false;
  Flags flags_;
  Atom atom_;
  std::vector<Group> groups_;
  PresenceBuilder presence_;
  unsigned repeat_ = 1;  // as Group::repeat, outside of all groups
  int captures_ = 0;
  bool quoting_ = false;  // between \Q and \E
  bool saw_line_start_ = false;
};

// --- Output
// ---------------------------------------------------------------------------------------------------------

void Rewriter::AppendFlags(const Flags& flags, std::string_view ending) {
  std::string on;
  std::string off;
  (flags.ignore_case ? on : off) += 'i';
  (flags.multiline ? on : off) += 'm';
  (flags.dot_all ? on : off) += 's';
  (flags.ungreedy ? on : off) += 'U';
  out_ += "(?" + on + (off.empty() ? "" : "-" + off);
  out_ += ending;
}

void Rewriter::BeginAtom() {
  atom_ = Atom{out_.size(), captures_, 1};
  presence_.Atom();
}

void Rewriter::Literal(unsigned char byte) {
  BeginAtom();
  const ByteSet one = ByteRange(byte, byte);
  presence_.AtomIs(flags_.ignore_case ? FoldCase(one) : one);
  const bool must_not_fold = flags_.ignore_case && byte >= 0x80;
  if (must_not_fold) out_ += "(?-i:";
  AppendLiteral(byte, out_);
  if (must_not_fold) out_ += ')';
}

void Rewriter::Set(const ByteSet& set) {
  BeginAtom();
  presence_.AtomIs(set);
  if (flags_.ignore_case) out_ += "(?-i:";
  out_ += ToBrackets(set);
  if (flags_.ignore_case) out_ += ')';
}

// Nothing that a quantifier may follow, as in PCRE2.
void Rewriter::Assertion(std::string_view text) {
  out_ += text;
  atom_ = Atom{};
}

void Rewriter::LineStart() {
  if (flags_.multiline) saw_line_start_ = true;
  Assertion(flags_.multiline && line_starts_ ? "^" : "\\A");
}

void Rewriter::LineEnd() {
  if (flags_.multiline) return Assertion("$");
  Assertion(dollar_is_end_ ? "\\z" : "(?:\\z|\\n\\z)");
}

void Rewriter::NoteRepeat(unsigned repeat) {
  unsigned& outer = groups_.empty() ? repeat_ : groups_.back().repeat;
  outer = std::max(outer, repeat);
}

// --- One step
// -------------------------------------------------------------------------------------------------------

bool Rewriter::Step() {
  const char c = in_[pos_];
  if (quoting_) return EscapeInQuote();
  if (flags_.extended && SkipExtended()) return true;
  switch (c) {
    case '\\':
      return Escape();
    case '[':
      return Brackets();
    case '(':
      return Open();
    case ')':
      return Close();
    case '*':
    case '+':
    case '?':
      return Quantify();
    case '{':
      if (ReadRepeat(pos_)) return Quantify();
      break;
    case '^':
      ++pos_;
      LineStart();
      return true;
    case '$':
      ++pos_;
      LineEnd();
      return true;
    case '.':
      ++pos_;
      BeginAtom();
      out_ += '.';
      return true;
    case '|':
      ++pos_;
      Assertion("|");
      presence_.Alternative();
      return true;
    default:
      break;
  }
  Literal(static_cast<unsigned char>(c));
  ++pos_;
  return true;
}

bool Rewriter::SkipExtended() {
  if (IsSpace(in_[pos_])) {
    ++pos_;
    return true;
  }
  if (in_[pos_] != '#') return false;
  pos_ = std::min(in_.find('\n', pos_), in_.size() - 1) + 1;
  return true;
}

bool Rewriter::EscapeInQuote() {
  if (At("\\E")) {
    quoting_ = false;
    pos_ += 2;
    return true;
  }
  Literal(static_cast<unsigned char>(in_[pos_++]));
  return true;
}

// --- Escapes
// --------------------------------------------------------------------------------------------------------

bool Rewriter::Escape() {
  const char c = Peek(1);
  switch (c) {
    case 'A':
    case 'b':
    case 'B':
    case 'z':
      Assertion(in_.substr(pos_, 2));
      pos_ += 2;
      return true;
    case 'Z':
      Assertion("(?:\\z|\\n\\z)");
      pos_ += 2;
      return true;
    case 'C':
      BeginAtom();
      out_ += "(?s:.)";
      pos_ += 2;
      return true;
    case 'R':
      BeginAtom();
      out_ += "(?:\\r\\n|[\\n\\x0b\\f\\r\\x85])";
      pos_ += 2;
      return true;
    case 'Q':
      quoting_ = true;
      pos_ += 2;
      return true;
    case 'E':
      pos_ += 2;
      return true;
    case 'p':
    case 'P':
      return Property();
    case 'g':
      return GiveUp("back-reference or recursion \\g");
    case 'k':
      return GiveUp("back-reference \\k");
    case 'G':
      return GiveUp("\\G");
    case 'K':
      return GiveUp("\\K");
    case 'X':
      return GiveUp("\\X");
    default:
      break;
  }
  if (c == 'N' && Peek(2) == '{' && !ReadRepeat(pos_ + 2)) {  // \N{2} repeats, \N{U+E9} names
    return Fail(pos_, "\\N{",
                "patterns match bytes; write the bytes of the character's UTF-8 form");
  }
  if (const auto set = EscapedClass(c)) {
    Set(*set);
    pos_ += 2;
    return true;
  }
  if (c >= '1' && c <= '9') return BackReferenceOrOctal();
  const Result<EscapedByte> byte = ReadEscapedByte(in_.substr(pos_));
  if (!byte) return Fail(pos_, "escape", byte.error());
  Literal(byte->value);
  pos_ += byte->length;
  return true;
}

// PCRE2: \1 to \9 always refer back; \10 and on only if there are so many groups to the left, else
// they are octal.
bool Rewriter::BackReferenceOrOctal() {
  unsigned number = 0;
  for (size_t i = 1; IsDigit(Peek(i)) && number < 100000; ++i) {
    number = number * 10 + static_cast<unsigned>(Peek(i) - '0');
  }
  if (number < 10 || Peek(1) >= '8' || number <= static_cast<unsigned>(captures_)) {
    Widen(pos_, "back-reference \\" + std::to_string(number));
    BeginAtom();
    out_ += kAnything;
    ++pos_;
    while (IsDigit(Peek(0))) ++pos_;
    return true;
  }
  const Result<EscapedByte> byte = ReadEscapedByte(in_.substr(pos_));
  if (!byte) return Fail(pos_, "escape", byte.error());
  Literal(byte->value);
  pos_ += byte->length;
  return true;
}

struct PropertyName {
  std::string_view name;
  bool negated = false;
  size_t length = 0;  // of the whole escape; 0: malformed
};

PropertyName ReadProperty(std::string_view text) {
  PropertyName property{{}, text[1] == 'P', 0};
  if (text.size() < 3) return property;
  if (text[2] != '{') return {text.substr(2, 1), property.negated, 3};
  const size_t end = text.find('}');
  if (end == std::string_view::npos) return property;
  property.name = text.substr(3, end - 3);
  property.length = end + 1;
  if (property.name.starts_with('^')) {
    property.name.remove_prefix(1);
    property.negated = !property.negated;
  }
  return property;
}

bool Rewriter::Property() {
  const PropertyName property = ReadProperty(in_.substr(pos_));
  const auto set = property.length == 0 ? std::nullopt : PropertyClass(property.name);
  if (!set) return GiveUp("character property");
  Set(property.negated ? ~*set : *set);
  pos_ += property.length;
  return true;
}

// --- Classes
// --------------------------------------------------------------------------------------------------------

// Where the ":]" of "[:name:]" at `start` is (likewise for . and =); kNone if it is none of these.
size_t PosixEnd(std::string_view pattern, size_t start) {
  if (start + 1 >= pattern.size()) return kNone;
  const char kind = pattern[start + 1];
  if (kind != ':' && kind != '.' && kind != '=') return kNone;
  for (size_t i = start + 2; i + 1 < pattern.size(); ++i) {
    const char next = pattern[i + 1];
    if (pattern[i] == '\\' && (next == ']' || next == '\\')) {
      ++i;
    } else if (pattern[i] == ']' || (pattern[i] == '[' && next == kind)) {
      return kNone;
    } else if (pattern[i] == kind && next == ']') {
      return i;
    }
  }
  return kNone;
}

bool Rewriter::Brackets() {
  if (const size_t end = PosixEnd(in_, pos_); end != kNone) {
    return Fail(pos_, "POSIX class", "stands outside of a class; write it as [[:alpha:]]");
  }
  const size_t start = pos_++;
  const bool negated = Peek(0) == '^' && pos_ < in_.size();
  if (negated) ++pos_;
  ByteSet set;
  bool first = true;
  bool quoted = false;
  while (true) {
    if (pos_ >= in_.size()) {
      return Fail(start, "[ without ]", "close the class, or write \\[ for a bracket");
    }
    if (quoted ? At("\\E") : At("\\Q") || At("\\E")) {
      quoted = At("\\Q");
      pos_ += 2;
      continue;
    }
    if (!quoted && in_[pos_] == ']' && !first) break;
    if (!quoted && flags_.extended_more && (in_[pos_] == ' ' || in_[pos_] == '\t')) {
      ++pos_;
      continue;
    }
    first = false;
    std::optional<unsigned char> low;
    if (quoted) {
      low = static_cast<unsigned char>(in_[pos_++]);
    } else if (!BracketItem(set, low)) {
      return false;
    }
    if (!low) continue;
    const size_t range = pos_;
    unsigned char high = *low;
    // A hyphen before ] or beside a class such as \w stands for itself.
    if (!quoted && Peek(0) == '-' && pos_ + 1 < in_.size() && Peek(1) != ']') {
      ++pos_;
      std::optional<unsigned char> end;
      ByteSet other;
      if (!BracketItem(other, end)) return false;
      if (end && *end < *low) return Fail(range, "range", "its ends are in the wrong order");
      if (end) {
        high = *end;
      } else {
        set |= other;
        set.set('-');
      }
    }
    const ByteSet bytes = ByteRange(*low, high);
    set |= flags_.ignore_case ? FoldCase(bytes) : bytes;
  }
  ++pos_;
  Set(negated ? ~set : set);
  return true;
}

// Reads one item: a set of its own is added to `set`, a byte that may begin or end a range is given
// in `single`.
bool Rewriter::BracketItem(ByteSet& set, std::optional<unsigned char>& single) {
  const char c = in_[pos_];
  if (c == '[') {
    bool taken = false;
    if (!PosixItem(set, taken)) return false;
    if (taken) return true;
  }
  if (c != '\\') {
    single = static_cast<unsigned char>(c);
    ++pos_;
    return true;
  }
  const char letter = Peek(1);
  if (letter == 'b') {
    single = 0x08;
    pos_ += 2;
    return true;
  }
  if (letter == 'p' || letter == 'P') {
    const PropertyName property = ReadProperty(in_.substr(pos_));
    const auto known = property.length == 0 ? std::nullopt : PropertyClass(property.name);
    if (!known) return GiveUp("character property");
    set |= property.negated ? ~*known : *known;
    pos_ += property.length;
    return true;
  }
  if (letter != 'N') {
    if (const auto escaped = EscapedClass(letter)) {
      set |= *escaped;
      pos_ += 2;
      return true;
    }
  }
  const Result<EscapedByte> byte = ReadEscapedByte(in_.substr(pos_));
  if (!byte) return Fail(pos_, "escape in a class", byte.error());
  single = byte->value;
  pos_ += byte->length;
  return true;
}

bool Rewriter::PosixItem(ByteSet& set, bool& taken) {
  const size_t end = PosixEnd(in_, pos_);
  if (end == kNone) return true;
  if (in_[end] != ':')
    return Fail(pos_, "collating element", "not supported; write the characters");
  std::string_view name = in_.substr(pos_ + 2, end - (pos_ + 2));
  const bool negated = name.starts_with('^');
  if (negated) name.remove_prefix(1);
  const auto known = PosixClass(name);
  if (!known)
    return Fail(pos_, "POSIX class",
                "there is none of that name; known are alpha, digit, space and so on");
  const ByteSet folded = flags_.ignore_case ? FoldCase(*known) : *known;
  set |= negated ? ~folded : folded;
  pos_ = end + 2;
  taken = true;
  return true;
}

// --- Groups
// ---------------------------------------------------------------------------------------------------------

void Rewriter::PushGroup(std::string_view opening, const Flags& outside, bool capturing) {
  BeginAtom();
  if (capturing) ++captures_;
  groups_.push_back(Group{outside, atom_, pos_, 1});
  out_ += opening;
  atom_ = Atom{};
  presence_.Open();
}

bool Rewriter::Open() {
  if (groups_.size() >= kMaxNesting) {
    return Fail(pos_, "(", "groups are nested more than 250 deep; split the pattern");
  }
  if (Peek(1) == '*') return GiveUp("verb (*");
  if (Peek(1) == '?') return OpenSpecial();
  PushGroup(flags_.no_capture ? "(?:" : "(", flags_, !flags_.no_capture);
  ++pos_;
  return true;
}

struct Construct {
  std::string_view opening;
  std::string_view name;
};
constexpr Construct kLookArounds[] = {
    {"(?=", "look-ahead (?="},
    {"(?!", "look-ahead (?!"},
    {"(?<=", "look-behind (?<="},
    {"(?<!", "look-behind (?<!"},
};
constexpr Construct kUnsayable[] = {
    {"(?|", "branch reset (?|"}, {"(?P=", "back-reference (?P="}, {"(?P>", "recursion (?P>"},
    {"(?R", "recursion (?R"},    {"(?&", "recursion (?&"},        {"(?(", "condition (?("},
    {"(?C", "callout (?C"},      {"(?*", "look-ahead (?*"},       {"(?<*", "look-behind (?<*"},
};

bool Rewriter::OpenSpecial() {
  if (At("(?#")) {
    const size_t end = in_.find(')', pos_);
    if (end == std::string_view::npos) return Fail(pos_, "(?#", "the comment is not closed");
    pos_ = end + 1;
    return true;
  }
  for (const Construct& unsayable : kUnsayable) {
    if (At(unsayable.opening)) return GiveUp(unsayable.name);
  }
  for (const Construct& look_around : kLookArounds) {
    if (!At(look_around.opening)) continue;
    Widen(pos_, look_around.name);
    PushGroup("(?:", flags_, false);
    groups_.back().dropped = true;
    pos_ += look_around.opening.size();
    return true;
  }
  if (At("(?>")) {
    Widen(pos_, "atomic group (?>");
    PushGroup("(?:", flags_, false);
    pos_ += 3;
    return true;
  }
  if (At("(?:")) {
    PushGroup("(?:", flags_, false);
    pos_ += 3;
    return true;
  }
  if (At("(?P<")) return OpenNamed(pos_ + 4, '>');
  if (At("(?<")) return OpenNamed(pos_ + 3, '>');
  if (At("(?'")) return OpenNamed(pos_ + 3, '\'');
  const char c = Peek(2);
  if (IsDigit(c) || c == '+' || (c == '-' && IsDigit(Peek(3)))) return GiveUp("recursion (?");
  return OpenWithFlags();
}

// Names serve back-references and hosts that ask by name; here groups have only their numbers.
bool Rewriter::OpenNamed(size_t name_start, char end) {
  const size_t name_end = in_.find(end, name_start);
  const std::string_view name =
      in_.substr(name_start, name_end == std::string_view::npos ? 0 : name_end - name_start);
  const bool well_formed = !name.empty() && !IsDigit(name[0]) &&
                           std::all_of(name.begin(), name.end(),
                                       [](char c) { return IsAlpha(c) || IsDigit(c) || c == '_'; });
  if (!well_formed) {
    return Fail(pos_, "group name", "a name is letters, digits and _, as in (?<name>...)");
  }
  PushGroup("(", flags_, true);
  pos_ = name_end + 1;
  return true;
}

bool Rewriter::OpenWithFlags() {
  Flags flags = flags_;
  bool on = true;
  size_t i = pos_ + 2;
  for (; i < in_.size() && in_[i] != ')' && in_[i] != ':'; ++i) {
    switch (in_[i]) {
      case '-':
        on = false;
        break;
      case '^':
        flags = Flags{.ungreedy = flags.ungreedy};
        break;
      case 'i':
        flags.ignore_case = on;
        break;
      case 'm':
        flags.multiline = on;
        break;
      case 's':
        flags.dot_all = on;
        break;
      case 'n':
        flags.no_capture = on;
        break;
      case 'U':
        flags.ungreedy = on;
        break;
      case 'x':
        flags.extended_more = on && in_[i - 1] == 'x';
        flags.extended = on;
        break;
      default:
        return Fail(i, "unknown group option", "known are i, m, s, x, n and U");
    }
  }
  if (i >= in_.size()) return Fail(pos_, "(?", "the group is not closed");
  if (in_[i] == ':') {
    PushGroup("", flags_, false);
    AppendFlags(flags, ":");
  } else {
    AppendFlags(flags, ")");
    atom_ = Atom{};
  }
  flags_ = flags;
  pos_ = i + 1;
  return true;
}

bool Rewriter::Close() {
  if (groups_.empty()) return Fail(pos_, ") without (", "write \\) for a parenthesis");
  const Group group = groups_.back();
  groups_.pop_back();
  flags_ = group.flags;
  atom_ = group.atom;
  if (group.dropped) {
    out_.resize(atom_.start);
    out_ += "(?:";
  } else {
    atom_.repeat = group.repeat;
    NoteRepeat(group.repeat);
  }
  out_ += ')';
  ++pos_;
  presence_.Close(!group.dropped);
  return true;
}

// --- Quantifiers
// ----------------------------------------------------------------------------------------------------

std::optional<Repeat> Rewriter::ReadRepeat(size_t start) const {
  size_t i = start + 1;
  const auto read = [this, &i]() -> std::optional<unsigned> {
    if (i >= in_.size() || !IsDigit(in_[i])) return std::nullopt;
    unsigned value = 0;
    for (; i < in_.size() && IsDigit(in_[i]); ++i) {
      value = std::min(value * 10 + static_cast<unsigned>(in_[i] - '0'), kPcre2MaxRepeat + 1);
    }
    return value;
  };
  Repeat repeat;
  const auto min = read();
  if (!min) return std::nullopt;
  repeat.min = *min;
  repeat.max = *min;
  if (i < in_.size() && in_[i] == ',') {
    ++i;
    repeat.max = read();
  }
  if (i >= in_.size() || in_[i] != '}') return std::nullopt;
  repeat.length = i + 1 - start;
  return repeat;
}

bool Rewriter::Quantify() {
  const size_t start = pos_;
  const char c = in_[pos_];
  if (atom_.start == kNone) {
    return Fail(pos_, std::string("quantifier ") + c,
                "there is nothing before it that can be repeated; to repeat a repeat, group it "
                "with (?:...)");
  }
  Repeat repeat{c == '+' ? 1u : 0u, std::nullopt, 1};
  if (c == '?') repeat.max = 1;
  if (c == '{') repeat = *ReadRepeat(pos_);
  if (repeat.min > kPcre2MaxRepeat || repeat.max.value_or(0) > kPcre2MaxRepeat) {
    return Fail(start, "repeat", "counts end at 65535");
  }
  if (repeat.max && *repeat.max < repeat.min) {
    return Fail(start, "repeat", "its ends are in the wrong order");
  }
  presence_.Repeat(repeat.min, repeat.min == 1 && repeat.max == 1u);
  pos_ += repeat.length;
  const bool possessive = At("+");
  if (possessive) Widen(start, "possessive quantifier");
  const bool lazy = At("?");
  if (possessive || lazy) ++pos_;
  if (c != '{') {
    out_ += c;
    if (lazy) out_ += '?';
  } else if (!AppendRepeat(repeat, lazy ? "?" : "")) {
    Widen(start, "repeat too large for RE2");
    out_ += repeat.min == 0 ? "*" : "+";
    NoteRepeat(atom_.repeat);
  }
  atom_ = Atom{};
  return true;
}

// x{1200} becomes x{1000}x{200}: the same matches in the same order of preference.
bool Rewriter::AppendRepeat(const Repeat& repeat, std::string_view suffix) {
  const unsigned largest = std::max(repeat.max.value_or(repeat.min), 1u);
  const auto counts = [](unsigned min, std::optional<unsigned> max) {
    return "{" + std::to_string(min) + (max == min ? "" : ",") +
           (max && max != min ? std::to_string(*max) : "") + "}";
  };
  if (largest * static_cast<uint64_t>(atom_.repeat) <= kMaxRepeat) {
    out_ += counts(repeat.min, repeat.max);
    out_ += suffix;
    atom_.repeat *= largest;
    NoteRepeat(atom_.repeat);
    return true;
  }
  const unsigned chunk = kMaxRepeat / atom_.repeat;
  if (chunk == 0 || largest > kMaxSplitRepeat || captures_ > atom_.groups_before) return false;
  const std::string atom = out_.substr(atom_.start);
  if ((largest / chunk + 3) * (atom.size() + 16) > kMaxExpansion) return false;
  out_.resize(atom_.start);
  out_ += "(?:";
  const auto append = [&](unsigned min, std::optional<unsigned> max) {
    out_ += atom;
    out_ += counts(min, max);
    out_ += suffix;
  };
  for (unsigned left = repeat.min; left > 0; left -= std::min(left, chunk)) {
    append(std::min(left, chunk), std::min(left, chunk));
  }
  if (!repeat.max) append(0, std::nullopt);
  for (unsigned left = repeat.max.value_or(repeat.min) - repeat.min; left > 0;
       left -= std::min(left, chunk)) {
    append(0, std::min(left, chunk));
  }
  out_ += ')';
  atom_.repeat *= chunk;
  NoteRepeat(atom_.repeat);
  return true;
}

}  // namespace

Result<RewrittenPattern> RewritePattern(std::string_view pattern, const Regex::Options& options) {
  Rewriter rewriter(pattern, options, true);
  if (!rewriter.Run()) return Result<RewrittenPattern>::Failure(rewriter.TakeError());
  RewrittenPattern rewritten;
  rewritten.text = rewriter.TakeText();
  rewritten.group_count = rewriter.captures();
  rewritten.beyond_re2 = rewriter.TakeBeyond();
  rewritten.presence = rewriter.TakePresence();
  if (rewriter.saw_line_start() && rewritten.beyond_re2.empty()) {
    Rewriter second(pattern, options, false);
    if (second.Run()) rewritten.without_line_start = second.TakeText();
  }
  return rewritten;
}

}  // namespace rasp::match
