// SPDX-License-Identifier: Apache-2.0
#include "operator/ip_address.h"
#include "rasp/network.h"

namespace rasp {
namespace {

uint64_t Word(std::span<const uint8_t> bytes) {
  uint64_t word = 0;
  for (const uint8_t byte : bytes) word = word << 8 | byte;
  return word;
}

}  // namespace

NetworkAddress NetworkAddress::FromBytes(std::span<const uint8_t> bytes) {
  if (bytes.size() == 4) return {0, Word(bytes), true};
  NetworkAddress address = {Word(bytes.first(8)), Word(bytes.subspan(8, 8)), false};
  constexpr uint64_t kMapped = 0xffff;
  if (address.high == 0 && address.low >> 32 == kMapped) {
    return {0, address.low & UINT32_MAX, true};
  }
  return address;
}

std::optional<NetworkAddress> NetworkAddress::Parse(std::string_view text) {
  const auto address = ParseIpAddress(text);
  if (!address) return std::nullopt;
  return FromBytes(std::span(address->bytes).first(address->is_v4 ? 4 : 16));
}

}  // namespace rasp
