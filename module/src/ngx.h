// SPDX-License-Identifier: Apache-2.0
#pragma once

// The only door to nginx's headers, and what every file needs to step through it.
extern "C" {
#include <ngx_config.h>
// nginx's order: its configuration macros come first.
#include <ngx_core.h>
#include <ngx_http.h>
}

#include <cstring>
#include <string_view>

// nginx's macros cast the C way where they are expanded.
#pragma GCC diagnostic ignored "-Wold-style-cast"

extern "C" ngx_module_t ngx_http_rasp_module;

namespace rasp {

inline std::string_view ViewOf(const ngx_str_t& text) {
  return {reinterpret_cast<const char*>(text.data), text.len};
}

// nginx takes pointers to mutable bytes and, where this is used, does not write to them.
inline ngx_str_t NgxString(std::string_view text) {
  return {text.size(), reinterpret_cast<u_char*>(const_cast<char*>(text.data()))};
}

// A copy in `pool`, without a terminating NUL; empty (data == nullptr) if there is no memory.
inline ngx_str_t CopyToPool(ngx_pool_t* pool, std::string_view text) {
  auto* const data = static_cast<u_char*>(ngx_pnalloc(pool, text.size()));
  if (data == nullptr) return {0, nullptr};
  if (!text.empty()) std::memcpy(data, text.data(), text.size());
  return {text.size(), data};
}

// Calls `visit(ngx_table_elt_t&)` for each header field that is still to be sent or was received.
// Works on the list itself, which holds repeated fields one by one in all versions of nginx.
template <typename Visitor>
void ForEachHeader(ngx_list_t& headers, Visitor visit) {
  for (ngx_list_part_t* part = &headers.part; part != nullptr; part = part->next) {
    auto* const fields = static_cast<ngx_table_elt_t*>(part->elts);
    for (ngx_uint_t i = 0; i < part->nelts; ++i) {
      if (fields[i].hash != 0) visit(fields[i]);
    }
  }
}

}  // namespace rasp
