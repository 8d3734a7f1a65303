// SPDX-License-Identifier: Apache-2.0
#include "rasp/raw_http.h"

#include <charconv>
#include <optional>

#include "core/ascii.h"

namespace rasp {
namespace {

// The text up to the next line end, which is consumed. CRLF and LF both end a line.
std::string_view TakeLine(std::string_view& rest) {
  const size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// The text up to the next run of blanks, which is consumed.
std::string_view TakeWord(std::string_view& rest) {
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
  rest.remove_prefix(word.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  return word;
}

std::optional<uint64_t> ParseUnsigned(std::string_view text, int base) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

std::string_view FindHeader(const std::vector<HeaderField>& headers, std::string_view name) {
  for (const HeaderField& field : headers) {
    if (EqualsIgnoreCase(field.name, name)) return field.value;
  }
  return {};
}

bool EndsWithChunked(std::string_view transfer_encoding) {
  const std::string_view last =
      Trim(transfer_encoding.substr(transfer_encoding.find_last_of(',') + 1));
  return EqualsIgnoreCase(last, "chunked");
}

// Takes chunks apart for as long as they are well-formed; whatever follows a malformed size line is
// body, too.
std::string Unchunk(std::string_view rest) {
  std::string body;
  while (!rest.empty()) {
    const std::string_view from_here = rest;
    const std::string_view line = TakeLine(rest);
    const std::optional<uint64_t> size = ParseUnsigned(Trim(line.substr(0, line.find(';'))), 16);
    if (!size) return body.append(from_here);
    if (*size == 0) return body;
    const std::string_view data = rest.substr(0, *size);
    body.append(data);
    rest.remove_prefix(data.size());
    if (rest.starts_with('\r')) rest.remove_prefix(1);
    if (rest.starts_with('\n')) rest.remove_prefix(1);
  }
  return body;
}

std::string ReadBody(const std::vector<HeaderField>& headers, std::string_view rest) {
  if (EndsWithChunked(FindHeader(headers, "Transfer-Encoding"))) return Unchunk(rest);
  const std::optional<uint64_t> length = ParseUnsigned(FindHeader(headers, "Content-Length"), 10);
  return std::string(length ? rest.substr(0, *length) : rest);
}

// A continuation line (obs-fold) belongs to the field before it; the view is stretched, so the line
// end stays in it.
bool StretchOver(std::string_view line, std::vector<HeaderField>& headers) {
  if (headers.empty() || (!line.starts_with(' ') && !line.starts_with('\t'))) return false;
  std::string_view& value = headers.back().value;
  const char* const begin = value.empty() ? line.data() : value.data();
  value = Trim({begin, static_cast<size_t>(line.data() + line.size() - begin)});
  return true;
}

}  // namespace

Result<std::unique_ptr<RawMessage>> ParseRawMessage(std::string text) {
  using MessageResult = Result<std::unique_ptr<RawMessage>>;
  auto message = std::make_unique<RawMessage>();
  message->storage = std::move(text);
  std::string_view rest = message->storage;
  while (rest.starts_with("\r\n") || rest.starts_with('\n')) TakeLine(rest);
  message->start_line = TakeLine(rest);
  if (Trim(message->start_line).empty())
    return MessageResult::Failure("the message has no start line");

  while (!rest.empty()) {
    const std::string_view line = TakeLine(rest);
    if (line.empty()) break;
    if (StretchOver(line, message->headers)) continue;
    const size_t colon = line.find(':');
    if (colon == line.npos) {
      return MessageResult::Failure("header line without a colon: \"" + std::string(line) + "\"");
    }
    message->headers.push_back({line.substr(0, colon), Trim(line.substr(colon + 1))});
  }
  message->body = ReadBody(message->headers, rest);
  return MessageResult(std::move(message));
}

RequestView RawMessage::AsRequest() const {
  RequestView view;
  view.request_line = start_line;
  std::string_view rest = start_line;
  view.method = TakeWord(rest);
  // A target may hold blanks, as some servers let it: the protocol is the last word if it looks
  // like one.
  const size_t last_blank = rest.find_last_of(" \t");
  const std::string_view last =
      last_blank == rest.npos ? std::string_view() : rest.substr(last_blank + 1);
  if (StartsWithIgnoreCase(last, "HTTP/")) {
    view.protocol = last;
    rest = Trim(rest.substr(0, last_blank));
  }
  view.target = rest;
  view.host = FindHeader(headers, "Host");
  view.server_name = view.host;
  view.headers = headers;
  view.client = {"127.0.0.1", 0};
  return view;
}

ResponseView RawMessage::AsResponse() const {
  ResponseView view;
  std::string_view rest = start_line;
  view.protocol = TakeWord(rest);
  const std::optional<uint64_t> status = ParseUnsigned(TakeWord(rest), 10);
  view.status = status && *status <= 999 ? static_cast<uint16_t>(*status) : uint16_t{0};
  view.headers = headers;
  return view;
}

}  // namespace rasp
