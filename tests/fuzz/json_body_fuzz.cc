// SPDX-License-Identifier: Apache-2.0
#include "body_split.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  rasp::CheckSplit(rasp::BodyKind::kJson, "application/json", rasp::AsText(data, size));
  return 0;
}
