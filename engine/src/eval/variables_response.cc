// SPDX-License-Identifier: Apache-2.0
#include <memory_resource>

#include "core/ascii.h"
#include "core/capped_memory.h"
#include "eval/providers.h"
#include "http/reason_phrase.h"

namespace rasp {
namespace {

BodyKind KindOf(const Inspection& in) {
  const BodyKind kind = ParseContentType(HeaderValue(in.response.headers, "content-type")).kind;
  return kind == BodyKind::kJson || kind == BodyKind::kXml ? kind : BodyKind::kNone;
}

// What a parser finds in the body as far as it was held back. It is parsed when a rule first looks;
// the facts and the parser stay in the arena.
const BodyFacts& FactsOf(Inspection& in) {
  Response& response = in.response;
  if (response.facts != nullptr && response.facts->bytes == response.body.size())
    return *response.facts;
  std::pmr::polymorphic_allocator<> allocator(&in.arena);
  BodyFacts* const facts = allocator.new_object<BodyFacts>(&in.arena);
  BodyLimits limits;
  limits.arguments = in.overlay.limits.arguments;
  limits.depth = in.overlay.limits.body_depth;
  limits.memory_bytes = in.overlay.limits.response_body_bytes;
  const ContentType type = ParseContentType(HeaderValue(response.headers, "content-type"));
  const BodyParserPtr parser = MakeBodyParser(KindOf(in), type, limits, in.arena, *facts);
  if (parser != nullptr) {
    parser->Feed(response.body);
    parser->Finish();
  }
  facts->bytes = response.body.size();
  response.facts = facts;
  return *facts;
}

}  // namespace

void ResponseVariables::Status(Inspection& in, Sink& out) { out.AddNumber({}, in.response.status); }
void ResponseVariables::StatusLine(Inspection& in, Sink& out) {
  if (in.response.status == 0) return out.Add({});
  ByteBuffer line(in.response.protocol, &in.memory);
  line.append(" ").append(NumberText(in, in.response.status));
  const std::string_view phrase = ReasonPhrase(in.response.status);
  if (!phrase.empty()) line.append(" ").append(phrase);
  out.AddBrief({}, CopyTo(in.chain_arena, line));
}
void ResponseVariables::Protocol(Inspection& in, Sink& out) { out.Add(in.response.protocol); }
void ResponseVariables::Headers(Inspection& in, Sink& out) { AddHeaders(in.response.headers, out); }
void ResponseVariables::HeadersNames(Inspection& in, Sink& out) {
  AddHeaderNames(in.response.headers, out);
}
void ResponseVariables::Body(Inspection& in, Sink& out) { out.AddBrief({}, in.response.body); }
void ResponseVariables::ContentType(Inspection& in, Sink& out) {
  out.Add(HeaderValue(in.response.headers, "content-type"));
}
void ResponseVariables::ContentLength(Inspection& in, Sink& out) {
  out.Add(HeaderValue(in.response.headers, "content-length"));
}

void ResponseVariables::Args(Inspection& in, Sink& out) { AddFields(FactsOf(in).arguments, out); }
void ResponseVariables::ArgsNames(Inspection& in, Sink& out) {
  AddNames(FactsOf(in).arguments, out);
}
void ResponseVariables::Xml(Inspection& in, Sink& out) {
  if (out.target().xpath != nullptr) {
    if (KindOf(in) != BodyKind::kXml) return;
    return AddSelected(in, in.response.body, in.response.tree, DegradedReason::kResponseBodyLimit,
                       out);
  }
  const BodyFacts& facts = FactsOf(in);
  for (const std::string_view text : facts.xml_text) out.Add("/*", text);
  for (const Field& attribute : facts.xml_attributes) out.Add("//@*", attribute.value);
}
void ResponseVariables::Processor(Inspection& in, Sink& out) { out.Add(BodyKindName(KindOf(in))); }
void ResponseVariables::Error(Inspection& in, Sink& out) {
  AddFlag(FactsOf(in).error != BodyError::kNone, out);
}
void ResponseVariables::ErrorMsg(Inspection& in, Sink& out) { out.Add(FactsOf(in).error_text); }
void ResponseVariables::OutboundDataError(Inspection& in, Sink& out) {
  AddFlag(in.response.too_large || in.degraded.Has(DegradedReason::kResponseBodyLimit), out);
}

}  // namespace rasp
