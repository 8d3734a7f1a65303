// SPDX-License-Identifier: Apache-2.0
// Bytes: which operator; 1 for an argument with a macro; how long the argument is; then the
// argument, then the value. Checks that errors are one line, that the answer does not depend on
// what came before or on whether captures or the place are wanted, that what is said to have
// matched lies within the value and was not ruled out beforehand, and that time grows with the
// value, not its square.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "match/gram_set.h"
#include "operator/operator.h"

namespace {

using rasp::MatchContext;
using rasp::Operator;

void Require(bool holds) {
  if (!holds) std::abort();
}

double SecondsFor(const Operator& op, const std::string& text, std::string_view argument) {
  const auto start = std::chrono::steady_clock::now();
  MatchContext context;
  context.argument = argument;
  context.wants_captures = true;
  static_cast<void>(op.Matches(text, context));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void RequireLinear(const Operator& op, std::string_view piece, std::string_view argument) {
  constexpr size_t kBytes = 4096;
  std::string text;
  while (text.size() < kBytes) text.append(piece);
  const std::string longer = text + text + text + text;
  if (SecondsFor(op, longer, argument) < 0.05) return;
  double least = 1e9;
  double least_longer = 1e9;
  for (int i = 0; i < 3; ++i) {
    least = std::min(least, SecondsFor(op, text, argument));
    least_longer = std::min(least_longer, SecondsFor(op, longer, argument));
  }
  Require(least_longer < 10 * least + 0.05);
}

// Reads every byte that a view refers to, so that the sanitizers see a dangling one.
unsigned Touch(std::string_view bytes) {
  unsigned sum = 0;
  for (const char c : bytes) sum += static_cast<unsigned char>(c);
  return sum;
}

bool Evaluate(const Operator& op, std::string_view value, std::string_view argument,
              bool captures) {
  MatchContext context;
  context.argument = argument;
  context.wants_captures = captures;
  const bool matched = op.Matches(value, context);
  unsigned sum = 0;
  for (int i = 0; i < context.capture_count; ++i)
    sum += Touch(context.captures[static_cast<size_t>(i)]);
  volatile unsigned kept = sum + Touch(context.matched);
  static_cast<void>(kept);
  if (!context.matched.empty()) {
    Require(context.matched.data() >= value.data());
    Require(context.matched.data() + context.matched.size() <= value.data() + value.size());
  }
  return matched;
}

bool MatchesWithoutSpan(const Operator& op, std::string_view value, std::string_view argument) {
  MatchContext context;
  context.argument = argument;
  context.wants_span = false;
  return op.Matches(value, context);
}

void RequireNotRuledOut(const Operator& op, std::string_view value) {
  if (op.presence() == nullptr) return;
  Require(op.presence()->MayMatch(rasp::KindsIn(value)));
  static rasp::match::GramSet grams;
  grams.Fill(value, rasp::KindsIn(value));
  Require(op.presence()->MayMatch(grams));
  grams.Clear();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const auto operators = rasp::AllOperators();
  const rasp::OperatorDef& def = operators[data[0] % operators.size()];
  // Those that read files would read any file of this machine.
  if (def.name.ends_with("FromFile") || def.name == "pmf" || def.name == "ipMatchF") return 0;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t argument_size = std::min<size_t>(data[2], size - 3);
  const std::string_view argument = all.substr(3, argument_size);
  const std::string_view value = all.substr(3 + argument_size);

  rasp::OperatorSpec spec;
  spec.has_macro = def.takes_macro && data[1] % 2 == 1;
  spec.argument = argument;
  const auto op = def.make(spec);
  if (!op) {
    Require(!op.error().empty() && op.error().find('\n') == std::string::npos);
    return 0;
  }
  const bool matched = Evaluate(**op, value, argument, true);
  Require(Evaluate(**op, value, argument, false) == matched);
  Require(MatchesWithoutSpan(**op, value, argument) == matched);
  if (matched) RequireNotRuledOut(**op, value);
  if (!value.empty()) RequireLinear(**op, value, argument);
  return 0;
}
