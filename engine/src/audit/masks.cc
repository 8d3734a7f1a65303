// SPDX-License-Identifier: Apache-2.0
#include "audit/masks.h"

#include <cstring>

#include "core/ascii.h"

namespace rasp::audit {
namespace {

constexpr std::string_view kKind = "masked";

bool IsArgumentVariable(std::string_view variable) {
  return EqualsIgnoreCase(variable, "ARGS") || EqualsIgnoreCase(variable, "ARGS_GET") ||
         EqualsIgnoreCase(variable, "ARGS_POST");
}

// Every occurrence of what a rule matched, except for the ends that stay legible.
void FindBytes(const Masked& masked, std::string_view text, Secrets& out) {
  const std::string_view bytes = masked.bytes;
  const uint64_t kept = uint64_t{masked.keep_before} + masked.keep_after;
  if (bytes.size() <= kept) return;
  for (size_t at = 0; at < text.size();) {
    const void* const found =
        memmem(text.data() + at, text.size() - at, bytes.data(), bytes.size());
    if (found == nullptr) return;
    const auto begin = static_cast<size_t>(static_cast<const char*>(found) - text.data());
    out.push_back({begin + masked.keep_before, begin + bytes.size() - masked.keep_after, kKind});
    at = begin + bytes.size();
  }
}

}  // namespace

bool Masks::Hides(Masked::Kind kind, std::string_view name) const {
  for (const Masked& masked : masked_) {
    if (masked.kind == kind && EqualsIgnoreCase(masked.name, name)) return true;
  }
  return false;
}

bool Masks::HidesTarget(std::string_view target) const {
  for (const Masked& masked : masked_) {
    const bool whole = masked.keep_before == 0 && masked.keep_after == 0;
    if (masked.kind == Masked::Kind::kMatched && whole && EqualsIgnoreCase(masked.name, target))
      return true;
  }
  const size_t colon = target.find(':');
  if (colon == target.npos) return false;
  const std::string_view variable = target.substr(0, colon);
  const std::string_view name = target.substr(colon + 1);
  if (IsArgumentVariable(variable)) return HidesArgument(name);
  if (EqualsIgnoreCase(variable, "REQUEST_HEADERS")) return HidesRequestHeader(name);
  return EqualsIgnoreCase(variable, "RESPONSE_HEADERS") && HidesResponseHeader(name);
}

void Masks::Find(std::string_view text, Secrets& out) const {
  for (const Masked& masked : masked_) {
    if (masked.kind == Masked::Kind::kMatched) {
      FindBytes(masked, text, out);
    } else if (masked.kind == Masked::Kind::kArgument) {
      FindValuesOf(masked.name, text, kKind, out);
    }
  }
}

}  // namespace rasp::audit
