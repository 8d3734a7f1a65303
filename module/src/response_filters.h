// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rasp {

// Puts the header and body filters on top of nginx's chains.
void InstallResponseFilters();

}  // namespace rasp
