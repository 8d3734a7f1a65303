// SPDX-License-Identifier: Apache-2.0
#include "json_rules/example.h"

#include "core/ascii.h"
#include "json_rules/request_text.h"

namespace rasp {
namespace {

using Kind = JsonNode::Kind;

constexpr std::string_view kBodyKeys[] = {"form",      "json", "xml",
                                          "multipart", "body", "body_base64"};

struct ExampleDraft {
  RequestDraft request;
  std::optional<std::string> raw;
  std::string response;
};

bool IsTokenChar(char c) {
  return IsAlpha(c) || IsDigit(c) ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) {
  for (const char c : text) {
    if (!IsTokenChar(c)) return false;
  }
  return !text.empty();
}

bool HasAny(std::string_view text, std::string_view chars) {
  return text.find_first_of(chars) != std::string_view::npos;
}

constexpr std::string_view kLineBreaks("\r\n\0", 3);
constexpr std::string_view kCookieBreaks("\r\n\0;", 4);
constexpr std::string_view kQuoteBreaks("\r\n\0\"", 4);

std::optional<std::string> Scalar(JsonReader& reader, const JsonNode& node) {
  if (node.Is(Kind::kString) || node.Is(Kind::kNumber) || node.Is(Kind::kBool)) return node.text;
  reader.WrongType(node, "a string, a number or a boolean");
  return std::nullopt;
}

// {"name": "value", "twice": ["a", "b"]}
std::vector<NameValue> Pairs(JsonReader& reader, const JsonNode& node) {
  std::vector<NameValue> out;
  if (!node.Is(Kind::kObject)) {
    reader.WrongType(node, "an object of names and values");
    return out;
  }
  for (const JsonNode* member : node.children) {
    const bool repeated = member->Is(Kind::kArray);
    const auto values = repeated ? reader.Items(*member, 1) : std::span(&member, 1);
    for (const JsonNode* value : values) {
      if (auto text = Scalar(reader, *value)) out.push_back({member->name, *std::move(text)});
    }
  }
  return out;
}

// Refuses pairs that the message's syntax would take for something else: whoever means that writes
// "raw".
void CheckPairs(JsonReader& reader, const JsonNode& node, const std::vector<NameValue>& pairs,
                std::string_view forbidden) {
  for (const NameValue& pair : pairs) {
    const JsonNode& member = *node.Find(pair.name);
    if (!IsToken(pair.name)) {
      reader.Error(
          member, "bad-value",
          "the name is no HTTP token: use letters, digits and !#$%&'*+-.^_`|~, or \"raw\"");
    } else if (HasAny(pair.value, forbidden)) {
      reader.Error(member, "bad-value",
                   "the value would end here: no line break or NUL, nor ';' in a cookie; "
                   "percent-encode it, or use \"raw\"");
    }
  }
}

void ReadMethod(JsonReader& reader, const JsonNode& node, ExampleDraft& out) {
  out.request.method = reader.NonEmpty(node).value_or("GET");
  if (!IsToken(out.request.method)) {
    reader.Error(node, "bad-value", "no method: use a word such as POST, or \"raw\"");
  }
}

void ReadPath(JsonReader& reader, const JsonNode& node, ExampleDraft& out) {
  out.request.target = reader.NonEmpty(node).value_or("/");
  for (const char c : out.request.target) {
    if (static_cast<unsigned char>(c) > 0x20) continue;
    return reader.Error(
        node, "bad-value",
        "a space or control character in the path: percent-encode it, or use \"raw\"");
  }
}

void ReadQuery(JsonReader& reader, const JsonNode& node, ExampleDraft& out) {
  out.request.query = Pairs(reader, node);
}

// A header may be null: then the one that would be made up is not sent.
void ReadHeaders(JsonReader& reader, const JsonNode& node, ExampleDraft& out) {
  JsonNode given = node;
  std::erase_if(given.children, [&out](const JsonNode* member) {
    if (member->Is(Kind::kNull)) out.request.omitted_headers.push_back(member->name);
    return member->Is(Kind::kNull);
  });
  out.request.headers = Pairs(reader, given);
  CheckPairs(reader, node, out.request.headers, kLineBreaks);
}

void ReadCookies(JsonReader& reader, const JsonNode& node, ExampleDraft& out) {
  out.request.cookies = Pairs(reader, node);
  CheckPairs(reader, node, out.request.cookies, kCookieBreaks);
}

void ReadForm(JsonReader& reader, const JsonNode& node, ExampleDraft& out) {
  out.request.body = UrlEncoded(Pairs(reader, node));
  out.request.content_type = "application/x-www-form-urlencoded";
}

void ReadJson(JsonReader&, const JsonNode& node, ExampleDraft& out) {
  out.request.body = ToJson(node);
  out.request.content_type = "application/json";
}

void ReadXml(JsonReader& reader, const JsonNode& node, ExampleDraft& out) {
  out.request.body = reader.Text(node).value_or("");
  out.request.content_type = "application/xml";
}

std::string Base64(JsonReader& reader, const JsonNode& node) {
  const std::optional<std::string> text = reader.Text(node);
  if (!text) return "";
  std::optional<std::string> bytes = DecodeBase64(*text);
  if (!bytes) reader.Error(node, "bad-value", "not base64: use the standard alphabet with padding");
  return std::move(bytes).value_or("");
}

std::string Unbroken(JsonReader& reader, const JsonNode& node, std::string_view forbidden) {
  std::string text = reader.Text(node).value_or("");
  if (HasAny(text, forbidden)) {
    reader.Error(
        node, "bad-value",
        "a line break, NUL or quote that would end this field: leave it out, or use \"raw\"");
  }
  return text;
}

constexpr JsonField<PartDraft> kPartFields[] = {
    {"name",
     [](JsonReader& reader, const JsonNode& node, PartDraft& out) {
       out.name = Unbroken(reader, node, kQuoteBreaks);
     },
     true},
    {"filename", [](JsonReader& reader, const JsonNode& node,
                    PartDraft& out) { out.filename = Unbroken(reader, node, kQuoteBreaks); }},
    {"content_type",
     [](JsonReader& reader, const JsonNode& node, PartDraft& out) {
       out.content_type = Unbroken(reader, node, kLineBreaks);
     }},
    {"content", [](JsonReader& reader, const JsonNode& node,
                   PartDraft& out) { out.content = reader.Text(node).value_or(""); }},
    {"content_base64", [](JsonReader& reader, const JsonNode& node,
                          PartDraft& out) { out.content = Base64(reader, node); }},
};

void ReadMultipart(JsonReader& reader, const JsonNode& node, ExampleDraft& out) {
  std::vector<PartDraft> parts;
  for (const JsonNode* item : reader.Items(node, 1)) {
    ReadFields<PartDraft>(reader, *item, kPartFields, parts.emplace_back());
    if (item->Find("content") != nullptr && item->Find("content_base64") != nullptr) {
      reader.Error(*item, "bad-value", "\"content\" and \"content_base64\": give one of them");
    }
  }
  const std::string boundary = BoundaryFor(parts);
  out.request.body = MultipartText(parts, boundary);
  out.request.content_type = "multipart/form-data; boundary=" + boundary;
}

void ReadBody(JsonReader& reader, const JsonNode& node, ExampleDraft& out) {
  out.request.body = reader.Text(node).value_or("");
}

void ReadBodyBase64(JsonReader& reader, const JsonNode& node, ExampleDraft& out) {
  out.request.body = Base64(reader, node);
}

void ReadContentType(JsonReader& reader, const JsonNode& node, ExampleDraft& out) {
  out.request.content_type = Unbroken(reader, node, kLineBreaks);
}

void ReadRaw(JsonReader& reader, const JsonNode& node, ExampleDraft& out) {
  out.raw = reader.NonEmpty(node);
}

constexpr JsonField<ResponseDraft> kResponseFields[] = {
    {"status",
     [](JsonReader& reader, const JsonNode& node, ResponseDraft& out) {
       out.status = static_cast<uint16_t>(reader.Integer(node, 100, 599).value_or(200));
     }},
    {"headers",
     [](JsonReader& reader, const JsonNode& node, ResponseDraft& out) {
       out.headers = Pairs(reader, node);
       CheckPairs(reader, node, out.headers, kLineBreaks);
     }},
    {"body", [](JsonReader& reader, const JsonNode& node,
                ResponseDraft& out) { out.body = reader.Text(node).value_or(""); }},
    {"body_base64", [](JsonReader& reader, const JsonNode& node,
                       ResponseDraft& out) { out.body = Base64(reader, node); }},
};

void ReadResponse(JsonReader& reader, const JsonNode& node, ExampleDraft& out) {
  ResponseDraft response;
  ReadFields<ResponseDraft>(reader, node, kResponseFields, response);
  if (node.Find("body") != nullptr && node.Find("body_base64") != nullptr) {
    reader.Error(node, "bad-value", "\"body\" and \"body_base64\": give one of them");
  }
  out.response = ResponseText(response);
}

constexpr JsonField<ExampleDraft> kExampleFields[] = {
    {"method", ReadMethod},
    {"path", ReadPath},
    {"query", ReadQuery},
    {"headers", ReadHeaders},
    {"cookies", ReadCookies},
    {"form", ReadForm},
    {"json", ReadJson},
    {"xml", ReadXml},
    {"multipart", ReadMultipart},
    {"body", ReadBody},
    {"body_base64", ReadBodyBase64},
    {"content_type", ReadContentType},
    {"raw", ReadRaw},
    {"response", ReadResponse},
};

void CheckCombination(JsonReader& reader, const JsonNode& node) {
  const JsonNode* body = nullptr;
  for (const std::string_view key : kBodyKeys) {
    const JsonNode* member = node.Find(key);
    if (member != nullptr && body != nullptr) {
      reader.Error(*member, "bad-value",
                   "a second body beside \"" + body->name + "\": an example has one");
    }
    if (member != nullptr) body = member;
  }
  const JsonNode* type = node.Find("content_type");
  if (type != nullptr && node.Find("body") == nullptr && node.Find("body_base64") == nullptr) {
    reader.Error(*type, "bad-value",
                 "\"content_type\" goes with \"body\" or \"body_base64\": else set the header");
  }
  const bool whole = node.Find("raw") != nullptr;
  const size_t allowed = whole && node.Find("response") != nullptr ? 2 : 1;
  if (whole && node.children.size() > allowed) {
    reader.Error(node, "bad-value",
                 "\"raw\" is the whole request: only \"response\" may stand beside it");
  }
  if (node.Is(Kind::kObject) && node.children.empty()) {
    reader.Error(node, "bad-value",
                 "an empty example: say something of the request, such as \"path\"");
  }
}

}  // namespace

RuleExample ReadExample(JsonReader& reader, const JsonNode& node) {
  RuleExample example;
  example.where = reader.At(node);
  ExampleDraft draft;
  if (node.Is(Kind::kString)) {
    draft.request.query.push_back({"q", node.text});
  } else if (node.Is(Kind::kObject)) {
    ReadFields<ExampleDraft>(reader, node, kExampleFields, draft);
    CheckCombination(reader, node);
  } else {
    reader.WrongType(node,
                     "a string (the value of argument q) or an object that describes a request");
  }
  example.request = draft.raw ? *std::move(draft.raw) : RequestText(draft.request);
  example.response = std::move(draft.response);
  return example;
}

}  // namespace rasp
