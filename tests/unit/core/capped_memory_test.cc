// SPDX-License-Identifier: Apache-2.0
#include "core/capped_memory.h"

#include <gtest/gtest.h>

#include <new>

namespace rasp {
namespace {

TEST(CappedMemory, RefusesBeyondTheCapAndCountsWhatIsGivenBack) {
  CappedMemory memory(std::pmr::new_delete_resource(), 100);
  void* first = memory.allocate(60);
  EXPECT_THROW(static_cast<void>(memory.allocate(41)), std::bad_alloc);
  void* second = memory.allocate(40);
  EXPECT_EQ(memory.used(), 100u);
  memory.deallocate(first, 60);
  memory.deallocate(second, 40);
  EXPECT_EQ(memory.used(), 0u);
  EXPECT_EQ(memory.peak(), 100u);
}

TEST(CopyTo, OutlivesItsSource) {
  std::pmr::monotonic_buffer_resource memory;
  std::string source = "bytes\0more";
  const std::string_view copy = CopyTo(memory, source);
  source.assign(source.size(), 'x');
  EXPECT_EQ(copy, "bytes");
  EXPECT_EQ(CopyTo(memory, "").size(), 0u);
}

}  // namespace
}  // namespace rasp
