// SPDX-License-Identifier: Apache-2.0
#include "logic/page_forms.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/capped_memory.h"
#include "http/uri.h"
#include "seal/form_scanner.h"

namespace rasp {
namespace {

constexpr size_t kMostForms = 64;
constexpr size_t kMostControls = 512;

class Reader final : public FormSink {
 public:
  Reader(PageForms& forms, std::pmr::memory_resource& memory) : forms_(forms), memory_(memory) {}

  void OnForm(std::string_view action, std::string_view method) override {
    open_ = forms_.size() < kMostForms;
    if (!open_) return;
    PageForm& form = forms_.emplace_back(&memory_);
    form.action = CopyTo(memory_, action);
    form.method = CopyTo(memory_, method);
  }
  void OnControl(std::string_view name, std::string_view value, bool fixed) override {
    if (!open_) return;
    PageForm& form = forms_.back();
    if (form.controls.size() + form.boxes.size() == kMostControls) form.in_doubt = true;
    if (form.in_doubt) return;
    (fixed ? form.controls : form.boxes).push_back({CopyTo(memory_, name), CopyTo(memory_, value)});
  }
  void OnDoubt() override {
    if (open_) forms_.back().in_doubt = true;
  }
  void OnFormEnd(uint64_t offset) override {
    if (!open_) return;
    forms_.back().closed = true;
    forms_.back().end = offset;
    open_ = false;
  }

 private:
  PageForms& forms_;
  std::pmr::memory_resource& memory_;
  bool open_ = false;
};

// "." and ".." of a path that begins with '/' (RFC 3986 section 5.2.4).
std::string_view WithoutDots(std::string_view path, std::pmr::memory_resource& memory) {
  if (path.find("/.") == path.npos) return path;
  std::pmr::string out(&memory);
  while (!path.empty()) {
    const size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(1, end - 1);
    path.remove_prefix(end);
    const bool last = path.empty();
    if (segment == "..") out.resize(std::min(out.size(), out.rfind('/')));
    if (segment == "." || segment == "..") {
      if (last) out += '/';
      continue;
    }
    out += '/';
    out += segment;
  }
  return CopyTo(memory, out.empty() ? std::string_view("/") : std::string_view(out));
}

}  // namespace

PageForms ReadPageForms(std::string_view page, std::pmr::memory_resource& memory) {
  PageForms forms(&memory);
  Reader reader(forms, memory);
  FormScanner scanner(memory, reader);
  scanner.Feed(page);
  return forms;
}

std::string_view ActionPath(std::string_view action, std::string_view path, std::string_view host,
                            std::pmr::memory_resource& memory) {
  action = Trim(action);
  action = action.substr(0, action.find_first_of("?#"));
  const size_t colon = action.find(':');
  const bool has_scheme = colon != action.npos && action.find('/') > colon;
  if (has_scheme) {
    const std::string_view scheme = action.substr(0, colon);
    if (!EqualsIgnoreCase(scheme, "https") && !EqualsIgnoreCase(scheme, "http")) return {};
    action.remove_prefix(colon + 1);
    if (!action.starts_with("//")) return {};
  }
  if (action.starts_with("//")) {
    action.remove_prefix(2);
    const size_t end = std::min(action.find('/'), action.size());
    const std::string_view authority = action.substr(0, end);
    const std::string_view name = authority.substr(0, authority.rfind(':'));
    if (!EqualsIgnoreCase(authority, host) && !EqualsIgnoreCase(name, host)) return {};
    action.remove_prefix(end);
    if (action.empty()) action = "/";
  }
  if (action.empty()) return path;
  if (action.front() == '/') return PercentDecode(WithoutDots(action, memory), memory);
  std::pmr::string joined(path.substr(0, path.rfind('/') + 1), &memory);
  if (joined.empty()) joined.push_back('/');
  joined += PercentDecode(action, memory);
  return WithoutDots(CopyTo(memory, joined), memory);
}

}  // namespace rasp
