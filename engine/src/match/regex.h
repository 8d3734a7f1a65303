// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "match/presence.h"
#include "rasp/result.h"

// The only folder that includes RE2.
namespace rasp::match {

// A regular expression with the meaning it has in SecLang (PCRE2 with DOTALL and MULTILINE, bytes,
// no UTF), run by RE2 in time linear in the input. Where the two syntaxes differ, the pattern is
// rewritten on compilation. What RE2 cannot express (look-around, back-references, atomic groups)
// runs in PCRE2, and linear() is false: RE2 searches for a wider pattern first, PCRE2 confirms
// what it finds, and gives up when a budget of steps is used up. Immutable, thread-safe.
//
// Known to differ from PCRE2 where RE2 decides; the verdict differs, if at all, in the direction of
// matching more:
//   - \Z, and $ after (?-m), count a final newline as part of the match where PCRE2 only looks at
//   it;
//   - \R may match the CR of a CRLF alone (in PCRE2 it is atomic);
//   - a multiline ^ behind something that has consumed the final newline (as in "\n^") also matches
//   at the very end;
//     one that begins the match does not, as in PCRE2;
//   - the group in (a*)* is the last turn that was not empty, where PCRE2 takes one more turn on
//   nothing;
//   - [\w-.] is accepted, the hyphen standing for itself, where PCRE2 refuses the pattern.
class Regex {
 public:
  struct Options {
    bool multiline = true;  // ^ and $ match at lines; false: at the text's very start and end only
    bool dot_all = true;    // . matches a newline
    bool ignore_case = false;  // ASCII letters only
    // Steps that one search may take where linear() is false. A step is an item of the pattern
    // that is tried at one place: about 10 ns.
    uint32_t match_limit = kDefaultMatchLimit;
  };
  // About a millisecond.
  static constexpr uint32_t kDefaultMatchLimit = 100'000;

  // kGaveUp: memory could not be had, or the match limit is used up; treat as "must evaluate". That
  // RE2's states fill their memory (memory_ceiling()) is no such case: RE2 then begins anew or goes
  // on with slower automata, still linear and with the same answer, and reports nothing; see
  // slow_searches().
  enum class Outcome : uint8_t { kNoMatch, kMatch, kGaveUp };

  static constexpr int kMaxCaptures = 10;
  struct Captures {
    std::array<std::string_view, kMaxCaptures>
        group;                  // group[0]: the whole match; data()==nullptr: not taken part
    int count = 0;              // of groups filled, group[0] included
    int wanted = kMaxCaptures;  // how many to fill, from 1; 1 (the span of the match alone) is
                                // faster than more
  };

  static Result<Regex> Compile(std::string_view pattern, const Options& options);
  static Result<Regex> Compile(std::string_view pattern) { return Compile(pattern, Options{}); }

  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  // Leftmost-first search. `captures` may be nullptr; with it nullptr the search is faster. Views
  // point into `input`.
  Outcome Search(std::string_view input, Captures* captures) const;
  // The same from an offset, with ^ and \b seeing what stands before it (for global matching).
  Outcome SearchFrom(std::string_view input, size_t offset, Captures* captures) const;
  // The same, not looking further than `end` except that $ and \b see what follows. REQUIRES:
  // offset <= end <= size.
  Outcome SearchBetween(std::string_view input, size_t offset, size_t end,
                        Captures* captures) const;

  std::string_view pattern() const;  // as written
  // Whether a search takes time linear in the input, whatever the input.
  bool linear() const { return note().empty(); }
  // Why not, for people; empty if it is.
  std::string_view note() const;
  // In RE2's syntax: what a host that reasons about the pattern (a prefilter) should parse instead
  // of pattern(). It matches wherever pattern() does, and if linear(), nowhere else.
  std::string_view rewritten() const;
  // What a text must hold for this to match anywhere in it.
  const Presence& presence() const;
  int group_count() const;
  int64_t memory_bytes() const;  // program size, approximately
  // What searches, whatever they search, add to a process's memory at most: RE2's states. It is
  // chosen by the program's size, from kLeastStates to kMostStates (twice that for programs which
  // would not fit otherwise). Ordinary texts need little of it.
  int64_t memory_ceiling() const;
  // How many searches through texts of kTimedBytes and more took longer than kSlowNanoseconds of
  // CPU a byte, about ten times the usual, in this process since the start: hostile texts make RE2
  // build states that it never needs again, until it goes on without them.
  uint64_t slow_searches() const;

  static constexpr int64_t kLeastStates = 128 << 10;
  static constexpr int64_t kMostStates = 4 << 20;
  static constexpr size_t kTimedBytes = 16 << 10;
  static constexpr int64_t kSlowNanoseconds = 25;

 private:
  struct Impl;
  explicit Regex(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rasp::match
