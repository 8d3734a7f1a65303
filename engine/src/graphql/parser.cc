// SPDX-License-Identifier: Apache-2.0
#include "graphql/parser.h"

#include <algorithm>
#include <bitset>
#include <charconv>

#include "json/json_scanner.h"

namespace rasp {
namespace {

constexpr size_t kMostVariables = 64;
constexpr std::string_view kListLengths[] = {"first", "last", "limit", "pageSize"};

uint64_t Capped(uint64_t a, uint64_t b) {
  return a >= GraphqlFacts::kMost || b >= GraphqlFacts::kMost
             ? GraphqlFacts::kMost
             : std::min<uint64_t>(a * b, GraphqlFacts::kMost);
}

// At least 1; what is no positive number counts once.
uint64_t NumberOf(std::string_view text) {
  uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec == std::errc::result_out_of_range) return GraphqlFacts::kMost;
  return std::clamp<uint64_t>(value, 1, GraphqlFacts::kMost);
}

}  // namespace

GraphqlParser::GraphqlParser(std::string_view document, std::string_view variables,
                             std::pmr::memory_resource& memory)
    : lexer_(document), definitions_(&memory), spreads_(&memory), variables_(&memory) {
  if (!variables.empty()) ReadVariables(variables);
}

void GraphqlParser::ReadVariables(std::string_view json) {
  JsonScanner scanner(json);
  if (scanner.Next() != JsonToken::kBeginObject) return;
  while (scanner.Next() == JsonToken::kKey && variables_.size() < kMostVariables) {
    const std::string_view name = scanner.raw();
    const JsonToken token = scanner.Next();
    if (token == JsonToken::kNumber) variables_.emplace_back(name, NumberOf(scanner.raw()));
    const bool container = token == JsonToken::kBeginObject || token == JsonToken::kBeginArray;
    if (token == JsonToken::kError || (container && !scanner.SkipContainer())) break;
  }
  std::sort(variables_.begin(), variables_.end());
}

uint64_t GraphqlParser::Factor(std::string_view argument, bool is_variable) const {
  if (!is_variable) return NumberOf(argument);
  const auto at = std::lower_bound(
      variables_.begin(), variables_.end(), argument,
      [](const auto& variable, std::string_view name) { return variable.first < name; });
  return at != variables_.end() && at->first == argument ? at->second : 1;
}

GraphqlError GraphqlParser::Parse() {
  if (!Next()) return GraphqlError::kSyntax;
  while (token_ != GraphqlToken::kEnd) {
    if (definitions_.size() == kMostGraphqlDefinitions) return GraphqlError::kTooMany;
    if (!ReadDefinition()) return error_ == GraphqlError::kNone ? GraphqlError::kSyntax : error_;
  }
  return definitions_.empty() ? GraphqlError::kSyntax : GraphqlError::kNone;
}

bool GraphqlParser::ReadDefinition() {
  Definition definition;
  definition.first_spread = spreads_.size();
  if (!At('{')) {
    if (!AtName()) return false;
    const std::string_view word = lexer_.text();
    if (word == "mutation") {
      definition.kind = GraphqlKind::kMutation;
    } else if (word == "subscription") {
      definition.kind = GraphqlKind::kSubscription;
    } else if (word == "fragment") {
      definition.is_fragment = true;
    } else if (word != "query") {
      return false;
    }
    if (!Next()) return false;
    if (AtName()) {
      definition.name = lexer_.text();
      if (!Next()) return false;
    }
    if (definition.is_fragment) {
      const bool on =
          !definition.name.empty() && definition.name != "on" && AtName() && lexer_.text() == "on";
      if (!on || !Next() || !AtName() || !Next()) return false;
    } else if (At('(') && !SkipVariableDefinitions()) {
      return false;
    }
    if (!ReadDirectives(definition)) return false;
  }
  if (!ReadSelections(definition)) return false;
  definition.last_spread = spreads_.size();
  definitions_.push_back(definition);
  return true;
}

// From '{' to behind its '}'.
bool GraphqlParser::ReadSelections(Definition& definition) {
  open_ = 0;
  depth_ = 0;
  if (!At('{') || !Open(true, 1)) return false;
  while (open_ > 0) {
    if (!At('}')) {
      if (!ReadSelection(definition)) return false;
      continue;
    }
    --open_;
    if (levels_[open_].counts) --depth_;
    if (!Next()) return false;
  }
  return true;
}

// Steps over '{', which something must follow.
bool GraphqlParser::Open(bool counts, uint64_t multiply) {
  if (open_ == kMostGraphqlDepth) return Fail(GraphqlError::kDeep);
  levels_[open_++] = {counts, multiply};
  if (counts) ++depth_;
  return Next() && !At('}');
}

bool GraphqlParser::ReadSelection(Definition& definition) {
  if (token_ == GraphqlToken::kSpread) return Next() && ReadSpread(definition);
  return AtName() && ReadField(definition);
}

bool GraphqlParser::ReadField(Definition& definition) {
  std::string_view name = lexer_.text();
  if (!Next()) return false;
  if (At(':')) {
    if (!Next() || !AtName()) return false;
    name = lexer_.text();
    ++definition.own.aliases;
    if (!Next()) return false;
  }
  const uint64_t around = levels_[open_ - 1].multiply;
  if (definition.root_field.empty()) definition.root_field = name;
  Counts& own = definition.own;
  ++own.fields;
  own.cost = std::min<uint64_t>(own.cost + around, GraphqlFacts::kMost);
  own.depth = std::max<uint64_t>(own.depth, depth_);
  own.introspects = own.introspects || name == "__schema" || name == "__type";
  uint64_t multiply = 1;
  if (At('(') && !ReadArguments(&multiply)) return false;
  if (!ReadDirectives(definition)) return false;
  return !At('{') || Open(true, Capped(around, multiply));
}

// Behind "...".
bool GraphqlParser::ReadSpread(Definition& definition) {
  const uint64_t around = levels_[open_ - 1].multiply;
  if (AtName() && lexer_.text() != "on") {
    if (spreads_.size() == kMostGraphqlSpreads) return Fail(GraphqlError::kTooMany);
    spreads_.push_back({lexer_.text(), depth_ - 1, around});
    return Next() && ReadDirectives(definition);
  }
  if (AtName() && (!Next() || !AtName() || !Next())) return false;
  return ReadDirectives(definition) && At('{') && Open(false, around);
}

bool GraphqlParser::ReadDirectives(Definition& definition) {
  while (At('@')) {
    if (!Next() || !AtName() || !Next()) return false;
    ++definition.own.directives;
    if (At('(') && !ReadArguments(nullptr)) return false;
  }
  return true;
}

// From '(' to behind ')'. `multiply` becomes what the arguments say of a list's length.
bool GraphqlParser::ReadArguments(uint64_t* multiply) {
  if (!Next() || At(')')) return false;
  while (!At(')')) {
    if (!AtName()) return false;
    const std::string_view name = lexer_.text();
    if (!Next() || !At(':') || !Next()) return false;
    const bool is_length =
        std::find(std::begin(kListLengths), std::end(kListLengths), name) != std::end(kListLengths);
    const bool is_variable = At('$');
    if (is_variable && (!Next() || !AtName())) return false;
    const bool is_known = is_variable || token_ == GraphqlToken::kInteger;
    if (is_known && is_length && multiply != nullptr) {
      *multiply = Capped(*multiply, Factor(lexer_.text(), is_variable));
    }
    if (is_variable ? !Next() : !SkipValue()) return false;
  }
  return Next();
}

// "($first: Int = 10 @a, $ids: [ID!]!)": nothing in it is counted but that its brackets match.
bool GraphqlParser::SkipVariableDefinitions() {
  size_t open = 0;
  do {
    if (At('(') || At('[') || At('{')) ++open;
    if (At(')') || At(']') || At('}')) --open;
    if (token_ == GraphqlToken::kEnd || token_ == GraphqlToken::kSpread || !Next()) return false;
    if (open > kMostGraphqlDepth) return Fail(GraphqlError::kDeep);
  } while (open > 0);
  return true;
}

// One value, whose brackets match kind by kind, and what is behind it is next.
bool GraphqlParser::SkipValue() {
  std::bitset<kMostGraphqlDepth> is_object;
  size_t open = 0;
  do {
    if (At('[') || At('{')) {
      if (open == kMostGraphqlDepth) return Fail(GraphqlError::kDeep);
      is_object[open++] = At('{');
    } else if (At(']') || At('}')) {
      if (open == 0 || is_object[open - 1] != At('}')) return false;
      --open;
    } else if (token_ == GraphqlToken::kPunctuator) {
      const bool inner = open > 0 && (At('$') || (At(':') && is_object[open - 1]));
      if (!inner) return false;
    } else if (token_ == GraphqlToken::kEnd || token_ == GraphqlToken::kSpread) {
      return false;
    }
    if (!Next()) return false;
  } while (open > 0);
  return true;
}

}  // namespace rasp
