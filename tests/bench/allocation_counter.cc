// SPDX-License-Identifier: Apache-2.0
#include "allocation_counter.h"

#include <dlfcn.h>
#include <execinfo.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <sstream>
#include <string_view>
#include <vector>

// glibc's own, by the names under which it exports them for such replacements.
extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
void __libc_free(void*);
}

namespace rasp {
namespace {

constexpr int kFrames = 24;
constexpr size_t kShownFrames = 6;

using Site = std::vector<uintptr_t>;  // offsets in this program, innermost first

struct State {
  AllocationCounts counts;
  std::map<Site, AllocationCounts::Sum> sites;
};
State* state = nullptr;  // while it counts, or after
bool counting = false;

std::string_view FileOf(const Dl_info& info) {
  const std::string_view path = info.dli_fname == nullptr ? "" : info.dli_fname;
  return path.substr(path.rfind('/') + 1);
}

void Note(size_t bytes) {
  counting = false;  // what follows allocates
  void* frames[kFrames];
  const int count = backtrace(frames, kFrames);
  Dl_info self{};
  dladdr(reinterpret_cast<void*>(&StopCountingAllocations), &self);
  Allocator who = Allocator::kOurs;
  bool known = false;
  Site site;
  for (int i = 0; i < count; ++i) {
    Dl_info info{};
    if (dladdr(frames[i], &info) == 0) continue;
    const std::string_view file = FileOf(info);
    if (!known && file.starts_with("libre2.")) known = true, who = Allocator::kRe2;
    if (!known && file.starts_with("libxml2.")) known = true, who = Allocator::kXml;
    if (info.dli_fbase != self.dli_fbase || site.size() >= kShownFrames + 2) continue;
    site.push_back(reinterpret_cast<uintptr_t>(frames[i]) -
                   reinterpret_cast<uintptr_t>(info.dli_fbase) - 1);
  }
  AllocationCounts::Sum& sum = state->counts.sums[static_cast<size_t>(who)];
  ++sum.calls;
  sum.bytes += bytes;
  if (who == Allocator::kOurs) {
    // The first two are this function and the replaced one that called it.
    site.erase(site.begin(), site.begin() + std::min<ptrdiff_t>(2, std::ssize(site)));
    AllocationCounts::Sum& here = state->sites[site];
    ++here.calls;
    here.bytes += bytes;
  }
  counting = true;
}

std::string ProgramPath() {
  char path[4096];
  const char* const found = realpath("/proc/self/exe", path);
  return found == nullptr ? "" : found;
}

// The functions at these places, as binutils' addr2line knows them; the offsets if it is not there.
std::string Described(const Site& site) {
  std::ostringstream command;
  command << "addr2line -Cfspe '" << ProgramPath() << '\'' << std::hex;
  std::ostringstream plain;
  plain << std::hex;
  for (const uintptr_t offset : site) {
    command << " 0x" << offset;
    plain << "    0x" << offset << '\n';
  }
  command << " 2>/dev/null";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.str().c_str(), "r"), pclose);
  if (pipe == nullptr) return plain.str();
  std::string out;
  char line[1024];
  while (fgets(line, sizeof line, pipe.get()) != nullptr) out += "    " + std::string(line);
  return out.empty() ? plain.str() : out;
}

}  // namespace

void StartCountingAllocations() {
  static State kept;
  void* frames[2];
  backtrace(frames, 2);  // the first call loads what the unwinder needs
  kept = State();
  state = &kept;
  counting = true;
}

AllocationCounts StopCountingAllocations() {
  counting = false;
  return state->counts;
}

std::string AllocationSites(size_t most) {
  std::vector<std::pair<Site, AllocationCounts::Sum>> sites(state->sites.begin(),
                                                            state->sites.end());
  std::sort(sites.begin(), sites.end(),
            [](const auto& a, const auto& b) { return a.second.calls > b.second.calls; });
  std::string out;
  for (size_t i = 0; i < std::min(most, sites.size()); ++i) {
    out += std::to_string(sites[i].second.calls) + " allocations, " +
           std::to_string(sites[i].second.bytes) + " bytes:\n" + Described(sites[i].first);
  }
  return out;
}

}  // namespace rasp

#define RASP_REPLACES extern "C" __attribute__((visibility("default")))

RASP_REPLACES void* malloc(size_t size) {
  if (rasp::counting) rasp::Note(size);
  return __libc_malloc(size);
}
RASP_REPLACES void* calloc(size_t count, size_t size) {
  if (rasp::counting) rasp::Note(count * size);
  return __libc_calloc(count, size);
}
RASP_REPLACES void* realloc(void* place, size_t size) {
  if (rasp::counting) rasp::Note(size);
  return __libc_realloc(place, size);
}
RASP_REPLACES void* memalign(size_t alignment, size_t size) {
  if (rasp::counting) rasp::Note(size);
  return __libc_memalign(alignment, size);
}
RASP_REPLACES void* aligned_alloc(size_t alignment, size_t size) {
  if (rasp::counting) rasp::Note(size);
  return __libc_memalign(alignment, size);
}
RASP_REPLACES int posix_memalign(void** place, size_t alignment, size_t size) {
  if (rasp::counting) rasp::Note(size);
  *place = __libc_memalign(alignment, size);
  return *place == nullptr ? ENOMEM : 0;
}
RASP_REPLACES void free(void* place) { __libc_free(place); }
