// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eval/inspection.h"

namespace rasp {

// Who inspects what the parser of the request's body has no room to keep. The same throughout the
// transaction; never nullptr.
BodyWatcher* WatcherOf(Inspection& in);

// Whether it is to see the contents of uploaded files.
bool WatchesFiles(const Inspection& in);

}  // namespace rasp
