// SPDX-License-Identifier: Apache-2.0
#include "rasp/raw_http.h"

#include <cstdint>
#include <cstdlib>
#include <string>

// Every view points into the message's own storage.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto message =
      rasp::ParseRawMessage(std::string(reinterpret_cast<const char*>(data), size));
  if (!message.ok()) return 0;
  const std::string_view storage = (*message)->storage;
  const auto within = [&](std::string_view view) {
    return view.empty() || (view.data() >= storage.data() &&
                            view.data() + view.size() <= storage.data() + storage.size());
  };
  const rasp::RequestView request = (*message)->AsRequest();
  bool holds = within(request.method) && within(request.target) && within(request.protocol) &&
               within(request.host);
  for (const rasp::HeaderField& field : request.headers)
    holds = holds && within(field.name) && within(field.value);
  const rasp::ResponseView response = (*message)->AsResponse();
  holds = holds && response.status <= 999 && within(response.protocol) &&
          (*message)->body.size() <= size;
  if (!holds) std::abort();
  return 0;
}
