// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory_resource>
#include <new>
#include <utility>

#include "http/coding/content_decoder.h"

namespace rasp {

// One a coding; MakeContentDecoder chooses.
ContentDecoderPtr MakeGzipDecoder(std::pmr::memory_resource& arena,
                                  std::pmr::memory_resource& memory);
ContentDecoderPtr MakeDeflateDecoder(std::pmr::memory_resource& arena,
                                     std::pmr::memory_resource& memory);
ContentDecoderPtr MakeBrotliDecoder(std::pmr::memory_resource& arena,
                                    std::pmr::memory_resource& memory);
ContentDecoderPtr MakeZstdDecoder(std::pmr::memory_resource& arena,
                                  std::pmr::memory_resource& memory);

// Decoders hand over what they have decoded in pieces of this size.
constexpr size_t kDecodedPieceBytes = 16 * 1024;

// The memory of a library in C, which frees without saying how much: the size stands before it.
class LibraryMemory {
 public:
  explicit LibraryMemory(std::pmr::memory_resource& memory) : memory_(memory) {}

  // nullptr if there is none.
  void* Allocate(size_t bytes) noexcept {
    if (bytes > SIZE_MAX - kHead) return nullptr;
    try {
      void* const block = memory_.allocate(bytes + kHead, kHead);
      *static_cast<size_t*>(block) = bytes + kHead;
      return static_cast<char*>(block) + kHead;
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }

  void Free(void* p) noexcept {
    if (p == nullptr) return;
    char* const block = static_cast<char*>(p) - kHead;
    memory_.deallocate(block, *reinterpret_cast<const size_t*>(block), kHead);
  }

 private:
  static constexpr size_t kHead = alignof(std::max_align_t);
  std::pmr::memory_resource& memory_;
};

// Constructs a decoder in `arena`.
template <typename Decoder, typename... Args>
ContentDecoderPtr PlaceDecoder(std::pmr::memory_resource& arena, Args&&... args) {
  return ContentDecoderPtr(
      std::pmr::polymorphic_allocator<>(&arena).new_object<Decoder>(std::forward<Args>(args)...));
}

}  // namespace rasp
