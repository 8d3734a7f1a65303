// SPDX-License-Identifier: Apache-2.0
#include "seclang/targets.h"

#include "core/ascii.h"
#include "core/quoted.h"

namespace rasp {
namespace {

constexpr bool IsNameChar(char c) { return IsAlpha(c) || IsDigit(c) || c == '_' || c == '-'; }
constexpr bool IsSeparator(char c) { return c == '|' || c == ','; }

class TargetReader {
 public:
  TargetReader(const Piece& piece, Diagnostics& diagnostics)
      : piece_(piece), text_(piece.text()), diagnostics_(diagnostics) {}

  std::vector<TargetSpec> Read() {
    std::vector<TargetSpec> targets;
    for (SkipBlanks(); at_ < text_.size(); SkipBlanks()) {
      TargetSpec target;
      target.where = piece_.At(at_);
      if (!ReadTarget(target)) return targets;
      targets.push_back(std::move(target));
      SkipBlanks();
      if (at_ == text_.size()) return targets;
      if (!IsSeparator(text_[at_])) {
        Error(at_, "write | between two targets, and a selector with blanks in single quotes");
        return targets;
      }
      const size_t separator = at_++;
      SkipBlanks();
      if (at_ == text_.size())
        Error(separator, "a target is missing at the end: remove the last |");
    }
    return targets;
  }

 private:
  bool ReadTarget(TargetSpec& target) {
    const size_t begin = at_;
    while (at_ < text_.size() && (text_[at_] == '!' || text_[at_] == '&')) {
      (text_[at_] == '!' ? target.exclude : target.count) = true;
      ++at_;
    }
    const size_t name = at_;
    while (at_ < text_.size() && IsNameChar(text_[at_])) ++at_;
    target.variable = text_.substr(name, at_ - name);
    if (at_ == name) {
      return Error(begin, Quoted(text_.substr(begin, 20)) +
                              " is no target: write VARIABLE, VARIABLE:name or VARIABLE:/pattern/, "
                              "with & before it to count or ! to exclude");
    }
    if (at_ - begin > target.variable.size() + 1 || (target.exclude && target.count)) {
      return Error(begin, "a target takes one of & and !: & counts, ! excludes");
    }
    if (at_ == text_.size() || text_[at_] != ':') return true;
    ++at_;
    return ReadSelector(target);
  }

  bool ReadSelector(TargetSpec& target) {
    const bool quoted = at_ < text_.size() && text_[at_] == '\'';
    const size_t begin = at_;
    const bool xml = EqualsIgnoreCase(target.variable, "XML") ||
                     EqualsIgnoreCase(target.variable, "REQUEST_XML") ||
                     EqualsIgnoreCase(target.variable, "RESPONSE_XML");
    std::string selector;
    if (quoted) {
      if (!ReadQuoted(selector)) return false;
    } else if (!xml && at_ < text_.size() && text_[at_] == '/') {
      if (!ReadPattern(selector)) return false;
    } else {
      selector = ReadBare(xml);
    }
    if (selector.empty()) {
      return Error(begin, "no selector after " + target.variable +
                              ":, name one, or leave the colon out to take all");
    }
    // An XPath begins with a slash and is no regular expression.
    const bool pattern =
        !xml && selector.size() >= 2 && selector.front() == '/' && selector.back() == '/';
    if (!xml && selector.front() == '/' && (!pattern || selector.size() == 2)) {
      return Error(begin,
                   Quoted(selector) + " begins like a regular expression: write it as /PATTERN/");
    }
    target.selector_is_regex = pattern;
    target.selector = pattern ? selector.substr(1, selector.size() - 2) : std::move(selector);
    return true;
  }

  // '...', in which \' is a quote.
  bool ReadQuoted(std::string& selector) {
    const size_t begin = at_++;
    for (; at_ < text_.size() && text_[at_] != '\''; ++at_) {
      const bool escaped = text_[at_] == '\\' && at_ + 1 < text_.size();
      if (escaped && text_[at_ + 1] != '\'') selector += text_[at_];
      if (escaped) ++at_;
      selector += text_[at_];
    }
    if (at_ == text_.size()) {
      return Error(begin, "this quote is not closed: add the closing ' behind the selector");
    }
    ++at_;
    return true;
  }

  // /.../ up to the slash that a separator or the end follows.
  bool ReadPattern(std::string& selector) {
    const size_t begin = at_++;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
        continue;
      }
      const bool last = at_ + 1 >= text_.size();
      if (text_[at_] != '/' || (!last && !IsSeparator(text_[at_ + 1]) && !IsSpace(text_[at_ + 1])))
        continue;
      ++at_;
      selector = text_.substr(begin, at_ - begin);
      return true;
    }
    at_ = text_.size();
    return Error(begin, "this regular expression is not closed: add the closing / behind it");
  }

  // Up to a separator; in an XPath brackets protect them.
  std::string ReadBare(bool xml) {
    const size_t begin = at_;
    size_t depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (xml && (c == '[' || c == '(')) ++depth;
      if (xml && depth > 0 && (c == ']' || c == ')')) --depth;
      if (depth == 0 && (IsSeparator(c) || IsSpace(c))) break;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  void SkipBlanks() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }

  bool Error(size_t at, std::string text) {
    diagnostics_.push_back(
        {DiagnosticSeverity::kError, piece_.At(at), "bad-target", std::move(text)});
    return false;
  }

  const Piece& piece_;
  std::string_view text_;
  Diagnostics& diagnostics_;
  size_t at_ = 0;
};

}  // namespace

std::vector<TargetSpec> ReadTargets(const Piece& piece, Diagnostics& diagnostics) {
  return TargetReader(piece, diagnostics).Read();
}

}  // namespace rasp
