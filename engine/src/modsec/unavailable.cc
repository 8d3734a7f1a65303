// SPDX-License-Identifier: Apache-2.0
#include "rasp/modsec.h"

// A build without libmodsecurity as an engine: nothing can be loaded, so nothing else is reached.
namespace rasp {

struct ModsecRuleset::Impl {};

bool HasModsec() { return false; }

ModsecRuleset::~ModsecRuleset() = default;

Result<std::unique_ptr<ModsecRuleset>> ModsecRuleset::Load(std::span<const ModsecSource>,
                                                           const ModsecOptions&) {
  return Result<std::unique_ptr<ModsecRuleset>>::Failure(
      "this build has no libmodsecurity engine (RASP_MODSEC=OFF): choose rasp_engine native");
}

uint64_t ModsecRuleset::rules() const { return 0; }
std::optional<Mode> ModsecRuleset::mode() const { return {}; }
std::string_view ModsecRuleset::hash() const { return {}; }
bool ModsecRuleset::wants_response_bodies() const { return false; }
uint64_t ModsecRuleset::response_body_limit() const { return 0; }

std::unique_ptr<Inspector> MakeModsecInspector(const ModsecRuleset&, const ModsecLocation&,
                                               const Clock&) {
  return nullptr;
}

std::unique_ptr<Inspector> MakeComparingInspector(Inspector&, const ModsecRuleset&,
                                                  const ModsecLocation&, const Clock&) {
  return nullptr;
}

}  // namespace rasp
