// SPDX-License-Identifier: Apache-2.0
#include "compile/unicode.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "core/quoted.h"

namespace rasp {

void UseUnicodeMap(Resolver& resolver, CompiledRules& out) {
  if (!out.settings.unicode_map_file) return;
  const std::string& file = *out.settings.unicode_map_file;
  SourceLocation where;
  where.file = file;
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in) {
    const std::string why = errno != 0 ? std::strerror(errno) : "not a regular file";
    resolver.Error(where, "unreadable-unicode-map",
                   "cannot read " + Quoted(file) + " (SecUnicodeMapFile): " + why);
    return;
  }
  Result<UnicodeMap> map = LoadUnicodeMap(text, out.settings.unicode_code_page);
  if (!map) {
    resolver.Error(where, "bad-unicode-map", map.error());
    return;
  }
  out.unicode_map = std::make_unique<const UnicodeMap>(*map);
  for (TransformNode& node : out.transforms) {
    const bool takes_map = node.step != nullptr && node.step->apply_with_map != nullptr;
    if (takes_map) node.map = out.unicode_map.get();
  }
}

}  // namespace rasp
