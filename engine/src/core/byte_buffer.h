// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory_resource>
#include <string>
#include <string_view>

namespace rasp {

// Bytes that grow, in the memory its owner names; kept between uses so that steady state allocates
// nothing.
using ByteBuffer = std::pmr::string;

}  // namespace rasp
