// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "ngx.h"
#include "rasp/event.h"
#include "rasp/network.h"

namespace rasp {

using Counter = std::atomic<uint64_t>;
static_assert(Counter::is_always_lock_free);

// Upper bounds of the latency histogram's buckets, in microseconds; one more bucket holds the rest.
inline constexpr std::array<uint64_t, 12> kLatencyBounds = {
    25, 50, 100, 250, 500, 1000, 2500, 5000, 10'000, 25'000, 50'000, 100'000};

struct RuleCounter {
  Counter key;  // rule id + 1; 0: free. Id 0 stands for the score's threshold and fail policies
  Counter blocks;
  Counter would_blocks;
  Counter matches;
};

// Sums over all workers since nginx started. Lives in shared memory and survives reloads.
struct Counters {
  Counter requests;
  Counter blocked;
  Counter would_block;
  Counter not_enforced;
  Counter refused_by_nginx;    // answered by nginx itself before anything could be inspected
  Counter uninspected;         // no memory for a transaction
  Counter streamed;            // request bodies sent on while they arrived
  Counter offloaded;           // pieces of bodies inspected in a thread pool
  Counter pool_overflows;      // pieces that found the pool's queue full
  Counter compared;            // by a second engine, too
  Counter verdicts_differing;  // of those
  Counter rules_differing;     // of those: other rules logged a match
  Counter events_written;
  Counter events_dropped;  // the queue was full
  Counter events_failed;   // the file could not be written
  Counter audit_written;   // records of ModSecurity's audit log; then as for events
  Counter audit_dropped;
  Counter audit_failed;
  Counter inspection_us;
  std::array<Counter, kGateReasonCount> gate_refused;  // by the network gate, which asks first
  std::array<Counter, kGateReasonCount> gate_would_refuse;
  Counter gate_allowed;          // requests from networks on the allow list
  Counter gate_geo_unavailable;  // that were let in without their country being known
  Counter gate_events_left_out;  // beyond what is told in a second
  Counter gate_file_loads;       // of lists and databases that had changed, in all workers
  Counter gate_file_failures;
  Counter logic_refused;   // requests and responses, by business-logic rules
  Counter delayed;         // requests that were made to wait
  Counter delays_refused;  // that should have waited, but too many did
  std::array<Counter, kDegradedReasonCount> degraded;
  std::array<Counter, kLatencyBounds.size() + 1> latency;
  std::array<RuleCounter, 2048> rules;  // open addressing
  Counter rules_left_out;               // counts of rules that found no place in the table
};

// Adds the shared memory zone to the configuration; nullptr on failure.
ngx_shm_zone_t* AddCounterZone(ngx_conf_t* cf);

// The cycle's counters, valid from the end of the configuration on.
Counters& CountersOf(const ngx_shm_zone_t* zone);

inline void Add(Counter& counter, uint64_t n = 1) {
  counter.fetch_add(n, std::memory_order_relaxed);
}
inline uint64_t Value(const Counter& counter) { return counter.load(std::memory_order_relaxed); }

// Counts one finished transaction.
void CountEvent(Counters& counters, const Event& event);

}  // namespace rasp
