// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "location_conf.h"

namespace rasp {

// Rulesets loaded, what is on in each location, and the counters.
std::string JsonReport(const MainConf& conf);

// The counters and the rulesets in Prometheus' text format, version 0.0.4.
std::string PrometheusReport(const MainConf& conf);

}  // namespace rasp
