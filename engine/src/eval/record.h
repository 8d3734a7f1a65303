// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>

#include "eval/tx_store.h"

namespace rasp {

// One record of a persistent collection as this transaction has it: what was in the store when the
// record was bound, and what the transaction itself has written since.
struct Record {
  Record(std::pmr::memory_resource* memory, std::pmr::memory_resource* arena)
      : variables(memory, arena) {}

  bool bound = false;
  bool written = false;         // by this transaction
  bool is_new = false;          // was not in the store when it was bound
  std::string_view collection;  // its name in the store
  std::string_view key;
  int64_t ttl_us = 0;
  TxStore variables;
};

}  // namespace rasp
