// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "rasp/event.h"
#include "rasp/verdict.h"

namespace rasp {
namespace {

TEST(DegradedReasons, HaveDistinctNamesAndAnErrorStatus) {
  std::set<std::string_view> names;
  for (int i = 0; i < kDegradedReasonCount; ++i) {
    const auto reason = static_cast<DegradedReason>(i);
    EXPECT_TRUE(names.insert(DegradedReasonName(reason)).second) << DegradedReasonName(reason);
    EXPECT_GE(DegradedReasonStatus(reason), 400) << DegradedReasonName(reason);
  }
  EXPECT_EQ(DegradedReasonName(DegradedReason::kRequestHeaderLimit), "request-header-limit");
  EXPECT_EQ(DegradedReasonName(DegradedReason::kMemoryLimit), "memory-limit");
  EXPECT_EQ(DegradedReasonName(DegradedReason::kInternal), "internal");
  EXPECT_EQ(DegradedReasonStatus(DegradedReason::kRequestBodyLimit), 413);
  EXPECT_EQ(DegradedReasonStatus(DegradedReason::kInternal), 503);
}

TEST(SeverityNames, FollowSyslog) {
  EXPECT_EQ(SeverityName(Severity::kEmergency), "emergency");
  EXPECT_EQ(SeverityName(Severity::kCritical), "critical");
  EXPECT_EQ(SeverityName(Severity::kDebug), "debug");
}

TEST(PhaseNames, AreTheRulesetsWords) {
  EXPECT_EQ(PhaseName(Phase::kRequestHeaders), "request_headers");
  EXPECT_EQ(PhaseName(Phase::kLogging), "logging");
}

}  // namespace
}  // namespace rasp
