// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rasp {

// Numbers that are the same on every machine for the same seed.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  uint64_t Next();
  size_t Below(size_t bound) { return static_cast<size_t>(Next() % bound); }  // bound > 0

 private:
  uint64_t state_;
};

// Eight letters that hardly ever come twice.
std::string NewWord(Dice& dice);

// Ordinary words with `separator` between them, every fourth a new one; at most `size` bytes, and
// never a separator at the end.
std::string Words(Dice& dice, size_t size, char separator);

// A whole POST of a browser with this body.
std::string PostOf(Dice& dice, std::string_view content_type, std::string_view body);

// A kind of request that is measured.
struct Mix {
  std::string_view name;
  std::string_view summary;
  bool is_attack;
  std::string (*make)(Dice& dice);  // a raw HTTP/1.1 message, each a little different
};
std::span<const Mix> BuiltInMixes();
const Mix* FindMix(std::string_view name);  // nullptr if there is none

// What answers them: 1 KB of text/html.
std::string BuiltInResponse();

}  // namespace rasp
