// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory_resource>
#include <string_view>
#include <vector>

#include "core/byte_buffer.h"
#include "http/body/disposition.h"
#include "http/body/fact_sink.h"

namespace rasp {

// One part of a multipart body: its headers, then its contents, which become an argument, a file,
// or both where servers disagree (a filename that is empty).
class Part {
 public:
  static constexpr size_t kMaxHeaders = 64;             // browsers send up to three
  static constexpr size_t kMaxHeaderBytes = 16 * 1024;  // together, line ends left out

  // `of_form`: the body is multipart/form-data, so each part must say which field it is.
  Part(FactSink& sink, bool of_form);

  void Begin();
  // A header line without its end. One that continues the line before is unfolded: its line end
  // goes.
  void AddHeaderLine(std::string_view line);
  void EndHeaders();
  void AddContents(std::string_view bytes);
  void End();

 private:
  void ReadHeader(std::string_view name, std::string_view value);
  void ReadContentType(std::string_view value);
  void KeepHeaders();
  void KeepName();
  void StartFile();
  bool WasNamed(size_t header) const;
  bool AddToFile(std::string_view bytes);
  void EndFile();
  void Flag(MultipartFlag flag) { sink_.facts().Set(flag); }

  FactSink& sink_;
  const bool of_form_;
  TextList headers_;
  Disposition disposition_;
  ByteBuffer name_;
  std::string_view kept_name_;  // empty if there was no room for it
  ByteBuffer head_;             // of the contents, as far as they are a file
  size_t header_bytes_ = 0;
  size_t file_ = 0;  // in facts.files: the first of this part's entries
  size_t file_entries_ = 0;
  uint64_t size_ = 0;
  bool open_ = false;
  bool is_argument_ = false;
  bool is_file_ = false;
  bool streams_file_ = false;  // to the watcher
};

}  // namespace rasp
