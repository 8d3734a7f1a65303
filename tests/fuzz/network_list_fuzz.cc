// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "rasp/network.h"

namespace rasp {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

// Nothing but what stands in the list is in the set; every address that stands there is.
void CheckList(std::string_view text) {
  NetworkListReader reader;
  reader.ReadText(text, "list");
  Require(reader.errors() <= text.size());
  Require(reader.diagnostics().size() <= NetworkListReader::kMostDiagnostics);
  const NetworkSet set = reader.Build();
  Require(reader.Build().networks() == 0);
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const auto address = NetworkAddress::Parse(line);
    // The list's reader refuses numbers with leading zeros, as that of addresses does.
    if (address && !line.empty()) Require(set.Contains(*address));
    at = end + 1;
  }
}

// A line by itself is understood as it is between others.
void CheckLine(std::string_view line) {
  if (line.find('\n') != line.npos) return;
  NetworkListReader alone;
  alone.ReadText(line, "list");
  NetworkListReader among;
  std::vector<char> lines;
  constexpr std::string_view kOther = "\n192.0.2.1\n";
  lines.insert(lines.end(), kOther.begin(), kOther.end());
  lines.insert(lines.end(), line.begin(), line.end());
  lines.insert(lines.end(), kOther.begin(), kOther.end());
  among.ReadText({lines.data(), lines.size()}, "list");
  const bool marked = line.starts_with("\xef\xbb\xbf");  // ignored at a list's beginning alone
  if (!marked) Require(alone.errors() == among.errors());
  Require(among.Build().Contains(*NetworkAddress::Parse("192.0.2.1")));
}

}  // namespace
}  // namespace rasp

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::vector<char> exact(data, data + size);
  const std::string_view text(exact.data(), exact.size());
  rasp::CheckList(text);
  rasp::CheckLine(text);
  (void)rasp::ParseRate(text);
  return 0;
}
