// SPDX-License-Identifier: Apache-2.0
#include "operator/geo_database.h"

#include <maxminddb.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/quoted.h"
#include "operator/country_code.h"

namespace rasp {
namespace {

constexpr std::array<std::string_view, kGeoFields> kNames = {
    "COUNTRY_CODE", "COUNTRY_CODE3", "COUNTRY_NAME", "COUNTRY_CONTINENT", "REGION",
    "CITY",         "POSTAL_CODE",   "LATITUDE",     "LONGITUDE",         "DMA_CODE"};

// Where a GeoIP2 record has each field, in the order of kNames; COUNTRY_CODE3 is not in it.
using Path = std::array<const char*, 4>;  // ends with nullptr
constexpr std::array<Path, kGeoFields> kPaths = {{
    {"country", "iso_code", nullptr},
    {nullptr},
    {"country", "names", "en", nullptr},
    {"continent", "code", nullptr},
    {"subdivisions", "0", "iso_code", nullptr},
    {"city", "names", "en", nullptr},
    {"postal", "code", nullptr},
    {"location", "latitude", nullptr},
    {"location", "longitude", nullptr},
    {"location", "metro_code", nullptr},
}};

std::string Text(const MMDB_entry_data_s& data) {
  switch (data.type) {
    case MMDB_DATA_TYPE_UTF8_STRING:
      return std::string(data.utf8_string, data.data_size);
    case MMDB_DATA_TYPE_DOUBLE:
      return std::to_string(data.double_value);
    case MMDB_DATA_TYPE_FLOAT:
      return std::to_string(data.float_value);
    case MMDB_DATA_TYPE_UINT16:
      return std::to_string(data.uint16);
    case MMDB_DATA_TYPE_UINT32:
      return std::to_string(data.uint32);
    default:
      return {};
  }
}

sockaddr_storage SocketAddress(const IpAddress& address) {
  sockaddr_storage storage{};
  if (address.is_v4) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    std::memcpy(&in.sin_addr, address.bytes.data(), sizeof in.sin_addr);
    std::memcpy(&storage, &in, sizeof in);
  } else {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    std::memcpy(&in.sin6_addr, address.bytes.data(), sizeof in.sin6_addr);
    std::memcpy(&storage, &in, sizeof in);
  }
  return storage;
}

}  // namespace

std::span<const std::string_view> GeoFieldNames() { return kNames; }

void GeoDatabase::Close::operator()(MMDB_s* database) const {
  MMDB_close(database);
  delete database;
}

Result<GeoDatabase> GeoDatabase::Open(const std::string& file) {
  auto opened = std::make_unique<MMDB_s>();
  const int status = MMDB_open(file.c_str(), MMDB_MODE_MMAP, opened.get());
  if (status == MMDB_SUCCESS) {
    GeoDatabase database;
    database.database_.reset(opened.release());
    return database;
  }
  std::string why = MMDB_strerror(status);
  if (status == MMDB_FILE_OPEN_ERROR || status == MMDB_IO_ERROR) why = std::strerror(errno);
  return Result<GeoDatabase>::Failure(
      "cannot read " + Quoted(file) + " (SecGeoLookupDb): " + why +
      "; it must be a MaxMind DB file (.mmdb), as GeoLite2 or DB-IP offer; the older .dat format "
      "is not read");
}

GeoDatabase::Outcome GeoDatabase::Find(const IpAddress& address, GeoRecord& record) const {
  const sockaddr_storage storage = SocketAddress(address);
  int error = MMDB_SUCCESS;
  MMDB_lookup_result_s result =
      MMDB_lookup_sockaddr(database_.get(), reinterpret_cast<const sockaddr*>(&storage), &error);
  // An IPv4 database knows no IPv6 address; that is no damage.
  if (error == MMDB_IPV6_LOOKUP_IN_IPV4_DATABASE_ERROR) return Outcome::kUnknown;
  if (error != MMDB_SUCCESS) return Outcome::kCorrupt;
  if (!result.found_entry) return Outcome::kUnknown;
  for (size_t i = 0; i < kPaths.size(); ++i) {
    if (kPaths[i][0] == nullptr) continue;
    MMDB_entry_data_s data{};
    const int status = MMDB_aget_value(&result.entry, &data, kPaths[i].data());
    if (status == MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR || !data.has_data) continue;
    if (status != MMDB_SUCCESS) return Outcome::kCorrupt;
    record.fields[i] = Text(data);
  }
  record.fields[1] = CountryCode3(record.fields[0]);
  record.found = true;
  return Outcome::kFound;
}

}  // namespace rasp
