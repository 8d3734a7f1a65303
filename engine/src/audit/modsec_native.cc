// SPDX-License-Identifier: Apache-2.0
#include "audit/modsec_line.h"
#include "audit/modsec_record.h"
#include "audit/modsec_text.h"
#include "audit/readable.h"
#include "core/ascii.h"

namespace rasp::audit {
namespace {

using WritePart = void (*)(const AuditRecord& record, std::string& out);
using HasPart = bool (*)(const AuditRecord& record);

bool HasRequestBody(const AuditRecord& record) { return !record.event.audit.request_body.empty(); }
bool HasResponseBody(const AuditRecord& record) {
  return !record.event.audit.response_body.empty();
}

void AppendBody(std::string_view body, std::string& out) {
  for (const char c : Readable(body)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool shown = (byte >= 0x20 && byte != 0x7f) || c == '\n' || c == '\r' || c == '\t';
    if (shown) {
      out.push_back(c);
    } else {
      AppendPrintable({&c, 1}, false, out);
    }
  }
  out.push_back('\n');
}

void AppendHeaders(const AuditRecord& record, std::span<const HeaderField> fields, bool of_request,
                   std::string& out) {
  for (const HeaderField& field : fields) {
    AppendPrintable(field.name, false, out);
    out += ": ";
    AppendPrintable(HeaderText(record, field, of_request), false, out);
    out.push_back('\n');
  }
}

void AppendEndpoint(const Endpoint& endpoint, std::string& out) {
  out.append(" ").append(endpoint.address.empty() ? "-" : Printable(endpoint.address, false));
  out.append(" ").append(std::to_string(endpoint.port));
}

void WriteA(const AuditRecord& record, std::string& out) {
  const Event& event = record.event;
  out += LocalTime(event.time_us, "[%d/%b/%Y:%H:%M:%S %z]") + " " + Printable(event.id, false);
  AppendEndpoint(event.request->client, out);
  AppendEndpoint(event.request->server, out);
  out.push_back('\n');
}

void WriteB(const AuditRecord& record, std::string& out) {
  const RequestView& request = *record.event.request;
  AppendPrintable(request.method, false, out);
  out.push_back(' ');
  AppendPrintable(TargetText(record), false, out);
  out.push_back(' ');
  AppendPrintable(request.protocol, false, out);
  out.push_back('\n');
  AppendHeaders(record, request.headers, true, out);
}

void WriteC(const AuditRecord& record, std::string& out) {
  AppendBody(RequestBodyText(record), out);
}

void WriteE(const AuditRecord& record, std::string& out) {
  AppendPrintable(ResponseBodyText(record), false, out);
  out.push_back('\n');
}

void WriteF(const AuditRecord& record, std::string& out) {
  const AuditInput& audit = record.event.audit;
  out += audit.response_protocol.empty() ? Printable(record.event.request->protocol, false)
                                         : Printable(audit.response_protocol, false);
  out += " " + std::to_string(record.event.response_status) + "\n";
  AppendHeaders(record, audit.response_headers, false, out);
}

void WriteH(const AuditRecord& record, std::string& out) {
  ModsecText text;
  text.redact = record.host.redact;
  for (const ModsecMessage& message : MessagesFor(record.event, Audience::kAuditLog)) {
    AppendModsecLine(record.event, message, text, out);
    out.push_back('\n');
  }
}

void WriteI(const AuditRecord& record, std::string& out) {
  const std::string body = RequestBodyText(record);
  if (!body.empty())
    AppendBody(record.event.audit.files.empty() ? body : BodyWithoutFiles(body), out);
}

// number, size in bytes, name, content type; then how many bytes there were.
void WriteJ(const AuditRecord& record, std::string& out) {
  uint64_t total = 0;
  size_t number = 0;
  for (const UploadedFile& file : record.event.audit.files) {
    out += std::to_string(++number) + "," + std::to_string(file.size) + ",\"" +
           Printable(file.file_name, true) + "\",\"" + Printable(file.content_type, true) + "\"\n";
    total += file.size;
  }
  if (number != 0) out += "Total," + std::to_string(total) + "\n";
}

void WriteK(const AuditRecord& record, std::string& out) {
  const RuleInfo* previous = nullptr;
  for (const RuleMatch& match : record.event.matches) {
    if (match.rule == nullptr || match.rule == previous) continue;
    previous = match.rule;
    out += "[file \"" + Printable(previous->file, true) + "\"] [line \"" +
           std::to_string(previous->line) + "\"] [id \"" + std::to_string(previous->id) + "\"]\n";
  }
}

void WriteNothing(const AuditRecord&, std::string&) {}

struct PartDef {
  char letter;
  WritePart write;
  HasPart has = nullptr;  // nullptr: the part is there even if there is nothing to tell
};
constexpr PartDef kParts[] = {
    {'B', WriteB},  // request line and header
    {'C', WriteC, HasRequestBody},
    {'D', WriteNothing},  // reserved
    {'E', WriteE, HasResponseBody},
    {'F', WriteF},        // response header
    {'G', WriteNothing},  // reserved
    {'H', WriteH},        // messages
    {'I', WriteI},        // request body without files
    {'J', WriteJ},        // files
    {'K', WriteK},        // the rules that matched
};

void BeginPart(const AuditRecord& record, char letter, std::string& out) {
  out.append("---").append(record.host.boundary).append("---");
  out.push_back(letter);
  out += "--\n";
}

}  // namespace

void AppendNative(const AuditRecord& record, std::string& out) {
  BeginPart(record, 'A', out);
  WriteA(record, out);
  for (const PartDef& part : kParts) {
    if (!record.Has(part.letter) || (part.has != nullptr && !part.has(record))) continue;
    BeginPart(record, part.letter, out);
    part.write(record, out);
    out.push_back('\n');
  }
  BeginPart(record, 'Z', out);
  out.push_back('\n');
}

}  // namespace rasp::audit
