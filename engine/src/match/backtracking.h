// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "match/regex.h"
#include "rasp/result.h"

namespace rasp::match {

// A pattern run by PCRE2's backtracking matcher, for what RE2 cannot express. Not linear in the
// input: a search may use up a budget of steps and then gives up. Immutable, thread-safe.
class Backtracking {
 public:
  // Fails with one line that names what PCRE2 refuses and its offset in `pattern`.
  static Result<Backtracking> Compile(std::string_view pattern, const Regex::Options& options);

  ~Backtracking();
  Backtracking(Backtracking&&) noexcept;
  Backtracking& operator=(Backtracking&&) noexcept;

  // The leftmost match that begins in [offset, end]; it may look at, and reach into, what follows.
  // REQUIRES: offset <= end <= input.size().
  Regex::Outcome Search(std::string_view input, size_t offset, size_t end,
                        Regex::Captures* captures) const;
  int group_count() const;
  int64_t memory_bytes() const;

 private:
  struct Impl;
  explicit Backtracking(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rasp::match
