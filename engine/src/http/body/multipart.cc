// SPDX-License-Identifier: Apache-2.0
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <utility>

#include "core/ascii.h"
#include "http/body/boundary.h"
#include "http/body/fact_sink.h"
#include "http/body/parsers.h"
#include "http/body/part.h"
#include "http/byte_scan.h"

namespace rasp {
namespace {

constexpr bool EndsLine(char c) { return c == '\r' || c == '\n'; }

std::string_view UpToLineEnd(std::string_view text) {
  namespace scan = byte_scan;
  size_t at = 0;
  for (; text.size() - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
    const uint64_t word = scan::Load(text.data() + at);
    const uint64_t found = scan::Equal(word, '\r') | scan::Equal(word, '\n');
    if (found != 0) return text.substr(0, at + scan::FirstOf(found));
  }
  while (at < text.size() && !EndsLine(text[at])) ++at;
  return text.substr(0, at);
}

// Where in `text`, which begins within a line, something may begin that matters: a line end with a
// dash behind it. A line end that `text` ends with is one, since there is no telling. CRLF is one
// line end, so a CR before counts to it.
size_t NextDashedLine(std::string_view text) {
  const char* const data = text.data();
  const size_t size = text.size();
  size_t at = 0;
#ifdef __SSE2__
  const __m128i cr = _mm_set1_epi8('\r');
  const __m128i lf = _mm_set1_epi8('\n');
  const __m128i dash = _mm_set1_epi8('-');
  const auto load = [&](size_t i) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + i));
  };
  const auto candidates = [&](size_t i) {
    const __m128i line_end = _mm_or_si128(_mm_cmpeq_epi8(load(i), cr), _mm_cmpeq_epi8(load(i), lf));
    return _mm_and_si128(line_end, _mm_cmpeq_epi8(load(i + 1), dash));
  };
  for (; size - at > 64; at += 64) {
    const __m128i any = _mm_or_si128(_mm_or_si128(candidates(at), candidates(at + 16)),
                                     _mm_or_si128(candidates(at + 32), candidates(at + 48)));
    if (_mm_movemask_epi8(any) != 0) break;
  }
#endif
  while (at < size && !(EndsLine(data[at]) && (at + 1 == size || data[at + 1] == '-'))) ++at;
  const bool after_cr = at > 0 && at < size && data[at] == '\n' && data[at - 1] == '\r';
  return after_cr ? at - 1 : at;
}

// multipart/related and the like, whose parts need not be fields of a form.
bool IsNoForm(std::string_view media_type) {
  return StartsWithIgnoreCase(media_type, "multipart/") &&
         !EqualsIgnoreCase(media_type, "multipart/form-data");
}

// Reads line by line, but holds back only as much of a line as might be a delimiter, with the line
// end before it (which belongs to the delimiter if there is one, to the data if not). A bare CR
// ends no line that counts: what looks like a delimiter behind it is data, and flagged.
class MultipartParser final : public BodyParser {
 public:
  MultipartParser(const ContentType& type, const BodyLimits& limits,
                  std::pmr::memory_resource& memory, BodyFacts& facts)
      : sink_(limits, memory, facts),
        boundary_(type.boundary, &memory),
        part_(sink_, !IsNoForm(type.media_type)),
        line_(&memory) {
    facts.multipart_flags |= type.multipart_flags;
    if (type.repeated_parameter) sink_.facts().Set(MultipartFlag::kInvalidBoundary);
    if (boundary_.known()) return;
    sink_.facts().Set(MultipartFlag::kInvalidBoundary);
    sink_.Fail(BodyError::kSyntax, "the Content-Type names no boundary");
  }

  void Feed(std::string_view chunk) override {
    sink_.facts().bytes += chunk.size();
    while (!chunk.empty() && !sink_.full()) {
      if (pending_cr_) {
        TakeAfterCr(chunk);
      } else if (chunk.front() == '\n') {
        chunk.remove_prefix(1);
        EndLine("\n");
      } else if (chunk.front() == '\r') {
        chunk.remove_prefix(1);
        pending_cr_ = true;
      } else {
        if (line_may_delimit_ && in_ != In::kHeaders && line_.empty() && chunk.front() != '-')
          FlushLine();
        const bool in_line = in_ == In::kData && !line_may_delimit_;
        const std::string_view text =
            in_line ? chunk.substr(0, NextDashedLine(chunk)) : UpToLineEnd(chunk);
        chunk.remove_prefix(text.size());
        TakeText(text);
      }
    }
    if (sink_.full()) EndPart();
  }

  void Finish() override {
    if (!sink_.full()) FinishLine();
    EndPart();
    if (in_ == In::kEpilogue || sink_.facts().bytes == 0) return;
    sink_.facts().Set(MultipartFlag::kIncomplete);
    if (!sink_.full()) sink_.Fail(BodyError::kSyntax, "the body ends before its final boundary");
  }

 private:
  enum class In : uint8_t { kPreamble, kHeaders, kData, kEpilogue };

  void Flag(MultipartFlag flag) { sink_.facts().Set(flag); }

  void TakeAfterCr(std::string_view& chunk) {
    pending_cr_ = false;
    if (chunk.front() == '\n') {
      chunk.remove_prefix(1);
      EndLine("\r\n");
    } else if (in_ == In::kHeaders) {
      TakeText("\r");
    } else {
      EndLine("\r");
    }
  }

  // More of a line. In data, what can no longer be a delimiter goes on to the part at once.
  void TakeText(std::string_view text) {
    if (in_ == In::kHeaders) {
      line_.append(
          text.substr(0, Part::kMaxHeaderBytes - std::min(line_.size(), Part::kMaxHeaderBytes)));
      if (line_.size() == Part::kMaxHeaderBytes) part_.AddHeaderLine(line_);
      return;
    }
    if (!line_may_delimit_) return TakeData(text);
    const size_t room = boundary_.max_line() + 1 - line_.size();
    line_.append(text.substr(0, room));
    const bool has_dashes = line_.starts_with(std::string_view("--").substr(0, line_.size()));
    if (has_dashes && line_.size() <= boundary_.max_line()) return;
    if (boundary_.Classify(line_) == LineKind::kSuspiciousData)
      Flag(MultipartFlag::kUnmatchedBoundary);
    FlushLine();
    if (text.size() > room) TakeData(text.substr(room));
  }

  void EndLine(std::string_view line_end) {
    if (in_ == In::kHeaders) return EndHeaderLine(line_end);
    if (line_may_delimit_) {
      const LineKind kind = ClassifyLine(line_end);
      if (kind == LineKind::kDelimiter || kind == LineKind::kFinalDelimiter)
        return Delimit(kind, line_end);
      if (kind == LineKind::kSuspiciousData) Flag(MultipartFlag::kUnmatchedBoundary);
    }
    FlushLine();
    line_end_ = line_end;
    line_may_delimit_ = true;
  }

  // `line_end` is that of the line; line_end_ is that of the one before.
  LineKind ClassifyLine(std::string_view line_end) {
    LineKind kind = boundary_.Classify(line_);
    if (!boundary_.known() && kind == LineKind::kSuspiciousData) {
      boundary_.LearnFrom(line_);
      kind = boundary_.Classify(line_);
    }
    const bool is_delimiter = kind == LineKind::kDelimiter || kind == LineKind::kFinalDelimiter;
    return is_delimiter && (line_end == "\r" || line_end_ == "\r") ? LineKind::kSuspiciousData
                                                                   : kind;
  }

  void Delimit(LineKind kind, std::string_view line_end) {
    if (in_ == In::kEpilogue) Flag(MultipartFlag::kDataAfter);
    NoteLineEnd(line_end_);
    NoteLineEnd(line_end);
    line_.clear();
    line_end_ = {};
    EndPart();
    if (kind == LineKind::kFinalDelimiter) {
      in_ = In::kEpilogue;
      line_may_delimit_ = true;
    } else {
      in_ = In::kHeaders;
      part_.Begin();
    }
  }

  void EndHeaderLine(std::string_view line_end) {
    NoteLineEnd(line_end);
    const LineKind kind = boundary_.Classify(line_);
    if (kind == LineKind::kDelimiter || kind == LineKind::kFinalDelimiter) {
      Flag(MultipartFlag::kInvalidPart);  // a part without contents, not even an empty line
      Delimit(kind, line_end);
    } else if (line_.empty()) {
      part_.EndHeaders();
      in_ = In::kData;
      line_may_delimit_ = true;
    } else {
      part_.AddHeaderLine(line_);
      line_.clear();
    }
  }

  // Of headers and delimiters; in data, any line end is the data's own business.
  void NoteLineEnd(std::string_view line_end) {
    saw_crlf_ |= line_end == "\r\n";
    saw_lf_ |= line_end == "\n";
    if (saw_lf_) Flag(MultipartFlag::kLfLine);
    if (saw_lf_ && saw_crlf_) Flag(MultipartFlag::kCrlfLfLines);
  }

  // The line, as far as it is held back, is data.
  void FlushLine() {
    line_may_delimit_ = false;
    TakeData(std::exchange(line_end_, {}));
    TakeData(line_);
    line_.clear();
  }

  void TakeData(std::string_view data) {
    if (data.empty() || sink_.full()) return;
    if (in_ == In::kData) {
      part_.AddContents(data);
    } else if (in_ == In::kPreamble) {
      Flag(MultipartFlag::kDataBefore);
    } else if (data.find_first_not_of("\r\n") != data.npos) {
      Flag(MultipartFlag::kDataAfter);
    }
  }

  // The body ends within a line.
  void FinishLine() {
    if (in_ == In::kHeaders) {
      if (pending_cr_) line_.push_back('\r');
      if (!line_.empty()) EndHeaderLine({});
      return;
    }
    const bool ends_in_cr = std::exchange(pending_cr_, false);
    if (line_may_delimit_ && !line_.empty())
      EndLine(ends_in_cr ? std::string_view("\r") : std::string_view());
    else if (ends_in_cr)
      EndLine("\r");
    if (in_ != In::kHeaders) FlushLine();
  }

  void EndPart() {
    if (in_ == In::kHeaders) {
      in_ = In::kData;
      part_.EndHeaders();
    }
    part_.End();
  }

  FactSink sink_;
  Boundary boundary_;
  Part part_;
  ByteBuffer line_;            // as much of the current line as is held back
  std::string_view line_end_;  // of the line before, held back; a literal
  In in_ = In::kPreamble;
  bool line_may_delimit_ = true;
  bool pending_cr_ = false;
  bool saw_crlf_ = false;
  bool saw_lf_ = false;
};

}  // namespace

BodyParserPtr MakeMultipartParser(const ContentType& type, const BodyLimits& limits,
                                  std::pmr::memory_resource& memory, BodyFacts& facts) {
  return PlaceParser<MultipartParser>(memory, type, limits, memory, facts);
}

}  // namespace rasp
