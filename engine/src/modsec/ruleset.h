// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <modsecurity/modsecurity.h>
#include <modsecurity/rule_message.h>
#include <modsecurity/rules_set.h>
#include <modsecurity/transaction.h>

#include <memory>
#include <optional>
#include <string>

#include "rasp/modsec.h"

namespace rasp {

// The library's object for a process. Never destroyed: its destructor ends libxml2 for the whole
// process, and its in-memory collections live as long as the process.
modsecurity::ModSecurity& ModsecLibrary();

struct ModsecRuleset::Impl {
  // The library's API takes mutable rules; it changes nothing but a counter of its debug log.
  std::unique_ptr<modsecurity::RulesSet> rules;
  uint64_t count = 0;
  std::optional<Mode> mode;
  std::string hash;
};

}  // namespace rasp
