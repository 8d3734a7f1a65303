// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>

namespace rasp {

// On whose behalf memory was asked for: the innermost library on the stack that is not libc's or
// the C++ runtime's.
enum class Allocator { kOurs, kRe2, kXml };
inline constexpr size_t kAllocatorCount = 3;

struct AllocationCounts {
  struct Sum {
    size_t calls = 0;
    size_t bytes = 0;
  };
  std::array<Sum, kAllocatorCount> sums{};

  const Sum& of(Allocator who) const { return sums[static_cast<size_t>(who)]; }
};

// Counts what the process asks malloc and its kin for between Start and Stop. The program that
// links this has its malloc replaced: at most one thread may allocate meanwhile.
void StartCountingAllocations();
AllocationCounts StopCountingAllocations();

// Where in our code the allocations since the last Start were made: the `most` commonest places,
// one a line, each with the functions that led there.
std::string AllocationSites(size_t most);

}  // namespace rasp
