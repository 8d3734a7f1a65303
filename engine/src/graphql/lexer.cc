// SPDX-License-Identifier: Apache-2.0
#include "graphql/lexer.h"

#include "core/ascii.h"

namespace rasp {
namespace {

constexpr bool BeginsName(char c) { return IsAlpha(c) || c == '_'; }
constexpr bool ContinuesName(char c) { return BeginsName(c) || IsDigit(c); }

}  // namespace

void GraphqlLexer::Skip() {
  if (at_ == 0 && text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '#') {
      while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',') {
      ++at_;
    } else {
      return;
    }
  }
}

GraphqlToken GraphqlLexer::Next() {
  token_ = {};
  mark_ = 0;
  Skip();
  if (at_ == text_.size()) return GraphqlToken::kEnd;
  const char c = text_[at_];
  if (BeginsName(c)) return Name();
  if (IsDigit(c) || c == '-') return Number();
  if (c == '"') return text_.substr(at_, 3) == "\"\"\"" ? BlockString() : String();
  if (c == '.') {
    if (text_.substr(at_, 3) != "...") return GraphqlToken::kError;
    at_ += 3;
    return GraphqlToken::kSpread;
  }
  if (std::string_view("!$&():=@[]{|}").find(c) == std::string_view::npos) {
    return GraphqlToken::kError;
  }
  mark_ = c;
  ++at_;
  return GraphqlToken::kPunctuator;
}

GraphqlToken GraphqlLexer::Name() {
  const size_t first = at_;
  while (at_ < text_.size() && ContinuesName(text_[at_])) ++at_;
  token_ = text_.substr(first, at_ - first);
  return GraphqlToken::kName;
}

GraphqlToken GraphqlLexer::Number() {
  const size_t first = at_;
  const auto digits = [this] {
    const size_t from = at_;
    while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
    return at_ != from;
  };
  if (text_[at_] == '-') ++at_;
  const size_t whole = at_;
  if (!digits() || (text_[whole] == '0' && at_ - whole > 1)) return GraphqlToken::kError;
  GraphqlToken token = GraphqlToken::kInteger;
  if (at_ < text_.size() && text_[at_] == '.') {
    ++at_;
    token = GraphqlToken::kFloat;
    if (!digits()) return GraphqlToken::kError;
  }
  if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
    ++at_;
    token = GraphqlToken::kFloat;
    if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
    if (!digits()) return GraphqlToken::kError;
  }
  if (at_ < text_.size() && ContinuesName(text_[at_])) return GraphqlToken::kError;
  token_ = text_.substr(first, at_ - first);
  return token;
}

GraphqlToken GraphqlLexer::String() {
  for (++at_; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '"') {
      ++at_;
      return GraphqlToken::kString;
    }
    if (c == '\n' || c == '\r') return GraphqlToken::kError;
    if (c == '\\' && ++at_ == text_.size()) break;
  }
  return GraphqlToken::kError;
}

GraphqlToken GraphqlLexer::BlockString() {
  for (at_ += 3; at_ < text_.size(); ++at_) {
    if (text_[at_] == '\\' && text_.substr(at_, 4) == "\\\"\"\"") {
      at_ += 3;
    } else if (text_[at_] == '"' && text_.substr(at_, 3) == "\"\"\"") {
      at_ += 3;
      return GraphqlToken::kString;
    }
  }
  return GraphqlToken::kError;
}

}  // namespace rasp
