// SPDX-License-Identifier: Apache-2.0
#include "logic/seal_operator.h"

#include <algorithm>
#include <charconv>

#include "core/ascii.h"
#include "core/capped_memory.h"
#include "json/json_scanner.h"
#include "logic/page_forms.h"
#include "logic/session.h"

namespace rasp {
namespace {

const SealKeys& KeysOf(const LogicSession& session) {
  return static_cast<const SealExtension&>(*session.model().extensions.find("seal")->second).keys;
}

Finding Out(std::string_view why, std::string_view value) {
  Finding finding;
  finding.kind = Finding::Kind::kMatched;
  finding.why = why;
  finding.value = value;
  return finding;
}

// What all seals of a rule are of; `where` is the form's path.
void Begin(LogicSession& session, const LogicRule& rule, std::string_view where, SealedText& text) {
  text.Add(rule.key_scope);
  const LogicSession::KeyValue key = session.KeyOf(rule);
  text.Add(key.present ? "key" : "none");
  text.Add(key.value);
  text.Add(where);
}

// Every value of each sealed name, in order, and how many there are.
void AddFields(const std::vector<std::string>& names, const FieldList& fields, SealedText& text) {
  for (const std::string& name : names) {
    text.Add(name);
    size_t count = 0;
    for (const Field& field : fields) {
      if (field.name != name) continue;
      text.AddLines(field.value);
      ++count;
    }
    char digits[20];
    const char* const end = std::to_chars(digits, digits + sizeof digits, count).ptr;
    text.Add({digits, static_cast<size_t>(end - digits)});
  }
}

bool Has(const FieldList& fields, const std::vector<std::string>& names) {
  return std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
    return std::find(names.begin(), names.end(), field.name) != names.end();
  });
}

// One object: its sealed members, and its seal.
struct SealedObject {
  explicit SealedObject(std::pmr::memory_resource* memory) : members(memory) {}
  FieldList members;
  std::string_view seal;
  bool has_seal = false;
  bool is_empty = true;
  bool is_fit = true;  // every sealed member is there once, and no list or object
  size_t end = 0;      // of its '}'
};

// A number by its value: a client may write it otherwise than the server did.
std::string_view Canonical(std::string_view number, std::pmr::memory_resource& memory) {
  double value = 0;
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), value);
  if (parsed.ec != std::errc()) return number;
  char text[40];
  const char* const end = std::to_chars(text, text + sizeof text, value + 0.0).ptr;
  return CopyTo(memory, {text, static_cast<size_t>(end - text)});
}

// Behind '{', to its '}'. False: the text is no JSON.
bool ReadObject(JsonScanner& scanner, const std::vector<std::string>& names,
                std::string_view seal_name, std::pmr::memory_resource& memory,
                SealedObject& object) {
  for (JsonToken token = scanner.Next(); token != JsonToken::kEndObject; token = scanner.Next()) {
    if (token != JsonToken::kKey) return false;
    object.is_empty = false;
    const std::string_view name = JsonScalar(scanner, token, memory);
    const JsonToken value = scanner.Next();
    if (value == JsonToken::kError) return false;
    const bool container = value == JsonToken::kBeginObject || value == JsonToken::kBeginArray;
    if (name == seal_name && value == JsonToken::kString) {
      object.is_fit = object.is_fit && !object.has_seal;
      object.seal = JsonScalar(scanner, value, memory);
      object.has_seal = true;
    } else if (std::find(names.begin(), names.end(), name) != names.end()) {
      object.is_fit = object.is_fit && !container;
      std::string_view text = container ? std::string_view() : JsonScalar(scanner, value, memory);
      if (value == JsonToken::kNumber) text = Canonical(text, memory);
      // "1" is not 1
      std::pmr::string typed(value == JsonToken::kString ? "s" : "v", &memory);
      typed += text;
      object.members.push_back({name, CopyTo(memory, typed)});
    }
    if (container && !scanner.SkipContainer()) return false;
  }
  object.end = scanner.begin();
  return true;
}

bool IsHtml(std::span<const HeaderField> headers) {
  for (const HeaderField& header : headers) {
    if (!EqualsIgnoreCase(header.name, "content-type")) continue;
    const std::string_view type = ParseContentType(header.value).media_type;
    return EqualsIgnoreCase(type, "text/html") || EqualsIgnoreCase(type, "application/xhtml+xml");
  }
  return false;
}

bool IsJson(std::span<const HeaderField> headers) {
  for (const HeaderField& header : headers) {
    if (EqualsIgnoreCase(header.name, "content-type")) {
      return ParseContentType(header.value).kind == BodyKind::kJson;
    }
  }
  return false;
}

void Insert(LogicSession& session, uint64_t offset, std::span<const std::string_view> parts) {
  std::pmr::string text(&session.arena());
  for (const std::string_view part : parts) text += part;
  session.response_edits().push_back({offset, 0, CopyTo(session.arena(), text)});
}

// Those from `first` on are one rule's, in order; so are those before.
void Merge(std::pmr::vector<BodyEdit>& edits, size_t first) {
  if (first == 0 || first == edits.size() || edits[first - 1].offset <= edits[first].offset) return;
  std::inplace_merge(edits.begin(), edits.begin() + static_cast<std::ptrdiff_t>(first), edits.end(),
                     [](const BodyEdit& a, const BodyEdit& b) { return a.offset < b.offset; });
}

uint32_t EndOf(const LogicSession& session, int64_t ttl_us) {
  return static_cast<uint32_t>((session.now_us + ttl_us) / 1'000'000);
}

}  // namespace

Finding SealOperator::CheckForm(LogicSession& session, const LogicRule& rule) const {
  const LogicInputs& in = session.in;
  const bool in_body = in.body != nullptr && (in.body_kind == BodyKind::kUrlEncoded ||
                                              in.body_kind == BodyKind::kMultipart);
  const FieldList none(&session.arena());
  const FieldList& sent = in_body ? in.body->arguments : in.query != nullptr ? *in.query : none;
  const Field* seal = nullptr;
  for (const Field& field : sent) {
    if (field.name != name) continue;
    if (seal != nullptr) return Out("two seals", field.value);
    seal = &field;
  }
  // which of two places the application reads, nobody knows
  if (in_body && in.query != nullptr && Has(*in.query, fields)) {
    return Out("a sealed value beside the form", {});
  }
  if (seal == nullptr) return pass_absent ? Finding() : Out("no seal", {});
  SealedText text(&session.arena());
  Begin(session, rule, in.path, text);
  AddFields(fields, sent, text);
  const SealStatus status =
      KeysOf(session).Check(seal->value, text.view(), session.now_us / 1'000'000);
  return status == SealStatus::kValid ? Finding() : Out(SealStatusText(status), seal->value);
}

Finding SealOperator::CheckJson(LogicSession& session, const LogicRule& rule) const {
  if (session.in.body_kind != BodyKind::kJson) {
    return pass_absent ? Finding() : Out("no seal", {});
  }
  std::pmr::memory_resource& arena = session.arena();
  JsonWalk walk(session.in.raw_body, *wanted, arena);
  size_t objects = 0;
  for (JsonToken token = walk.Next(); token != JsonToken::kEnd; token = walk.Next()) {
    if (token == JsonToken::kError) return Out("a body that is no JSON", {});
    if (token != JsonToken::kBeginObject) return Out("no object where one is wanted", {});
    SealedObject object(&arena);
    if (!ReadObject(walk.scanner(), fields, name, arena, object)) {
      return Out("a body that is no JSON", {});
    }
    ++objects;
    if (!object.has_seal && pass_absent) continue;
    if (!object.has_seal) return Out("no seal", {});
    SealedText text(&arena);
    Begin(session, rule, {}, text);
    AddFields(fields, object.members, text);
    const SealStatus status =
        KeysOf(session).Check(object.seal, text.view(), session.now_us / 1'000'000);
    if (status != SealStatus::kValid) return Out(SealStatusText(status), object.seal);
    if (!object.is_fit) return Out("a sealed value that is there twice", object.seal);
  }
  return objects > 0 || pass_absent ? Finding() : Out("no seal", {});
}

Finding SealOperator::OnRequest(LogicSession& session, const LogicRule& rule,
                                RuleProgress& progress) const {
  progress.open = !pages || session.Concerns(*pages);
  if (!session.Happened(rule.event)) return {};
  return wanted ? CheckJson(session, rule) : CheckForm(session, rule);
}

void SealOperator::SealForms(LogicSession& session, const LogicRule& rule) const {
  std::pmr::memory_resource& arena = session.arena();
  PageForms*& forms = session.DerivedPart<PageForms>(Derived::kSeal);
  if (forms == nullptr) {
    std::pmr::polymorphic_allocator<> allocator(&arena);
    forms = allocator.new_object<PageForms>(ReadPageForms(session.in.response_body, arena));
  }
  const std::vector<uint32_t>& receivers = session.model().events[rule.event].operations;
  for (const PageForm& form : *forms) {
    if (!form.closed || form.in_doubt || Has(form.boxes, fields)) continue;
    const std::string_view path =
        ActionPath(form.action, session.in.path, session.in.request->host, arena);
    PathMatch match;
    const std::string_view method = EqualsIgnoreCase(form.method, "post") ? "POST" : "GET";
    const bool is_receiver =
        !path.empty() && session.model().paths.Find(method, path, match) &&
        std::binary_search(receivers.begin(), receivers.end(), match.operation);
    if (!is_receiver) continue;
    SealedText text(&arena);
    Begin(session, rule, path, text);
    AddFields(fields, form.controls, text);
    const SealKeys::Seal seal = KeysOf(session).Make(text.view(), EndOf(session, ttl_us));
    const std::string_view parts[] = {
        "<input type=\"hidden\" name=\"", name, "\" value=\"", {seal.data(), seal.size()}, "\">"};
    Insert(session, form.end, parts);
  }
}

void SealOperator::SealJson(LogicSession& session, const LogicRule& rule) const {
  std::pmr::memory_resource& arena = session.arena();
  JsonWalk walk(session.in.response_body, *given, arena);
  const size_t before = session.response_edits().size();
  for (JsonToken token = walk.Next(); token != JsonToken::kEnd; token = walk.Next()) {
    SealedObject object(&arena);
    const bool read =
        token == JsonToken::kBeginObject && ReadObject(walk.scanner(), fields, name, arena, object);
    if (token == JsonToken::kError || (token == JsonToken::kBeginObject && !read)) {
      session.response_edits().resize(before);  // what is no JSON is left alone
      return;
    }
    if (!read || object.has_seal || !object.is_fit || object.members.empty()) continue;
    SealedText text(&arena);
    Begin(session, rule, {}, text);
    AddFields(fields, object.members, text);
    const SealKeys::Seal seal = KeysOf(session).Make(text.view(), EndOf(session, ttl_us));
    const std::string_view parts[] = {",\"", name, "\":\"", {seal.data(), seal.size()}, "\""};
    Insert(session, object.end, parts);
  }
}

Finding SealOperator::OnResponse(LogicSession& session, const LogicRule& rule,
                                 RuleProgress& progress) const {
  progress.open = false;
  if (session.in.status >= 400 || (pages && !session.Happened(*pages))) return {};
  const size_t before = session.response_edits().size();
  if (given) {
    if (IsJson(session.in.response_headers)) SealJson(session, rule);
  } else if (IsHtml(session.in.response_headers)) {
    SealForms(session, rule);
  }
  Merge(session.response_edits(), before);
  return {};
}

}  // namespace rasp
