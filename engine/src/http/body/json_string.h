// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace rasp {

// One escape sequence of a JSON string (RFC 8259 section 7), decoded byte by byte: the one place
// where a sequence may lie across chunks. What is no valid escape, an unpaired surrogate among it,
// comes out as it was written.
class JsonEscape {
 public:
  // A sequence has begun and is not yet decided.
  bool open() const { return size_ != 0; }

  // The backslash was read. REQUIRES: !open().
  void Begin();

  // Takes the next byte and returns true, or returns false if it does not belong to the sequence:
  // then it is to be taken again if still open(), or else is an ordinary byte. REQUIRES: open().
  bool Take(char c);

  // There is no next byte.
  void Close();

  // What has come out since the last call, as UTF-8 or verbatim. Valid until the next call of any
  // method.
  std::string_view Decoded();

  // A sequence that was not valid has been seen, ever.
  bool saw_invalid() const { return saw_invalid_; }

 private:
  bool TakeFirst(char c);
  bool TakeDigit(char c);
  void UnitComplete();
  void PairComplete();
  unsigned Unit(size_t at) const;  // of the four digits there
  void Put(char c) { out_[out_size_++] = c; }
  void PutUtf8(unsigned code_point);
  void PutVerbatim(size_t count);  // the first `count` bytes of the sequence, which it loses

  static constexpr size_t kUnit = 6;   // "\uXXXX"
  static constexpr size_t kPair = 12;  // "\uD8XX\uDCXX"
  char bytes_[kPair] = {};
  size_t size_ = 0;
  char out_[2 * kPair] = {};
  size_t out_size_ = 0;
  bool saw_invalid_ = false;
};

}  // namespace rasp
