// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace rasp::match {

// Patterns out of a grammar that leaves out what regex.h says is different: \\R, \\Z, flags that
// take `m` away, ^ behind something that can take a newline, and repeats of what can match nothing.
class PatternMaker {
 public:
  explicit PatternMaker(uint32_t seed) : random_(seed) {}

  std::string Pattern() {
    groups_ = 0;
    std::string pattern = OneIn(4) ? "(?i)" : "";
    return pattern + Branches();
  }

  // As Pattern(), with something in it that RE2 has not.
  std::string BeyondRe2() {
    beyond_re2_ = true;
    std::string pattern = OneIn(4) ? "(?i)" : "";
    groups_ = 0;
    pattern += "(" + Byte() + Class() + "?)" + Branches();
    static constexpr std::string_view kEnds[] = {"(?=a|\\b)", "(?!\\s)", "\\1", "b*+", "(?>a+|-)"};
    return pattern + Any(kEnds);
  }

  std::string Branches() {
    std::string pattern;
    const unsigned branches = 1 + Below(3);
    for (unsigned i = 0; i < branches; ++i) {
      if (i > 0) pattern += '|';
      if (OneIn(3)) pattern += '^';
      pattern += Sequence(3);
    }
    return pattern;
  }

  std::string Subject() {
    static constexpr std::string_view kBytes = "aabbcABC  -\n\n\r\t\x0b\xe9\xc9_09.";
    std::string subject(Below(14), '\0');
    for (char& c : subject) c = kBytes[Below(static_cast<unsigned>(kBytes.size()))];
    if (OneIn(4)) subject += '\n';
    return subject;
  }

 private:
  unsigned Below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  bool OneIn(unsigned n) { return Below(n) == 0; }

  template <size_t kSize>
  std::string Any(const std::string_view (&choices)[kSize]) {
    return std::string(choices[Below(kSize)]);
  }

  std::string Sequence(int depth) {
    std::string sequence;
    const unsigned items = 1 + Below(4);
    for (unsigned i = 0; i < items; ++i) {
      static constexpr std::string_view kAssertions[] = {"$", "\\b", "\\B", "\\z", "(?#c)"};
      if (OneIn(8)) sequence += Any(kAssertions);
      if (beyond_re2_ && depth > 0 && OneIn(5)) sequence += LookAround(depth - 1);
      sequence += Item(depth);
    }
    return sequence;
  }

  // One byte or more, whatever it is, so that it may be repeated.
  std::string Solid(int depth) {
    if (depth > 0 && OneIn(4)) {
      static constexpr std::string_view kOpen[] = {"(", "(", "(?:", "(?i:", "(?<n>"};
      std::string open = Any(kOpen);
      if (open == "(?<n>") open = "(?<n" + std::to_string(groups_++) + ">";
      const std::string first = Solid(depth - 1) + Sequence(depth - 1);
      return open + (OneIn(2) ? first + "|" + Solid(depth - 1) : first) + ")";
    }
    return OneIn(3) ? Class() : Byte();
  }

  std::string Item(int depth) {
    static constexpr std::string_view kRepeats[] = {"*",  "+",   "?",     "*?",    "+?",
                                                    "??", "{2}", "{1,2}", "{0,2}", "{2,}?"};
    if (depth > 0 && OneIn(6)) return "(" + Sequence(depth - 1) + "|" + Sequence(depth - 1) + ")";
    if (beyond_re2_ && OneIn(6)) {
      static constexpr std::string_view kPossessive[] = {"*+", "++", "?+", "{1,2}+"};
      return Solid(depth) + Any(kPossessive);
    }
    return Solid(depth) + (OneIn(3) ? Any(kRepeats) : "");
  }

  std::string LookAround(int depth) {
    static constexpr std::string_view kBehind[] = {"(?<=a)", "(?<!b|c)", "(?<=\\n|ab)", "(?<!^a)"};
    switch (Below(4)) {
      case 0:
        return "(?=" + Sequence(depth) + ")";
      case 1:
        return "(?!" + Sequence(depth) + "|" + Sequence(depth) + ")";
      case 2:
        return "(?>" + Sequence(depth) + ")\\1?";
      default:
        return Any(kBehind);
    }
  }

  std::string Byte() {
    static constexpr std::string_view kBytes[] = {
        "a",    "b",     "c",        "A",       " ",   "-",   "\xe9",
        "\xc9", "\\xe9", "\\x{61}",  "\\x9",    "\\n", "\\r", "\\.",
        "\\t",  "\\cI",  "\\o{142}", "\\Qb\\E", "]",   "}",   "\\011"};
    return Any(kBytes);
  }

  std::string Class() {
    static constexpr std::string_view kClasses[] = {".",   "\\s", "\\S", "\\w", "\\W", "\\d",
                                                    "\\D", "\\h", "\\H", "\\v", "\\V", "\\N"};
    static constexpr std::string_view kMembers[] = {
        "a",   "a-c",   "A-B",  "\\s",       "\\S",       "\\d",       "\\w",
        "\\v", "\\h",   "\xe9", "\xc0-\xd0", "[:space:]", "[:upper:]", "[:^alpha:]",
        "\\n", "\\x0b", "\\b",  "\\.",       "[",         "\\]",       "_"};
    if (OneIn(2)) return Any(kClasses);
    std::string members = OneIn(3) ? "[^" : "[";
    const unsigned count = 1 + Below(3);
    for (unsigned i = 0; i < count; ++i) members += Any(kMembers);
    return members + "]";
  }

  std::mt19937 random_;
  int groups_ = 0;
  bool beyond_re2_ = false;
};

}  // namespace rasp::match
