// SPDX-License-Identifier: Apache-2.0
#include "worker_store.h"

#include <memory>

#include "guarded.h"

namespace rasp {
namespace {

Store* worker_store;

}  // namespace

void StartWorkerStore(ngx_log_t* log) noexcept {
  worker_store = Guarded<Store*>(log, nullptr, [] { return MakeMemoryStore().release(); });
}

void StopWorkerStore() noexcept {
  delete worker_store;
  worker_store = nullptr;
}

Store* WorkerStore() { return worker_store; }

}  // namespace rasp
