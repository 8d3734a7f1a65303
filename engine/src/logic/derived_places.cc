// SPDX-License-Identifier: Apache-2.0
#include "logic/derived_places.h"

#include <charconv>

#include "core/ascii.h"
#include "core/capped_memory.h"
#include "graphql/document.h"
#include "logic/session.h"

namespace rasp {
namespace {

struct JwtFacts {
  std::string_view state = "missing";
  std::string_view claims;
};

template <typename T>
T* New(LogicSession& session) {
  std::pmr::polymorphic_allocator<> allocator(&session.arena());
  return allocator.new_object<T>();
}

std::string_view TokenIn(std::string_view value) {
  constexpr std::string_view kScheme = "bearer ";
  value = Trim(value);
  if (StartsWithIgnoreCase(value, kScheme)) value = Trim(value.substr(kScheme.size()));
  return value;
}

const JwtFacts& JwtOf(LogicSession& session) {
  JwtFacts*& facts = session.DerivedPart<JwtFacts>(Derived::kJwt);
  if (facts != nullptr) return *facts;
  facts = New<JwtFacts>(session);
  const auto extension = session.model().extensions.find("jwt");
  if (extension == session.model().extensions.end()) return *facts;
  const auto& jwt = static_cast<const JwtExtension&>(*extension->second);
  const Located token = session.Locate(jwt.from);
  if (token.ambiguous) {
    facts->state = "ambiguous";
  } else if (token.found) {
    const JwtResult result =
        jwt.verifier.Verify(TokenIn(token.value), session.now_us / 1'000'000, session.arena());
    facts->state = JwtStatusName(result.status);
    facts->claims = result.claims;
  }
  return *facts;
}

struct GraphqlState {
  GraphqlFacts facts;
  GraphqlError error = GraphqlError::kNone;
};

// As servers read it: a JSON body, a body of its own type, or the query.
GraphqlState& GraphqlOf(LogicSession& session) {
  GraphqlState*& state = session.DerivedPart<GraphqlState>(Derived::kGraphql);
  if (state != nullptr) return *state;
  state = New<GraphqlState>(session);
  const LogicInputs& in = session.in;
  if (in.body_kind == BodyKind::kJson) {
    state->error = ReadGraphqlBody(in.raw_body, session.arena(), state->facts);
    return *state;
  }
  for (const HeaderField& header : in.request->headers) {
    if (!EqualsIgnoreCase(header.name, "content-type")) continue;
    if (!EqualsIgnoreCase(ParseContentType(header.value).media_type, "application/graphql")) {
      continue;
    }
    state->error = ReadGraphql({in.raw_body, {}, {}}, session.arena(), state->facts);
    return *state;
  }
  GraphqlRequest request;
  for (const FieldList* fields : {in.query, in.body == nullptr ? nullptr : &in.body->arguments}) {
    if (fields == nullptr) continue;
    for (const Field& field : *fields) {
      if (field.name == "query") request.document = field.value;
      if (field.name == "operationName") request.operation = field.value;
      if (field.name == "variables") request.variables = field.value;
    }
  }
  if (!request.document.empty()) {
    state->error = ReadGraphql(request, session.arena(), state->facts);
  }
  return *state;
}

Located Text(std::string_view text) { return {!text.empty(), false, text}; }

Located Number(LogicSession& session, uint32_t number) {
  char digits[16];
  const char* const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return Text(CopyTo(session.arena(), {digits, static_cast<size_t>(end - digits)}));
}

struct GraphqlNumber {
  std::string_view name;
  uint32_t GraphqlFacts::*number;
};
constexpr GraphqlNumber kNumbers[] = {
    {"graphql.aliases", &GraphqlFacts::aliases},
    {"graphql.batch", &GraphqlFacts::batch},
    {"graphql.cost", &GraphqlFacts::cost},
    {"graphql.depth", &GraphqlFacts::depth},
    {"graphql.directives", &GraphqlFacts::directives},
    {"graphql.fields", &GraphqlFacts::fields},
};

}  // namespace

Located JwtClaim(LogicSession& session, const Locator& locator) {
  const JwtFacts& facts = JwtOf(session);
  Located out;
  if (facts.claims.empty()) return out;
  out.found = FindClaim(facts.claims, locator.name, session.arena(), out.value);
  return out;
}

Located JwtState(LogicSession& session, const Locator&) { return Text(JwtOf(session).state); }

Located GraphqlPlace(LogicSession& session, const Locator& locator) {
  const GraphqlState& state = GraphqlOf(session);
  const std::string_view name = locator.text;
  if (name == "graphql.error") return Text(GraphqlErrorText(state.error));
  if (!state.facts.found) return {};
  if (name == "graphql.operation") return Text(state.facts.operation);
  if (name == "graphql.root") return Text(state.facts.root_field);
  if (name == "graphql.kind") return Text(GraphqlKindName(state.facts.kind));
  if (name == "graphql.introspection") return Text(state.facts.introspects ? "true" : "");
  for (const GraphqlNumber& row : kNumbers) {
    if (row.name == name) return Number(session, state.facts.*row.number);
  }
  return {};
}

Located InJson(LogicSession& session, const Locator& locator, const Located& value) {
  if (!locator.in_json || !value.found) return value;
  Located out;
  out.ambiguous = value.ambiguous;
  JsonWalk walk(value.value, locator.pattern, session.arena());
  for (JsonToken token = walk.Next(); token != JsonToken::kEnd; token = walk.Next()) {
    if (token == JsonToken::kError) return {};
    if (token == JsonToken::kBeginObject || token == JsonToken::kBeginArray) continue;
    const std::string_view found = JsonScalar(walk.scanner(), token, session.arena());
    out.ambiguous = out.ambiguous || (out.found && out.value != found);
    if (!out.found) out.value = found;
    out.found = true;
  }
  return out;
}

}  // namespace rasp
