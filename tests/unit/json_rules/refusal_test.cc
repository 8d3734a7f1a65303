// SPDX-License-Identifier: Apache-2.0
// What the loader refuses, with what words, and where it points.
#include <gtest/gtest.h>

#include "json_rules/ruleset_text.h"

namespace rasp {
namespace {

struct Case {
  const char* name;
  std::string text;
  std::string_view code;
  std::string_view pointer;
  std::string_view hint;  // stands in the text
  uint32_t line = 0;      // 0: not checked
  uint32_t column = 0;
};

std::string With(std::string_view members) { return RuleText(members); }
// A rule whose condition is in order.
std::string Also(std::string_view members) {
  return RuleText(R"("operator": {"rx": "a"}, )" + std::string(members));
}
std::string Example(std::string_view example) {
  return Also(R"("examples": {"pass": [)" + std::string(example) + "]}");
}
std::string Deep(int levels) {
  return std::string(static_cast<size_t>(levels), '[') +
         std::string(static_cast<size_t>(levels), ']');
}

const std::vector<Case>& Cases() {
  static const std::vector<Case> kCases = {
      // Text that is no JSON.
      {"Empty", "", "json-syntax", "", "unexpected end", 1, 1},
      {"OnlyAComment", "// nothing", "json-syntax", "", "unexpected end"},
      {"MissingComma", "{\"a\": 1\n \"b\": 2}", "json-syntax", "", "expected", 2},
      {"TrailingComma", "{\"a\": 1,\n}", "json-syntax", "", "expected", 2, 1},
      {"TwoValues", "{} {}", "json-syntax", "", "expected end"},
      {"CommentNotClosed", "{} /* x", "json-syntax", "", "comment"},
      {"ControlCharacterInString", "\"a\nb\"", "json-syntax", "", "control character"},
      {"NumberTooLarge", "1e999", "json-syntax", "", "number overflow"},
      {"LoneSurrogate", R"("\ud800")", "json-syntax", "", "surrogate"},
      {"NulByte", std::string("{}\0{", 4), "json-syntax", "", "NUL", 1, 3},
      {"NotUtf8", "{\"a\":\n \"\xFF\"}", "json-utf8", "", "UTF-8", 2, 3},
      {"NotUtf8InComment", "// \xC3(\n{}", "json-utf8", "", "UTF-8", 1, 4},
      {"OverlongUtf8", "\"\xC0\xAF\"", "json-utf8", "", "UTF-8"},
      {"SurrogateInUtf8", "\"\xED\xA0\x80\"", "json-utf8", "", "UTF-8"},
      {"CutUtf8", "\"\xE2\x82", "json-utf8", "", "UTF-8"},
      {"BeyondUnicode", "\"\xF4\x90\x80\x80\"", "json-utf8", "", "UTF-8"},
      {"TooDeep", Deep(33), "json-depth", "", "32 levels", 1, 33},
      {"DuplicateKey", "{\"ruleset\": \"a\",\n \"ruleset\": \"b\"}", "json-duplicate-key", "",
       "\"ruleset\" stands twice", 2, 2},
      {"DuplicateKeyWithin", Also("\"mode\": \"off\",\n \"mode\": \"off\""), "json-duplicate-key",
       "/rules/0", "\"mode\" stands twice", 4, 2},

      // The ruleset.
      {"NoObject", "[]", "wrong-type", "", "expected an object, found an array"},
      {"NoRules", R"({"ruleset": "a", "version": "1.0.0"})", "missing-key", "", "\"rules\""},
      {"EmptyRules", R"({"ruleset": "a", "version": "1.0.0", "rules": []})", "bad-value", "/rules",
       "empty array"},
      {"RulesIsNoArray", R"({"ruleset": "a", "version": "1.0.0", "rules": {}})", "wrong-type",
       "/rules", "expected an array, found an object"},
      {"RuleIsNoObject", R"({"ruleset": "a", "version": "1.0.0", "rules": [1]})", "wrong-type",
       "/rules/0", "found a number"},
      {"BadName", R"({"ruleset": "A b", "version": "1.0.0", "rules": []})", "bad-value", "/ruleset",
       "sql-injection"},
      {"BadVersion", R"({"ruleset": "a", "version": "1.0", "rules": []})", "bad-value", "/version",
       "MAJOR.MINOR.PATCH"},
      {"SchemaIsNoText", R"({"$schema": 1, "ruleset": "a", "version": "1.0.0", "rules": []})",
       "wrong-type", "/$schema", "expected a string"},
      {"MisspelledRulesetKey",
       "{\"ruleset\": \"a\", \"version\": \"1.0.0\", \"rules\": [],\n\"sumary\": \"\"}",
       "unknown-key", "/sumary", "did you mean \"summary\"?", 2, 1},

      // Rules.
      {"MisspelledKey", Also("\n  \"transfroms\": []"), "unknown-key", "/rules/0/transfroms",
       "did you mean \"transforms\"?", 4, 3},
      {"UnknownKey", Also(R"("zzzzzzzz": 1)"), "unknown-key", "/rules/0/zzzzzzzz",
       "use one of id,"},
      {"KeyWithSlash", Also(R"("a/b~": 1)"), "unknown-key", "/rules/0/a~1b~0", "a/b~"},
      {"NameMissing", R"({"ruleset": "a", "version": "1.0.0", "rules": [{"id": 1}]})",
       "missing-key", "/rules/0", "\"name\" is missing"},
      {"IdIsText", R"({"ruleset": "a", "version": "1.0.0", "rules": [{"id": "1"}]})", "wrong-type",
       "/rules/0/id", "expected an integer, found a string"},
      {"IdIsZero", R"({"ruleset": "a", "version": "1.0.0", "rules": [{"id": 0}]})", "bad-value",
       "/rules/0/id", "1 to 4294967295"},
      {"IdIsFraction", R"({"ruleset": "a", "version": "1.0.0", "rules": [{"id": 1.5}]})",
       "wrong-type", "/rules/0/id", "found \"1.5\""},
      {"IdIsHuge",
       R"({"ruleset": "a", "version": "1.0.0", "rules": [{"id": 18446744073709551617}]})",
       "wrong-type", "/rules/0/id", "expected an integer"},
      {"NameOfTwoLines", R"({"ruleset": "a", "version": "1.0.0", "rules": [{"name": "a\nb"}]})",
       "bad-value", "/rules/0/name", "one line"},
      {"NameEmpty", R"({"ruleset": "a", "version": "1.0.0", "rules": [{"name": ""}]})", "bad-value",
       "/rules/0/name", "empty string"},
      {"BadSeverity", R"({"ruleset": "a", "version": "1.0.0", "rules": [{"severity": "critcal"}]})",
       "bad-value", "/rules/0/severity", "did you mean \"critical\"?"},
      {"BadPhase", R"({"ruleset": "a", "version": "1.0.0", "rules": [{"phase": 2}]})", "wrong-type",
       "/rules/0/phase", "request_headers, request_body"},
      {"BadOwasp", Also(R"("owasp": ["injection"])"), "bad-value", "/rules/0/owasp/0", "A05:2025"},
      {"CweIsText", Also(R"("cwe": ["CWE-89"])"), "wrong-type", "/rules/0/cwe/0", "an integer"},
      {"TagWithSpace", Also(R"("tags": ["a b"])"), "bad-value", "/rules/0/tags/0", "attack-sqli"},
      {"BadTarget",
       R"({"ruleset": "a", "version": "1.0.0", "rules": [{"targets": ["ARGS|FILES"]}]})",
       "bad-target", "/rules/0/targets/0", "one target for each"},
      {"TargetIsNoText", R"({"ruleset": "a", "version": "1.0.0", "rules": [{"targets": [1]}]})",
       "wrong-type", "/rules/0/targets/0", "expected a string"},
      {"OnlyExclusions",
       R"({"ruleset": "a", "version": "1.0.0", "rules": [{"targets": ["!ARGS"]}]})", "bad-target",
       "/rules/0/targets", "nothing to look at"},
      {"NoTargets", R"({"ruleset": "a", "version": "1.0.0", "rules": [{"targets": []}]})",
       "bad-target", "/rules/0/targets", "nothing to look at"},
      {"CaptureIsText", Also(R"("capture": "yes")"), "wrong-type", "/rules/0/capture",
       "true or false"},
      {"EmptyTransform", Also(R"("transforms": [""])"), "bad-value", "/rules/0/transforms/0",
       "empty"},
      {"EmptyChain", Also(R"("chain": [])"), "bad-value", "/rules/0/chain", "empty array"},
      {"IdInChain", Also(R"("chain": [{"id": 1, "targets": ["ARGS"], "operator": {"rx": "a"}}])"),
       "unknown-key", "/rules/0/chain/0/id", "nothing is called \"id\""},
      {"NoConditionInChain", Also(R"("chain": [{"targets": ["ARGS"]}])"), "bad-condition",
       "/rules/0/chain/0", "no condition"},
      {"LinkIsNoObject", Also(R"("chain": ["ARGS"])"), "wrong-type", "/rules/0/chain/0",
       "an object"},
      {"ScoreTooHigh", Also(R"("score": 1001)"), "bad-value", "/rules/0/score", "0 to 1000"},
      {"ScoreOfABlock", Also(R"("score": 5, "action": "block")"), "useless-key", "/rules/0/score",
       "goes with action \"score\""},
      {"StatusOfAScore", Also(R"("status": 403)"), "useless-key", "/rules/0/status",
       "\"block\" or \"redirect\""},
      {"BlockWith302", Also(R"("action": "block", "status": 302)"), "bad-value", "/rules/0/status",
       "400 to 599"},
      {"RedirectWith403", Also(R"("action": "redirect", "redirect_to": "/", "status": 403)"),
       "bad-value", "/rules/0/status", "301, 302"},
      {"RedirectToNowhere", Also(R"("action": "redirect")"), "missing-key", "/rules/0",
       "\"redirect_to\""},
      {"RedirectOfABlock", Also(R"("action": "block", "redirect_to": "/")"), "useless-key",
       "/rules/0/redirect_to", "goes with action \"redirect\""},
      {"BadAction", Also(R"("action": "deny")"), "bad-value", "/rules/0/action", "score, block"},

      // Conditions.
      {"NoCondition", With(R"("mode": "off")"), "bad-condition", "/rules/0", "no condition"},
      {"OnlyNegation", With(R"("not": true)"), "bad-condition", "/rules/0", "no condition"},
      {"TwoConditions", With(R"("operator": {"rx": "a"}, "any": [{"rx": "b"}])"), "bad-condition",
       "/rules/0/any", "a second condition"},
      {"TwoOperators", With(R"("operator": {"rx": "a", "pm": "b"})"), "bad-condition",
       "/rules/0/operator/pm", "a second condition"},
      {"EmptyOperator", With(R"("operator": {})"), "bad-condition", "/rules/0/operator",
       "no condition"},
      {"OperatorIsText", With(R"("operator": "@rx a")"), "wrong-type", "/rules/0/operator",
       "{\"rx\": \"...\"}"},
      {"OperatorWithoutName", With(R"("operator": {"": "a"})"), "bad-value", "/rules/0/operator/",
       "without a name"},
      {"ArgumentFalse", With(R"("operator": {"detectSQLi": false})"), "wrong-type",
       "/rules/0/operator/detectSQLi", "true for none"},
      {"ArgumentFraction", With(R"("operator": {"gt": 1.5})"), "wrong-type", "/rules/0/operator/gt",
       "an integer"},
      {"ArgumentNull", With(R"("operator": {"rx": null})"), "wrong-type", "/rules/0/operator/rx",
       "found null"},
      {"EmptyPhrases", With(R"("operator": {"pm": []})"), "bad-value", "/rules/0/operator/pm",
       "empty array"},
      {"EmptyPhrase", With(R"("operator": {"pm": ["a", ""]})"), "bad-value",
       "/rules/0/operator/pm/1", "empty string"},
      {"PhraseIsNumber", With(R"("operator": {"pm": [1]})"), "wrong-type", "/rules/0/operator/pm/0",
       "a string"},
      {"SpaceWithinAnItem", With(R"("operator": {"within": ["a b"]})"), "bad-value",
       "/rules/0/operator/within/0", "only pm"},
      {"NotIsText", With(R"("operator": {"rx": "a"}, "not": "yes")"), "wrong-type", "/rules/0/not",
       "true or false"},
      {"EmptyAny", With(R"("any": [])"), "bad-value", "/rules/0/any", "empty array"},
      {"ChildIsText", With(R"("all": ["a"])"), "wrong-type", "/rules/0/all/0", "an object"},

      // Examples.
      {"ExampleIsNumber", Example("1"), "wrong-type", "/rules/0/examples/pass/0", "argument q"},
      {"ExampleIsEmpty", Example("{}"), "bad-value", "/rules/0/examples/pass/0", "empty example"},
      {"MisspelledExamples", Also(R"("examples": {"matches": []})"), "unknown-key",
       "/rules/0/examples/matches", "\"match\""},
      {"MisspelledExampleKey", Example(R"({"header": {}})"), "unknown-key",
       "/rules/0/examples/pass/0/header", "\"headers\""},
      {"TwoBodies", Example(R"({"form": {}, "json": 1})"), "bad-value",
       "/rules/0/examples/pass/0/json", "beside \"form\""},
      {"TypeWithoutBody", Example(R"({"content_type": "a/b"})"), "bad-value",
       "/rules/0/examples/pass/0/content_type", "goes with"},
      {"RawAndMore", Example(R"({"raw": "GET / HTTP/1.1\n\n", "method": "GET"})"), "bad-value",
       "/rules/0/examples/pass/0", "whole request"},
      {"LineBreakInHeader", Example(R"({"headers": {"A": "b\r\nC: d"}})"), "bad-value",
       "/rules/0/examples/pass/0/headers/A", "\"raw\""},
      {"HeaderNameWithSpace", Example(R"({"headers": {"A b": "c"}})"), "bad-value",
       "/rules/0/examples/pass/0/headers/A b", "token"},
      {"HeaderIsObject", Example(R"({"headers": {"A": {}}})"), "wrong-type",
       "/rules/0/examples/pass/0/headers/A", "a string, a number"},
      {"CookieEnds", Example(R"({"cookies": {"a": "b;c"}})"), "bad-value",
       "/rules/0/examples/pass/0/cookies/a", "';'"},
      {"SpaceInPath", Example(R"({"path": "/a b"})"), "bad-value", "/rules/0/examples/pass/0/path",
       "percent-encode"},
      {"MethodWithSpace", Example(R"({"method": "A B"})"), "bad-value",
       "/rules/0/examples/pass/0/method", "POST"},
      {"QueryIsArray", Example(R"({"query": ["a"]})"), "wrong-type",
       "/rules/0/examples/pass/0/query", "names and values"},
      {"NoBase64", Example(R"({"body_base64": "a"})"), "bad-value",
       "/rules/0/examples/pass/0/body_base64", "base64"},
      {"PaddingWithinBase64", Example(R"({"body_base64": "A=AA"})"), "bad-value",
       "/rules/0/examples/pass/0/body_base64", "base64"},
      {"PartWithoutName", Example(R"({"multipart": [{"content": "a"}]})"), "missing-key",
       "/rules/0/examples/pass/0/multipart/0", "\"name\""},
      {"QuoteInPart", Example(R"({"multipart": [{"name": "a\"b"}]})"), "bad-value",
       "/rules/0/examples/pass/0/multipart/0/name", "quote"},
      {"TwoContents",
       Example(R"({"multipart": [{"name": "a", "content": "", "content_base64": ""}]})"),
       "bad-value", "/rules/0/examples/pass/0/multipart/0", "one of them"},
      {"BadResponseStatus", Example(R"({"path": "/", "response": {"status": 99}})"), "bad-value",
       "/rules/0/examples/pass/0/response/status", "100 to 599"},
      {"ResponseMissing",
       RuleText(R"("operator": {"rx": "a"}, "examples": {"match": ["x"]})", "response_body"),
       "missing-key", "/rules/0/examples/match/0", "\"response\""},
  };
  return kCases;
}

class RefusalTest : public testing::TestWithParam<Case> {};

TEST_P(RefusalTest, SaysWhatAndWhere) {
  const Case& row = GetParam();
  const Loaded loaded = Load(row.text);
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    if (diagnostic.code != row.code || diagnostic.where.pointer.find(row.pointer) != 0) continue;
    if (diagnostic.text.find(row.hint) == std::string::npos) continue;
    EXPECT_EQ(diagnostic.severity, DiagnosticSeverity::kError);
    EXPECT_EQ(diagnostic.where.file, "t.json");
    if (row.code != "json-depth") {
      EXPECT_EQ(diagnostic.where.pointer, row.pointer);
    }
    if (row.line != 0) {
      EXPECT_EQ(diagnostic.where.line, row.line);
    }
    if (row.column != 0) {
      EXPECT_EQ(diagnostic.where.column, row.column);
    }
    return;
  }
  FAIL() << "got:\n" << loaded.Listing();
}

INSTANTIATE_TEST_SUITE_P(All, RefusalTest, testing::ValuesIn(Cases()),
                         [](const auto& row) { return row.param.name; });

TEST(Refusal, OfAFileBeyondTheSizeLimit) {
  const Loaded loaded = Load(std::string((32u << 20) + 1, ' '));
  ASSERT_EQ(loaded.diagnostics.size(), 1u);
  EXPECT_EQ(loaded.diagnostics[0].code, "json-size");
}

TEST(Refusal, NamesOneFaultOnceOnly) {
  const Loaded loaded = Load(Also(R"("transfroms": ["lowercase"])"));
  EXPECT_EQ(loaded.diagnostics.size(), 1u) << loaded.Listing();
}

}  // namespace
}  // namespace rasp
