// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "operator/ip_address.h"
#include "operator/operator.h"
#include "rasp/result.h"

struct MMDB_s;

namespace rasp {

// A MaxMind DB file (GeoLite2, DB-IP and others), mapped into memory. Immutable, thread-safe.
class GeoDatabase {
 public:
  enum class Outcome : uint8_t { kUnknown, kFound, kCorrupt };

  // Fails with one line that names the file.
  static Result<GeoDatabase> Open(const std::string& file);

  // Fills `record`, which must be empty. A field that the database has not stays empty.
  Outcome Find(const IpAddress& address, GeoRecord& record) const;

 private:
  struct Close {
    void operator()(MMDB_s* database) const;
  };
  std::unique_ptr<MMDB_s, Close> database_;
};

}  // namespace rasp
