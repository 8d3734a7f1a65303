// SPDX-License-Identifier: Apache-2.0
// What nginx looks up in a dynamic module's shared object.
#include <ngx_config.h>
#include <ngx_core.h>

#define RASP_EXPORTED __attribute__((visibility("default")))

extern ngx_module_t ngx_http_rasp_module;

RASP_EXPORTED ngx_module_t* ngx_modules[] = {&ngx_http_rasp_module, NULL};
RASP_EXPORTED char* ngx_module_names[] = {"ngx_http_rasp_module", NULL};

// Ahead of the filter that adds `add_header` lines in nginx's list, so behind it when a response passes: the response
// filters see those lines, see file contents in memory, and run before sub, gunzip and gzip.
RASP_EXPORTED char* ngx_module_order[] = {"ngx_http_rasp_module", "ngx_http_headers_filter_module",
                                          NULL};
