// SPDX-License-Identifier: Apache-2.0
// Whether cost grows with bytes and with nothing else. Prints one JSON object a line:
//
//   linear slope RULES LARGEST        bodies of every kind, from 1 KB to LARGEST bytes in steps of
//   4 linear fuzz RULES COUNT SIZE SEED so many fuzzed requests with bodies of SIZE bytes linear
//   runs RULES SIZE            values of one repeated piece, SIZE bytes and a quarter of it
//
// Times are CPU microseconds of one transaction. A fuzzed request that took long is repeated: what
// it costs the first time may hold an interrupt, and the states of regular expressions that no
// earlier request led to. Both are told.
#include <time.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/traffic.h"
#include "subject.h"

namespace rasp {
namespace {

using Json = nlohmann::ordered_json;
using std::string;
using std::string_view;

constexpr string_view kForm = "application/x-www-form-urlencoded";
constexpr string_view kMultipart = "multipart/form-data; boundary=frontier";

double CpuMicroseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

void Print(const Json& line) {
  std::cout << line.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
}

struct Timed {
  double microseconds = 0;
  Outcome outcome;
};

// The least of `times` runs.
Timed Time(Subject& subject, const RawMessage& request, int times) {
  static const auto kResponse = Response();
  Timed best;
  for (int i = 0; i < times; ++i) {
    const double began = CpuMicroseconds();
    best.outcome = subject.Inspect(request, *kResponse);
    const double took = CpuMicroseconds() - began;
    if (i == 0 || took < best.microseconds) best.microseconds = took;
  }
  return best;
}

// ------------------------------------------------------------------------------------------ slope

string PartOf(string_view header, string_view content) {
  return "--frontier\r\nContent-Disposition: form-data; " + string(header) + "\r\n\r\n" +
         string(content) + "\r\n--frontier--\r\n";
}

// Values of 2 KB, as many as fit.
string ManyValues(Dice& dice, size_t size, string_view before, string_view after,
                  string_view between) {
  string body;
  while (body.size() + 2048 < size || body.empty()) {
    if (!body.empty()) body += between;
    body += before;
    body += Words(dice, std::min<size_t>(2000, size), between == "&" ? '+' : ' ');
    body += after;
  }
  return body;
}

struct Kind {
  string_view name;
  string_view content_type;
  string (*make)(Dice& dice, size_t size);
};

constexpr std::array<Kind, 9> kKinds = {{
    {"form of one value", kForm, [](Dice& d, size_t n) { return "a=" + Words(d, n, '+'); }},
    {"form of values", kForm,
     [](Dice& d, size_t n) { return ManyValues(d, n, "value=", "", "&"); }},
    {"JSON of one string", "application/json",
     [](Dice& d, size_t n) { return "{\"a\": \"" + Words(d, n, ' ') + "\"}"; }},
    {"JSON of values", "application/json",
     [](Dice& d, size_t n) { return "[" + ManyValues(d, n, "{\"text\": \"", "\"}", ", ") + "]"; }},
    {"JSON of numbers", "application/json",
     [](Dice& d, size_t n) {
       // One array: its elements are no arguments beyond the limit on them.
       string body = "[1";
       while (body.size() < std::min<size_t>(n, 3000)) body += "," + std::to_string(d.Below(1000));
       return body + string(n - std::min(n, body.size()), ' ') + "]";
     }},
    {"XML", "application/xml",
     [](Dice& d, size_t n) { return "<r>" + ManyValues(d, n, "<p>", "</p>", "\n") + "</r>"; }},
    {"multipart field", kMultipart,
     [](Dice& d, size_t n) { return PartOf("name=\"f\"", Words(d, n, ' ')); }},
    {"multipart file", kMultipart,
     [](Dice& d, size_t n) { return PartOf("name=\"f\"; filename=\"a.txt\"", Words(d, n, ' ')); }},
    {"text", "text/plain", [](Dice& d, size_t n) { return Words(d, n, ' '); }},
}};

int Slope(Subject& subject, size_t largest) {
  for (const Kind& kind : kKinds) {
    Dice warm(1);
    for (int i = 0; i < 20; ++i) {
      Time(subject, *Parsed(PostOf(warm, kind.content_type, kind.make(warm, 65536))), 1);
    }
    for (size_t size = 1024; size <= largest; size *= 4) {
      Dice dice(size);
      const string body = kind.make(dice, size);
      const auto request = Parsed(PostOf(dice, kind.content_type, body));
      const Timed timed = Time(subject, *request, size > (1 << 20) ? 3 : 7);
      Print({{"kind", kind.name},
             {"bytes", body.size()},
             {"us", timed.microseconds},
             {"refused", timed.outcome.refused},
             {"degraded", timed.outcome.degraded}});
    }
  }
  return 0;
}

// ------------------------------------------------------------------------------------------- fuzz

// What fuzzed bodies are made of, besides words and random bytes: what rules look for, and what
// parsers and decoders stumble over.
constexpr string_view kPieces[] = {"<script>",
                                   "' or '1'='1",
                                   "union select ",
                                   "../../",
                                   "%2e%2e%2f",
                                   "${jndi:",
                                   "{{7*7}}",
                                   "/*",
                                   "*/",
                                   "-- ",
                                   "#",
                                   "||",
                                   "&&",
                                   ";cat /etc/passwd",
                                   "`id`",
                                   "$(id)",
                                   "<!--",
                                   "-->",
                                   "<?php ",
                                   "?>",
                                   "javascript:",
                                   "onerror=",
                                   "data:text/html;base64,",
                                   "php://input",
                                   "%00",
                                   "%u0041",
                                   "&#x41;",
                                   "&lt;",
                                   "\\x41",
                                   "\\u0041",
                                   "\\",
                                   "\"",
                                   "'",
                                   "<",
                                   ">",
                                   "(",
                                   ")",
                                   "[",
                                   "]",
                                   "{",
                                   "}",
                                   "=",
                                   "%",
                                   "+",
                                   "0x41414141",
                                   "char(65)",
                                   "sleep(5)",
                                   "eval(",
                                   "base64_decode(",
                                   "YWJjZA==",
                                   "rO0ABXNy",
                                   "O:8:\"stdClass\":1:{",
                                   "http://169.254.169.254/",
                                   "file:///",
                                   "\xC3\xA9",
                                   "\xE2\x80\x8B",
                                   "\xFF",
                                   "\t",
                                   "\n",
                                   "\r\n",
                                   " ",
                                   "  ",
                                   "a,b,",
                                   "1,2,",
                                   "_",
                                   "-",
                                   ":",
                                   "@",
                                   "~"};

string FuzzedText(Dice& dice, size_t size) {
  string text;
  const size_t flavour = dice.Below(4);
  while (text.size() < size) {
    const size_t what = flavour == 0 ? 0 : dice.Below(4);
    if (what == 0) {
      text += Words(dice, 1 + dice.Below(60), ' ') + ' ';
    } else if (what == 1) {
      string_view piece = kPieces[dice.Below(std::size(kPieces))];
      for (size_t n = flavour == 1 ? 1 + dice.Below(40) : 1; n > 0; --n) text += piece;
    } else if (what == 2) {
      for (size_t n = dice.Below(24); n > 0; --n) text += static_cast<char>(dice.Below(256));
    } else {
      text += string(dice.Below(flavour == 2 ? 200 : 8), static_cast<char>(dice.Below(256)));
    }
  }
  text.resize(size);
  return text;
}

string Escaped(string_view text, string_view special) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x21 || byte > 0x7E || special.find(c) != special.npos) {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      out += c;
    }
  }
  return out;
}

// A form of eight values with `size` bytes between them, before escaping: the same amount of work
// to do for all.
std::unique_ptr<RawMessage> FuzzedRequest(uint64_t seed, size_t size) {
  Dice dice(seed);
  string body;
  for (int i = 0; i < 8; ++i) {
    body += (i == 0 ? "v" : "&v") + std::to_string(i) + "=";
    body += Escaped(FuzzedText(dice, size / 8), "&+%;=");
  }
  return Parsed(PostOf(dice, kForm, body));
}

int Fuzz(Subject& subject, size_t count, size_t size, uint64_t seed) {
  for (uint64_t i = 0; i < 300; ++i) Time(subject, *FuzzedRequest(seed - 1 - i, size), 1);
  std::vector<double> times;
  for (uint64_t i = 0; i < count; ++i) {
    times.push_back(Time(subject, *FuzzedRequest(seed + i, size), 1).microseconds);
  }
  std::vector<double> sorted = times;
  std::sort(sorted.begin(), sorted.end());
  const double median = sorted[sorted.size() / 2];
  size_t repeated = 0;
  double slowest = 0;
  uint64_t which = seed;
  for (uint64_t i = 0; i < count; ++i) {
    double again = times[i];
    if (times[i] >= 2.5 * median) {
      ++repeated;
      again = std::min(again, Time(subject, *FuzzedRequest(seed + i, size), 5).microseconds);
    }
    if (again > slowest) slowest = again, which = seed + i;
  }
  const double first = sorted.back();
  Print({{"requests", count},
         {"bytes", size},
         {"median_us", median},
         {"p99_us", sorted[static_cast<size_t>(0.99 * static_cast<double>(count - 1))]},
         {"slowest_us", slowest},
         {"slowest_first_us", first},
         {"times_median", slowest / median},
         {"first_times_median", first / median},
         {"repeated", repeated},
         {"seed_of_slowest", which}});
  return 0;
}

// ------------------------------------------------------------------------------------------- runs

// Repetitions that expressions with nested or adjacent repeats are slow on in a backtracking
// engine, by what their rules look for.
constexpr string_view kRuns[] = {
    // single bytes
    "a", "0", " ", "\t", "\n", "'", "\"", "`", "(", ")", "[", "{", "<", ">", "/", "\\", "%", "&",
    "=", "+", "-", "_", ".", ",", ";", ":", "!", "@", "#", "$", "*", "|", "~", "^", "?", "\xFF",
    // protocol: ranges, boundaries, escapes
    "0-,", "1-2,", "a=b;", "%25", "%2", "%u", "\\u", "&#", "&#0", "\xC3",
    // files and remote inclusion
    "../", "..\\", "./", "//", "file://", "http://",
    // commands of Unix and Windows
    "$(", "${", "`a", ";a ", "|a ", "a;", "\\a", "''", "\"\"", "^a", "$IFS", "a*", "[a]", "{a,",
    "~+", "a=a ", "cmd ", "powershell ", "-a ",
    // PHP
    "<?", "$_", "$a", "a(", "eval(", "O:1:", "php",
    // JavaScript, templates, other languages
    "<a", "<a ", "<!", "<!-", "on", "on a=", "style=", "javascript:", "j\ta\tv", "data:", "&Tab;",
    "a\\", "u003c", "{{", "{%", "#{", "<%", "${{", "__proto__", "constructor", "require(",
    // SQL
    "' or ", "or 1=1 ", "a or b ", "union ", "select ", "union all select ", "/*", "/*!", "*/",
    "--", "-- ", "0x", "0x1", "1=1 ", "1 and ", "and(", "not ", "'='", "'||'", "'+'", "char(",
    "concat(", "a,a", "1,1", "@a", "@@", "like ", "having ", "sleep(", ";select ", "()", "(((",
    // sessions, Java
    "cookie", "jsessionid=", "java.", "java.lang.", "rO0", "jndi:", "${jndi:", "${${", "runtime "};

int Runs(Subject& subject, size_t size) {
  Dice dice(1);
  const auto request = [&](const string& value) {
    return Parsed(PostOf(dice, kForm, "a=" + Escaped(value, "&+%;=")));
  };
  const auto repeated = [](string_view piece, size_t bytes) {
    string value;
    while (value.size() < bytes) value += piece;
    value.resize(bytes);
    return value;
  };
  for (int i = 0; i < 10; ++i) Time(subject, *request(Words(dice, size, ' ')), 1);
  const double plain = Time(subject, *request(Words(dice, size, ' ')), 5).microseconds;
  Print({{"piece", "words"}, {"bytes", size}, {"us", plain}});
  for (const string_view piece : kRuns) {
    const double quarter = Time(subject, *request(repeated(piece, size / 4)), 4).microseconds;
    const double whole = Time(subject, *request(repeated(piece, size)), 4).microseconds;
    Print({{"piece", piece},
           {"bytes", size},
           {"us", whole},
           {"times_words", whole / plain},
           {"times_quarter", whole / quarter}});
  }
  return 0;
}

int Main(const std::vector<string>& arguments) {
  const auto number = [&](size_t i) {
    return arguments.size() > i ? std::strtoull(arguments[i].c_str(), nullptr, 10) : 0;
  };
  const string what = arguments.empty() ? "" : arguments[0];
  const size_t wanted = what == "fuzz" ? 5 : what == "slope" || what == "runs" ? 3 : 0;
  if (wanted == 0 || arguments.size() != wanted) {
    std::cerr
        << "usage: linear slope RULES LARGEST | fuzz RULES COUNT SIZE SEED | runs RULES SIZE\n";
    return 2;
  }
  const auto subject = LoadSubject("native", arguments[1]);
  if (subject == nullptr) return 2;
  if (what == "slope") return Slope(*subject, number(2));
  if (what == "runs") return Runs(*subject, number(2));
  return Fuzz(*subject, number(2), number(3), number(4));
}

}  // namespace
}  // namespace rasp

int main(int argc, char** argv) { return rasp::Main({argv + 1, argv + argc}); }
