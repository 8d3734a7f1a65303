// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>
#include <string_view>
#include <vector>

#include "core/byte_buffer.h"
#include "eval/value_scan.h"
#include "eval/workspace.h"

namespace rasp {

// Runs the tests of a plan's trees on values that come in pieces. The pieces' ends overlap as every
// chain of transformations has made them, so that what a border cuts is seen.
class ValueStream {
 public:
  // A sign of at most so many bytes, transformed, is seen wherever the borders fall.
  static constexpr size_t kOverlap = 4096;

  ValueStream(const CompiledRules& rules, std::pmr::memory_resource* memory);

  // The next piece is the first of another value.
  void Begin();
  // What of the piece is to be looked at now: with the end of the one before, which waited for it,
  // and without an end that itself has to wait, because the border may have cut what a
  // transformation undoes. Holds until the next call.
  std::string_view Take(std::string_view piece, bool last);
  // Runs the tests at one of the variable's roots (of Plan::streams) on that text. Once for each of
  // a value's texts.
  void Run(const PlanVariable& variable, uint32_t root, std::string_view text, ValueScan& scan);

 private:
  // What the pieces so far have left of the value that a node's chain of transformations makes.
  struct Past {
    explicit Past(std::pmr::memory_resource* memory) : end(memory) {}
    ByteBuffer end;
    bool own = false;           // it is not that of the node before
    bool comment_open = false;  // see PlanNode
  };
  // What tests look at: the end of what was there before, and the piece.
  struct Window {
    std::string_view bytes;
    size_t seen = 0;  // bytes of it that were there before
    std::string_view piece() const { return bytes.substr(seen); }
  };

  Past& PastOf(uint32_t node);
  Window Joined(std::string_view before, std::string_view piece, uint32_t level);
  void Visit(std::span<const uint32_t> nodes, const Window& window, ByteKinds kinds,
             uint32_t level);
  void Gather(std::span<const uint32_t> nodes, const Window& window, ByteKinds kinds,
              ScanLevel& level);
  ScanLevel::Step& StepOf(ScanLevel& level, uint32_t node, std::string_view piece, bool acts);
  bool Apply(const PlanNode& node, Past& past, std::string_view piece, ByteBuffer& out);

  const CompiledRules& rules_;
  ByteBuffer joined_;
  ByteBuffer waiting_;            // the end of the piece before
  std::pmr::vector<Past> pasts_;  // by node
  ByteBuffer reopened_;

  // The call that is going on.
  Workspace* workspace_ = nullptr;
  ValueScan* scan_ = nullptr;
};

}  // namespace rasp
