// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "rasp/diagnostic.h"
#include "seclang/source_text.h"

namespace rasp {

struct Directive {
  Piece name;
  std::vector<Piece> arguments;
  std::string_view source;  // as it stands in the file
  bool broken = false;      // its end could not be found; said in a diagnostic
};

// Takes a source apart into directives and their words, as Apache does: a backslash before the end
// of a line joins the next one to it; `#` begins a comment line; words are parted by blanks unless
// they stand in double or single quotes, in which a backslash protects a quote. As libmodsecurity
// does, a bare word behind an argument begins a comment too if it begins with `#`.
//
// Of the escapes only \" (and \' in single quotes) goes away. A doubled backslash stays doubled, as
// libmodsecurity keeps it: patterns read as they are written.
class Lexer {
 public:
  // Both must outlive the lexer.
  Lexer(const SourceText& source, Diagnostics& diagnostics)
      : source_(source), text_(source.text()), diagnostics_(diagnostics) {}

  // False at the end.
  bool Next(Directive& out);

 private:
  // A line of the source, without its end and without the backslash that joins the next one to it.
  struct Line {
    size_t begin;
    size_t end;
    bool joined;
  };
  // A position in a logical line: which of its lines, and where in the source.
  struct Cursor {
    size_t line;
    size_t offset;
  };

  Line ReadLine();
  void ReadLogicalLine();
  void SkipComment();
  void SkipRestOfBrokenDirective();
  bool AtComment(size_t offset) const;
  bool AtDirective(size_t offset) const;

  void Settle(Cursor& cursor) const;  // onto the next byte, over line ends
  bool AtEnd(const Cursor& cursor) const { return cursor.line == lines_.size(); }
  char Peek(const Cursor& cursor) const { return text_[cursor.offset]; }
  void Advance(Cursor& cursor) const {
    ++cursor.offset;
    Settle(cursor);
  }
  bool SplitWords(Directive& out);
  void EndAtComment(const Cursor& cursor);
  bool ReadQuoted(Cursor& cursor, Piece& word);
  void ReadBare(Cursor& cursor, Piece& word) const;
  void NotClosed(size_t quote);
  void Say(DiagnosticSeverity severity, size_t offset, std::string code, std::string text);

  const SourceText& source_;
  std::string_view text_;
  Diagnostics& diagnostics_;
  size_t next_ = 0;
  std::vector<Line> lines_;  // of the logical line
};

}  // namespace rasp
