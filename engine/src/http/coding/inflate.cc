// SPDX-License-Identifier: Apache-2.0
#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "http/coding/decoders.h"

namespace rasp {
namespace {

constexpr int kWindowBits = 15;  // the largest: 32 KiB
constexpr int kRaw = -kWindowBits;
constexpr int kZlib = kWindowBits;
constexpr int kGzip = kWindowBits + 16;

void* Allocate(void* memory, unsigned items, unsigned size) {
  return static_cast<LibraryMemory*>(memory)->Allocate(size_t{items} * size);
}

void Free(void* memory, void* p) { static_cast<LibraryMemory*>(memory)->Free(p); }

// Whether data begins like that of zlib (RFC 1950 section 2.2). "deflate" means that, but there are
// clients and servers to which it is the bare stream.
bool IsZlibHead(unsigned char first, unsigned char second) {
  return (first & 0x0f) == Z_DEFLATED && (first >> 4) <= 7 && (first * 256 + second) % 31 == 0;
}

class InflateDecoder : public ContentDecoder {
 public:
  explicit InflateDecoder(std::pmr::memory_resource& memory) : memory_(memory) {
    stream_.zalloc = Allocate;
    stream_.zfree = Free;
    stream_.opaque = &memory_;
  }
  ~InflateDecoder() override {
    if (begun_) inflateEnd(&stream_);
  }
  InflateDecoder(const InflateDecoder&) = delete;
  InflateDecoder& operator=(const InflateDecoder&) = delete;

  bool AtEnd() const override { return ended_; }

 protected:
  void Begin(int window_bits) {
    if (inflateInit2(&stream_, window_bits) != Z_OK) throw std::bad_alloc();
    begun_ = true;
  }
  bool begun() const { return begun_; }

  // Decodes up to the end of the stream.
  DecodeState Inflate(std::string_view& chunk, DecodedSink& sink) {
    while (!ended_) {
      const size_t given = std::min<size_t>(chunk.size(), std::numeric_limits<unsigned>::max());
      stream_.next_in = reinterpret_cast<const unsigned char*>(chunk.data());
      stream_.avail_in = static_cast<unsigned>(given);
      stream_.next_out = reinterpret_cast<unsigned char*>(out_.data());
      stream_.avail_out = static_cast<unsigned>(out_.size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      chunk.remove_prefix(given - stream_.avail_in);
      const size_t decoded = out_.size() - stream_.avail_out;
      if (decoded != 0 && !sink.TakeDecoded({out_.data(), decoded})) return DecodeState::kStopped;
      ended_ = result == Z_STREAM_END;
      if (result == Z_MEM_ERROR) throw std::bad_alloc();
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        return DecodeState::kMalformed;
      if (chunk.empty() && decoded < out_.size()) return DecodeState::kOk;
    }
    return DecodeState::kOk;
  }

  // Another stream follows.
  void Restart() {
    inflateReset(&stream_);
    ended_ = false;
  }

 private:
  LibraryMemory memory_;
  z_stream stream_{};
  bool begun_ = false;
  bool ended_ = false;
  std::array<char, kDecodedPieceBytes> out_;
};

// RFC 1952: one member or more.
class GzipDecoder final : public InflateDecoder {
 public:
  explicit GzipDecoder(std::pmr::memory_resource& memory) : InflateDecoder(memory) {}

  DecodeState Feed(std::string_view& chunk, DecodedSink& sink) override {
    if (!begun()) Begin(kGzip);
    DecodeState state = DecodeState::kOk;
    while (state == DecodeState::kOk && !chunk.empty()) {
      if (AtEnd()) Restart();
      state = Inflate(chunk, sink);
    }
    return state;
  }
};

class DeflateDecoder final : public InflateDecoder {
 public:
  explicit DeflateDecoder(std::pmr::memory_resource& memory) : InflateDecoder(memory) {}

  DecodeState Feed(std::string_view& chunk, DecodedSink& sink) override {
    if (!begun() && !ReadHead(chunk)) return DecodeState::kOk;
    std::string_view head(head_.data(), std::exchange(head_size_, 0));
    const DecodeState state = head.empty() ? DecodeState::kOk : Inflate(head, sink);
    if (state != DecodeState::kOk || chunk.empty()) return state;
    return AtEnd() ? DecodeState::kMalformed : InflateRest(chunk, sink);
  }

 private:
  // Nothing may follow the stream.
  DecodeState InflateRest(std::string_view& chunk, DecodedSink& sink) {
    const DecodeState state = Inflate(chunk, sink);
    return state == DecodeState::kOk && !chunk.empty() ? DecodeState::kMalformed : state;
  }

  // False: there is no telling yet what it is.
  bool ReadHead(std::string_view& chunk) {
    const size_t taken = chunk.copy(head_.data() + head_size_, head_.size() - head_size_);
    head_size_ += taken;
    chunk.remove_prefix(taken);
    if (head_size_ < head_.size()) return false;
    const bool is_zlib =
        IsZlibHead(static_cast<unsigned char>(head_[0]), static_cast<unsigned char>(head_[1]));
    Begin(is_zlib ? kZlib : kRaw);
    return true;
  }

  std::array<char, 2> head_{};
  size_t head_size_ = 0;
};

}  // namespace

ContentDecoderPtr MakeGzipDecoder(std::pmr::memory_resource& arena,
                                  std::pmr::memory_resource& memory) {
  return PlaceDecoder<GzipDecoder>(arena, memory);
}

ContentDecoderPtr MakeDeflateDecoder(std::pmr::memory_resource& arena,
                                     std::pmr::memory_resource& memory) {
  return PlaceDecoder<DeflateDecoder>(arena, memory);
}

}  // namespace rasp
