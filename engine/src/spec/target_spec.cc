// SPDX-License-Identifier: Apache-2.0
#include "core/ascii.h"
#include "core/quoted.h"
#include "spec/rule_spec.h"

namespace rasp {
namespace {

using Failure = Result<TargetSpec>;

constexpr bool IsVariableChar(char c) { return IsAlpha(c) || IsDigit(c) || c == '_'; }

bool IsVariableName(std::string_view name) {
  if (name.empty() || !IsAlpha(name.front())) return false;
  for (const char c : name) {
    if (!IsVariableChar(c)) return false;
  }
  return true;
}

// SecLang lets a selector stand in single quotes, which protect a '|' or ',' in it.
std::string_view Unquote(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '\'' && text.back() == '\'';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

// Reads the part after the colon; returns what is wrong with it, or "".
std::string ReadSelector(std::string_view text, TargetSpec& target) {
  const std::string_view selector = Unquote(text);
  if (selector.empty()) {
    return Quoted(target.variable + ":") +
           " has no selector after the colon: name one, or leave the colon out";
  }
  // XPath selectors begin with a slash and are never regular expressions.
  const bool takes_xpath = EqualsIgnoreCase(target.variable, "XML") ||
                           EqualsIgnoreCase(target.variable, "REQUEST_XML") ||
                           EqualsIgnoreCase(target.variable, "RESPONSE_XML");
  const bool slash = selector.front() == '/' && !takes_xpath;
  if (!slash) {
    if (selector.size() == text.size() && selector.find('|') != std::string_view::npos) {
      return Quoted(selector) + " holds '|': write one target for each alternative";
    }
    target.selector = selector;
    return "";
  }
  if (selector.size() < 3 || selector.back() != '/') {
    return Quoted(selector) + " begins like a regular expression: write it as /PATTERN/";
  }
  target.selector = selector.substr(1, selector.size() - 2);
  target.selector_is_regex = true;
  return "";
}

}  // namespace

Result<TargetSpec> ParseTarget(std::string_view text, const SourceLocation& where) {
  TargetSpec target;
  target.where = where;
  std::string_view rest = Trim(text);
  if (rest.empty()) return Failure::Failure("a target is empty: name a variable, such as ARGS");
  if (rest.front() == '!') {
    target.exclude = true;
    rest.remove_prefix(1);
  }
  if (!rest.empty() && rest.front() == '&') {
    target.count = true;
    rest.remove_prefix(1);
  }
  if (target.exclude && target.count) {
    return Failure::Failure(Quoted(text) + " both counts and excludes: use either & or !");
  }
  const size_t colon = rest.find(':');
  target.variable = rest.substr(0, colon);
  if (!IsVariableName(target.variable)) {
    if (target.variable.find('|') != std::string::npos) {
      return Failure::Failure(Quoted(text) + " names several variables: write one target for each");
    }
    return Failure::Failure(
        Quoted(text) +
        " is not a target: write VARIABLE, VARIABLE:name or VARIABLE:/pattern/, with "
        "& before it to count or ! to exclude");
  }
  if (colon == std::string_view::npos) return target;
  if (std::string wrong = ReadSelector(rest.substr(colon + 1), target); !wrong.empty()) {
    return Failure::Failure(std::move(wrong));
  }
  return target;
}

}  // namespace rasp
