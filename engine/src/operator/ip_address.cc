// SPDX-License-Identifier: Apache-2.0
#include "operator/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>

#include "core/ascii.h"

namespace rasp {
namespace {

using Bytes = std::array<uint8_t, 16>;

constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::optional<int> ParsePrefix(std::string_view text) {
  if (text.empty() || text.size() > 3) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (!IsDigit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// `address` with every bit behind the prefix set to `bit`.
Bytes WithHostBits(const IpNetwork& network, bool bit) {
  Bytes bytes = network.address.bytes;
  for (int i = network.prefix; i < network.address.bits(); ++i) {
    const auto mask = static_cast<uint8_t>(0x80 >> (i % 8));
    uint8_t& byte = bytes[static_cast<size_t>(i / 8)];
    byte = static_cast<uint8_t>(bit ? byte | mask : byte & ~mask);
  }
  return bytes;
}

}  // namespace

uint32_t IpAddress::v4() const {
  return static_cast<uint32_t>(bytes[0]) << 24 | static_cast<uint32_t>(bytes[1]) << 16 |
         static_cast<uint32_t>(bytes[2]) << 8 | bytes[3];
}

std::optional<IpAddress> ParseIpAddress(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN + 1> terminated{};
  if (text.empty() || text.size() >= terminated.size()) return std::nullopt;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), terminated.begin());
  IpAddress address;
  if (inet_pton(AF_INET, terminated.data(), address.bytes.data()) == 1) {
    address.is_v4 = true;
    return address;
  }
  if (inet_pton(AF_INET6, terminated.data(), address.bytes.data()) != 1) return std::nullopt;
  if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin())) {
    IpAddress mapped;
    mapped.is_v4 = true;
    std::copy(address.bytes.begin() + 12, address.bytes.end(), mapped.bytes.begin());
    return mapped;
  }
  return address;
}

std::optional<IpNetwork> ParseIpNetwork(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = ParseIpAddress(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return IpNetwork{*address, address->bits()};
  auto prefix = ParsePrefix(text.substr(slash + 1));
  const bool written_as_v6 = text.substr(0, slash).find(':') != std::string_view::npos;
  if (prefix && address->is_v4 && written_as_v6) *prefix -= 96;
  if (!prefix || *prefix < 0 || *prefix > address->bits()) return std::nullopt;
  return IpNetwork{*address, *prefix};
}

bool Contains(const IpNetwork& network, const IpAddress& address) {
  if (network.address.is_v4 != address.is_v4) return false;
  return WithHostBits(network, false) <= address.bytes &&
         address.bytes <= WithHostBits(network, true);
}

IpSet::IpSet(std::span<const IpNetwork> networks) {
  for (const IpNetwork& network : networks) {
    (network.address.is_v4 ? v4_ : v6_)
        .push_back({WithHostBits(network, false), WithHostBits(network, true)});
  }
  for (std::vector<Range>* ranges : {&v4_, &v6_}) {
    std::sort(ranges->begin(), ranges->end(),
              [](const Range& a, const Range& b) { return a.first < b.first; });
    std::vector<Range> merged;
    for (const Range& range : *ranges) {
      if (merged.empty() || merged.back().last < range.first) {
        merged.push_back(range);
      } else {
        merged.back().last = std::max(merged.back().last, range.last);
      }
    }
    *ranges = std::move(merged);
  }
}

bool IpSet::Contains(const IpAddress& address) const {
  const std::vector<Range>& ranges = address.is_v4 ? v4_ : v6_;
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), address.bytes,
                       [](const Bytes& bytes, const Range& range) { return bytes < range.first; });
  return after != ranges.begin() && address.bytes <= std::prev(after)->last;
}

}  // namespace rasp
