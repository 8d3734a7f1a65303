// SPDX-License-Identifier: Apache-2.0
#include "rasp/reference.h"

#include <array>

#include "operator/operator.h"
#include "rasp/verdict.h"
#include "rule/variable.h"
#include "transform/transform.h"

namespace rasp {
namespace {

template <typename Table>
std::vector<ReferenceEntry> EntriesOf(const Table& table) {
  std::vector<ReferenceEntry> entries;
  for (const auto& row : table) entries.push_back({row.name, row.summary});
  return entries;
}

// In the order of DegradedReason.
constexpr std::array<std::string_view, kDegradedReasonCount> kReasonSummaries = {
    "More header fields or bytes than the limits allow",
    "More arguments than the limits allow",
    "The body needs more memory than the limit on it",
    "The body has a Content-Encoding that is not decoded, or is malformed in it",
    "The body decodes to more bytes than the limit on the ratio allows",
    "The body has a charset that is not decoded",
    "JSON or XML nested deeper than the limit",
    "The server could not give the body to the engine",
    "The response is larger than what may be held back; its beginning was inspected",
    "The response is compressed in a way that is not decoded, so its body was not inspected",
    "The transaction reached its memory limit",
    "The transaction spent its time budget; the rules left were not run",
    "A regular expression gave up for want of memory",
    "The persistent collections could not be read or written; rules ran on what they had",
    "A fault of the engine's own",
};

}  // namespace

std::vector<ReferenceEntry> OperatorReference() { return EntriesOf(AllOperators()); }
std::vector<ReferenceEntry> TransformReference() { return EntriesOf(AllTransforms()); }
std::vector<ReferenceEntry> VariableReference() { return EntriesOf(AllVariables()); }

std::vector<ReferenceEntry> DegradedReasonReference() {
  std::vector<ReferenceEntry> entries;
  for (size_t i = 0; i < kReasonSummaries.size(); ++i) {
    entries.push_back({DegradedReasonName(static_cast<DegradedReason>(i)), kReasonSummaries[i]});
  }
  return entries;
}

std::optional<std::string> ApplyTransform(std::string_view name, std::string_view value) {
  const TransformDef* const transform = FindTransform(name);
  if (transform == nullptr) return std::nullopt;
  ByteBuffer out;
  return std::string(transform->apply(value, out) ? std::string_view(out) : value);
}

}  // namespace rasp
