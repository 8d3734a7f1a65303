// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "body_stream.h"
#include "delay.h"
#include "location_conf.h"
#include "ngx.h"
#include "offload.h"
#include "rasp/inspector.h"
#include "rasp/transaction.h"
#include "request_clock.h"
#include "request_memory.h"
#include "worker_store.h"

namespace rasp {

// How far the request's side has come.
enum class RequestStep : uint8_t {
  kGate,
  kHeaders,
  kReadingBody,  // whole, before the request goes on
  kBodyRead,
  kStreaming,  // the request goes on; its content handler reads the body, part by part
  kDone,
};

// What happens to the response as it passes.
enum class ResponseStep : uint8_t {
  kNotSeen,
  kPassing,     // not (or no longer) inspected
  kHolding,     // headers and bytes so far are kept back until the verdict
  kFlowing,     // inspected while it flows: a late match is only an event
  kDiscarding,  // the block page went out instead; what still comes is dropped
};

// Bytes of a response that are held back.
struct HeldBody {
  ngx_chain_t* first = nullptr;
  ngx_chain_t* last = nullptr;
  uint64_t bytes = 0;
};

struct ConcealedField;  // upstream_headers.cc

// One main request, from PREACCESS to the log phase, across internal redirects.
struct RequestContext {
  // Throws std::bad_alloc if libmodsecurity has no memory.
  explicit RequestContext(const LocationConf& location);

  const LocationConf* conf;  // of the location that the inspection began in
  RequestMemory memory;
  RequestClock clock;
  RequestView view;
  std::optional<Transaction> native;  // if the native engine inspects
  std::unique_ptr<Inspector> modsec;  // if libmodsecurity does: alone, or together with `native`
  Inspector& tx;                      // whichever the location chose
  Verdict refusal;                    // the verdict that is being carried out; kPass: none
  RequestStep step = RequestStep::kGate;
  ResponseStep response = ResponseStep::kNotSeen;
  // the next response on this request is to be replaced by the block page
  bool page_pending = false;
  bool enforced = false;  // the client got (or gets) the refusal
  bool body_fed = false;  // the body filter has seen the body's bytes
  bool judged = false;    // the verdict on the request has fallen
  Verdict judgement;      // if it fell while the body arrived: that verdict
  bool streamed = false;  // counted as such
  bool finished = false;  // counted and logged
  HeldBody held;
  BodyStream stream;
  // nginx's buffers that have arrived and are not yet given to the engine, while another piece is
  // with a thread
  ngx_chain_t* arrived = nullptr;
  off_t arrived_bytes = 0;  // of the body so far, where a pool is in use
  Offload offload;
  Delay delay;

  // What the client asked for and the upstream is not told.
  ConcealedField* concealed = nullptr;
  ngx_table_elt_t* accept_encoding = nullptr;  // as nginx's headers_in had it
};

// The main request's context, or nullptr. Found again after an internal redirect, which clears
// nginx's own slots.
RequestContext* FindContext(ngx_http_request_t* r);

// A context for `r` under its location's settings; nullptr if there is no memory. Destroyed with
// the request's pool.
RequestContext* CreateContext(ngx_http_request_t* r);

}  // namespace rasp
