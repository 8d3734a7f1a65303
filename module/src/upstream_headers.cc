// SPDX-License-Identifier: Apache-2.0
#include "upstream_headers.h"

#include <algorithm>
#include <array>
#include <new>

#include "rasp/logic.h"

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

// As applications see names that reach them by way of CGI's variables: whatever is neither a letter
// nor a digit is an underscore.
bool IsTakenFor(const ngx_table_elt_t& field, std::string_view name) {
  const auto folded = [](char c) -> char {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ? lower : '_';
  };
  const std::string_view key = ViewOf(field.key);
  return std::equal(key.begin(), key.end(), name.begin(), name.end(),
                    [&](char a, char b) { return folded(a) == folded(b); });
}

// Takes the whole of `part`, which has one element, out of the list.
void Unlink(ngx_list_t& list, ngx_list_part_t& part, ngx_list_part_t* previous) {
  if (previous != nullptr) {
    previous->next = part.next;
    if (list.last == &part) list.last = previous;
    return;
  }
  if (part.next == nullptr) {
    part.nelts = 0;
    return;
  }
  if (list.last == part.next)
    list.last = &part;  // the first part is a member of the list: the next one moves in
  part = *part.next;
}

// Takes element `index` out of `part`, which has more. The others keep their addresses, which
// headers_in points to, so the part is split around the gap; neither side is left empty, which
// nginx's loops do not expect. False if there is no memory.
bool Split(ngx_list_t& list, ngx_list_part_t& part, ngx_uint_t index) {
  auto* const fields = static_cast<ngx_table_elt_t*>(part.elts);
  if (index == 0) part.elts = fields + 1;
  if (index == 0 || index == part.nelts - 1) {
    part.nelts -= 1;
    return true;
  }
  auto* const tail = static_cast<ngx_list_part_t*>(ngx_palloc(list.pool, sizeof(ngx_list_part_t)));
  if (tail == nullptr) return false;
  *tail = {fields + index + 1, part.nelts - index - 1, part.next};
  part.nelts = index;
  part.next = tail;
  if (list.last == &part) list.last = tail;
  return true;
}

using Matcher = bool (*)(const ngx_table_elt_t& field, std::string_view name);

ngx_uint_t IndexOf(const ngx_list_part_t& part, std::string_view name, Matcher matches) {
  const auto* const fields = static_cast<const ngx_table_elt_t*>(part.elts);
  ngx_uint_t index = 0;
  while (index < part.nelts && !matches(fields[index], name)) ++index;
  return index;
}

// Takes all fields of that name out of the list. False: no memory, some may be left.
bool RemoveAll(ngx_list_t& list, std::string_view name, Matcher matches) {
  ngx_list_part_t* previous = nullptr;
  ngx_list_part_t* part = &list.part;
  while (part != nullptr) {
    const ngx_uint_t index = IndexOf(*part, name, matches);
    if (index == part->nelts) {
      previous = part;
      part = part->next;
    } else if (part->nelts > 1) {
      if (!Split(list, *part, index)) return false;
    } else {
      Unlink(list, *part, previous);
      if (previous != nullptr) part = previous->next;
    }
  }
  // The last part's memory may end sooner than nginx thinks: the next push starts a new one.
  list.nalloc = std::max(list.last->nelts, ngx_uint_t{1});
  return true;
}

bool Tell(ngx_http_request_t* r, const HeaderField& told) {
  if (told.value.empty()) return true;
  auto* const field = static_cast<ngx_table_elt_t*>(ngx_list_push(&r->headers_in.headers));
  if (field == nullptr) return false;
  ngx_memzero(field, sizeof(*field));
  field->key = CopyToPool(r->pool, told.name);
  field->value = CopyToPool(r->pool, told.value);
  field->lowcase_key = static_cast<u_char*>(ngx_pnalloc(r->pool, told.name.size()));
  if (field->key.data == nullptr || field->value.data == nullptr || field->lowcase_key == nullptr) {
    return false;  // and an empty name without a hash: nobody sends that
  }
  field->hash = ngx_hash_strlow(field->lowcase_key, field->key.data, field->key.len);
  return true;
}

void RemoveRange(ngx_http_request_t* r) {
  if (r->headers_in.range == nullptr) return;
  RemoveAll(r->headers_in.headers, "Range", IsNamed);
  r->headers_in.range = nullptr;
}

// Whether the native engine decodes every content coding that `accept` names, so that whichever the
// application chooses, its answer is inspected.
bool AllDecoded(std::string_view accept) {
  constexpr std::array<std::string_view, 6> kDecoded = {"gzip", "x-gzip", "deflate",
                                                        "br",   "zstd",   "identity"};
  while (!accept.empty()) {
    const std::size_t comma = std::min(accept.find(','), accept.size());
    std::string_view coding = accept.substr(0, std::min(comma, accept.find(';')));
    accept.remove_prefix(std::min(comma + 1, accept.size()));
    while (!coding.empty() && coding.front() == ' ') coding.remove_prefix(1);
    while (!coding.empty() && coding.back() == ' ') coding.remove_suffix(1);
    const auto is_coding = [coding](std::string_view known) {
      return known.size() == coding.size() &&
             ngx_strncasecmp(NgxString(known).data, NgxString(coding).data, known.size()) == 0;
    };
    if (!coding.empty() && std::none_of(kDecoded.begin(), kDecoded.end(), is_coding)) return false;
  }
  return true;
}

bool AcceptsOnlyDecoded(ngx_http_request_t* r) {
  bool only = true;
  ForEachHeader(r->headers_in.headers, [&](const ngx_table_elt_t& field) {
    if (IsNamed(field, "Accept-Encoding")) only &= AllDecoded(ViewOf(field.value));
  });
  return only;
}

}  // namespace

void ConcealFromUpstream(ngx_http_request_t* r, RequestContext& ctx) noexcept {
  RemoveRange(r);
  const bool may_edit = ctx.conf->HasModel() && ctx.conf->ruleset->logic()->reads_response_bodies();
  if (ctx.modsec == nullptr && !may_edit && AcceptsOnlyDecoded(r)) return;
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

bool TellUpstream(ngx_http_request_t* r, std::span<const HeaderField> fields) noexcept {
  return std::all_of(fields.begin(), fields.end(), [r](const HeaderField& field) {
    return RemoveAll(r->headers_in.headers, field.name, IsTakenFor) && Tell(r, field);
  });
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
