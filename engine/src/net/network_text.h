// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "net/prefix.h"

namespace rasp::net {

// What became of one entry of a list.
struct ReadNetwork {
  bool ok = false;
  std::string complaint;  // what is wrong and what to write instead; of an entry that is ok, what
                          // it was taken for
};

// An address, CIDR, range or `all` to the prefixes that it is.
ReadNetwork ReadNetworkText(std::string_view text, PrefixSink& sink);

// A dotted quad; false: it is none. Leading zeros, which some read as octal, are refused.
bool ParseQuad(std::string_view text, V4& address);

}  // namespace rasp::net
