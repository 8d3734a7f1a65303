// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rasp {

// Bytes as printable ASCII: everything else, and the backslash, becomes \n, \r, \t, \\ or \xHH.
// What an attacker sent must not reach the terminal as it is.
std::string Printable(std::string_view bytes);

// Bytes as UTF-8 for JSON: what is not UTF-8 becomes \xHH.
std::string Utf8(std::string_view bytes);

// Columns set side by side, two spaces apart, the last one as long as it is. Every row has as many
// cells as the first.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header) { AddRow(std::move(header)); }
  void AddRow(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  std::string AsText() const;
  std::string AsMarkdown() const;

 private:
  std::vector<size_t> Widths() const;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace rasp
