// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eval/inspection.h"
#include "eval/variable_sink.h"
#include "http/field.h"

namespace rasp {

// Gives the sink every value that a variable has now: one function for each VariableId, by topic.
// variables.cc has the table.
using Provider = void (*)(Inspection& in, Sink& out);

// variables_request.cc: the request line, the header fields, the query, the connection.
struct RequestVariables {
  static void ArgsGet(Inspection& in, Sink& out);
  static void ArgsGetNames(Inspection& in, Sink& out);
  static void ArgsGetRaw(Inspection& in, Sink& out);
  static void ArgsGetNamesRaw(Inspection& in, Sink& out);
  static void Method(Inspection& in, Sink& out);
  static void Uri(Inspection& in, Sink& out);
  static void UriRaw(Inspection& in, Sink& out);
  static void Filename(Inspection& in, Sink& out);
  static void PathRaw(Inspection& in, Sink& out);
  static void Basename(Inspection& in, Sink& out);
  static void Line(Inspection& in, Sink& out);
  static void Protocol(Inspection& in, Sink& out);
  static void Host(Inspection& in, Sink& out);
  static void RoutedPath(Inspection& in, Sink& out);
  static void QueryString(Inspection& in, Sink& out);
  static void Headers(Inspection& in, Sink& out);
  static void HeadersNames(Inspection& in, Sink& out);
  static void Cookies(Inspection& in, Sink& out);
  static void CookiesNames(Inspection& in, Sink& out);
  static void AuthType(Inspection& in, Sink& out);
  static void RemoteUser(Inspection& in, Sink& out);
  static void Full(Inspection& in, Sink& out);
  static void FullLength(Inspection& in, Sink& out);
  static void RemoteAddr(Inspection& in, Sink& out);
  static void RemotePort(Inspection& in, Sink& out);
  static void ServerAddr(Inspection& in, Sink& out);
  static void ServerPort(Inspection& in, Sink& out);
  static void ServerName(Inspection& in, Sink& out);
  static void UniqueId(Inspection& in, Sink& out);
};

// variables_body.cc: the request's body and what its parser found.
struct BodyVariables {
  static void Args(Inspection& in, Sink& out);
  static void ArgsPost(Inspection& in, Sink& out);
  static void ArgsNames(Inspection& in, Sink& out);
  static void ArgsPostNames(Inspection& in, Sink& out);
  static void ArgsCombinedSize(Inspection& in, Sink& out);
  static void ArgsRaw(Inspection& in, Sink& out);
  static void ArgsPostRaw(Inspection& in, Sink& out);
  static void ArgsNamesRaw(Inspection& in, Sink& out);
  static void ArgsPostNamesRaw(Inspection& in, Sink& out);
  static void Raw(Inspection& in, Sink& out);
  static void Unparsed(Inspection& in, Sink& out);
  static void Length(Inspection& in, Sink& out);
  static void Processor(Inspection& in, Sink& out);
  static void Error(Inspection& in, Sink& out);
  static void ErrorMsg(Inspection& in, Sink& out);
  static void UrlencodedError(Inspection& in, Sink& out);
  static void MultipartFlags(Inspection& in, Sink& out);
  static void MultipartStrictError(Inspection& in, Sink& out);
  static void MultipartPartHeaders(Inspection& in, Sink& out);
  static void MultipartName(Inspection& in, Sink& out);
  static void MultipartFilename(Inspection& in, Sink& out);
  static void Files(Inspection& in, Sink& out);
  static void FilesNames(Inspection& in, Sink& out);
  static void FilesSizes(Inspection& in, Sink& out);
  static void FilesCombinedSize(Inspection& in, Sink& out);
  static void FilesHead(Inspection& in, Sink& out);
  static void Xml(Inspection& in, Sink& out);
  static void XmlDoctype(Inspection& in, Sink& out);
  static void JsonDuplicateKeys(Inspection& in, Sink& out);
  static void InboundDataError(Inspection& in, Sink& out);
};

// variables_response.cc.
struct ResponseVariables {
  static void Status(Inspection& in, Sink& out);
  static void StatusLine(Inspection& in, Sink& out);
  static void Protocol(Inspection& in, Sink& out);
  static void Headers(Inspection& in, Sink& out);
  static void HeadersNames(Inspection& in, Sink& out);
  static void Body(Inspection& in, Sink& out);
  static void ContentType(Inspection& in, Sink& out);
  static void ContentLength(Inspection& in, Sink& out);
  static void Args(Inspection& in, Sink& out);
  static void ArgsNames(Inspection& in, Sink& out);
  static void Xml(Inspection& in, Sink& out);
  static void Processor(Inspection& in, Sink& out);
  static void Error(Inspection& in, Sink& out);
  static void ErrorMsg(Inspection& in, Sink& out);
  static void OutboundDataError(Inspection& in, Sink& out);
};

// variables_rule.cc: what rules have set and found, and which rule it is.
struct RuleVariables {
  static void Tx(Inspection& in, Sink& out);
  static void MatchedVar(Inspection& in, Sink& out);
  static void MatchedVarName(Inspection& in, Sink& out);
  static void MatchedVars(Inspection& in, Sink& out);
  static void MatchedVarsNames(Inspection& in, Sink& out);
  static void Rule(Inspection& in, Sink& out);
  static void HighestSeverity(Inspection& in, Sink& out);
  static void MatcherError(Inspection& in, Sink& out);
  static void Env(Inspection& in, Sink& out);
  static void Geo(Inspection& in, Sink& out);
  static void Persistent(Inspection& in, Sink& out);
  static void SessionId(Inspection& in, Sink& out);
  static void UserId(Inspection& in, Sink& out);
  static void WebAppId(Inspection& in, Sink& out);
  static void ModsecBuild(Inspection& in, Sink& out);
  static void Never(Inspection& in, Sink& out);
  static void Zero(Inspection& in, Sink& out);
};

// variables_time.cc.
struct TimeVariables {
  static void Time(Inspection& in, Sink& out);
  static void Epoch(Inspection& in, Sink& out);
  static void Year(Inspection& in, Sink& out);
  static void Mon(Inspection& in, Sink& out);
  static void Day(Inspection& in, Sink& out);
  static void Wday(Inspection& in, Sink& out);
  static void Hour(Inspection& in, Sink& out);
  static void Min(Inspection& in, Sink& out);
  static void Sec(Inspection& in, Sink& out);
  static void Duration(Inspection& in, Sink& out);
};

inline void AddFields(const FieldList& fields, Sink& out) {
  for (const Field& field : fields) out.Add(field.name, field.value);
}
inline void AddNames(const FieldList& fields, Sink& out) {
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
inline void AddFlag(bool on, Sink& out) { out.Add(on ? "1" : "0"); }

// The first field of that name; empty if there is none.
template <typename Headers>
std::string_view HeaderValue(const Headers& headers, std::string_view name) {
  for (const HeaderField& header : headers) {
    if (EqualsIgnoreCase(header.name, name)) return header.value;
  }
  return {};
}

// What the target's XPath selects from an XML body; `too_costly` is said if that is not all.
void AddSelected(Inspection& in, std::string_view body, XmlTree& tree, DegradedReason too_costly,
                 Sink& out);

// A form's pairs as they were sent. `stable`: `form` stays until the transaction ends.
enum class RawPart : uint8_t { kPair, kName };
void AddRawPairs(const Inspection& in, std::string_view form, bool stable, RawPart part, Sink& out);

}  // namespace rasp
