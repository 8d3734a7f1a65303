// SPDX-License-Identifier: Apache-2.0
#include "variables.h"

#include <charconv>

#include "request_context.h"

namespace rasp {
namespace {

constexpr std::size_t kMaxDigits = 20;

// Text of at most the scratch's size, or a view of what outlives the request's log phase.
using Scratch = char[kMaxDigits];
using Read = std::string_view (*)(const Event& event, Scratch& scratch);

template <typename T>
std::string_view Digits(T number, Scratch& scratch) {
  const auto end = std::to_chars(scratch, scratch + kMaxDigits, number).ptr;
  return {scratch, static_cast<std::size_t>(end - scratch)};
}

std::string_view VerdictName(const Event& event, Scratch&) {
  if (event.verdict.would_block) return "would_block";
  switch (event.verdict.decision) {
    case Decision::kBlock:
      return "block";
    case Decision::kRedirect:
      return "redirect";
    case Decision::kDrop:
      return "drop";
    case Decision::kPass:
      break;
  }
  return "pass";
}
std::string_view Score(const Event& event, Scratch& scratch) {
  return Digits(event.score, scratch);
}
std::string_view Rule(const Event& event, Scratch& scratch) {
  return event.verdict.rule_id == 0 ? "" : Digits(event.verdict.rule_id, scratch);
}
std::string_view EventId(const Event& event, Scratch&) { return event.id; }
std::string_view TimeUs(const Event& event, Scratch& scratch) {
  return Digits(event.inspection_time_us, scratch);
}

struct VariableDef {
  std::string_view name;
  Read read;
};
constexpr VariableDef kVariables[] = {
    {"rasp_verdict", VerdictName},  // pass, block, redirect, drop, would_block
    {"rasp_score", Score},          // of the request
    {"rasp_rule", Rule},            // the rule that decided; empty: none, or the score
    {"rasp_event_id", EventId},     // the reference on the block page and in the event log
    {"rasp_time_us", TimeUs},       // spent in the engine so far
};

ngx_int_t Get(ngx_http_request_t* r, ngx_http_variable_value_t* value, uintptr_t data) noexcept {
  RequestContext* const ctx = FindContext(r);
  if (ctx == nullptr) {
    value->not_found = 1;
    return NGX_OK;
  }
  Join(*ctx);
  Scratch scratch;
  const std::string_view text = kVariables[data].read(ctx->tx.event(), scratch);
  const ngx_str_t copy = CopyToPool(r->pool, text);
  if (copy.data == nullptr) return NGX_ERROR;
  value->len = static_cast<unsigned>(copy.len);
  value->data = copy.data;
  value->valid = 1;
  value->no_cacheable = 1;
  value->not_found = text.empty();
  return NGX_OK;
}

}  // namespace

bool AddVariables(ngx_conf_t* cf) {
  for (std::size_t i = 0; i < std::size(kVariables); ++i) {
    ngx_str_t name = NgxString(kVariables[i].name);
    ngx_http_variable_t* const variable =
        ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_NOCACHEABLE);
    if (variable == nullptr) return false;
    variable->get_handler = Get;
    variable->data = i;
  }
  return true;
}

}  // namespace rasp
