// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "core/ascii.h"
#include "rasp/response_headers.h"

namespace rasp {
namespace {

const HeaderEdit* FindEdit(std::string_view preset_name, std::string_view header) {
  const HeaderPreset* const preset = FindHeaderPreset(preset_name);
  if (preset == nullptr) return nullptr;
  const auto found =
      std::find_if(preset->edits.begin(), preset->edits.end(),
                   [&](const HeaderEdit& e) { return EqualsIgnoreCase(e.name, header); });
  return found == preset->edits.end() ? nullptr : &*found;
}

// "a 'self'; b 'none'" -> {a: "'self'", b: "'none'"}
std::map<std::string, std::string> ParseCsp(std::string_view csp) {
  std::map<std::string, std::string> directives;
  while (!csp.empty()) {
    const size_t end = std::min(csp.find(';'), csp.size());
    const std::string_view part = Trim(csp.substr(0, end));
    csp.remove_prefix(std::min(end + 1, csp.size()));
    if (part.empty()) continue;
    const size_t space = std::min(part.find(' '), part.size());
    const bool fresh =
        directives
            .emplace(part.substr(0, space), Trim(part.substr(std::min(space + 1, part.size()))))
            .second;
    EXPECT_TRUE(fresh) << "a repeated directive is ignored by browsers: " << part;
  }
  return directives;
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return IsAlpha(c) || IsDigit(c) || c == '-'; });
}

TEST(HeaderPresets, AreFoundByTheirExactName) {
  ASSERT_NE(FindHeaderPreset("strict"), nullptr);
  ASSERT_NE(FindHeaderPreset("api"), nullptr);
  EXPECT_EQ(FindHeaderPreset("Strict"), nullptr);
  EXPECT_EQ(FindHeaderPreset(""), nullptr);
  for (const HeaderPreset& preset : HeaderPresets()) {
    EXPECT_EQ(FindHeaderPreset(preset.name), &preset);
    EXPECT_FALSE(preset.summary.empty()) << preset.name;
  }
}

TEST(HeaderPresets, HoldEveryHeaderOnceAndWellFormed) {
  for (const HeaderPreset& preset : HeaderPresets()) {
    std::set<std::string> seen;
    for (const HeaderEdit& edit : preset.edits) {
      SCOPED_TRACE(std::string(preset.name) + ": " + std::string(edit.name));
      EXPECT_TRUE(IsToken(edit.name));
      std::string lower(edit.name);
      std::transform(lower.begin(), lower.end(), lower.begin(), ToLower);
      EXPECT_TRUE(seen.insert(lower).second);
      EXPECT_EQ(edit.value.empty(), edit.policy == HeaderPolicy::kRemove);
      EXPECT_TRUE(std::all_of(edit.value.begin(), edit.value.end(),
                              [](char c) { return c >= ' ' && c < 0x7f; }));
      EXPECT_EQ(Trim(edit.value), edit.value);
    }
  }
}

TEST(HeaderPresets, SendHstsOnlyOverTlsAndNeverPreload) {
  for (const HeaderPreset& preset : HeaderPresets()) {
    const HeaderEdit* const hsts = FindEdit(preset.name, "Strict-Transport-Security");
    ASSERT_NE(hsts, nullptr) << preset.name;
    EXPECT_TRUE(hsts->tls_only);
    EXPECT_EQ(hsts->value.find("preload"), std::string_view::npos);
    EXPECT_EQ(hsts->value, "max-age=63072000; includeSubDomains");
    for (const HeaderEdit& edit : preset.edits)
      EXPECT_EQ(edit.tls_only, &edit == hsts) << edit.name;
  }
}

TEST(HeaderPresets, LetNoPolicyAllowInlineScriptOrForeignContent) {
  for (const HeaderPreset& preset : HeaderPresets()) {
    SCOPED_TRACE(preset.name);
    const HeaderEdit* const edit = FindEdit(preset.name, "Content-Security-Policy");
    ASSERT_NE(edit, nullptr);
    for (const std::string_view loose :
         {"unsafe-inline", "unsafe-eval", "unsafe-hashes", "*", "http:", "https:"}) {
      EXPECT_EQ(edit->value.find(loose), std::string_view::npos) << loose;
    }
    const auto csp = ParseCsp(edit->value);
    EXPECT_EQ(csp.at("default-src"), "'none'");
    EXPECT_EQ(csp.at("base-uri"), "'none'");
    EXPECT_EQ(csp.at("frame-ancestors"), "'none'");
    EXPECT_TRUE(csp.contains("form-action"));
    EXPECT_FALSE(csp.contains("object-src")) << "plug-ins stay under default-src 'none'";
  }
}

struct Expected {
  std::string_view preset, header, value;
  HeaderPolicy policy;
};

constexpr Expected kExpected[] = {
    {"strict", "X-Content-Type-Options", "nosniff", HeaderPolicy::kOverride},
    {"strict", "X-Frame-Options", "DENY", HeaderPolicy::kSetIfAbsent},
    {"strict", "Referrer-Policy", "strict-origin-when-cross-origin", HeaderPolicy::kSetIfAbsent},
    {"strict", "Cross-Origin-Opener-Policy", "same-origin", HeaderPolicy::kSetIfAbsent},
    {"strict", "Cross-Origin-Resource-Policy", "same-origin", HeaderPolicy::kSetIfAbsent},
    {"strict", "X-DNS-Prefetch-Control", "off", HeaderPolicy::kSetIfAbsent},
    {"strict", "X-XSS-Protection", "0", HeaderPolicy::kOverride},
    {"strict", "X-Powered-By", "", HeaderPolicy::kRemove},
    {"strict", "X-AspNet-Version", "", HeaderPolicy::kRemove},
    {"strict", "X-Generator", "", HeaderPolicy::kRemove},
    {"api", "X-Content-Type-Options", "nosniff", HeaderPolicy::kOverride},
    {"api", "X-Frame-Options", "DENY", HeaderPolicy::kOverride},
    {"api", "Referrer-Policy", "no-referrer", HeaderPolicy::kOverride},
    {"api", "Cache-Control", "no-store", HeaderPolicy::kSetIfAbsent},
    {"api", "X-Powered-By", "", HeaderPolicy::kRemove},
};

TEST(HeaderPresets, HoldTheDocumentedValues) {
  for (const Expected& want : kExpected) {
    SCOPED_TRACE(std::string(want.preset) + ": " + std::string(want.header));
    const HeaderEdit* const edit = FindEdit(want.preset, want.header);
    ASSERT_NE(edit, nullptr);
    EXPECT_EQ(edit->value, want.value);
    EXPECT_EQ(edit->policy, want.policy);
  }
}

TEST(HeaderPresets, LeaveTheApplicationsOwnPagePoliciesAlone) {
  for (const std::string_view header :
       {"Content-Security-Policy", "Permissions-Policy", "X-Frame-Options"}) {
    EXPECT_EQ(FindEdit("strict", header)->policy, HeaderPolicy::kSetIfAbsent) << header;
  }
}

TEST(HeaderPresets, NeverTouchWhatAnswersAreMadeOf) {
  for (const HeaderPreset& preset : HeaderPresets()) {
    for (const std::string_view header :
         {"Content-Type", "Content-Length", "Set-Cookie", "Location", "ETag", "Vary",
          "Access-Control-Allow-Origin"}) {
      EXPECT_EQ(FindEdit(preset.name, header), nullptr) << preset.name << ": " << header;
    }
  }
}

}  // namespace
}  // namespace rasp
