// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "logic/compiled_logic.h"

namespace rasp {

// A rule of a model as a person reads it: where it stands, when it is looked at, what it says.
std::string DescribeLogicRule(const CompiledLogic& logic, size_t index);

}  // namespace rasp
