// SPDX-License-Identifier: Apache-2.0
#include "http/coding/body_decoder.h"

#include <algorithm>

namespace rasp {

BodyDecoder::BodyDecoder(const ContentCodings& codings, uint64_t most_per_byte,
                         std::pmr::memory_resource& arena, std::pmr::memory_resource& memory)
    : most_per_byte_(std::max<uint64_t>(most_per_byte, 1)), count_(codings.size()) {
  for (size_t i = 0; i < count_; ++i) {
    Stage& stage = stages_[i];
    stage.owner = this;
    stage.decoder = MakeContentDecoder(codings[count_ - 1 - i], arena, memory);
    if (i + 1 < count_) stage.next = &stages_[i + 1];
  }
}

BodyDecoderPtr MakeBodyDecoder(const ContentCodings& codings, uint64_t most_per_byte,
                               std::pmr::memory_resource& arena,
                               std::pmr::memory_resource& memory) {
  return BodyDecoderPtr(std::pmr::polymorphic_allocator<>(&arena).new_object<BodyDecoder>(
      codings, most_per_byte, arena, memory));
}

BodyDecodeState BodyDecoder::Feed(std::string_view& chunk, DecodedSink& sink) {
  received_ += chunk.size();
  if (stages_[0].decoded == 0)
    head_size_ += chunk.copy(head_.data() + head_size_, head_.size() - head_size_);
  sink_ = &sink;
  stages_[0].Feed(chunk);
  return state_;
}

bool BodyDecoder::AtEnd() const {
  return std::all_of(stages_.begin(), stages_.begin() + static_cast<std::ptrdiff_t>(count_),
                     [](const Stage& stage) { return stage.decoder->AtEnd(); });
}

bool BodyDecoder::Stage::Feed(std::string_view& chunk) {
  const DecodeState state = decoder->Feed(chunk, *this);
  // A stop has its reason from where it began.
  if (state == DecodeState::kMalformed) owner->state_ = BodyDecodeState::kMalformed;
  return state == DecodeState::kOk;
}

bool BodyDecoder::Stage::TakeDecoded(std::string_view piece) {
  owner->head_size_ = 0;
  decoded += piece.size();
  if (decoded > kFreeBytes && decoded / owner->most_per_byte_ > owner->received_) {
    owner->state_ = BodyDecodeState::kExpansion;
    return false;
  }
  if (next != nullptr) return next->Feed(piece);
  if (owner->sink_->TakeDecoded(piece)) return true;
  owner->state_ = BodyDecodeState::kStopped;
  return false;
}

}  // namespace rasp
