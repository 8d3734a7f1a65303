// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "guarded.h"
#include "ngx.h"

// What a directive is given, for the functions that read directives.
namespace rasp {

inline constexpr ngx_uint_t kAnywhere = NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF;

inline char kDuplicate[] = "is duplicate";

// Without the directive's name.
inline std::span<ngx_str_t> Arguments(ngx_conf_t* cf) {
  return std::span(static_cast<ngx_str_t*>(cf->args->elts), cf->args->nelts).subspan(1);
}

inline std::string PlaceOf(ngx_conf_t* cf) {
  return std::string(ViewOf(cf->conf_file->file.name)) + ":" + std::to_string(cf->conf_file->line);
}

inline char* Invalid(ngx_conf_t* cf, const ngx_str_t& argument, const char* wanted) {
  ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid value \"%V\": %s", &argument, wanted);
  return kConfError;
}

// The value of "NAME=value", if `argument` is that.
inline std::optional<ngx_str_t> ValueOf(const ngx_str_t& argument, std::string_view name) {
  const std::string_view text = ViewOf(argument);
  if (text.size() <= name.size() || !text.starts_with(name) || text[name.size()] != '=') return {};
  return NgxString(text.substr(name.size() + 1));
}

}  // namespace rasp
