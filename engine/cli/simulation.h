// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rasp/event.h"

namespace rasp {

// One transformation that changed a value, and what it made of it.
struct TransformStep {
  std::string_view name;
  std::string value;
};
std::vector<TransformStep> StepsOf(const RuleMatch& match);

// How an inspection ended, for people and for programs.
std::string SimulationText(const Event& event);
std::string SimulationJson(const Event& event);

}  // namespace rasp
