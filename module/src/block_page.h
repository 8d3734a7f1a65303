// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ngx.h"
#include "rasp/verdict.h"
#include "request_context.h"

namespace rasp {

// What a refused client is shown. In the templates, {{reference}} stands for the event's id and
// {{status}} for the status code.
struct BlockPage {
  ngx_str_t html;
  ngx_str_t json;
  ngx_uint_t status = 0;  // instead of the verdict's; 0: the verdict's
};

// Reads a template's file while nginx reads its configuration; false after a message.
bool ReadTemplate(ngx_conf_t* cf, ngx_str_t path, ngx_str_t& text);

// Makes `verdict`, which blocks, the request's refusal and returns the code to finalize the request
// with (or to return from a request body filter). Until then nothing may have been sent.
ngx_int_t Refuse(ngx_http_request_t* r, RequestContext& ctx, const Verdict& verdict) noexcept;

// Puts status, headers and body of the block page in place of what `r` was about to send.
struct PageBody {
  bool ok;             // false: no memory
  ngx_chain_t* chain;  // nullptr: no body
};
PageBody ReplaceByPage(ngx_http_request_t* r, RequestContext& ctx) noexcept;

}  // namespace rasp
