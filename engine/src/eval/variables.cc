// SPDX-License-Identifier: Apache-2.0
#include "eval/variables.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "core/ascii.h"

namespace rasp {
namespace {

// Takes the values of one variable and keeps those that the target selects and nothing excludes.
class Sink {
 public:
  // For a rule: appends to in.values.
  Sink(Inspection& in, const Target& target, const std::vector<Exclusion>& exclusions)
      : in_(in), target_(target), exclusions_(&exclusions) {
    const auto& all = in.overlay.rule_exclusions;
    const auto by_rule = [](const RuleExclusion& e, uint32_t rule) { return e.rule < rule; };
    local_ = std::lower_bound(all.begin(), all.end(), in.rule_index, by_rule);
  }
  // For a macro: only remembers the first value.
  Sink(Inspection& in, const Target& target) : in_(in), target_(target) {}

  const Target& target() const { return target_; }
  int64_t count() const { return count_; }
  std::string_view first() const { return first_; }

  // Bytes that stay until the transaction ends.
  void Add(std::string_view name, std::string_view value) { Put(name, value, true); }
  void Add(std::string_view value) { Put({}, value, true); }
  // Bytes that stay while this chain is evaluated.
  void AddBrief(std::string_view name, std::string_view value) { Put(name, value, false); }
  void AddNumber(std::string_view name, int64_t number) {
    if (Wanted(name)) Keep(name, NumberText(in_, number), false);
  }

 private:
  void Put(std::string_view name, std::string_view value, bool stable) {
    if (Wanted(name)) Keep(name, value, stable);
  }

  bool Wanted(std::string_view name) const {
    if (exclusions_ == nullptr && count_ > 0) return false;
    if (!target_.selector.All() && !target_.selector.Accepts(name, true)) return false;
    return exclusions_ == nullptr || !Excluded(name);
  }

  void Keep(std::string_view name, std::string_view value, bool stable) {
    ++count_;
    if (exclusions_ == nullptr) {
      first_ = value;
    } else if (!target_.count) {
      in_.values.push_back({&target_, name, value, stable});
    }
  }

  bool Excluded(std::string_view name) const {
    const VariableId id = target_.variable->id;
    for (const Exclusion& exclusion : *exclusions_) {
      if (exclusion.Covers(id, name)) return true;
    }
    const auto end = in_.overlay.rule_exclusions.end();
    for (auto at = local_; at != end && at->rule == in_.rule_index; ++at) {
      if (in_.overlay.exclusions[at->exclusion].Covers(id, name)) return true;
    }
    for (const Action* action : in_.removed_targets) {
      if (action->exclusion.Covers(id, name) &&
          std::binary_search(action->rules.begin(), action->rules.end(), in_.rule_index)) {
        return true;
      }
    }
    return false;
  }

  Inspection& in_;
  const Target& target_;
  const std::vector<Exclusion>* exclusions_ = nullptr;
  std::vector<RuleExclusion>::const_iterator local_;
  int64_t count_ = 0;
  std::string_view first_;
};

using Provider = void (*)(Inspection& in, Sink& out);

void AddFields(const FieldList& fields, Sink& out) {
  for (const Field& field : fields) out.Add(field.name, field.value);
}
void AddNames(const FieldList& fields, Sink& out) {
  for (const Field& field : fields) out.Add(field.name, field.name);
}
template <typename Headers>
void AddHeaders(const Headers& headers, Sink& out) {
  for (const HeaderField& header : headers) out.Add(header.name, header.value);
}
template <typename Headers>
void AddHeaderNames(const Headers& headers, Sink& out) {
  for (const HeaderField& header : headers) out.Add(header.name, header.name);
}
void AddFlag(bool on, Sink& out) { out.Add(on ? "1" : "0"); }

std::string_view HeaderValue(const std::pmr::vector<HeaderField>& headers, std::string_view name) {
  for (const HeaderField& header : headers) {
    if (EqualsIgnoreCase(header.name, name)) return header.value;
  }
  return {};
}

int64_t CombinedSize(const FieldList& fields) {
  int64_t size = 0;
  for (const Field& field : fields)
    size += static_cast<int64_t>(field.name.size() + field.value.size());
  return size;
}

void Args(Inspection& in, Sink& out) {
  AddFields(in.query_arguments, out);
  AddFields(in.body.facts.arguments, out);
}
void ArgsGet(Inspection& in, Sink& out) { AddFields(in.query_arguments, out); }
void ArgsPost(Inspection& in, Sink& out) { AddFields(in.body.facts.arguments, out); }
void ArgsNames(Inspection& in, Sink& out) {
  AddNames(in.query_arguments, out);
  AddNames(in.body.facts.arguments, out);
}
void ArgsGetNames(Inspection& in, Sink& out) { AddNames(in.query_arguments, out); }
void ArgsPostNames(Inspection& in, Sink& out) { AddNames(in.body.facts.arguments, out); }
void ArgsCombinedSize(Inspection& in, Sink& out) {
  out.AddNumber({}, CombinedSize(in.query_arguments) + CombinedSize(in.body.facts.arguments));
}

void RequestMethod(Inspection& in, Sink& out) { out.Add(in.request.method); }
void RequestUri(Inspection& in, Sink& out) {
  const std::string_view target = in.request.target;
  const std::string_view path = in.parts.path;
  const bool within = path.data() >= target.data() && path.data() <= target.data() + target.size();
  out.Add(within ? target.substr(static_cast<size_t>(path.data() - target.data())) : target);
}
void RequestUriRaw(Inspection& in, Sink& out) { out.Add(in.request.target); }
void RequestFilename(Inspection& in, Sink& out) { out.Add(in.filename); }
void RequestPathRaw(Inspection& in, Sink& out) { out.Add(in.parts.path); }
void RequestBasename(Inspection& in, Sink& out) { out.Add(Basename(in.filename)); }
void RequestLine(Inspection& in, Sink& out) { out.Add(in.request.request_line); }
void RequestProtocol(Inspection& in, Sink& out) { out.Add(in.request.protocol); }
void RequestHost(Inspection& in, Sink& out) { out.Add(in.request.host); }
void RoutedPath(Inspection& in, Sink& out) { out.Add(in.request.routed_path); }
void QueryString(Inspection& in, Sink& out) { out.Add(in.parts.query); }
void RequestHeaders(Inspection& in, Sink& out) { AddHeaders(in.request.headers, out); }
void RequestHeadersNames(Inspection& in, Sink& out) { AddHeaderNames(in.request.headers, out); }
void RequestCookies(Inspection& in, Sink& out) { AddFields(in.cookies, out); }
void RequestCookiesNames(Inspection& in, Sink& out) { AddNames(in.cookies, out); }

// As ModSecurity 2 and CRS have it, empty for bodies that are taken apart, unless a rule forces it;
// but what could not be taken apart stays to be seen.
void RequestBodyRaw(Inspection& in, Sink& out) {
  const RequestBody& body = in.body;
  const bool apart = body.kind == BodyKind::kMultipart || body.kind == BodyKind::kJson ||
                     body.kind == BodyKind::kXml;
  const bool visible = !apart || body.forced || body.HasError() || !body.decodable_encoding;
  out.AddBrief({}, visible ? std::string_view(body.raw) : std::string_view());
}
// What a rule on arguments would not see: without it, a form sent as text/plain is inspected by
// nothing.
void UnparsedBody(Inspection& in, Sink& out) {
  const RequestBody& body = in.body;
  const bool parsed = body.kind != BodyKind::kNone && body.kind != BodyKind::kOther;
  const bool visible = !parsed || body.HasError() || !body.decodable_encoding;
  out.AddBrief({}, visible ? std::string_view(body.raw) : std::string_view());
}
void RequestBodyLength(Inspection& in, Sink& out) {
  out.AddNumber({}, static_cast<int64_t>(in.body.bytes));
}
void ReqbodyProcessor(Inspection& in, Sink& out) { out.Add(BodyKindName(in.body.kind)); }
void ReqbodyError(Inspection& in, Sink& out) { AddFlag(in.body.HasError(), out); }
void ReqbodyErrorMsg(Inspection& in, Sink& out) {
  const RequestBody& body = in.body;
  out.Add(body.facts.error != BodyError::kNone ? body.facts.error_text
          : body.repeated_type                 ? std::string_view("Content-Type says two things")
          : body.unread ? std::string_view("the server could not read the body")
                        : std::string_view());
}
void UrlencodedError(Inspection& in, Sink& out) {
  AddFlag(in.invalid_escape || in.body.facts.invalid_escape, out);
}
void MultipartFlags(Inspection& in, Sink& out) {
  AddFlag(in.body.facts.Has(static_cast<MultipartFlag>(out.target().variable->detail)), out);
}

constexpr uint32_t Bit(MultipartFlag flag) { return 1u << static_cast<unsigned>(flag); }

// What honest clients send and every server reads alike: a boundary in quotes (.NET), a line of
// text that begins with two dashes.
constexpr uint32_t kHarmlessFlags =
    Bit(MultipartFlag::kBoundaryQuoted) | Bit(MultipartFlag::kUnmatchedBoundary);

void MultipartStrictError(Inspection& in, Sink& out) {
  const RequestBody& body = in.body;
  const bool anomaly = (body.facts.multipart_flags & ~kHarmlessFlags) != 0;
  AddFlag(body.kind == BodyKind::kMultipart && (anomaly || body.HasError()), out);
}
void MultipartPartHeaders(Inspection& in, Sink& out) { AddFields(in.body.facts.part_headers, out); }
void Files(Inspection& in, Sink& out) {
  for (const FilePart& file : in.body.facts.files) {
    out.Add(file.field_name, file.file_name);
    if (!file.extended_name.empty()) out.Add(file.field_name, file.extended_name);
  }
}
void FilesNames(Inspection& in, Sink& out) {
  for (const FilePart& file : in.body.facts.files) out.Add(file.field_name, file.field_name);
}
void FilesSizes(Inspection& in, Sink& out) {
  for (const FilePart& file : in.body.facts.files)
    out.AddNumber(file.field_name, static_cast<int64_t>(file.size));
}
void FilesCombinedSize(Inspection& in, Sink& out) {
  out.AddNumber({}, static_cast<int64_t>(in.body.facts.files_combined_size));
}
void FilesHead(Inspection& in, Sink& out) {
  for (const FilePart& file : in.body.facts.files) out.Add(file.field_name, file.head);
}
void Xml(Inspection& in, Sink& out) {
  for (const std::string_view text : in.body.facts.xml_text) out.Add("/*", text);
  for (const Field& attribute : in.body.facts.xml_attributes) out.Add("//@*", attribute.value);
}
void XmlDoctype(Inspection& in, Sink& out) {
  AddFlag(in.body.facts.has_doctype || in.body.facts.has_entity_declaration, out);
}
void JsonDuplicateKeys(Inspection& in, Sink& out) { AddFlag(in.body.facts.duplicate_keys, out); }

void ResponseStatus(Inspection& in, Sink& out) { out.AddNumber({}, in.response.status); }
void ResponseProtocol(Inspection& in, Sink& out) { out.Add(in.response.protocol); }
void ResponseHeaders(Inspection& in, Sink& out) { AddHeaders(in.response.headers, out); }
void ResponseHeadersNames(Inspection& in, Sink& out) { AddHeaderNames(in.response.headers, out); }
void ResponseBody(Inspection& in, Sink& out) { out.AddBrief({}, in.response.body); }
void ResponseContentType(Inspection& in, Sink& out) {
  out.Add(HeaderValue(in.response.headers, "content-type"));
}
void ResponseContentLength(Inspection& in, Sink& out) {
  out.Add(HeaderValue(in.response.headers, "content-length"));
}

constexpr std::array<std::string_view, 10> kDigits = {"0", "1", "2", "3", "4",
                                                      "5", "6", "7", "8", "9"};

// Captures may be overwritten while this very link matches, so their bytes are copied.
void Tx(Inspection& in, Sink& out) {
  for (int i = 0; i < in.capture_count; ++i) {
    const auto index = static_cast<size_t>(i);
    out.AddBrief(kDigits[index], CopyTo(in.chain_arena, in.captures[index]));
  }
  for (const TxStore::Entry& entry : in.tx.entries()) out.Add(entry.name, entry.value);
}

void MatchedVar(Inspection& in, Sink& out) {
  if (!in.matched.empty()) out.AddBrief({}, in.matched.back().value);
}
void MatchedVarName(Inspection& in, Sink& out) {
  if (!in.matched.empty()) out.AddBrief({}, in.matched.back().name);
}
void MatchedVars(Inspection& in, Sink& out) {
  for (const MatchedValue& matched : in.matched) out.AddBrief(matched.name, matched.value);
}
void MatchedVarsNames(Inspection& in, Sink& out) {
  for (const MatchedValue& matched : in.matched) out.AddBrief(matched.name, matched.name);
}

void RuleOf(Inspection& in, Sink& out) {
  const RuleInfo& info = in.rules.infos[in.rule_index];
  out.AddNumber("id", static_cast<int64_t>(info.id));
  out.AddNumber("severity", static_cast<int64_t>(info.severity));
  out.Add("msg", info.name);
}

void RemoteAddr(Inspection& in, Sink& out) { out.Add(in.request.client.address); }
void RemotePort(Inspection& in, Sink& out) { out.AddNumber({}, in.request.client.port); }
void ServerAddr(Inspection& in, Sink& out) { out.Add(in.request.server.address); }
void ServerPort(Inspection& in, Sink& out) { out.AddNumber({}, in.request.server.port); }
void ServerName(Inspection& in, Sink& out) {
  out.Add(in.request.host.empty() ? in.request.server_name : in.request.host);
}
void UniqueId(Inspection& in, Sink& out) { out.Add(in.request.unique_id); }

int64_t Seconds(const Inspection& in) { return in.arrived_unix_us / 1'000'000; }
std::tm TimeOf(const Inspection& in) {
  const std::time_t seconds = static_cast<std::time_t>(Seconds(in));
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}
void Time(Inspection& in, Sink& out) {
  const std::tm time = TimeOf(in);
  char text[16];
  const size_t size = std::strftime(text, sizeof text, "%H:%M:%S", &time);
  out.AddBrief({}, CopyTo(in.chain_arena, {text, size}));
}
void TimeEpoch(Inspection& in, Sink& out) { out.AddNumber({}, Seconds(in)); }
void TimeYear(Inspection& in, Sink& out) { out.AddNumber({}, TimeOf(in).tm_year + 1900); }
void TimeMon(Inspection& in, Sink& out) { out.AddNumber({}, TimeOf(in).tm_mon + 1); }
void TimeDay(Inspection& in, Sink& out) { out.AddNumber({}, TimeOf(in).tm_mday); }
void TimeWday(Inspection& in, Sink& out) { out.AddNumber({}, TimeOf(in).tm_wday); }
void TimeHour(Inspection& in, Sink& out) { out.AddNumber({}, TimeOf(in).tm_hour); }
void TimeMin(Inspection& in, Sink& out) { out.AddNumber({}, TimeOf(in).tm_min); }
void TimeSec(Inspection& in, Sink& out) { out.AddNumber({}, TimeOf(in).tm_sec); }
void Duration(Inspection& in, Sink& out) {
  out.AddNumber({}, in.clock.MonotonicMicros() - in.arrived_us);
}

// In the order of VariableId.
constexpr Provider kProviders[] = {
    Args,
    ArgsGet,
    ArgsPost,
    ArgsNames,
    ArgsGetNames,
    ArgsPostNames,
    ArgsCombinedSize,
    RequestMethod,
    RequestUri,
    RequestUriRaw,
    RequestFilename,
    RequestPathRaw,
    RequestBasename,
    RequestLine,
    RequestProtocol,
    RequestHost,
    RoutedPath,
    QueryString,
    RequestHeaders,
    RequestHeadersNames,
    RequestCookies,
    RequestCookiesNames,
    RequestBodyRaw,
    UnparsedBody,
    RequestBodyLength,
    ReqbodyProcessor,
    ReqbodyError,
    ReqbodyErrorMsg,
    UrlencodedError,
    MultipartFlags,
    MultipartStrictError,
    MultipartPartHeaders,
    Files,
    FilesNames,
    FilesSizes,
    FilesCombinedSize,
    FilesHead,
    Xml,
    XmlDoctype,
    JsonDuplicateKeys,
    ResponseStatus,
    ResponseProtocol,
    ResponseHeaders,
    ResponseHeadersNames,
    ResponseBody,
    ResponseContentType,
    ResponseContentLength,
    Tx,
    MatchedVar,
    MatchedVarName,
    MatchedVars,
    MatchedVarsNames,
    RuleOf,
    RemoteAddr,
    RemotePort,
    ServerAddr,
    ServerPort,
    ServerName,
    UniqueId,
    Time,
    TimeEpoch,
    TimeYear,
    TimeMon,
    TimeDay,
    TimeWday,
    TimeHour,
    TimeMin,
    TimeSec,
    Duration,
};
static_assert(std::size(kProviders) == kVariableCount);

Provider ProviderOf(const VariableDef& variable) {
  return kProviders[static_cast<size_t>(variable.id)];
}

}  // namespace

void CollectValues(Inspection& in, const TargetList& list) {
  in.values.clear();
  for (const Target& target : list.targets) {
    Sink sink(in, target, list.exclusions);
    ProviderOf (*target.variable)(in, sink);
    if (target.count) in.values.push_back({&target, {}, NumberText(in, sink.count()), false});
  }
}

std::string_view FirstValue(Inspection& in, const Target& source) {
  const std::string& key = source.selector.name;
  if (source.variable->id == VariableId::kTx && !(key.size() == 1 && IsDigit(key[0]))) {
    const std::string_view* value = in.tx.Find(key);
    return value == nullptr ? std::string_view() : *value;
  }
  Sink sink(in, source);
  ProviderOf (*source.variable)(in, sink);
  return sink.first();
}

}  // namespace rasp
