// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rasp/diagnostic.h"
#include "rasp/event.h"
#include "rasp/result.h"

struct MMDB_s;

namespace rasp {

// What can be said of a request before any of its content is looked at: who sends it, from where,
// how often and how much. Nothing here allocates while requests run.

// IPv4 written inside IPv6 (::ffff:192.0.2.7) is IPv4: a dual-stack socket says it so.
struct NetworkAddress {
  uint64_t high = 0;
  uint64_t low = 0;  // of IPv4: the address
  bool is_v4 = false;

  bool operator==(const NetworkAddress&) const = default;
  // In network order; REQUIRES: 4 or 16 bytes.
  static NetworkAddress FromBytes(std::span<const uint8_t> bytes);
  static std::optional<NetworkAddress> Parse(std::string_view text);
};

// ---- lists of networks

// A set of IPv4 and IPv6 networks: a radix tree for each family, 6 bits a node, runs of bits that
// tell nothing left out. Networks within others are dropped and halves joined, so that an address
// has one candidate, which is compared at the end: a lookup reads at most 7 (IPv4) or 23 (IPv6)
// cache lines, mostly 3 to 5. Immutable, thread-safe.
class NetworkSet {
 public:
  NetworkSet();
  NetworkSet(NetworkSet&&) noexcept;
  NetworkSet& operator=(NetworkSet&&) noexcept;
  ~NetworkSet();

  bool Contains(const NetworkAddress& address) const;
  size_t networks() const;  // that are left when duplicates are joined
  size_t memory_bytes() const;

 private:
  friend class NetworkListReader;
  struct Trees;
  std::unique_ptr<const Trees> trees_;  // nullptr: empty
};

// Reads lists: one network a line, as an address, CIDR or range (192.0.2.1-192.0.2.9), or `all`; a
// comment begins with # or ;. All lines are read, each that is not understood gives a diagnostic
// with its line and what to write instead; of those kMostDiagnostics are kept and all counted.
class NetworkListReader {
 public:
  static constexpr size_t kMostDiagnostics = 100;

  NetworkListReader();
  ~NetworkListReader();

  void ReadText(std::string_view text, const std::string& file);
  // The same of a file; one that cannot be read is an error.
  void ReadFile(const std::string& file);

  const Diagnostics& diagnostics() const { return diagnostics_; }
  size_t errors() const { return errors_; }
  // Of all that was read without error. The reader is empty afterwards.
  NetworkSet Build();

 private:
  struct Networks;
  void ReadLine(std::string_view line, uint32_t number, const std::string& file);
  void Report(DiagnosticSeverity severity, uint32_t line, const std::string& file,
              std::string text);

  std::unique_ptr<Networks> networks_;
  Diagnostics diagnostics_;
  size_t errors_ = 0;
};

// ---- country and autonomous system

// "DE" as a number that compares quickly; 0: not two letters.
uint16_t CountryCode(std::string_view text);
std::string_view CountryText(uint16_t code, char (&text)[2]);

struct NetworkPlace {
  uint16_t country = 0;  // CountryCode; 0: not known
  uint32_t asn = 0;      // 0: not known
};

// A MaxMind DB file with countries, autonomous systems or both (GeoLite2, DB-IP, IPinfo), mapped
// into memory: replace such a file by renaming another onto it, never by writing into it. A
// database that cannot be opened is one that knows nothing and says so.
class GeoNetworks {
 public:
  static Result<GeoNetworks> Open(const std::string& file);

  // Adds what the database knows to `place`. False: the file is damaged where the address is.
  bool Find(const NetworkAddress& address, NetworkPlace& place) const;

 private:
  struct Close {
    void operator()(MMDB_s* database) const;
  };
  std::unique_ptr<MMDB_s, Close> database_;
};

// ---- rates

// So many requests in so much time, evenly spread (GCRA), and `burst` of them ahead of their time.
struct RateLimit {
  uint32_t requests = 1;
  uint32_t period_s = 1;
  uint32_t burst = 0;

  int64_t interval_us() const { return int64_t{1'000'000} * period_s / requests; }
};
// "10r/s", "300r/m", "1000r/h"; the burst stays 0.
std::optional<RateLimit> ParseRate(std::string_view text);

struct RateAnswer {
  bool passes = true;
  uint32_t retry_after_s = 0;  // if not: when one would pass, rounded up
};

// The times at which keys may come again, 16 bytes each, in memory that any number of threads and
// processes have mapped. Without locks: who dies within a call leaves nothing behind that others
// wait for. Keys are kept as hashes under the table's own random key. Of four candidates the one
// that is due gives way, which forgets nothing; if none is due, the one that is so first, which is
// counted: it may come early once.
class RateTable {
 public:
  static constexpr size_t kLeastBytes = 4096;

  // Lays out `memory` anew. REQUIRES: bytes >= kLeastBytes, memory aligned to 64.
  static void Format(void* memory, size_t bytes);
  static bool IsFormatted(const void* memory, size_t bytes);
  // REQUIRES: IsFormatted(); `memory` outlives the table.
  explicit RateTable(void* memory);

  // `name` says which rate it is; the same key has a time for each. `now_us` is Unix time.
  RateAnswer Take(std::string_view name, std::string_view key, const RateLimit& limit,
                  int64_t now_us);
  size_t capacity() const;
  uint64_t evicted() const;  // keys that gave way before they were due

 private:
  struct Head;
  Head* head_;
};

// ---- the gate

// In the order in which they are asked: cheapest first. A request that the first finds is not
// looked at by the rest.
enum class GateReason : uint8_t {
  kNone,
  kDenied,         // on the deny list, and not on the allow list
  kHeaderFlood,    // more header fields or bytes of them than the limits
  kBodyFlood,      // a longer body is announced, or more of it came
  kArgumentFlood,  // more arguments in the query or bytes of it
  kCountry,        // denied, or not among the only ones allowed
  kAsn,
  kGeoUnavailable,  // a database is missing or damaged, and the policy is to refuse then
  kRate,
  kSlowBody,  // the body came more slowly than the least rate
};
inline constexpr int kGateReasonCount = 10;
std::string_view GateReasonName(GateReason reason);  // "denied"
// What log and counters call it: a rule with an id, so that events need nothing of their own.
const RuleInfo& GateRule(GateReason reason);

struct FloodLimits {  // 0: no limit
  uint32_t headers = 0;
  uint32_t header_bytes = 0;  // names and values
  uint32_t arguments = 0;
  uint32_t argument_bytes = 0;  // of the query
  uint64_t body_bytes = 0;
};

struct SlowBody {
  uint32_t bytes_per_s = 0;  // 0: bodies may be slow
  uint32_t grace_s = 5;      // from the first byte that is waited for

  // `waited_us`: how long the body's bytes were waited for.
  bool IsTooSlow(uint64_t bytes, int64_t waited_us) const {
    return bytes_per_s != 0 && waited_us > int64_t{grace_s} * 1'000'000 &&
           static_cast<double>(bytes) * 1e6 <
               static_cast<double>(bytes_per_s) * static_cast<double>(waited_us);
  }
};

// A list or database that may be exchanged for a newer one between two requests.
template <typename T>
struct Exchangeable {
  const T* current = nullptr;  // nullptr: it could not be loaded
};

struct GateRate {
  std::string_view name;
  RateLimit limit;
  uint16_t status = 429;
  bool by_network = true;  // else by what the host says (GateHost::RateKey)
};

// What a place demands. Views outlive it.
struct GatePolicy {
  std::span<const Exchangeable<NetworkSet>* const> allow;
  std::span<const Exchangeable<NetworkSet>* const> deny;
  FloodLimits floods;
  std::span<const Exchangeable<GeoNetworks>* const> geo;
  std::span<const uint16_t> countries;  // sorted
  std::span<const uint32_t> asns;       // sorted
  bool only_countries = false;          // all others are denied, those not known included
  bool refuse_without_geo = false;
  std::span<const GateRate> rates;  // up to 64
  SlowBody slow_body;
};

struct GateRequest {
  std::optional<NetworkAddress> address;  // none: a Unix socket
  std::string_view query;
  uint32_t headers = 0;
  uint32_t header_bytes = 0;
  uint64_t body_bytes = 0;  // as announced
};

class GateHost {
 public:
  virtual ~GateHost() = default;
  // The key of policy.rates[rate], empty: it is not counted. Asked where it is needed.
  virtual std::string_view RateKey(size_t rate) = 0;
};

struct GateResult {
  GateReason reason = GateReason::kNone;
  uint16_t status = 0;         // to be answered, unless the reason is kNone
  uint32_t retry_after_s = 0;  // 0: not said
  bool allowed = false;  // on the allow list: neither list, country, system nor rate was asked
  bool geo_unavailable = false;  // country or system were wanted and could not be had
  NetworkPlace place;
  uint64_t counted = 0;  // bit I: the request was counted towards rates[I]
};

// `rates` nullptr: none is counted. `skip` has a bit for each rate not to be counted: those that
// counted the request before an internal redirect.
GateResult CheckGate(const GatePolicy& policy, const GateRequest& request, GateHost& host,
                     RateTable* rates, uint64_t skip, int64_t now_us);

}  // namespace rasp
