// SPDX-License-Identifier: Apache-2.0
#include "http/uri.h"

#include "core/ascii.h"

namespace rasp {
namespace {

// The length of "scheme" if the target begins with `scheme "://"`, else 0.
size_t SchemeLength(std::string_view target) {
  if (target.empty() || !IsAlpha(target.front())) return 0;
  size_t end = 1;
  while (end < target.size()) {
    const char c = target[end];
    if (!IsAlpha(c) && !IsDigit(c) && c != '+' && c != '-' && c != '.') break;
    ++end;
  }
  return target.substr(end).starts_with("://") ? end : 0;
}

std::string_view TakeAuthority(std::string_view& rest) {
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  rest.remove_prefix(authority.size());
  return authority;
}

}  // namespace

TargetParts SplitTarget(std::string_view target, std::string_view method) {
  TargetParts parts;
  std::string_view rest = target;
  if (const size_t scheme = SchemeLength(target); scheme != 0) {
    parts.scheme = target.substr(0, scheme);
    rest.remove_prefix(scheme + 3);
    parts.authority = TakeAuthority(rest);
  } else if (method == "CONNECT" && !target.starts_with('/')) {
    parts.authority = TakeAuthority(rest);
  }
  if (const size_t hash = rest.find('#'); hash != rest.npos) {
    parts.fragment = rest.substr(hash + 1);
    rest = rest.substr(0, hash);
  }
  const size_t mark = rest.find('?');
  parts.path = rest.substr(0, mark);
  if (mark != rest.npos) {
    parts.has_query = true;
    parts.query = rest.substr(mark + 1);
  }
  return parts;
}

std::string_view Basename(std::string_view path) {
  const size_t slash = path.find_last_of("/\\");
  return slash == path.npos ? path : path.substr(slash + 1);
}

}  // namespace rasp
