// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <memory_resource>
#include <string>

#include "seal/form_scanner.h"

namespace {

class Log final : public rasp::FormSink {
 public:
  explicit Log(std::string_view page) : page_(page) {}
  std::string text;

  void OnForm(std::string_view action, std::string_view method) override {
    text += "f";
    text += action;
    text += '\0';
    text += method;
  }
  void OnControl(std::string_view name, std::string_view value, bool fixed) override {
    text += fixed ? "c" : "b";
    text += name;
    text += '\0';
    text += value;
  }
  void OnDoubt() override { text += "?"; }
  void OnFormEnd(uint64_t offset) override {
    if (offset + 6 > page_.size() || page_.substr(offset, 2) != "</") abort();
    text += "e" + std::to_string(offset);
  }

 private:
  std::string_view page_;
};

std::string Scanned(std::string_view page, size_t chunk) {
  Log log(page);
  std::pmr::monotonic_buffer_resource memory;
  rasp::FormScanner scanner(memory, log);
  for (size_t at = 0; at < page.size(); at += chunk) scanner.Feed(page.substr(at, chunk));
  return log.text;
}

}  // namespace

// A page is the same however it is cut, and a form's end is one.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view page(reinterpret_cast<const char*>(data + 1), size - 1);
  if (Scanned(page, page.size()) != Scanned(page, 1 + data[0] % 16)) abort();
  return 0;
}
