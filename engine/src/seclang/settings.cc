// SPDX-License-Identifier: Apache-2.0
#include "seclang/settings.h"

#include <span>

#include "core/ascii.h"
#include "core/quoted.h"
#include "seclang/action_values.h"
#include "seclang/directives.h"

namespace rasp {
namespace {

std::string_view First(const Directive& directive) { return directive.arguments[0].text(); }

void BadValue(Session& session, const Directive& directive, std::string_view wanted,
              size_t argument = 0) {
  session.Error(directive.arguments[argument].where(), "bad-value",
                std::string(directive.name.text()) + " " +
                    Quoted(directive.arguments[argument].text()) + ": write " +
                    std::string(wanted));
}

template <typename T>
struct Word {
  std::string_view name;
  T value;
};

// Puts the value that the first argument stands for into `out`.
template <typename T, size_t Count, typename Field>
void Choose(Session& session, const Directive& directive, const Word<T> (&words)[Count],
            Field& out) {
  std::string names;
  for (size_t i = 0; i < Count; ++i) {
    if (EqualsIgnoreCase(words[i].name, First(directive))) {
      out = words[i].value;
      return;
    }
    if (i > 0) names += i + 1 == Count ? " or " : ", ";
    names += words[i].name;
  }
  BadValue(session, directive, names);
}

template <typename Number>
void TakeNumber(Session& session, const Directive& directive, std::optional<Number>& out,
                std::string_view wanted, Number least = 0) {
  const auto number = WholeNumber<Number>(First(directive));
  if (!number || *number < least) return BadValue(session, directive, wanted);
  out = number;
}

constexpr Word<bool> kOnOff[] = {{"On", true}, {"Off", false}};
constexpr Word<LimitAction> kLimitActions[] = {{"Reject", LimitAction::kReject},
                                               {"ProcessPartial", LimitAction::kProcessPartial}};
constexpr uint32_t kUsAscii = 20127;  // the code page of ModSecurity's own configuration
constexpr std::string_view kBytes = "a number of bytes, as in 131072";

const DirectiveDef& RowOf(const Directive& directive) {
  for (const DirectiveDef& def : SecLangDirectives()) {
    if (EqualsIgnoreCase(def.name, directive.name.text())) return def;
  }
  return SecLangDirectives().front();
}

std::string SummaryOf(const Directive& directive) {
  const DirectiveDef& row = RowOf(directive);
  return std::string(row.name) + " " + std::string(row.summary);
}

void TakePath(const Directive& directive, std::optional<std::string>& out) {
  out = std::string(First(directive));
}

// "0640", or "default".
void TakeFileMode(Session& session, const Directive& directive, std::optional<uint32_t>& out) {
  if (EqualsIgnoreCase(First(directive), "default")) {
    out.reset();
    return;
  }
  const auto mode = WholeNumber<uint32_t>(First(directive), 8);
  if (!mode || *mode > 07777)
    return BadValue(session, directive, "an octal mode, as in 0640, or default");
  out = mode;
}

}  // namespace

void SetMode(Session& session, const Directive& directive) {
  constexpr Word<Mode> kModes[] = {
      {"On", Mode::kBlock}, {"DetectionOnly", Mode::kDetect}, {"Off", Mode::kOff}};
  Choose(session, directive, kModes, session.spec.settings.mode);
}

void SetRequestBodyAccess(Session& session, const Directive& directive) {
  Choose(session, directive, kOnOff, session.spec.settings.request_body_access);
}
void SetRequestBodyLimit(Session& session, const Directive& directive) {
  TakeNumber(session, directive, session.spec.settings.request_body_limit, kBytes);
}
void SetRequestBodyNoFiles(Session& session, const Directive& directive) {
  TakeNumber(session, directive, session.spec.settings.request_body_no_files, kBytes);
}
void SetRequestBodyLimitAction(Session& session, const Directive& directive) {
  Choose(session, directive, kLimitActions, session.spec.settings.request_body_limit_action);
}
void SetJsonDepth(Session& session, const Directive& directive) {
  TakeNumber(session, directive, session.spec.settings.json_depth, "a number of levels from 1",
             uint32_t{1});
}
void SetArguments(Session& session, const Directive& directive) {
  TakeNumber(session, directive, session.spec.settings.arguments, "a number of arguments from 1",
             uint32_t{1});
}
void SetResponseBodyAccess(Session& session, const Directive& directive) {
  Choose(session, directive, kOnOff, session.spec.settings.response_body_access);
}
void SetResponseBodyLimit(Session& session, const Directive& directive) {
  TakeNumber(session, directive, session.spec.settings.response_body_limit, kBytes);
}
void SetResponseBodyLimitAction(Session& session, const Directive& directive) {
  Choose(session, directive, kLimitActions, session.spec.settings.response_body_limit_action);
}

// Each directive adds to those before it, in other files too.
void SetResponseBodyTypes(Session& session, const Directive& directive) {
  if (!session.response_types) session.response_types.emplace();
  for (const Piece& argument : directive.arguments) {
    std::string type(argument.text());
    for (char& c : type) c = ToLower(c);
    session.response_types->push_back(std::move(type));
  }
  session.spec.settings.response_body_types = session.response_types;
}
void ClearResponseBodyTypes(Session& session, const Directive&) {
  session.response_types.emplace();
  session.spec.settings.response_body_types = session.response_types;
}

void SetArgumentSeparator(Session& session, const Directive& directive) {
  if (First(directive).size() != 1) return BadValue(session, directive, "one character, as in &");
  session.spec.settings.argument_separator = First(directive).front();
}
void SetPcreMatchLimit(Session& session, const Directive& directive) {
  TakeNumber(session, directive, session.spec.settings.pcre_match_limit, "a number from 1",
             uint32_t{1});
}
void SetCollectionTimeout(Session& session, const Directive& directive) {
  TakeNumber(session, directive, session.spec.settings.collection_timeout,
             "a number of seconds from 1", uint32_t{1});
}
void SetXmlArguments(Session& session, const Directive& directive) {
  constexpr Word<XmlArguments> kWords[] = {
      {"On", XmlArguments::kOn}, {"Off", XmlArguments::kOff}, {"OnlyArgs", XmlArguments::kOnly}};
  Choose(session, directive, kWords, session.spec.settings.xml_arguments);
}
// The code page stands behind the file, or, as of old, in a directive of its own.
void SetUnicodeMap(Session& session, const Directive& directive) {
  EngineSettings& settings = session.spec.settings;
  if (directive.arguments.size() > 1) {
    const auto page = WholeNumber<uint32_t>(directive.arguments[1].text());
    if (!page) return BadValue(session, directive, "the number of a code page, as in 20127", 1);
    settings.unicode_code_page = *page;
  } else if (settings.unicode_code_page == 0) {
    settings.unicode_code_page = kUsAscii;
  }
  settings.unicode_map_file = PathBeside(session.open_files.back(), First(directive));
}
void SetUnicodeCodePage(Session& session, const Directive& directive) {
  const auto page = WholeNumber<uint32_t>(First(directive));
  if (!page) return BadValue(session, directive, "the number of a code page, as in 20127");
  session.spec.settings.unicode_code_page = *page;
}
void SetGeoDatabase(Session& session, const Directive& directive) {
  session.spec.settings.geo_database = PathBeside(session.open_files.back(), First(directive));
}
void SetWebAppId(Session& session, const Directive& directive) {
  session.spec.settings.web_app_id = std::string(First(directive));
}
void AddComponent(Session& session, const Directive& directive) {
  session.spec.settings.components.emplace_back(First(directive));
}

void SetAuditEngine(Session& session, const Directive& directive) {
  constexpr Word<AuditEngine> kWords[] = {{"On", AuditEngine::kOn},
                                          {"Off", AuditEngine::kOff},
                                          {"RelevantOnly", AuditEngine::kRelevantOnly}};
  Choose(session, directive, kWords, session.spec.settings.audit_log.engine);
}
void SetAuditParts(Session& session, const Directive& directive) {
  std::string parts;
  for (const char c : First(directive)) {
    parts += ToUpper(c);
    if (std::string_view("ABCDEFGHIJKZ").find(parts.back()) == std::string_view::npos)
      return BadValue(session, directive, "letters of ABCDEFGHIJKZ, as in ABIJDEFHZ");
  }
  session.spec.settings.audit_log.parts = std::move(parts);
}
void SetAuditStatus(Session& session, const Directive& directive) {
  session.spec.settings.audit_log.relevant_status = std::string(First(directive));
}
void SetAuditType(Session& session, const Directive& directive) {
  constexpr Word<AuditLogType> kWords[] = {{"Serial", AuditLogType::kSerial},
                                           {"Concurrent", AuditLogType::kConcurrent}};
  if (EqualsIgnoreCase(First(directive), "Parallel")) {
    session.spec.settings.audit_log.type = AuditLogType::kConcurrent;
    return;
  }
  Choose(session, directive, kWords, session.spec.settings.audit_log.type);
}
void SetAuditFormat(Session& session, const Directive& directive) {
  constexpr Word<AuditLogFormat> kWords[] = {{"Native", AuditLogFormat::kNative},
                                             {"JSON", AuditLogFormat::kJson}};
  Choose(session, directive, kWords, session.spec.settings.audit_log.format);
}
void SetAuditFile(Session& session, const Directive& directive) {
  const std::string_view file = First(directive);
  if (!file.empty() && file.front() == '|') {
    return session.Refuse(directive.arguments[0].where(), "unsupported",
                          "the audit log is not piped to a program: name a file, and let the "
                          "program read that");
  }
  TakePath(directive, session.spec.settings.audit_log.file);
}
void SetAuditStorageDir(Session& session, const Directive& directive) {
  TakePath(directive, session.spec.settings.audit_log.storage_dir);
}
void SetAuditFileMode(Session& session, const Directive& directive) {
  TakeFileMode(session, directive, session.spec.settings.audit_log.file_mode);
}
void SetAuditDirMode(Session& session, const Directive& directive) {
  TakeFileMode(session, directive, session.spec.settings.audit_log.dir_mode);
}

void CheckOffElseNoEffect(Session& session, const Directive& directive) {
  if (EqualsIgnoreCase(First(directive), "Off")) return;
  session.Warn(directive.name.where(), "no-effect", SummaryOf(directive));
}
void CheckOffElseRefused(Session& session, const Directive& directive) {
  if (EqualsIgnoreCase(First(directive), "Off")) return;
  session.Refuse(directive.name.where(), "unsupported", SummaryOf(directive));
}
// What levels 1 to 3 tell, errors and warnings, stands in nginx's error log.
void CheckDebugLogLevel(Session& session, const Directive& directive) {
  const auto level = WholeNumber<uint32_t>(First(directive));
  if (!level || *level > 9) return BadValue(session, directive, "a number from 0 to 9");
  if (*level > 3) session.Warn(directive.name.where(), "no-effect", SummaryOf(directive));
}
void CheckCookieFormat(Session& session, const Directive& directive) {
  const std::string_view version = First(directive);
  if (version != "0" && version != "1") return BadValue(session, directive, "0");
  if (version == "1") session.Warn(directive.name.where(), "no-effect", SummaryOf(directive));
}

}  // namespace rasp
