// SPDX-License-Identifier: Apache-2.0
#include "seclang/load.h"

namespace rasp {

struct SecLangLoader::Impl {
  SecLangOptions options;
  Diagnostics& diagnostics;
};

SecLangLoader::SecLangLoader(SecLangOptions options, Diagnostics& diagnostics)
    : impl_(new Impl{std::move(options), diagnostics}) {}
SecLangLoader::~SecLangLoader() = default;

RulesetSpec SecLangLoader::Load(std::string_view, const std::string& name) {
  RulesetSpec spec;
  spec.format = RulesetFormat::kSecLang;
  spec.file = name;
  return spec;
}

void ApplyActions(std::span<const ActionSpec>, RuleSpec&, Diagnostics&) {}

}  // namespace rasp
