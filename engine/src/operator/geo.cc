// SPDX-License-Identifier: Apache-2.0
#include "core/ascii.h"
#include "operator/argument.h"
#include "operator/geo_database.h"
#include "operator/tables.h"

namespace rasp {
namespace {

// @geoLookup: the database knows the address; what it says of it is then in GEO. Where it knows
// nothing, GEO is empty.
class GeoLookup final : public Operator {
 public:
  explicit GeoLookup(GeoDatabase database) : database_(std::move(database)) {}

  bool Matches(std::string_view input, MatchContext& context) const override {
    GeoRecord unwanted;
    GeoRecord& record = context.geo == nullptr ? unwanted : *context.geo;
    record = GeoRecord{};
    const auto address = ParseIpAddress(Trim(input));
    if (!address) return false;
    const GeoDatabase::Outcome outcome = database_.Find(*address, record);
    if (outcome == GeoDatabase::Outcome::kCorrupt) context.gave_up = true;
    if (outcome == GeoDatabase::Outcome::kUnknown) return false;
    context.matched = Trim(input);
    return true;
  }

 private:
  GeoDatabase database_;
};

Result<OperatorPtr> MakeGeoLookup(const OperatorSpec& spec) {
  if (spec.settings == nullptr || !spec.settings->geo_database) {
    return MakeNeverMatching(
        "never matches without a country database: name a MaxMind DB file, as in SecGeoLookupDb "
        "/usr/share/GeoIP/GeoLite2-Country.mmdb");
  }
  Result<GeoDatabase> database = GeoDatabase::Open(*spec.settings->geo_database);
  if (!database) return Refuse(database.error());
  return OperatorPtr(std::make_unique<GeoLookup>(*std::move(database)));
}

constexpr OperatorDef kOperators[] = {
    {"geoLookup", MakeGeoLookup,
     "the database of SecGeoLookupDb knows the address; GEO says what it knows", false, false},
};

}  // namespace

std::span<const OperatorDef> GeoOperators() { return kOperators; }

}  // namespace rasp
