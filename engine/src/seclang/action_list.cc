// SPDX-License-Identifier: Apache-2.0
#include "seclang/action_list.h"

#include "core/ascii.h"
#include "core/quoted.h"

namespace rasp {
namespace {

class ActionReader {
 public:
  ActionReader(const Piece& piece, Diagnostics& diagnostics)
      : piece_(piece), text_(piece.text()), diagnostics_(diagnostics) {}

  ActionList Read() {
    for (SkipBlanks(); at_ < text_.size(); SkipBlanks()) {
      if (text_[at_] == ',') {
        ++at_;
        continue;
      }
      ActionSpec action;
      action.where = piece_.At(at_);
      if (!ReadAction(action)) {
        list_.complete = false;  // what follows cannot be told from the value
        return std::move(list_);
      }
      list_.actions.push_back(std::move(action));
    }
    return std::move(list_);
  }

 private:
  bool ReadAction(ActionSpec& action) {
    const size_t begin = at_;
    while (at_ < text_.size() &&
           (IsAlpha(text_[at_]) || IsDigit(text_[at_]) || text_[at_] == '-' || text_[at_] == '_')) {
      ++at_;
    }
    if (at_ == begin) {
      return Error(begin, "action-syntax",
                   Quoted(text_.substr(begin, 20)) +
                       " is no action: write NAME or NAME:VALUE, with commas between them; put a "
                       "value that holds a comma in single quotes");
    }
    action.name = text_.substr(begin, at_ - begin);
    SkipBlanks();
    if (at_ == text_.size() || text_[at_] == ',') return true;
    if (text_[at_] != ':') {
      return Error(at_, "action-syntax",
                   "write a comma between two actions, and a colon before an action's value");
    }
    ++at_;
    SkipBlanks();
    if (at_ < text_.size() && text_[at_] == '\'') return ReadQuoted(action.argument);
    action.argument = ReadBare();
    return true;
  }

  // '...', in which \' is a quote; other backslashes stay as they are.
  bool ReadQuoted(std::string& value) {
    const size_t begin = at_++;
    for (; at_ < text_.size() && text_[at_] != '\''; ++at_) {
      const bool escaped = text_[at_] == '\\' && at_ + 1 < text_.size();
      if (escaped && text_[at_ + 1] != '\'') value += text_[at_];
      if (escaped) ++at_;
      value += text_[at_];
    }
    if (at_ == text_.size()) {
      return Error(begin, "quote-not-closed",
                   "this quote is not closed: add the closing ' behind the value");
    }
    const size_t end = at_++;
    SkipBlanks();
    if (at_ == text_.size() || text_[at_] == ',') return true;
    return Error(end, "quote-within",
                 "this quote ends the value but more text follows: write a quote within it as \\', "
                 "or put a comma behind this one");
  }

  // Up to the comma; a quote directly behind `=`, as in tx.a='b,c', protects commas up to the next.
  std::string ReadBare() {
    const size_t begin = at_;
    bool quoted = false;
    for (; at_ < text_.size() && (quoted || text_[at_] != ','); ++at_) {
      if (text_[at_] != '\'') continue;
      const bool opens = !quoted && at_ > begin && text_[at_ - 1] == '=' &&
                         text_.find('\'', at_ + 1) != std::string_view::npos;
      quoted = opens;
    }
    return std::string(Trim(text_.substr(begin, at_ - begin)));
  }

  void SkipBlanks() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }

  bool Error(size_t at, std::string code, std::string text) {
    diagnostics_.push_back(
        {DiagnosticSeverity::kError, piece_.At(at), std::move(code), std::move(text)});
    return false;
  }

  const Piece& piece_;
  std::string_view text_;
  Diagnostics& diagnostics_;
  size_t at_ = 0;
  ActionList list_;
};

}  // namespace

ActionList ReadActions(const Piece& piece, Diagnostics& diagnostics) {
  return ActionReader(piece, diagnostics).Read();
}

}  // namespace rasp
