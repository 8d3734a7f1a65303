// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace rasp {

// The byte that a server which narrows Unicode to ASCII would read for a code point: a plain letter
// for an accented one, an ASCII quote for a typographic one, the ASCII twin of a full-width form.
// Without such a likeness, the low byte.
char BestFit(uint16_t code);

}  // namespace rasp
