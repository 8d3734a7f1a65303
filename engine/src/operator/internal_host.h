// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/ip_address.h"

namespace rasp {

// Whether the address is one that a public server has no business to be sent to: loopback, private,
// link-local (cloud metadata), shared, reserved, multicast, and IPv6 forms that carry such an IPv4
// address.
bool IsInternalAddress(const IpAddress& address);

// Whether a URL's host names such an address, in any notation that some URL parser takes: dotted
// parts in decimal, octal or hex, one to four of them, too large ones wrapped around; IPv6 with
// zone; percent-encoded; full-width and circled digits; trailing dots; names that stand for the
// machine itself or for its cloud's metadata service, and the public wildcard names that resolve to
// an address written in them. `host` may have a port and brackets. Bounded: longer than 1024 bytes
// is no host.
bool IsInternalHost(std::string_view host);

// The same for text that nothing says is a host: only a full dotted quad, eight hex digits, IPv6 in
// full or a name, so that versions and plain numbers are left alone.
bool LooksLikeInternalHost(std::string_view text);

// What every such host holds that has no digit, no colon, no percent sign and no byte above ASCII:
// one of these texts, whatever its case.
std::vector<std::string> InternalNameTexts();

}  // namespace rasp
