// SPDX-License-Identifier: Apache-2.0
#include "network_gate.h"

#include <algorithm>
#include <optional>
#include <string>

#include "adapt.h"
#include "counters.h"
#include "gate_conf.h"
#include "guarded.h"
#include "location_conf.h"
#include "rate_zone.h"
#include "transaction_log.h"

namespace rasp {
namespace {

// Lines of the event log that a worker writes of the gate in a second; the rest is counted. A flood
// of requests must not be one of lines.
constexpr ngx_uint_t kMostEvents = 100;

// What the gate knows of a request, across internal redirects.
struct GateState {
  const GateConf* conf;  // that the request was last asked by
  uint64_t counted;      // GateResult's
  ngx_msec_t body_since;
  uint64_t body_bytes;
  bool reading;
  bool refused;
  bool body_told;  // too long or too slow, and that was said
};

void IsGateState(void*) {}  // tells the cleanup that holds the state from others

GateState* FindState(ngx_http_request_t* r) {
  for (ngx_pool_cleanup_t* c = r->main->pool->cleanup; c != nullptr; c = c->next) {
    if (c->handler == IsGateState) return static_cast<GateState*>(c->data);
  }
  return nullptr;
}

GateState* MakeState(ngx_http_request_t* r) {
  ngx_pool_cleanup_t* const cleanup = ngx_pool_cleanup_add(r->pool, sizeof(GateState));
  if (cleanup == nullptr) return nullptr;
  ngx_memzero(cleanup->data, sizeof(GateState));
  cleanup->handler = IsGateState;
  return static_cast<GateState*>(cleanup->data);
}

Counters& CountersOfRequest(ngx_http_request_t* r) { return CountersOf(MainConfOf(r).counters); }

std::optional<NetworkAddress> AddressOf(ngx_http_request_t* r) {
  const sockaddr* const address = r->connection->sockaddr;
  if (address->sa_family == AF_INET) {
    const auto* const v4 = reinterpret_cast<const sockaddr_in*>(address);
    return NetworkAddress::FromBytes({reinterpret_cast<const uint8_t*>(&v4->sin_addr), 4});
  }
  if (address->sa_family == AF_INET6) {
    const auto* const v6 = reinterpret_cast<const sockaddr_in6*>(address);
    return NetworkAddress::FromBytes({v6->sin6_addr.s6_addr, 16});
  }
  return std::nullopt;
}

GateRequest GateRequestOf(ngx_http_request_t* r, const FloodLimits& limits) {
  GateRequest request;
  request.address = AddressOf(r);
  request.query = ViewOf(r->args);
  request.body_bytes = static_cast<uint64_t>(std::max<off_t>(r->headers_in.content_length_n, 0));
  if (limits.headers == 0 && limits.header_bytes == 0) return request;
  ForEachHeader(r->headers_in.headers, [&](const ngx_table_elt_t& field) {
    ++request.headers;
    request.header_bytes += static_cast<uint32_t>(field.key.len + field.value.len);
  });
  return request;
}

class KeysOfRequest final : public GateHost {
 public:
  KeysOfRequest(ngx_http_request_t* r, const GateConf& gate) : r_(r), gate_(gate) {}
  std::string_view RateKey(size_t rate) override {
    ngx_http_complex_value_t* const key =
        static_cast<ngx_http_complex_value_t**>(gate_.rate_keys->elts)[rate];
    ngx_str_t text;
    return ngx_http_complex_value(r_, key, &text) == NGX_OK ? ViewOf(text) : std::string_view();
  }

 private:
  ngx_http_request_t* r_;
  const GateConf& gate_;
};

// The rates of `gate` that have counted the request under the location that it came from: those of
// the same name.
uint64_t AlreadyCounted(const GateState& state, const GateConf& gate) {
  if (state.counted == 0 || state.conf == nullptr) return 0;
  const std::span<const GateRate> before = state.conf->policy.rates;
  uint64_t skip = 0;
  for (size_t i = 0; i < gate.policy.rates.size(); ++i) {
    for (size_t j = 0; j < before.size(); ++j) {
      const bool same = before[j].name.data() == gate.policy.rates[i].name.data();
      if (same && (state.counted >> j & 1) != 0) skip |= uint64_t{1} << i;
    }
  }
  return skip;
}

int64_t NowMicros() {
  const ngx_time_t* const now = ngx_timeofday();
  return static_cast<int64_t>(now->sec) * 1'000'000 + static_cast<int64_t>(now->msec) * 1000;
}

// Whether one more line may be written in this second.
bool MayTell() {
  static time_t second;
  static ngx_uint_t told;
  if (ngx_time() != second) {
    second = ngx_time();
    told = 0;
  }
  return told++ < kMostEvents;
}

constexpr std::string_view TargetOf(GateReason reason) {
  switch (reason) {
    case GateReason::kHeaderFlood:
      return "REQUEST_HEADERS";
    case GateReason::kArgumentFlood:
      return "QUERY_STRING";
    case GateReason::kBodyFlood:
    case GateReason::kSlowBody:
      return "REQUEST_BODY_LENGTH";
    default:
      return "REMOTE_ADDR";
  }
}

// What a reviewer wants to know besides.
std::string DetailOf(const GateConf& gate, const GateResult& result) {
  char country[2];
  switch (result.reason) {
    case GateReason::kCountry:
      return result.place.country == 0
                 ? "country not known"
                 : "country " + std::string(CountryText(result.place.country, country));
    case GateReason::kAsn:
      return "AS" + std::to_string(result.place.asn);
    case GateReason::kRate:
      for (size_t i = gate.policy.rates.size(); i-- > 0;) {
        if ((result.counted >> i & 1) == 0) continue;
        const std::string_view name = gate.policy.rates[i].name;
        return "rate " + std::string(name.substr(name.find(' ') + 1)) + "; again in " +
               std::to_string(result.retry_after_s) + " s";
      }
      return {};
    default:
      return {};
  }
}

// One event, as rules have them.
void Tell(ngx_http_request_t* r, const GateConf& gate, const GateResult& result) {
  if (!MayTell()) return Add(CountersOfRequest(r).gate_events_left_out);
  Guarded(r->connection->log, false, [&] {
    RequestView view;
    if (!ViewRequest(r, view)) return false;
    const bool enforced = ConfOf(r).Ceiling() == Mode::kBlock;
    const std::string detail = DetailOf(gate, result);
    RuleMatch match;
    match.rule = &GateRule(result.reason);
    match.target = TargetOf(result.reason);
    match.operator_name = GateReasonName(result.reason);
    match.message = match.rule->name;
    match.log_data = detail;
    if (match.target == "REMOTE_ADDR") match.value = match.original = view.client.address;
    match.length = static_cast<uint32_t>(match.value.size());
    Event event;
    event.time_us = NowMicros();
    event.id = view.unique_id;
    event.request = &view;
    event.mode = ConfOf(r).Ceiling();
    event.verdict.rule_id = match.rule->id;
    event.verdict.status = result.status;
    event.verdict.decision = Decision::kBlock;
    event.verdict.would_block = !enforced;
    event.response_status = enforced ? result.status : uint16_t{0};
    event.enforced = enforced;
    event.matches = {&match, 1};
    event.worth_logging = true;
    if (result.status == 0) event.verdict = {};  // nothing is refused
    if (ConfOf(r).ruleset != nullptr) event.ruleset_hash = ConfOf(r).ruleset->hash();
    WriteEcsEvent(ConfOf(r).log, event);
    return true;
  });
}

// Counts and tells. Whether the request is to be refused.
bool Refuses(ngx_http_request_t* r, const GateConf& gate, const GateResult& result) {
  Counters& counters = CountersOfRequest(r);
  const bool enforced = ConfOf(r).Ceiling() == Mode::kBlock;
  const auto which = static_cast<std::size_t>(result.reason);
  Add(enforced ? counters.gate_refused[which] : counters.gate_would_refuse[which]);
  Tell(r, gate, result);
  return enforced;
}

// The request was let in without its country being known: once a minute and worker that is told.
void NoteNoPlace(ngx_http_request_t* r, const GateConf& gate) {
  static time_t told;
  Add(CountersOfRequest(r).gate_geo_unavailable);
  if (told != 0 && ngx_time() - told < 60) return;
  told = ngx_time();
  GateResult note;
  note.reason = GateReason::kGeoUnavailable;
  Tell(r, gate, note);
}

bool AddRetryAfter(ngx_http_request_t* r, uint32_t seconds) {
  auto* const field = static_cast<ngx_table_elt_t*>(ngx_list_push(&r->headers_out.headers));
  if (field == nullptr) return false;
  ngx_memzero(field, sizeof(*field));
  field->key = NgxString("Retry-After");
  auto* const text = static_cast<u_char*>(ngx_pnalloc(r->pool, NGX_INT32_LEN));
  if (text == nullptr) return false;  // hash stays 0: the field is not sent
  field->value = {static_cast<std::size_t>(ngx_sprintf(text, "%uD", seconds) - text), text};
  field->hash = 1;
  return true;
}

ngx_int_t Ask(ngx_http_request_t* r, const GateConf& gate, GateState& state) {
  KeysOfRequest keys(r, gate);
  ngx_shm_zone_t* const zone = MainConfOf(r).rate_zone;
  std::optional<RateTable> rates;
  if (zone != nullptr) rates.emplace(RatesOf(zone));
  const GateResult result =
      CheckGate(gate.policy, GateRequestOf(r, gate.policy.floods), keys, rates ? &*rates : nullptr,
                AlreadyCounted(state, gate), NowMicros());
  state.conf = &gate;
  state.counted = result.counted;
  if (result.allowed) Add(CountersOfRequest(r).gate_allowed);
  if (result.geo_unavailable && result.reason != GateReason::kGeoUnavailable) NoteNoPlace(r, gate);
  if (result.reason == GateReason::kNone || !Refuses(r, gate, result)) return NGX_DECLINED;
  state.refused = true;
  if (result.retry_after_s != 0) AddRetryAfter(r, result.retry_after_s);
  return result.status;
}

ngx_http_request_body_filter_pt next_filter;

// Why no more of the body is wanted.
GateReason JudgeBody(ngx_http_request_t* r, const GatePolicy& policy, GateState& state,
                     const ngx_chain_t* in) {
  bool is_last = false;
  for (; in != nullptr; in = in->next) {
    state.body_bytes += static_cast<uint64_t>(ngx_buf_size(in->buf));
    is_last |= in->buf->last_buf != 0;
  }
  if (policy.floods.body_bytes != 0 && state.body_bytes > policy.floods.body_bytes) {
    return GateReason::kBodyFlood;
  }
  if (!state.reading) {
    state.reading = true;
    state.body_since = ngx_current_msec;
  }
  // A body that is sent on while it arrives is as slow as the one who takes it, too.
  if (is_last || r->request_body_no_buffering) return GateReason::kNone;
  const auto waited_us = static_cast<int64_t>(ngx_current_msec - state.body_since) * 1000;
  return policy.slow_body.IsTooSlow(state.body_bytes, waited_us) ? GateReason::kSlowBody
                                                                 : GateReason::kNone;
}

ngx_int_t OnBody(ngx_http_request_t* r, ngx_chain_t* in) noexcept {
  const GateConf* const gate = ConfOf(r).gate;
  if (gate == nullptr || r != r->main || ConfOf(r).Ceiling() == Mode::kOff) {
    return next_filter(r, in);
  }
  const GatePolicy& policy = gate->policy;
  if (policy.slow_body.bytes_per_s == 0 && policy.floods.body_bytes == 0) return next_filter(r, in);
  GateState* const state = FindState(r);
  if (state == nullptr || state->body_told) return next_filter(r, in);
  GateResult result;
  result.reason = JudgeBody(r, policy, *state, in);
  if (result.reason == GateReason::kNone) return next_filter(r, in);
  result.status = result.reason == GateReason::kSlowBody ? NGX_HTTP_REQUEST_TIME_OUT
                                                         : NGX_HTTP_REQUEST_ENTITY_TOO_LARGE;
  state->body_told = true;
  state->refused = Refuses(r, *gate, result);
  return state->refused ? result.status : next_filter(r, in);
}

}  // namespace

// An internal redirect comes here again. Another location's demands hold, too; what has counted the
// request does not count it twice.
ngx_int_t OnNetworkGate(ngx_http_request_t* r) noexcept {
  const GateConf* const gate = ConfOf(r).gate;
  if (gate == nullptr || r != r->main || ConfOf(r).Ceiling() == Mode::kOff) return NGX_DECLINED;
  GateState* state = r->internal ? FindState(r) : nullptr;
  if (state == nullptr) state = MakeState(r);
  if (state == nullptr) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  if (state->refused || state->conf == gate) return NGX_DECLINED;
  return Ask(r, *gate, *state);
}

void InstallGateBodyFilter() {
  next_filter = ngx_http_top_request_body_filter;
  ngx_http_top_request_body_filter = OnBody;
}

bool IsRefusedByGate(ngx_http_request_t* r) {
  const GateState* const state = FindState(r);
  return state != nullptr && state->refused;
}

}  // namespace rasp
