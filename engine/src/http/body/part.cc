// SPDX-License-Identifier: Apache-2.0
#include "http/body/part.h"

#include <algorithm>
#include <utility>

#include "core/ascii.h"
#include "http/body/disposition.h"

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
      value_(&sink.memory()),
      head_(&sink.memory()) {}

void Part::Begin() {
  headers_.clear();
  value_.clear();
  head_.clear();
  name_ = {};
  size_ = 0;
  file_entries_ = 0;
  header_bytes_ = 0;
  is_argument_ = is_file_ = false;
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
      headers_.back().append(line);
      return;
    }
  }
  if (headers_.size() == kMaxHeaders) {
    sink_.Fail(BodyError::kArguments, "a part has more headers than the limit allows");
    return;
  }
  headers_.emplace_back(line);
}

void Part::EndHeaders() {
  Disposition disposition(&sink_.memory());
  for (auto header = headers_.begin(); header != headers_.end(); ++header) {
    const std::string_view name = NameOf(*header);
    if (name.empty() || header->find(':') == header->npos) {
      Flag(MultipartFlag::kInvalidPart);
      sink_.Fail(BodyError::kSyntax, "a line among a part's headers is none");
    }
    const bool repeated = std::any_of(headers_.begin(), header, [&](std::string_view earlier) {
      return EqualsIgnoreCase(NameOf(earlier), name);
    });
    if (repeated) Flag(MultipartFlag::kDuplicatePartHeader);
    ReadHeader(name, ValueOf(*header), disposition);
  }
  sink_.facts().multipart_flags |= disposition.flags;
  if (of_form_ && !disposition.is_form_data) Flag(MultipartFlag::kNoDisposition);
  if (of_form_ && !disposition.has_name) Flag(MultipartFlag::kInvalidPart);

  name_ = sink_.Keep(disposition.name);
  KeepHeaders();
  is_file_ = disposition.has_file_name;
  is_argument_ = disposition.file_name.empty() && disposition.extended_name.empty() &&
                 disposition.other_file_names.empty();
  if (is_file_) StartFile(disposition);
}

void Part::ReadHeader(std::string_view name, std::string_view value, Disposition& disposition) {
  if (EqualsIgnoreCase(name, "Content-Disposition")) {
    ParseDisposition(value, disposition);
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
  for (const ByteBuffer& header : headers_) {
    sink_.facts().part_headers.push_back({name_, sink_.Keep(header)});
  }
}

void Part::StartFile(const Disposition& disposition) {
  BodyFacts& facts = sink_.facts();
  file_ = facts.files.size();
  const auto add = [&](std::string_view file_name, std::string_view extended_name) {
    if (facts.files.size() >= sink_.limits().files) {
      Flag(MultipartFlag::kFileLimitExceeded);
      sink_.Fail(BodyError::kArguments, "the body has more files than the limit allows");
      return;
    }
    FilePart& file = facts.files.emplace_back();
    ++file_entries_;
    file.field_name = name_;
    file.file_name = sink_.Keep(file_name);
    file.extended_name = sink_.Keep(extended_name);
  };
  const bool has_regular = !disposition.file_name.empty() || !disposition.extended_name.empty();
  if (has_regular || disposition.other_file_names.empty())
    add(disposition.file_name, disposition.extended_name);
  for (const ByteBuffer& other : disposition.other_file_names) add(other, {});
  if (file_entries_ == 0) return;
  for (const ByteBuffer& header : headers_) {
    if (EqualsIgnoreCase(NameOf(header), "Content-Type")) {
      facts.files[file_].content_type = sink_.Keep(ValueOf(header));
      return;
    }
  }
}

void Part::AddContents(std::string_view bytes) {
  size_ += bytes.size();
  ByteBuffer& contents = is_argument_ ? value_ : head_;
  const size_t wanted = is_argument_ ? bytes.size() : FilePart::kHeadBytes - head_.size();
  if (sink_.Append(contents, bytes.substr(0, wanted))) return;
  size_ = contents.size();  // what lies behind the cut was not looked at
  End();
}

void Part::End() {
  if (!std::exchange(open_, false)) return;
  if (is_file_) sink_.facts().files_combined_size += size_;
  if (file_entries_ != 0) {
    FilePart& file = sink_.facts().files[file_];
    file.size = size_;
    file.head =
        sink_.Keep(std::string_view(is_argument_ ? value_ : head_).substr(0, FilePart::kHeadBytes));
  }
  if (is_argument_ && (!is_file_ || !value_.empty())) sink_.AddArgument(name_, value_);
}

}  // namespace rasp
