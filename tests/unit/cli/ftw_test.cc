// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cli/ftw/application.h"
#include "cli/ftw/check.h"
#include "cli/ftw/http_syntax.h"
#include "cli/ftw/log_file.h"
#include "cli/ftw/request.h"
#include "cli/ftw/run.h"

namespace rasp::ftw {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  Files() : directory_(fs::temp_directory_path() / ("rasp-ftw-" + std::to_string(getpid()))) {
    fs::create_directories(directory_);
  }
  ~Files() override { fs::remove_all(directory_); }

  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name, std::ios::binary) << text;
    return (directory_ / name).string();
  }

  ftw::Test OneTest(const std::string& stage) {
    const auto tests = LoadTests(
        {Write("1.yaml", "rule_id: 1\ntests:\n- test_id: 1\n  stages:\n  - " + stage + "\n")});
    EXPECT_TRUE(tests.ok()) << tests.error();
    EXPECT_EQ(tests->size(), 1u);
    return tests->front();
  }

  const fs::path directory_;
};
using Suite = Files;
using OverridesFile = Files;
using Log = Files;

TEST_F(Suite, FillsInWhatATestLeavesOut) {
  const ftw::Test test = OneTest("{input: {}, output: {log: {expect_ids: [7, 8]}}}");
  EXPECT_EQ(test.id, "1-1");
  EXPECT_EQ(test.problem, "");
  EXPECT_EQ(RequestBytes(test.stages[0].input, {}), "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(test.stages[0].output.expect_ids, (std::vector<uint64_t>{7, 8}));
}

TEST_F(Suite, SendsHeadersOfAMapByName) {
  const ftw::Test test =
      OneTest("{input: {headers: {Host: h, Accept: '*/*', Connection: x}}, output: {}}");
  EXPECT_EQ(RequestBytes(test.stages[0].input, {}),
            "GET / HTTP/1.1\r\nAccept: */*\r\nConnection: x\r\nHost: h\r\n\r\n");
}

TEST_F(Suite, KeepsTheOrderOfOrderedHeaders) {
  const ftw::Test test = OneTest(
      "{input: {autocomplete_headers: false, ordered_headers: [{name: B, value: 1}, "
      "{name: A, value: 2}, {name: B, value: 3}]}, output: {}}");
  EXPECT_EQ(RequestBytes(test.stages[0].input, {}),
            "GET / HTTP/1.1\r\nB: 1\r\nA: 2\r\nB: 3\r\n\r\n");
}

TEST_F(Suite, ReadsTheOlderKeys) {
  const ftw::Test test = OneTest(
      "{stage: {input: {stop_magic: true, data: x}, output: {log_contains: 'id \"9\"', "
      "no_log_contains: 'id \"8\"'}}}");
  EXPECT_FALSE(test.stages[0].input.autocomplete_headers);
  EXPECT_EQ(test.stages[0].output.match_regex, "id \"9\"");
  EXPECT_EQ(test.stages[0].output.no_match_regex, "id \"8\"");
}

TEST_F(Suite, SaysWhichKeyItDoesNotKnow) {
  EXPECT_NE(OneTest("{input: {}, output: {statos: 200}}").problem.find("'statos'"),
            std::string::npos);
  EXPECT_NE(OneTest("{input: {metod: GET}, output: {}}").problem.find("'metod'"),
            std::string::npos);
  EXPECT_NE(OneTest("{input: {}, output: {log: {expect: 1}}}").problem.find("'expect'"),
            std::string::npos);
}

TEST_F(Suite, FailsForWhatIsNoYaml) {
  EXPECT_FALSE(LoadTests({Write("bad.yaml", "a: [")}).ok());
  EXPECT_FALSE(LoadTests({(directory_ / "none.yaml").string()}).ok());
  EXPECT_FALSE(LoadTests({directory_.string()}).ok()) << "bad.yaml is in it";
}

TEST_F(OverridesFile, ReplacesOutputs) {
  Overrides overrides;
  ASSERT_TRUE(overrides
                  .Add(Write("o.yaml",
                             "test_overrides:\n- rule_id: 1\n  test_ids: [1]\n  reason: r\n"
                             "  output: {status: 400}\n"))
                  .ok());
  const ftw::Test test = OneTest("{input: {}, output: {status: 200}}");
  bool replaced = false;
  EXPECT_EQ(overrides.OutputOf(test, 0, replaced).status, 400);
  EXPECT_TRUE(replaced);
  ftw::Test other = test;
  other.number = 2;
  EXPECT_EQ(overrides.OutputOf(other, 0, replaced).status, 200);
  EXPECT_FALSE(replaced);
}

TEST_F(OverridesFile, ForcesResultsByPattern) {
  Overrides overrides;
  ASSERT_TRUE(overrides
                  .Add(Write("o.yaml",
                             "testoverride:\n  ignore: {'^1-1$': why}\n  forcefail: {'1-2$': why}\n"
                             "  forcepass: {'^1-': why}\n"))
                  .ok());
  EXPECT_EQ(overrides.ForcedResult("1-1"), Overrides::Forced::kIgnore);
  EXPECT_EQ(overrides.ForcedResult("1-2"), Overrides::Forced::kFail);
  EXPECT_EQ(overrides.ForcedResult("1-3"), Overrides::Forced::kPass);
  EXPECT_EQ(overrides.ForcedResult("2-3"), Overrides::Forced::kNot);
  EXPECT_FALSE(overrides.Add(Write("p.yaml", "ignore: {'(': why}\n")).ok());
}

struct FormCase {
  const char* name;
  std::string_view in;
  std::string_view want;
};
constexpr FormCase kForms[] = {
    {"Plain", "a=b", "a=b"},
    {"Encodes", "a b=<x>&c=\"", "a+b=%3Cx%3E&c=%22"},
    {"EncodedAlreadyStays", "a=%3Cx>", "a=%3Cx>"},
    {"PlusCountsAsEncoded", "a=b+c<", "a=b+c<"},
    {"NoValue", "<", "%3C"},
    {"EmptyPairsStay", "&a=1&&b", "&a=1&&b"},
    {"SecondEqualsIsAValues", "a=b=c", "a=b%3Dc"},
};
class FormTest : public testing::TestWithParam<FormCase> {};
TEST_P(FormTest, IsEncodedAsGoFtwDoes) { EXPECT_EQ(EncodeForm(GetParam().in), GetParam().want); }
INSTANTIATE_TEST_SUITE_P(Cases, FormTest, testing::ValuesIn(kForms),
                         [](const auto& row) { return row.param.name; });

TEST(Template, Repeats) {
  EXPECT_EQ(ExpandTemplate("a{{ \"xy\" | repeat 3 }}b"), "axyxyxyb");
  EXPECT_EQ(ExpandTemplate("{{- repeat 2 `q` -}}"), "qq");
  EXPECT_EQ(ExpandTemplate("{{ \"a\\n\\x41\" }}"), "a\nA");
  EXPECT_EQ(ExpandTemplate("no template"), "no template");
}

TEST(Template, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(ExpandTemplate("{{ 7*7 }}"), std::nullopt);
  EXPECT_EQ(ExpandTemplate("{{ \"a\" | upper }}"), std::nullopt);
  EXPECT_EQ(ExpandTemplate("{{ \"a\""), std::nullopt);
  EXPECT_EQ(ExpandTemplate("{{ \"aaaaaaaa\" | repeat 60000000 }}"), std::nullopt);
}

TEST(RequestBytes, CompletesABody) {
  Input input;
  input.method = "POST";
  input.data = "a=<b>";
  EXPECT_EQ(RequestBytes(input, {{"s", "1"}}),
            "POST / HTTP/1.1\r\nCookie: s=1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            "Connection: close\r\nContent-Length: 9\r\n\r\na=%3Cb%3E");
  input.headers = {{"Content-Type", "multipart/form-data; boundary=b"}};
  input.data = "--b\nx";
  input.autocomplete_headers = false;
  EXPECT_EQ(RequestBytes(input, {}),
            "POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\nx");
  input.encoded_request = "R0VUIC8=";
  EXPECT_EQ(RequestBytes(input, {}), "GET /");
}

Exchange Answer(uint16_t status, std::set<uint64_t> ids) {
  Exchange exchange;
  exchange.answered = true;
  exchange.response.status = status;
  exchange.response.raw = "HTTP/1.1 200 OK\r\n\r\nhello";
  exchange.ids = std::move(ids);
  for (const uint64_t id : exchange.ids) {
    exchange.lines.push_back("[id \"" + std::to_string(id) + "\"] [msg \"m\"]");
  }
  return exchange;
}

struct CheckCase {
  const char* name;
  void (*expect)(Output&);
  Exchange exchange;
  const char* objection;  // a part of it; "": none
};
const CheckCase kChecks[] = {
    {"Nothing", [](Output&) {}, Answer(200, {}), ""},
    {"Status", [](Output& o) { o.status = 400; }, Answer(200, {}), "expected 400, got 200"},
    {"StatusFits", [](Output& o) { o.status = 200; }, Answer(200, {}), ""},
    {"Expected",
     [](Output& o) {
       o.expect_ids = {1, 2};
     },
     Answer(200, {1, 2, 3}), ""},
    {"Missing",
     [](Output& o) {
       o.expect_ids = {1, 2};
     },
     Answer(200, {1}), "no match of 2"},
    {"Unwanted", [](Output& o) { o.no_expect_ids = {3}; }, Answer(200, {3}), "a match of 3"},
    {"Isolated", [](Output& o) { o.expect_ids = {1}, o.isolated = true; }, Answer(200, {1, 2}),
     "isolated"},
    {"Pattern", [](Output& o) { o.match_regex = "id \"\\d\"\\].*m"; }, Answer(200, {5}), ""},
    {"PatternMissing", [](Output& o) { o.match_regex = "id \"6\""; }, Answer(200, {5}), "nowhere"},
    {"PatternUnwanted", [](Output& o) { o.no_match_regex = "(?i)ID"; }, Answer(200, {5}), "is in"},
    {"BadPattern", [](Output& o) { o.match_regex = "("; }, Answer(200, {5}), "bad pattern"},
    {"Response", [](Output& o) { o.response_contains = "hel+o"; }, Answer(200, {}), ""},
    {"ResponseMissing", [](Output& o) { o.response_contains = "bye"; }, Answer(200, {}), "'bye'"},
    {"NoAnswer", [](Output&) {}, Exchange{}, "no answer"},
    {"NoAnswerWanted", [](Output& o) { o.expect_error = true; }, Exchange{}, ""},
    {"AnswerUnwanted", [](Output& o) { o.expect_error = true; }, Answer(200, {}), "no answer exp"},
};
class CheckTest : public testing::TestWithParam<CheckCase> {};
TEST_P(CheckTest, Judges) {
  Output output;
  GetParam().expect(output);
  const std::string objection = Objection(output, GetParam().exchange);
  if (*GetParam().objection == '\0') {
    EXPECT_EQ(objection, "");
  } else {
    EXPECT_NE(objection.find(GetParam().objection), std::string::npos) << objection;
  }
}
INSTANTIATE_TEST_SUITE_P(Cases, CheckTest, testing::ValuesIn(kChecks),
                         [](const auto& row) { return row.param.name; });

TEST(LoggedIds, AreReadFromBothKindsOfLog) {
  EXPECT_EQ(LoggedIds({"x [id \"920100\"] [id \"7\"] [id \"x\"]", "[id \"9"}),
            (std::set<uint64_t>{7, 920100}));
  EXPECT_EQ(LoggedIds({R"({"rule":{"id":"1"},"rasp":{"matches":[{"id":"2"},{"id":"3"}]}})"}),
            (std::set<uint64_t>{2, 3}));
}

TEST(AddModsecurityLines, SaysEventsAsModsecurityWould) {
  std::vector<std::string> lines = {
      R"({"rasp":{"matches":[{"id":"2","name":"n","message":"m","log_data":"d"},{"id":"3","name":"n"}]}})",
      "[id \"1\"]"};
  AddModsecurityLines(lines);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[2], "[id \"2\"] [msg \"m\"] [data \"d\"]");
  EXPECT_EQ(lines[3], "[id \"3\"] [msg \"n\"] [data \"\"]");
}

struct SyntaxCase {
  const char* name;
  const char* start_line;
  const char* headers;
  bool refused;
};
constexpr SyntaxCase kSyntax[] = {
    {"Ordinary", "GET /a?b=c HTTP/1.1", "Host: x\r\n", false},
    {"UnencodedMarksAreLetThrough", "GET /?a=<b>\"'{}|\xe4 HTTP/1.1", "Host: x\r\n", false},
    {"StrangeMethod", "|GET / HTTP/1.1", "Host: x\r\n", false},
    {"BlanksBeforeTheMethod", "   GET / HTTP/1.1", "Host: x\r\n", true},
    {"BlankInTheTarget", "GET /a b HTTP/1.1", "Host: x\r\n", true},
    {"Fragment", "GET /a#b HTTP/1.1", "Host: x\r\n", true},
    {"AbsoluteForm", "GET http://x/ HTTP/1.1", "Host: x\r\n", false},
    {"NoPath", "GET x HTTP/1.1", "Host: x\r\n", true},
    {"AsteriskOfOptions", "OPTIONS * HTTP/1.1", "Host: x\r\n", false},
    {"AsteriskOfGet", "GET * HTTP/1.1", "Host: x\r\n", true},
    {"Connect", "CONNECT x:80 HTTP/1.1", "Host: x\r\n", false},
    {"ConnectWithoutPort", "CONNECT x HTTP/1.1", "Host: x\r\n", true},
    {"NoVersion", "GET /", "Host: x\r\n", true},
    {"OtherProtocol", "GET / TEST", "Host: x\r\n", true},
    {"Version09", "GET / HTTP/0.9", "Host: x\r\n", true},
    {"UnknownVersion", "GET / HTTP/4.0", "Host: x\r\n", false},
    {"NoHost", "GET / HTTP/1.1", "", true},
    {"NoHostBefore11", "GET / HTTP/1.0", "", false},
    {"TwoHosts", "GET / HTTP/1.1", "Host: x\r\nhost: x\r\n", true},
    {"EncodedControlInHost", "GET / HTTP/1.1", "Host: x%00\r\n", true},
    {"NameWithBlank", "GET / HTTP/1.1", "Host: x\r\nA : b\r\n", true},
    {"LengthIsNoNumber", "GET / HTTP/1.1", "Host: x\r\nContent-Length: 3;\r\n", true},
    {"LengthsDiffer", "GET / HTTP/1.1", "Host: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n",
     true},
    {"UnknownCoding", "GET / HTTP/1.1", "Host: x\r\nTransfer-Encoding: x\r\n", true},
    {"Chunked", "GET / HTTP/1.1", "Host: x\r\nTransfer-Encoding: gzip, chunked\r\n", false},
};
class SyntaxTest : public testing::TestWithParam<SyntaxCase> {};
TEST_P(SyntaxTest, IsJudgedAsRfc9112Has) {
  const auto message =
      ParseRawMessage(std::string(GetParam().start_line) + "\r\n" + GetParam().headers + "\r\n");
  ASSERT_TRUE(message.ok());
  EXPECT_EQ(!SyntaxObjection(**message).empty(), GetParam().refused) << SyntaxObjection(**message);
}
INSTANTIATE_TEST_SUITE_P(Cases, SyntaxTest, testing::ValuesIn(kSyntax),
                         [](const auto& row) { return row.param.name; });

std::string AnswerTo(const std::string& line, const std::string& body) {
  const auto message = ParseRawMessage(line + " HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                                       std::to_string(body.size()) + "\r\n\r\n" + body);
  return ApplicationAnswer(**message);
}

TEST(Application, AnswersAsItIsTold) {
  EXPECT_EQ(AnswerTo("GET /any", ""), "HTTP/1.1 200 Answer\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(AnswerTo("POST /reflect", R"({"status":404,"headers":{"A":"b"},"body":"<html>"})"),
            "HTTP/1.1 404 Answer\r\nA: b\r\nContent-Type: text/html; charset=utf-8\r\n"
            "Content-Length: 6\r\n\r\n<html>");
  EXPECT_EQ(AnswerTo("POST /reflect/x", R"({"encodedBody":"AAE="})"),
            std::string("HTTP/1.1 200 Answer\r\nContent-Type: application/octet-stream\r\n"
                        "Content-Length: 2\r\n\r\n\0\1",
                        84));
  EXPECT_TRUE(AnswerTo("POST /reflect", "[]").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(AnswerTo("GET /reflect", "{\"status\":404}").starts_with("HTTP/1.1 200 "));
}

TEST_F(Log, GivesTheLinesBeforeTheMarker) {
  const std::string path = Write("log", "old\n");
  auto log = LogFile::Open(path);
  ASSERT_TRUE(log.ok());
  log->Mark();
  std::ofstream out(path, std::ios::app);
  out << "one\ntwo\nhere it is" << std::flush;
  EXPECT_EQ(log->TakeBefore("it"), std::nullopt) << "the line is not complete";
  out << "\nhere it is again\nnext\n" << std::flush;
  EXPECT_EQ(log->TakeBefore("it"), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(log->TakeBefore("it"), std::nullopt);
  out << "it\n" << std::flush;
  EXPECT_EQ(log->TakeBefore("it"), (std::vector<std::string>{"next"}));
}

}  // namespace
}  // namespace rasp::ftw
