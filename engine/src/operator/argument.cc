// SPDX-License-Identifier: Apache-2.0
#include "operator/argument.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/ascii.h"

namespace rasp {
namespace {

using Lines = Result<std::vector<std::string>>;

bool IsComment(std::string_view line) {
  const std::string_view text = Trim(line);
  return text.empty() || text.front() == '#';
}

}  // namespace

std::vector<std::string_view> SplitWords(std::string_view text) {
  std::vector<std::string_view> words;
  for (size_t i = 0; i < text.size();) {
    if (IsSpace(text[i])) {
      ++i;
      continue;
    }
    size_t end = i;
    while (end < text.size() && !IsSpace(text[end])) ++end;
    words.push_back(text.substr(i, end - i));
    i = end;
  }
  return words;
}

Result<std::vector<std::string>> ReadListFiles(std::string_view names, std::string_view directory) {
  std::vector<std::string> lines;
  const std::vector<std::string_view> files = SplitWords(names);
  if (files.empty()) return Lines::Failure("needs the name of a file with one entry a line");
  for (const std::string_view name : files) {
    if (name.starts_with("http://") || name.starts_with("https://")) {
      return Lines::Failure(
          "cannot fetch \"" + std::string(name) +
          "\": lists are read from disk only; download it beforehand and name the file");
    }
    const std::filesystem::path path =
        std::filesystem::path(directory) / std::filesystem::path(name);
    std::error_code error;
    const bool regular = std::filesystem::is_regular_file(path, error);
    errno = 0;
    std::ifstream in;
    if (regular) in.open(path, std::ios::binary);
    if (!regular || !in) {
      const std::string why = error        ? error.message()
                              : errno != 0 ? std::strerror(errno)
                                           : "not a regular file";
      return Lines::Failure("cannot read " + Quoted(path.string()) + ": " + why +
                            "; a relative name is looked up beside the rule's own file");
    }
    for (std::string line; std::getline(in, line);) {
      if (line.ends_with('\r')) line.pop_back();
      if (!IsComment(line)) lines.push_back(line);
    }
  }
  return lines;
}

}  // namespace rasp
