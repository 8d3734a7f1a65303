// SPDX-License-Identifier: Apache-2.0
#include <ctime>

#include "core/capped_memory.h"
#include "eval/providers.h"

namespace rasp {
namespace {

int64_t Seconds(const Inspection& in) { return in.arrived_unix_us / 1'000'000; }

std::tm TimeOf(const Inspection& in) {
  const std::time_t seconds = static_cast<std::time_t>(Seconds(in));
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return parts;
}

void AddFormatted(Inspection& in, const char* format, Sink& out) {
  const std::tm time = TimeOf(in);
  char text[32];
  const size_t size = std::strftime(text, sizeof text, format, &time);
  out.AddBrief({}, CopyTo(in.chain_arena, {text, size}));
}

}  // namespace

void TimeVariables::Time(Inspection& in, Sink& out) { AddFormatted(in, "%H:%M:%S", out); }
void TimeVariables::Epoch(Inspection& in, Sink& out) { out.AddNumber({}, Seconds(in)); }
void TimeVariables::Year(Inspection& in, Sink& out) { AddFormatted(in, "%Y", out); }
void TimeVariables::Mon(Inspection& in, Sink& out) { out.AddNumber({}, TimeOf(in).tm_mon); }
void TimeVariables::Day(Inspection& in, Sink& out) { AddFormatted(in, "%d", out); }
void TimeVariables::Wday(Inspection& in, Sink& out) { out.AddNumber({}, TimeOf(in).tm_wday); }
void TimeVariables::Hour(Inspection& in, Sink& out) { AddFormatted(in, "%H", out); }
void TimeVariables::Min(Inspection& in, Sink& out) { AddFormatted(in, "%M", out); }
void TimeVariables::Sec(Inspection& in, Sink& out) { AddFormatted(in, "%S", out); }
void TimeVariables::Duration(Inspection& in, Sink& out) {
  out.AddNumber({}, in.clock.MonotonicMicros() - in.arrived_us);
}

}  // namespace rasp
