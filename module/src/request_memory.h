// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory_resource>

#include "ngx.h"

namespace rasp {

// The memory of one transaction. Small pieces come from the request's pool and go with it; large
// ones are malloc'ed, so that they can be given back one by one in constant time (ngx_pfree walks a
// list). With `separate`, every piece is malloc'ed, which lets AddressSanitizer see where each
// begins and ends. Throws bad_alloc; the engine expects that.
class RequestMemory final : public std::pmr::memory_resource {
 public:
  RequestMemory(ngx_pool_t* pool, bool separate) : pool_(pool), separate_(separate) {}
  ~RequestMemory() override;
  RequestMemory(const RequestMemory&) = delete;
  RequestMemory& operator=(const RequestMemory&) = delete;

 private:
  struct Block;

  bool FromPool(std::size_t size, std::size_t alignment) const;
  void* do_allocate(std::size_t size, std::size_t alignment) override;
  void do_deallocate(void* data, std::size_t size, std::size_t alignment) override;
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  ngx_pool_t* pool_;
  bool separate_;
  Block* blocks_ = nullptr;
};

}  // namespace rasp
