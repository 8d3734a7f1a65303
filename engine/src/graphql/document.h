// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>

namespace rasp {

enum class GraphqlKind : uint8_t { kQuery, kMutation, kSubscription };
std::string_view GraphqlKindName(GraphqlKind kind);  // "query"

// What one GraphQL request asks for, as numbers that rules put limits on.
struct GraphqlFacts {
  bool found = false;  // there is a document, and it is one
  GraphqlKind kind = GraphqlKind::kQuery;
  std::string_view operation;   // its name; empty: it has none
  std::string_view root_field;  // the first that the operation asks for
  uint32_t operations = 0;      // in the document, or documents
  uint32_t batch = 0;           // documents in one request
  // Of the operation that is run or, if no name says which, of the worst; fragments are counted
  // wherever they are spread, at kMost at the most.
  uint32_t depth = 0;  // of fields within fields
  uint32_t fields = 0;
  uint32_t aliases = 0;
  uint32_t directives = 0;
  // Each field as often as the lists around it are asked to be long (`first`, `last`, `limit`,
  // `pageSize`, by number or variable).
  uint32_t cost = 0;
  bool introspects = false;  // __schema or __type
  static constexpr uint32_t kMost = 1'000'000'000;
};

enum class GraphqlError : uint8_t {
  kNone,
  kSyntax,
  kDeep,      // nested beyond what is followed
  kTooMany,   // more fragments, spreads or operations than are followed
  kCircle,    // a fragment within itself
  kFragment,  // one that is not there
};
std::string_view GraphqlErrorText(GraphqlError error);

// A document's text ("query", of a request) with the name of the operation to run and the JSON
// object of variables, each of which may be empty. Time is linear in their bytes, but for what
// spreads of fragments there are (kMostSpreads); nothing recurses.
struct GraphqlRequest {
  std::string_view document;
  std::string_view operation;
  std::string_view variables;
};
GraphqlError ReadGraphql(const GraphqlRequest& request, std::pmr::memory_resource& memory,
                         GraphqlFacts& facts);

// A request's body: an object with "query", "operationName" and "variables", or a list of such.
// kNone and !found: no GraphQL request.
GraphqlError ReadGraphqlBody(std::string_view json, std::pmr::memory_resource& memory,
                             GraphqlFacts& facts);

inline constexpr size_t kMostGraphqlDepth = 200;
inline constexpr size_t kMostGraphqlDefinitions = 256;
inline constexpr size_t kMostGraphqlSpreads = 2048;
inline constexpr size_t kMostGraphqlBatch = 64;

}  // namespace rasp
