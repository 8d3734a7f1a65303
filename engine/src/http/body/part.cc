// SPDX-License-Identifier: Apache-2.0
#include "http/body/part.h"

#include <algorithm>
#include <utility>

#include "core/ascii.h"

namespace rasp {
namespace {

std::string_view NameOf(std::string_view header) {
  return Trim(header.substr(0, header.find(':')));
}

std::string_view ValueOf(std::string_view header) {
  const size_t colon = header.find(':');
  return colon == header.npos ? std::string_view() : Trim(header.substr(colon + 1));
}

bool IsIdentityEncoding(std::string_view encoding) {
  return EqualsIgnoreCase(encoding, "7bit") || EqualsIgnoreCase(encoding, "8bit") ||
         EqualsIgnoreCase(encoding, "binary");
}

bool HasBadByte(std::string_view line) {
  return line.find('\0') != line.npos || line.find('\r') != line.npos;
}

}  // namespace

Part::Part(FactSink& sink, bool of_form)
    : sink_(sink),
      of_form_(of_form),
      headers_(&sink.memory()),
      disposition_(&sink.memory()),
      name_(&sink.memory()),
      head_(&sink.memory()) {}

void Part::Begin() {
  headers_.Clear();
  disposition_.Clear();
  head_.clear();
  name_.clear();
  kept_name_ = {};
  size_ = 0;
  file_entries_ = 0;
  header_bytes_ = 0;
  is_argument_ = is_file_ = streams_file_ = false;
  open_ = true;
}

void Part::AddHeaderLine(std::string_view line) {
  line = line.substr(0, kMaxHeaderBytes - header_bytes_);
  header_bytes_ += line.size();
  if (header_bytes_ == kMaxHeaderBytes) {
    sink_.Fail(BodyError::kMemory, "a part has longer headers than the limit allows");
  }
  if (line.empty()) return;
  if (HasBadByte(line)) Flag(MultipartFlag::kInvalidPart);
  if (line.front() == ' ' || line.front() == '\t') {
    Flag(MultipartFlag::kHeaderFolding);
    if (headers_.empty() || Trim(line).empty()) Flag(MultipartFlag::kInvalidHeaderFolding);
    if (!headers_.empty()) {
      headers_.Last().append(line);
      return;
    }
  }
  if (headers_.size() == kMaxHeaders) {
    sink_.Fail(BodyError::kArguments, "a part has more headers than the limit allows");
    return;
  }
  headers_.Begin().append(line);
}

// An earlier header has the name of this one.
bool Part::WasNamed(size_t header) const {
  for (size_t i = 0; i < header; ++i) {
    if (EqualsIgnoreCase(NameOf(headers_[i]), NameOf(headers_[header]))) return true;
  }
  return false;
}

void Part::EndHeaders() {
  for (size_t i = 0; i < headers_.size(); ++i) {
    const std::string_view header = headers_[i];
    if (NameOf(header).empty() || header.find(':') == header.npos) {
      Flag(MultipartFlag::kInvalidPart);
      sink_.Fail(BodyError::kSyntax, "a line among a part's headers is none");
    }
    if (WasNamed(i)) Flag(MultipartFlag::kDuplicatePartHeader);
    ReadHeader(NameOf(header), ValueOf(header));
  }
  sink_.facts().multipart_flags |= disposition_.flags;
  if (of_form_ && !disposition_.is_form_data) Flag(MultipartFlag::kNoDisposition);
  if (of_form_ && !disposition_.has_name) Flag(MultipartFlag::kInvalidPart);

  name_ = disposition_.name;
  is_file_ = disposition_.has_file_name;
  KeepName();
  KeepHeaders();
  is_argument_ = disposition_.file_name.empty() && disposition_.extended_name.empty() &&
                 !disposition_.has_joined_name && disposition_.other_file_names.empty();
  if (is_file_) StartFile();
  if (is_argument_) sink_.BeginArgument(name_, true);
}

void Part::KeepName() {
  if (!sink_.watches() || name_.size() <= sink_.Room()) {
    kept_name_ = sink_.Keep(name_);
  } else if (is_file_) {
    sink_.Watch(BodyPart::kArgumentName, {}, name_);
  }
}

void Part::ReadHeader(std::string_view name, std::string_view value) {
  if (EqualsIgnoreCase(name, "Content-Disposition")) {
    ParseDisposition(value, disposition_);
  } else if (EqualsIgnoreCase(name, "Content-Type")) {
    ReadContentType(value);
  } else if (EqualsIgnoreCase(name, "Content-Transfer-Encoding") && !IsIdentityEncoding(value)) {
    Flag(MultipartFlag::kPartEncoding);
  }
}

void Part::ReadContentType(std::string_view value) {
  const ContentType type = ParseContentType(value);
  if (type.kind == BodyKind::kMultipart)
    Flag(MultipartFlag::kInvalidPart);  // one body within another
  if (!type.charset_decodable || type.repeated_parameter) Flag(MultipartFlag::kPartCharset);
}

void Part::KeepHeaders() {
  for (size_t i = 0; i < headers_.size(); ++i) sink_.AddPartHeader(kept_name_, name_, headers_[i]);
}

void Part::StartFile() {
  BodyFacts& facts = sink_.facts();
  file_ = facts.files.size();
  const auto add = [&](std::string_view file_name, std::string_view extended_name) {
    if (facts.files.size() >= sink_.limits().files) {
      Flag(MultipartFlag::kFileLimitExceeded);
      sink_.Fail(BodyError::kArguments, "the body has more files than the limit allows");
      if (!sink_.watches()) return;
      for (const std::string_view text : {file_name, extended_name}) {
        if (!text.empty()) sink_.Watch(BodyPart::kFileName, name_, text);
      }
      return;
    }
    FilePart& file = facts.files.emplace_back();
    ++file_entries_;
    file.field_name = kept_name_;
    file.file_name = sink_.KeepOrWatch(BodyPart::kFileName, name_, file_name);
    file.extended_name = sink_.KeepOrWatch(BodyPart::kFileName, name_, extended_name);
  };
  const TextList& others = disposition_.other_file_names;
  const bool has_regular = !disposition_.file_name.empty() || !disposition_.extended_name.empty();
  if (has_regular || (others.empty() && !disposition_.has_joined_name))
    add(disposition_.file_name, disposition_.extended_name);
  if (disposition_.has_joined_name) add(disposition_.joined_name, {});
  for (size_t i = 0; i < others.size(); ++i) add(others[i], {});
  if (file_entries_ == 0) return;
  for (size_t i = 0; i < headers_.size(); ++i) {
    if (!EqualsIgnoreCase(NameOf(headers_[i]), "Content-Type")) continue;
    facts.files[file_].content_type =
        sink_.KeepOrWatch(BodyPart::kPartHeader, name_, ValueOf(headers_[i]));
    return;
  }
}

void Part::AddContents(std::string_view bytes) {
  if (!open_) return;
  const uint64_t before = size_;
  size_ += bytes.size();
  if (is_file_ && !AddToFile(bytes)) {
    size_ = head_.size();  // what lies behind the cut was not looked at
    return End();
  }
  if (!is_argument_) return;
  const size_t had = sink_.text().size();
  if (sink_.Append(bytes)) return;
  size_ = before + sink_.text().size() - had;
  End();
}

// False if not even the head fits.
bool Part::AddToFile(std::string_view bytes) {
  if (streams_file_) return sink_.Append(bytes);
  const std::string_view taken = bytes.substr(0, FilePart::kHeadBytes - head_.size());
  if (!sink_.watches() && !is_argument_) return sink_.Append(head_, taken);
  head_.append(taken);
  const bool whole = taken.size() == bytes.size();
  if (whole || !sink_.watches() || !sink_.limits().watch_files || is_argument_) return true;
  streams_file_ = true;
  sink_.BeginStream(BodyPart::kFile, name_);
  sink_.Append(head_);
  return sink_.Append(bytes.substr(taken.size()));
}

void Part::End() {
  if (!std::exchange(open_, false)) return;
  if (is_argument_) is_file_&& size_ == 0 ? sink_.DropValue() : void(sink_.EndArgument());
  if (is_file_) EndFile();
}

void Part::EndFile() {
  BodyFacts& facts = sink_.facts();
  facts.files_combined_size += size_;
  if (streams_file_) sink_.EndStream();
  const bool is_kept = file_entries_ != 0 && (!sink_.watches() || head_.size() <= sink_.Room());
  if (file_entries_ != 0) facts.files[file_].size = size_;
  if (is_kept) {
    facts.files[file_].head = sink_.Keep(head_);
  } else if (sink_.watches() && !streams_file_ && !head_.empty()) {
    sink_.Watch(BodyPart::kFile, name_, head_);
  }
}

}  // namespace rasp
