// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "logic/expression.h"
#include "rasp/result.h"

namespace rasp {

struct ExpressionError {
  size_t column = 1;  // in bytes of the text, from 1
  std::string text;   // what is wrong, and what to write
};

// Reads the language that Expression describes, without recursion, in time linear in the text.
class ExpressionParser {
 public:
  static constexpr size_t kLongest = 8 * 1024;
  static Result<Expression, ExpressionError> Parse(std::string_view text);

 private:
  enum class Token : uint8_t { kEnd, kWord, kText, kSymbol };
  enum class Pending : uint8_t { kOpen, kNot, kAnd, kOr };

  explicit ExpressionParser(std::string_view text) : text_(text) {}

  bool Run();
  void Next();
  bool ReadText(char quote);
  bool Fail(std::string text);
  bool FailAt(size_t column, std::string text);
  bool IsWord(std::string_view word) const { return token_ == Token::kWord && value_ == word; }
  bool IsSymbol(std::string_view symbol) const {
    return token_ == Token::kSymbol && value_ == symbol;
  }
  bool Test();
  bool Comparison(Expression::Test& test);
  bool List(Expression::Test& test);
  bool Operand(Expression::Test& test);
  bool Pattern(Expression::Test& test);
  bool Push(Pending pending);
  void Emit(Pending pending);
  void EmitDownTo(Pending pending);

  std::string_view text_;
  size_t at_ = 0;
  Token token_ = Token::kEnd;
  std::string value_;
  size_t column_ = 1;  // of the token
  std::vector<Pending> pending_;
  Expression expression_;
  ExpressionError error_;
  bool failed_ = false;
};

// "body.username", "ip/64", "resp.json:/a/0": or what is wrong with it.
Result<Locator> ParseLocator(std::string_view text);

}  // namespace rasp
