// SPDX-License-Identifier: Apache-2.0
#include "operator/argument.h"
#include "operator/tables.h"

// Operators that SecLang has and this engine has not. They stand in the table so that a rule which
// uses one is refused with what can be done about it, instead of as a misspelling.
namespace rasp {
namespace {

Result<OperatorPtr> OnlyLibmodsecurity(const OperatorSpec&) {
  return Refuse(
      "needs libmodsecurity: inspect this location with `rasp_engine modsecurity`, or take the "
      "rule out");
}

// Looks nothing up. Rule sets that are widely used hold such rules, off unless they are asked for,
// so they are no error.
class NeverMatches final : public Operator {
 public:
  explicit NeverMatches(std::string_view why) : why_(why) {}
  bool Matches(std::string_view, MatchContext&) const override { return false; }
  std::string_view note() const override { return why_; }
  bool inert() const override { return true; }

 private:
  std::string_view why_;
};

Result<OperatorPtr> NoDnsQueries(const OperatorSpec&) {
  return MakeNeverMatching(
      "never matches, because this engine makes no DNS queries: inspect this location with "
      "`rasp_engine modsecurity` if you need the rule");
}

Result<OperatorPtr> NoRewriting(const OperatorSpec&) {
  return Refuse(
      "rewrites bodies, which no version 3 engine does: take the rule out, or use nginx's "
      "sub_filter for responses");
}

Result<OperatorPtr> NoSafeBrowsing(const OperatorSpec&) {
  return Refuse(
      "used a lookup service that Google has closed: take the rule out, or match known hosts with "
      "@pmFromFile");
}

Result<OperatorPtr> NoHashEngine(const OperatorSpec&) {
  return Refuse(
      "belongs to ModSecurity 2's hash engine, which no version 3 engine has: take the rule out, "
      "or sign links with "
      "nginx's secure_link");
}

constexpr std::string_view kOnlyLibmodsecurity = "not native: needs `rasp_engine modsecurity`";

constexpr OperatorDef kOperators[] = {
    {"fuzzyHash", OnlyLibmodsecurity, kOnlyLibmodsecurity},
    {"inspectFile", OnlyLibmodsecurity, kOnlyLibmodsecurity},
    {"rbl", NoDnsQueries, "never matches natively: a DNS query needs `rasp_engine modsecurity`"},
    {"validateDTD", OnlyLibmodsecurity, kOnlyLibmodsecurity},
    {"validateSchema", OnlyLibmodsecurity, kOnlyLibmodsecurity},
    {"rsub", NoRewriting, "not available: rewrites bodies"},
    {"gsbLookup", NoSafeBrowsing, "not available: its service is closed"},
    {"validateHash", NoHashEngine, "not available: belongs to ModSecurity 2's hash engine"},
};

}  // namespace

OperatorPtr MakeNeverMatching(std::string_view why) { return std::make_unique<NeverMatches>(why); }

std::span<const OperatorDef> UnavailableOperators() { return kOperators; }

}  // namespace rasp
