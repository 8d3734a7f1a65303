// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory_resource>
#include <string_view>

namespace rasp {

// "192.0.2.7" or "2001:db8:1:2::/64": the network of an address that `ip/N` means. N above 32 is
// IPv6's prefix and leaves IPv4 whole; below, it is IPv4's, and IPv6 is cut to /48 (N of 24 and
// more), /64 (32) or /32. 0: the whole address. Empty if `address` is none. In `memory`.
std::string_view NetworkText(std::string_view address, int number,
                             std::pmr::memory_resource& memory);

// Kilometres between two places, in hundredths of a degree.
double Kilometres(int latitude1, int longitude1, int latitude2, int longitude2);

}  // namespace rasp
