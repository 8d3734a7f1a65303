// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "rasp/result.h"

// The only folder that includes RE2.
namespace rasp::match {

// A regular expression with the meaning it has in SecLang (PCRE2 with DOTALL and MULTILINE, bytes, no UTF), run by RE2
// in time linear in the input. Where the two syntaxes differ, the pattern is rewritten on compilation; what RE2 cannot
// express (look-around, back-references, atomic groups) is an error that says so. Immutable, thread-safe.
class Regex {
 public:
  struct Options {
    bool multiline = true;      // ^ and $ match at lines
    bool dot_all = true;        // . matches a newline
    bool ignore_case = false;
  };
  enum class Outcome : uint8_t { kNoMatch, kMatch, kGaveUp };  // kGaveUp: for want of memory; treat as "must evaluate"

  static constexpr int kMaxCaptures = 10;
  struct Captures {
    std::array<std::string_view, kMaxCaptures> group;  // group[0]: the whole match; data()==nullptr: not taken part
    int count = 0;
  };

  static Result<Regex> Compile(std::string_view pattern, const Options& options);
  static Result<Regex> Compile(std::string_view pattern) { return Compile(pattern, Options{}); }

  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  // Leftmost-first search. `captures` may be nullptr; with it nullptr the search is faster. Views point into `input`.
  Outcome Search(std::string_view input, Captures* captures) const;
  // The same from an offset, with ^ and \b seeing what stands before it (for global matching).
  Outcome SearchFrom(std::string_view input, size_t offset, Captures* captures) const;

  std::string_view pattern() const;  // as written
  int group_count() const;
  int64_t memory_bytes() const;      // program size, approximately

 private:
  struct Impl;
  explicit Regex(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rasp::match
