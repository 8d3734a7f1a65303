// SPDX-License-Identifier: Apache-2.0
#include "delay.h"

#include "counters.h"
#include "location_conf.h"
#include "request_context.h"

namespace rasp {
namespace {

ngx_uint_t waiting_now;  // in this worker

bool IsRoomForOneMore() {
  return waiting_now < const_cast<ngx_cycle_t*>(ngx_cycle)->connection_n / 4;
}

}  // namespace

void Delay::Leave() {
  if (waiting_) --waiting_now;
  waiting_ = false;
}

// The events are those of nginx's limit_req: a client that leaves is noticed, HTTP/2 streams have
// timers of their own.
ngx_int_t Delay::Wait(ngx_http_request_t* r, uint32_t delay_ms) noexcept {
  if (delay_ms == 0 || waited_) return NGX_DECLINED;
  waited_ = true;
  Counters& counters = CountersOf(MainConfOf(r).counters);
  if (!IsRoomForOneMore()) {
    Add(counters.delays_refused);
    return NGX_HTTP_TOO_MANY_REQUESTS;
  }
  if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
    return NGX_HTTP_INTERNAL_SERVER_ERROR;
  }
  Add(counters.delayed);
  ++waiting_now;
  waiting_ = true;
  r->read_event_handler = ngx_http_test_reading;
  r->write_event_handler = OnTimer;
  r->connection->write->delayed = 1;
  ngx_add_timer(r->connection->write, delay_ms);
  return NGX_AGAIN;
}

void Delay::OnTimer(ngx_http_request_t* r) noexcept {
  ngx_event_t* const write = r->connection->write;
  if (write->delayed) {
    if (ngx_handle_write_event(write, 0) != NGX_OK) {
      ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
    }
    return;
  }
  FindContext(r)->delay.Leave();
  if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
    ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
    return;
  }
  r->read_event_handler = ngx_http_block_reading;
  r->write_event_handler = ngx_http_core_run_phases;
  ngx_http_core_run_phases(r);
}

}  // namespace rasp
