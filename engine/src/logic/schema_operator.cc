// SPDX-License-Identifier: Apache-2.0
#include "logic/schema_operator.h"

#include <algorithm>

#include "core/ascii.h"
#include "logic/session.h"
#include "schema/checker.h"

namespace rasp {
namespace {

// Fields whose names the rules know; of a head, all others are the protocol's.
FieldList Named(std::span<const HeaderField> headers, const FieldRules& rules,
                std::pmr::memory_resource& arena) {
  FieldList fields(&arena);
  for (const HeaderField& header : headers) {
    const bool known = std::any_of(
        rules.rules.begin(), rules.rules.end(),
        [&](const FieldRule& rule) { return EqualsIgnoreCase(rule.name, header.name); });
    if (known) fields.push_back({header.name, header.value});
  }
  return fields;
}

FieldList PathFields(LogicSession& session) {
  FieldList fields(&session.arena());
  if (!session.has_operation()) return fields;
  for (const std::string& name : session.operation().parameters) {
    fields.push_back({name, session.path_parameter(name)});
  }
  return fields;
}

}  // namespace

SchemaFinding SchemaOperator::CheckHead(LogicSession& session) const {
  std::pmr::memory_resource& arena = session.arena();
  SchemaFinding finding;
  if (path) finding = CheckFields(schema, *path, PathFields(session), arena);
  if (!finding && query && session.in.query != nullptr) {
    finding = CheckFields(schema, *query, *session.in.query, arena);
  }
  if (!finding && headers) {
    finding =
        CheckFields(schema, *headers, Named(session.in.request->headers, *headers, arena), arena);
  }
  if (!finding && cookies && session.in.cookies != nullptr) {
    finding = CheckFields(schema, *cookies, *session.in.cookies, arena);
  }
  return finding;
}

// The media type as it is written, then "image/*", then "*/*".
const SchemaOperator::Media* SchemaOperator::FindMedia(std::string_view type) const {
  const Media* best = nullptr;
  for (const Media& media : *bodies) {
    if (EqualsIgnoreCase(media.type, type)) return &media;
    const bool any = media.type == "*/*";
    const bool family =
        !any && media.type.ends_with("/*") &&
        StartsWithIgnoreCase(type, std::string_view(media.type).substr(0, media.type.size() - 1));
    if (family || (any && best == nullptr)) best = &media;
  }
  return best;
}

bool SchemaOperator::Excuses(const SchemaFinding& finding, bool whole) const {
  if (!IsUnreadable(finding.fault)) return false;
  return (whole ? unreadable : oversize) == Unreadable::kPass;
}

SchemaFinding SchemaOperator::CheckMedia(LogicSession& session, const ContentType& type,
                                         const Media& media) const {
  const LogicInputs& in = session.in;
  const SchemaFault content = CheckContent(type, in.raw_body);
  if (content != SchemaFault::kNone) return {content, {}, in.raw_body.substr(0, 64)};
  const bool whole = in.body == nullptr || in.body->bytes <= in.raw_body.size();
  SchemaFinding finding;
  if (type.kind == BodyKind::kJson) {
    SchemaChecker checker(schema, session.arena());
    finding = checker.CheckJson(media.node, in.raw_body);
  } else if ((type.kind == BodyKind::kUrlEncoded || type.kind == BodyKind::kMultipart) &&
             in.body != nullptr) {
    finding = CheckForm(schema, media.fields, *in.body, session.arena());
    if (!finding && !in.body_complete) finding.fault = SchemaFault::kComplex;
  }
  return Excuses(finding, whole) ? SchemaFinding{} : finding;
}

SchemaFinding SchemaOperator::CheckBody(LogicSession& session) const {
  const LogicInputs& in = session.in;
  const HeaderField* type_field = nullptr;
  for (const HeaderField& header : in.request->headers) {
    if (!EqualsIgnoreCase(header.name, "content-type")) continue;
    if (type_field != nullptr) return {SchemaFault::kMediaType, "Content-Type", header.value};
    type_field = &header;
  }
  const bool empty = in.raw_body.empty() && (in.body == nullptr || in.body->bytes == 0);
  if (empty) {
    if (body_required) return {SchemaFault::kMissing, "body", {}};
    return {};
  }
  const std::string_view written = type_field == nullptr ? std::string_view() : type_field->value;
  const ContentType type = ParseContentType(written);
  const Media* const media = type.repeated_parameter ? nullptr : FindMedia(type.media_type);
  if (media == nullptr) return {SchemaFault::kMediaType, "Content-Type", written};
  return CheckMedia(session, type, *media);
}

Finding SchemaOperator::OnRequest(LogicSession& session, const LogicRule& rule,
                                  RuleProgress&) const {
  if (!session.Happened(rule.event)) return {};
  SchemaFinding found = CheckHead(session);
  if (!found && bodies) found = CheckBody(session);
  if (!found) return {};
  Finding finding;
  finding.kind = Finding::Kind::kMatched;
  finding.why = SchemaFaultText(found.fault);
  finding.value = found.where.empty() ? found.value : found.where;
  return finding;
}

}  // namespace rasp
