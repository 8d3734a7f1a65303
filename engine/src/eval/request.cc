// SPDX-License-Identifier: Apache-2.0
#include "eval/request.h"

#include <algorithm>
#include <utility>

#include "core/ascii.h"
#include "eval/decision.h"
#include "eval/watch.h"

namespace rasp {
namespace {

void ReadArguments(Inspection& in) {
  const size_t limit = in.overlay.limits.arguments;
  const char separator = in.rules.settings.argument_separator.value_or('&');
  if (!ParseUrlEncoded(in.parts.query, separator, limit, in.arena, in.query_arguments,
                       in.invalid_escape)) {
    Degrade(in, DegradedReason::kRequestArgumentLimit);
  }
}

void ReadCookies(Inspection& in) {
  for (const HeaderField& header : in.request.headers) {
    if (!EqualsIgnoreCase(header.name, "cookie")) continue;
    const size_t room = in.overlay.limits.arguments -
                        std::min<size_t>(in.overlay.limits.arguments, in.cookies.size());
    if (!ParseCookies(header.value, room, in.cookies))
      Degrade(in, DegradedReason::kRequestArgumentLimit);
  }
}

// The body is parsed by the first Content-Type; a second one, which another server might go by, is
// an error.
void ReadBodyHeaders(Inspection& in) {
  bool seen = false;
  for (const HeaderField& header : in.request.headers) {
    if (EqualsIgnoreCase(header.name, "content-encoding")) {
      in.body.codings.Add(header.value);
    } else if (EqualsIgnoreCase(header.name, "content-type")) {
      if (seen) {
        in.body.repeated_type = true;
        continue;
      }
      seen = true;
      in.body.type = ParseContentType(header.value);
      in.body.kind = in.body.type.kind;
      in.body.repeated_type = in.body.type.repeated_parameter;
    }
  }
  in.body.decodable_encoding = in.body.codings.known();
}

DegradedReason ReasonOf(BodyError error) {
  switch (error) {
    case BodyError::kDepth:
      return DegradedReason::kRequestBodyDepth;
    case BodyError::kArguments:
      return DegradedReason::kRequestArgumentLimit;
    case BodyError::kMemory:
      return DegradedReason::kRequestBodyLimit;
    default:
      return DegradedReason::kRequestBodyCharset;  // kUnsupported
  }
}

// A malformed body is REQBODY_ERROR's, for rules to judge; what stopped at a limit was not
// inspected in full.
void NoteBodyError(Inspection& in) {
  const BodyError error = in.body.facts.error;
  if (error != BodyError::kNone && error != BodyError::kSyntax) Degrade(in, ReasonOf(error));
}

// Few bodies have something for the watcher: it is made for those.
class WatchWhenNeeded final : public BodyWatcher {
 public:
  explicit WatchWhenNeeded(Inspection& in) : in_(in) {}
  void Watch(BodyPart part, std::string_view name, std::string_view piece, bool first,
             bool last) override {
    WatcherOf(in_)->Watch(part, name, piece, first, last);
  }

 private:
  Inspection& in_;
};

void BeginBody(Inspection& in) {
  RequestBody& body = in.body;
  body.begun = true;
  const Limits& limits = in.overlay.limits;
  body.raw_limit = limits.request_body_bytes;
  // Of an upload only the beginning is kept, to be seen should its parts be malformed.
  constexpr uint64_t kUploadRawBytes = 64 * 1024;
  if (body.kind == BodyKind::kMultipart && !body.forced)
    body.raw_limit = std::min(body.raw_limit, kUploadRawBytes);
  if (!body.decodable_encoding) {
    Degrade(in, DegradedReason::kRequestBodyEncoding);
    return;  // what is compressed is no form
  }
  if (body.codings.size() != 0) {
    body.decoder = MakeBodyDecoder(body.codings, limits.decompression_ratio, in.arena, in.memory);
  }
  if (!body.type.charset_decodable) Degrade(in, DegradedReason::kRequestBodyCharset);
  BodyLimits parser_limits;
  const auto used =
      static_cast<uint32_t>(std::min<size_t>(in.query_arguments.size(), limits.arguments));
  parser_limits.arguments = limits.arguments - used;
  parser_limits.depth = limits.body_depth;
  parser_limits.separator = in.rules.settings.argument_separator.value_or('&');
  parser_limits.memory_bytes = limits.request_body_bytes;
  parser_limits.xml_arguments = body.xml_arguments;
  parser_limits.watcher =
      std::pmr::polymorphic_allocator<>(&in.arena).new_object<WatchWhenNeeded>(in);
  parser_limits.watch_files = WatchesFiles(in);
  body.parser = MakeBodyParser(body.kind, body.type, parser_limits, in.arena, body.facts);
}

// Whether rules see the raw body of this kind, so that a part left out was not inspected in full.
bool RawIsSeen(const RequestBody& body) {
  return body.parser == nullptr || body.forced || body.kind == BodyKind::kUrlEncoded ||
         !body.decodable_encoding;
}

// So much of what is kept is seen again before what is not, so that nothing hides between them.
constexpr size_t kRawOverlap = 4096;

// In pieces of one size, whatever the chunks are.
void WatchRaw(Inspection& in, BodyWatcher& watcher, std::string_view text) {
  RequestBody& body = in.body;
  if (body.raw_piece.empty() && !body.raw_watched)
    body.raw_piece =
        std::string_view(body.raw).substr(body.raw.size() - std::min(body.raw.size(), kRawOverlap));
  while (!text.empty()) {
    const size_t room = BodyLimits::kPieceBytes - body.raw_piece.size();
    body.raw_piece.append(text.substr(0, room));
    text.remove_prefix(std::min(room, text.size()));
    if (body.raw_piece.size() < BodyLimits::kPieceBytes) return;
    watcher.Watch(BodyPart::kRaw, {}, body.raw_piece, !std::exchange(body.raw_watched, true),
                  false);
    body.raw_piece.clear();
  }
}

void KeepRaw(Inspection& in, std::string_view chunk) {
  RequestBody& body = in.body;
  const uint64_t room = body.raw_limit - std::min<uint64_t>(body.raw_limit, body.raw.size());
  body.raw.append(chunk.substr(0, room));
  if (chunk.size() <= room || !RawIsSeen(body)) return;
  WatchRaw(in, *WatcherOf(in), chunk.substr(room));
}

void FinishRaw(Inspection& in) {
  RequestBody& body = in.body;
  if (body.raw_piece.empty() && !body.raw_watched) return;
  WatcherOf(in)->Watch(BodyPart::kRaw, {}, body.raw_piece, !body.raw_watched, true);
  body.raw_piece.clear();
}

// A body larger than SecRequestBodyLimit is refused, or goes on being inspected as far as memory
// allows: what ModSecurity would let pass unseen behind the limit is still looked at.
void CheckTotal(Inspection& in) {
  RequestBody& body = in.body;
  if (body.limit == 0 || body.bytes <= body.limit || body.too_large) return;
  body.too_large = true;
  const auto action = in.rules.settings.request_body_limit_action;
  if (action.value_or(LimitAction::kReject) == LimitAction::kProcessPartial) return;
  Wish wish;
  wish.status = DegradedReasonStatus(DegradedReason::kRequestBodyLimit);
  Decide(in, wish);
  in.degraded.Add(DegradedReason::kRequestBodyLimit);
}

// SecRequestBodyNoFilesLimit: for rules on REQBODY_ERROR to judge.
void CheckText(Inspection& in) {
  const std::optional<uint64_t> limit = in.rules.settings.request_body_no_files;
  const uint64_t files = in.body.facts.files_combined_size;
  if (limit && in.body.decoded - std::min(files, in.body.decoded) > *limit)
    in.body.too_much_text = true;
}

// Runs the parser; after it ran out of memory in the middle of its work it is not to be asked
// again.
template <typename Work>
void WithParser(Inspection& in, Work work) {
  if (in.body.parser == nullptr) return;
  try {
    work(*in.body.parser);
  } catch (...) {
    in.body.parser.reset();
    throw;
  }
  NoteBodyError(in);
}

// Decoded, or as it came if there is no coding.
void InspectBody(Inspection& in, std::string_view piece) {
  in.body.decoded += piece.size();
  WithParser(in, [&](BodyParser& parser) { parser.Feed(piece); });
  KeepRaw(in, piece);
}

class InspectDecoded final : public DecodedSink {
 public:
  explicit InspectDecoded(Inspection& in) : in_(in) {}
  bool TakeDecoded(std::string_view piece) override {
    InspectBody(in_, piece);
    return true;
  }

 private:
  Inspection& in_;
};

// What is not what Content-Encoding says is seen as it came, as far as it was not decoded.
void StopDecoding(Inspection& in, std::string_view rest) {
  in.body.decodable_encoding = false;
  KeepRaw(in, rest);
  Degrade(in, DegradedReason::kRequestBodyEncoding);
}

void DecodeBody(Inspection& in, std::string_view chunk) {
  RequestBody& body = in.body;
  if (!body.decodable_encoding) return KeepRaw(in, chunk);
  if (body.decoder_stopped) return;
  body.decoder_stopped = true;  // should it throw
  const size_t head_before = body.decoder->head().size();
  const std::string_view whole = chunk;
  InspectDecoded sink(in);
  const BodyDecodeState state = body.decoder->Feed(chunk, sink);
  body.decoder_stopped = state != BodyDecodeState::kOk;
  if (state == BodyDecodeState::kExpansion) Degrade(in, DegradedReason::kRequestBodyExpansion);
  if (state != BodyDecodeState::kMalformed) return;
  const std::string_view head = body.decoder->head();
  KeepRaw(in, head);
  StopDecoding(in, head.empty() ? chunk : whole.substr(head.size() - head_before));
}

void FinishDecoding(Inspection& in) {
  RequestBody& body = in.body;
  if (body.decoder == nullptr || body.decoder_stopped || body.decoder->AtEnd()) return;
  StopDecoding(in, body.decoder->head());
}

}  // namespace

void CheckHeaderLimits(Inspection& in, const RequestView& request) {
  const Limits& limits = in.overlay.limits;
  uint64_t bytes = request.method.size() + request.target.size() + request.protocol.size() + 2;
  for (const HeaderField& header : request.headers)
    bytes += header.name.size() + header.value.size() + 4;
  if (request.headers.size() > limits.request_headers || bytes > limits.request_header_bytes) {
    Degrade(in, DegradedReason::kRequestHeaderLimit);
  }
}

void ReadRequest(Inspection& in, const RequestView& request) {
  in.request = request;
  in.parts = SplitTarget(request.target, request.method);
  in.filename = in.parts.path;
  CheckHeaderLimits(in, request);
  ReadBodyHeaders(in);
  in.filename = PercentDecode(in.parts.path, in.arena);
  ReadArguments(in);
  ReadCookies(in);
}

void FeedBody(Inspection& in, std::string_view chunk) {
  if (chunk.empty()) return;
  if (!in.body.begun) BeginBody(in);
  in.body.bytes += chunk.size();
  CheckTotal(in);
  in.body.decoder == nullptr ? InspectBody(in, chunk) : DecodeBody(in, chunk);
}

void FinishBody(Inspection& in) {
  if (!in.body.begun) return;
  FinishDecoding(in);
  WithParser(in, [&](BodyParser& parser) { parser.Finish(); });
  CheckText(in);
  FinishRaw(in);
}

}  // namespace rasp
