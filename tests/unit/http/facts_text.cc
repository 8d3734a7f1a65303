// SPDX-License-Identifier: Apache-2.0
#include "http/facts_text.h"

#include <memory_resource>

#include "http/watch_log.h"

namespace rasp {
namespace {

constexpr std::string_view kFlagNames[] = {
    "BoundaryQuoted",    "BoundaryWhitespace",   "DataBefore",
    "DataAfter",         "HeaderFolding",        "LfLine",
    "CrlfLfLines",       "MissingSemicolon",     "InvalidQuoting",
    "InvalidPart",       "InvalidHeaderFolding", "FileLimitExceeded",
    "UnmatchedBoundary", "Incomplete",           "DuplicateName",
    "DuplicateFileName", "DuplicatePartHeader",  "PartEncoding",
    "PartCharset",       "InvalidBoundary",      "NoDisposition"};

std::string FilesText(const BodyFacts& facts) {
  std::string text;
  for (const FilePart& file : facts.files) {
    text += "file " + Printable(file.field_name) + " name=" + Printable(file.file_name);
    if (!file.extended_name.empty()) text += " name*=" + Printable(file.extended_name);
    if (!file.content_type.empty()) text += " type=" + Printable(file.content_type);
    text += " size=" + std::to_string(file.size) + " head=" + Printable(file.head) + '\n';
  }
  return text;
}

std::string FlagsText(const BodyFacts& facts) {
  std::string text;
  for (size_t i = 0; i < std::size(kFlagNames); ++i) {
    if (facts.Has(static_cast<MultipartFlag>(i)))
      text += "flag " + std::string(kFlagNames[i]) + '\n';
  }
  if (facts.invalid_escape) text += "invalid-escape\n";
  if (facts.has_doctype) text += "doctype\n";
  if (facts.has_entity_declaration) text += "entity-declaration\n";
  if (facts.duplicate_keys) text += "duplicate-keys\n";
  return text;
}

}  // namespace

std::string Printable(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\') {
      text += "\\\\";
    } else if (byte >= 0x20 && byte < 0x7f) {
      text += c;
    } else {
      text += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return text;
}

std::string FieldsText(const FieldList& fields) {
  std::string text;
  for (const Field& field : fields)
    text += Printable(field.name) + '=' + Printable(field.value) + '\n';
  return text;
}

std::string_view ErrorName(BodyError error) {
  constexpr std::string_view kNames[] = {"",          "syntax", "depth",
                                         "arguments", "memory", "unsupported"};
  return kNames[static_cast<size_t>(error)];
}

std::string FactsText(const BodyFacts& facts) {
  std::string text = FieldsText(facts.arguments);
  for (const std::string_view name : facts.container_names)
    text += "container " + Printable(name) + '\n';
  text += FilesText(facts);
  for (const Field& header : facts.part_headers) {
    text += "part-header " + Printable(header.name) + ": " + Printable(header.value) + '\n';
  }
  for (const std::string_view piece : facts.xml_text) text += "text " + Printable(piece) + '\n';
  for (const Field& attribute : facts.xml_attributes) {
    text += "attribute " + Printable(attribute.name) + '=' + Printable(attribute.value) + '\n';
  }
  text += FlagsText(facts);
  if (facts.files_combined_size != 0)
    text += "files-size " + std::to_string(facts.files_combined_size) + '\n';
  if (facts.watched_arguments != 0) {
    text += "watched " + std::to_string(facts.watched_arguments) + " arguments, " +
            std::to_string(facts.watched_argument_bytes) + " bytes\n";
  }
  if (facts.error != BodyError::kNone) {
    text += "error " + std::string(ErrorName(facts.error)) + ": " + std::string(facts.error_text) +
            '\n';
  }
  return text + "bytes " + std::to_string(facts.bytes) + '\n';
}

std::string ParsedText(const Body& body, const std::vector<std::string_view>& pieces) {
  std::pmr::monotonic_buffer_resource memory;
  BodyFacts facts(&memory);
  const ContentType type = ParseContentType(body.content_type);
  WatchLog log;
  BodyLimits limits = body.limits;
  if (body.watched) limits.watcher = &log;
  const BodyParserPtr parser = MakeBodyParser(body.kind, type, limits, memory, facts);
  if (!parser) return "no parser\n";
  for (const std::string_view piece : pieces) {
    const std::vector<char> exact(piece.begin(), piece.end());
    parser->Feed({exact.data(), exact.size()});
  }
  parser->Finish();
  return FactsText(facts) + log.Text();
}

}  // namespace rasp
