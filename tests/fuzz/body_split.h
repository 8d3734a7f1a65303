// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "http/body/body.h"

namespace rasp {

// All of BodyFacts as text: equal if and only if the facts are.
inline std::string DumpFacts(const BodyFacts& facts) {
  std::string text;
  const auto add = [&](std::string_view piece) {
    text += std::to_string(piece.size()) + ':' + std::string(piece);
  };
  const auto add_number = [&](uint64_t number) { text += std::to_string(number) + ';'; };
  const auto add_fields = [&](const FieldList& fields) {
    add_number(fields.size());
    for (const Field& field : fields) {
      add(field.name);
      add(field.value);
    }
  };
  add_fields(facts.arguments);
  add_fields(facts.part_headers);
  add_fields(facts.xml_attributes);
  for (const std::string_view piece : facts.xml_text) add(piece);
  for (const FilePart& file : facts.files) {
    for (const std::string_view piece :
         {file.field_name, file.file_name, file.extended_name, file.content_type, file.head}) {
      add(piece);
    }
    add_number(file.size);
  }
  add_number(facts.multipart_flags);
  add_number(facts.bytes);
  add_number(facts.files_combined_size);
  add_number(facts.watched_arguments);
  add_number(facts.watched_argument_bytes);
  add_number(static_cast<uint64_t>(facts.error));
  add(facts.error_text);
  add_number(facts.invalid_escape);
  add_number(facts.has_doctype);
  add_number(facts.has_entity_declaration);
  add_number(facts.duplicate_keys);
  return text;
}

// Puts the pieces of watched values together; aborts if they do not come as BodyWatcher says.
class WatchedText final : public BodyWatcher {
 public:
  void Watch(BodyPart part, std::string_view name, std::string_view piece, bool first,
             bool last) override {
    const bool fits =
        piece.size() <= BodyLimits::kPieceBytes && name.size() <= BodyLimits::kNameBytes;
    if (first == open_ || !fits || (!first && (part != part_ || name != name_))) {
      std::fputs("a watched value's pieces come in disorder\n", stderr);
      std::abort();
    }
    if (first) text_ += ';' + std::to_string(static_cast<int>(part)) + std::string(name) + '=';
    part_ = part;
    name_ = name;
    text_ += piece;
    open_ = !last;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::string name_;
  BodyPart part_ = BodyPart::kRaw;
  bool open_ = false;
};

// The facts of `body` in pieces whose sizes `cuts` gives, over and over (0 is an empty piece);
// whole if there are none.
inline std::string FactsOf(BodyKind kind, std::string_view content_type, BodyLimits limits,
                           bool watched, std::string_view body, std::string_view cuts) {
  WatchedText watcher;
  if (watched) limits.watcher = &watcher;
  std::pmr::monotonic_buffer_resource memory;
  BodyFacts facts(&memory);
  const BodyParserPtr parser =
      MakeBodyParser(kind, ParseContentType(content_type), limits, memory, facts);
  for (size_t i = 0; !body.empty(); ++i) {
    const size_t size = cuts.empty() ? body.size() : static_cast<uint8_t>(cuts[i % cuts.size()]);
    const std::string_view piece = body.substr(0, size);
    const std::vector<char> exact(piece.begin(), piece.end());
    parser->Feed({exact.data(), exact.size()});
    body.remove_prefix(piece.size());
  }
  parser->Finish();
  return DumpFacts(facts) + watcher.text();
}

// The first bytes of an input choose the limits and the cuts, the rest is the body. Aborts unless
// the body in pieces comes to the same as the body whole.
inline void CheckSplit(BodyKind kind, std::string_view content_type, std::string_view input) {
  if (input.size() < 4) return;
  const auto choice = static_cast<uint8_t>(input[0]);
  BodyLimits limits;
  if (choice & 1) limits.arguments = 3;
  if (choice & 2) limits.depth = 3;
  if (choice & 4) limits.files = 1;
  if (choice & 8) limits.memory_bytes = static_cast<uint8_t>(input[3]);
  std::string cuts(input.substr(1, 2));
  if (cuts == std::string_view("\0\0", 2)) cuts = "\1";
  limits.watch_files = (choice & 32) != 0;
  const bool watched = (choice & 16) != 0;
  std::string body(input.substr(4));
  // Long enough for a value to come in pieces.
  if (choice & 64) body.insert(body.size() / 2, BodyLimits::kPieceBytes + 5000, 'x');
  if (FactsOf(kind, content_type, limits, watched, body, cuts) ==
      FactsOf(kind, content_type, limits, watched, body, {}))
    return;
  std::fputs("the facts depend on how the body is cut\n", stderr);
  std::abort();
}

inline std::string_view AsText(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace rasp
