// SPDX-License-Identifier: Apache-2.0
#include "eval/watch.h"

namespace rasp {

BodyWatcher* WatcherOf(Inspection&) { return nullptr; }
bool WatchesFiles(const Inspection&) { return false; }

}  // namespace rasp
