// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rasp/raw_http.h"

namespace rasp::ftw {

// What in a request RFC 9112 and RFC 9110 tell a server to answer 400 to: a request line that is
// not method, target and HTTP version; a target with a fragment; a field name that is no token; a
// Host that is missing from HTTP/1.1, repeated or no host; framing that cannot be trusted. "" if
// there is nothing. Octets that only ought to be percent-encoded are let through, as servers do.
std::string SyntaxObjection(const RawMessage& request);

}  // namespace rasp::ftw
