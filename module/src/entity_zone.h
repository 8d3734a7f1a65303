// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "ngx.h"
#include "rasp/entity_region.h"

namespace rasp {

struct MainConf;

// rasp_zone NAME SIZE;  where business logic remembers, for all workers. It outlives a reload that
// leaves name and size as they are.
char* SetZone(ngx_conf_t* cf, ngx_command_t* command, void* data) noexcept;

// At the end of the configuration: whether the models that locations have lack a zone, or what was
// in one will be gone, goes to the log.
void CheckZone(ngx_conf_t* cf, const MainConf& conf);

// What this worker's requests are given, between Start and Stop: the zone's region or, where models
// have none, a small one of the worker's own.
void StartEntities(ngx_log_t* log, const MainConf& conf) noexcept;
void StopEntities() noexcept;
EntityStore* Entities();  // nullptr: there is none

// What the status page tells.
struct EntityReport {
  EntityStats stats;
  bool shared = false;
  ngx_str_t name = {0, nullptr};
  size_t bytes = 0;
  // Since the record that was used longest ago was used. Not told of a zone so large that looking
  // through it would hold the worker up.
  std::optional<int64_t> idle_s;
};
std::optional<EntityReport> ReportEntities(const MainConf& conf);

}  // namespace rasp
