// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eval/inspection.h"

namespace rasp {

// Which gates are believed: every one as TX is now, or those alone whose number no rule of the
// phases to come can change.
enum class Gates : uint8_t { kAll, kSettled };

// Sets the bits of the rules in [from, end) that will be come to: what gates skip is not worth a
// look.
void MarkReachable(const Inspection& in, uint32_t from, uint32_t end, Gates gates,
                   std::pmr::vector<uint64_t>& bits);

}  // namespace rasp
