// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ngx.h"
#include "rasp/network.h"

namespace rasp {

struct LocationConf;

// The floods that `rasp_flood` knows.
inline constexpr std::size_t kFloodCount = 5;

// What the network gate's directives say of a location. Arrays are nullptr where nothing is said,
// and then the parent's, as nginx does it: one directive of a kind replaces all of that kind.
struct GateConf {
  ngx_array_t* allow;  // of const Exchangeable<NetworkSet>*
  ngx_array_t* deny;
  ngx_array_t* geo;        // of const Exchangeable<GeoNetworks>*
  ngx_uint_t geo_failure;  // FailPolicy
  ngx_array_t* countries;  // of uint16_t, sorted
  ngx_flag_t only_countries;
  ngx_array_t* asns;       // of uint32_t, sorted
  ngx_array_t* rates;      // of GateRate
  ngx_array_t* rate_keys;  // of ngx_http_complex_value_t*, beside them; nullptr: by network
  int64_t floods[kFloodCount];
  ngx_int_t slow_bytes;  // a second; 0: off
  ngx_int_t slow_grace_s;

  GatePolicy policy;  // of the above, made by MergeGate
};

// Directives. Each makes the location's GateConf when it is the first.
char* SetAllow(ngx_conf_t* cf, ngx_command_t* command, void* data) noexcept;
char* SetDeny(ngx_conf_t* cf, ngx_command_t* command, void* data) noexcept;
char* SetGeoip(ngx_conf_t* cf, ngx_command_t* command, void* data) noexcept;
char* SetAllowCountry(ngx_conf_t* cf, ngx_command_t* command, void* data) noexcept;
char* SetDenyCountry(ngx_conf_t* cf, ngx_command_t* command, void* data) noexcept;
char* SetDenyAsn(ngx_conf_t* cf, ngx_command_t* command, void* data) noexcept;
char* SetRate(ngx_conf_t* cf, ngx_command_t* command, void* data) noexcept;
char* SetRateZone(ngx_conf_t* cf, ngx_command_t* command, void* data) noexcept;
char* SetFlood(ngx_conf_t* cf, ngx_command_t* command, void* data) noexcept;
char* SetSlowBody(ngx_conf_t* cf, ngx_command_t* command, void* data) noexcept;

// What the parent says where the child says nothing. False: no memory, or a demand that cannot be
// met, which the log tells.
bool MergeGate(ngx_conf_t* cf, const LocationConf& parent, LocationConf& child);

}  // namespace rasp
