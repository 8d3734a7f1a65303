// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string_view>

namespace rasp {

enum class ContentCoding : uint8_t { kGzip, kDeflate, kBrotli, kZstd };

// What Content-Encoding says (RFC 9110 section 8.4), of one field or several: the codings in the
// order in which they were applied.
class ContentCodings {
 public:
  static constexpr size_t kMost = 3;

  // One more field's value. "identity" and empty members are none.
  void Add(std::string_view value);

  // False: there is one that is not decoded, or more than kMost.
  bool known() const { return known_; }
  size_t size() const { return size_; }
  ContentCoding operator[](size_t i) const { return codings_[i]; }

 private:
  std::array<ContentCoding, kMost> codings_{};
  size_t size_ = 0;
  bool known_ = true;
};

// Where decoded bytes go.
class DecodedSink {
 public:
  virtual ~DecodedSink() = default;
  // The next of them; the view holds during the call. False: no more are wanted.
  virtual bool TakeDecoded(std::string_view piece) = 0;
};

enum class DecodeState : uint8_t {
  kOk,
  kStopped,  // the sink wants no more
  kMalformed,
};

// Undoes one coding, in pieces: any split of the data gives the same bytes. What it holds does not
// depend on the length of the data. Throws nothing but std::bad_alloc and what the sink throws;
// after a state other than kOk, or an exception, it is not to be fed again.
class ContentDecoder {
 public:
  virtual ~ContentDecoder() = default;
  // Takes from the beginning of `chunk` what it has decoded, all unless malformed or stopped.
  virtual DecodeState Feed(std::string_view& chunk, DecodedSink& sink) = 0;
  // Whether the data may end here.
  virtual bool AtEnd() const = 0;
};

// A decoder placed in `arena`, where its memory stays; what its library allocates comes from
// `memory` and goes back there.
struct ContentDecoderDeleter {
  void operator()(ContentDecoder* decoder) const { decoder->~ContentDecoder(); }
};
using ContentDecoderPtr = std::unique_ptr<ContentDecoder, ContentDecoderDeleter>;
ContentDecoderPtr MakeContentDecoder(ContentCoding coding, std::pmr::memory_resource& arena,
                                     std::pmr::memory_resource& memory);

}  // namespace rasp
