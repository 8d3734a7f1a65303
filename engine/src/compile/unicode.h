// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compile/resolver.h"

namespace rasp {

// Reads the file of SecUnicodeMapFile, if the settings name one, for the transformations that take
// it.
void UseUnicodeMap(Resolver& resolver, CompiledRules& out);

}  // namespace rasp
