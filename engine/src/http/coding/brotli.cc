// SPDX-License-Identifier: Apache-2.0
#include <brotli/decode.h>

#include <algorithm>

#include "http/coding/decoders.h"

namespace rasp {
namespace {

void* Allocate(void* memory, size_t bytes) {
  return static_cast<LibraryMemory*>(memory)->Allocate(bytes);
}

void Free(void* memory, void* p) { static_cast<LibraryMemory*>(memory)->Free(p); }

bool IsOutOfMemory(BrotliDecoderErrorCode code) {
  return code <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES &&
         code >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES;
}

// What one step decodes before it meets an error is lost: steps are short.
constexpr size_t kStepBytes = 512;

// RFC 7932, whose windows are 16 MiB at most: the extension for larger ones stays off.
class BrotliDecoder final : public ContentDecoder {
 public:
  explicit BrotliDecoder(std::pmr::memory_resource& memory)
      : memory_(memory), state_(BrotliDecoderCreateInstance(Allocate, Free, &memory_)) {
    if (state_ == nullptr) throw std::bad_alloc();
  }
  ~BrotliDecoder() override { BrotliDecoderDestroyInstance(state_); }
  BrotliDecoder(const BrotliDecoder&) = delete;
  BrotliDecoder& operator=(const BrotliDecoder&) = delete;

  bool AtEnd() const override { return ended_; }

  DecodeState Feed(std::string_view& chunk, DecodedSink& sink) override {
    while (!ended_) {
      const size_t given = std::min(chunk.size(), kStepBytes);
      size_t left = given;
      const auto* in = reinterpret_cast<const uint8_t*>(chunk.data());
      size_t room = 0;
      const BrotliDecoderResult result =
          BrotliDecoderDecompressStream(state_, &left, &in, &room, nullptr, nullptr);
      chunk.remove_prefix(given - left);
      if (!HandOver(sink)) return DecodeState::kStopped;
      if (result == BROTLI_DECODER_RESULT_ERROR) {
        if (IsOutOfMemory(BrotliDecoderGetErrorCode(state_))) throw std::bad_alloc();
        return DecodeState::kMalformed;
      }
      ended_ = result == BROTLI_DECODER_RESULT_SUCCESS;
      if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT && chunk.empty())
        return DecodeState::kOk;
    }
    return chunk.empty() ? DecodeState::kOk : DecodeState::kMalformed;
  }

 private:
  // What is decoded lies in the window.
  bool HandOver(DecodedSink& sink) {
    while (BrotliDecoderHasMoreOutput(state_)) {
      size_t size = kDecodedPieceBytes;
      const auto* const piece =
          reinterpret_cast<const char*>(BrotliDecoderTakeOutput(state_, &size));
      if (size != 0 && !sink.TakeDecoded({piece, size})) return false;
    }
    return true;
  }

  LibraryMemory memory_;
  BrotliDecoderState* state_;
  bool ended_ = false;
};

}  // namespace

ContentDecoderPtr MakeBrotliDecoder(std::pmr::memory_resource& arena,
                                    std::pmr::memory_resource& memory) {
  return PlaceDecoder<BrotliDecoder>(arena, memory);
}

}  // namespace rasp
