// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rasp/verdict.h"

namespace rasp {

enum class LimitAction : uint8_t { kReject, kProcessPartial };

// Which transactions go to ModSecurity's audit log.
enum class AuditEngine : uint8_t { kOff, kOn, kRelevantOnly };
enum class AuditLogType : uint8_t { kSerial, kConcurrent };
enum class AuditLogFormat : uint8_t { kNative, kJson };

struct AuditLogSettings {
  std::optional<AuditEngine> engine;           // SecAuditEngine
  std::optional<std::string> parts;            // SecAuditLogParts: "ABIJDEFHZ"
  std::optional<std::string> relevant_status;  // SecAuditLogRelevantStatus: a regular expression
  std::optional<AuditLogType> type;            // SecAuditLogType
  std::optional<AuditLogFormat> format;        // SecAuditLogFormat
  std::optional<std::string> file;             // SecAuditLog
  std::optional<std::string> storage_dir;      // SecAuditLogStorageDir
  std::optional<uint32_t> file_mode;           // SecAuditLogFileMode, octal in the text
  std::optional<uint32_t> dir_mode;            // SecAuditLogDirMode

  bool operator==(const AuditLogSettings&) const = default;
};

// Whether XML bodies' texts become arguments too (SecParseXmlIntoArgs).
enum class XmlArguments : uint8_t { kOff, kOn, kOnly };

// What a ruleset's own configuration directives say (SecLang; JSON rulesets set none). A directive
// that does not stand there is nullopt: the host's setting or the engine's default holds.
struct EngineSettings {
  std::optional<Mode> mode;                       // SecRuleEngine: a ceiling, as a location's mode
  std::optional<bool> request_body_access;        // SecRequestBodyAccess
  std::optional<uint64_t> request_body_limit;     // SecRequestBodyLimit, bytes, files included
  std::optional<uint64_t> request_body_no_files;  // SecRequestBodyNoFilesLimit, bytes
  std::optional<LimitAction> request_body_limit_action;
  std::optional<uint32_t> json_depth;  // SecRequestBodyJsonDepthLimit
  std::optional<uint32_t> arguments;   // SecArgumentsLimit
  std::optional<bool> response_body_access;
  std::optional<uint64_t> response_body_limit;
  std::optional<LimitAction> response_body_limit_action;
  // SecResponseBodyMimeType, lower case; nullopt: what the engine takes for text
  std::optional<std::vector<std::string>> response_body_types;
  std::optional<char> argument_separator;       // SecArgumentSeparator
  std::optional<uint32_t> pcre_match_limit;     // SecPcreMatchLimit
  std::optional<uint32_t> collection_timeout;   // SecCollectionTimeout, seconds
  std::optional<XmlArguments> xml_arguments;    // SecParseXmlIntoArgs
  std::optional<std::string> unicode_map_file;  // SecUnicodeMapFile, an absolute or found path
  uint32_t unicode_code_page = 0;
  std::optional<std::string> geo_database;  // SecGeoLookupDB
  std::optional<std::string> web_app_id;    // SecWebAppId
  std::vector<std::string> components;      // SecComponentSignature, in order
  AuditLogSettings audit_log;

  bool operator==(const EngineSettings&) const = default;
};

// `over` where it says something, else what `base` says.
EngineSettings Merged(EngineSettings base, const EngineSettings& over);

}  // namespace rasp
