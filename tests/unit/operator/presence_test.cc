// SPDX-License-Identifier: Apache-2.0
// Operator::presence(): never stronger than the operator, and strong enough to be of use.
#include <random>

#include "match/gram_set.h"
#include "operator/operator_cases.h"

namespace rasp {
namespace {

using namespace std::string_view_literals;

struct PresenceCase {
  std::string_view name;
  std::string_view op;
  std::string_view argument;
  std::string_view alphabet;        // pieces of it, parted by tabs
  std::string_view ruled_out = {};  // an input that cannot match, by its bytes or grams
};

constexpr std::string_view kSql =
    "SELECT\tunion\tOR\tand\tXOR\tNULL\tTRUE\tsleep\tIN\tlike\tHAVING\tINT\tCASE\tinto\tEXEC\t1\t0x"
    "1\t"
    "2e1\t0b1\t7\ta\tx\t_\tn\tdiv\tUSER\tfrom\tCOLLATE\tDROP\twaitfor\t1d\t2f\tu";

constexpr PresenceCase kCases[] = {
    {"Text", "contains", "aB-c", "a\tB\tb\t-\tc\tab-c\taB\taB-c\t ", "plain"},
    {"Nothing", "contains", "", "a\tb"},
    {"Word", "containsWord", "foo", "f\to\tfoo\t \t-\tx\t9", "bar"},
    {"Start", "beginsWith", "/x", "/\tx\t/x\ty", "y"},
    {"End", "endsWith", ".php", ".\tphp\t.php\t~\tPHP", "index.html"},
    {"Whole", "streq", "on", "o\tn\ton\tON\tf", "off"},
    {"WholeNothing", "streq", "", "a\tb"},
    {"Match", "strmatch", "%00", "%\t0\t%00\ta", "a0"},
    {"Phrases", "pm", "select union |0a|x", "select\tSELECT\tun\tion\t\n\tx\tse\tlect", "from"},
    {"OneByte", "pm", "a", "a\tA\tb"},
    {"Range", "validateByteRange", "32-126", "a\t \t\n\t\xc3\t\x7f\t~", "plain"},
    {"AnyByte", "validateByteRange", "0-255", "a\t\xff\t\n", "plain"},
    {"Escapes", "validateUrlEncoding", "", "%\t4\t1\tg\t%41", "plain"},
    {"Utf8", "validateUtf8Encoding", "", "\xc3\t\xb6\ta\t\xe2\x82\xac\t\xff", "plain"},
    {"Equal", "eq", "5", "5\t0\t-\t \ta", "none"},
    {"EqualZero", "eq", "0", "0\t5\ta"},
    {"Below", "lt", "1", "0\t1\t-\ta"},
    {"BelowMinusOne", "lt", "-1", "0\t2\t-\ta", "none"},
    {"Above", "gt", "0", "0\t1\t-\ta", "none"},
    {"AtLeast", "ge", "-1", "0\t1\t-\ta"},
    {"Address", "ipMatch", "10.0.0.0/8,::/64", "10\t.\t0\t:\t::\t1\t ", "ten"},
    {"Card", "verifyCC", "\\d{4,}", "4111\t1111\t0\t-\ta", "none"},
    {"Ssn", "verifySSN", "\\d{3}-?\\d{2}-?\\d{4}", "123\t-\t45\t6789\ta", "none"},
    {"Cpf", "verifyCPF", "\\d{11}", "529\t982\t247\t25\t0", "none"},
    {"Svnr", "verifySVNR", "\\d{10}", "1237\t010180\t0\t1", "none"},
    {"Host", "ssrfTarget", "",
     "localhost\tLOCALHOST\t//\t[\t]\t::\thttp\t:\t/\t7f\t.nip.io\tff\tffffffff\tmetadata\tlocal\t."
     "\tlan\t@\tx\tfile\tgopher\t127\t0\t1\t%6c\t\xef\xbc\x91",
     "- / -"},
    {"Pattern", "rx", "(?i)un(?:ion|iq)\\s+sel", "un\tUN\tion\tiq\t \t\n\tsel", "plain"},
    {"Patterns", "rxGlobal", "[<>]x", "<\t>\tx\ta", "plain"},
    {"Words", "detectSQLi", "", kSql, "identifier_1"},
    {"Dots", "detectSQLi", "",
     "SELECT\tunion\tOR\tNULL\tTRUE\tINT\tHAVING\tCASE\t.\t.\t.\t1\ta\t0x1\tsleep\t7\tuser",
     "www.example.com"},
    {"Signs", "detectSQLi", "",
     "' \t or \t1\t=\t--\t#\tUNION\tselect\t(\t)\t,\t;\t\"\tsleep\t&&\t||\t/**/\t@@version\t`",
     "42"},
    {"Markup", "detectXSS", "",
     "<\t>\tscript\t=\t\"\t'\t`\t "
     "\t/\tonload\tstyle\thref\tjavascript:\ta\t!\t?\t--\tdoctype\tsvg\t\\",
     "onload style"},
};

void PrintTo(const PresenceCase& c, std::ostream* out) { *out << c.op << " " << c.argument; }

class PresenceTest : public testing::TestWithParam<PresenceCase> {};

std::vector<std::string_view> Pieces(std::string_view alphabet) {
  std::vector<std::string_view> pieces;
  while (!alphabet.empty()) {
    const std::string_view piece = alphabet.substr(0, alphabet.find('\t'));
    pieces.push_back(piece);
    alphabet.remove_prefix(std::min(piece.size() + 1, alphabet.size()));
  }
  return pieces;
}

TEST_P(PresenceTest, RulesOutNothingThatMatches) {
  const OperatorPtr op = MakeOperator(GetParam().op, GetParam().argument);
  ASSERT_NE(op, nullptr);
  ASSERT_NE(op->presence(), nullptr);
  const std::vector<std::string_view> pieces = Pieces(GetParam().alphabet);
  const auto grams = std::make_unique<match::GramSet>();
  std::mt19937 random(4);
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (auto count = random() % 9; count > 0; --count) {
      text += pieces[random() % pieces.size()];
      if (random() % 64 == 0) text += static_cast<char>(random() % 256);
    }
    MatchContext context;
    context.wants_span = false;
    if (!op->Matches(text, context)) continue;
    ASSERT_TRUE(op->presence()->MayMatch(KindsIn(text))) << testing::PrintToString(text);
    grams->Fill(text, KindsIn(text));
    ASSERT_TRUE(op->presence()->MayMatch(*grams)) << testing::PrintToString(text);
    grams->Clear();
  }
}

TEST_P(PresenceTest, RulesOutAnInputThatCannotMatch) {
  if (GetParam().ruled_out.empty()) return;
  const OperatorPtr op = MakeOperator(GetParam().op, GetParam().argument);
  const auto grams = std::make_unique<match::GramSet>();
  grams->Fill(GetParam().ruled_out, KindsIn(GetParam().ruled_out));
  EXPECT_FALSE(op->presence()->MayMatch(KindsIn(GetParam().ruled_out)) &&
               op->presence()->MayMatch(*grams));
}

std::string PresenceName(const testing::TestParamInfo<PresenceCase>& row) {
  return std::string(row.param.op) + std::string(row.param.name);
}
INSTANTIATE_TEST_SUITE_P(Cases, PresenceTest, testing::ValuesIn(kCases), PresenceName);

// What a macro expands to is not known beforehand.
TEST(Presence, DemandsNothingOfAnArgumentWithAMacro) {
  for (const std::string_view name : {"contains", "beginsWith", "endsWith", "streq", "gt"}) {
    const OperatorPtr op = MakeOperator(name, "", true);
    ASSERT_NE(op, nullptr);
    if (op->presence() == nullptr) continue;
    EXPECT_FALSE(op->presence()->demands_kinds() || op->presence()->demands_grams()) << name;
  }
}

// A combination demands what its parts do; a negation, nothing.
TEST(Presence, OfCombinations) {
  const auto parts = [] {
    std::vector<OperatorPtr> children;
    children.push_back(MakeOperator("contains", "<"));
    children.push_back(MakeOperator("contains", ">"));
    return children;
  };
  const ByteKinds one = KindsIn("<");
  const ByteKinds both = KindsIn("<>");
  const ByteKinds none = KindsIn("x");
  const OperatorPtr all = MakeAllOf(parts());
  EXPECT_FALSE(all->presence()->MayMatch(one));
  EXPECT_TRUE(all->presence()->MayMatch(both));
  const OperatorPtr any = MakeAnyOf(parts());
  EXPECT_TRUE(any->presence()->MayMatch(one));
  EXPECT_FALSE(any->presence()->MayMatch(none));
  std::vector<OperatorPtr> with_unknown = parts();
  with_unknown.push_back(MakeNot(MakeOperator("contains", "x")));
  EXPECT_TRUE(MakeAnyOf(std::move(with_unknown))->presence()->MayMatch(none));
  const OperatorPtr negation = MakeNot(MakeOperator("contains", "<"));
  EXPECT_TRUE(negation->presence() == nullptr || negation->presence()->MayMatch(none));
}

// Whether a number with a binary or hex part, and one behind it, is followed by any word: all that
// letters, digits and _ can make.
TEST(Presence, OfDetectSqliIsRightAboutLoneWords) {
  const OperatorPtr op = MakeOperator("detectSQLi", "");
  for (const std::string_view first : {"", "0b", "0b1", "0x1"}) {
    for (const std::string_view second : {"", "2", "29", "2e", "2e1", "2d", "2f", "2du", "1e1u"}) {
      for (const std::string_view word : Pieces(kSql)) {
        const std::string text = std::string(first).append(second).append(word);
        MatchContext context;
        EXPECT_FALSE(op->Matches(text, context)) << text;
      }
    }
  }
}

}  // namespace
}  // namespace rasp
