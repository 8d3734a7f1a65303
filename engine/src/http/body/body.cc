// SPDX-License-Identifier: Apache-2.0
#include "http/body/body.h"

#include "http/body/parsers.h"

namespace rasp {

BodyParserPtr MakeBodyParser(BodyKind kind, const ContentType& type, const BodyLimits& limits,
                             std::pmr::memory_resource& memory, BodyFacts& facts) {
  switch (kind) {
    case BodyKind::kUrlEncoded:
      return MakeUrlEncodedParser(limits, memory, facts);
    case BodyKind::kJson:
      return MakeJsonParser(limits, memory, facts);
    case BodyKind::kMultipart:
      return MakeMultipartParser(type, limits, memory, facts);
    case BodyKind::kXml:
      return MakeXmlParser(limits, memory, facts);
    case BodyKind::kNone:
    case BodyKind::kOther:
      break;
  }
  return nullptr;
}

}  // namespace rasp
