// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "rasp/result.h"

namespace rasp::ftw {

// A log that another process appends to.
class LogFile {
 public:
  static Result<LogFile> Open(const std::string& path);

  // Forgets what was appended up to now.
  void Mark();
  // The whole lines before the first that holds `needle`, which is consumed with all up to the last
  // line that holds it; nothing if there is none yet.
  std::optional<std::vector<std::string>> TakeBefore(const std::string& needle);

 private:
  explicit LogFile(std::ifstream file) : file_(std::move(file)) {}
  void Read();

  std::ifstream file_;
  std::string unread_;
};

}  // namespace rasp::ftw
