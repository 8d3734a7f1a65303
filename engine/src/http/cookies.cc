// SPDX-License-Identifier: Apache-2.0
#include "core/ascii.h"
#include "http/uri.h"

namespace rasp {

bool ParseCookies(std::string_view header, size_t max_fields, FieldList& out) {
  size_t fields = 0;
  while (!header.empty()) {
    const size_t end = header.find(';');
    const std::string_view pair = Trim(header.substr(0, end));
    header.remove_prefix(end == header.npos ? header.size() : end + 1);
    if (pair.empty()) continue;
    if (fields++ == max_fields) return false;

    const size_t equals = pair.find('=');
    if (equals == pair.npos) {
      out.push_back({pair, {}});
    } else {
      out.push_back({Trim(pair.substr(0, equals)), Trim(pair.substr(equals + 1))});
    }
  }
  return true;
}

}  // namespace rasp
