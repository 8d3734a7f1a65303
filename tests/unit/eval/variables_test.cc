// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <string>

#include "eval/scenario.h"
#include "rule/variable.h"

// What each variable holds, seen through a rule that matches whatever it is.
namespace rasp {
namespace {

struct Case {
  std::string_view name;
  std::string_view targets;
  Exchange exchange;
  std::string_view values;      // "ARGS:a=1; ARGS:b=2"
  std::string_view rules = "";  // that stand before
  std::string_view phase = "2";
};

const Exchange kGet = {"GET", "/p%41/x.php?q=%41%20b&q=&r", {{"Host", "shop.example:8080"}}};
const Exchange kForm = {
    "POST", "/p?a=1", {{"Content-Type", "application/x-www-form-urlencoded"}}, "b=%32&&c&=d"};
const Exchange kUpload = {
    "POST",
    "/",
    {{"Content-Type", "multipart/form-data; boundary=B"}},
    "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\n"
    "Content-Type: text/plain\r\n\r\nhello\r\n--B\r\n"
    "Content-Disposition: form-data; name=\"g\"\r\n\r\nval\r\n--B--\r\n"};
const Exchange kBasic = {
    "GET", "/", {{"Authorization", "basic  YWxpY2U6b3BlbjpzZXNhbWU="}, {"X-B", "2"}}};
const Exchange kXml = {"POST",
                       "/",
                       {{"Content-Type", "text/xml"}},
                       "<a x='1'><b y='2'>one</b><c>two</c><s:d xmlns:s='urn:s'>three</s:d></a>"};
const Exchange kJsonAnswer = {
    "GET", "/", {}, "", 404, {{"Content-Type", "application/json"}}, R"({"a":[{"b":"secret"},2]})"};
const Exchange kXmlAnswer = {
    "GET", "/", {}, "", 200, {{"Content-Type", "text/xml"}}, "<a x='1'><b>one</b></a>"};

std::vector<Case> RequestCases() {
  return {
      {"Uri", "REQUEST_URI", kGet, "REQUEST_URI=/p%41/x.php?q=%41%20b&q=&r"},
      {"UriOfAnAbsoluteTarget",
       "REQUEST_URI|REQUEST_URI_RAW",
       {"GET", "http://h/p?q"},
       "REQUEST_URI=/p?q; REQUEST_URI_RAW=http://h/p?q"},
      {"FilenameIsDecoded", "REQUEST_FILENAME|PATH_INFO|REQUEST_BASENAME", kGet,
       "REQUEST_FILENAME=/pA/x.php; PATH_INFO=/pA/x.php; REQUEST_BASENAME=x.php"},
      {"BasenameAfterABackslash",
       "REQUEST_BASENAME",
       {"GET", "/a\\b.asp?x"},
       "REQUEST_BASENAME=b.asp"},
      {"BasenameOfADirectoryIsEmpty", "REQUEST_BASENAME", {"GET", "/a/"}, "REQUEST_BASENAME="},
      {"QueryStringIsRaw", "QUERY_STRING", kGet, "QUERY_STRING=q=%41%20b&q=&r"},
      {"QueryStringWithoutOne", "QUERY_STRING", {"GET", "/a"}, "QUERY_STRING="},
      {"LineMethodProtocol",
       "REQUEST_LINE|REQUEST_METHOD|REQUEST_PROTOCOL",
       {"PUT", "/a"},
       "REQUEST_LINE=PUT /a HTTP/1.1; REQUEST_METHOD=PUT; REQUEST_PROTOCOL=HTTP/1.1"},
      {"HeaderNamesKeepTheirSpelling",
       "REQUEST_HEADERS:user-agent|REQUEST_HEADERS_NAMES",
       {"GET", "/", {{"uSer-Agent", "x"}}},
       "REQUEST_HEADERS:uSer-Agent=x; REQUEST_HEADERS_NAMES:uSer-Agent=uSer-Agent"},
      {"CookieNamesKeepTheirSpelling",
       "REQUEST_COOKIES:sid|REQUEST_COOKIES_NAMES",
       {"GET", "/", {{"cookie", "SiD=1; b=2"}}},
       "REQUEST_COOKIES:SiD=1; REQUEST_COOKIES_NAMES:SiD=SiD; REQUEST_COOKIES_NAMES:b=b"},
      {"Arguments", "ARGS|ARGS_NAMES|&ARGS:q", kGet,
       "ARGS:q=A b; ARGS:q=; ARGS:r=; ARGS_NAMES:q=q; ARGS_NAMES:q=q; ARGS_NAMES:r=r; &ARGS:q=2"},
      {"ArgumentsOfAForm", "ARGS_POST|ARGS_POST_NAMES:b", kForm,
       "ARGS_POST:b=2; ARGS_POST:c=; ARGS_POST:=d; ARGS_POST_NAMES:b=b"},
      {"ArgumentsRaw",
       "ARGS_GET_RAW|ARGS_GET_NAMES_RAW",
       {"GET", "/?%61=%3c&&b=x=y&c"},
       "ARGS_GET_RAW:%61=%3c; ARGS_GET_RAW:b=x=y; ARGS_GET_RAW:c=; ARGS_GET_NAMES_RAW:%61=%61; "
       "ARGS_GET_NAMES_RAW:b=b; ARGS_GET_NAMES_RAW:c=c"},
      {"ArgumentsRawOfAForm", "ARGS_RAW|ARGS_POST_NAMES_RAW", kForm,
       "ARGS_RAW:a=1; ARGS_RAW:b=%32; ARGS_RAW:c=; ARGS_RAW:=d; ARGS_POST_NAMES_RAW:b=b; "
       "ARGS_POST_NAMES_RAW:c=c; ARGS_POST_NAMES_RAW:="},
      {"ArgumentsRawOfOtherBodiesAreNone", "&ARGS_POST_RAW|&ARGS_NAMES_RAW", kUpload,
       "&ARGS_POST_RAW=0; &ARGS_NAMES_RAW=0"},
      {"CombinedSize", "ARGS_COMBINED_SIZE", kGet, "ARGS_COMBINED_SIZE=6"},
      {"AuthType", "AUTH_TYPE", kBasic, "AUTH_TYPE=basic"},
      {"AuthTypeOfNone", "AUTH_TYPE|REMOTE_USER", kGet, "AUTH_TYPE=; REMOTE_USER="},
      {"RemoteUser", "REMOTE_USER", kBasic, "REMOTE_USER=alice"},
      {"RemoteUserOfBearer",
       "REMOTE_USER",
       {"GET", "/", {{"Authorization", "Bearer YTpi"}}},
       "REMOTE_USER="},
      {"RemoteUserWithoutColon",
       "REMOTE_USER",
       {"GET", "/", {{"Authorization", "Basic YWJj"}}},
       "REMOTE_USER=abc"},
      {"RemoteUserOfGarbage",
       "REMOTE_USER",
       {"GET", "/", {{"Authorization", "Basic"}}},
       "REMOTE_USER="},
      {"FullRequest",
       "FULL_REQUEST|FULL_REQUEST_LENGTH",
       {"POST", "/", {{"A", "b"}, {"Content-Type", "text/plain"}}, "xyz"},
       "FULL_REQUEST=POST / HTTP/1.1\r\nA: b\r\nContent-Type: text/plain\r\n\r\nxyz; "
       "FULL_REQUEST_LENGTH=54"},
      {"FullRequestBeforeTheBody",
       "FULL_REQUEST|FULL_REQUEST_LENGTH",
       {"POST", "/", {{"A", "b"}}, "xyz"},
       "FULL_REQUEST=POST / HTTP/1.1\r\nA: b\r\n\r\n; FULL_REQUEST_LENGTH=25",
       "",
       "1"},
      {"Connection", "REMOTE_ADDR|REMOTE_HOST|USERAGENT_IP|REMOTE_PORT|SERVER_ADDR|SERVER_PORT",
       kGet,
       "REMOTE_ADDR=192.0.2.7; REMOTE_HOST=192.0.2.7; USERAGENT_IP=192.0.2.7; REMOTE_PORT=4711; "
       "SERVER_ADDR=192.0.2.1; SERVER_PORT=443"},
      {"ServerName", "SERVER_NAME|UNIQUE_ID", kGet, "SERVER_NAME=shop.example; UNIQUE_ID=id-1"},
  };
}

std::vector<Case> BodyCases() {
  return {
      {"FilesOfAnUpload", "FILES|FILES_NAMES|FILES_SIZES|FILES_COMBINED_SIZE|FILES_TMP_CONTENT",
       kUpload,
       "FILES:f=x.txt; FILES_NAMES:f=f; FILES_SIZES:f=5; FILES_COMBINED_SIZE=5; "
       "FILES_TMP_CONTENT:f=hello"},
      {"NoTemporaryFiles", "&FILES_TMPNAMES|&FILES_TMP_NAMES", kUpload,
       "&FILES_TMPNAMES=0; &FILES_TMP_NAMES=0"},
      {"NoFilesInAForm", "&FILES|FILES_COMBINED_SIZE|&MULTIPART_NAME|&MULTIPART_FILENAME", kForm,
       "&FILES=0; FILES_COMBINED_SIZE=0; &MULTIPART_NAME=0; &MULTIPART_FILENAME=0"},
      {"MultipartNames", "MULTIPART_NAME|MULTIPART_FILENAME", kUpload,
       "MULTIPART_NAME:g=g; MULTIPART_NAME:f=f; MULTIPART_FILENAME:x.txt=x.txt"},
      {"MultipartPartHeaders", "MULTIPART_PART_HEADERS:g", kUpload,
       "MULTIPART_PART_HEADERS:g=Content-Disposition: form-data; name=\"g\""},
      {"MultipartFlagsAreZero", "MULTIPART_STRICT_ERROR|MULTIPART_UNMATCHED_BOUNDARY", kUpload,
       "MULTIPART_STRICT_ERROR=0; MULTIPART_UNMATCHED_BOUNDARY=0"},
      {"RequestBodyOfAForm", "REQUEST_BODY|STREAM_INPUT_BODY|REQUEST_BODY_LENGTH", kForm,
       "REQUEST_BODY=b=%32&&c&=d; STREAM_INPUT_BODY=b=%32&&c&=d; REQUEST_BODY_LENGTH=11"},
      {"Processor", "REQBODY_PROCESSOR|REQBODY_ERROR|REQBODY_PROCESSOR_ERROR|REQBODY_ERROR_MSG",
       kForm,
       "REQBODY_PROCESSOR=URLENCODED; REQBODY_ERROR=0; REQBODY_PROCESSOR_ERROR=0; "
       "REQBODY_ERROR_MSG="},
      {"JsonNamesAreModSecuritys",
       "ARGS",
       {"POST",
        "/",
        {{"Content-Type", "application/json"}},
        R"({"a":{"b":1},"i":[true,{"k":"v"},[null]],"":"e"})"},
       "ARGS:json.a.b=1; ARGS:json.i.array_0=true; ARGS:json.i.array_1.k=v; "
       "ARGS:json.i.array_2.array_0=null; ARGS:json.empty-key=e"},
      {"XmlTextsAndAttributes", "XML:/*|XML://@*", kXml,
       "XML:/*=one; XML:/*=two; XML:/*=three; XML://@*=1; XML://@*=2; XML://@*=urn:s"},
      {"XmlByPath", "XML:/a/b|REQUEST_XML:/a/b/@y", kXml, "XML:/a/b=one; REQUEST_XML:/a/b/@y=2"},
      {"XmlCount", "&XML:/a/*", kXml, "&XML:/a/*=3"},
      {"XmlOfAnotherBodyIsNone", "&XML:/a/b|&XML:/*", kForm, "&XML:/a/b=0; &XML:/*=0"},
      {"XmlIntoArguments", "ARGS|XML:/*", kXml,
       "ARGS:xml.a.b=one; ARGS:xml.a.c=two; ARGS:xml.a.d=three; XML:/*=one; XML:/*=two; "
       "XML:/*=three",
       "SecParseXmlIntoArgs On"},
      {"XmlIntoArgumentsOnly", "ARGS|&XML:/*|&XML:/a/b", kXml,
       "ARGS:xml.a.b=one; ARGS:xml.a.c=two; ARGS:xml.a.d=three; &XML:/*=0; &XML:/a/b=0",
       R"(SecAction "id:9,phase:1,pass,nolog,ctl:parseXmlIntoArgs=OnlyArgs")"},
      {"InboundDataIsNoError", "INBOUND_DATA_ERROR", kForm, "INBOUND_DATA_ERROR=0"},
      {"InboundDataError", "INBOUND_DATA_ERROR", kForm, "INBOUND_DATA_ERROR=1",
       "SecRequestBodyLimit 4\nSecRequestBodyLimitAction ProcessPartial"},
  };
}

std::vector<Case> ResponseCases() {
  return {
      {"Status", "RESPONSE_STATUS|STATUS_LINE|RESPONSE_PROTOCOL", kJsonAnswer,
       "RESPONSE_STATUS=404; STATUS_LINE=HTTP/1.1 404 Not Found; RESPONSE_PROTOCOL=HTTP/1.1", "",
       "3"},
      {"StatusWithoutPhrase",
       "STATUS_LINE",
       {"GET", "/", {}, "", 599},
       "STATUS_LINE=HTTP/1.1 599",
       "",
       "3"},
      {"Headers", "RESPONSE_HEADERS|RESPONSE_HEADERS_NAMES|RESPONSE_CONTENT_TYPE", kJsonAnswer,
       "RESPONSE_HEADERS:Content-Type=application/json; "
       "RESPONSE_HEADERS_NAMES:Content-Type=Content-Type; RESPONSE_CONTENT_TYPE=application/json",
       "", "3"},
      {"Body", "RESPONSE_BODY|STREAM_OUTPUT_BODY", kXmlAnswer,
       "RESPONSE_BODY=<a x='1'><b>one</b></a>; STREAM_OUTPUT_BODY=<a x='1'><b>one</b></a>", "",
       "4"},
      {"Arguments", "RESPONSE_ARGS|RESPONSE_ARGS_NAMES:json.a.array_1", kJsonAnswer,
       "RESPONSE_ARGS:json.a.array_0.b=secret; RESPONSE_ARGS:json.a.array_1=2; "
       "RESPONSE_ARGS_NAMES:json.a.array_1=json.a.array_1",
       "", "4"},
      {"ArgumentsOfXmlAreNone", "&RESPONSE_ARGS", kXmlAnswer, "&RESPONSE_ARGS=0", "", "4"},
      {"Xml", "RESPONSE_XML:/*|RESPONSE_XML://@*|RESPONSE_XML:/a/b", kXmlAnswer,
       "RESPONSE_XML:/*=one; RESPONSE_XML://@*=1; RESPONSE_XML:/a/b=one", "", "4"},
      {"Processor", "RES_BODY_PROCESSOR|RES_BODY_ERROR|RES_BODY_ERROR_MSG", kJsonAnswer,
       "RES_BODY_PROCESSOR=JSON; RES_BODY_ERROR=0; RES_BODY_ERROR_MSG=", "", "4"},
      {"Malformed",
       "RES_BODY_ERROR|RES_BODY_PROCESSOR_ERROR_MSG",
       {"GET", "/", {}, "", 200, {{"Content-Type", "application/json"}}, "{]"},
       "RES_BODY_ERROR=1; RES_BODY_PROCESSOR_ERROR_MSG=the JSON has a token where it may not stand",
       "",
       "4"},
      {"NoProcessor",
       "RES_BODY_PROCESSOR|RES_BODY_ERROR",
       {"GET", "/", {}, "", 200, {{"Content-Type", "text/html"}}, "{]"},
       "RES_BODY_PROCESSOR=; RES_BODY_ERROR=0",
       "",
       "4"},
      {"OutboundDataIsNoError",
       "OUTBOUND_DATA_ERROR|RESPONSE_BODY",
       {"GET", "/", {}, "", 200, {{"Content-Type", "text/html"}}, "abc"},
       "OUTBOUND_DATA_ERROR=0; RESPONSE_BODY=abc",
       "",
       "4"},
  };
}

constexpr std::string_view kSetTx = R"(SecAction "id:9,phase:1,pass,nolog,setvar:tx.One=1")";
constexpr std::string_view kErrorRule =
    R"(SecRule ARGS:q "@rx ." "id:9,phase:1,pass,nolog,severity:ERROR"
SecRule ARGS:q "@rx ." "id:8,phase:1,pass,nolog,severity:WARNING")";

std::vector<Case> RuleCases() {
  return {
      {"TxIgnoresCase", "TX:oNE", kGet, "TX:One=1", kSetTx},
      {"TxMissing", "&TX:two", kGet, "&TX:two=0", kSetTx},
      {"HighestSeverityOfNone", "HIGHEST_SEVERITY", kGet, "HIGHEST_SEVERITY=255"},
      {"HighestSeverityIsTheWorst", "HIGHEST_SEVERITY", kGet, "HIGHEST_SEVERITY=3", kErrorRule},
      {"EnvIsWhatSetenvSet", "ENV:mode", kGet, "ENV:mode=A b",
       R"(SecAction "id:9,phase:1,pass,nolog,setenv:mode=%{ARGS.q}")"},
      {"EnvIsNotTheServers", "&ENV:PATH|&ENV", kGet, "&ENV:PATH=0; &ENV=0"},
      {"WebAppId", "WEBAPPID", kGet, "WEBAPPID=shop", "SecWebAppId shop"},
      {"WebAppIdByDefault", "WEBAPPID", kGet, "WEBAPPID=default"},
      {"ModsecBuild", "MODSEC_BUILD", kGet, "MODSEC_BUILD=030016100"},
      {"NoMatcherError", "MSC_PCRE_ERROR|MSC_PCRE_LIMITS_EXCEEDED|RX_ERROR|&TX:/^MSC_/", kGet,
       "MSC_PCRE_ERROR=0; MSC_PCRE_LIMITS_EXCEEDED=0; RX_ERROR=0; &TX:/^MSC_/=0"},
      {"GeoOfNoLookup", "&GEO|&GEO:COUNTRY_CODE", kGet, "&GEO=0; &GEO:COUNTRY_CODE=0"},
      {"NoRecord", "&IP|&GLOBAL|&SESSION|&USER|&RESOURCE|SESSIONID|USERID", kGet,
       "&IP=0; &GLOBAL=0; &SESSION=0; &USER=0; &RESOURCE=0; SESSIONID=; USERID="},
      {"Unavailable", "SDBM_DELETE_ERROR|&SCRIPT_UID|&PERF_ALL|&WEBSERVER_ERROR_LOG", kGet,
       "SDBM_DELETE_ERROR=0; &SCRIPT_UID=0; &PERF_ALL=0; &WEBSERVER_ERROR_LOG=0"},
      {"UnavailableMatchesNothing", "SCRIPT_FILENAME|PERF_RULES|FILES_TMPNAMES", kGet, ""},
  };
}

class VariableTest : public testing::TestWithParam<Case> {};

// The values that the rule saw, without its id and what else the story tells.
std::string ValuesIn(std::string story) {
  const size_t begin = story.find(": 1 ");
  if (begin == std::string::npos) return "";
  story = "; 1 " + story.substr(begin + 4);
  const size_t reasons = story.find(" [request-body-limit]");
  if (reasons != std::string::npos) story.resize(reasons);
  const size_t response_reasons = story.find(" [response-body-limit]");
  if (response_reasons != std::string::npos) story.resize(response_reasons);
  for (size_t at = story.find("; 1 "); at != std::string::npos; at = story.find("; 1 ", at))
    story.replace(at, 4, "; "), at += 2;
  return story.substr(2);
}

TEST_P(VariableTest, Holds) {
  const Case& c = GetParam();
  const Ruleset ruleset =
      FromSecLang(std::string(c.rules) + "\nSecRule " + std::string(c.targets) +
                  " \"@unconditionalMatch\" \"id:1,pass,phase:" + std::string(c.phase) + "\"");
  EXPECT_EQ(ValuesIn(Play(ruleset, Blocking(), c.exchange).story), c.values);
  EXPECT_EQ(ValuesIn(Play(ruleset, Blocking(), c.exchange, 1).story), c.values);
}

std::string NameOf(const testing::TestParamInfo<Case>& row) { return std::string(row.param.name); }
INSTANTIATE_TEST_SUITE_P(Request, VariableTest, testing::ValuesIn(RequestCases()), NameOf);
INSTANTIATE_TEST_SUITE_P(Body, VariableTest, testing::ValuesIn(BodyCases()), NameOf);
INSTANTIATE_TEST_SUITE_P(Response, VariableTest, testing::ValuesIn(ResponseCases()), NameOf);
INSTANTIATE_TEST_SUITE_P(Rule, VariableTest, testing::ValuesIn(RuleCases()), NameOf);

TEST(Variables, RuleTellsOfThisRule) {
  const Ruleset ruleset = FromSecLang(
      "SecRule RULE \"@unconditionalMatch\" \"id:1,phase:2,pass,rev:'7',ver:'V/1',severity:ERROR,"
      "maturity:8,accuracy:9,msg:'m %{ARGS.a} %{RULE.msg}',logdata:'d %{RULE.id}'\"");
  EXPECT_EQ(ValuesIn(Play(ruleset, Blocking(), {"GET", "/?a=x"}).story),
            "RULE:id=1; RULE:rev=7; RULE:ver=V/1; RULE:severity=3; RULE:maturity=8; "
            "RULE:accuracy=9; RULE:msg=m x ; RULE:logdata=d 1");
}

TEST(Variables, XmlKnowsItsRulesNamespaces) {
  const Ruleset ruleset = FromSecLang(
      "SecRule XML:/a/q:d \"@unconditionalMatch\" \"id:1,phase:2,pass,xmlns:q=urn:s\"\n"
      "SecRule XML:/a/q:d \"@unconditionalMatch\" \"id:2,phase:2,pass,xmlns:q=urn:other\"");
  EXPECT_EQ(Play(ruleset, Blocking(), kXml).story, "pass: 1 XML:/a/q:d=three");
}

TEST(Variables, OutboundDataErrorTellsOfALargeResponse) {
  const Ruleset ruleset = FromSecLang(
      "SecRule OUTBOUND_DATA_ERROR|RESPONSE_BODY \"@unconditionalMatch\" \"id:1,pass,phase:4\"");
  OverlaySpec overlay = Blocking();
  overlay.limits.response_body_bytes = 2;
  const Exchange exchange = {"GET", "/", {}, "", 200, {{"Content-Type", "text/html"}}, "abc"};
  EXPECT_EQ(ValuesIn(Play(ruleset, overlay, exchange).story),
            "OUTBOUND_DATA_ERROR=1; RESPONSE_BODY=ab");
}

TEST(Variables, ABadXPathIsAnError) {
  RulesetCompiler compiler;
  compiler.AddText("rules.conf", "SecRule XML:/p:a \"@rx a\" \"id:1,phase:2,deny\"\n");
  EXPECT_FALSE(compiler.Compile().ok());
  ASSERT_FALSE(compiler.diagnostics().empty());
  EXPECT_NE(FormatDiagnostic(compiler.diagnostics()[0]).find("no xmlns action declares"),
            std::string::npos)
      << FormatDiagnostic(compiler.diagnostics()[0]);
}

TEST(Variables, AnXPathThatCostsTooMuchIsSaidSo) {
  const Ruleset ruleset =
      FromSecLang("SecRule XML://b[count(//b)=1] \"@rx x\" \"id:1,phase:2,deny\"");
  std::string body = "<a>";
  for (int i = 0; i < 5000; ++i) body += "<b/>";
  body += "</a>";
  OverlaySpec overlay = Blocking();
  overlay.limits.arguments = 100'000;
  const Exchange exchange = {"POST", "/", {{"Content-Type", "text/xml"}}, body};
  EXPECT_EQ(Play(ruleset, overlay, exchange).story, "block 413 [request-body-limit]");
}

// A time zone as TZ has it, for as long as this lives.
class TimeZone {
 public:
  explicit TimeZone(const char* zone) {
    const char* const old = std::getenv("TZ");
    had_ = old != nullptr;
    if (had_) old_ = old;
    setenv("TZ", zone, 1);
    tzset();
  }
  ~TimeZone() {
    had_ ? setenv("TZ", old_.c_str(), 1) : unsetenv("TZ");
    tzset();
  }

 private:
  bool had_ = false;
  std::string old_;
};

constexpr std::string_view kTimes =
    "SecRule TIME|TIME_YEAR|TIME_MON|TIME_DAY|TIME_WDAY|TIME_HOUR|TIME_MIN|TIME_SEC|TIME_EPOCH "
    "\"@unconditionalMatch\" \"id:1,phase:1,pass\"";

TEST(Variables, TimeIsLocal) {
  const Ruleset ruleset = FromSecLang(kTimes);
  const TimeZone zone("UTC-5:30");  // half past five hours east of Greenwich
  EXPECT_EQ(ValuesIn(Play(ruleset, Blocking(), {"GET", "/"}).story),
            "TIME=03:43:20; TIME_YEAR=2023; TIME_MON=10; TIME_DAY=15; TIME_WDAY=3; TIME_HOUR=03; "
            "TIME_MIN=43; TIME_SEC=20; TIME_EPOCH=1700000000");
}

TEST(Variables, NumbersOfATimeHaveTwoDigits) {
  const Ruleset ruleset = FromSecLang(kTimes);
  const TimeZone zone("UTC");
  FakeClock clock;
  clock.unix_us = 1'704'423'845'000'000;  // 2024-01-05 03:04:05, a Friday
  EXPECT_EQ(ValuesIn(Play(ruleset, Blocking(), {"GET", "/"}, 0, &clock).story),
            "TIME=03:04:05; TIME_YEAR=2024; TIME_MON=0; TIME_DAY=05; TIME_WDAY=5; TIME_HOUR=03; "
            "TIME_MIN=04; TIME_SEC=05; TIME_EPOCH=1704423845");
}

TEST(Variables, DurationIsInMicroseconds) {
  const Ruleset ruleset = FromSecLang("SecRule DURATION \"@ge 5000\" \"id:1,phase:1,pass\"");
  FakeClock clock;
  clock.step_us = 5000;
  OverlaySpec overlay = Blocking();
  overlay.limits.time_us = 0;
  EXPECT_EQ(Play(ruleset, overlay, {"GET", "/"}, 0, &clock).story.substr(0, 17),
            "pass: 1 DURATION=");
}

// Every name is known, takes a count, and shows what it has in the last phase.
TEST(Variables, AllAreProvided) {
  size_t seen = 0;
  for (const VariableDef& variable : AllVariables()) {
    const std::string name(variable.name);
    const Ruleset ruleset = FromSecLang("SecRule &" + name +
                                        " \"@unconditionalMatch\" \"id:1,phase:5,pass\"\nSecRule " +
                                        name + " \"@unconditionalMatch\" \"id:2,phase:5,pass\"");
    const std::string story = Play(ruleset, Blocking(), kJsonAnswer).story;
    EXPECT_NE(story.find(": 1 &" + name + "="), std::string::npos) << story;
    const bool nothing = variable.id == VariableId::kNever ||
                         variable.id == VariableId::kMatchedVar ||
                         variable.id == VariableId::kMatchedVarName;
    if (!variable.collection && !nothing) {
      EXPECT_NE(story.find("&" + name + "=1;"), std::string::npos) << story;
    }
    ++seen;
  }
  EXPECT_GT(seen, kVariableCount);
}

}  // namespace
}  // namespace rasp
