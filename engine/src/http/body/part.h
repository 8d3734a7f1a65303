// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory_resource>
#include <string_view>
#include <vector>

#include "core/byte_buffer.h"
#include "http/body/fact_sink.h"

namespace rasp {

struct Disposition;

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
  void ReadHeader(std::string_view name, std::string_view value, Disposition& disposition);
  void ReadContentType(std::string_view value);
  void KeepHeaders();
  void StartFile(const Disposition& disposition);
  void Flag(MultipartFlag flag) { sink_.facts().Set(flag); }

  FactSink& sink_;
  const bool of_form_;
  std::pmr::vector<ByteBuffer> headers_;
  std::string_view name_;  // kept
  ByteBuffer value_;       // as far as the contents are an argument
  ByteBuffer head_;        // as far as they are a file
  size_t header_bytes_ = 0;
  size_t file_ = 0;  // in facts.files: the first of this part's entries
  size_t file_entries_ = 0;
  uint64_t size_ = 0;
  bool open_ = false;
  bool is_argument_ = false;
  bool is_file_ = false;
};

}  // namespace rasp
