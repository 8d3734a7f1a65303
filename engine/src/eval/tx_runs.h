// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eval/inspection.h"

namespace rasp {

// What came out of rules that look at TX alone. Rulesets have many of them one after another, which
// set defaults, and add scores up and compare them; for most requests TX is what it was for others
// before. Then what they made of it is put there, without their being run. All that they ask for is
// compared.
class TxRuns {
 public:
  // If it is known what the rules from `from` on do, does it; returns the index behind them.
  std::optional<uint32_t> Replay(Inspection& in, uint32_t from) const;
  // The rules from `from` on, before `end`, are going to be run: watches what they do.
  void Watch(const Inspection& in, uint32_t from, uint32_t end);
  // The next rule is to be run: when it lies behind those that are watched, what they did is kept.
  void Reach(const Inspection& in, uint32_t next) {
    if (watching_ && next >= watched_.end) Keep(in);
  }
  // Something was done that TX does not show.
  void Forget() { watching_ = false; }

 private:
  struct Variable {
    int32_t slot = -1;
    bool set = false;
    std::string_view name;  // as a rule has it that sets it
    std::string value;
  };
  struct Run {
    uint32_t begin = 0;
    uint32_t end = 0;
    std::vector<uint64_t> on;  // bits of the rules that could be run, as words from begin / 64 on
    std::vector<Variable> before;
    std::vector<Variable> after;
  };
  struct Place {
    std::vector<Run> runs;
    uint32_t missed = 0;
  };
  static constexpr size_t kRuns = 4;  // with the same first rule
  static constexpr uint32_t kMissedForOne =
      512;                                  // and then one takes another's place after so many
  static constexpr uint32_t kLeast = 3;     // rules that are worth it
  static constexpr size_t kMaxBytes = 256;  // of a variable's value

  static uint64_t OnBits(const Inspection& in, const Run& run, size_t word);
  static bool Fits(const Inspection& in, const Run& run);
  const Variable* Written(int32_t slot) const;
  void Keep(const Inspection& in);

  std::vector<Place> places_;  // by rule
  Run watched_;
  std::vector<int32_t> read_;      // slots, by the rules that are watched
  std::vector<Variable> written_;  // by the rules that are watched; without values
  bool watching_ = false;
};

}  // namespace rasp
