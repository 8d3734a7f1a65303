// SPDX-License-Identifier: Apache-2.0
#include "seclang/lexer.h"

#include <algorithm>

#include "core/ascii.h"

namespace rasp {

Lexer::Line Lexer::ReadLine() {
  const size_t begin = next_;
  size_t end = std::min(text_.find('\n', begin), text_.size());
  next_ = std::min(end + 1, text_.size());
  if (end > begin && text_[end - 1] == '\r') --end;
  const bool joined = end > begin && text_[end - 1] == '\\';
  return {begin, joined ? end - 1 : end, joined};
}

void Lexer::ReadLogicalLine() {
  lines_.clear();
  do {
    lines_.push_back(ReadLine());
  } while (lines_.back().joined && next_ < text_.size());
}

bool Lexer::AtComment(size_t offset) const {
  while (offset < text_.size() && (text_[offset] == ' ' || text_[offset] == '\t')) ++offset;
  return offset < text_.size() && text_[offset] == '#';
}

bool Lexer::AtDirective(size_t offset) const {
  while (offset < text_.size() && (text_[offset] == ' ' || text_[offset] == '\t')) ++offset;
  const std::string_view rest = text_.substr(offset, 7);
  return StartsWithIgnoreCase(rest, "Sec") || StartsWithIgnoreCase(rest, "Include");
}

// A directive that is commented out goes on over its continuation lines, in Apache and in
// libmodsecurity. In other comments Apache lets a backslash swallow the next line and
// libmodsecurity does not: a rule must not vanish by accident.
void Lexer::SkipComment() {
  const size_t hash = text_.find('#', next_);
  const bool is_directive = AtDirective(std::min(hash + 1, text_.size()));
  Line line = ReadLine();
  while (line.joined && next_ < text_.size() && (is_directive || AtComment(next_))) {
    if (AtDirective(next_)) {
      Say(DiagnosticSeverity::kWarning, next_, "comment-continues",
          "this line does not count, the comment above ends with a backslash and goes on here: "
          "remove that backslash, or put # before this line too");
    }
    line = ReadLine();
  }
  if (!line.joined || next_ >= text_.size() || !AtDirective(next_)) return;
  Say(DiagnosticSeverity::kWarning, line.end, "comment-continues",
      "a backslash ends this comment: Apache takes the next line as a part of it, here that line "
      "counts; remove the backslash, or put # before the next line");
}

// What follows a word that has no end belongs to it, most likely.
void Lexer::SkipRestOfBrokenDirective() {
  while (next_ < text_.size() && !AtComment(next_) && !AtDirective(next_)) ReadLine();
}

bool Lexer::Next(Directive& out) {
  while (next_ < text_.size()) {
    if (AtComment(next_)) {
      SkipComment();
      continue;
    }
    ReadLogicalLine();
    out.broken = !SplitWords(out);
    if (out.broken) SkipRestOfBrokenDirective();
    out.source = text_.substr(lines_.front().begin, lines_.back().end - lines_.front().begin);
    if (!out.name.text().empty()) return true;
  }
  return false;
}

void Lexer::Settle(Cursor& cursor) const {
  while (cursor.line < lines_.size() && cursor.offset >= lines_[cursor.line].end) {
    ++cursor.line;
    if (cursor.line < lines_.size()) cursor.offset = lines_[cursor.line].begin;
  }
}

bool Lexer::SplitWords(Directive& out) {
  out.name = Piece(source_);
  out.arguments.clear();
  Cursor cursor{0, lines_.front().begin};
  Settle(cursor);
  for (bool first = true;; first = false) {
    while (!AtEnd(cursor) && IsSpace(Peek(cursor))) Advance(cursor);
    if (AtEnd(cursor)) return true;
    Piece word(source_);
    word.StandAt(cursor.offset);
    const char c = Peek(cursor);
    if (c == '#' && !out.arguments.empty()) {
      EndAtComment(cursor);
      return true;
    }
    if (first && (c == '"' || c == '\'')) {
      Say(DiagnosticSeverity::kError, cursor.offset, "no-directive",
          "a line cannot begin with a quote: end the line before with a backslash, directly before "
          "the line's end, if this belongs to it");
      return false;
    }
    if (c == '"' || c == '\'') {
      if (!ReadQuoted(cursor, word)) return false;
    } else {
      ReadBare(cursor, word);
    }
    if (first) {
      out.name = std::move(word);
    } else {
      out.arguments.push_back(std::move(word));
    }
  }
}

// The comment ends with its line, even if a backslash stands there.
void Lexer::EndAtComment(const Cursor& cursor) {
  lines_.resize(cursor.line + 1);
  next_ = std::min(text_.find('\n', lines_.back().end), text_.size() - 1) + 1;
}

void Lexer::ReadBare(Cursor& cursor, Piece& word) const {
  while (!AtEnd(cursor) && !IsSpace(Peek(cursor))) {
    word.Append(Peek(cursor), cursor.offset);
    Advance(cursor);
  }
}

bool Lexer::ReadQuoted(Cursor& cursor, Piece& word) {
  const size_t begin = cursor.offset;
  const char quote = Peek(cursor);
  Advance(cursor);
  if (!AtEnd(cursor)) word.StandAt(cursor.offset);
  while (!AtEnd(cursor) && Peek(cursor) != quote) {
    const size_t offset = cursor.offset;
    const char c = Peek(cursor);
    Advance(cursor);
    const bool escapes = c == '\\' && !AtEnd(cursor);
    if (!escapes || Peek(cursor) != quote) word.Append(c, offset);
    if (!escapes) continue;
    word.Append(Peek(cursor), cursor.offset);
    Advance(cursor);
  }
  if (AtEnd(cursor)) {
    NotClosed(begin);
    return false;
  }
  const size_t end = cursor.offset;
  Advance(cursor);
  if (AtEnd(cursor) || IsSpace(Peek(cursor))) return true;
  Say(DiagnosticSeverity::kError, end, "quote-within",
      std::string("this quote ends the argument but more text follows: write a quote within it as "
                  "\\") +
          quote + ", or put a blank behind this one");
  return false;
}

void Lexer::NotClosed(size_t quote) {
  const Line& last = lines_.back();
  size_t end = last.end;
  while (end > last.begin && IsSpace(text_[end - 1])) --end;
  const bool blank_after_backslash =
      !last.joined && end > last.begin && end < last.end && text_[end - 1] == '\\';
  if (blank_after_backslash) {
    Say(DiagnosticSeverity::kError, end, "blank-after-backslash",
        "blanks follow the backslash, so it does not join the next line: remove them");
    return;
  }
  Say(DiagnosticSeverity::kError, quote, "quote-not-closed",
      std::string("this quote is not closed: add the closing ") + text_[quote] +
          ", or end the line with a backslash if the argument goes on in the next");
}

void Lexer::Say(DiagnosticSeverity severity, size_t offset, std::string code, std::string text) {
  diagnostics_.push_back({severity, source_.At(offset), std::move(code), std::move(text)});
}

}  // namespace rasp
