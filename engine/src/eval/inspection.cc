// SPDX-License-Identifier: Apache-2.0
#include "eval/inspection.h"

#include <charconv>

namespace rasp {

Inspection::Inspection(const CompiledRules& the_rules, const CompiledOverlay& the_overlay,
                       std::pmr::memory_resource* upstream, const Clock& the_clock)
    : rules(the_rules),
      overlay(the_overlay),
      clock(the_clock),
      memory(upstream, the_overlay.limits.memory_bytes),
      arena(&memory),
      chain_arena(chain_bytes.data(), chain_bytes.size(), &memory),
      query_arguments(&memory),
      cookies(&memory),
      body(&memory, &arena),
      response(&memory),
      mode(the_overlay.mode),
      tx(&memory, &arena),
      captures{ByteBuffer(&memory), ByteBuffer(&memory), ByteBuffer(&memory), ByteBuffer(&memory),
               ByteBuffer(&memory), ByteBuffer(&memory), ByteBuffer(&memory), ByteBuffer(&memory),
               ByteBuffer(&memory), ByteBuffer(&memory)},
      removed_rules(&memory),
      removed_targets(&memory),
      values(&memory),
      matched(&memory),
      argument(&memory),
      text(&memory),
      text2(&memory),
      transformer(&memory, &arena),
      matches(&memory) {}

bool Inspection::OutOfTime() {
  if (out_of_time || overlay.limits.time_us == 0) return out_of_time;
  const int64_t now = clock.MonotonicMicros();
  out_of_time = spent_us + (now - call_began_us) > static_cast<int64_t>(overlay.limits.time_us);
  return out_of_time;
}

std::string_view NumberText(Inspection& in, int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return CopyTo(in.chain_arena, {digits, static_cast<size_t>(end - digits)});
}

}  // namespace rasp
