// SPDX-License-Identifier: Apache-2.0
#include "core/ascii.h"
#include "core/capped_memory.h"
#include "eval/decision.h"
#include "eval/providers.h"

namespace rasp {
namespace {

constexpr uint32_t Bit(MultipartFlag flag) { return 1u << static_cast<unsigned>(flag); }

// What honest clients send and every server reads alike: a boundary in quotes (.NET), a line of
// text that begins with two dashes.
constexpr uint32_t kHarmlessFlags =
    Bit(MultipartFlag::kBoundaryQuoted) | Bit(MultipartFlag::kUnmatchedBoundary);

int64_t CombinedSize(const FieldList& fields) {
  int64_t size = 0;
  for (const Field& field : fields)
    size += static_cast<int64_t>(field.name.size() + field.value.size());
  return size;
}

// The raw body of a form, else nothing.
std::string_view Form(const Inspection& in) {
  return in.body.kind == BodyKind::kUrlEncoded ? std::string_view(in.body.raw) : std::string_view();
}

class IntoSink final : public XmlDocument::Visitor {
 public:
  IntoSink(Inspection& in, Sink& out) : in_(in), out_(out) {}
  void Visit(std::string_view value) override {
    out_.AddBrief(out_.target().selector.name, CopyTo(in_.chain_arena, value));
  }

 private:
  Inspection& in_;
  Sink& out_;
};

}  // namespace

void AddSelected(Inspection& in, std::string_view body, XmlTree& tree, DegradedReason too_costly,
                 Sink& out) {
  if (tree.document == nullptr || tree.bytes != body.size()) {
    tree.document = std::make_unique<const XmlDocument>(body);
    tree.bytes = body.size();
  }
  IntoSink visitor(in, out);
  const uint64_t max_bytes = 2 * in.overlay.limits.request_body_bytes;
  const bool done = tree.document->Select(*out.target().xpath, max_bytes, visitor);
  if (!done || !tree.document->complete()) Degrade(in, too_costly);
}

void BodyVariables::Args(Inspection& in, Sink& out) {
  AddFields(in.query_arguments, out);
  ArgsPost(in, out);
}
void BodyVariables::ArgsPost(Inspection& in, Sink& out) {
  AddFields(in.body.facts.arguments, out);
  out.AddUnkept(in.body.facts.watched_arguments);
}
void BodyVariables::ArgsNames(Inspection& in, Sink& out) {
  AddNames(in.query_arguments, out);
  ArgsPostNames(in, out);
}
void BodyVariables::ArgsPostNames(Inspection& in, Sink& out) {
  AddNames(in.body.facts.arguments, out);
  for (const std::string_view name : in.body.facts.container_names) out.Add(name, name);
  out.AddUnkept(in.body.facts.watched_arguments);
}
void BodyVariables::ArgsCombinedSize(Inspection& in, Sink& out) {
  const int64_t kept = CombinedSize(in.query_arguments) + CombinedSize(in.body.facts.arguments);
  out.AddNumber({}, kept + static_cast<int64_t>(in.body.facts.watched_argument_bytes));
}

void BodyVariables::ArgsRaw(Inspection& in, Sink& out) {
  RequestVariables::ArgsGetRaw(in, out);
  ArgsPostRaw(in, out);
}
void BodyVariables::ArgsPostRaw(Inspection& in, Sink& out) {
  AddRawPairs(in, Form(in), false, RawPart::kPair, out);
}
void BodyVariables::ArgsNamesRaw(Inspection& in, Sink& out) {
  RequestVariables::ArgsGetNamesRaw(in, out);
  ArgsPostNamesRaw(in, out);
}
void BodyVariables::ArgsPostNamesRaw(Inspection& in, Sink& out) {
  AddRawPairs(in, Form(in), false, RawPart::kName, out);
}

// As ModSecurity 2 and CRS have it, empty for bodies that are taken apart, unless a rule forces it;
// but what could not be taken apart stays to be seen.
void BodyVariables::Raw(Inspection& in, Sink& out) {
  const RequestBody& body = in.body;
  const bool apart = body.kind == BodyKind::kMultipart || body.kind == BodyKind::kJson ||
                     body.kind == BodyKind::kXml;
  const bool visible = !apart || body.forced || body.HasError() || !body.decodable_encoding;
  out.AddBrief({}, visible ? std::string_view(body.raw) : std::string_view());
}
// What a rule on arguments would not see: without it, a form sent as text/plain is inspected by
// nothing.
bool ShowsUnparsed(const RequestBody& body) {
  const bool parsed = body.kind != BodyKind::kNone && body.kind != BodyKind::kOther;
  return !parsed || body.HasError() || !body.decodable_encoding;
}
void BodyVariables::Unparsed(Inspection& in, Sink& out) {
  const bool visible = ShowsUnparsed(in.body);
  out.AddBrief({}, visible ? std::string_view(in.body.raw) : std::string_view());
}
void BodyVariables::Length(Inspection& in, Sink& out) {
  out.AddNumber({}, static_cast<int64_t>(in.body.bytes));
}
void BodyVariables::Processor(Inspection& in, Sink& out) { out.Add(BodyKindName(in.body.kind)); }
void BodyVariables::Error(Inspection& in, Sink& out) { AddFlag(in.body.HasError(), out); }
void BodyVariables::ErrorMsg(Inspection& in, Sink& out) {
  const RequestBody& body = in.body;
  out.Add(body.facts.error != BodyError::kNone ? body.facts.error_text
          : body.repeated_type                 ? std::string_view("Content-Type says two things")
          : body.unread ? std::string_view("the server could not read the body")
                        : std::string_view());
}
void BodyVariables::UrlencodedError(Inspection& in, Sink& out) {
  AddFlag(in.invalid_escape || in.body.facts.invalid_escape, out);
}
void BodyVariables::InboundDataError(Inspection& in, Sink& out) {
  AddFlag(in.body.too_large || in.degraded.Has(DegradedReason::kRequestBodyLimit), out);
}

void BodyVariables::MultipartFlags(Inspection& in, Sink& out) {
  AddFlag(in.body.facts.Has(static_cast<MultipartFlag>(out.target().variable->detail)), out);
}
void BodyVariables::MultipartStrictError(Inspection& in, Sink& out) {
  const RequestBody& body = in.body;
  const bool anomaly = (body.facts.multipart_flags & ~kHarmlessFlags) != 0;
  AddFlag(body.kind == BodyKind::kMultipart && (anomaly || body.HasError()), out);
}
void BodyVariables::MultipartPartHeaders(Inspection& in, Sink& out) {
  AddFields(in.body.facts.part_headers, out);
}
void BodyVariables::MultipartName(Inspection& in, Sink& out) {
  if (in.body.kind != BodyKind::kMultipart) return;
  AddNames(in.body.facts.arguments, out);
  FilesNames(in, out);
}
void BodyVariables::MultipartFilename(Inspection& in, Sink& out) {
  for (const FilePart& file : in.body.facts.files) {
    out.Add(file.file_name, file.file_name);
    if (!file.extended_name.empty()) out.Add(file.extended_name, file.extended_name);
  }
}
void BodyVariables::Files(Inspection& in, Sink& out) {
  for (const FilePart& file : in.body.facts.files) {
    out.Add(file.field_name, file.file_name);
    if (!file.extended_name.empty()) out.Add(file.field_name, file.extended_name);
  }
}
void BodyVariables::FilesNames(Inspection& in, Sink& out) {
  for (const FilePart& file : in.body.facts.files) out.Add(file.field_name, file.field_name);
}
void BodyVariables::FilesSizes(Inspection& in, Sink& out) {
  for (const FilePart& file : in.body.facts.files)
    out.AddNumber(file.field_name, static_cast<int64_t>(file.size));
}
void BodyVariables::FilesCombinedSize(Inspection& in, Sink& out) {
  out.AddNumber({}, static_cast<int64_t>(in.body.facts.files_combined_size));
}
void BodyVariables::FilesHead(Inspection& in, Sink& out) {
  for (const FilePart& file : in.body.facts.files) out.Add(file.field_name, file.head);
}

void BodyVariables::Xml(Inspection& in, Sink& out) {
  if (out.target().xpath != nullptr) {
    RequestBody& body = in.body;
    const bool has_tree = body.kind == BodyKind::kXml && body.decodable_encoding &&
                          body.xml_arguments != XmlArguments::kOnly;
    if (!has_tree) return;
    if (body.decoded > body.raw.size()) Degrade(in, DegradedReason::kRequestBodyLimit);
    return AddSelected(in, body.raw, body.tree, DegradedReason::kRequestBodyLimit, out);
  }
  for (const std::string_view text : in.body.facts.xml_text) out.Add("/*", text);
  for (const Field& attribute : in.body.facts.xml_attributes) out.Add("//@*", attribute.value);
}
void BodyVariables::XmlDoctype(Inspection& in, Sink& out) {
  AddFlag(in.body.facts.has_doctype || in.body.facts.has_entity_declaration, out);
}
void BodyVariables::JsonDuplicateKeys(Inspection& in, Sink& out) {
  AddFlag(in.body.facts.duplicate_keys, out);
}

}  // namespace rasp
