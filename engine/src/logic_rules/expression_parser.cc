// SPDX-License-Identifier: Apache-2.0
#include "logic_rules/expression_parser.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/ascii.h"
#include "core/nearest_name.h"
#include "core/quoted.h"

namespace rasp {
namespace {

constexpr size_t kMostPending = 60;  // Expression::Holds keeps truths in 64 bits

bool IsWordChar(char c) {
  return IsAlpha(c) || IsDigit(c) || std::string_view("_.:/*-").find(c) != std::string_view::npos;
}

constexpr std::array<std::string_view, 11> kSymbols = {"==", "!=", "<=", ">=", "!~", "<",
                                                       ">",  "~",  "(",  ")",  ","};

struct Symbol {
  std::string_view text;
  Expression::Compare compare;
};
constexpr Symbol kOrders[] = {
    {"==", Expression::Compare::kEqual},  {"!=", Expression::Compare::kNotEqual},
    {"<", Expression::Compare::kLess},    {"<=", Expression::Compare::kLessEqual},
    {">", Expression::Compare::kGreater}, {">=", Expression::Compare::kGreaterEqual},
};

// The name that the parser of JSON bodies gives a pointer's leaf: "/items/0/price" is
// "items.array_0.price".
std::string NameOfPointer(std::string_view pointer) {
  std::string name;
  while (true) {
    const size_t end = std::min(pointer.find('/'), pointer.size());
    const std::string_view token = pointer.substr(0, end);
    if (!name.empty()) name += '.';
    if (!token.empty() && std::all_of(token.begin(), token.end(), IsDigit)) name += "array_";
    for (size_t i = 0; i < token.size(); ++i) {
      const bool escape = token[i] == '~' && i + 1 < token.size();
      name += !escape ? token[i] : token[++i] == '1' ? '/' : '~';
    }
    if (end == pointer.size()) return name;
    pointer.remove_prefix(end + 1);
  }
}

std::string Suggestion(std::string_view text) {
  std::vector<std::string_view> names;
  for (const LocatorDef& def : LocatorDefs()) names.push_back(def.prefix);
  const size_t dot = text.rfind('.');
  const std::string_view head = text.substr(0, dot == std::string_view::npos ? dot : dot + 1);
  std::string_view nearest = NearestName(text, names);
  if (nearest.empty()) nearest = NearestName(head, names);
  if (nearest.empty()) return "use one such as body.NAME, header.NAME, cookie.NAME or resp.status";
  return "did you mean " + std::string(nearest) + "?";
}

// Places of texts that may hold JSON: "cookie.prefs:/theme".
bool HoldsJson(std::string_view prefix) {
  constexpr std::string_view kPrefixes[] = {"query.", "header.", "cookie.", "body.", "arg."};
  return std::find(std::begin(kPrefixes), std::end(kPrefixes), prefix) != std::end(kPrefixes);
}

}  // namespace

Result<Locator> ParseLocator(std::string_view text) {
  using Parsed = Result<Locator>;
  Locator locator;
  locator.text = std::string(text);
  locator.def = FindLocatorDef(text);
  if (locator.def == nullptr)
    return Parsed::Failure("no place is called " + Quoted(text) + ": " + Suggestion(text));
  const std::string_view prefix = locator.def->prefix;
  const std::string_view name = text.substr(prefix.size());
  if (prefix == "ip/") {
    const auto [end, error] =
        std::from_chars(name.data(), name.data() + name.size(), locator.number);
    if (error != std::errc() || end != name.data() + name.size() || locator.number < 8 ||
        locator.number > 128) {
      return Parsed::Failure(Quoted(text) + " is no network: write ip/8 to ip/128");
    }
  } else if (prefix.ends_with(":/")) {
    locator.name = NameOfPointer(name);
  } else {
    const size_t colon = HoldsJson(prefix) ? name.find(":/") : name.npos;
    locator.name = std::string(name.substr(0, colon));
    locator.in_json = colon != name.npos;
    if (locator.in_json && !locator.pattern.Parse(name.substr(colon + 1)))
      return Parsed::Failure(Quoted(name.substr(colon + 1)) + " is no JSON pointer: write /a/b");
  }
  return locator;
}

bool ExpressionParser::FailAt(size_t column, std::string text) {
  if (!failed_) error_ = {column, std::move(text)};
  failed_ = true;
  return false;
}

bool ExpressionParser::Fail(std::string text) { return FailAt(column_, std::move(text)); }

bool ExpressionParser::ReadText(char quote) {
  value_.clear();
  for (size_t i = at_ + 1; i < text_.size(); ++i) {
    if (text_[i] == quote) {
      at_ = i + 1;
      return true;
    }
    // A backslash keeps the quote behind it, and itself before anything else: patterns need it.
    if (text_[i] == '\\' && i + 1 < text_.size() && text_[i + 1] == quote) ++i;
    value_ += text_[i];
  }
  return FailAt(column_, "the text that begins here does not end: close the quote");
}

void ExpressionParser::Next() {
  while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  column_ = at_ + 1;
  token_ = Token::kEnd;
  value_.clear();
  if (at_ == text_.size()) return;
  const char first = text_[at_];
  if (first == '\'' || first == '"') {
    token_ = Token::kText;
    ReadText(first);
    return;
  }
  if (IsWordChar(first)) {
    token_ = Token::kWord;
    while (at_ < text_.size() && IsWordChar(text_[at_])) value_ += text_[at_++];
    return;
  }
  for (const std::string_view symbol : kSymbols) {
    if (!text_.substr(at_).starts_with(symbol)) continue;
    token_ = Token::kSymbol;
    value_ = std::string(symbol);
    at_ += symbol.size();
    return;
  }
  FailAt(column_, first == '=' ? "a single \"=\": compare with \"==\""
                               : "nothing begins with " + Quoted(text_.substr(at_, 1)));
}

bool ExpressionParser::Operand(Expression::Test& test) {
  if (token_ != Token::kText && token_ != Token::kWord) return Fail("expected a value here");
  if (test.operands.size() == 1024) return Fail("more than 1024 values");
  Expression::Operand operand;
  operand.text = value_;
  const std::optional<double> number = NumberIn(value_);
  operand.is_number = token_ == Token::kWord && number.has_value();
  operand.number = number.value_or(0);
  test.operands.push_back(std::move(operand));
  Next();
  return !failed_;
}

bool ExpressionParser::List(Expression::Test& test) {
  if (!IsSymbol("(")) return Fail("expected \"(\" behind \"in\": in (401, 403)");
  do {
    Next();
    if (failed_ || !Operand(test)) return false;
  } while (IsSymbol(","));
  if (!IsSymbol(")")) return Fail("expected \",\" or \")\" in the list");
  Next();
  return !failed_;
}

bool ExpressionParser::Pattern(Expression::Test& test) {
  if (token_ != Token::kText) return Fail("expected a pattern in quotes behind \"~\"");
  Result<match::Regex> regex = match::Regex::Compile(value_);
  if (!regex) return Fail("no regular expression: " + regex.error());
  if (!regex->linear())
    return Fail("the pattern is not run in linear time: " + std::string(regex->note()));
  test.regex = std::make_unique<match::Regex>(*std::move(regex));
  Next();
  return !failed_;
}

bool ExpressionParser::Comparison(Expression::Test& test) {
  if (token_ == Token::kSymbol) {
    for (const Symbol& order : kOrders) {
      if (value_ != order.text) continue;
      test.compare = order.compare;
      Next();
      const size_t column = column_;
      if (failed_ || !Operand(test)) return false;
      const bool ordered = order.compare != Expression::Compare::kEqual &&
                           order.compare != Expression::Compare::kNotEqual;
      if (ordered && !test.operands.front().is_number)
        return FailAt(column, "\"" + std::string(order.text) + "\" compares with a number");
      return true;
    }
    if (IsSymbol("~") || IsSymbol("!~")) {
      test.compare =
          IsSymbol("~") ? Expression::Compare::kMatches : Expression::Compare::kMatchesNot;
      Next();
      return !failed_ && Pattern(test);
    }
    return true;
  }
  const bool negated = IsWord("not");
  if (negated) Next();
  if (failed_) return false;
  if (negated && !IsWord("in")) return Fail("expected \"in\" behind \"not\"");
  if (!IsWord("in")) return true;
  test.compare = negated ? Expression::Compare::kNotIn : Expression::Compare::kIn;
  Next();
  return !failed_ && List(test);
}

bool ExpressionParser::Test() {
  if (token_ != Token::kWord || value_ == "and" || value_ == "or" || value_ == "in")
    return Fail("expected a place here, such as resp.status");
  if (expression_.tests_.size() == Expression::kMostTests)
    return Fail("more than " + std::to_string(Expression::kMostTests) + " tests");
  Expression::Test test;
  Result<Locator> locator = ParseLocator(value_);
  if (!locator) return Fail(locator.error());
  test.locator = *std::move(locator);
  expression_.stage_ = std::max(expression_.stage_, test.locator.def->stage);
  Next();
  if (failed_ || !Comparison(test)) return false;
  expression_.program_.push_back(
      {Expression::Step::kTest, static_cast<uint32_t>(expression_.tests_.size())});
  expression_.tests_.push_back(std::move(test));
  return true;
}

void ExpressionParser::Emit(Pending pending) {
  const Expression::Step step = pending == Pending::kNot   ? Expression::Step::kNot
                                : pending == Pending::kAnd ? Expression::Step::kAnd
                                                           : Expression::Step::kOr;
  expression_.program_.push_back({step, 0});
}

// What binds at least as close as `pending` is worked out first.
void ExpressionParser::EmitDownTo(Pending pending) {
  while (!pending_.empty() && pending_.back() != Pending::kOpen && pending_.back() <= pending) {
    Emit(pending_.back());
    pending_.pop_back();
  }
}

bool ExpressionParser::Push(Pending pending) {
  if (pending_.size() == kMostPending) return Fail("nested too deeply");
  pending_.push_back(pending);
  Next();
  return !failed_;
}

bool ExpressionParser::Run() {
  if (text_.size() > kLongest)
    return Fail("longer than " + std::to_string(kLongest) + " bytes: split it into several events");
  Next();
  while (!failed_) {
    // An operand, and what stands before it.
    if (IsWord("not")) {
      if (!Push(Pending::kNot)) return false;
      continue;
    }
    if (IsSymbol("(")) {
      if (std::count(pending_.begin(), pending_.end(), Pending::kOpen) ==
          static_cast<std::ptrdiff_t>(Expression::kDeepest)) {
        return Fail("nested too deeply");
      }
      if (!Push(Pending::kOpen)) return false;
      continue;
    }
    if (!Test()) return false;
    // What stands behind it.
    while (IsSymbol(")")) {
      EmitDownTo(Pending::kOr);
      if (pending_.empty()) return Fail("a \")\" that nothing opened");
      pending_.pop_back();
      Next();
      if (failed_) return false;
    }
    if (token_ == Token::kEnd) break;
    if (!IsWord("and") && !IsWord("or")) return Fail("expected \"and\" or \"or\" here");
    const Pending joint = IsWord("and") ? Pending::kAnd : Pending::kOr;
    EmitDownTo(joint);
    if (!Push(joint)) return false;
  }
  if (failed_) return false;
  EmitDownTo(Pending::kOr);
  if (!pending_.empty()) return Fail("a \"(\" that nothing closes");
  return true;
}

Result<Expression, ExpressionError> ExpressionParser::Parse(std::string_view text) {
  ExpressionParser parser(text);
  if (!parser.Run()) return Result<Expression, ExpressionError>::Failure(parser.error_);
  return std::move(parser.expression_);
}

}  // namespace rasp
