// SPDX-License-Identifier: Apache-2.0
#include "transform/best_fit.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "transform/escape.h"

namespace rasp {
namespace {

using std::literals::string_view_literals::operator""sv;

// What consecutive code points look like in ASCII. `~` stands for "nothing"; no code point here
// looks like a tilde but those in kTildes.
struct Run {
  uint16_t first;
  std::string_view ascii;
};

// Sorted by `first`, not overlapping.
constexpr Run kRuns[] = {
    // Latin-1: punctuation, then letters.
    {0x00a0, " !c~$Y|~~Ca<~-R~~~23'~~.,1o>~~~?"},
    {0x00c0, "AAAAAAACEEEEIIIIDNOOOOOxOUUUUY~~"},
    {0x00e0, "aaaaaaaceeeeiiiidnooooo~ouuuuy~y"},
    // Latin Extended-A; the long s at its end is upper-cased to S.
    {0x0100, "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGg"},
    {0x0120, "GgGgHhHhIiIiIiIiIi~~JjKk~LlLlLl~"},
    {0x0140, "~LlNnNnNn~~~OoOoOoOoRrRrRrSsSsSs"},
    {0x0160, "SsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs"},
    // Latin Extended-B: hooks, strokes, click letters, then carons and the like.
    {0x0180, "b"},
    {0x0189, "D"},
    {0x0191, "Ff"},
    {0x0197, "I"},
    {0x019a, "l"},
    {0x019f, "OOo"},
    {0x01ab, "t"},
    {0x01ae, "TUu"},
    {0x01b6, "z"},
    {0x01c0, "|~~!"},
    {0x01cd, "AaIiOoUuUuUuUuUu"},
    {0x01de, "AaAa"},
    {0x01e4, "GgGgKkOoOo"},
    {0x01f0, "j~~~Gg~~NnAa"},
    {0x0200, "AaAaEeEeIiIiOoOoRrRrUuUuSsTt~~Hh"},
    {0x0261, "g"},
    // Modifier letters and combining accents.
    {0x02b9, "'\"~'"},
    {0x02c4, "^~^~'~~`~_"},
    {0x0300, "`~^"},
    {0x030e, "\""},
    {0x0331, "__"},
    {0x037e, ";"},
    {0x0589, ":"},
    {0x066a, "%"},
    // General punctuation: spaces, dashes, quotes, primes, angles, slash.
    {0x2000, "           "},
    {0x2010, "------~_'','\"\"\"\"~~.~..."},
    {0x2028, "  "},
    {0x202f, " ~~'\"~`\"~^<>"},
    {0x2044, "/"},
    {0x205f, " "},
    // Superscripts and subscripts.
    {0x2070, "0i~~456789+-=()n0123456789+-=()"},
    // Letter-like symbols.
    {0x2102, "C~~~~E~~gHHHh~IILl~N~~PPQRRR~~~~T~Z~~~Z~KABCeeEF~Mo"},
    // Mathematics and technical.
    {0x2212, "-~~/\\*~~~~~~~~~~~|"},
    {0x2236, ":"},
    {0x2303, "^"},
    {0x2329, "<>"},
    // CJK space and brackets.
    {0x3000, " "},
    {0x3008, "<>"},
    {0x301a, "[]"},
    // Small form variants.
    {0xfe50, ",~.~;:?!-(){}[]#&*+-<>=~\\$%@"},
    // Full-width forms are LowByte's.
};

constexpr uint16_t kTildes[] = {0x02dc, 0x0303, 0x223c};

constexpr bool ByFirst(const Run& a, const Run& b) { return a.first < b.first; }
static_assert(std::is_sorted(std::begin(kRuns), std::end(kRuns), ByFirst));

}  // namespace

char BestFit(uint16_t code) {
  const auto after = std::upper_bound(std::begin(kRuns), std::end(kRuns), Run{code, ""sv}, ByFirst);
  if (after != std::begin(kRuns)) {
    const Run& run = *std::prev(after);
    const size_t offset = size_t{code} - run.first;
    if (offset < run.ascii.size() && run.ascii[offset] != '~') return run.ascii[offset];
  }
  const bool tilde = std::find(std::begin(kTildes), std::end(kTildes), code) != std::end(kTildes);
  return tilde ? '~' : LowByte(code);
}

}  // namespace rasp
