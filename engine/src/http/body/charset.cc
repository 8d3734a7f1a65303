// SPDX-License-Identifier: Apache-2.0
#include "http/body/charset.h"

#include "core/ascii.h"

namespace rasp {

bool IsAsciiSuperset(std::string_view charset) {
  constexpr std::string_view kNames[] = {"",      "utf-8",  "utf8",     "us-ascii",
                                         "ascii", "latin1", "iso8859-1"};
  for (const std::string_view name : kNames) {
    if (EqualsIgnoreCase(charset, name)) return true;
  }
  constexpr std::string_view kIso = "iso-8859-";
  if (StartsWithIgnoreCase(charset, kIso)) {
    const std::string_view part = charset.substr(kIso.size());
    return (part.size() == 1 && IsDigit(part[0]) && part[0] != '0') ||
           (part.size() == 2 && part[0] == '1' && IsDigit(part[1]));
  }
  return charset.size() == 12 && StartsWithIgnoreCase(charset, "windows-125") &&
         IsDigit(charset.back());
}

}  // namespace rasp
