// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "audit/secrets.h"

namespace rasp::audit {

// Payment card numbers: 13 to 19 digits, apart by single spaces, dashes or pluses or not at all,
// that satisfy the Luhn sum and begin as cards do. The first six and the last four digits (PCI
// DSS 3.4.1) are not part of the Secret.
void FindCardNumbers(std::string_view text, Secrets& out);

// International bank account numbers (ISO 13616): country, two check digits, up to 30 letters and
// digits in groups or not, with the right remainder mod 97. The country and check digits are not
// part of the Secret.
void FindIbans(std::string_view text, Secrets& out);

}  // namespace rasp::audit
