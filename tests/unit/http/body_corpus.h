// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "http/body/body.h"

namespace rasp {

struct CorpusBody {
  std::string name;
  BodyKind kind = BodyKind::kNone;
  std::string content_type;
  BodyLimits limits;
  std::string bytes;
  bool watched = false;
};

// Bodies of every kind: ordinary, malformed and hostile; each also cut short, and each under limits
// that it breaks.
std::vector<CorpusBody> BodyCorpus();

}  // namespace rasp
