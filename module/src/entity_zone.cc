// SPDX-License-Identifier: Apache-2.0
#include "entity_zone.h"

#include <signal.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "directive_arguments.h"
#include "guarded.h"
#include "location_conf.h"
#include "rasp/host.h"

namespace rasp {
namespace {

constexpr ssize_t kLeastZone = 256 * 1024;
constexpr size_t kMostLookedThrough = 32 << 20;  // by a request for the status page
constexpr size_t kWorkerBytes = 4 << 20;         // of a worker's own region

// Workers, and threads of their pools, by their thread ids: the system knows whether those live
// whichever process they are of. Another user's thread is alive, too (EPERM).
class Workers final : public RegionHost {
 public:
  uint32_t self() const override { return static_cast<uint32_t>(gettid()); }
  bool IsAlive(uint32_t thread) const override {
    return kill(static_cast<pid_t>(thread), 0) == 0 || errno != ESRCH;
  }
  void Yield() const override { usleep(20); }
};

const RegionHost& Host() {
  static const Workers kHost;
  return kHost;
}

// nginx puts its own administration in front; all that it left is ours. It hands out whole pages,
// which are aligned.
struct ZoneMemory {
  void* at;
  size_t bytes;
};
ZoneMemory MemoryOf(const ngx_shm_zone_t& zone) {
  const auto* const slab = reinterpret_cast<const ngx_slab_pool_t*>(zone.shm.addr);
  return {zone.data, static_cast<size_t>(slab->end - static_cast<u_char*>(zone.data)) /
                         ngx_pagesize * ngx_pagesize};
}

ngx_int_t FormatZone(ngx_shm_zone_t& zone) {
  HashKey key;
  if (getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) {
    ngx_log_error(NGX_LOG_EMERG, zone.shm.log, ngx_errno, "rasp_zone \"%V\": no random key",
                  &zone.shm.name);
    return NGX_ERROR;
  }
  const ZoneMemory memory = MemoryOf(zone);
  EntityRegion::Format(memory.at, memory.bytes, key);
  return NGX_OK;
}

ngx_int_t InitZone(ngx_shm_zone_t* zone, void* previous) noexcept {
  auto* const slab = reinterpret_cast<ngx_slab_pool_t*>(zone->shm.addr);
  if (previous != nullptr || zone->shm.exists) {
    zone->data = previous != nullptr ? previous : slab->data;
    const ZoneMemory memory = MemoryOf(*zone);
    if (EntityRegion::IsFormatted(memory.at, memory.bytes)) return NGX_OK;
    ngx_log_error(NGX_LOG_WARN, zone->shm.log, 0,
                  "rasp_zone \"%V\" has another layout: what it held is dropped", &zone->shm.name);
    return FormatZone(*zone);
  }
  zone->data = slab->data = ngx_slab_alloc(slab, slab->pfree * ngx_pagesize);
  return zone->data == nullptr ? NGX_ERROR : FormatZone(*zone);
}

// The zone of the configuration that runs now, if that has one.
const ngx_shm_zone_t* RunningZone(ngx_conf_t* cf) {
  const ngx_cycle_t* const running = cf->cycle->old_cycle;
  if (running == nullptr) return nullptr;
  for (const ngx_list_part_t* part = &running->shared_memory.part; part != nullptr;
       part = part->next) {
    const auto* const zones = static_cast<const ngx_shm_zone_t*>(part->elts);
    for (ngx_uint_t i = 0; i < part->nelts; ++i) {
      if (zones[i].init == InitZone) return &zones[i];
    }
  }
  return nullptr;
}

bool IsSame(const ngx_shm_zone_t& a, const ngx_shm_zone_t& b) {
  return a.shm.size == b.shm.size && ViewOf(a.shm.name) == ViewOf(b.shm.name);
}

EntityRegion RegionOf(const ngx_shm_zone_t& zone) {
  const ZoneMemory memory = MemoryOf(zone);
  return EntityRegion(memory.at, memory.bytes, Host());
}

class OldestUse final : public EntityRegion::Visitor {
 public:
  void Visit(const EntityRegion::RecordView& record) override {
    if (record.used_us > 0) used_us = std::min(used_us, record.used_us);
  }
  int64_t used_us = INT64_MAX;
};

EntityRegion* entities;

}  // namespace

char* SetZone(ngx_conf_t* cf, ngx_command_t*, void*) noexcept {
  MainConf& conf = MainConfOf(cf);
  if (conf.entity_zone != nullptr) return kDuplicate;
  ngx_str_t& name = Arguments(cf)[0];
  if (ViewOf(name).starts_with("ngx_rasp_")) return Invalid(cf, name, "a name of your own");
  ngx_str_t& size = Arguments(cf)[1];
  const ssize_t bytes = ngx_parse_size(&size);
  if (bytes < kLeastZone) return Invalid(cf, size, "a size of at least 256k");
  conf.entity_zone =
      ngx_shared_memory_add(cf, &name, static_cast<size_t>(bytes), &ngx_http_rasp_module);
  if (conf.entity_zone == nullptr) return kConfError;
  if (conf.entity_zone->init != nullptr) return Invalid(cf, name, "the module has a zone so named");
  conf.entity_zone->init = InitZone;
  return NGX_CONF_OK;
}

void CheckZone(ngx_conf_t* cf, const MainConf& conf) {
  if (conf.models && conf.entity_zone == nullptr) {
    ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                  "business-logic rules apply, but there is no rasp_zone: each worker counts by "
                  "itself, and forgets when it ends");
  }
  const ngx_shm_zone_t* const before = RunningZone(cf);
  if (before == nullptr || (conf.entity_zone != nullptr && IsSame(*before, *conf.entity_zone))) {
    return;
  }
  ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                "rasp_zone \"%V\" of %uz bytes is no more, nor is what it held", &before->shm.name,
                before->shm.size);
}

void StartEntities(ngx_log_t* log, const MainConf& conf) noexcept {
  entities = Guarded<EntityRegion*>(log, nullptr, [&]() -> EntityRegion* {
    if (conf.entity_zone != nullptr) return new EntityRegion(RegionOf(*conf.entity_zone));
    return conf.models ? MakeMemoryEntityRegion(kWorkerBytes).release() : nullptr;
  });
}

void StopEntities() noexcept {
  delete entities;
  entities = nullptr;
}

EntityStore* Entities() { return entities; }

std::optional<EntityReport> ReportEntities(const MainConf& conf) {
  if (entities == nullptr) return std::nullopt;
  EntityReport report;
  report.stats = entities->stats();
  report.bytes = kWorkerBytes;
  if (conf.entity_zone != nullptr) {
    report.shared = true;
    report.name = conf.entity_zone->shm.name;
    report.bytes = conf.entity_zone->shm.size;
  }
  if (report.bytes > kMostLookedThrough) return report;
  OldestUse oldest;
  entities->ForEach(oldest);
  const int64_t now_us = SystemClock().UnixMicros();
  if (oldest.used_us < INT64_MAX) {
    report.idle_s = std::max<int64_t>(now_us - oldest.used_us, 0) / 1'000'000;
  }
  return report;
}

}  // namespace rasp
