// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace rasp {

// Memory that one call into the engine needs and the next can use again: whatever eval/ puts there.
class Scratch {
 public:
  virtual ~Scratch() = default;
};

// The scratches of a Ruleset that nobody uses now: as many as calls ever ran at once. Thread-safe.
class ScratchPool {
 public:
  // nullptr if there is none.
  std::unique_ptr<Scratch> Take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return nullptr;
    std::unique_ptr<Scratch> scratch = std::move(free_.back());
    free_.pop_back();
    return scratch;
  }
  void Give(std::unique_ptr<Scratch> scratch) noexcept {
    const std::lock_guard lock(mutex_);
    try {
      free_.push_back(std::move(scratch));
    } catch (...) {
      // Then the next call makes its own.
    }
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Scratch>> free_;
};

}  // namespace rasp
