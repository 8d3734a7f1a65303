// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ngx.h"
#include "rasp/store.h"

namespace rasp {

// The persistent collections of this worker process, between Start and Stop.
void StartWorkerStore(ngx_log_t* log) noexcept;
void StopWorkerStore() noexcept;
Store* WorkerStore();  // nullptr: there is none

}  // namespace rasp
