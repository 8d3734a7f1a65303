// SPDX-License-Identifier: Apache-2.0
#include "body_stream.h"

#include <algorithm>

namespace rasp {
namespace {

constexpr std::size_t kBufferBytes = 16 * 1024;

// Tells own buffers from nginx's.
char own_buffers;
ngx_buf_tag_t Tag() { return &own_buffers; }

std::size_t SizeOf(const ngx_buf_t& buffer) {
  return static_cast<std::size_t>(buffer.last - buffer.pos);
}

void Append(ngx_chain_t*& chain, ngx_chain_t* link) {
  ngx_chain_t** end = &chain;
  while (*end != nullptr) end = &(*end)->next;
  link->next = nullptr;
  *end = link;
}

ngx_chain_t* TakeFirst(ngx_chain_t*& chain) {
  ngx_chain_t* const link = chain;
  chain = link->next;
  link->next = nullptr;
  return link;
}

// Enough for the window, for the one that is being filled, and for some on their way.
ngx_uint_t MaxBuffers(std::size_t window) { return window / kBufferBytes + 4; }

// An own buffer with room at the end of what is held; nullptr and `full` if there may be no more.
ngx_buf_t* BufferWithRoom(ngx_http_request_t* r, BodyStream& stream, std::size_t window,
                          bool& full) {
  for (ngx_chain_t* link = stream.held; link != nullptr; link = link->next) {
    if (link->next == nullptr && link->buf->last < link->buf->end) return link->buf;
  }
  if (stream.free != nullptr) {
    Append(stream.held, TakeFirst(stream.free));
  } else {
    full = stream.buffers == MaxBuffers(window);
    if (full) return nullptr;
    ngx_chain_t* const link = ngx_alloc_chain_link(r->pool);
    ngx_buf_t* const buffer = ngx_create_temp_buf(r->pool, kBufferBytes);
    if (link == nullptr || buffer == nullptr) return nullptr;
    buffer->tag = Tag();
    buffer->flush = 1;
    link->buf = buffer;
    stream.buffers += 1;
    Append(stream.held, link);
  }
  ngx_chain_t* last = stream.held;
  while (last->next != nullptr) last = last->next;
  return last->buf;
}

enum class Copied : uint8_t { kAll, kFull, kNoMemory };

Copied Hold(ngx_http_request_t* r, BodyStream& stream, std::size_t window, ngx_buf_t& from) {
  while (from.pos < from.last) {
    bool full = false;
    ngx_buf_t* const to = BufferWithRoom(r, stream, window, full);
    if (to == nullptr) return full ? Copied::kFull : Copied::kNoMemory;
    const std::size_t size = std::min(SizeOf(from), static_cast<std::size_t>(to->end - to->last));
    to->last = ngx_cpymem(to->last, from.pos, size);
    from.pos += size;
    stream.held_bytes += size;
    stream.taken_bytes += size;
  }
  return Copied::kAll;
}

// Whether so much of the body is still to come that all of `buffer` lies before the window.
bool LiesBeforeWindow(ngx_http_request_t* r, const BodyStream& stream, std::size_t window,
                      const ngx_buf_t& buffer) {
  if (buffer.last_buf || stream.held != nullptr) return false;
  if (window == 0) return true;
  if (r->headers_in.chunked || r->headers_in.content_length_n < 0) return false;
  const uint64_t whole = static_cast<uint64_t>(r->headers_in.content_length_n);
  return stream.taken_bytes + SizeOf(buffer) + window <= whole;
}

void SendOn(BodyStream& stream, ngx_chain_t*& out) {
  ngx_chain_t* const link = TakeFirst(stream.waiting);
  stream.taken_bytes += SizeOf(*link->buf);
  Append(out, link);
}

void SendHeld(BodyStream& stream, ngx_chain_t*& out) {
  stream.held_bytes -= SizeOf(*stream.held->buf);
  Append(out, TakeFirst(stream.held));
}

}  // namespace

void Reclaim(ngx_http_request_t* r, BodyStream& stream, ngx_chain_t* out) {
  ngx_chain_t* own = nullptr;
  while (out != nullptr) {
    ngx_chain_t* const link = TakeFirst(out);
    if (link->buf->tag == Tag()) {
      Append(own, link);
    } else {
      ngx_free_chain(r->pool, link);
    }
  }
  ngx_chain_update_chains(r->pool, &stream.free, &stream.busy, &own, Tag());
}

bool TakeSendable(ngx_http_request_t* r, BodyStream& stream, std::size_t window,
                  ngx_chain_t*& out) {
  Reclaim(r, stream, nullptr);  // those that have been sent since
  if (stream.judged) {
    while (stream.held != nullptr) SendHeld(stream, out);
    while (stream.waiting != nullptr) SendOn(stream, out);
    return true;
  }
  while (stream.waiting != nullptr) {
    ngx_buf_t& buffer = *stream.waiting->buf;
    if (LiesBeforeWindow(r, stream, window, buffer)) {
      SendOn(stream, out);
      continue;
    }
    if (buffer.last_buf) break;  // stays as it is until the verdict
    const Copied copied = Hold(r, stream, window, buffer);
    if (copied == Copied::kNoMemory) return false;
    while (stream.held != nullptr && stream.held_bytes >= window + SizeOf(*stream.held->buf)) {
      SendHeld(stream, out);
    }
    if (copied == Copied::kFull) break;
    ngx_chain_t* const link = TakeFirst(stream.waiting);
    ngx_free_chain(r->pool, link);
  }
  return true;
}

}  // namespace rasp
