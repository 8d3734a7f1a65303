// SPDX-License-Identifier: Apache-2.0
#include "streaming_handlers.h"

#include <algorithm>
#include <span>

namespace rasp {
namespace {

struct HandlerName {
  std::string_view pass;       // the directive that sets the handler
  std::string_view buffering;  // the flag; empty: it never buffers
};
constexpr HandlerName kNames[] = {
    {"proxy_pass", "proxy_request_buffering"},
    {"fastcgi_pass", "fastcgi_request_buffering"},
    {"uwsgi_pass", "uwsgi_request_buffering"},
    {"scgi_pass", "scgi_request_buffering"},
    {"grpc_pass", ""},
};

ngx_command_t* FindCommand(const ngx_module_t& module, std::string_view name) {
  for (ngx_command_t* command = module.commands; command != nullptr && command->name.len != 0;
       ++command) {
    if (ViewOf(command->name) == name) return command;
  }
  return nullptr;
}

// nginx keeps the handlers' addresses to itself. What `command` makes of a location that nobody
// asks for tells the address: a target with a variable makes it look up nothing and listen nowhere.
// nullptr if it refuses.
ngx_http_handler_pt HandlerSetBy(ngx_conf_t* cf, const ngx_module_t& module,
                                 ngx_command_t& command) {
  auto* const callbacks = static_cast<ngx_http_module_t*>(module.ctx);
  auto* const core = static_cast<ngx_http_core_loc_conf_t*>(
      ngx_pcalloc(cf->pool, sizeof(ngx_http_core_loc_conf_t)));
  auto** const settings =
      static_cast<void**>(ngx_pcalloc(cf->pool, ngx_http_max_module * sizeof(void*)));
  if (core == nullptr || settings == nullptr || callbacks->create_loc_conf == nullptr)
    return nullptr;
  settings[ngx_http_core_module.ctx_index] = core;
  settings[module.ctx_index] = callbacks->create_loc_conf(cf);
  if (settings[module.ctx_index] == nullptr) return nullptr;

  ngx_str_t words[] = {command.name, NgxString("$host")};
  ngx_array_t arguments{};
  arguments.elts = words;
  arguments.nelts = std::size(words);
  ngx_http_conf_ctx_t context = *static_cast<ngx_http_conf_ctx_t*>(cf->ctx);
  context.loc_conf = settings;
  ngx_conf_t location = *cf;
  location.ctx = &context;
  location.args = &arguments;
  location.cmd_type = NGX_HTTP_LOC_CONF;
  const char* const said = command.set(&location, &command, settings[module.ctx_index]);
  return said == NGX_CONF_OK ? core->handler : nullptr;
}

bool Add(ngx_conf_t* cf, const ngx_module_t& module, const HandlerName& name, ngx_array_t& found) {
  ngx_command_t* const pass = FindCommand(module, name.pass);
  if (pass == nullptr) return true;
  const ngx_command_t* const flag =
      name.buffering.empty() ? nullptr : FindCommand(module, name.buffering);
  if (flag == nullptr && !name.buffering.empty()) return true;
  const ngx_http_handler_pt handler = HandlerSetBy(cf, module, *pass);
  if (handler == nullptr) return true;
  auto* const slot = static_cast<StreamingHandler*>(ngx_array_push(&found));
  if (slot == nullptr) return false;
  *slot = {handler, module.ctx_index, flag == nullptr ? 0 : flag->offset, flag == nullptr};
  return true;
}

}  // namespace

bool FindStreamingHandlers(ngx_conf_t* cf, ngx_array_t& found) {
  for (ngx_module_t** module = cf->cycle->modules; *module != nullptr; ++module) {
    if ((*module)->type != NGX_HTTP_MODULE) continue;
    for (const HandlerName& name : kNames) {
      if (!Add(cf, **module, name, found)) return false;
    }
  }
  return true;
}

bool StreamsBody(ngx_http_request_t* r, const ngx_array_t& handlers) {
  if (r->content_handler == nullptr) return false;
  const std::span all(static_cast<const StreamingHandler*>(handlers.elts), handlers.nelts);
  return std::any_of(all.begin(), all.end(), [&](const StreamingHandler& known) {
    if (known.handler != r->content_handler) return false;
    if (known.never_buffers) return true;
    const auto* const settings = static_cast<const char*>(r->loc_conf[known.module]);
    return *reinterpret_cast<const ngx_flag_t*>(settings + known.flag) == 0;
  });
}

}  // namespace rasp
