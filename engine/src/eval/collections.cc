// SPDX-License-Identifier: Apache-2.0
#include "eval/collections.h"

#include <algorithm>
#include <array>

#include "core/ascii.h"
#include "core/capped_memory.h"
#include "core/decimal.h"
#include "eval/actions.h"
#include "eval/decision.h"

namespace rasp {
namespace {

constexpr uint32_t kDefaultTimeoutSeconds = 3600;
constexpr int64_t kMicros = 1'000'000;

// In the order of CollectionId.
constexpr std::array<std::string_view, kCollectionCount> kNames = {"tx",      "ip",   "global",
                                                                   "session", "user", "resource"};

// What a record says of itself. Rules may set TIMEOUT alone.
constexpr std::string_view kCreateTime = "CREATE_TIME";
constexpr std::string_view kIsNew = "IS_NEW";
constexpr std::string_view kKey = "KEY";
constexpr std::string_view kLastUpdateTime = "LAST_UPDATE_TIME";
constexpr std::string_view kTimeout = "TIMEOUT";
constexpr std::string_view kUpdateCounter = "UPDATE_COUNTER";
constexpr std::string_view kUpdateRate = "UPDATE_RATE";
constexpr std::string_view kAutomatic[] = {kCreateTime, kIsNew,         kKey,       kLastUpdateTime,
                                           kTimeout,    kUpdateCounter, kUpdateRate};

Record& RecordOf(Inspection& in, CollectionId id) { return in.records[static_cast<size_t>(id)]; }

std::string_view CollectionName(Inspection& in, CollectionId id) {
  const std::string_view name = kNames[static_cast<size_t>(id)];
  const bool of_application = id == CollectionId::kSession || id == CollectionId::kUser;
  if (!of_application || !in.rules.settings.web_app_id) return name;
  ByteBuffer full(WebAppId(in), &in.memory);
  full.append("_").append(name);
  return CopyTo(in.arena, full);
}

// Names are without regard to case, and the store's are not: a record's own are in capitals, all
// others in small letters.
std::string_view CanonicalName(Inspection& in, std::string_view name) {
  for (const std::string_view automatic : kAutomatic) {
    if (EqualsIgnoreCase(automatic, name)) return automatic;
  }
  char* const text = static_cast<char*>(in.chain_arena.allocate(name.size() + 1, 1));
  std::transform(name.begin(), name.end(), text, ToLower);
  return {text, name.size()};
}

// True for what only the engine writes.
bool IsReadOnly(std::string_view name) {
  return name != kTimeout &&
         std::find(std::begin(kAutomatic), std::end(kAutomatic), name) != std::end(kAutomatic);
}

// A call of the store, if there is one that answers; its failure is the transaction's to tell.
template <typename Call>
bool InStore(Inspection& in, Call call) {
  if (in.store == nullptr || in.store_is_down) return false;
  const Store::Status status = call(*in.store);
  if (status == Store::Status::kOk) return true;
  in.store_is_down = status == Store::Status::kUnavailable;
  Degrade(in, DegradedReason::kStoreUnavailable);
  return false;
}

RecordKey KeyOf(const Record& record) { return {record.collection, record.key}; }

int64_t Number(const Record& record, std::string_view name) {
  const std::string_view* const value = record.variables.Find(name);
  return value == nullptr ? 0 : LenientNumber(*value);
}

void SetNumber(Inspection& in, Record& record, std::string_view name, int64_t number) {
  record.variables.Set(name, NumberText(in, number));
}

void ReadTimeout(Record& record) {
  record.ttl_us = SaturatedMultiply(std::max<int64_t>(Number(record, kTimeout), 0), kMicros);
}

class IntoRecord final : public Store::Visitor {
 public:
  explicit IntoRecord(Record& record) : record_(record) {}
  void Visit(std::string_view name, std::string_view value) override {
    record_.variables.Set(name, value);
  }

 private:
  Record& record_;
};

void DescribeNew(Inspection& in, Record& record, int64_t now_us) {
  const uint32_t timeout = in.rules.settings.collection_timeout.value_or(kDefaultTimeoutSeconds);
  record.is_new = true;
  SetNumber(in, record, kCreateTime, now_us / kMicros);
  record.variables.Set(kIsNew, "1");
  record.variables.Set(kKey, record.key);
  SetNumber(in, record, kLastUpdateTime, now_us / kMicros);
  SetNumber(in, record, kTimeout, timeout);
  record.variables.Set(kUpdateCounter, "0");
  record.variables.Set(kUpdateRate, "0");
}

// Updates a minute since the record was made.
void DescribeOld(Inspection& in, Record& record, int64_t now_us) {
  const int64_t age = now_us / kMicros - Number(record, kCreateTime);
  const int64_t updates = SaturatedMultiply(Number(record, kUpdateCounter), 60);
  record.variables.Set(kIsNew, "0");
  SetNumber(in, record, kUpdateRate, age > 0 ? updates / age : 0);
}

void Bind(Inspection& in, const Action& action) {
  Record& record = RecordOf(in, action.collection);
  if (action.collection == CollectionId::kTx || record.bound) return;
  in.text.clear();
  ExpandMacro(in, action.value, in.text);
  if (in.text.empty()) return;
  record.key = CopyTo(in.arena, in.text);
  record.collection = CollectionName(in, action.collection);
  record.bound = true;
  const int64_t now_us = in.clock.UnixMicros();
  IntoRecord visitor(record);
  InStore(in, [&](Store& store) { return store.Read(KeyOf(record), now_us, visitor); });
  const bool found = record.variables.Find(kKey) != nullptr;
  found ? DescribeOld(in, record, now_us) : DescribeNew(in, record, now_us);
  ReadTimeout(record);
}

// The first write of a transaction to a record is what counts as its update.
void BeginUpdate(Inspection& in, Record& record, int64_t now_us) {
  if (record.written) return;
  record.written = true;
  SetNumber(in, record, kLastUpdateTime, now_us / kMicros);
  SetNumber(in, record, kUpdateCounter, SaturatedAdd(Number(record, kUpdateCounter), 1));
  const auto put = [&](std::string_view name) {
    InStore(in, [&](Store& store) {
      return store.Set(KeyOf(record), name, *record.variables.Find(name), now_us, record.ttl_us);
    });
  };
  if (record.is_new) {
    put(kCreateTime);
    put(kKey);
    put(kTimeout);
  }
  put(kLastUpdateTime);
  InStore(in, [&](Store& store) {
    int64_t counter = 0;
    return store.Add(KeyOf(record), kUpdateCounter, 1, now_us, record.ttl_us, &counter);
  });
}

void SetVariable(Inspection& in, Record& record, std::string_view name, std::string_view value,
                 int64_t now_us) {
  record.variables.Set(name, value);
  if (name == kTimeout) ReadTimeout(record);
  InStore(in, [&](Store& store) {
    return store.Set(KeyOf(record), name, value, now_us, record.ttl_us);
  });
}

void AddToVariable(Inspection& in, Record& record, std::string_view name, int64_t change,
                   int64_t now_us) {
  int64_t sum = SaturatedAdd(Number(record, name), change);
  InStore(in, [&](Store& store) {
    return store.Add(KeyOf(record), name, change, now_us, record.ttl_us, &sum);
  });
  SetNumber(in, record, name, sum);
}

void RemoveVariable(Inspection& in, Record& record, std::string_view name, int64_t now_us) {
  record.variables.Erase(name);
  InStore(in, [&](Store& store) { return store.Remove(KeyOf(record), name, now_us); });
}

// What others have written since the record was read comes along.
void DeprecateVariable(Inspection& in, Record& record, std::string_view name, const Action& action,
                       int64_t now_us) {
  const auto amount = static_cast<int64_t>(std::min<uint64_t>(action.number, INT64_MAX));
  const auto seconds = static_cast<int64_t>(std::min<uint64_t>(action.number2, INT64_MAX));
  const int64_t period_us = SaturatedMultiply(seconds, kMicros);
  const bool done = InStore(in, [&](Store& store) {
    return store.Deprecate(KeyOf(record), name, amount, period_us, now_us);
  });
  if (!done) return;
  IntoRecord visitor(record);
  InStore(in, [&](Store& store) { return store.Read(KeyOf(record), now_us, visitor); });
}

void ExpireVariable(Inspection& in, Record& record, std::string_view name, std::string_view seconds,
                    int64_t now_us) {
  const int64_t after = SaturatedMultiply(std::max<int64_t>(LenientNumber(seconds), 0), kMicros);
  InStore(in, [&](Store& store) {
    return store.Expire(KeyOf(record), name, now_us, SaturatedAdd(now_us, after));
  });
}

void ChangeVariable(Inspection& in, const Action& action) {
  Record& record = RecordOf(in, action.collection);
  if (!record.bound) return;
  in.text.clear();
  ExpandMacro(in, action.name, in.text);
  const std::string_view name = CanonicalName(in, in.text);
  if (name.empty() || IsReadOnly(name)) return;
  in.text2.clear();
  ExpandMacro(in, action.value, in.text2);
  const int64_t now_us = in.clock.UnixMicros();
  BeginUpdate(in, record, now_us);
  switch (action.kind) {
    case ActionKind::kSetVar:
      return SetVariable(in, record, name, in.text2, now_us);
    case ActionKind::kAddVar:
      return AddToVariable(in, record, name, LenientNumber(in.text2), now_us);
    case ActionKind::kSubtractVar:
      return AddToVariable(in, record, name, SaturatedNegate(LenientNumber(in.text2)), now_us);
    case ActionKind::kDeleteVar:
      return RemoveVariable(in, record, name, now_us);
    case ActionKind::kExpireVar:
      return ExpireVariable(in, record, name, in.text2, now_us);
    case ActionKind::kDeprecateVar:
      return DeprecateVariable(in, record, name, action, now_us);
    default:
      return;
  }
}

void SetEnvironment(Inspection& in, const Action& action) {
  in.text.clear();
  ExpandMacro(in, action.name, in.text);
  if (in.text.empty()) return;
  in.text2.clear();
  ExpandMacro(in, action.value, in.text2);
  in.env.Set(in.text, in.text2);
}

static_assert(static_cast<int>(VariableId::kResource) - static_cast<int>(VariableId::kIp) ==
              static_cast<int>(CollectionId::kResource) - static_cast<int>(CollectionId::kIp));

}  // namespace

const Record& RecordOf(const Inspection& in, VariableId variable) {
  const size_t index = static_cast<size_t>(variable) - static_cast<size_t>(VariableId::kIp) +
                       static_cast<size_t>(CollectionId::kIp);
  return in.records[index];
}

std::string_view WebAppId(const Inspection& in) {
  const std::optional<std::string>& id = in.rules.settings.web_app_id;
  return id ? std::string_view(*id) : std::string_view("default");
}

void RunCollectionAction(Inspection& in, const Action& action) {
  switch (action.kind) {
    case ActionKind::kInitCollection:
      return Bind(in, action);
    case ActionKind::kSetEnv:
      return SetEnvironment(in, action);
    default:
      return ChangeVariable(in, action);
  }
}

}  // namespace rasp
