// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "match/presence.h"
#include "match/regex.h"
#include "rasp/result.h"

namespace rasp::match {

// A PCRE2 pattern said in RE2's syntax (Perl classes, Latin-1).
struct RewrittenPattern {
  // Names the first construct that cannot be said in RE2, and its offset. `text` is then a wider
  // pattern, which matches at least wherever the written one does. Empty: they are the same.
  std::string beyond_re2;
  std::string text;
  // The same with every ^ that means "start of a line" as \A; empty if there is none. See
  // Regex::Compile.
  std::string without_line_start;
  int group_count = 0;
  Presence presence;  // what every text that it matches holds
};

// One pass over the pattern without recursion; every character class is worked out to its bytes
// here, so that RE2's own ideas of \s, \v or case outside of ASCII never come in. Fails with one
// line that names what is wrong, its offset in `pattern`, and what to write instead.
Result<RewrittenPattern> RewritePattern(std::string_view pattern, const Regex::Options& options);

}  // namespace rasp::match
