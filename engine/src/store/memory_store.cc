// SPDX-License-Identifier: Apache-2.0
#include "rasp/store.h"

namespace rasp {

std::unique_ptr<Store> MakeMemoryStore(const StoreLimits&) { return nullptr; }

}  // namespace rasp
