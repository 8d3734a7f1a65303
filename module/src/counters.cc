// SPDX-License-Identifier: Apache-2.0
#include "counters.h"

#include <algorithm>
#include <new>

namespace rasp {
namespace {

// Counters of another layout, as after an upgrade of the module by a reload, must not be taken
// over.
constexpr std::string_view kZoneName = "ngx_rasp_counters_5";
constexpr std::size_t kZoneBytes = 192 * 1024;
static_assert(sizeof(Counters) + 32 * 1024 < kZoneBytes);

ngx_int_t InitZone(ngx_shm_zone_t* zone, void* previous) noexcept {
  if (previous != nullptr) {
    zone->data = previous;
    return NGX_OK;
  }
  auto* const slab = reinterpret_cast<ngx_slab_pool_t*>(zone->shm.addr);
  if (zone->shm.exists) {
    zone->data = slab->data;
    return NGX_OK;
  }
  void* const memory = ngx_slab_calloc(slab, sizeof(Counters));
  if (memory == nullptr) return NGX_ERROR;
  slab->data = ::new (memory) Counters{};
  zone->data = slab->data;
  return NGX_OK;
}

// The row of `rule_id`, taken if there is none yet; nullptr if the table is full.
RuleCounter* FindRow(Counters& counters, uint64_t rule_id) {
  const uint64_t key = rule_id + 1;
  const std::size_t size = counters.rules.size();
  constexpr uint64_t kMultiplier =
      0x9E3779B97F4A7C15;  // Fibonacci hashing: ids are nearly consecutive
  std::size_t at = (key * kMultiplier >> 40) % size;
  for (std::size_t probes = 0; probes < size; ++probes, at = (at + 1) % size) {
    RuleCounter& row = counters.rules[at];
    uint64_t found = 0;
    if (row.key.compare_exchange_strong(found, key) || found == key) return &row;
  }
  return nullptr;
}

void CountRule(Counters& counters, uint64_t rule_id, Counter RuleCounter::*what) {
  RuleCounter* const row = FindRow(counters, rule_id);
  if (row != nullptr) {
    Add(row->*what);
  } else {
    Add(counters.rules_left_out);
  }
}

}  // namespace

ngx_shm_zone_t* AddCounterZone(ngx_conf_t* cf) {
  ngx_str_t name = NgxString(kZoneName);
  ngx_shm_zone_t* const zone = ngx_shared_memory_add(cf, &name, kZoneBytes, &ngx_http_rasp_module);
  if (zone != nullptr) zone->init = InitZone;
  return zone;
}

Counters& CountersOf(const ngx_shm_zone_t* zone) { return *static_cast<Counters*>(zone->data); }

void CountEvent(Counters& counters, const Event& event) {
  Add(counters.requests);
  Add(counters.inspection_us, event.inspection_time_us);
  const auto bucket =
      std::lower_bound(kLatencyBounds.begin(), kLatencyBounds.end(), event.inspection_time_us) -
      kLatencyBounds.begin();
  Add(counters.latency[static_cast<std::size_t>(bucket)]);
  for (std::size_t i = 0; i < counters.degraded.size(); ++i) {
    if (event.degraded.Has(static_cast<DegradedReason>(i))) Add(counters.degraded[i]);
  }
  for (const RuleMatch& match : event.matches) {
    if (match.rule != nullptr) CountRule(counters, match.rule->id, &RuleCounter::matches);
  }
  if (event.comparison != nullptr) {
    Add(counters.compared);
    if (event.comparison->verdicts_differ) Add(counters.verdicts_differing);
    if (event.comparison->RulesDiffer()) Add(counters.rules_differing);
  }
  if (event.verdict.would_block) {
    Add(counters.would_block);
    CountRule(counters, event.verdict.rule_id, &RuleCounter::would_blocks);
  } else if (event.verdict.Blocks()) {
    Add(event.enforced ? counters.blocked : counters.not_enforced);
    if (event.enforced) CountRule(counters, event.verdict.rule_id, &RuleCounter::blocks);
  }
}

}  // namespace rasp
