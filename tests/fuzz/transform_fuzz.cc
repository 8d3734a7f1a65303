// SPDX-License-Identifier: Apache-2.0
// The first byte chooses a chain's length, the next ones its transformations, the rest is the
// value. Each step must keep what transform.h promises: "unchanged" if and only if the result is
// the input, the input left alone, and nothing done where acts_on says so.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_buffer.h"
#include "transform/transform.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

std::string Step(const rasp::TransformDef& def, std::string_view in) {
  const std::vector<char> exact(in.begin(), in.end());
  rasp::ByteBuffer out;
  const bool changed = def.apply({exact.data(), exact.size()}, out);
  Require(std::equal(exact.begin(), exact.end(), in.begin(), in.end()));
  if (!changed) return std::string(in);
  Require(def.acts_on == rasp::ByteMask::All() || def.acts_on.Meets(rasp::ByteMask(in)));
  Require(std::string_view(out) != in);
  Require(out.size() <= 3 * in.size() + 20);  // the longest results: an escape a byte, or a digest
  return std::string(out);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kLongestChain = 4;
  if (size == 0) return 0;
  const size_t steps = std::min(size - 1, 1 + data[0] % kLongestChain);
  const auto defs = rasp::AllTransforms();
  std::string value(reinterpret_cast<const char*>(data) + 1 + steps, size - 1 - steps);
  for (size_t i = 0; i < steps; ++i) value = Step(defs[data[1 + i] % defs.size()], value);
  return 0;
}
