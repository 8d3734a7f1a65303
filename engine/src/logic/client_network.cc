// SPDX-License-Identifier: Apache-2.0
#include "logic/client_network.h"

#include <charconv>
#include <cmath>
#include <numbers>

#include "core/capped_memory.h"
#include "operator/ip_address.h"

namespace rasp {
namespace {

int PrefixOf(const IpAddress& address, int number) {
  if (number == 0) return address.bits();
  if (address.is_v4) return number > 32 ? 32 : number;
  if (number > 32) return number;
  if (number == 32) return 64;
  return number >= 24 ? 48 : 32;
}

class Writer {
 public:
  void Number(unsigned number, int base) {
    at_ = std::to_chars(at_, text_ + sizeof(text_), number, base).ptr;
  }
  void Char(char c) { *at_++ = c; }
  std::string_view text() const { return {text_, static_cast<size_t>(at_ - text_)}; }

 private:
  char text_[64];
  char* at_ = text_;
};

}  // namespace

std::string_view NetworkText(std::string_view text, int number, std::pmr::memory_resource& memory) {
  const std::optional<IpAddress> parsed = ParseIpAddress(text);
  if (!parsed) return {};
  IpAddress address = *parsed;
  const int prefix = PrefixOf(address, number);
  for (int bit = prefix; bit < address.bits(); ++bit) {
    uint8_t& byte = address.bytes[static_cast<size_t>(bit / 8)];
    byte = static_cast<uint8_t>(byte & ~(0x80 >> (bit % 8)));
  }
  Writer out;
  if (address.is_v4) {
    for (size_t i = 0; i < 4; ++i) {
      if (i > 0) out.Char('.');
      out.Number(address.bytes[i], 10);
    }
  } else {
    for (size_t i = 0; i < 16; i += 2) {
      if (i > 0) out.Char(':');
      out.Number(static_cast<unsigned>(address.bytes[i] << 8 | address.bytes[i + 1]), 16);
    }
  }
  if (prefix < address.bits()) {
    out.Char('/');
    out.Number(static_cast<unsigned>(prefix), 10);
  }
  return CopyTo(memory, out.text());
}

double Kilometres(int latitude1, int longitude1, int latitude2, int longitude2) {
  constexpr double kRadius = 6371.0;
  constexpr double kUnit = std::numbers::pi / 18'000.0;
  const double lat1 = latitude1 * kUnit;
  const double lat2 = latitude2 * kUnit;
  const double dlat = std::sin((lat2 - lat1) / 2);
  const double dlon = std::sin((longitude2 - longitude1) * kUnit / 2);
  const double a = dlat * dlat + std::cos(lat1) * std::cos(lat2) * dlon * dlon;
  return 2 * kRadius * std::asin(std::sqrt(std::fmin(1.0, a)));
}

}  // namespace rasp
