// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace rasp::match {

// A set of phrases searched for all at once (Aho-Corasick), without regard to ASCII case.
// Immutable, thread-safe, linear in the input whatever the number of phrases.
class PhraseSet {
 public:
  // Empty phrases are ignored. Phrases may hold any byte.
  explicit PhraseSet(std::span<const std::string> phrases);
  ~PhraseSet();
  PhraseSet(PhraseSet&&) noexcept;
  PhraseSet& operator=(PhraseSet&&) noexcept;

  // The first phrase that ends in `input` (of several that end there the longest), as it stands in
  // `input`; data() == nullptr if there is none.
  std::string_view Find(std::string_view input) const;
  size_t size() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rasp::match
