// SPDX-License-Identifier: Apache-2.0
#include "graphql/document.h"

#include <algorithm>
#include <vector>

#include "graphql/parser.h"
#include "json/json_scanner.h"
#include "json/json_string.h"

namespace rasp {
namespace {

using Counts = GraphqlParser::Counts;
using Definition = GraphqlParser::Definition;

uint64_t Sum(uint64_t a, uint64_t b) { return std::min<uint64_t>(a + b, GraphqlFacts::kMost); }
uint64_t Product(uint64_t a, uint64_t b) {
  return a == 0 || b <= GraphqlFacts::kMost / a ? a * b : uint64_t{GraphqlFacts::kMost};
}

// What definitions come to with the fragments that they spread, each fragment worked out once.
class Totals {
 public:
  Totals(const GraphqlParser& parser, std::pmr::memory_resource& memory)
      : parser_(parser),
        fragments_(&memory),
        totals_(parser.definitions().size(), Counts{}, &memory),
        states_(parser.definitions().size(), State::kNew, &memory),
        stack_(&memory) {
    for (uint32_t i = 0; i < parser.definitions().size(); ++i) {
      const Definition& definition = parser.definitions()[i];
      if (definition.is_fragment) fragments_.emplace_back(definition.name, i);
    }
    std::sort(fragments_.begin(), fragments_.end());
  }

  // totals of the definition are in `counts`
  GraphqlError Of(uint32_t definition, Counts& counts) {
    stack_.push_back(definition);
    while (!stack_.empty()) {
      const GraphqlError error = Step(stack_.back());
      if (error != GraphqlError::kNone) return error;
    }
    counts = totals_[definition];
    return GraphqlError::kNone;
  }

 private:
  enum class State : uint8_t { kNew, kOpen, kDone };

  bool Find(std::string_view name, uint32_t& index) const {
    const auto at = std::lower_bound(
        fragments_.begin(), fragments_.end(), name,
        [](const auto& fragment, std::string_view wanted) { return fragment.first < wanted; });
    if (at == fragments_.end() || at->first != name) return false;
    index = at->second;
    return true;
  }

  // Puts the fragments that are not worked out yet on the stack or, when all are, adds them up.
  GraphqlError Step(uint32_t index) {
    if (states_[index] == State::kDone) {
      stack_.pop_back();
      return GraphqlError::kNone;
    }
    const bool is_new = states_[index] == State::kNew;
    states_[index] = is_new ? State::kOpen : State::kDone;
    const Definition& definition = parser_.definitions()[index];
    Counts total = definition.own;
    for (size_t i = definition.first_spread; i < definition.last_spread; ++i) {
      const GraphqlParser::Spread& spread = parser_.spreads()[i];
      uint32_t fragment = 0;
      if (!Find(spread.fragment, fragment)) return GraphqlError::kFragment;
      if (is_new) {
        if (states_[fragment] == State::kOpen) return GraphqlError::kCircle;
        if (states_[fragment] == State::kNew) stack_.push_back(fragment);
      } else {
        Add(totals_[fragment], spread, total);
      }
    }
    if (!is_new) {
      totals_[index] = total;
      stack_.pop_back();
    }
    return GraphqlError::kNone;
  }

  static void Add(const Counts& part, const GraphqlParser::Spread& spread, Counts& total) {
    total.fields = Sum(total.fields, part.fields);
    total.aliases = Sum(total.aliases, part.aliases);
    total.directives = Sum(total.directives, part.directives);
    total.cost = Sum(total.cost, Product(part.cost, spread.multiply));
    total.depth = std::max(total.depth, Sum(part.depth, spread.depth));
    total.introspects = total.introspects || part.introspects;
  }

  const GraphqlParser& parser_;
  std::pmr::vector<std::pair<std::string_view, uint32_t>> fragments_;  // sorted
  std::pmr::vector<Counts> totals_;
  std::pmr::vector<State> states_;
  std::pmr::vector<uint32_t> stack_;
};

uint32_t Larger(uint32_t a, uint64_t b) {
  return std::max(a, static_cast<uint32_t>(std::min<uint64_t>(b, GraphqlFacts::kMost)));
}

void TakeLarger(const Counts& counts, GraphqlFacts& facts) {
  facts.depth = Larger(facts.depth, counts.depth);
  facts.fields = Larger(facts.fields, counts.fields);
  facts.aliases = Larger(facts.aliases, counts.aliases);
  facts.directives = Larger(facts.directives, counts.directives);
  facts.cost = Larger(facts.cost, counts.cost);
  facts.introspects = facts.introspects || counts.introspects;
}

std::string_view Decoded(const JsonScanner& scanner, std::pmr::memory_resource& memory) {
  if (!scanner.has_escape()) return scanner.raw();
  char* const out = static_cast<char*>(memory.allocate(scanner.raw().size(), 1));
  size_t size = 0;
  DecodeJsonString(scanner.raw(), out, size);
  return {out, size};
}

// Behind '{', to its '}'.
bool ReadRequest(JsonScanner& scanner, std::string_view json, std::pmr::memory_resource& memory,
                 GraphqlRequest& request) {
  for (JsonToken token = scanner.Next(); token != JsonToken::kEndObject; token = scanner.Next()) {
    if (token != JsonToken::kKey) return false;
    const std::string_view name = Decoded(scanner, memory);
    const JsonToken value = scanner.Next();
    const size_t begin = scanner.begin();
    const bool container = value == JsonToken::kBeginObject || value == JsonToken::kBeginArray;
    if (value == JsonToken::kError || (container && !scanner.SkipContainer())) return false;
    if (name == "query" && value == JsonToken::kString) {
      if (request.document.data() != nullptr) return false;  // which one runs, nobody knows
      request.document = Decoded(scanner, memory);
    } else if (name == "operationName" && value == JsonToken::kString) {
      request.operation = Decoded(scanner, memory);
    } else if (name == "variables" && value == JsonToken::kBeginObject) {
      request.variables = json.substr(begin, scanner.end() - begin);
    }
  }
  return true;
}

// Of one request more in the same body: what they ask for adds up, but for their depth.
void AddBatched(const GraphqlFacts& one, GraphqlFacts& all) {
  const uint32_t batch = all.batch;
  if (batch == 0) {
    all = one;
  } else {
    all.operations = static_cast<uint32_t>(Sum(all.operations, one.operations));
    all.depth = std::max(all.depth, one.depth);
    all.fields = static_cast<uint32_t>(Sum(all.fields, one.fields));
    all.aliases = static_cast<uint32_t>(Sum(all.aliases, one.aliases));
    all.directives = static_cast<uint32_t>(Sum(all.directives, one.directives));
    all.cost = static_cast<uint32_t>(Sum(all.cost, one.cost));
    all.introspects = all.introspects || one.introspects;
  }
  all.batch = batch + 1;
}

}  // namespace

std::string_view GraphqlKindName(GraphqlKind kind) {
  static constexpr std::string_view kNames[] = {"query", "mutation", "subscription"};
  return kNames[static_cast<size_t>(kind)];
}

std::string_view GraphqlErrorText(GraphqlError error) {
  switch (error) {
    case GraphqlError::kNone:
      return "";
    case GraphqlError::kSyntax:
      return "no GraphQL document";
    case GraphqlError::kDeep:
      return "a GraphQL document nested too deep";
    case GraphqlError::kTooMany:
      return "a GraphQL document of too many parts";
    case GraphqlError::kCircle:
      return "a GraphQL fragment within itself";
    case GraphqlError::kFragment:
      return "a GraphQL fragment that is not there";
  }
  return "";
}

GraphqlError ReadGraphql(const GraphqlRequest& request, std::pmr::memory_resource& memory,
                         GraphqlFacts& facts) {
  facts = {};
  GraphqlParser parser(request.document, request.variables, memory);
  GraphqlError error = parser.Parse();
  if (error != GraphqlError::kNone) return error;
  Totals totals(parser, memory);
  const Definition* chosen = nullptr;
  Counts of_chosen;
  GraphqlFacts worst;
  for (uint32_t i = 0; i < parser.definitions().size(); ++i) {
    const Definition& definition = parser.definitions()[i];
    if (definition.is_fragment) continue;
    Counts counts;
    error = totals.Of(i, counts);
    if (error != GraphqlError::kNone) return error;
    ++facts.operations;
    TakeLarger(counts, worst);
    const bool named = !request.operation.empty() && definition.name == request.operation;
    if (chosen == nullptr || named) {
      chosen = &definition;
      of_chosen = counts;
    }
  }
  if (chosen == nullptr) return GraphqlError::kSyntax;
  facts.found = true;
  facts.batch = 1;
  facts.kind = chosen->kind;
  facts.operation = chosen->name;
  facts.root_field = chosen->root_field;
  const bool sure =
      facts.operations == 1 || (!request.operation.empty() && chosen->name == request.operation);
  if (sure) {
    TakeLarger(of_chosen, facts);
  } else {
    facts.depth = worst.depth;
    facts.fields = worst.fields;
    facts.aliases = worst.aliases;
    facts.directives = worst.directives;
    facts.cost = worst.cost;
    facts.introspects = worst.introspects;
  }
  return GraphqlError::kNone;
}

GraphqlError ReadGraphqlBody(std::string_view json, std::pmr::memory_resource& memory,
                             GraphqlFacts& facts) {
  facts = {};
  JsonScanner scanner(json);
  JsonToken token = scanner.Next();
  const bool list = token == JsonToken::kBeginArray;
  if (list) token = scanner.Next();
  while (token == JsonToken::kBeginObject) {
    GraphqlRequest request;
    if (!ReadRequest(scanner, json, memory, request)) return GraphqlError::kSyntax;
    if (request.document.data() != nullptr) {
      if (facts.batch == kMostGraphqlBatch) return GraphqlError::kTooMany;
      GraphqlFacts one;
      const GraphqlError error = ReadGraphql(request, memory, one);
      if (error != GraphqlError::kNone) return error;
      AddBatched(one, facts);
    }
    if (!list) break;
    token = scanner.Next();
  }
  return GraphqlError::kNone;
}

}  // namespace rasp
