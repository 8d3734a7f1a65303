// SPDX-License-Identifier: Apache-2.0
#include "operator/internal_host.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/ascii.h"

namespace rasp {
namespace {

constexpr size_t kLongestHost =
    1024;  // 253 by RFC 1035, more when every byte of it is percent-encoded

struct V4Network {
  uint32_t address;
  int prefix;
};

// IANA's registry of special-purpose addresses, less what is merely documentation; and two metadata
// addresses of clouds that are not in it (Azure's wire server, Oracle's).
constexpr V4Network kInternalV4[] = {
    {0x00000000, 8},   // this network; 0.0.0.0 reaches the machine itself
    {0x0a000000, 8},   // private
    {0x64400000, 10},  // shared (carriers); Alibaba's metadata
    {0x7f000000, 8},   // loopback
    {0xa83f8110, 32},  // Azure 168.63.129.16
    {0xa9fe0000, 16},  // link-local; cloud metadata
    {0xac100000, 12},  // private
    {0xc0000000, 24},  // protocol assignments; Oracle's metadata
    {0xc0a80000, 16},  // private
    {0xc6120000, 15},  // benchmarking
    {0xe0000000, 4},   // multicast
    {0xf0000000, 4},   // reserved, broadcast
};

constexpr std::string_view kInternalV6[] = {
    "::/127",          // unspecified, loopback
    "64:ff9b:1::/48",  // local NAT64
    "fc00::/7",        // unique local; Amazon's metadata fd00:ec2::254
    "fe80::/10",       // link-local
    "fec0::/10",       // site-local
    "ff00::/8",        // multicast
};

// IPv6 prefixes behind which an IPv4 address stands, and where.
struct Embedding {
  std::string_view network;
  size_t offset;
};
constexpr Embedding kEmbeddings[] = {
    {"::/96", 12},
    {"::ffff:0:0:0/96", 12},
    {"64:ff9b::/96", 12},
    {"2002::/16", 2},
};

constexpr std::string_view kInternalNames[] = {
    "localhost",
    "localhost6",
    "localdomain",
    "ip6-localhost",
    "ip6-loopback",
    "loopback",
    "metadata",
    "instance-data",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "host.docker.internal",
};

constexpr std::string_view kInternalSuffixes[] = {
    ".localhost", ".localdomain", ".internal", ".local",        ".cluster.local", ".lan",
    ".intranet",  ".home.arpa",   ".corp",     ".localtest.me", ".lvh.me",        ".vcap.me",
};

// Anyone's names: 10.0.0.1.nip.io and www.10-0-0-1.sslip.io resolve to 10.0.0.1.
constexpr std::string_view kWildcardSuffixes[] = {".nip.io", ".sslip.io", ".xip.io"};

bool IsInternalV4(uint32_t address) {
  return std::any_of(std::begin(kInternalV4), std::end(kInternalV4),
                     [address](const V4Network& network) {
                       return (address ^ network.address) >> (32 - network.prefix) == 0;
                     });
}

bool InNetwork(std::string_view network, const IpAddress& address) {
  const auto parsed = ParseIpNetwork(network);
  return parsed && Contains(*parsed, address);
}

// U+FF10 (full-width 0), U+2460 (circled 1) and their like, which IDNA maps to ASCII.
char FoldCodePoint(unsigned code) {
  if (code == 0x3002 || code == 0xff0e || code == 0xff61) return '.';
  if (code >= 0xff10 && code <= 0xff19) return static_cast<char>('0' + (code - 0xff10));
  if (code >= 0xff21 && code <= 0xff3a) return static_cast<char>('a' + (code - 0xff21));
  if (code >= 0xff41 && code <= 0xff5a) return static_cast<char>('a' + (code - 0xff41));
  if (code >= 0x2460 && code <= 0x2468) return static_cast<char>('1' + (code - 0x2460));
  if (code == 0x24ea) return '0';
  if (code >= 0x24b6 && code <= 0x24cf) return static_cast<char>('a' + (code - 0x24b6));
  if (code >= 0x24d0 && code <= 0x24e9) return static_cast<char>('a' + (code - 0x24d0));
  return '\0';
}

// A host as resolvers would read it: percent-encoding undone, lower case, ASCII where IDNA would
// make it so; soft hyphens and the like fall through as they are.
class FoldedHost {
 public:
  // REQUIRES: host.size() <= kLongestHost
  explicit FoldedHost(std::string_view host) {
    DecodePercent(host);
    Fold();
  }
  std::string_view text() const { return {bytes_.data(), size_}; }

 private:
  void DecodePercent(std::string_view text) {
    for (size_t i = 0; i < text.size(); ++i) {
      const int high = text[i] == '%' && i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
      const int low = high < 0 ? -1 : HexValue(text[i + 2]);
      bytes_[size_++] = low < 0 ? text[i] : static_cast<char>(high * 16 + low);
      if (low >= 0) i += 2;
    }
  }

  // In place: nothing becomes longer.
  void Fold() {
    const auto at = [this](size_t k) { return static_cast<unsigned char>(bytes_[k]); };
    size_t end = 0;
    for (size_t i = 0; i < size_;) {
      if ((at(i) & 0xf0) == 0xe0 && i + 2 < size_) {
        const unsigned code =
            (at(i) & 0x0fu) << 12 | (at(i + 1) & 0x3fu) << 6 | (at(i + 2) & 0x3fu);
        if (const char folded = FoldCodePoint(code); folded != '\0') {
          bytes_[end++] = folded;
          i += 3;
          continue;
        }
      }
      bytes_[end++] = ToLower(bytes_[i++]);
    }
    size_ = end;
  }

  std::array<char, kLongestHost> bytes_;
  size_t size_ = 0;
};

// The host without brackets, zone, port and trailing dots.
std::string_view StripPort(std::string_view host) {
  if (host.starts_with('[')) {
    host = host.substr(1, std::min(host.find(']'), host.size()) - 1);
    return host.substr(0, host.find('%'));
  }
  const size_t colon = host.find(':');
  if (colon != std::string_view::npos && host.find(':', colon + 1) == std::string_view::npos) {
    host = host.substr(0, colon);
  }
  if (host.find(':') != std::string_view::npos) host = host.substr(0, host.find('%'));
  while (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

struct Part {
  uint64_t value = 0;
  bool hex = false;
};

// One part of an IPv4 address as inet_aton(3) takes it: 0x is hex, a leading 0 octal. Wraps around
// at 2^32.
std::optional<Part> ReadPart(std::string_view text) {
  Part part;
  unsigned base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    part.hex = true;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
  }
  if (text.empty()) return part.hex ? std::optional(part) : std::nullopt;
  for (const char c : text) {
    const int digit = HexValue(c);
    if (digit < 0 || digit >= static_cast<int>(base == 16 ? 16 : 10)) return std::nullopt;
    if (base == 8 && digit > 7) return std::nullopt;
    part.value = (part.value * base + static_cast<unsigned>(digit)) & 0xffffffffu;
  }
  return part;
}

struct NumericHost {
  uint32_t address = 0;
  size_t parts = 0;
  size_t digits = 0;
  bool hex = false;
};

std::optional<NumericHost> ReadNumericHost(std::string_view host) {
  NumericHost numeric;
  numeric.digits = host.size();
  uint32_t address = 0;
  while (true) {
    const size_t dot = host.find('.');
    const auto part = ReadPart(host.substr(0, dot));
    if (!part || ++numeric.parts > 4) return std::nullopt;
    numeric.hex |= part->hex;
    if (dot == std::string_view::npos) {
      const auto bits = static_cast<unsigned>(8 * (5 - numeric.parts));
      const uint64_t mask = (uint64_t{1} << bits) - 1;
      numeric.address = address | static_cast<uint32_t>(part->value & mask);
      return numeric;
    }
    address |= static_cast<uint32_t>(part->value & 0xff) << (8 * (4 - numeric.parts));
    host.remove_prefix(dot + 1);
  }
}

bool IsInternalName(std::string_view host) {
  const auto is = [host](std::string_view name) { return host == name; };
  const auto ends = [host](std::string_view suffix) {
    return host.ends_with(suffix) || host == suffix.substr(1);
  };
  return std::any_of(std::begin(kInternalNames), std::end(kInternalNames), is) ||
         std::any_of(std::begin(kInternalSuffixes), std::end(kInternalSuffixes), ends);
}

// The last four numbers before the suffix, parted by dots or hyphens, or eight hex digits.
bool IsWildcardOfInternal(std::string_view host) {
  for (const std::string_view suffix : kWildcardSuffixes) {
    if (!host.ends_with(suffix)) continue;
    const std::string_view name = host.substr(0, host.size() - suffix.size());
    const auto parts = [](char c) { return c == '.' || c == '-'; };
    size_t begin = name.size();
    for (int seen = 0; begin > 0 && (!parts(name[begin - 1]) || seen++ < 3);) --begin;
    std::array<char, kLongestHost> dotted;
    const auto end = std::replace_copy(name.begin() + static_cast<std::ptrdiff_t>(begin),
                                       name.end(), dotted.begin(), '-', '.');
    const auto quad = ReadNumericHost(std::string_view(dotted.begin(), end));
    if (quad && quad->parts == 4) return IsInternalV4(quad->address);
    const std::string_view last = name.substr(name.find_last_of(".-") + 1);  // npos + 1 is 0
    std::array<char, 10> digits = {'0', 'x'};
    if (last.size() != digits.size() - 2) return false;
    std::copy(last.begin(), last.end(), digits.begin() + 2);
    const auto hex = ReadNumericHost({digits.data(), digits.size()});
    return hex && IsInternalV4(hex->address);
  }
  return false;
}

bool IsInternalByName(std::string_view host) {
  return IsInternalName(host) || IsWildcardOfInternal(host);
}

}  // namespace

bool IsInternalAddress(const IpAddress& address) {
  if (address.is_v4) return IsInternalV4(address.v4());
  for (const std::string_view network : kInternalV6) {
    if (InNetwork(network, address)) return true;
  }
  for (const Embedding& embedding : kEmbeddings) {
    if (!InNetwork(embedding.network, address)) continue;
    IpAddress inner;
    inner.is_v4 = true;
    std::copy_n(address.bytes.begin() + static_cast<std::ptrdiff_t>(embedding.offset), 4,
                inner.bytes.begin());
    return IsInternalV4(inner.v4());
  }
  return false;
}

bool IsInternalHost(std::string_view host) {
  if (host.empty() || host.size() > kLongestHost) return false;
  const FoldedHost folded(host);
  const std::string_view name = StripPort(folded.text());
  if (const auto address = ParseIpAddress(name)) return IsInternalAddress(*address);
  if (const auto numeric = ReadNumericHost(name)) return IsInternalV4(numeric->address);
  return IsInternalByName(name);
}

bool LooksLikeInternalHost(std::string_view text) {
  if (text.empty() || text.size() > kLongestHost) return false;
  const FoldedHost folded(text);
  const std::string_view name = StripPort(folded.text());
  if (const auto numeric = ReadNumericHost(name)) {
    const bool plain =
        numeric->parts == 4 || (numeric->hex && numeric->parts == 1 && numeric->digits >= 10);
    return plain && IsInternalV4(numeric->address);
  }
  if (const auto address = ParseIpAddress(name)) {
    return name.size() > 2 && IsInternalAddress(*address);  // "::" alone is a word of C++
  }
  return IsInternalByName(name);
}

std::vector<std::string> InternalNameTexts() {
  std::vector<std::string> texts(std::begin(kInternalNames), std::end(kInternalNames));
  for (const std::string_view suffix : kInternalSuffixes) texts.emplace_back(suffix.substr(1));
  for (const std::string_view suffix : kWildcardSuffixes) texts.emplace_back(suffix);
  return texts;
}

}  // namespace rasp
