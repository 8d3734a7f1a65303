// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>
#include <string>

#include "audit/sample_event.h"

namespace rasp {
namespace {

using nlohmann::json;

// A transaction of which everything is to be told.
struct AuditSample : SampleEvent {
  std::vector<HeaderField> response_headers = {{"Content-Type", "text/plain"}, {"X-Two", "1"}};
  std::vector<UploadedFile> files;
  EngineSettings settings;
  AuditHost host{"ngx-rasp v1", "edge-1", "AbCd1234", 17, true};

  AuditSample() {
    setenv("TZ", "UTC", 1);
    tzset();
    rule.file = "/etc/rules.conf";
    rule.line = 3;
    request.method = "POST";
    request.target = "/a?b=1";
    event.id = "id-1";
    matches.front().original = "1' OR 1=1";
    event.audit.engine = AuditEngine::kOn;
    event.audit.parts = "ABCDEFGHIJKZ";
    event.audit.request_body = "id=1'";
    event.audit.response_protocol = "HTTP/1.1";
    event.audit.response_body = "ok\n";
    settings.components = {"OWASP_CRS/4.0.0"};
  }

  const Event& Whole() {
    event.audit.response_headers = response_headers;
    event.audit.files = files;
    return Assembled();
  }
  ModsecAuditLog Log() {
    Result<ModsecAuditLog> log = ModsecAuditLog::Make(settings);
    EXPECT_TRUE(log);
    return *std::move(log);
  }
  std::string Record() {
    std::string out;
    Log().AppendRecord(Whole(), host, out);
    return out;
  }
  json JsonRecord() {
    settings.audit_log.format = AuditLogFormat::kJson;
    const std::string record = Record();
    EXPECT_TRUE(json::accept(record)) << record;
    EXPECT_EQ(record.find('\n'), record.size() - 1);
    return json::parse(record, nullptr, false)["transaction"];
  }
  std::string Part(char letter) {
    const std::string record = Record();
    const std::string mark = "---AbCd1234---";
    const std::string head = mark + letter + "--\n";
    const size_t begin = record.find(head);
    if (begin == std::string::npos) return "(none)";
    const size_t body = begin + head.size();
    return record.substr(body, record.find(mark, body) - body);
  }
};

struct Wanted {
  std::string_view name;
  AuditEngine engine;
  std::string_view relevant_status;  // "": not set
  uint16_t status;
  bool audited;  // the rule that matched
  bool want;
};
class AuditWants : public testing::TestWithParam<Wanted> {};
constexpr Wanted kWanted[] = {
    {"OnWritesAll", AuditEngine::kOn, "", 200, false, true},
    {"OffWritesNone", AuditEngine::kOff, "^4", 403, true, false},
    {"RelevantByStatus", AuditEngine::kRelevantOnly, "^(?:5|4(?!04))", 403, false, true},
    {"NotRelevantByStatus", AuditEngine::kRelevantOnly, "^(?:5|4(?!04))", 404, false, false},
    {"RelevantByRule", AuditEngine::kRelevantOnly, "^5", 200, true, true},
    {"NothingSaysWhatIsRelevant", AuditEngine::kRelevantOnly, "", 500, false, false},
};
INSTANTIATE_TEST_SUITE_P(Engines, AuditWants, testing::ValuesIn(kWanted),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(AuditWants, AsTheDirectivesSay) {
  const Wanted& wanted = GetParam();
  AuditSample sample;
  sample.event.audit.engine = wanted.engine;
  if (!wanted.relevant_status.empty())
    sample.settings.audit_log.relevant_status = wanted.relevant_status;
  sample.event.response_status = wanted.status;
  sample.rule.audited = wanted.audited;
  EXPECT_EQ(sample.Log().Wants(sample.Whole()), wanted.want);
}

TEST(AuditLog, RefusesAStatusThatIsNoPattern) {
  EngineSettings settings;
  settings.audit_log.relevant_status = "^(5";
  const Result<ModsecAuditLog> log = ModsecAuditLog::Make(settings);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().find("SecAuditLogRelevantStatus: "), 0u);
}

TEST(AuditNative, HasTheSectionsInOrder) {
  AuditSample sample;
  EXPECT_EQ(sample.Record(),
            "---AbCd1234---A--\n"
            "[28/May/2026:20:26:40 +0000] id-1 192.0.2.7 50000 192.0.2.1 443\n"
            "---AbCd1234---B--\n"
            "POST /a?b=1 HTTP/1.1\n"
            "Host: shop.example\n"
            "User-Agent: curl/7.88.1\n"
            "\n"
            "---AbCd1234---C--\n"
            "id=1'\n"
            "\n"
            "---AbCd1234---D--\n"
            "\n"
            "---AbCd1234---E--\n"
            "ok\\x0a\n"
            "\n"
            "---AbCd1234---F--\n"
            "HTTP/1.1 403\n"
            "Content-Type: text/plain\n"
            "X-Two: 1\n"
            "\n"
            "---AbCd1234---G--\n"
            "\n"
            "---AbCd1234---H--\n"
            "ModSecurity: Access denied with code 403 (phase 2). Matched \"Operator `DetectSQLi' "
            "with parameter `' against variable `ARGS:id' (Value: `1' OR 1=1' ) "
            "[file \"/etc/rules.conf\"] [line \"3\"] [id \"400100\"] [rev \"\"] "
            "[msg \"SQL injection\"] [data \"\"] [severity \"2\"] [ver \"1.0.0\"] [maturity \"0\"] "
            "[accuracy \"0\"] [tag \"sqli\"] [tag \"paranoia-1\"] [hostname \"192.0.2.1\"] "
            "[uri \"/a\"] [unique_id \"id-1\"] [ref \"o1,8t:urlDecodeUni\"]\n"
            "\n"
            "---AbCd1234---I--\n"
            "id=1'\n"
            "\n"
            "---AbCd1234---J--\n"
            "\n"
            "---AbCd1234---K--\n"
            "[file \"/etc/rules.conf\"] [line \"3\"] [id \"400100\"]\n"
            "\n"
            "---AbCd1234---Z--\n"
            "\n");
}

TEST(AuditNative, HasOnlyThePartsThatAreWanted) {
  AuditSample sample;
  sample.event.audit.parts = "AHZ";
  for (const char letter : std::string("BCDEFGIJK")) EXPECT_EQ(sample.Part(letter), "(none)");
  EXPECT_NE(sample.Part('A'), "(none)");
  EXPECT_NE(sample.Part('H'), "(none)");
}

TEST(AuditNative, LeavesOutBodiesThatAreNotThere) {
  AuditSample sample;
  sample.event.audit.request_body = {};
  sample.event.audit.response_body = {};
  EXPECT_EQ(sample.Part('C'), "(none)");
  EXPECT_EQ(sample.Part('E'), "(none)");
  EXPECT_EQ(sample.Part('I'), "\n");
}

TEST(AuditNative, ListsFilesAndLeavesTheirContentsOut) {
  AuditSample sample;
  sample.event.audit.request_body =
      "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n\r\nCONTENT\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ntext\r\n--b--\r\n";
  sample.files = {{"f", "a\"\n.txt", "text/plain", 7}, {"g", "b", "", 5}};
  EXPECT_EQ(sample.Part('J'),
            "1,7,\"a\\x22\\x0a.txt\",\"text/plain\"\n2,5,\"b\",\"\"\nTotal,12\n\n");
  EXPECT_NE(sample.Part('C').find("CONTENT"), std::string::npos);
  const std::string without = sample.Part('I');
  EXPECT_EQ(without.find("CONTENT"), std::string::npos) << without;
  EXPECT_NE(without.find("text\r\n--b--"), std::string::npos) << without;
  EXPECT_NE(without.find("filename=\"a.txt\""), std::string::npos) << without;
}

TEST(AuditNative, BodiesCannotSteerTerminals) {
  AuditSample sample;
  sample.event.audit.request_body = "a\x1b[2J\tb\xff";
  EXPECT_EQ(sample.Part('C'), "a\\x1b[2J\tb\\xff\n\n");
}

TEST(AuditNative, BodiesAreBounded) {
  AuditSample sample;
  const std::string body(300 * 1024, 'a');
  sample.event.audit.request_body = body;
  const std::string part = sample.Part('C');
  EXPECT_LT(part.size(), 257u * 1024);
  EXPECT_NE(part.find("(45056 bytes left out)"), std::string::npos);
}

TEST(AuditNative, SecretsAreReplacedInEveryPart) {
  AuditSample sample;
  sample.request.target = "/a?password=hunter2";
  sample.headers.push_back({"Authorization", "Basic aHVudGVyMjpodW50ZXIy"});
  sample.headers.push_back({"Cookie", "sid=hunter2"});
  sample.response_headers.push_back({"Set-Cookie", "sid=hunter2"});
  sample.event.audit.request_body = "password=hunter2&id=1";
  sample.event.audit.response_body = "{\"token\":\"hunter2\"}";
  const std::string record = sample.Record();
  EXPECT_EQ(record.find("hunter2"), std::string::npos) << record;
  EXPECT_EQ(record.find("aHVudGVy"), std::string::npos) << record;
  sample.host.redact = false;
  EXPECT_NE(sample.Part('C').find("password=hunter2"), std::string::npos);
  EXPECT_NE(sample.Part('B').find("Cookie: sid=hunter2"), std::string::npos);
}

TEST(AuditNative, MasksHoldWithoutRedactionToo) {
  AuditSample sample;
  const Masked masked[] = {{Masked::Kind::kArgument, "card", "", 0, 0},
                           {Masked::Kind::kRequestHeader, "X-Key", "", 0, 0},
                           {Masked::Kind::kResponseHeader, "X-Two", "", 0, 0},
                           {Masked::Kind::kMatched, "ARGS:n", "planted", 0, 0}};
  sample.event.masked = masked;
  sample.host.redact = false;
  sample.request.target = "/a?card=planted1";
  sample.headers.push_back({"X-Key", "planted2"});
  sample.response_headers.back().value = "planted3";
  sample.event.audit.request_body = "card=planted4&n=planted";
  const std::string record = sample.Record();
  EXPECT_EQ(record.find("planted"), std::string::npos) << record;
}

TEST(AuditJson, HasLibmodsecuritysFields) {
  AuditSample sample;
  const json want = json::parse(R"json({
    "client_ip": "192.0.2.7", "time_stamp": "Thu May 28 20:26:40 2026", "server_id": "edge-1",
    "client_port": 50000, "host_ip": "192.0.2.1", "host_port": 443, "unique_id": "id-1",
    "request": {"method": "POST", "http_version": 1.1, "uri": "/a?b=1", "body": "id=1'",
                "headers": {"Host": "shop.example", "User-Agent": "curl/7.88.1"}},
    "response": {"body": "ok\n", "http_code": 403,
                 "headers": {"Content-Type": "text/plain", "X-Two": "1"}},
    "producer": {"modsecurity": "ngx-rasp v1", "connector": "ngx-rasp v1",
                 "secrules_engine": "Enabled", "components": ["OWASP_CRS/4.0.0"]},
    "messages": [{"message": "SQL injection", "details": {
      "match": "Matched \"Operator `DetectSQLi' with parameter `' against variable `ARGS:id' (Value: `1' OR 1=1' )",
      "reference": "o1,8t:urlDecodeUni", "ruleId": "400100", "file": "/etc/rules.conf",
      "lineNumber": "3", "data": "", "severity": "2", "ver": "1.0.0", "rev": "",
      "tags": ["sqli", "paranoia-1"], "maturity": "0", "accuracy": "0"}}]
  })json");
  const json record = sample.JsonRecord();
  EXPECT_EQ(record, want) << json::diff(want, record);
}

TEST(AuditJson, PartsDecideWhatIsThere) {
  AuditSample sample;
  sample.event.audit.parts = "AZ";
  const json record = sample.JsonRecord();
  EXPECT_FALSE(record["request"].contains("body"));
  EXPECT_FALSE(record["request"].contains("headers"));
  EXPECT_FALSE(record["response"].contains("body"));
  EXPECT_FALSE(record["response"].contains("headers"));
  EXPECT_FALSE(record.contains("messages"));
}

TEST(AuditJson, AnyBytesAreValid) {
  AuditSample sample;
  sample.request.protocol = "\xff";
  sample.event.audit.request_body = std::string_view("\0\xff\"\\\n", 5);
  sample.headers.push_back({"\xfe\"", "\x01\xc3"});
  const json record = sample.JsonRecord();
  EXPECT_EQ(record["request"]["http_version"], 0);
}

TEST(AuditJson, RulesThatDoNotAuditAreNotTold) {
  AuditSample sample;
  sample.rule.audited = false;
  EXPECT_TRUE(sample.JsonRecord()["messages"].empty());
}

TEST(AuditConcurrent, EachRecordHasAPathOfItsOwn) {
  AuditSample sample;
  sample.settings.audit_log.storage_dir = "/var/audit";
  EXPECT_EQ(sample.Log().PathOf(sample.Whole()),
            "/var/audit/20260528/20260528-2026/20260528-202640-id-1");
}

TEST(AuditConcurrent, AnIdCannotLeadElsewhere) {
  AuditSample sample;
  sample.settings.audit_log.storage_dir = "/var/audit/";
  sample.event.id = "/../../etc/x\n y";
  EXPECT_EQ(sample.Log().PathOf(sample.Whole()),
            "/var/audit/20260528/20260528-2026/20260528-202640-_.._.._etc_x__y");
}

TEST(AuditConcurrent, TheIndexSaysWhichFile) {
  AuditSample sample;
  sample.settings.audit_log.storage_dir = "/var/audit";
  sample.headers.back().value = "a\"b";
  std::string line;
  sample.Log().AppendIndexLine(sample.Whole(), sample.host, "hello", line);
  EXPECT_EQ(
      line,
      "shop.example 192.0.2.7 - [28/May/2026:20:26:40 +0000] \"POST /a?b=1 HTTP/1.1\" 403 17 - "
      "\"a\\x22b\" id-1 - /var/audit/20260528/20260528-2026/20260528-202640-id-1 0 5 "
      "md5:5d41402abc4b2a76b9719d911017c592");
}

}  // namespace
}  // namespace rasp
