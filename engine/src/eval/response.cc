// SPDX-License-Identifier: Apache-2.0
#include "eval/response.h"

#include <algorithm>

#include "core/ascii.h"
#include "eval/decision.h"

namespace rasp {
namespace {

// Media types whose bodies are text that may leak something, or those that SecResponseBodyMimeType
// names.
bool IsText(const EngineSettings& settings, std::string_view content_type) {
  const std::string_view type = Trim(content_type.substr(0, content_type.find(';')));
  if (settings.response_body_types) {
    const auto& types = *settings.response_body_types;
    return std::any_of(types.begin(), types.end(), [type](const std::string& wanted) {
      return EqualsIgnoreCase(wanted, type.empty() ? "(null)" : type);
    });
  }
  if (StartsWithIgnoreCase(type, "text/")) return true;
  const size_t slash = type.find('/');
  if (slash == std::string_view::npos)
    return type.empty();  // no type: browsers guess, and so do we
  const std::string_view subtype = type.substr(slash + 1);
  for (const std::string_view known :
       {"json", "xml", "javascript", "xhtml+xml", "x-javascript", "ecmascript"}) {
    if (EqualsIgnoreCase(subtype, known)) return true;
  }
  const size_t plus = subtype.rfind('+');
  if (plus == std::string_view::npos) return false;
  const std::string_view suffix = subtype.substr(plus + 1);
  return EqualsIgnoreCase(suffix, "json") || EqualsIgnoreCase(suffix, "xml");
}

bool HasBody(const Inspection& in) {
  const uint16_t status = in.response.status;
  return status >= 200 && status != 204 && status != 304 && in.request.method != "HEAD";
}

std::string_view HeaderOf(const ResponseView& response, std::string_view name) {
  for (const HeaderField& header : response.headers) {
    if (EqualsIgnoreCase(header.name, name)) return header.value;
  }
  return {};
}

ContentCodings CodingsOf(const ResponseView& response) {
  ContentCodings codings;
  for (const HeaderField& header : response.headers) {
    if (EqualsIgnoreCase(header.name, "content-encoding")) codings.Add(header.value);
  }
  return codings;
}

// Decoded. False: no more is wanted.
bool KeepBody(Inspection& in, std::string_view piece) {
  const uint64_t limit = in.response.body_limit;
  const uint64_t room = limit - std::min<uint64_t>(limit, in.response.body.size());
  in.response.body.append(piece.substr(0, room));
  if (piece.size() <= room) return true;
  in.response.wants_body = false;
  in.response.too_large = true;
  Degrade(in, DegradedReason::kResponseBodyLimit);
  if (in.rules.settings.response_body_limit_action != LimitAction::kReject) return false;
  Wish wish;
  wish.status = 500;
  Decide(in, wish);
  return false;
}

class KeepDecoded final : public DecodedSink {
 public:
  explicit KeepDecoded(Inspection& in) : in_(in) {}
  bool TakeDecoded(std::string_view piece) override { return KeepBody(in_, piece); }

 private:
  Inspection& in_;
};

}  // namespace

void ReadResponse(Inspection& in, const ResponseView& response) {
  in.response.status = response.status;
  in.response.protocol = CopyTo(in.arena, response.protocol);
  in.response.headers.reserve(response.headers.size());
  for (const HeaderField& header : response.headers) {
    in.response.headers.push_back({CopyTo(in.arena, header.name), CopyTo(in.arena, header.value)});
  }
  if (!in.overlay.reads_response_body || !in.response.access || !HasBody(in) ||
      !IsText(in.rules.settings, HeaderOf(response, "content-type")))
    return;
  const ContentCodings codings = CodingsOf(response);
  if (!codings.known()) {
    Degrade(in, DegradedReason::kResponseBodyEncoding);
    return;
  }
  if (codings.size() != 0) {
    constexpr uint64_t kAnyRatio = ~uint64_t{0};  // the limit on the body bounds it
    in.response.decoder = MakeBodyDecoder(codings, kAnyRatio, in.arena, in.memory);
  }
  in.response.wants_body = true;
}

void FeedResponse(Inspection& in, std::string_view chunk) {
  in.response.body_bytes += chunk.size();
  if (!in.response.wants_body) return;
  if (in.response.decoder == nullptr) {
    KeepBody(in, chunk);
    return;
  }
  in.response.wants_body = false;  // should it throw
  KeepDecoded sink(in);
  const BodyDecodeState state = in.response.decoder->Feed(chunk, sink);
  in.response.wants_body = state == BodyDecodeState::kOk;
  if (state == BodyDecodeState::kMalformed) Degrade(in, DegradedReason::kResponseBodyEncoding);
}

}  // namespace rasp
