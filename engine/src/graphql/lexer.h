// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace rasp {

enum class GraphqlToken : uint8_t {
  kEnd,
  kError,
  kName,
  kInteger,
  kFloat,
  kString,
  kSpread,      // ...
  kPunctuator,  // ! $ & ( ) : = @ [ ] { | }, by mark()
};

// Lexical tokens of GraphQL (October 2021, section 2.1); comments, commas and blanks are skipped.
class GraphqlLexer {
 public:
  explicit GraphqlLexer(std::string_view text) : text_(text) {}

  GraphqlToken Next();
  std::string_view text() const { return token_; }  // a name or number
  char mark() const { return mark_; }
  bool Is(char mark) const { return mark_ == mark; }

 private:
  void Skip();
  GraphqlToken Name();
  GraphqlToken Number();
  GraphqlToken String();
  GraphqlToken BlockString();

  std::string_view text_;
  std::string_view token_;
  size_t at_ = 0;
  char mark_ = 0;
};

}  // namespace rasp
