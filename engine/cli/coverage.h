// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace rasp {

// Which published kinds of abuse are covered, by what, and how well.
// tests/rulesets/test_coverage.py holds what is said here against the tree.

// What covers something: one part of this product.
enum class MeasureKind : uint8_t {
  kOperator,   // of business-logic rules
  kPart,       // a top-level member of a model that is no rule
  kPlace,      // what conditions and keys of a model can read
  kDirective,  // of nginx
  kRules,      // a file in rulesets/owasp-top10
  kTemplate,   // a file in rulesets/business-logic
};
std::string_view MeasureKindName(MeasureKind kind);

struct Measure {
  MeasureKind kind;
  std::string_view name;
  bool built;  // it exists, and its tests pass
  std::string_view does;
};
std::span<const Measure> Measures();

// How well, once configured for an application, with what is built.
enum class CoverageGrade : uint8_t {
  kBlocks,      // each single case is refused
  kThresholds,  // many are told from few: what stays below a limit passes
  kPartial,     // some of its forms
  kNotVisible,  // nothing of it can be seen where requests and responses pass
};
std::string_view CoverageGradeName(CoverageGrade grade);

struct CoverageItem {
  std::string_view id;  // "BLA1", "OAT-007", "API3"
  std::string_view title;
  CoverageGrade grade;
  std::array<std::string_view, 8> measures;  // names of Measures(), those that are used
  std::string_view how;
  std::string_view unseen;  // what is not covered; empty: nothing worth saying
};
struct CoverageList {
  std::string_view id;     // "bla"
  std::string_view title;  // "OWASP Top 10 for Business Logic Abuse (2025)"
  std::span<const CoverageItem> items;
};
std::span<const CoverageList> CoverageLists();

}  // namespace rasp
