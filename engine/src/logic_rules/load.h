// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "json_rules/document.h"
#include "logic/compiled_logic.h"
#include "rasp/diagnostic.h"

namespace rasp {

// Whether a JSON document is a business-logic model (it has "model") and no ruleset.
bool IsLogicDocument(const JsonDocument& document);

// Gathers the models of several files and makes them one: names of operations, events and keys are
// shared, and resolved when all files are there.
class LogicLoader {
 public:
  explicit LogicLoader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void Add(JsonDocument document, std::string file);
  bool empty() const { return sources_.empty(); }

  // nullptr if there is no model or one has an error. Every finding goes to the diagnostics.
  std::unique_ptr<const CompiledLogic> Finish();

 private:
  struct Source {
    JsonDocument document;
    std::string file;
  };
  Diagnostics& diagnostics_;
  std::vector<std::unique_ptr<Source>> sources_;
};

}  // namespace rasp
