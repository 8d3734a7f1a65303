// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <utility>

#include "ngx.h"

namespace rasp {

inline char* const kConfError = static_cast<char*>(NGX_CONF_ERROR);

// Runs `body`; an exception is logged and becomes `on_failure`. nginx is C: nothing may unwind into
// it.
template <typename T, typename Body>
T Guarded(ngx_log_t* log, T on_failure, Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (const std::exception& e) {
    ngx_log_error(NGX_LOG_ALERT, log, 0, "rasp: %s", e.what());
  } catch (...) {
    ngx_log_error(NGX_LOG_ALERT, log, 0, "rasp: unknown exception");
  }
  return on_failure;
}

// The same while nginx reads its configuration: the message names the line that is being read.
template <typename Body>
char* Guarded(ngx_conf_t* cf, Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (const std::exception& e) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "rasp: %s", e.what());
  } catch (...) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "rasp: unknown exception");
  }
  return kConfError;
}

}  // namespace rasp
