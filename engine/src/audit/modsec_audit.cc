// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <optional>

#include "audit/modsec_line.h"
#include "audit/modsec_record.h"
#include "audit/modsec_text.h"
#include "audit/secrets.h"
#include "core/ascii.h"
#include "match/regex.h"

namespace rasp {
namespace audit {
namespace {

// Of one body; a record must fit the queue to the writer.
constexpr size_t kMaxBody = 256 * 1024;

std::string Shown(const AuditRecord& record, std::string_view text) {
  return Redaction(text, Redaction::Context::kValue, record.discretion.hidden()).text();
}

std::string BodyText(const AuditRecord& record, std::string_view body) {
  std::string text = Shown(record, body.substr(0, kMaxBody));
  if (body.size() > kMaxBody)
    text += " (" + std::to_string(body.size() - kMaxBody) + " bytes left out)";
  return text;
}

bool NamesFile(std::string_view part_headers) {
  constexpr std::string_view kParameter = "filename";
  const auto equal = [](char a, char b) { return ToLower(a) == b; };
  return std::search(part_headers.begin(), part_headers.end(), kParameter.begin(), kParameter.end(),
                     equal) != part_headers.end();
}

// A multipart part up to its content, if it is a file; else all of it.
std::string_view WithoutContent(std::string_view part) {
  constexpr std::string_view kBlankLine = "\r\n\r\n";
  const size_t content = part.find(kBlankLine);
  if (content == part.npos || !NamesFile(part.substr(0, content))) return part;
  return part.substr(0, content + kBlankLine.size());
}

}  // namespace

std::string RequestBodyText(const AuditRecord& record) {
  return BodyText(record, record.event.audit.request_body);
}

std::string ResponseBodyText(const AuditRecord& record) {
  return BodyText(record, record.event.audit.response_body);
}

std::string BodyWithoutFiles(std::string_view body) {
  const std::string delimiter = "\r\n" + std::string(body.substr(0, body.find("\r\n")));
  std::string out;
  if (!body.starts_with("--") || delimiter.size() == 2) return std::string(body);
  for (size_t begin = 0; begin < body.size();) {
    const size_t end = std::min(body.find(delimiter, begin), body.size());
    out += WithoutContent(body.substr(begin, end - begin));
    if (end < body.size()) out += delimiter;
    begin = end == body.size() ? end : end + delimiter.size();
  }
  return out;
}

std::string TargetText(const AuditRecord& record) {
  return Shown(record, record.event.request->target);
}

std::string HeaderText(const AuditRecord& record, const HeaderField& field, bool of_request) {
  const Hidden& hidden = record.discretion.hidden();
  const bool masked = of_request ? hidden.masks.HidesRequestHeader(field.name)
                                 : hidden.masks.HidesResponseHeader(field.name);
  const bool secret = hidden.secrets && NameIsSecret(field.name);
  if (masked || secret) return Redaction::Whole(field.value).text();
  return Shown(record, field.value);
}

std::string_view EngineText(Mode mode) {
  constexpr std::string_view kTexts[] = {"Disabled", "DetectionOnly", "Enabled"};
  return kTexts[static_cast<size_t>(mode)];
}

namespace {

std::string Md5(std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(data.data(), data.size(), digest.data(), &size, EVP_md5(), nullptr) != 1)
    return "";
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text.push_back(kHex[digest[i] >> 4]);
    text.push_back(kHex[digest[i] & 15]);
  }
  return text;
}

// An id as part of a file's name: what a client may have chosen must not lead elsewhere.
std::string FileName(std::string_view id) {
  constexpr size_t kLongest = 128;
  std::string name(id.substr(0, kLongest));
  for (char& c : name) {
    const bool plain = IsAlpha(c) || IsDigit(c) || c == '-' || c == '.' || c == '_' || c == '@';
    if (!plain) c = '_';
  }
  return name;
}

std::string_view HeaderValue(const RequestView& request, std::string_view name) {
  for (const HeaderField& field : request.headers) {
    if (EqualsIgnoreCase(field.name, name)) return field.value;
  }
  return {};
}

std::string OrDash(std::string text) { return text.empty() ? std::string("-") : text; }

bool AnyAudited(const Event& event) {
  return std::any_of(event.matches.begin(), event.matches.end(), [](const RuleMatch& match) {
    return match.rule != nullptr && match.rule->audited;
  });
}

}  // namespace
}  // namespace audit

struct ModsecAuditLog::Impl {
  AuditLogSettings settings;
  std::vector<std::string> components;
  std::optional<match::Regex> relevant_status;
};

ModsecAuditLog::ModsecAuditLog(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
ModsecAuditLog::~ModsecAuditLog() = default;
ModsecAuditLog::ModsecAuditLog(ModsecAuditLog&&) noexcept = default;
ModsecAuditLog& ModsecAuditLog::operator=(ModsecAuditLog&&) noexcept = default;

Result<ModsecAuditLog> ModsecAuditLog::Make(const EngineSettings& settings) {
  auto impl = std::make_unique<Impl>();
  impl->settings = settings.audit_log;
  impl->components = settings.components;
  if (settings.audit_log.relevant_status) {
    Result<match::Regex> regex = match::Regex::Compile(*settings.audit_log.relevant_status, {});
    if (!regex) {
      return Result<ModsecAuditLog>::Failure("SecAuditLogRelevantStatus: " +
                                             std::string(regex.error()));
    }
    impl->relevant_status = *std::move(regex);
  }
  return ModsecAuditLog(std::move(impl));
}

const AuditLogSettings& ModsecAuditLog::settings() const { return impl_->settings; }

bool ModsecAuditLog::Wants(const Event& event) const {
  if (event.audit.engine == AuditEngine::kOff) return false;
  if (event.audit.engine == AuditEngine::kOn || audit::AnyAudited(event)) return true;
  if (!impl_->relevant_status) return false;
  const std::string status = std::to_string(event.response_status);
  return impl_->relevant_status->Search(status, nullptr) != match::Regex::Outcome::kNoMatch;
}

void ModsecAuditLog::AppendRecord(const Event& event, const AuditHost& host,
                                  std::string& out) const {
  if (event.request == nullptr) return;
  const audit::Discretion discretion(event, host.redact);
  const audit::AuditRecord record{event, host, discretion, impl_->components};
  const auto format = impl_->settings.format.value_or(AuditLogFormat::kNative);
  (format == AuditLogFormat::kJson ? audit::AppendJson : audit::AppendNative)(record, out);
}

std::string ModsecAuditLog::PathOf(const Event& event) const {
  std::string path = impl_->settings.storage_dir.value_or("");
  if (!path.ends_with('/')) path.push_back('/');
  path += audit::LocalTime(event.time_us, "%Y%m%d/%Y%m%d-%H%M/%Y%m%d-%H%M%S-");
  return path + audit::FileName(event.id);
}

void ModsecAuditLog::AppendIndexLine(const Event& event, const AuditHost& host,
                                     std::string_view record, std::string& out) const {
  if (event.request == nullptr) return;
  const RequestView& request = *event.request;
  const audit::Discretion discretion(event, host.redact);
  const audit::AuditRecord whole{event, host, discretion, {}};
  const HeaderField agent{"User-Agent", audit::HeaderValue(request, "User-Agent")};
  std::string line;
  line += audit::OrDash(audit::Printable(audit::HeaderValue(request, "Host"), true));
  line += " " + audit::OrDash(audit::Printable(request.client.address, true)) + " - ";
  line += audit::LocalTime(event.time_us, "[%d/%b/%Y:%H:%M:%S %z]") + " \"";
  line += audit::Printable(request.method, true) + " ";
  line += audit::Printable(audit::TargetText(whole), true) + " ";
  line += audit::Printable(request.protocol, true) + "\" ";
  line += std::to_string(event.response_status) + " " + std::to_string(host.response_bytes);
  line += " - \"" + audit::OrDash(audit::Printable(audit::HeaderText(whole, agent, true), true));
  line += "\" " + audit::OrDash(audit::Printable(event.id, true)) + " - ";
  line += PathOf(event) + " 0 " + std::to_string(record.size()) + " md5:" + audit::Md5(record);
  out += line;
}

}  // namespace rasp
