// SPDX-License-Identifier: Apache-2.0
#include "http/body/fact_sink.h"

#include <algorithm>

#include "core/capped_memory.h"

namespace rasp {
namespace {

constexpr size_t kFirstSlab = 1024;
constexpr size_t kLargestSlab = 64 * 1024;  // but for values that need more
constexpr std::string_view kNoMemory = "the body holds more data than the limit allows";

// Part headers kept, to each argument and file that may be kept.
constexpr size_t kHeadersEach = 4;

}  // namespace

void FactSink::Fail(BodyError error, std::string_view text) {
  const bool goes_on = error == BodyError::kSyntax || error == BodyError::kUnsupported ||
                       (watches() && error != BodyError::kDepth);
  full_ = full_ || !goes_on;
  const bool outranks = facts_.error == BodyError::kSyntax && error != BodyError::kSyntax;
  if (facts_.error != BodyError::kNone && !outranks) return;
  facts_.error = error;
  facts_.error_text = text;
}

void FactSink::FailForMemory() { Fail(BodyError::kMemory, kNoMemory); }

// The value being read.

uint64_t FactSink::OpenLimit() const {
  if (streaming_) return BodyLimits::kPieceBytes;
  return watches() ? std::max<uint64_t>(Room(), BodyLimits::kPieceBytes) : Room();
}

void FactSink::SetOpenEnd() {
  const uint64_t limit = OpenLimit();
  open_end_ = limit < static_cast<uint64_t>(slab_end_ - open_) ? open_ + limit : slab_end_;
}

// Makes sure that the slab has room for so many bytes more.
void FactSink::MakeRoom(size_t bytes) {
  if (static_cast<size_t>(slab_end_ - used_) >= bytes) return;
  const auto open = static_cast<size_t>(used_ - open_);
  const size_t needed = open + bytes;
  slab_bytes_ = std::clamp(2 * slab_bytes_, kFirstSlab, kLargestSlab);
  const uint64_t most = std::max<uint64_t>(OpenLimit(), needed);
  const size_t size =
      std::max({needed, slab_bytes_, static_cast<size_t>(std::min<uint64_t>(2 * needed, most))});
  char* const slab = static_cast<char*>(memory_.allocate(size, 1));
  std::copy(open_, used_, slab);
  open_ = slab;
  used_ = slab + open;
  slab_end_ = slab + size;
  SetOpenEnd();
}

void FactSink::Prepare(size_t bytes) {
  const auto open = static_cast<uint64_t>(used_ - open_);
  const uint64_t limit = OpenLimit();
  if (bytes <= limit - std::min(limit, open)) MakeRoom(bytes);
}

bool FactSink::AppendSlowly(std::string_view text) {
  const auto open = static_cast<uint64_t>(used_ - open_);
  const uint64_t limit = OpenLimit();
  const bool fits = text.size() <= limit - std::min(limit, open);
  if (!fits && watches()) {
    if (!streaming_) StartStream(text);
    Stream(text);
    return true;
  }
  if (!fits) text = text.substr(0, limit - std::min(limit, open));
  MakeRoom(text.size());
  used_ += text.copy(used_, text.size());
  if (!fits) FailForMemory();
  return fits;
}

void FactSink::EndName() {
  if (streaming_) {
    EmitLast();
    first_ = true;
  } else {
    name_size_ = static_cast<size_t>(used_ - open_);
  }
  named_ = true;
}

bool FactSink::BeginArgument(std::string_view name, bool told) {
  name_told_ = told;
  const std::string_view whole = name;
  const bool lost =
      watches() && !told && (name.size() > Room() || facts_.arguments.size() >= limits_.arguments);
  if (lost) name = name.substr(0, BodyLimits::kNameBytes);
  left_out_ = whole.size() - name.size();
  const bool fits = Append(name);
  EndName();
  return fits;
}

void FactSink::Commit() {
  kept_ += static_cast<uint64_t>(used_ - open_);
  open_ = used_;
  Reset();
}

void FactSink::Reset() {
  used_ = open_;
  name_size_ = 0;
  left_out_ = 0;
  streamed_ = 0;
  named_ = streaming_ = false;
  name_told_ = first_ = true;
  part_ = BodyPart::kArgument;
  SetOpenEnd();
}

bool FactSink::ArgumentsAreFull() {
  if (facts_.arguments.size() < limits_.arguments) return false;
  Fail(BodyError::kArguments, "the body has more arguments than the limit allows");
  return true;
}

bool FactSink::EndArgument() {
  if (!named_) EndName();
  const bool too_many = ArgumentsAreFull();
  const auto size = static_cast<uint64_t>(used_ - open_);
  if (!streaming_ && !too_many && size <= Room()) {
    facts_.arguments.push_back({{open_, name_size_}, text()});
    Commit();
    return true;
  }
  if (watches()) WatchArgument();
  Reset();
  return false;
}

void FactSink::WatchArgument() {
  if (!streaming_) StartStream({});
  EmitLast();
  ++facts_.watched_arguments;
  facts_.watched_argument_bytes += streamed_;
}

void FactSink::DropValue() {
  if (streaming_) EmitLast();
  Reset();
}

// What goes to the watcher.

// A text that has no name is one, as far as is known.
BodyPart FactSink::StreamPart() const {
  return part_ == BodyPart::kArgument && !named_ ? BodyPart::kArgumentName : part_;
}

void FactSink::SetWatchedName(std::string_view name) {
  watched_name_size_ = name.copy(watched_name_.data(), watched_name_.size());
}

std::string_view FactSink::EmitPieces(BodyPart part, std::string_view text, bool last) {
  const std::string_view name =
      part == BodyPart::kArgumentName ? std::string_view() : streamed_name();
  streamed_ += text.size();
  while (text.size() > BodyLimits::kPieceBytes ||
         (text.size() == BodyLimits::kPieceBytes && !last)) {
    limits_.watcher->Watch(part, name, text.substr(0, BodyLimits::kPieceBytes), first_, false);
    first_ = false;
    text.remove_prefix(BodyLimits::kPieceBytes);
  }
  if (!last) {
    streamed_ -= text.size();
    return text;
  }
  limits_.watcher->Watch(part, name, text, first_, true);
  first_ = true;
  return {};
}

// The open value, of which `next` is to come, will not be kept: from now on it goes to the watcher,
// what there is of it first.
void FactSink::StartStream(std::string_view next) {
  const std::string_view name(open_, named_ ? name_size_ : static_cast<size_t>(used_ - open_));
  SetWatchedName(name);
  if (!named_) {
    next = next.substr(0, watched_name_.size() - watched_name_size_);
    watched_name_size_ += next.copy(watched_name_.data() + watched_name_size_, next.size());
  }
  streamed_ = left_out_;
  if (named_ && name_told_) {
    EmitPieces(BodyPart::kArgumentName, name, true);
  } else if (named_) {
    streamed_ += name.size();
  }
  const std::string_view left = EmitPieces(StreamPart(), text(), false);
  streaming_ = true;
  name_size_ = 0;
  std::copy(left.begin(), left.end(), open_);
  used_ = open_ + left.size();
  SetOpenEnd();
}

void FactSink::Stream(std::string_view text) {
  while (!text.empty()) {
    if (used_ == open_) text = EmitPieces(StreamPart(), text, false);
    const size_t room = BodyLimits::kPieceBytes - static_cast<size_t>(used_ - open_);
    const std::string_view taken = text.substr(0, room);
    MakeRoom(taken.size());
    used_ += taken.copy(used_, taken.size());
    text.remove_prefix(taken.size());
    if (taken.size() < room) return;
    EmitPieces(StreamPart(), {open_, used_}, false);
    used_ = open_;
  }
}

void FactSink::EmitLast() {
  EmitPieces(StreamPart(), text(), true);
  used_ = open_;
}

void FactSink::BeginStream(BodyPart part, std::string_view name) {
  part_ = part;
  named_ = true;
  SetWatchedName(name);
  streaming_ = true;
  SetOpenEnd();
}

void FactSink::EndStream() {
  EmitLast();
  Reset();
}

void FactSink::Watch(BodyPart part, std::string_view name, std::string_view text) {
  SetWatchedName(name);
  EmitPieces(part, text, true);
}

// What is there whole.

std::string_view FactSink::Keep(std::string_view text) {
  if (text.size() > Room()) {
    FailForMemory();
    text = text.substr(0, Room());
  }
  kept_ += text.size();
  SetOpenEnd();
  return text.empty() ? std::string_view() : CopyTo(memory_, text);
}

std::string_view FactSink::KeepOrWatch(BodyPart part, std::string_view name,
                                       std::string_view text) {
  if (!watches() || text.size() <= Room()) return Keep(text);
  Watch(part, name, text);
  return {};
}

bool FactSink::Append(ByteBuffer& buffer, std::string_view text) {
  const uint64_t room = Room() - std::min<uint64_t>(Room(), buffer.size());
  buffer.append(text.substr(0, room));
  if (text.size() <= room) return true;
  FailForMemory();
  return false;
}

void FactSink::AddArgument(std::string_view name, std::string_view value) {
  if (!watches() && ArgumentsAreFull()) return;
  if (BeginArgument(name, true)) Append(value);
  EndArgument();
}

void FactSink::AddContainerName(std::string_view name) {
  if (facts_.container_names.size() >= limits_.arguments) return;
  if (!watches() || name.size() <= Room()) facts_.container_names.push_back(Keep(name));
}

void FactSink::AddPartHeader(std::string_view kept_name, std::string_view name,
                             std::string_view header) {
  const size_t most = kHeadersEach * (size_t{limits_.arguments} + limits_.files);
  const bool fits = facts_.part_headers.size() < most && header.size() <= Room();
  if (fits || !watches()) {
    facts_.part_headers.push_back({kept_name, Keep(header)});
  } else {
    Watch(BodyPart::kPartHeader, name, header);
  }
}

void FactSink::AddXmlText(std::string_view text) {
  const std::string_view kept = KeepOrWatch(BodyPart::kXmlText, {}, text);
  if (!kept.empty()) facts_.xml_text.push_back(kept);
}

void FactSink::AddXmlAttribute(std::string_view name, std::string_view value) {
  if (watches() && name.size() + value.size() > Room()) {
    Watch(BodyPart::kXmlAttribute, name, value);
    return;
  }
  const std::string_view kept_name = Keep(name);
  facts_.xml_attributes.push_back({kept_name, Keep(value)});
}

}  // namespace rasp
