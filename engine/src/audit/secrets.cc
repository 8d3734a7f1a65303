// SPDX-License-Identifier: Apache-2.0
#include "audit/secrets.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "audit/account_numbers.h"
#include "core/ascii.h"
#include "match/regex.h"

namespace rasp::audit {
namespace {

using match::Regex;
using Captures = Regex::Captures;

// Names anywhere within a parameter's name: "user[password]", "x-api-key", "sessionid".
constexpr char kSecretName[] =
    "(?:pass(?:word|wd|phrase|code)|passwd|pwd|passwort|secret|token|credential|authorization|"
    "cookie|csrf|xsrf|api[-_ ]?key|access[-_]?key|private[-_]?key|sess(?:ion)?[-_]?id|cvv|cvc|iban|"
    "card[-_]?(?:number|num|no\\b)|(?:\\b|_)(?:pass|pin|otp|auth|sid|jwt|ssn|bearer|session)(?:\\b|"
    "_))";

// One way in which a secret looks. The pattern's group 1, if it has one, is the secret; else all
// that matched.
struct Shape {
  std::string_view kind;
  std::string_view literal;  // without which nothing can match, in any case; empty: none
  std::string_view pattern;  // case-insensitive
  std::string_view until;  // the secret goes on to here, or to the end of the text; empty: it ends
                           // with the match
};

constexpr Shape kShapes[] = {
    {"private-key", "private", "-----BEGIN[ +]*[A-Z0-9 +]*PRIVATE[ +]*KEY[ +]*(?:BLOCK)?-----",
     "-----end"},
    {"jwt", "eyj", "\\beyJ[\\w-]{5,}\\.([\\w-]{4,}\\.[\\w-]*)", ""},
    {"email", "@", "[\\w.!#$%*+^~-]+@[a-z0-9-]+(?:\\.[a-z0-9-]+)+", ""},
    {"credentials", "", "\\b(?:bearer|basic|digest|negotiate)[ \\t+]+([\\w.~+/=-]{8,})", ""},
    {"key", "", "\\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ABIA|ACCA)[A-Z0-9]{16}\\b", ""},
    {"key", "",
     "\\b(?:gh[pousr]_\\w{20,}|github_pat_\\w{20,}|xox[abeprs]-[\\w-]{10,}|"
     "[sr]k_(?:live|test)_\\w{10,}|AIza[\\w-]{30,})",
     ""},
};

// Where the value ends that a secret name introduces. `pattern` follows the name.
struct Syntax {
  std::string_view pattern;
  std::string_view stops;  // any of these bytes ends the value; empty: `until` does
  std::string_view until;
};

constexpr Syntax kSyntaxes[] = {
    {"[\\w.\\-\\[\\]]*\\\\?[\"']?\\s*(?:=|:|%3a|%3d)\\s*", "&;\r\n<\"'", ""},
    {"[\\w.\\-:]*(?:\\s[^<>]*)?>", "<", ""},
    {"[^\"'\\r\\n]*[\"'](?:;[^\\r\\n]*)?\\s+", "",
     "--"},  // Content-Disposition: form-data; name="password"
};

Regex CompileOrDie(const std::string& pattern) {
  Regex::Options options;
  options.multiline = false;
  options.ignore_case = true;
  Result<Regex> regex = Regex::Compile(pattern, options);
  if (!regex) std::abort();  // the patterns are constants; a unit test compiles them all
  return *std::move(regex);
}

// A name of a secret, or what looks like one.
std::string AnySign() {
  std::string any = kSecretName;
  for (const Shape& shape : kShapes) any += "|(?:" + std::string(shape.pattern) + ')';
  return any;
}

struct CompiledShape {
  const Shape* shape;
  Regex regex;
};
struct CompiledSyntax {
  const Syntax* syntax;
  Regex regex;     // behind a secret name
  Regex anchored;  // at the beginning of the text, which follows a name
};

// Compiled at first use, constant from then on.
struct Patterns {
  Regex secret_name = CompileOrDie(kSecretName);
  Regex any = CompileOrDie(AnySign());  // one search, which most texts are done with
  std::vector<CompiledShape> shapes;
  std::vector<CompiledSyntax> syntaxes;

  Patterns() {
    for (const Shape& shape : kShapes) {
      shapes.push_back({&shape, CompileOrDie(std::string(shape.pattern))});
    }
    for (const Syntax& syntax : kSyntaxes) {
      const std::string pattern(syntax.pattern);
      syntaxes.push_back(
          {&syntax, CompileOrDie(kSecretName + pattern), CompileOrDie("\\A(?:" + pattern + ")")});
    }
  }
};

const Patterns& ThePatterns() {
  static const Patterns patterns;
  return patterns;
}

size_t FindIgnoreCase(std::string_view text, std::string_view lower, size_t from) {
  const auto found =
      std::search(text.begin() + static_cast<ptrdiff_t>(std::min(from, text.size())), text.end(),
                  lower.begin(), lower.end(), [](char a, char b) { return ToLower(a) == b; });
  return static_cast<size_t>(found - text.begin());
}

bool ContainsIgnoreCase(std::string_view text, std::string_view lower) {
  return lower.empty() || FindIgnoreCase(text, lower, 0) < text.size();
}

size_t OffsetIn(std::string_view text, std::string_view part) {
  return static_cast<size_t>(part.data() - text.data());
}

// Calls `found` for each match, left to right; it returns where to go on. A matcher that gives up
// redacts the rest.
template <typename Found>
void ForEachMatch(const Regex& regex, std::string_view text, Secrets& out, Found found) {
  Captures captures;
  for (size_t at = 0; at < text.size();) {
    const Regex::Outcome outcome = regex.SearchFrom(text, at, &captures);
    if (outcome == Regex::Outcome::kNoMatch) return;
    if (outcome == Regex::Outcome::kGaveUp) {
      out.push_back({at, text.size(), "unchecked"});
      return;
    }
    at = std::max(at + 1, found(captures));
  }
}

void FindShape(const CompiledShape& compiled, std::string_view text, Secrets& out) {
  const Shape& shape = *compiled.shape;
  if (!ContainsIgnoreCase(text, shape.literal)) return;
  ForEachMatch(compiled.regex, text, out, [&](const Captures& captures) {
    const bool has_group = captures.count > 1 && captures.group[1].data() != nullptr;
    const std::string_view part = captures.group[has_group ? 1 : 0];
    const size_t begin = OffsetIn(text, part);
    size_t end = begin + part.size();
    if (!shape.until.empty()) end = FindIgnoreCase(text, shape.until, end);
    out.push_back({begin, end, shape.kind});
    return end;
  });
}

bool IsQuote(char c) { return c == '"' || c == '\''; }

// The value that starts at `begin`: to the closing quote if it opens with one, else to what ends it
// in this syntax.
size_t EndOfValue(const Syntax& syntax, std::string_view text, size_t begin) {
  if (syntax.stops.empty()) return FindIgnoreCase(text, syntax.until, begin);
  return std::min(text.find_first_of(syntax.stops, begin), text.size());
}

size_t EndOfQuoted(std::string_view text, size_t begin, char quote) {
  size_t at = begin;
  while (at < text.size() && text[at] != quote) at += text[at] == '\\' ? 2 : 1;
  return std::min(at, text.size());
}

// The value that starts at `begin`; moves `begin` past an opening quote. JSON within a JSON string
// quotes with \".
size_t FindValueEnd(const Syntax& syntax, std::string_view text, size_t& begin) {
  const bool escaped = begin + 1 < text.size() && text[begin] == '\\' && IsQuote(text[begin + 1]);
  const size_t quote = begin + (escaped ? 1 : 0);
  if (quote >= text.size() || !IsQuote(text[quote])) return EndOfValue(syntax, text, begin);
  begin = quote + 1;
  if (escaped) return std::min(text.find(text[quote], begin), text.size());
  return EndOfQuoted(text, begin, text[quote]);
}

void FindNamed(const CompiledSyntax& compiled, std::string_view text, Secrets& out) {
  ForEachMatch(compiled.regex, text, out, [&](const Captures& captures) {
    size_t begin = OffsetIn(text, captures.group[0]) + captures.group[0].size();
    const size_t end = FindValueEnd(*compiled.syntax, text, begin);
    if (end > begin) out.push_back({begin, end, "name"});
    return end;
  });
}

// A name that stands for itself, not as a part of a longer one.
bool StandsAlone(std::string_view text, size_t begin, size_t end) {
  const auto is_word = [](char c) { return IsAlpha(c) || IsDigit(c) || c == '_'; };
  return (begin == 0 || !is_word(text[begin - 1])) && (end == text.size() || !is_word(text[end]));
}

// How far behind a name its value may begin.
constexpr size_t kLongestSyntax = 256;
constexpr int kMostOccurrences = 256;

// The end of the values that follow the name which ends at `name_end`; they go to `out`.
size_t FindValuesBehind(std::string_view text, size_t name_end, std::string_view kind,
                        Secrets& out) {
  size_t last = name_end;
  for (const CompiledSyntax& syntax : ThePatterns().syntaxes) {
    Captures captures;
    const std::string_view behind = text.substr(name_end, kLongestSyntax);
    if (syntax.anchored.Search(behind, &captures) != Regex::Outcome::kMatch) continue;
    size_t begin = name_end + captures.group[0].size();
    const size_t end = FindValueEnd(*syntax.syntax, text, begin);
    if (end > begin) out.push_back({begin, end, kind});
    last = std::max(last, end);
  }
  return last;
}

}  // namespace

bool NameIsSecret(std::string_view name) {
  return ThePatterns().secret_name.Search(name, nullptr) != Regex::Outcome::kNoMatch;
}

void FindSecrets(std::string_view text, bool is_name, Secrets& out) {
  const Patterns& patterns = ThePatterns();
  FindCardNumbers(text, out);
  FindIbans(text, out);
  if (patterns.any.Search(text, nullptr) == Regex::Outcome::kNoMatch) return;
  for (const CompiledShape& shape : patterns.shapes) FindShape(shape, text, out);
  if (is_name || !NameIsSecret(text)) return;
  for (const CompiledSyntax& syntax : patterns.syntaxes) FindNamed(syntax, text, out);
}

void FindValuesOf(std::string_view name, std::string_view text, std::string_view kind,
                  Secrets& out) {
  if (name.empty()) return;
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), ToLower);
  int occurrences = 0;
  for (size_t at = FindIgnoreCase(text, lower, 0); at < text.size();) {
    size_t next = at + name.size();
    if (StandsAlone(text, at, next)) {
      if (++occurrences > kMostOccurrences) {
        out.push_back({at, text.size(), kind});
        return;
      }
      next = FindValuesBehind(text, next, kind, out);
    }
    at = FindIgnoreCase(text, lower, next);
  }
}

}  // namespace rasp::audit
