// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace rasp {

// SHA-256 over a list of texts; each is preceded by its length, so that moving bytes from one to
// the next shows.
class SourceHash {
 public:
  SourceHash();
  ~SourceHash();
  SourceHash(const SourceHash&) = delete;
  SourceHash& operator=(const SourceHash&) = delete;

  void Add(std::string_view text);
  std::string Hex() const;  // of what was added so far

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rasp
