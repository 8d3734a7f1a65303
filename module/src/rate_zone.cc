// SPDX-License-Identifier: Apache-2.0
#include "rate_zone.h"

namespace rasp {
namespace {

// Another layout has another name, as after an upgrade of the module by a reload.
constexpr std::string_view kZoneName = "ngx_rasp_rates_1";

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
  // All of it: nobody else allocates here. nginx gives whole pages, which are aligned.
  const std::size_t bytes = slab->pfree * ngx_pagesize;
  void* const memory = ngx_slab_alloc(slab, bytes);
  if (memory == nullptr) return NGX_ERROR;
  RateTable::Format(memory, bytes);
  slab->data = memory;
  zone->data = memory;
  return NGX_OK;
}

}  // namespace

ngx_shm_zone_t* AddRateZone(ngx_conf_t* cf, std::size_t bytes) {
  ngx_str_t name = NgxString(kZoneName);
  ngx_shm_zone_t* const zone = ngx_shared_memory_add(cf, &name, bytes, &ngx_http_rasp_module);
  if (zone != nullptr) zone->init = InitZone;
  return zone;
}

RateTable RatesOf(const ngx_shm_zone_t* zone) { return RateTable(zone->data); }

}  // namespace rasp
