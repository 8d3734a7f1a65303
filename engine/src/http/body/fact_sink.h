// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory_resource>
#include <string_view>

#include "core/byte_buffer.h"
#include "http/body/body.h"
#include "http/byte_scan.h"

namespace rasp {

// Puts what a parser finds into BodyFacts, within BodyLimits. Without a watcher it is `full()` once
// a limit is met: nothing more is taken, and the fact that did not fit has been cut to what did.
// With one, what does not fit goes there, and only the limit on depth makes it full.
class FactSink {
 public:
  FactSink(const BodyLimits& limits, std::pmr::memory_resource& memory, BodyFacts& facts)
      : limits_(limits), memory_(memory), facts_(facts) {}
  FactSink(const FactSink&) = delete;
  FactSink& operator=(const FactSink&) = delete;

  BodyFacts& facts() { return facts_; }
  const BodyLimits& limits() const { return limits_; }
  std::pmr::memory_resource& memory() { return memory_; }
  bool full() const { return full_; }
  bool watches() const { return limits_.watcher != nullptr; }
  // Bytes that may still be kept.
  uint64_t Room() const { return limits_.memory_bytes - kept_; }

  // Records an error; `text` is static. A limit makes it full, kSyntax and kUnsupported do not.
  void Fail(BodyError error, std::string_view text);

  // A value that is no part of the facts yet does not fit beside them.
  void FailForMemory();

  // The value being read, of which there is one at a time: first its name, if it has one, then its
  // text. It is written to where it will be kept. Append is false if it had to be cut: there is no
  // room and no watcher.
  bool Append(std::string_view text) {
    if (text.size() > static_cast<size_t>(open_end_ - used_)) return AppendSlowly(text);
    byte_scan::CopyShort(text, used_);
    used_ += text.size();
    return true;
  }
  // The same for what is to be written in place: room for so many bytes, of which Advance says how
  // many were written; nullptr if there is not so much without ado.
  char* Space(size_t bytes) {
    return bytes <= static_cast<size_t>(open_end_ - used_) ? used_ : nullptr;
  }
  void Advance(size_t bytes) { used_ += bytes; }
  // Makes room for so many bytes, if that fits the limits.
  void Prepare(size_t bytes);
  // What was appended was the name.
  void EndName();
  // Both at once. `told`: should the value not be kept, the watcher is to see its name too.
  bool BeginArgument(std::string_view name, bool told);
  // What was appended since the name, as far as it is in memory.
  std::string_view text() const { return {open_ + name_size_, used_}; }
  // A text without a name was too long and went to the watcher. text() is then what is left of it.
  bool streaming() const { return streaming_; }
  // The beginning of a name that did.
  std::string_view streamed_name() const { return {watched_name_.data(), watched_name_size_}; }
  // The value is an argument; a name alone is one without text. Returns whether it was kept.
  bool EndArgument();
  // The text was none to keep; of one that was streamed, the watcher sees the last.
  void DropValue();

  // A value of another kind that goes to the watcher as it is read, by Append, to EndStream.
  // REQUIRES: watches().
  void BeginStream(BodyPart part, std::string_view name);
  void EndStream();

  // The same of one that is there whole, but does not fit. REQUIRES: watches().
  void Watch(BodyPart part, std::string_view name, std::string_view text);

  // All copy.
  void AddArgument(std::string_view name, std::string_view value);
  // Beyond the limit on arguments it is left out: the names of what it holds begin with it.
  void AddContainerName(std::string_view name);
  // `kept_name` is what was kept of `name`.
  void AddPartHeader(std::string_view kept_name, std::string_view name, std::string_view header);
  void AddXmlText(std::string_view text);
  void AddXmlAttribute(std::string_view name, std::string_view value);

  // A copy of `text` within the limit on memory, cut (and full) if it does not fit.
  std::string_view Keep(std::string_view text);
  // The same; what does not fit is kept not at all, and seen by the watcher, if there is one.
  std::string_view KeepOrWatch(BodyPart part, std::string_view name, std::string_view text);

  // Appends to a buffer of the parser's. False if it does not fit beside what is kept: then it has
  // been cut.
  bool Append(ByteBuffer& buffer, std::string_view text);

 private:
  bool AppendSlowly(std::string_view text);
  uint64_t OpenLimit() const;
  void MakeRoom(size_t bytes);
  void SetOpenEnd();
  void Commit();
  void Reset();

  BodyPart StreamPart() const;
  void StartStream(std::string_view next);
  void Stream(std::string_view text);
  void EmitLast();
  void SetWatchedName(std::string_view name);
  // In pieces; the last one too if `last`, else what does not fill one is left over and returned.
  std::string_view EmitPieces(BodyPart part, std::string_view text, bool last);
  void WatchArgument();
  bool ArgumentsAreFull();

  BodyLimits limits_;
  std::pmr::memory_resource& memory_;
  BodyFacts& facts_;
  uint64_t kept_ = 0;  // bytes; never above limits_.memory_bytes
  bool full_ = false;

  // The open value is [open_, used_) of a slab that ends at slab_end_; up to open_end_ it may grow
  // without ado.
  char* open_ = nullptr;
  char* used_ = nullptr;
  char* open_end_ = nullptr;
  char* slab_end_ = nullptr;
  size_t slab_bytes_ = 0;
  size_t name_size_ = 0;
  uint64_t left_out_ = 0;  // bytes of the open value's name that were not appended
  bool named_ = false;
  bool name_told_ = true;
  bool streaming_ = false;
  bool first_ = true;  // no piece of the stream has been emitted
  BodyPart part_ = BodyPart::kArgument;
  uint64_t streamed_ = 0;  // bytes of the open value, its name included, that are not kept
  std::array<char, BodyLimits::kNameBytes> watched_name_{};
  size_t watched_name_size_ = 0;
};

}  // namespace rasp
