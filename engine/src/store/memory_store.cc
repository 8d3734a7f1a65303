// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <list>
#include <map>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "core/decimal.h"
#include "rasp/store.h"

namespace rasp {
namespace {

constexpr int64_t kNever = INT64_MAX;

// What a record and a variable cost beside their texts, near enough: nodes, pointers, allocators'
// headers.
constexpr uint64_t kRecordBytes = 256;
constexpr uint64_t kVariableBytes = 112;

struct Variable {
  std::string name;
  std::string value;
  int64_t changed_us = 0;
  int64_t expires_us = kNever;

  uint64_t Bytes() const { return kVariableBytes + name.size() + value.size(); }
};

struct Key {
  std::string collection;
  std::string key;
};

// Ordered, not hashed: keys are what clients send, and no choice of them makes a lookup slow.
struct KeyLess {
  using is_transparent = void;
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const {
    const int order = std::string_view(a.collection).compare(b.collection);
    return order != 0 ? order < 0 : std::string_view(a.key) < std::string_view(b.key);
  }
};

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(const StoreLimits& limits) : limits_(limits) {}

  Status Read(const RecordKey& key, int64_t now_us, Visitor& visitor) override {
    const std::lock_guard lock(mutex_);
    Record* const record = Find(key, now_us);
    if (record == nullptr) return Status::kOk;
    for (const Variable& variable : record->variables) visitor.Visit(variable.name, variable.value);
    return Status::kOk;
  }

  Status Set(const RecordKey& key, std::string_view name, std::string_view value, int64_t now_us,
             int64_t record_ttl_us) override {
    value = value.substr(0, limits_.value_bytes);
    return Change(key, name, now_us, record_ttl_us, [&](std::string& text) { text = value; });
  }

  Status Add(const RecordKey& key, std::string_view name, int64_t change, int64_t now_us,
             int64_t record_ttl_us, int64_t* result) override {
    return Change(key, name, now_us, record_ttl_us, [&](std::string& text) {
      *result = SaturatedAdd(LenientNumber(text), change);
      text = std::to_string(*result);
    });
  }

  Status Remove(const RecordKey& key, std::string_view name, int64_t now_us) override {
    const std::lock_guard lock(mutex_);
    Record* const record = Find(key, now_us);
    if (record == nullptr) return Status::kOk;
    std::erase_if(record->variables, [&](const Variable& variable) {
      if (variable.name != name) return false;
      Take(*record, variable.Bytes());
      return true;
    });
    return Status::kOk;
  }

  Status Expire(const RecordKey& key, std::string_view name, int64_t now_us,
                int64_t expires_us) override {
    const std::lock_guard lock(mutex_);
    Variable* const variable = FindVariable(Find(key, now_us), name);
    if (variable != nullptr) variable->expires_us = expires_us;
    return Status::kOk;
  }

  Status Deprecate(const RecordKey& key, std::string_view name, int64_t amount, int64_t period_us,
                   int64_t now_us) override {
    const std::lock_guard lock(mutex_);
    Record* const record = Find(key, now_us);
    Variable* const variable = FindVariable(record, name);
    if (variable == nullptr || period_us <= 0 || now_us <= variable->changed_us) return Status::kOk;
    const int64_t periods = (now_us - variable->changed_us) / period_us;
    if (periods == 0) return Status::kOk;
    const int64_t old = LenientNumber(variable->value);
    const int64_t less = SaturatedMultiply(periods, std::max<int64_t>(amount, 0));
    std::string left = std::to_string(old <= less ? std::min<int64_t>(old, 0) : old - less);
    Take(*record, variable->value.size());
    variable->value = std::move(left);
    Give(*record, variable->value.size());
    variable->changed_us += periods * period_us;  // what is left of a period counts next time
    return Status::kOk;
  }

 private:
  struct Record;
  using Records = std::map<Key, Record, KeyLess>;
  using Uses = std::list<Records::iterator>;

  struct Record {
    std::vector<Variable> variables;
    uint64_t bytes = 0;
    int64_t expires_us = kNever;
    Uses::iterator use;
  };

  static Variable* FindVariable(Record* record, std::string_view name) {
    if (record == nullptr) return nullptr;
    const auto found =
        std::find_if(record->variables.begin(), record->variables.end(),
                     [&](const Variable& variable) { return variable.name == name; });
    return found == record->variables.end() ? nullptr : &*found;
  }

  void Give(Record& record, uint64_t bytes) {
    record.bytes += bytes;
    bytes_ += bytes;
  }
  void Take(Record& record, uint64_t bytes) {
    record.bytes -= bytes;
    bytes_ -= bytes;
  }

  void Erase(Records::iterator at) {
    bytes_ -= at->second.bytes;
    uses_.erase(at->second.use);
    records_.erase(at);
  }

  // The live record without its dead variables, now the one used last; nullptr if there is none.
  Record* Find(const RecordKey& key, int64_t now_us) {
    const auto found = records_.find(key);
    if (found == records_.end()) return nullptr;
    Record& record = found->second;
    if (record.expires_us <= now_us) {
      Erase(found);
      return nullptr;
    }
    std::erase_if(record.variables, [&](const Variable& variable) {
      if (variable.expires_us > now_us) return false;
      Take(record, variable.Bytes());
      return true;
    });
    uses_.splice(uses_.begin(), uses_, record.use);
    return &record;
  }

  Record& FindOrMake(const RecordKey& key, int64_t now_us) {
    Record* const found = Find(key, now_us);
    if (found != nullptr) return *found;
    Key own{std::string(key.collection), std::string(key.key)};
    uses_.emplace_front();  // may throw, and then nothing was changed
    Records::iterator made;
    try {
      made = records_.try_emplace(std::move(own)).first;
    } catch (...) {
      uses_.pop_front();
      throw;
    }
    uses_.front() = made;
    made->second.use = uses_.begin();
    Give(made->second, kRecordBytes + key.collection.size() + key.key.size());
    return made->second;
  }

  // Lets `write` make the variable's new text, in a record that lives on from now. Whatever is
  // allocated is allocated before anything is changed.
  template <typename Write>
  Status Change(const RecordKey& key, std::string_view name, int64_t now_us, int64_t ttl_us,
                Write write) {
    if (name.size() > limits_.value_bytes || key.key.size() > limits_.value_bytes)
      return Status::kFull;
    const std::lock_guard lock(mutex_);
    try {
      Record& record = FindOrMake(key, now_us);
      Variable* variable = FindVariable(&record, name);
      std::string text = variable == nullptr ? std::string() : variable->value;
      write(text);
      if (variable == nullptr) {
        if (record.variables.size() >= limits_.variables) return Status::kFull;
        record.variables.push_back({std::string(name), {}, now_us, kNever});
        variable = &record.variables.back();
        Give(record, variable->Bytes());
      }
      Take(record, variable->value.size());
      variable->value = std::move(text);
      Give(record, variable->value.size());
      variable->changed_us = now_us;
      record.expires_us = SaturatedAdd(now_us, ttl_us);
    } catch (const std::bad_alloc&) {
      return Status::kFull;
    }
    return MakeRoom() ? Status::kOk : Status::kFull;
  }

  // The least recently used records go, and at last the one that was just changed, if not even it
  // fits alone.
  bool MakeRoom() {
    bool kept = true;
    while (bytes_ > limits_.bytes) {
      kept = uses_.size() > 1;
      Erase(uses_.back());
    }
    return kept;
  }

  const StoreLimits limits_;
  std::mutex mutex_;
  Records records_;
  Uses uses_;  // of every record, the last one used first
  uint64_t bytes_ = 0;
};

}  // namespace

std::unique_ptr<Store> MakeMemoryStore(const StoreLimits& limits) {
  return std::make_unique<MemoryStore>(limits);
}

}  // namespace rasp
