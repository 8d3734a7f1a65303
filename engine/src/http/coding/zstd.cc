// SPDX-License-Identifier: Apache-2.0
// The allocator's parameter is in the part of the interface that is for static linking only, though
// shared libraries have it too.
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>
#include <zstd_errors.h>

#include "http/coding/decoders.h"

namespace rasp {
namespace {

// RFC 9659: what every decoder of this content coding must support, and the most that it may need.
constexpr int kWindowLog = 23;  // 8 MiB

void* Allocate(void* memory, size_t bytes) {
  return static_cast<LibraryMemory*>(memory)->Allocate(bytes);
}

void Free(void* memory, void* p) { static_cast<LibraryMemory*>(memory)->Free(p); }

// RFC 8878: one frame or more.
class ZstdDecoder final : public ContentDecoder {
 public:
  explicit ZstdDecoder(std::pmr::memory_resource& memory)
      : memory_(memory), context_(ZSTD_createDCtx_advanced({Allocate, Free, &memory_})) {
    if (context_ == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kWindowLog);
  }
  ~ZstdDecoder() override { ZSTD_freeDCtx(context_); }
  ZstdDecoder(const ZstdDecoder&) = delete;
  ZstdDecoder& operator=(const ZstdDecoder&) = delete;

  bool AtEnd() const override { return ended_; }

  DecodeState Feed(std::string_view& chunk, DecodedSink& sink) override {
    for (;;) {
      ZSTD_inBuffer in = {chunk.data(), chunk.size(), 0};
      ZSTD_outBuffer out = {out_.data(), out_.size(), 0};
      const size_t result = ZSTD_decompressStream(context_, &out, &in);
      chunk.remove_prefix(in.pos);
      if (out.pos != 0 && !sink.TakeDecoded({out_.data(), out.pos})) return DecodeState::kStopped;
      if (ZSTD_isError(result) != 0) {
        if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation) throw std::bad_alloc();
        return DecodeState::kMalformed;
      }
      ended_ = result == 0;
      if (chunk.empty() && (ended_ || out.pos < out.size)) return DecodeState::kOk;
    }
  }

 private:
  LibraryMemory memory_;
  ZSTD_DCtx* context_;
  bool ended_ = false;
  std::array<char, kDecodedPieceBytes> out_;
};

}  // namespace

ContentDecoderPtr MakeZstdDecoder(std::pmr::memory_resource& arena,
                                  std::pmr::memory_resource& memory) {
  return PlaceDecoder<ZstdDecoder>(arena, memory);
}

}  // namespace rasp
