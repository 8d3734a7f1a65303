// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace rasp {

struct Directive;
struct Session;

// One configuration directive of ModSecurity 2 or 3.
struct DirectiveDef {
  enum class Effect : uint8_t {
    kRule,      // makes, changes or reads rules
    kSetting,   // sets a field of EngineSettings
    kSame,      // nothing to do: what it asks for is so already
    kNoEffect,  // does nothing here; a warning says what to do instead
    kRefused,   // would weaken protection if it were left out: an error, or a warning for migration
  };

  std::string_view name;
  std::string_view arguments;  // as the reference shows them: "On|Off"
  uint8_t least = 0;           // how many there must be
  uint8_t most = 0;            // how many there may be; kAnyNumber: no bound
  Effect effect = Effect::kSame;
  std::string_view summary;  // what it does here; of kNoEffect and kRefused what to do instead
  void (*read)(Session& session, const Directive& directive) = nullptr;

  static constexpr uint8_t kAnyNumber = 255;
};

// Every directive that there is, for the loader and for reference pages.
std::span<const DirectiveDef> SecLangDirectives();

}  // namespace rasp
