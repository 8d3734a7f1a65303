// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/quoted.h"
#include "operator/operator.h"
#include "rasp/result.h"

namespace rasp {

// What a rule compares with: the text as written, or what its macros expand to in this transaction.
class Argument {
 public:
  explicit Argument(const OperatorSpec& spec)
      : literal_(spec.argument), has_macro_(spec.has_macro) {}

  std::string_view In(const MatchContext& context) const {
    return has_macro_ ? context.argument : std::string_view(literal_);
  }
  bool has_macro() const { return has_macro_; }
  const std::string& literal() const { return literal_; }

 private:
  std::string literal_;
  bool has_macro_;
};

inline Result<OperatorPtr> Refuse(std::string why) {
  return Result<OperatorPtr>::Failure(std::move(why));
}

// The words of `text`, which white space parts.
std::vector<std::string_view> SplitWords(std::string_view text);

// The lines of the files that `names` lists (white space parts them; relative ones are in
// `directory`), without their line ends, without blank lines and without those whose first sign is
// #. Fails naming the file.
Result<std::vector<std::string>> ReadListFiles(std::string_view names, std::string_view directory);

}  // namespace rasp
