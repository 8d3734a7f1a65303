// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>
#include <vector>

#include "http/field.h"
#include "rasp/settings.h"

namespace rasp {

enum class BodyKind : uint8_t { kNone, kUrlEncoded, kMultipart, kJson, kXml, kOther };
std::string_view BodyKindName(
    BodyKind kind);  // REQBODY_PROCESSOR's "URLENCODED", "MULTIPART", "JSON", "XML", ""

// What a Content-Type field says. Case, folding, trailing parameters and structured suffixes
// (+json, +xml) are handled.
struct ContentType {
  BodyKind kind = BodyKind::kNone;
  std::string_view media_type;      // without parameters, as written
  std::string_view boundary;        // multipart, unquoted
  std::string_view charset;         // as written, unquoted
  bool charset_decodable = true;    // none, or ASCII, UTF-8, ISO-8859-1, windows-125x
  bool repeated_parameter = false;  // two boundaries, two charsets, two types: an evasion
  // bits of MultipartFlag that the field alone earns (quoting, blanks, ...)
  uint32_t multipart_flags = 0;
};
ContentType ParseContentType(std::string_view value);

// What a value of a body is that its parser does not keep.
enum class BodyPart : uint8_t {
  kArgument,
  kXmlText,
  kXmlAttribute,
  kFile,          // the contents of a file, or its head where that could not be kept
  kRaw,           // the body as it came (decompressed)
  kArgumentName,  // of an argument, just before or behind it or, of JSON, of what holds arguments
  kFileName,
  kPartHeader,  // of a multipart body: "Content-Type: text/plain"
};

// Sees what a parser has no room to keep, so that it is inspected all the same.
class BodyWatcher {
 public:
  virtual ~BodyWatcher() = default;
  // A value, decoded, or the next piece of one. Pieces of one value come in order and without gap,
  // `first` is said of the first, `last` of the last; between them come no pieces of another value,
  // but for kRaw: the body as it came is read beside its values, and is a stream of its own.
  // Both views hold during the call. `name`: the argument's, the attribute's or, of a file or a
  // part, the field's, cut to BodyLimits::kNameBytes. It says which value this is and need not be
  // inspected: an argument's whole name comes as a kArgumentName of its own, once, so that what is
  // to be inspected stays in proportion to the body.
  virtual void Watch(BodyPart part, std::string_view name, std::string_view piece, bool first,
                     bool last) = 0;
};

struct BodyLimits {
  uint32_t arguments = 1000;  // for XML: texts and attributes
  uint32_t depth = 64;
  uint32_t files = 200;
  uint64_t memory_bytes = 1 << 20;  // sum of the bytes kept
  // whether the texts of an XML body's innermost elements are arguments too, or nothing else
  XmlArguments xml_arguments = XmlArguments::kOff;
  char separator = '&';  // between the pairs of a form
  // What does not fit into `memory_bytes`, and arguments beyond `arguments`, go there, in pieces of
  // at most kPieceBytes; nullptr: they are lost, and the facts' error says so. It must outlive the
  // parser.
  BodyWatcher* watcher = nullptr;
  static constexpr size_t kPieceBytes = 64 * 1024;
  static constexpr size_t kNameBytes = 256;  // of a watched value's name
  // Whether it gets the contents of files larger than the head that is kept, from their beginning.
  bool watch_files = false;
};

// An uploaded file: its contents are not kept but for the head.
struct FilePart {
  std::string_view field_name;
  std::string_view file_name;  // from filename=
  std::string_view
      extended_name;  // from filename*= (RFC 5987/8187), decoded; empty if there is none
  std::string_view content_type;
  std::string_view head;  // the first bytes (up to kHeadBytes)
  uint64_t size = 0;
  static constexpr size_t kHeadBytes = 4096;
};

// Anomalies of a multipart body, each ModSecurity's MULTIPART_* flag of that name or ours.
enum class MultipartFlag : uint8_t {
  kBoundaryQuoted,
  kBoundaryWhitespace,
  kDataBefore,
  kDataAfter,
  kHeaderFolding,
  kLfLine,
  kCrlfLfLines,
  kMissingSemicolon,
  kInvalidQuoting,
  kInvalidPart,
  kInvalidHeaderFolding,
  kFileLimitExceeded,
  kUnmatchedBoundary,
  kIncomplete,
  kDuplicateName,
  kDuplicateFileName,
  kDuplicatePartHeader,
  kPartEncoding /* Content-Transfer-Encoding */,
  kPartCharset,
  kInvalidBoundary,
  kNoDisposition,
};

enum class BodyError : uint8_t { kNone, kSyntax, kDepth, kArguments, kMemory, kUnsupported };

// What a body parser found. All views point into `memory` given at construction.
struct BodyFacts {
  explicit BodyFacts(std::pmr::memory_resource* memory)
      : arguments(memory),
        container_names(memory),
        files(memory),
        part_headers(memory),
        xml_text(memory),
        xml_attributes(memory) {}

  FieldList arguments;  // form fields; JSON leaves, named "json.a.b" and "json.items.array_0"
  // JSON: names of the members that hold an object or array, which a pattern for the end of a name
  // would not see in the names of what they hold
  std::pmr::vector<std::string_view> container_names;
  std::pmr::vector<FilePart> files;
  FieldList part_headers;  // name: the part's field name; value: "Content-Type: text/plain"
  std::pmr::vector<std::string_view>
      xml_text;                    // text, CDATA, comments and processing instructions, by element
  FieldList xml_attributes;        // name and value of every attribute
  uint32_t multipart_flags = 0;    // bits of MultipartFlag
  uint64_t bytes = 0;              // fed so far
  uint64_t watched_arguments = 0;  // not kept but given to the watcher
  uint64_t watched_argument_bytes = 0;  // their names and values
  uint64_t files_combined_size = 0;
  BodyError error = BodyError::kNone;   // the first one; any other outranks kSyntax
  std::string_view error_text;          // what is wrong, for REQBODY_ERROR_MSG; static text
  bool invalid_escape = false;          // url-encoding
  bool has_doctype = false;             // XML: <!DOCTYPE
  bool has_entity_declaration = false;  // XML: <!ENTITY (never expanded)
  bool duplicate_keys = false;          // JSON
  bool Has(MultipartFlag f) const { return (multipart_flags >> static_cast<unsigned>(f)) & 1u; }
  void Set(MultipartFlag f) { multipart_flags |= 1u << static_cast<unsigned>(f); }
};

// Incremental and iterative: any split of the body into chunks gives the same facts; never
// recursion on input depth. At a limit it keeps what it has (a value that does not fit is cut) and
// ignores the rest, but for counting its bytes. After a syntax error or in an encoding it does not
// know it goes on as well as it can, so that a payload behind the error is still seen. Throws
// nothing but what `memory` throws (std::bad_alloc).
class BodyParser {
 public:
  virtual ~BodyParser() = default;
  virtual void Feed(std::string_view chunk) = 0;
  virtual void Finish() = 0;
};

// A parser that fills `facts`; nullptr for kNone and kOther. Parser and facts live in `memory`;
// Destroy by the deleter.
struct BodyParserDeleter {
  void operator()(BodyParser* parser) const { parser->~BodyParser(); }
};
using BodyParserPtr = std::unique_ptr<BodyParser, BodyParserDeleter>;
BodyParserPtr MakeBodyParser(BodyKind kind, const ContentType& type, const BodyLimits& limits,
                             std::pmr::memory_resource& memory, BodyFacts& facts);

}  // namespace rasp
