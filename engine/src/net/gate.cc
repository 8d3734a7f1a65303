// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstring>

#include "rasp/network.h"

namespace rasp {
namespace {

constexpr uint16_t kForbidden = 403;
constexpr uint16_t kContentTooLarge = 413;
constexpr uint16_t kUriTooLong = 414;
constexpr uint16_t kUnavailable = 503;
constexpr uint16_t kHeadersTooLarge = 431;

bool Contains(std::span<const Exchangeable<NetworkSet>* const> lists,
              const NetworkAddress& address) {
  return std::any_of(lists.begin(), lists.end(), [&](const Exchangeable<NetworkSet>* list) {
    return list->current != nullptr && list->current->Contains(address);
  });
}

// Linear in the query, and not counted where no limit asks.
bool HasTooManyArguments(std::string_view query, uint32_t most) {
  if (query.size() < most) return false;
  uint32_t count = query.empty() ? 0 : 1;
  while (count <= most) {
    const size_t at = query.find('&');
    if (at == query.npos) return false;
    query.remove_prefix(at + 1);
    ++count;
  }
  return true;
}

GateReason FindFlood(const FloodLimits& limits, const GateRequest& request, uint16_t& status) {
  const auto exceeds = [](auto have, auto most) { return most != 0 && have > most; };
  if (exceeds(request.headers, limits.headers) ||
      exceeds(request.header_bytes, limits.header_bytes)) {
    status = kHeadersTooLarge;
    return GateReason::kHeaderFlood;
  }
  if (exceeds(request.body_bytes, limits.body_bytes)) {
    status = kContentTooLarge;
    return GateReason::kBodyFlood;
  }
  if (exceeds(request.query.size(), size_t{limits.argument_bytes}) ||
      (limits.arguments != 0 && HasTooManyArguments(request.query, limits.arguments))) {
    status = kUriTooLong;
    return GateReason::kArgumentFlood;
  }
  return GateReason::kNone;
}

// Whether all databases answered.
bool FindPlace(const GatePolicy& policy, const NetworkAddress& address, NetworkPlace& place) {
  bool complete = !policy.geo.empty();
  for (const Exchangeable<GeoNetworks>* database : policy.geo) {
    complete &= database->current != nullptr && database->current->Find(address, place);
  }
  return complete;
}

// Country and autonomous system.
GateReason CheckPlace(const GatePolicy& policy, const NetworkAddress& address, GateResult& result) {
  if (policy.countries.empty() && policy.asns.empty()) return GateReason::kNone;
  result.geo_unavailable = !FindPlace(policy, address, result.place);
  const NetworkPlace& place = result.place;
  if (std::binary_search(policy.asns.begin(), policy.asns.end(), place.asn)) {
    return GateReason::kAsn;
  }
  const bool listed =
      std::binary_search(policy.countries.begin(), policy.countries.end(), place.country);
  // What is not known for want of a database is that state's, not the country's.
  const bool judged = place.country != 0 || !result.geo_unavailable;
  if (!policy.countries.empty() && judged && listed != policy.only_countries) {
    return GateReason::kCountry;
  }
  if (result.geo_unavailable && policy.refuse_without_geo) return GateReason::kGeoUnavailable;
  return GateReason::kNone;
}

// Who sends, as rates count it: an IPv4 address, or the /64 that one customer has.
std::string_view NetworkKey(const NetworkAddress& address, std::array<char, 9>& bytes) {
  const uint64_t number = address.is_v4 ? address.low : address.high;
  bytes[0] = address.is_v4 ? '4' : '6';
  std::memcpy(bytes.data() + 1, &number, sizeof(number));
  return {bytes.data(), bytes.size()};
}

std::string_view KeyOf(const GatePolicy& policy, const GateRequest& request, size_t rate,
                       GateHost& host, std::array<char, 9>& bytes) {
  if (!policy.rates[rate].by_network) return host.RateKey(rate);
  return request.address ? NetworkKey(*request.address, bytes) : std::string_view();
}

GateReason CheckRates(const GatePolicy& policy, const GateRequest& request, GateHost& host,
                      RateTable& rates, uint64_t skip, int64_t now_us, GateResult& result) {
  const size_t count = std::min<size_t>(policy.rates.size(), 64);
  for (size_t i = 0; i < count; ++i) {
    if ((skip >> i & 1) != 0) continue;
    std::array<char, 9> bytes;
    const std::string_view key = KeyOf(policy, request, i, host, bytes);
    if (key.empty()) continue;
    const GateRate& rate = policy.rates[i];
    const RateAnswer answer = rates.Take(rate.name, key, rate.limit, now_us);
    result.counted |= uint64_t{1} << i;
    if (answer.passes) continue;
    result.status = rate.status;
    result.retry_after_s = answer.retry_after_s;
    return GateReason::kRate;
  }
  return GateReason::kNone;
}

}  // namespace

GateResult CheckGate(const GatePolicy& policy, const GateRequest& request, GateHost& host,
                     RateTable* rates, uint64_t skip, int64_t now_us) {
  GateResult result;
  result.allowed = request.address && Contains(policy.allow, *request.address);
  if (request.address && !result.allowed && Contains(policy.deny, *request.address)) {
    result.reason = GateReason::kDenied;
    result.status = kForbidden;
    return result;
  }
  result.reason = FindFlood(policy.floods, request, result.status);
  if (result.reason != GateReason::kNone || result.allowed) return result;
  if (request.address) {
    result.reason = CheckPlace(policy, *request.address, result);
    result.status = result.reason == GateReason::kGeoUnavailable ? kUnavailable : kForbidden;
    if (result.reason != GateReason::kNone) return result;
  }
  result.status = 0;
  if (rates != nullptr) {
    result.reason = CheckRates(policy, request, host, *rates, skip, now_us, result);
  }
  return result;
}

}  // namespace rasp
