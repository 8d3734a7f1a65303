// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rasp/transaction.h"

namespace rasp {

// A clock that only moves when told to; `step_us` is added at every look at it.
class FakeClock final : public Clock {
 public:
  int64_t UnixMicros() const override { return unix_us; }
  int64_t MonotonicMicros() const override { return monotonic_us += step_us; }

  int64_t unix_us = 1'700'000'000'000'000;  // 2023-11-14 22:13:20 UTC, a Tuesday
  mutable int64_t monotonic_us = 0;
  int64_t step_us = 0;
};

using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

// One exchange as a test writes it down.
struct Exchange {
  std::string_view method = "GET";
  std::string_view target = "/";
  Headers headers = {};
  std::string_view body = {};
  uint16_t status = 0;  // of the response; 0: none
  Headers response_headers = {};
  std::string_view response_body = {};
};

struct Outcome {
  Verdict verdict;    // the last one
  Phase phase = {};   // the event's
  std::string story;  // "block 403 by 100, score 5: 100 ARGS:a=1; 101 ARGS:b=2 [memory-limit]"
  std::vector<std::string> messages;
};

// Plays the exchange as a host does: stops at the first verdict that blocks. The request lies in
// heap buffers of exactly its size. The body comes in chunks of `chunk_bytes`; 0: whole.
Outcome Play(const Ruleset& ruleset, const OverlaySpec& overlay, const Exchange& exchange,
             size_t chunk_bytes = 0, const Clock* clock = nullptr,
             std::pmr::memory_resource* memory = std::pmr::new_delete_resource(),
             Store* store = nullptr);

// A ruleset of SecLang text, which has no error.
Ruleset FromSecLang(std::string_view rules);

// An OverlaySpec that blocks.
OverlaySpec Blocking();

}  // namespace rasp
