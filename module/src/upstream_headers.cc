// SPDX-License-Identifier: Apache-2.0
#include "upstream_headers.h"

#include <new>

namespace rasp {

// One Accept-Encoding field and what the client wrote in it.
struct ConcealedField {
  ngx_table_elt_t* field;
  ngx_str_t value;
  ConcealedField* next;
};

namespace {

bool IsNamed(const ngx_table_elt_t& field, std::string_view name) {
  return field.key.len == name.size() &&
         ngx_strncasecmp(field.key.data, NgxString(name).data, name.size()) == 0;
}

// Takes element `index` out of `part`. The others keep their addresses, which headers_in points to;
// the part is split around the gap. False if there is no memory.
bool Remove(ngx_list_t& list, ngx_list_part_t& part, ngx_uint_t index) {
  auto* const fields = static_cast<ngx_table_elt_t*>(part.elts);
  auto* const tail = static_cast<ngx_list_part_t*>(ngx_palloc(list.pool, sizeof(ngx_list_part_t)));
  if (tail == nullptr) return false;
  const bool was_last = list.last == &part;
  if (was_last) {  // a push must not write behind the tail, whose room is not nalloc
    auto* const fresh =
        static_cast<ngx_list_part_t*>(ngx_palloc(list.pool, sizeof(ngx_list_part_t)));
    if (fresh == nullptr) return false;
    *fresh = {ngx_palloc(list.pool, list.nalloc * list.size), 0, nullptr};
    if (fresh->elts == nullptr) return false;
    part.next = fresh;
    list.last = fresh;
  }
  *tail = {fields + index + 1, part.nelts - index - 1, part.next};
  part.nelts = index;
  part.next = tail;
  return true;
}

void RemoveRange(ngx_http_request_t* r) {
  if (r->headers_in.range == nullptr) return;
  ngx_list_t& list = r->headers_in.headers;
  for (ngx_list_part_t* part = &list.part; part != nullptr; part = part->next) {
    auto* const fields = static_cast<ngx_table_elt_t*>(part->elts);
    for (ngx_uint_t i = 0; i < part->nelts; ++i) {
      if (!IsNamed(fields[i], "Range")) continue;
      if (!Remove(list, *part, i)) return;
      break;  // what follows is in the next part now
    }
  }
  r->headers_in.range = nullptr;
}

}  // namespace

void ConcealFromUpstream(ngx_http_request_t* r, RequestContext& ctx) noexcept {
  RemoveRange(r);
  ForEachHeader(r->headers_in.headers, [&](ngx_table_elt_t& field) {
    if (!IsNamed(field, "Accept-Encoding")) return;
    void* const memory = ngx_palloc(r->pool, sizeof(ConcealedField));
    if (memory == nullptr) return;
    ctx.concealed = ::new (memory) ConcealedField{&field, field.value, ctx.concealed};
    field.value = NgxString("identity");
  });
#if (NGX_HTTP_GZIP)
  ctx.accept_encoding = r->headers_in.accept_encoding;
  r->headers_in.accept_encoding = nullptr;  // gzip_static too must serve the plain file
#endif
}

void RevealHeaders(ngx_http_request_t* r, RequestContext& ctx) noexcept {
  for (; ctx.concealed != nullptr; ctx.concealed = ctx.concealed->next) {
    ctx.concealed->field->value = ctx.concealed->value;
  }
#if (NGX_HTTP_GZIP)
  if (ctx.accept_encoding == nullptr) return;
  r->headers_in.accept_encoding = ctx.accept_encoding;
  r->gzip_tested = 0;
  ctx.accept_encoding = nullptr;
#endif
}

}  // namespace rasp
