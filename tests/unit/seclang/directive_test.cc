// SPDX-License-Identifier: Apache-2.0
// Every configuration directive: what it sets, or what is said of it.
#include "seclang/directives.h"

#include <set>

#include "core/ascii.h"
#include "rasp/reference.h"
#include "seclang/loaded.h"

namespace rasp {
namespace {

using Settings = const EngineSettings&;

struct SettingCase {
  const char* name;
  std::string_view text;
  bool (*holds)(Settings settings);
};

class SetsSettings : public testing::TestWithParam<SettingCase> {};

TEST_P(SetsSettings, AndSaysNothing) {
  const Loaded loaded = LoadText(GetParam().text, {}, false, "/c/a.conf");
  EXPECT_EQ(loaded.Said(), "");
  EXPECT_TRUE(GetParam().holds(loaded.spec.settings));
}

const SettingCase kSettings[] = {
    {"EngineOn", "SecRuleEngine On", [](Settings s) { return s.mode == Mode::kBlock; }},
    {"EngineOff", "SecRuleEngine off", [](Settings s) { return s.mode == Mode::kOff; }},
    {"EngineDetects", "SecRuleEngine DetectionOnly",
     [](Settings s) { return s.mode == Mode::kDetect; }},
    {"TheLaterCounts", "SecRuleEngine On\nSecRuleEngine DetectionOnly",
     [](Settings s) { return s.mode == Mode::kDetect; }},
    {"RequestBodyAccess", "SecRequestBodyAccess On",
     [](Settings s) { return s.request_body_access == true; }},
    {"RequestBodyLimit", "SecRequestBodyLimit 13107200",
     [](Settings s) { return s.request_body_limit == 13107200u; }},
    {"RequestBodyNoFilesLimit", "SecRequestBodyNoFilesLimit 131072",
     [](Settings s) { return s.request_body_no_files == 131072u; }},
    {"RequestBodyLimitAction", "SecRequestBodyLimitAction Reject",
     [](Settings s) { return s.request_body_limit_action == LimitAction::kReject; }},
    {"JsonDepth", "SecRequestBodyJsonDepthLimit 512",
     [](Settings s) { return s.json_depth == 512u; }},
    {"Arguments", "SecArgumentsLimit 1000", [](Settings s) { return s.arguments == 1000u; }},
    {"ResponseBodyAccess", "SecResponseBodyAccess Off",
     [](Settings s) { return s.response_body_access == false; }},
    {"ResponseBodyLimit", "SecResponseBodyLimit 524288",
     [](Settings s) { return s.response_body_limit == 524288u; }},
    {"ResponseBodyLimitAction", "SecResponseBodyLimitAction ProcessPartial",
     [](Settings s) { return s.response_body_limit_action == LimitAction::kProcessPartial; }},
    {"ResponseTypesAddUp",
     "SecResponseBodyMimeType text/plain Text/HTML\nSecResponseBodyMimeType text/xml",
     [](Settings s) {
       return s.response_body_types ==
              std::vector<std::string>{"text/plain", "text/html", "text/xml"};
     }},
    {"ResponseTypesCleared",
     "SecResponseBodyMimeType text/plain\nSecResponseBodyMimeTypesClear\n"
     "SecResponseBodyMimeType text/xml",
     [](Settings s) { return s.response_body_types == std::vector<std::string>{"text/xml"}; }},
    {"NoResponseTypes", "SecResponseBodyMimeTypesClear",
     [](Settings s) { return s.response_body_types && s.response_body_types->empty(); }},
    {"ArgumentSeparator", "SecArgumentSeparator ;",
     [](Settings s) { return s.argument_separator == ';'; }},
    {"PcreMatchLimit", "SecPcreMatchLimit 1000",
     [](Settings s) { return s.pcre_match_limit == 1000u; }},
    {"CollectionTimeout", "SecCollectionTimeout 600",
     [](Settings s) { return s.collection_timeout == 600u; }},
    {"XmlIntoArgs", "SecParseXmlIntoArgs On",
     [](Settings s) { return s.xml_arguments == XmlArguments::kOn; }},
    {"XmlIntoArgsOnly", "SecParseXmlIntoArgs OnlyArgs",
     [](Settings s) { return s.xml_arguments == XmlArguments::kOnly; }},
    {"UnicodeMap", "SecUnicodeMapFile unicode.mapping 1250",
     [](Settings s) {
       return s.unicode_map_file == "/c/unicode.mapping" && s.unicode_code_page == 1250;
     }},
    {"UnicodeMapAlone", "SecUnicodeMapFile /u.mapping",
     [](Settings s) { return s.unicode_map_file == "/u.mapping" && s.unicode_code_page == 20127; }},
    {"UnicodeCodePage", "SecUnicodeCodePage 1250\nSecUnicodeMapFile /u.mapping",
     [](Settings s) { return s.unicode_code_page == 1250; }},
    {"GeoDatabase", "SecGeoLookupDB GeoLite2.mmdb",
     [](Settings s) { return s.geo_database == "/c/GeoLite2.mmdb"; }},
    {"WebAppId", "SecWebAppId shop", [](Settings s) { return s.web_app_id == "shop"; }},
    {"Components", "SecComponentSignature \"A/1\"\nSecComponentSignature \"B 2\"",
     [](Settings s) {
       return s.components == std::vector<std::string>{"A/1", "B 2"};
     }},
    {"AuditEngine", "SecAuditEngine RelevantOnly",
     [](Settings s) { return s.audit_log.engine == AuditEngine::kRelevantOnly; }},
    {"AuditLog", "SecAuditLog /var/log/a.log",
     [](Settings s) { return s.audit_log.file == "/var/log/a.log"; }},
    {"AuditParts", "SecAuditLogParts ABijDEFHZ",
     [](Settings s) { return s.audit_log.parts == "ABIJDEFHZ"; }},
    {"AuditTypeSerial", "SecAuditLogType Serial",
     [](Settings s) { return s.audit_log.type == AuditLogType::kSerial; }},
    {"AuditTypeConcurrent", "SecAuditLogType Concurrent",
     [](Settings s) { return s.audit_log.type == AuditLogType::kConcurrent; }},
    {"AuditTypeParallel", "SecAuditLogType Parallel",
     [](Settings s) { return s.audit_log.type == AuditLogType::kConcurrent; }},
    {"AuditFormat", "SecAuditLogFormat JSON",
     [](Settings s) { return s.audit_log.format == AuditLogFormat::kJson; }},
    {"AuditFormatNative", "SecAuditLogFormat Native",
     [](Settings s) { return s.audit_log.format == AuditLogFormat::kNative; }},
    {"AuditStatus", "SecAuditLogRelevantStatus \"^(?:5|4(?!04))\"",
     [](Settings s) { return s.audit_log.relevant_status == "^(?:5|4(?!04))"; }},
    {"AuditStorage", "SecAuditLogStorageDir /var/log/audit/",
     [](Settings s) { return s.audit_log.storage_dir == "/var/log/audit/"; }},
    {"AuditFileMode", "SecAuditLogFileMode 0640",
     [](Settings s) { return s.audit_log.file_mode == 0640u; }},
    {"AuditDirMode", "SecAuditLogDirMode 02750",
     [](Settings s) { return s.audit_log.dir_mode == 02750u; }},
    {"AuditDirModeDefault", "SecAuditLogDirMode default",
     [](Settings s) { return !s.audit_log.dir_mode; }},
};

INSTANTIATE_TEST_SUITE_P(Directives, SetsSettings, testing::ValuesIn(kSettings),
                         [](const auto& row) { return row.param.name; });

TEST(Directives, ResponseTypesAddUpOverSources) {
  Diagnostics diagnostics;
  SecLangLoader loader(OptionsOf({}), diagnostics);
  loader.Load("SecResponseBodyMimeType text/plain", "a.conf");
  const RulesetSpec spec = loader.Load("SecResponseBodyMimeType text/xml", "b.conf");
  EXPECT_EQ(spec.settings.response_body_types,
            (std::vector<std::string>{"text/plain", "text/xml"}));
}

// Directives of the recommended configurations and of CRS's test setup that need nothing.
class NeedsNothing : public testing::TestWithParam<const char*> {};

TEST_P(NeedsNothing, AndSaysNothing) { EXPECT_EQ(LoadText(GetParam()).Said(), ""); }

INSTANTIATE_TEST_SUITE_P(
    Directives, NeedsNothing,
    testing::Values("SecRequestBodyInMemoryLimit 131072", "SecPcreMatchLimitRecursion 1000",
                    "SecTmpDir /tmp/", "SecDataDir /tmp/", "SecUploadDir /opt/u/",
                    "SecUploadFileMode 0600", "SecUploadKeepFiles Off",
                    "SecTmpSaveUploadedFiles On", "SecStatusEngine On",
                    "SecDebugLog /var/log/d.log", "SecDebugLogLevel 3", "SecCookieFormat 0",
                    "SecCacheTransformations On \"maxlen:10\"", "SecContentInjection Off",
                    "SecDisableBackendCompression off", "SecInterceptOnError Off",
                    "SecStreamInBodyInspection Off", "SecStreamOutBodyInspection Off",
                    "SecConnEngine Off", "SecXmlExternalEntity Off", "SecHashEngine Off",
                    "SecRemoteRulesFailAction Abort", "SecRemoteTimeout 10"));

struct InertCase {
  const char* text;
  std::string_view advice;  // stands in the warning
};

class DoesNothing : public testing::TestWithParam<InertCase> {};

TEST_P(DoesNothing, AndSaysWhatDoes) {
  const Loaded loaded = LoadText(GetParam().text);
  ASSERT_EQ(loaded.diagnostics.size(), 1u) << loaded.Said();
  EXPECT_EQ(loaded.diagnostics[0].severity, DiagnosticSeverity::kWarning);
  EXPECT_EQ(loaded.diagnostics[0].code, "no-effect");
  EXPECT_EQ(Place(loaded.diagnostics[0].where), "a.conf:1:1");
  EXPECT_NE(loaded.diagnostics[0].text.find(GetParam().advice), std::string::npos) << loaded.Said();
}

INSTANTIATE_TEST_SUITE_P(
    Directives, DoesNothing,
    testing::Values(InertCase{"SecDebugLogLevel 9", "raspctl simulate"},
                    InertCase{"SecCookieFormat 1", "read alike"},
                    InertCase{"SecUploadKeepFiles RelevantOnly", "write Off"},
                    InertCase{"SecContentInjection On", "sub_filter"},
                    InertCase{"SecDisableBackendCompression On", "Accept-Encoding"},
                    InertCase{"SecRulePerfTime 1000", "event log"},
                    InertCase{"SecInterceptOnError On", "rasp_on_error"},
                    InertCase{"SecStreamInBodyInspection On", "REQUEST_BODY"},
                    InertCase{"SecStreamOutBodyInspection On", "RESPONSE_BODY"},
                    InertCase{"SecConnEngine DetectionOnly", "limit_conn"},
                    InertCase{"SecAuditLog2 /x", "remove it"},
                    InertCase{"SecUploadFileLimit 10", "SecArgumentsLimit"},
                    InertCase{"SecCookieV0Separator ,", "semicolons"},
                    InertCase{"SecServerSignature x", "server_tokens"},
                    InertCase{"SecSensorId x", "event log"}, InertCase{"SecHttpBlKey x", "@rbl"},
                    InertCase{"SecGsbLookupDb x", "remove it"},
                    InertCase{"SecChrootDir /x", "systemd"},
                    InertCase{"SecGuardianLog |/x", "event log"},
                    InertCase{"SecUseErrorLog On", "rasp_error_log"},
                    InertCase{"SecRuleInheritance Off", "location"},
                    InertCase{"SecRequestEncoding utf-8", "Content-Type"},
                    InertCase{"SecConnReadStateLimit 50", "limit_conn"},
                    InertCase{"SecConnWriteStateLimit 50", "limit_conn"},
                    InertCase{"SecReadStateLimit 50", "limit_conn"},
                    InertCase{"SecWriteStateLimit 50", "limit_conn"},
                    InertCase{"SecHashKey x KeyOnly", "secure_link"},
                    InertCase{"SecHashParam x", "secure_link"},
                    InertCase{"SecHashMethodRx HashHref x", "secure_link"},
                    InertCase{"SecHashMethodPm HashHref x", "secure_link"}));

TEST(Directives, AreInTheReference) {
  const std::vector<ReferenceEntry> entries = DirectiveReference();
  ASSERT_EQ(entries.size(), SecLangDirectives().size());
  EXPECT_EQ(entries.front().name, "SecRule");
  EXPECT_EQ(entries.front().summary, "A rule, or a link of a chain");
}

TEST(Directives, TheTableIsComplete) {
  std::set<std::string> names;
  for (const DirectiveDef& def : SecLangDirectives()) {
    std::string lower(def.name);
    for (char& c : lower) c = ToLower(c);
    EXPECT_TRUE(names.insert(lower).second) << def.name << " stands twice";
    EXPECT_FALSE(def.summary.empty()) << def.name;
    EXPECT_LE(def.least, def.most) << def.name;
    const bool reads =
        def.effect == DirectiveDef::Effect::kRule || def.effect == DirectiveDef::Effect::kSetting;
    EXPECT_TRUE(!reads || def.read != nullptr) << def.name;
  }
  EXPECT_EQ(names.size(), 89u);
}

}  // namespace
}  // namespace rasp
