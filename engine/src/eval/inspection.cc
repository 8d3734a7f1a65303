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
      stream_hits(&memory),
      response(&memory),
      mode(the_overlay.mode),
      masked(&memory),
      files(&memory),
      tx(&memory, &arena,
         {the_rules.tx_names, the_rules.tx_name_hashes, the_rules.tx_slots_by_hash,
          &the_rules.plan.gate_slots}),
      captures{ByteBuffer(&memory), ByteBuffer(&memory), ByteBuffer(&memory), ByteBuffer(&memory),
               ByteBuffer(&memory), ByteBuffer(&memory), ByteBuffer(&memory), ByteBuffer(&memory),
               ByteBuffer(&memory), ByteBuffer(&memory)},
      env(&memory, &arena),
      records{Record(&memory, &arena), Record(&memory, &arena), Record(&memory, &arena),
              Record(&memory, &arena), Record(&memory, &arena), Record(&memory, &arena)},
      removed_rules(&memory),
      removed_targets(&memory),
      values(&memory),
      matched(&memory),
      argument(&memory),
      text(&memory),
      text2(&memory),
      full_request(&memory),
      transformer(&memory),
      hits(&memory),
      chain_hits(&memory),
      reach(&memory),
      agenda(&memory),
      matches(&memory) {
  const EngineSettings& settings = rules.settings;
  body.forced = overlay.request_body_always;
  body.access = settings.request_body_access.value_or(true);
  body.xml_arguments = settings.xml_arguments.value_or(XmlArguments::kOff);
  body.limit = settings.request_body_limit.value_or(0);
  response.access = settings.response_body_access.value_or(true);
  response.body_limit = overlay.limits.response_body_bytes;
  audit_engine = settings.audit_log.engine.value_or(AuditEngine::kOff);
  if (settings.audit_log.parts) audit_parts = *settings.audit_log.parts;
}

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
