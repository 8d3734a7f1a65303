// SPDX-License-Identifier: Apache-2.0
#include "net/network_text.h"

#include <algorithm>
#include <bit>

#include "core/ascii.h"
#include "core/quoted.h"
#include "rasp/network.h"

namespace rasp::net {
namespace {

// Of either family, as a number of that family.
struct Address {
  bool is_v4 = false;
  V4 v4 = 0;
  V6 v6 = 0;
  bool mapped = false;  // IPv4, written as ::ffff:...
};

bool ParseAddress(std::string_view text, Address& address) {
  if (ParseQuad(text, address.v4)) {
    address.is_v4 = true;
    return true;
  }
  if (text.find(':') == text.npos) return false;
  const auto parsed = NetworkAddress::Parse(text);
  if (!parsed) return false;
  address.is_v4 = address.mapped = parsed->is_v4;
  if (parsed->is_v4) {
    address.v4 = static_cast<V4>(parsed->low);
  } else {
    address.v6 = V6{parsed->high} << 64 | parsed->low;
  }
  return true;
}

// -1: no number of up to three digits.
int ParseLength(std::string_view text) {
  if (text.empty() || text.size() > 3) return -1;
  int value = 0;
  for (const char c : text) {
    if (!IsDigit(c)) return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

ReadNetwork Refuse(std::string_view text, std::string_view why) {
  return {false, Quoted(text) + ' ' + std::string(why)};
}

// Why no address could be read of `text`, in words that lead to one.
std::string_view ComplaintOf(std::string_view text) {
  constexpr std::string_view kNameChars = "abcdefghijklmnopqrstuvwxyz";
  if (text.find_first_of("[]") != text.npos) return "has brackets: write the address without them";
  if (text.find('%') != text.npos) return "has a zone: write the address without %...";
  if (text.find_first_of(" \t,") != text.npos) {
    return "is more than one thing: write one address, network or range a line, and comments "
           "behind #";
  }
  if (text.find('*') != text.npos) return "has a star: write a network such as 192.0.2.0/24";
  const bool has_dot = text.find('.') != text.npos;
  const bool has_colon = text.find(':') != text.npos;
  if (has_dot && text.find(':') == text.rfind(':') && has_colon) {
    return "has a port: write the address alone";
  }
  if (has_dot && !has_colon) {
    for (const char c : text) {
      if (kNameChars.find(ToLower(c)) != kNameChars.npos) {
        return "is a name, which is not looked up: write its addresses";
      }
    }
    return "is no address: an IPv4 address is four numbers from 0 to 255 without leading zeros, "
           "such as 192.0.2.7";
  }
  if (has_colon) return "is no IPv6 address: write it as 2001:db8::7";
  return "is no address: write 192.0.2.7, 192.0.2.0/24, 192.0.2.1-192.0.2.9, 2001:db8::/32 or all";
}

template <typename Key>
bool AddCidr(Key address, int length, PrefixSink& sink) {
  const Key first = address & MaskOf<Key>(length);
  sink.Add(Prefix<Key>{first, static_cast<uint8_t>(length)});
  return first == address;
}

ReadNetwork ReadCidr(std::string_view text, size_t slash, PrefixSink& sink) {
  const std::string_view behind = text.substr(slash + 1);
  Address address;
  if (!ParseAddress(text.substr(0, slash), address)) {
    return Refuse(text, ComplaintOf(text.substr(0, slash)));
  }
  V4 netmask = 0;
  if (ParseQuad(behind, netmask)) {
    const int ones = std::popcount(netmask);
    if (netmask != MaskOf<V4>(ones)) return Refuse(text, "has a netmask with holes");
    return {false, Quoted(text) + " has a netmask: write /" + std::to_string(ones)};
  }
  int length = ParseLength(behind);
  if (address.mapped) length -= 96;
  const int most = address.is_v4 ? kBits<V4> : kBits<V6>;
  if (length < 0 || length > most) {
    if (address.mapped) return Refuse(text, "is IPv4 in IPv6: its length is 96 to 128");
    return Refuse(text, address.is_v4 ? "ends in no length: that of an IPv4 network is 0 to 32"
                                      : "ends in no length: that of an IPv6 network is 0 to 128");
  }
  const bool exact =
      address.is_v4 ? AddCidr(address.v4, length, sink) : AddCidr(address.v6, length, sink);
  if (exact) return {true, {}};
  return {true, Quoted(text) +
                    " has bits beyond its length, which are taken as 0: if one address "
                    "is meant, leave out /" +
                    std::string(behind)};
}

int TrailingZeros(V4 value) { return std::countr_zero(value); }
int TrailingZeros(V6 value) {
  const auto low = static_cast<uint64_t>(value);
  return low != 0 ? std::countr_zero(low)
                  : 64 + std::countr_zero(static_cast<uint64_t>(value >> 64));
}
int Width(V4 value) { return std::bit_width(value); }
int Width(V6 value) {
  const auto high = static_cast<uint64_t>(value >> 64);
  return high != 0 ? 64 + std::bit_width(high) : std::bit_width(static_cast<uint64_t>(value));
}

// The fewest networks that make up [first, last]: at most two of each length.
template <typename Key>
void AddRange(Key first, Key last, PrefixSink& sink) {
  for (;;) {
    // As many bits may be anything as `first` leaves 0 and as there is room for.
    const Key beyond = last - first;  // addresses behind the first
    const int room =
        static_cast<Key>(beyond + 1) == 0 ? kBits<Key> : Width(static_cast<Key>(beyond + 1)) - 1;
    const int length = kBits<Key> - std::min(TrailingZeros(first), room);
    sink.Add(Prefix<Key>{first, static_cast<uint8_t>(length)});
    const Key end = first | static_cast<Key>(~MaskOf<Key>(length));
    if (end == last) return;
    first = end + 1;
  }
}

ReadNetwork ReadRange(std::string_view text, size_t dash, PrefixSink& sink) {
  const std::string_view from = Trim(text.substr(0, dash));
  const std::string_view to = Trim(text.substr(dash + 1));
  Address first;
  Address last;
  if (!ParseAddress(from, first)) return Refuse(text, ComplaintOf(from));
  if (!ParseAddress(to, last)) return Refuse(text, ComplaintOf(to));
  if (first.is_v4 != last.is_v4) {
    return Refuse(text, "is a range from one family to the other: write one for each");
  }
  if (first.is_v4 ? first.v4 > last.v4 : first.v6 > last.v6) {
    return Refuse(text, "is a range that ends before it begins: exchange its ends");
  }
  if (first.is_v4) {
    AddRange(first.v4, last.v4, sink);
  } else {
    AddRange(first.v6, last.v6, sink);
  }
  return {true, {}};
}

}  // namespace

bool ParseQuad(std::string_view text, V4& address) {
  V4 value = 0;
  size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part != 0 && (at >= text.size() || text[at++] != '.')) return false;
    const size_t begin = at;
    unsigned number = 0;
    while (at < text.size() && at - begin < 4 && IsDigit(text[at])) {
      number = number * 10 + static_cast<unsigned>(text[at++] - '0');
    }
    const size_t digits = at - begin;
    if (digits == 0 || digits > 3 || number > 255) return false;
    if (digits > 1 && text[begin] == '0') return false;
    value = value << 8 | number;
  }
  address = value;
  return at == text.size();
}

ReadNetwork ReadNetworkText(std::string_view text, PrefixSink& sink) {
  if (const size_t slash = text.find('/'); slash != text.npos) return ReadCidr(text, slash, sink);
  if (EqualsIgnoreCase(text, "all")) {
    sink.Add(Prefix<V4>{});
    sink.Add(Prefix<V6>{});
    return {true, {}};
  }
  const size_t dash = text.find('-');
  Address address;
  if (ParseAddress(text, address)) {
    if (address.is_v4) {
      sink.Add(Prefix<V4>{address.v4, kBits<V4>});
    } else {
      sink.Add(Prefix<V6>{address.v6, kBits<V6>});
    }
    return {true, {}};
  }
  const bool looks_like_range = dash != text.npos && dash != 0 &&
                                (IsDigit(text[0]) || text.substr(0, dash).find(':') != text.npos);
  if (looks_like_range) return ReadRange(text, dash, sink);
  return Refuse(text, ComplaintOf(text));
}

}  // namespace rasp::net
