// SPDX-License-Identifier: Apache-2.0
#include "rasp/diagnostic.h"

#include <gtest/gtest.h>

namespace rasp {
namespace {

TEST(FormatDiagnostic, SaysWhereWhatAndHow) {
  const Diagnostic full{
      DiagnosticSeverity::kError, {"a.json", 3, 7, "/rules/0/id"}, "duplicate-id", "id 1 is taken"};
  EXPECT_EQ(FormatDiagnostic(full),
            "a.json:3:7: error: duplicate-id: id 1 is taken (at /rules/0/id)");
  const Diagnostic bare{DiagnosticSeverity::kWarning, {}, "empty", "no rules"};
  EXPECT_EQ(FormatDiagnostic(bare), "warning: empty: no rules");
}

TEST(HasErrors, WarningsAreNone) {
  Diagnostics diagnostics{{DiagnosticSeverity::kWarning, {}, "w", "w"}};
  EXPECT_FALSE(HasErrors(diagnostics));
  diagnostics.push_back({DiagnosticSeverity::kError, {}, "e", "e"});
  EXPECT_TRUE(HasErrors(diagnostics));
}

}  // namespace
}  // namespace rasp
