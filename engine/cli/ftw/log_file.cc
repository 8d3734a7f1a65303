// SPDX-License-Identifier: Apache-2.0
#include "cli/ftw/log_file.h"

namespace rasp::ftw {

Result<LogFile> LogFile::Open(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Result<LogFile>::Failure(path + ": cannot be read");
  return LogFile(std::move(file));
}

void LogFile::Mark() {
  file_.clear();
  file_.seekg(0, std::ios::end);
  unread_.clear();
}

void LogFile::Read() {
  char buffer[65536];
  for (;;) {
    file_.clear();
    file_.read(buffer, sizeof buffer);
    if (file_.gcount() <= 0) return;
    unread_.append(buffer, static_cast<size_t>(file_.gcount()));
  }
}

std::optional<std::vector<std::string>> LogFile::TakeBefore(const std::string& needle) {
  Read();
  const size_t first = unread_.find(needle);
  if (first == unread_.npos) return std::nullopt;
  const size_t last_end = unread_.find('\n', unread_.rfind(needle));
  if (last_end == unread_.npos) return std::nullopt;
  const size_t line_start = first == 0 ? 0 : unread_.rfind('\n', first - 1) + 1;
  std::vector<std::string> lines;
  for (size_t at = 0; at < line_start;) {
    const size_t end = unread_.find('\n', at);
    lines.push_back(unread_.substr(at, end - at));
    at = end + 1;
  }
  unread_.erase(0, last_end + 1);
  return lines;
}

}  // namespace rasp::ftw
