// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ascii.h"
#include "core/capped_memory.h"
#include "eval/providers.h"
#include "transform/transform.h"

namespace rasp {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

std::string_view Authorization(const Inspection& in) {
  return Trim(HeaderValue(in.request.headers, "authorization"));
}

std::string_view Scheme(std::string_view authorization) {
  const auto end = std::find_if(authorization.begin(), authorization.end(), IsSpace);
  return authorization.substr(0, static_cast<size_t>(end - authorization.begin()));
}

size_t HeadSize(const Inspection& in) {
  size_t size = in.request.request_line.size() + 2 * kLineEnd.size();
  for (const HeaderField& header : in.request.headers)
    size += header.name.size() + 2 + header.value.size() + kLineEnd.size();
  return size;
}

void WriteHead(const Inspection& in, ByteBuffer& out) {
  out.append(in.request.request_line).append(kLineEnd);
  for (const HeaderField& header : in.request.headers)
    out.append(header.name).append(": ").append(header.value).append(kLineEnd);
  out.append(kLineEnd);
}

}  // namespace

void AddRawPairs(const Inspection& in, std::string_view form, bool stable, RawPart part,
                 Sink& out) {
  const char separator = in.rules.settings.argument_separator.value_or('&');
  while (!form.empty()) {
    const size_t end = std::min(form.find(separator), form.size());
    const std::string_view pair = form.substr(0, end);
    form.remove_prefix(std::min(end + 1, form.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view name = pair.substr(0, equals);
    const std::string_view value =
        part == RawPart::kName ? name : pair.substr(std::min(equals + 1, pair.size()));
    stable ? out.Add(name, value) : out.AddBrief(name, value);
  }
}

void RequestVariables::ArgsGet(Inspection& in, Sink& out) { AddFields(in.query_arguments, out); }
void RequestVariables::ArgsGetNames(Inspection& in, Sink& out) {
  AddNames(in.query_arguments, out);
}
void RequestVariables::ArgsGetRaw(Inspection& in, Sink& out) {
  AddRawPairs(in, in.parts.query, true, RawPart::kPair, out);
}
void RequestVariables::ArgsGetNamesRaw(Inspection& in, Sink& out) {
  AddRawPairs(in, in.parts.query, true, RawPart::kName, out);
}

void RequestVariables::Method(Inspection& in, Sink& out) { out.Add(in.request.method); }
void RequestVariables::Uri(Inspection& in, Sink& out) {
  const std::string_view target = in.request.target;
  const std::string_view path = in.parts.path;
  const bool within = path.data() >= target.data() && path.data() <= target.data() + target.size();
  out.Add(within ? target.substr(static_cast<size_t>(path.data() - target.data())) : target);
}
void RequestVariables::UriRaw(Inspection& in, Sink& out) { out.Add(in.request.target); }
void RequestVariables::Filename(Inspection& in, Sink& out) { out.Add(in.filename); }
void RequestVariables::PathRaw(Inspection& in, Sink& out) { out.Add(in.parts.path); }
void RequestVariables::Basename(Inspection& in, Sink& out) { out.Add(rasp::Basename(in.filename)); }
void RequestVariables::Line(Inspection& in, Sink& out) { out.Add(in.request.request_line); }
void RequestVariables::Protocol(Inspection& in, Sink& out) { out.Add(in.request.protocol); }
void RequestVariables::Host(Inspection& in, Sink& out) { out.Add(in.request.host); }
void RequestVariables::RoutedPath(Inspection& in, Sink& out) { out.Add(in.request.routed_path); }
void RequestVariables::QueryString(Inspection& in, Sink& out) { out.Add(in.parts.query); }
void RequestVariables::Headers(Inspection& in, Sink& out) { AddHeaders(in.request.headers, out); }
void RequestVariables::HeadersNames(Inspection& in, Sink& out) {
  AddHeaderNames(in.request.headers, out);
}
void RequestVariables::Cookies(Inspection& in, Sink& out) { AddFields(in.cookies, out); }
void RequestVariables::CookiesNames(Inspection& in, Sink& out) { AddNames(in.cookies, out); }

void RequestVariables::AuthType(Inspection& in, Sink& out) { out.Add(Scheme(Authorization(in))); }

void RequestVariables::RemoteUser(Inspection& in, Sink& out) {
  const std::string_view authorization = Authorization(in);
  const std::string_view scheme = Scheme(authorization);
  if (!EqualsIgnoreCase(scheme, "basic")) return out.Add({});
  const std::string_view encoded = Trim(authorization.substr(scheme.size()));
  ByteBuffer decoded(&in.memory);
  const bool changed = FindTransform("base64Decode")->apply(encoded, decoded);
  const std::string_view pair = changed ? std::string_view(decoded) : encoded;
  out.AddBrief({}, CopyTo(in.chain_arena, pair.substr(0, pair.find(':'))));
}

void RequestVariables::Full(Inspection& in, Sink& out) {
  const size_t size = HeadSize(in) + in.body.raw.size();
  if (in.full_request.size() != size) {
    in.full_request.clear();
    in.full_request.reserve(size);
    WriteHead(in, in.full_request);
    in.full_request.append(in.body.raw);
  }
  out.AddBrief({}, in.full_request);
}
void RequestVariables::FullLength(Inspection& in, Sink& out) {
  out.AddNumber({}, static_cast<int64_t>(HeadSize(in) + in.body.bytes));
}

void RequestVariables::RemoteAddr(Inspection& in, Sink& out) { out.Add(in.request.client.address); }
void RequestVariables::RemotePort(Inspection& in, Sink& out) {
  out.AddNumber({}, in.request.client.port);
}
void RequestVariables::ServerAddr(Inspection& in, Sink& out) { out.Add(in.request.server.address); }
void RequestVariables::ServerPort(Inspection& in, Sink& out) {
  out.AddNumber({}, in.request.server.port);
}
void RequestVariables::ServerName(Inspection& in, Sink& out) {
  out.Add(in.request.host.empty() ? in.request.server_name : in.request.host);
}
void RequestVariables::UniqueId(Inspection& in, Sink& out) { out.Add(in.request.unique_id); }

}  // namespace rasp
