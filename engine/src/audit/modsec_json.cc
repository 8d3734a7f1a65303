// SPDX-License-Identifier: Apache-2.0
#include "audit/json_writer.h"
#include "audit/modsec_line.h"
#include "audit/modsec_record.h"
#include "audit/modsec_text.h"
#include "audit/readable.h"
#include "core/ascii.h"

namespace rasp::audit {
namespace {

// Repeated fields are repeated keys, as libmodsecurity writes them.
void WriteHeaders(const AuditRecord& record, std::span<const HeaderField> fields, bool of_request,
                  JsonWriter& json) {
  json.ObjectField("headers");
  for (const HeaderField& field : fields)
    json.Field(Readable(field.name), Readable(HeaderText(record, field, of_request)));
  json.CloseObject();
}

void WriteRequest(const AuditRecord& record, JsonWriter& json) {
  const RequestView& request = *record.event.request;
  json.ObjectField("request");
  json.Field("method", Readable(request.method));
  json.Key("http_version");
  json.Decimal(request.protocol.substr(std::min<size_t>(5, request.protocol.size())));
  json.Field("uri", Readable(TargetText(record)));
  if (record.Has('C')) {
    json.Field("body", Readable(RequestBodyText(record)));
  } else if (record.Has('I')) {
    json.Field("body", Readable(BodyWithoutFiles(RequestBodyText(record))));
  }
  if (record.Has('B')) WriteHeaders(record, request.headers, true, json);
  json.CloseObject();
}

void WriteResponse(const AuditRecord& record, JsonWriter& json) {
  json.ObjectField("response");
  if (record.Has('E')) json.Field("body", Readable(ResponseBodyText(record)));
  json.Field("http_code", record.event.response_status);
  if (record.Has('F')) WriteHeaders(record, record.event.audit.response_headers, false, json);
  json.CloseObject();
}

void WriteProducer(const AuditRecord& record, JsonWriter& json) {
  json.ObjectField("producer");
  json.Field("modsecurity", Readable(record.host.product));
  json.Field("connector", Readable(record.host.product));
  json.Field("secrules_engine", EngineText(record.event.mode));
  json.ArrayField("components");
  for (const std::string& component : record.components) json.String(Readable(component));
  json.CloseArray();
  json.CloseObject();
}

void WriteDetails(const AuditRecord& record, const RuleMatch& match, JsonWriter& json) {
  const RuleInfo& rule = *match.rule;
  json.ObjectField("details");
  json.Field("match", MatchText(match, record.discretion, false));
  json.Field("reference", Readable(Reference(match)));
  json.Field("ruleId", std::to_string(rule.id));
  json.Field("file", Readable(rule.file));
  json.Field("lineNumber", std::to_string(rule.line));
  json.Field("data", Readable(DataText(match, record.discretion)));
  json.Field("severity", std::to_string(SeverityNumber(rule)));
  json.Field("ver", Readable(rule.version));
  json.Field("rev", Readable(rule.revision));
  json.ArrayField("tags");
  for (const std::string_view tag : rule.tags) json.String(Readable(tag));
  json.CloseArray();
  json.Field("maturity", std::to_string(rule.maturity));
  json.Field("accuracy", std::to_string(rule.accuracy));
  json.CloseObject();
}

void WriteMessages(const AuditRecord& record, JsonWriter& json) {
  json.ArrayField("messages");
  for (const ModsecMessage& message : MessagesFor(record.event, Audience::kAuditLog)) {
    json.OpenObject();
    if (message.match != nullptr) {
      json.Field("message", Readable(MessageText(*message.match, record.discretion)));
      WriteDetails(record, *message.match, json);
    } else {
      std::string line;
      AppendModsecLine(record.event, message, {record.host.redact, 0}, line);
      json.Field("message", line);
    }
    json.CloseObject();
  }
  json.CloseArray();
}

void WriteEndpoint(std::string_view prefix, const Endpoint& endpoint, JsonWriter& json) {
  const std::string name(prefix);
  json.Field(name + "_ip", Readable(endpoint.address));
  json.Field(name + "_port", endpoint.port);
}

}  // namespace

void AppendJson(const AuditRecord& record, std::string& out) {
  const Event& event = record.event;
  JsonWriter json(out);
  json.OpenObject();
  json.ObjectField("transaction");
  json.Field("client_ip", Readable(event.request->client.address));
  json.Field("time_stamp", LocalTime(event.time_us, "%a %b %e %H:%M:%S %Y"));
  json.Field("server_id", Readable(record.host.server_id));
  json.Field("client_port", event.request->client.port);
  WriteEndpoint("host", event.request->server, json);
  json.Field("unique_id", Readable(event.id));
  WriteRequest(record, json);
  WriteResponse(record, json);
  if (record.Has('H')) {
    WriteProducer(record, json);
    WriteMessages(record, json);
  }
  json.CloseObject();
  json.CloseObject();
  out.push_back('\n');
}

}  // namespace rasp::audit
