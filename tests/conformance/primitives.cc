// SPDX-License-Identifier: Apache-2.0
// Every transformation and every native operator on generated inputs, against libmodsecurity's own
// function of that name. Usage: primitives [INPUTS [SEED [NAME]]]. Fails on a difference that no
// known cause explains, and on a cause that explains nothing.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <set>

#include "operator/operator.h"
#include "primitives_causes.h"
#include "primitives_inputs.h"
#include "primitives_oracle.h"
#include "transform/transform.h"
#include "transform/unicode_map.h"

namespace rasp::primitives {
namespace {

constexpr size_t kShown = 8;  // differences, for each primitive

struct OperatorRow {
  std::string_view name;
  Topic topic;
  std::vector<std::string> arguments;
};

// FILE stands for the file with one phrase or network a line.
const OperatorRow kOperators[] = {
    {"beginsWith", Topic::kText, {"ab", "GET", "' or"}},
    {"contains", Topic::kText, {"ab", "foo", "\xe9"}},
    {"containsWord", Topic::kText, {"ab", "foo", "foo bar", "-"}},
    {"detectSQLi", Topic::kText, {""}},
    {"detectXSS", Topic::kText, {""}},
    {"endsWith", Topic::kText, {"ab", "b", ">"}},
    {"eq", Topic::kNumbers, {"0", "1", "-1", "2147483647"}},
    {"ge", Topic::kNumbers, {"5", "0", "-2147483648"}},
    {"gt", Topic::kNumbers, {"5", "-1", "2147483646"}},
    {"ipMatch",
     Topic::kAddresses,
     {"10.0.0.0/8", "10.0.0.1,192.168.1.0/24", "2001:db8::/32,::1", "10.0.0.0/25,fe80::/10",
      "172.16.0.9"}},
    {"ipMatchFromFile", Topic::kAddresses, {"NETWORKS"}},
    {"le", Topic::kNumbers, {"5", "-1", "0"}},
    {"lt", Topic::kNumbers, {"5", "0", "2147483647"}},
    {"noMatch", Topic::kText, {""}},
    {"pm",
     Topic::kText,
     {"ab foo select", "a abc bar", "|41 42| foo", "1=1 -- <script>", "foobar foo bar", "b ab aab",
      "\xe9 x"}},
    {"pmFromFile", Topic::kText, {"PHRASES"}},
    {"rx",
     Topic::kText,
     {"a+b", "^ab$", "(?i)select\\s+(\\w+)", "(a)(b)?(c)?", "^$", "(?<!a)b(?=a)", "(\\w)\\1",
      "[^\\w\\s]+(.)?", "\\b(?:foo|bar)\\b", "(?:(a)|b)*", ".*(b)", "\\d+$", "(?:(a)|(b)|(f))o",
      "[\\x80-\\xff]", "a.b", "^(?:a|b)++x", "\\x00", "(?i)\xe9"}},
    {"rxGlobal", Topic::kText, {"a(b)?", "(\\w)=(\\w)", "[0-9]", "(?<=a)(b)|(c)", "foo|bar"}},
    {"streq", Topic::kText, {"ab", "", "A"}},
    {"strmatch", Topic::kText, {"ab", "script"}},
    {"unconditionalMatch", Topic::kText, {""}},
    {"validateByteRange", Topic::kBytes, {"32-126", "9,10,13,32-126", "0-255", "1-255", "65"}},
    {"validateUrlEncoding", Topic::kUrl, {""}},
    {"validateUtf8Encoding", Topic::kUtf8, {""}},
    {"verifyCC",
     Topic::kIdentity,
     {"\\d{4}\\-?\\d{4}\\-?\\d{2}\\-?\\d{2}\\-?\\d{1,4}", "\\d{13,16}", "[\\d \\-]{13,19}"}},
    {"verifyCPF", Topic::kIdentity, {"([0-9]{3}\\.){2}[0-9]{3}-[0-9]{2}", "\\d{11}"}},
    {"verifySSN", Topic::kIdentity, {"\\d{3}-?\\d{2}-?\\d{4}"}},
    {"verifySVNR", Topic::kIdentity, {"\\d{4} ?\\d{6}"}},
    {"within", Topic::kText, {"abcfoobar GET,POST admin", "a"}},
};

// Not run here: they need a file, a network or a database of their own, or libmodsecurity has them
// not.
const std::set<std::string_view> kLeftOut = {"geoLookup", "ssrfTarget", "pmf", "ipMatchF"};

constexpr std::string_view kPhrases = "# phrases\nab\n\nfoo\nselect 1\n#bar\nx\n";
constexpr std::string_view kNetworks = "# networks\n10.0.0.0/8\n2001:db8::/32\n\n192.168.1.1\n";
constexpr std::string_view kUnicode = "20127 (US-ASCII)\n00a0:20 00e9:65 2039:3c 2019:27 ff1c:3c\n";

std::string Printable(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    char hex[5];
    std::snprintf(hex, sizeof hex, "\\x%02x", static_cast<unsigned char>(c));
    out += c > ' ' && c <= '~' && c != '\\' ? std::string(1, c) : std::string(hex);
    if (out.size() > 160) return out + "...";
  }
  return "\"" + out + "\"";
}

std::string Told(const Answer& answer, bool transformation) {
  if (transformation) return Printable(answer.text);
  std::string told = answer.matched ? "match" : "no match";
  for (const std::string& capture : answer.captures) {
    if (!capture.empty()) told += " " + Printable(capture);
  }
  return told;
}

// A fresh copy that ends where its memory ends, for the sanitizers.
class Exact {
 public:
  explicit Exact(std::string_view bytes) : bytes_(bytes.begin(), bytes.end()) {}
  operator std::string_view() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::vector<char> bytes_;
};

Answer Transformed(const TransformDef& def, const UnicodeMap* map, const std::string& input) {
  const Exact exact(input);
  ByteBuffer out;
  const bool changed =
      map != nullptr ? def.apply_with_map(*map, exact, out) : def.apply(exact, out);
  return {changed ? std::string(out) : input, false, {}};
}

Answer Matched(const Operator& op, const std::string& input) {
  const Exact exact(input);
  MatchContext context;
  context.wants_captures = true;
  Answer answer;
  answer.matched = op.Matches(exact, context);
  for (size_t i = 0; answer.matched && i < static_cast<size_t>(context.capture_count); ++i) {
    answer.captures[i] = context.captures[i];
  }
  if (context.gave_up) answer.text = "gave up";
  return answer;
}

class Comparison {
 public:
  Comparison(uint64_t inputs, uint64_t seed, std::string_view only)
      : inputs_(inputs),
        seed_(seed),
        only_(only),
        directory_(MakeDirectory()),
        mapped_oracle_("SecUnicodeMapFile " + Write("unicode.mapping", kUnicode) + " 20127") {
    Write("phrases.data", kPhrases);
    Write("networks.data", kNetworks);
  }
  ~Comparison() { std::filesystem::remove_all(directory_); }

  bool Run() {
    for (const TransformDef& def : AllTransforms()) Transformation(def, nullptr);
    const Result<UnicodeMap> map = LoadUnicodeMap(kUnicode, 20127);
    Transformation(*FindTransform("urlDecodeUni"), &*map);
    std::set<std::string_view> seen;
    for (const OperatorRow& row : kOperators) {
      seen.insert(row.name);
      OperatorWithArguments(row);
    }
    CheckThatAllWereRun(seen);
    CheckCauses();
    std::cout << compared_ << " comparisons, " << differences_ << " differences of known cause, "
              << failures_ << " failures\n";
    return failures_ == 0;
  }

 private:
  static std::filesystem::path MakeDirectory() {
    const auto directory =
        std::filesystem::temp_directory_path() / ("rasp-primitives-" + std::to_string(getpid()));
    std::filesystem::create_directories(directory);
    return directory;
  }
  std::string Write(const std::string& name, std::string_view text) const {
    std::ofstream(directory_ / name, std::ios::binary) << text;
    return (directory_ / name).string();
  }

  bool Wanted(std::string_view name) const { return only_.empty() || only_ == name; }

  void Fail(const std::string& what) {
    ++failures_;
    std::cout << "FAILED " << what << "\n";
  }

  // Half of the inputs are of the primitive's own topic, if it has one.
  std::string NextInput(Inputs& inputs, uint64_t i, std::optional<Topic> topic) {
    const bool own = topic && i % 2 == 0;
    return inputs.Next(own ? *topic : static_cast<Topic>(i / 2 % kTopics));
  }

  void Transformation(const TransformDef& def, const UnicodeMap* map) {
    if (!Wanted(def.name)) return;
    const std::string name = std::string(def.name) + (map != nullptr ? " with a map" : "");
    Oracle& oracle = map != nullptr ? mapped_oracle_ : oracle_;
    Inputs inputs(seed_);
    shown_ = 0;
    for (uint64_t i = 0; i < inputs_; ++i) {
      const std::string input = NextInput(inputs, i, std::nullopt);
      const Answer ours = Transformed(def, map, input);
      const Answer theirs{oracle.Transform(std::string(def.name), input), false, {}};
      Compare({name, "", input, ours, theirs, oracle}, true);
    }
  }

  void OperatorWithArguments(const OperatorRow& row) {
    if (!Wanted(row.name)) return;
    const std::string name = "@" + std::string(row.name);
    shown_ = 0;
    for (const std::string& written : row.arguments) {
      std::string argument = written;
      if (written == "PHRASES") argument = (directory_ / "phrases.data").string();
      if (written == "NETWORKS") argument = (directory_ / "networks.data").string();
      std::string error;
      const auto theirs_made = oracle_.Make(std::string(row.name), argument, error);
      OperatorSpec spec;
      spec.argument = argument;
      const auto ours_made = FindOperator(row.name)->make(spec);
      if (!theirs_made || !ours_made) {
        Fail(name + " " + argument + ": " +
             (ours_made ? "libmodsecurity: " + error : ours_made.error()));
        continue;
      }
      Inputs inputs(seed_);
      const uint64_t share = std::max<uint64_t>(inputs_ / row.arguments.size(), 1);
      uint64_t matches = 0;
      for (uint64_t i = 0; i < share; ++i) {
        const std::string input = NextInput(inputs, i, row.topic);
        const Answer ours = Matched(**ours_made, input);
        const OracleMatch match = oracle_.Match(*theirs_made, input);
        const Answer theirs{"", match.matched, match.captures};
        matches += ours.matched;
        Compare({name, argument, input, ours, theirs, oracle_}, false);
      }
    }
  }

  void Compare(const Difference& difference, bool transformation) {
    ++compared_;
    if (difference.ours == difference.theirs) return;
    for (const Cause& cause : AllCauses()) {
      if (cause.primitive != difference.primitive || !cause.explains(difference)) continue;
      ++differences_;
      ++explained_[{cause.id, cause.primitive}];
      return;
    }
    ++failures_;
    if (++shown_ > kShown) return;
    std::cout << "FAILED " << difference.primitive << " " << difference.argument << " on "
              << Printable(difference.input) << ": ours " << Told(difference.ours, transformation)
              << ", libmodsecurity's " << Told(difference.theirs, transformation) << "\n";
  }

  void CheckThatAllWereRun(const std::set<std::string_view>& seen) {
    for (const OperatorDef& def : AllOperators()) {
      const bool native =
          !def.summary.starts_with("not ") && !def.summary.starts_with("never matches natively");
      if (native && !seen.contains(def.name) && !kLeftOut.contains(def.name)) {
        Fail("@" + std::string(def.name) + " is not compared");
      }
    }
  }

  void CheckCauses() {
    for (const Cause& cause : AllCauses()) {
      const uint64_t count = explained_[{cause.id, cause.primitive}];
      if (!only_.empty()) continue;
      std::cout << "  " << cause.id << " " << cause.primitive << ": " << count << "\n";
      if (count == 0 && inputs_ >= cause.seen_in) {
        Fail("cause " + std::string(cause.id) + " explains nothing of " +
             std::string(cause.primitive));
      }
    }
  }

  const uint64_t inputs_;
  const uint64_t seed_;
  const std::string_view only_;
  const std::filesystem::path directory_;
  Oracle oracle_;
  Oracle mapped_oracle_;
  std::map<std::pair<std::string_view, std::string_view>, uint64_t> explained_;
  uint64_t compared_ = 0;
  uint64_t differences_ = 0;
  uint64_t failures_ = 0;
  size_t shown_ = 0;
};

}  // namespace
}  // namespace rasp::primitives

int main(int argc, char** argv) {
  const uint64_t inputs = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20000;
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const std::string_view only = argc > 3 ? argv[3] : "";
  return rasp::primitives::Comparison(inputs, seed, only).Run() ? 0 : 1;
}
