// SPDX-License-Identifier: Apache-2.0
#include "logic/locator.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "core/ascii.h"
#include "core/capped_memory.h"
#include "logic/client_network.h"
#include "logic/derived_places.h"
#include "logic/session.h"

namespace rasp {
namespace {

Located Found(std::string_view value) { return {true, false, value}; }
Located FoundUnlessEmpty(std::string_view value) { return {!value.empty(), false, value}; }

void Meet(Located& out, std::string_view value) {
  if (out.found && out.value != value) out.ambiguous = true;
  if (!out.found) out = Found(value);
}

Located NumberOf(LogicSession& session, uint64_t number) {
  char text[20];
  const char* const end = std::to_chars(text, text + sizeof(text), number).ptr;
  return Found(CopyTo(session.arena(), {text, static_cast<size_t>(end - text)}));
}

Located HeaderIn(std::span<const HeaderField> headers, std::string_view name) {
  Located out;
  for (const HeaderField& header : headers) {
    if (EqualsIgnoreCase(header.name, name)) Meet(out, header.value);
  }
  return out;
}

Located FieldIn(const FieldList* fields, std::string_view name) {
  Located out;
  if (fields == nullptr) return out;
  for (const Field& field : *fields) {
    if (field.name == name) Meet(out, field.value);
  }
  return out;
}

// Leaves of a JSON document, which are named "json.a.b".
Located JsonIn(const BodyFacts* facts, std::string_view name) {
  constexpr std::string_view kRoot = "json.";
  Located out;
  if (facts == nullptr) return out;
  for (const Field& field : facts->arguments) {
    if (field.name.size() == kRoot.size() + name.size() && field.name.ends_with(name) &&
        field.name.starts_with(kRoot)) {
      Meet(out, field.value);
    }
  }
  return out;
}

Located Method(LogicSession& session, const Locator&) { return Found(session.in.request->method); }
Located Path(LogicSession& session, const Locator&) { return Found(session.in.path); }
Located Host(LogicSession& session, const Locator&) {
  return FoundUnlessEmpty(session.in.request->host);
}
Located OperationName(LogicSession& session, const Locator&) {
  return session.has_operation() ? Found(session.operation().name) : Located();
}
Located PathParameter(LogicSession& session, const Locator& locator) {
  return FoundUnlessEmpty(session.path_parameter(locator.name));
}
Located OperationField(LogicSession& session, const Locator& locator) {
  if (!session.has_operation()) return {};
  const Operation& operation = session.operation();
  for (size_t i = 0; i < operation.fields.size(); ++i) {
    if (operation.field_names[i] == locator.name) return session.Locate(operation.fields[i]);
  }
  return {};
}
Located Query(LogicSession& session, const Locator& locator) {
  return InJson(session, locator, FieldIn(session.in.query, locator.name));
}
Located Header(LogicSession& session, const Locator& locator) {
  return InJson(session, locator, HeaderIn(session.in.request->headers, locator.name));
}
// Of several cookies of one name the first is the one with the most specific path (RFC 6265).
Located Cookie(LogicSession& session, const Locator& locator) {
  Located out = FieldIn(session.in.cookies, locator.name);
  out.ambiguous = false;
  return InJson(session, locator, out);
}
Located Agent(LogicSession& session, const Locator&) {
  return HeaderIn(session.in.request->headers, "user-agent");
}
Located Body(LogicSession& session, const Locator&) {
  return FoundUnlessEmpty(session.in.raw_body);
}
Located BodyField(LogicSession& session, const Locator& locator) {
  if (session.in.body == nullptr) return {};
  if (session.in.body_kind == BodyKind::kJson)
    return InJson(session, locator, JsonIn(session.in.body, locator.name));
  return InJson(session, locator, FieldIn(&session.in.body->arguments, locator.name));
}
Located BodyPointer(LogicSession& session, const Locator& locator) {
  if (session.in.body_kind != BodyKind::kJson) return {};
  return JsonIn(session.in.body, locator.name);
}
Located Argument(LogicSession& session, const Locator& locator) {
  Located out = Query(session, locator);
  const Located in_body = BodyField(session, locator);
  if (in_body.found) Meet(out, in_body.value);
  out.ambiguous |= in_body.ambiguous;
  return out;
}
Located Address(LogicSession& session, const Locator& locator) {
  return FoundUnlessEmpty(
      NetworkText(session.in.request->client.address, locator.number, session.arena()));
}
Located Asn(LogicSession& session, const Locator&) {
  if (session.in.network.asn == 0) return {};
  return NumberOf(session, session.in.network.asn);
}

Located Status(LogicSession& session, const Locator&) {
  return session.in.status == 0 ? Located() : NumberOf(session, session.in.status);
}
Located ResponseHeader(LogicSession& session, const Locator& locator) {
  return HeaderIn(session.in.response_headers, locator.name);
}
// The value that a response gives a cookie; a cookie that it deletes counts as not there.
Located ResponseCookie(LogicSession& session, const Locator& locator) {
  for (const HeaderField& header : session.in.response_headers) {
    if (!EqualsIgnoreCase(header.name, "set-cookie")) continue;
    const std::string_view pair = header.value.substr(0, header.value.find(';'));
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos || Trim(pair.substr(0, equals)) != locator.name) continue;
    return FoundUnlessEmpty(Trim(pair.substr(equals + 1)));
  }
  return {};
}
Located ResponseBody(LogicSession& session, const Locator&) {
  return FoundUnlessEmpty(session.in.response_body);
}
Located ResponsePointer(LogicSession& session, const Locator& locator) {
  return JsonIn(session.ResponseFacts(), locator.name);
}

constexpr LogicStage kHead = LogicStage::kRequestHeaders;
constexpr LogicStage kBody = LogicStage::kRequestBody;
constexpr LogicStage kAnswer = LogicStage::kResponseHeaders;
constexpr LogicStage kAnswerBody = LogicStage::kResponseBody;

// Whole names first, then prefixes: the longest that fits is taken.
constexpr LocatorDef kPlaces[] = {
    {"method", kHead, Method, "the request's method"},
    {"path", kHead, Path, "the decoded path"},
    {"host", kHead, Host, "the host that the request is for"},
    {"operation", kHead, OperationName, "the model's name of the operation"},
    {"agent", kHead, Agent, "User-Agent"},
    {"asn", kHead, Asn, "the number of the client's network (autonomous system)"},
    {"ip", kHead, Address, "the client's address"},
    {"ip/", kHead, Address,
     "the client's network: ip/64 is a whole IPv4 address and a /64 of IPv6, ip/24 a /24 of IPv4 "
     "and a /48 of IPv6"},
    {"jwt", kHead, JwtState,
     "what became of the token: valid, missing, malformed, algorithm, signature, expired, ..."},
    {"jwt.", kHead, JwtClaim, "a claim of the token, if it is valid: jwt.sub, jwt.org.id"},
    {"graphql.operation", kBody, GraphqlPlace, "the name of the GraphQL operation"},
    {"graphql.kind", kBody, GraphqlPlace, "query, mutation or subscription"},
    {"graphql.root", kBody, GraphqlPlace, "the first field that the operation asks for"},
    {"graphql.depth", kBody, GraphqlPlace, "how deep its fields are nested"},
    {"graphql.fields", kBody, GraphqlPlace, "how many fields it asks for, fragments spelled out"},
    {"graphql.aliases", kBody, GraphqlPlace, "how many of them have an alias"},
    {"graphql.directives", kBody, GraphqlPlace, "how many directives it has"},
    {"graphql.cost", kBody, GraphqlPlace,
     "its fields, each as often as the lists around it are asked to be long"},
    {"graphql.batch", kBody, GraphqlPlace, "how many operations one request holds"},
    {"graphql.introspection", kBody, GraphqlPlace, "true if it asks for the schema"},
    {"graphql.error", kBody, GraphqlPlace, "what is wrong with a GraphQL request"},
    {"path.", kHead, PathParameter, "a parameter of the path's template"},
    {"field.", kBody, OperationField, "a field that the operation names"},
    {"query.", kHead, Query, "an argument of the query"},
    {"header.", kHead, Header, "a header field"},
    {"cookie.", kHead, Cookie, "a cookie"},
    {"body", kBody, Body, "the body as it came"},
    {"body.", kBody, BodyField, "a field of a form, or of a JSON object: body.address.city"},
    {"body:/", kBody, BodyPointer, "a JSON pointer into the body"},
    {"arg.", kBody, Argument, "an argument of the query or a field of the body"},
    {"resp.status", kAnswer, Status, "the response's status"},
    {"resp.header.", kAnswer, ResponseHeader, "a header field of the response"},
    {"resp.cookie.", kAnswer, ResponseCookie, "a cookie that the response sets"},
    {"resp.body", kAnswerBody, ResponseBody, "the response's body, as far as it is held"},
    {"resp.json:/", kAnswerBody, ResponsePointer, "a JSON pointer into the response's body"},
};

}  // namespace

std::span<const LocatorDef> LocatorDefs() { return kPlaces; }

const LocatorDef* FindLocatorDef(std::string_view text) {
  const LocatorDef* best = nullptr;
  for (const LocatorDef& def : kPlaces) {
    const char last = def.prefix.back();
    const bool takes_name = last == '.' || last == '/';
    const bool fits = takes_name ? text.starts_with(def.prefix) && text.size() > def.prefix.size()
                                 : text == def.prefix;
    if (fits && (best == nullptr || def.prefix.size() > best->prefix.size())) best = &def;
  }
  return best;
}

}  // namespace rasp
