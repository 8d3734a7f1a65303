// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rasp {

struct NameValue {
  std::string name;
  std::string value;
};

// What an example says of a request; what it leaves out is made up to look like a browser's.
struct RequestDraft {
  std::string method;        // empty: GET, or POST if there is a body
  std::string target = "/";  // as sent, before `query` is added
  std::vector<NameValue> query;
  std::vector<NameValue> headers;
  std::vector<std::string> omitted_headers;  // not to be made up
  std::vector<NameValue> cookies;
  std::optional<std::string> body;
  std::string content_type;  // unless `headers` has one
};
std::string RequestText(const RequestDraft& draft);

struct ResponseDraft {
  uint16_t status = 200;
  std::vector<NameValue> headers;
  std::string body;
};
std::string ResponseText(const ResponseDraft& draft);

struct PartDraft {
  std::string name;
  std::optional<std::string> filename;
  std::string content_type;
  std::string content;
};

// application/x-www-form-urlencoded; everything but unreserved characters is percent-encoded.
std::string UrlEncoded(const std::vector<NameValue>& pairs);

// multipart/form-data under the boundary, which no part may hold.
std::string MultipartText(const std::vector<PartDraft>& parts, std::string_view boundary);
std::string BoundaryFor(const std::vector<PartDraft>& parts);

// RFC 4648 section 4 with padding; nothing if it is not that.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace rasp
