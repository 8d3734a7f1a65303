// SPDX-License-Identifier: Apache-2.0
#include "exchange_file.h"

#include <algorithm>
#include <array>
#include <fstream>

namespace rasp {
namespace {

bool ReadText(std::istream& in, std::string& text) {
  std::array<unsigned char, 4> size{};
  if (!in.read(reinterpret_cast<char*>(size.data()), size.size())) return false;
  text.resize(static_cast<size_t>(size[0]) | static_cast<size_t>(size[1]) << 8 |
              static_cast<size_t>(size[2]) << 16 | static_cast<size_t>(size[3]) << 24);
  return !!in.read(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace

std::vector<Exchange> ReadExchanges(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<Exchange> exchanges;
  for (Exchange next; ReadText(in, next.request) && ReadText(in, next.response);)
    exchanges.push_back(next);
  return exchanges;
}

std::string Latin1(std::string_view bytes, size_t most) {
  std::string text;
  for (const char c : bytes.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | byte >> 6);
      text += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return text;
}

bool IsReachable(const RawMessage& request) {
  const auto has_nul = [](std::string_view text) {
    return text.find('\0') != std::string_view::npos;
  };
  return !has_nul(request.start_line) &&
         std::none_of(request.headers.begin(), request.headers.end(),
                      [&](const HeaderField& f) { return has_nul(f.name) || has_nul(f.value); });
}

}  // namespace rasp
