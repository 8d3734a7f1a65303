// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "audit/secrets.h"
#include "rasp/event.h"

namespace rasp::audit {

// What an event's rules want masked (SecLang's sanitiseArg and its kin), looked for in whatever is
// written down. A view: what it was made from must outlive it.
class Masks {
 public:
  Masks() = default;
  explicit Masks(std::span<const Masked> masked) : masked_(masked) {}

  bool empty() const { return masked_.empty(); }
  bool HidesArgument(std::string_view name) const { return Hides(Masked::Kind::kArgument, name); }
  bool HidesRequestHeader(std::string_view name) const {
    return Hides(Masked::Kind::kRequestHeader, name);
  }
  bool HidesResponseHeader(std::string_view name) const {
    return Hides(Masked::Kind::kResponseHeader, name);
  }
  // Whether all of what a target holds is masked: "ARGS:card", "REQUEST_HEADERS:X-Key".
  bool HidesTarget(std::string_view target) const;

  // Appends the masked parts of `text`: values beside the names of masked arguments, and the bytes
  // that rules matched. Not ordered; may overlap. Linear in the text for each mask.
  void Find(std::string_view text, Secrets& out) const;

 private:
  bool Hides(Masked::Kind kind, std::string_view name) const;

  std::span<const Masked> masked_;
};

}  // namespace rasp::audit
