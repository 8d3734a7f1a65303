// SPDX-License-Identifier: Apache-2.0
#include <maxminddb.h>
#include <netinet/in.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/ascii.h"
#include "core/quoted.h"
#include "rasp/network.h"

namespace rasp {
namespace {

sockaddr_storage SocketAddress(const NetworkAddress& address) {
  std::array<uint8_t, 16> bytes{};
  for (size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<uint8_t>(address.high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<uint8_t>(address.low >> (56 - 8 * i));
  }
  sockaddr_storage storage{};
  if (address.is_v4) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    std::memcpy(&in.sin_addr, bytes.data() + 12, sizeof in.sin_addr);
    std::memcpy(&storage, &in, sizeof in);
  } else {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    std::memcpy(&in.sin6_addr, bytes.data(), sizeof in.sin6_addr);
    std::memcpy(&storage, &in, sizeof in);
  }
  return storage;
}

// False: the file is damaged there. A field that the record has not, or has in another form, leaves
// `data.has_data` unset.
bool Get(MMDB_entry_s& entry, const char* const* path, MMDB_entry_data_s& data) {
  const int status = MMDB_aget_value(&entry, &data, path);
  if (status == MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR) {
    data.has_data = false;
    return true;
  }
  return status == MMDB_SUCCESS;
}

// DB-IP, GeoLite2 and GeoIP2; IPinfo.
constexpr std::array<std::array<const char*, 3>, 3> kCountry = {
    {{"country", "iso_code", nullptr}, {"country_code", nullptr}, {"country", nullptr}}};
constexpr std::array<std::array<const char*, 2>, 2> kSystem = {
    {{"autonomous_system_number", nullptr}, {"asn", nullptr}}};

// A number, or "AS64500".
uint32_t SystemOf(const MMDB_entry_data_s& data) {
  if (data.type == MMDB_DATA_TYPE_UINT32) return data.uint32;
  if (data.type != MMDB_DATA_TYPE_UTF8_STRING) return 0;
  std::string_view text(data.utf8_string, data.data_size);
  if (StartsWithIgnoreCase(text, "AS")) text.remove_prefix(2);
  uint64_t number = 0;
  for (const char c : text) {
    if (!IsDigit(c) || number > UINT32_MAX / 10) return 0;
    number = number * 10 + static_cast<uint64_t>(c - '0');
  }
  return number > UINT32_MAX ? 0 : static_cast<uint32_t>(number);
}

bool FindCountry(MMDB_entry_s& entry, uint16_t& country) {
  for (const auto& path : kCountry) {
    MMDB_entry_data_s data{};
    if (!Get(entry, path.data(), data)) return false;
    if (!data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING) continue;
    country = CountryCode({data.utf8_string, data.data_size});
    if (country != 0) return true;
  }
  return true;
}

bool FindSystem(MMDB_entry_s& entry, uint32_t& asn) {
  for (const auto& path : kSystem) {
    MMDB_entry_data_s data{};
    if (!Get(entry, path.data(), data)) return false;
    if (data.has_data) asn = SystemOf(data);
    if (asn != 0) return true;
  }
  return true;
}

}  // namespace

uint16_t CountryCode(std::string_view text) {
  if (text.size() != 2 || !IsAlpha(text[0]) || !IsAlpha(text[1])) return 0;
  return static_cast<uint16_t>(ToUpper(text[0]) << 8 | ToUpper(text[1]));
}

std::string_view CountryText(uint16_t code, char (&text)[2]) {
  text[0] = static_cast<char>(code >> 8);
  text[1] = static_cast<char>(code & 0xff);
  return {text, code == 0 ? size_t{0} : size_t{2}};
}

void GeoNetworks::Close::operator()(MMDB_s* database) const {
  MMDB_close(database);
  delete database;
}

Result<GeoNetworks> GeoNetworks::Open(const std::string& file) {
  auto opened = std::make_unique<MMDB_s>();
  const int status = MMDB_open(file.c_str(), MMDB_MODE_MMAP, opened.get());
  if (status == MMDB_SUCCESS) {
    GeoNetworks networks;
    networks.database_.reset(opened.release());
    return networks;
  }
  std::string why = MMDB_strerror(status);
  if (status == MMDB_FILE_OPEN_ERROR || status == MMDB_IO_ERROR) why = std::strerror(errno);
  return Result<GeoNetworks>::Failure("cannot read " + Quoted(file) + ": " + why +
                                      "; it must be a MaxMind DB file (.mmdb), as GeoLite2, DB-IP "
                                      "or IPinfo offer");
}

bool GeoNetworks::Find(const NetworkAddress& address, NetworkPlace& place) const {
  const sockaddr_storage storage = SocketAddress(address);
  int error = MMDB_SUCCESS;
  MMDB_lookup_result_s result =
      MMDB_lookup_sockaddr(database_.get(), reinterpret_cast<const sockaddr*>(&storage), &error);
  // An IPv4 database knows no IPv6 address; that is no damage.
  if (error == MMDB_IPV6_LOOKUP_IN_IPV4_DATABASE_ERROR) return true;
  if (error != MMDB_SUCCESS) return false;
  if (!result.found_entry) return true;
  if (place.country == 0 && !FindCountry(result.entry, place.country)) return false;
  return place.asn != 0 || FindSystem(result.entry, place.asn);
}

}  // namespace rasp
