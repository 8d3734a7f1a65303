// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string_view>

#include "http/coding/content_decoder.h"

namespace rasp {

enum class BodyDecodeState : uint8_t {
  kOk,
  kStopped,    // the sink wants no more
  kMalformed,  // what comes is no such data, or more follows behind its end
  kExpansion,  // it becomes more than the limit allows
};

// Undoes all codings of a body, the last first. After a state other than kOk, or an exception, it
// is not to be fed again.
class BodyDecoder {
 public:
  // `most_per_byte`: so many bytes may one byte become, in any of the codings; the first MiB is
  // free. REQUIRES: codings.known().
  BodyDecoder(const ContentCodings& codings, uint64_t most_per_byte,
              std::pmr::memory_resource& arena, std::pmr::memory_resource& memory);

  // Takes from the beginning of `chunk` what was decoded.
  BodyDecodeState Feed(std::string_view& chunk, DecodedSink& sink);

  // Whether the body may end here.
  bool AtEnd() const;

  // The beginning of the body, as it came, as long as nothing has come out: to be looked at should
  // it not be what Content-Encoding says.
  std::string_view head() const { return {head_.data(), head_size_}; }

 private:
  // What one coding's decoder puts out goes on to the next.
  class Stage final : public DecodedSink {
   public:
    bool TakeDecoded(std::string_view piece) override;
    bool Feed(std::string_view& chunk);

    BodyDecoder* owner = nullptr;
    Stage* next = nullptr;  // none: the body's sink
    ContentDecoderPtr decoder;
    uint64_t decoded = 0;
  };

  static constexpr uint64_t kFreeBytes = 1 << 20;

  uint64_t most_per_byte_;
  std::array<Stage, ContentCodings::kMost> stages_;
  size_t count_;
  DecodedSink* sink_ = nullptr;
  uint64_t received_ = 0;
  BodyDecodeState state_ = BodyDecodeState::kOk;
  std::array<char, 256> head_{};
  size_t head_size_ = 0;
};

// It lives in an arena, where its memory stays.
struct BodyDecoderDeleter {
  void operator()(BodyDecoder* decoder) const { decoder->~BodyDecoder(); }
};
using BodyDecoderPtr = std::unique_ptr<BodyDecoder, BodyDecoderDeleter>;
BodyDecoderPtr MakeBodyDecoder(const ContentCodings& codings, uint64_t most_per_byte,
                               std::pmr::memory_resource& arena, std::pmr::memory_resource& memory);

}  // namespace rasp
