// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "ngx.h"
#include "rasp/network.h"

namespace rasp {

inline constexpr std::size_t kRateZoneBytes = 8 << 20;

// The memory in which the workers share a RateTable; it outlives reloads that leave its size as it
// is. nullptr on failure.
ngx_shm_zone_t* AddRateZone(ngx_conf_t* cf, std::size_t bytes);

// Valid from the end of the configuration on.
RateTable RatesOf(const ngx_shm_zone_t* zone);

}  // namespace rasp
