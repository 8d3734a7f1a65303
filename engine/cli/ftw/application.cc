// SPDX-License-Identifier: Apache-2.0
#include "cli/ftw/application.h"

#include <nlohmann/json.hpp>

#include "cli/ftw/base64.h"
#include "cli/ftw/names.h"
#include "cli/ftw/suite.h"

namespace rasp::ftw {
namespace {

using nlohmann::json;

struct Answer {
  int status = 200;
  std::vector<Header> headers;
  std::string body;
};

// A body's Content-Type where the application names none, by its first bytes, as the WHATWG's MIME
// sniffing has it (as far as it decides whether a WAF reads the body).
std::string SniffedType(std::string_view body) {
  static constexpr std::string_view kTags[] = {"<!doctype html",
                                               "<html",
                                               "<head",
                                               "<script",
                                               "<iframe",
                                               "<h1",
                                               "<div",
                                               "<font",
                                               "<table",
                                               "<a",
                                               "<style",
                                               "<title",
                                               "<b",
                                               "<body",
                                               "<br",
                                               "<p",
                                               "<!--"};
  static constexpr std::pair<std::string_view, const char*> kMagic[] = {
      {"%PDF-", "application/pdf"},
      {"GIF87a", "image/gif"},
      {"GIF89a", "image/gif"},
      {"\x89PNG\r\n\x1a\n", "image/png"},
      {"\xff\xd8\xff", "image/jpeg"},
      {"BM", "image/bmp"},
      {"PK\x03\x04", "application/zip"},
      {"\x1f\x8b\x08", "application/x-gzip"},
      {"%!PS-Adobe-", "application/postscript"}};
  const std::string_view head = body.substr(0, 512);
  const std::string_view text =
      head.substr(std::min(head.find_first_not_of("\t\n\f\r "), head.size()));
  for (const std::string_view tag : kTags) {
    if (text.size() <= tag.size() || !SameName(text.substr(0, tag.size()), tag)) continue;
    if (text[tag.size()] == ' ' || text[tag.size()] == '>') return "text/html; charset=utf-8";
  }
  if (text.starts_with("<?xml")) return "text/xml; charset=utf-8";
  for (const auto& [magic, type] : kMagic) {
    if (head.starts_with(magic)) return type;
  }
  const bool binary = std::any_of(head.begin(), head.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\f' && byte != '\r' &&
           byte != 0x1B;
  });
  return binary ? "application/octet-stream" : "text/plain; charset=utf-8";
}

std::string OneLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
  return text;
}

const json* Member(const json& object, std::string_view name) {
  for (const auto& [key, value] : object.items()) {
    if (SameName(key, name)) return &value;
  }
  return nullptr;
}

Answer BadDocument() { return {400, {}, "Invalid JSON in request body"}; }

Answer Reflect(const std::string& text) {
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return BadDocument();
  Answer answer;
  const json* const status = Member(document, "status");
  if (status != nullptr && status->is_number_integer()) answer.status = status->get<int>();
  if (answer.status < 100 || answer.status > 599) answer.status = 400;
  const json* const headers = Member(document, "headers");
  if (headers != nullptr && headers->is_object()) {
    for (const auto& [name, value] : headers->items()) {
      if (!IsToken(name) || !value.is_string()) continue;
      answer.headers.push_back({name, OneLine(value.get<std::string>())});
    }
  }
  const json* const body = Member(document, "body");
  const json* const encoded = Member(document, "encodedBody");
  if (body != nullptr && body->is_string()) answer.body = body->get<std::string>();
  if (answer.body.empty() && encoded != nullptr && encoded->is_string()) {
    answer.body = DecodeBase64(encoded->get<std::string>());
  }
  return answer;
}

bool HasHeader(const Answer& answer, std::string_view name) {
  return std::any_of(answer.headers.begin(), answer.headers.end(),
                     [name](const Header& header) { return SameName(header.name, name); });
}

std::string AsMessage(Answer answer) {
  const bool bodiless = answer.status < 200 || answer.status == 204 || answer.status == 304;
  if (bodiless) answer.body.clear();
  if (!answer.body.empty() && !HasHeader(answer, "Content-Type") &&
      !HasHeader(answer, "Content-Encoding")) {
    answer.headers.push_back({"Content-Type", SniffedType(answer.body)});
  }
  if (!bodiless && !HasHeader(answer, "Content-Length")) {
    answer.headers.push_back({"Content-Length", std::to_string(answer.body.size())});
  }
  std::string out = "HTTP/1.1 " + std::to_string(answer.status) + " Answer\r\n";
  for (const Header& header : answer.headers) out += header.name + ": " + header.value + "\r\n";
  return out + "\r\n" + answer.body;
}

}  // namespace

std::string ApplicationAnswer(const RawMessage& request) {
  const RequestView view = request.AsRequest();
  const std::string_view path = view.target.substr(0, view.target.find('?'));
  if (path == "*") return AsMessage({400, {}, ""});
  const bool reflects = path == "/reflect" || path.starts_with("/reflect/");
  return AsMessage(view.method == "POST" && reflects ? Reflect(request.body) : Answer());
}

}  // namespace rasp::ftw
