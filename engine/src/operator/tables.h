// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "operator/operator.h"

// Each topic's rows; AllOperators() is their sum. To add an operator: its class and row in a topic
// file, and its test.
namespace rasp {

std::span<const OperatorDef> RegexOperators();
std::span<const OperatorDef> PhraseOperators();
std::span<const OperatorDef> StringOperators();
std::span<const OperatorDef> NumberOperators();
std::span<const OperatorDef> NetworkOperators();
std::span<const OperatorDef> SsrfOperators();
std::span<const OperatorDef> ValidateOperators();
std::span<const OperatorDef> IdentityOperators();
std::span<const OperatorDef> DetectOperators();
std::span<const OperatorDef> GeoOperators();
std::span<const OperatorDef> UnavailableOperators();

// For an operator that lacks what it would look things up in. `why` is a literal.
OperatorPtr MakeNeverMatching(std::string_view why);

}  // namespace rasp
