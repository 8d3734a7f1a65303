// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace rasp {

// An address of either family. IPv6-mapped IPv4 (::ffff:a.b.c.d) is IPv4: it is what a dual-stack
// socket says of an IPv4 client.
struct IpAddress {
  std::array<uint8_t, 16> bytes{};  // network order; of IPv4 the first four
  bool is_v4 = false;

  int bits() const { return is_v4 ? 32 : 128; }
  uint32_t v4() const;  // REQUIRES: is_v4. Host order.
};

// Dotted quad or RFC 4291 text; nothing else, no port, no brackets, no zone.
std::optional<IpAddress> ParseIpAddress(std::string_view text);

struct IpNetwork {
  IpAddress address;
  int prefix = 0;  // bits that count
};

// An address, or address/prefix.
std::optional<IpNetwork> ParseIpNetwork(std::string_view text);

bool Contains(const IpNetwork& network, const IpAddress& address);

// Networks of both families, searched in logarithmic time.
class IpSet {
 public:
  explicit IpSet(std::span<const IpNetwork> networks);
  bool Contains(const IpAddress& address) const;

 private:
  struct Range {
    std::array<uint8_t, 16> first;
    std::array<uint8_t, 16> last;
  };
  std::vector<Range> v4_;  // sorted, not overlapping
  std::vector<Range> v6_;
};

}  // namespace rasp
