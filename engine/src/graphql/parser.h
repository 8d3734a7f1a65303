// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory_resource>
#include <string_view>
#include <utility>
#include <vector>

#include "graphql/document.h"
#include "graphql/lexer.h"

namespace rasp {

// A document cut into its definitions: each with what it asks for itself, and where it spreads
// fragments. Explicit stacks only.
class GraphqlParser {
 public:
  struct Counts {
    uint64_t fields = 0;
    uint64_t aliases = 0;
    uint64_t directives = 0;
    uint64_t cost = 0;
    uint64_t depth = 0;
    bool introspects = false;
  };
  struct Spread {
    std::string_view fragment;
    uint32_t depth = 0;     // of the fields around it
    uint64_t multiply = 1;  // by the lists around it
  };
  struct Definition {
    bool is_fragment = false;
    GraphqlKind kind = GraphqlKind::kQuery;
    std::string_view name;
    std::string_view root_field;
    Counts own;
    size_t first_spread = 0;  // in spreads()
    size_t last_spread = 0;
  };

  GraphqlParser(std::string_view document, std::string_view variables,
                std::pmr::memory_resource& memory);

  GraphqlError Parse();
  const std::pmr::vector<Definition>& definitions() const { return definitions_; }
  const std::pmr::vector<Spread>& spreads() const { return spreads_; }

 private:
  struct Level {          // an open selection set
    bool counts = false;  // a field's: one deeper; an inline fragment's is not
    uint64_t multiply = 1;
  };

  bool Next() {
    token_ = lexer_.Next();
    return token_ != GraphqlToken::kError;
  }
  bool AtName() const { return token_ == GraphqlToken::kName; }
  bool At(char mark) const { return lexer_.Is(mark); }
  bool Fail(GraphqlError error) {
    if (error_ == GraphqlError::kNone) error_ = error;
    return false;
  }

  void ReadVariables(std::string_view json);
  bool ReadDefinition();
  bool ReadSelections(Definition& definition);
  bool ReadSelection(Definition& definition);
  bool ReadField(Definition& definition);
  bool ReadSpread(Definition& definition);
  bool ReadDirectives(Definition& definition);
  bool ReadArguments(uint64_t* multiply);
  bool SkipVariableDefinitions();
  bool SkipValue();
  bool Open(bool counts, uint64_t multiply);
  uint64_t Factor(std::string_view argument, bool is_variable) const;

  GraphqlLexer lexer_;
  GraphqlToken token_ = GraphqlToken::kEnd;
  GraphqlError error_ = GraphqlError::kNone;
  std::pmr::vector<Definition> definitions_;
  std::pmr::vector<Spread> spreads_;
  std::array<Level, kMostGraphqlDepth> levels_;
  size_t open_ = 0;
  uint32_t depth_ = 0;                                                 // of fields
  std::pmr::vector<std::pair<std::string_view, uint64_t>> variables_;  // numbers, sorted by name
};

}  // namespace rasp
