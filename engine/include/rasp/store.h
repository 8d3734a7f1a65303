// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace rasp {

// SecLang's persistent collections (IP, GLOBAL, SESSION, USER, RESOURCE): records that outlive a
// request, each a set of named texts. A record is found by its collection's name and the key that
// `initcol` gave it. Times are Unix microseconds, given by the caller: a Store reads no clock.
struct RecordKey {
  std::string_view collection;  // "ip"
  std::string_view key;         // "192.0.2.7"
};

class Store {
 public:
  enum class Status : uint8_t { kOk, kUnavailable, kFull };

  class Visitor {
   public:
    virtual ~Visitor() = default;
    // The views hold during the call.
    virtual void Visit(std::string_view name, std::string_view value) = 0;
  };

  virtual ~Store() = default;

  // Visits the live variables of a record; none if there is no such record.
  virtual Status Read(const RecordKey& record, int64_t now_us, Visitor& visitor) = 0;
  // Sets a variable. A record lives `record_ttl_us` after its last change.
  virtual Status Set(const RecordKey& record, std::string_view name, std::string_view value,
                     int64_t now_us, int64_t record_ttl_us) = 0;
  // Adds to a number, atomically; what is no number counts as 0. `*result` is the sum.
  virtual Status Add(const RecordKey& record, std::string_view name, int64_t change, int64_t now_us,
                     int64_t record_ttl_us, int64_t* result) = 0;
  virtual Status Remove(const RecordKey& record, std::string_view name, int64_t now_us) = 0;
  // The variable is gone from `expires_us` on; nothing happens if there is none.
  virtual Status Expire(const RecordKey& record, std::string_view name, int64_t now_us,
                        int64_t expires_us) = 0;
  // Subtracts `amount` for each whole `period_us` since the variable was last changed or
  // deprecated, not below 0 (SecLang's deprecatevar).
  virtual Status Deprecate(const RecordKey& record, std::string_view name, int64_t amount,
                           int64_t period_us, int64_t now_us) = 0;
};

struct StoreLimits {
  uint64_t bytes = 16 << 20;        // of all records; the least recently used go first
  uint32_t variables = 256;         // of one record
  uint32_t value_bytes = 8 * 1024;  // of one value; longer ones are cut
};

// A Store in this process's memory, safe to use from several threads. Workers do not share it.
std::unique_ptr<Store> MakeMemoryStore(const StoreLimits& limits = {});

}  // namespace rasp
