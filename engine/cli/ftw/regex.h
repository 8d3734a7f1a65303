// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>

#include "rasp/result.h"

namespace rasp::ftw {

// A regular expression as the tests have them: Go's, which are RE2's, on bytes.
class Regex {
 public:
  static Result<Regex> Compile(std::string_view pattern) {
    RE2::Options options;
    options.set_encoding(RE2::Options::EncodingLatin1);
    options.set_log_errors(false);
    options.set_max_mem(64 << 20);
    auto compiled =
        std::make_unique<RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
    if (!compiled->ok()) return Result<Regex>::Failure("bad pattern: " + compiled->error());
    return Regex(std::move(compiled));
  }

  bool Occurs(std::string_view text) const {
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
  }

 private:
  explicit Regex(std::unique_ptr<RE2> compiled) : compiled_(std::move(compiled)) {}
  std::unique_ptr<RE2> compiled_;
};

}  // namespace rasp::ftw
