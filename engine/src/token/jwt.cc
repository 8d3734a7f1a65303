// SPDX-License-Identifier: Apache-2.0
#include "token/jwt.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "core/ascii.h"
#include "json/json_scanner.h"
#include "json/json_string.h"
#include "token/base64url.h"

namespace rasp {
namespace {

std::string_view Decoded(const JsonScanner& scanner, std::pmr::memory_resource& memory) {
  const std::string_view raw = scanner.raw();
  if (!scanner.has_escape()) return raw;
  char* const out = static_cast<char*>(memory.allocate(raw.size(), 1));
  size_t size = 0;
  DecodeJsonString(raw, out, size);
  return {out, size};
}

bool DecodePart(std::string_view text, std::pmr::memory_resource& memory, std::string_view& out) {
  const size_t size = Base64UrlDecodedSize(text.size());
  auto* const bytes = static_cast<unsigned char*>(memory.allocate(std::max<size_t>(size, 1), 1));
  if (!DecodeBase64Url(text, bytes)) return false;
  out = {reinterpret_cast<const char*>(bytes), size};
  return true;
}

struct Member {
  std::string_view name = {};
  JsonToken token = JsonToken::kEnd;  // kEnd: not there
  std::string_view text = {};         // of a string, decoded; of a number, as written
  size_t begin = 0;                   // of the value, in the object's text
  size_t end = 0;
};

// False if the text is no object, or a member that is looked for is there twice.
bool ReadMembers(std::string_view text, std::pmr::memory_resource& memory,
                 std::span<Member> members) {
  JsonScanner scanner(text);
  if (scanner.Next() != JsonToken::kBeginObject) return false;
  while (true) {
    const JsonToken key = scanner.Next();
    if (key == JsonToken::kEndObject) return scanner.Next() == JsonToken::kEnd;
    if (key != JsonToken::kKey) return false;
    const std::string_view name = Decoded(scanner, memory);
    const auto member = std::find_if(members.begin(), members.end(),
                                     [&](const Member& m) { return m.name == name; });
    const JsonToken token = scanner.Next();
    const size_t begin = scanner.begin();
    const bool container = token == JsonToken::kBeginObject || token == JsonToken::kBeginArray;
    if (token == JsonToken::kError || (container && !scanner.SkipContainer())) return false;
    if (member == members.end()) continue;
    if (member->token != JsonToken::kEnd) return false;
    member->token = token;
    if (!container) member->text = Decoded(scanner, memory);
    member->begin = begin;
    member->end = scanner.end();
  }
}

// Seconds since 1970; false if it is no number.
bool Seconds(const Member& member, double& seconds) {
  if (member.token != JsonToken::kNumber) return false;
  const char* const end = member.text.data() + member.text.size();
  return std::from_chars(member.text.data(), end, seconds).ec == std::errc();
}

bool IsOneOf(std::string_view value, const std::vector<std::string>& allowed) {
  return std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

// "aud" is a text or a list of texts.
bool Names(const Member& member, std::string_view claims, const std::vector<std::string>& allowed,
           std::pmr::memory_resource& memory) {
  if (member.token == JsonToken::kString) return IsOneOf(member.text, allowed);
  if (member.token != JsonToken::kBeginArray) return false;
  JsonScanner scanner(claims.substr(member.begin, member.end - member.begin));
  scanner.Next();
  for (JsonToken token = scanner.Next(); token == JsonToken::kString; token = scanner.Next()) {
    if (IsOneOf(Decoded(scanner, memory), allowed)) return true;
  }
  return false;
}

}  // namespace

std::string_view JwtStatusName(JwtStatus status) {
  switch (status) {
    case JwtStatus::kValid:
      return "valid";
    case JwtStatus::kTooLong:
      return "too-long";
    case JwtStatus::kMalformed:
      return "malformed";
    case JwtStatus::kAlgorithm:
      return "algorithm";
    case JwtStatus::kUnknownKey:
      return "unknown-key";
    case JwtStatus::kSignature:
      return "signature";
    case JwtStatus::kExpired:
      return "expired";
    case JwtStatus::kNotYet:
      return "not-yet";
    case JwtStatus::kNoExpiry:
      return "no-expiry";
    case JwtStatus::kAudience:
      return "audience";
    case JwtStatus::kIssuer:
      return "issuer";
  }
  return "";
}

JwtStatus JwtVerifier::CheckSignature(std::string_view header, std::string_view signed_text,
                                      std::string_view signature,
                                      std::pmr::memory_resource& memory) const {
  enum { kAlg, kKid, kCrit, kB64, kZip, kCount };
  Member members[kCount] = {{"alg"}, {"kid"}, {"crit"}, {"b64"}, {"zip"}};
  if (!ReadMembers(header, memory, members)) return JwtStatus::kMalformed;
  for (const int refused : {kCrit, kB64, kZip}) {
    if (members[refused].token != JsonToken::kEnd) return JwtStatus::kMalformed;
  }
  if (members[kAlg].token != JsonToken::kString) return JwtStatus::kAlgorithm;
  const SignatureAlgorithmName* const algorithm = FindSignatureAlgorithm(members[kAlg].text);
  if (algorithm == nullptr) return JwtStatus::kAlgorithm;
  const bool named = members[kKid].token == JsonToken::kString;
  JwtStatus status = JwtStatus::kUnknownKey;
  for (const JwtKey& key : keys) {
    if (named && !key.id.empty() && key.id != members[kKid].text) continue;
    if (key.key.algorithm() != algorithm->algorithm) {
      if (status == JwtStatus::kUnknownKey) status = JwtStatus::kAlgorithm;
      continue;
    }
    if (key.key.Verifies(signed_text, signature)) return JwtStatus::kValid;
    status = JwtStatus::kSignature;
  }
  return status;
}

JwtStatus JwtVerifier::CheckClaims(std::string_view claims, int64_t now_s,
                                   std::pmr::memory_resource& memory) const {
  enum { kExp, kNbf, kAud, kIss, kCount };
  Member members[kCount] = {{"exp"}, {"nbf"}, {"aud"}, {"iss"}};
  if (!ReadMembers(claims, memory, members)) return JwtStatus::kMalformed;
  const auto now = static_cast<double>(now_s);
  const auto leeway = static_cast<double>(leeway_s);
  double seconds = 0;
  if (members[kExp].token == JsonToken::kEnd) {
    if (needs_expiry) return JwtStatus::kNoExpiry;
  } else if (!Seconds(members[kExp], seconds)) {
    return JwtStatus::kMalformed;
  } else if (now >= seconds + leeway) {
    return JwtStatus::kExpired;
  }
  if (members[kNbf].token != JsonToken::kEnd) {
    if (!Seconds(members[kNbf], seconds)) return JwtStatus::kMalformed;
    if (now + leeway < seconds) return JwtStatus::kNotYet;
  }
  if (!issuers.empty() &&
      (members[kIss].token != JsonToken::kString || !IsOneOf(members[kIss].text, issuers))) {
    return JwtStatus::kIssuer;
  }
  if (!audiences.empty() && !Names(members[kAud], claims, audiences, memory)) {
    return JwtStatus::kAudience;
  }
  return JwtStatus::kValid;
}

JwtResult JwtVerifier::Verify(std::string_view token, int64_t now_s,
                              std::pmr::memory_resource& memory) const {
  if (token.size() > kLongestToken) return {JwtStatus::kTooLong, {}};
  const size_t first = token.find('.');
  const size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) return {};
  std::string_view header;
  std::string_view claims;
  std::string_view signature;
  if (!DecodePart(token.substr(0, first), memory, header) ||
      !DecodePart(token.substr(first + 1, second - first - 1), memory, claims) ||
      !DecodePart(token.substr(second + 1), memory, signature)) {
    return {};
  }
  JwtStatus status = CheckSignature(header, token.substr(0, second), signature, memory);
  if (status == JwtStatus::kValid) status = CheckClaims(claims, now_s, memory);
  return {status, status == JwtStatus::kValid ? claims : std::string_view()};
}

bool FindClaim(std::string_view claims, std::string_view path, std::pmr::memory_resource& memory,
               std::string_view& value) {
  // As many passes as the path has parts, at most.
  while (true) {
    const size_t dot = path.find('.');
    Member members[2] = {{path}, {path.substr(0, dot)}};
    const size_t wanted = dot == path.npos ? 1 : 2;
    if (!ReadMembers(claims, memory, std::span(members).first(wanted))) return false;
    const bool whole = members[0].token != JsonToken::kEnd;
    const Member& found = whole ? members[0] : members[wanted - 1];
    if (found.token == JsonToken::kEnd) return false;
    const std::string_view text = claims.substr(found.begin, found.end - found.begin);
    if (!whole) {
      if (found.token != JsonToken::kBeginObject) return false;
      claims = text;
      path.remove_prefix(dot + 1);
      continue;
    }
    JsonScanner scanner(text);
    JsonToken token = scanner.Next();
    if (token == JsonToken::kBeginArray) token = scanner.Next();
    switch (token) {
      case JsonToken::kString:
        value = Decoded(scanner, memory);
        return true;
      case JsonToken::kNumber:
      case JsonToken::kTrue:
      case JsonToken::kFalse:
        value = text.substr(scanner.begin(), scanner.end() - scanner.begin());
        return true;
      default:
        return false;
    }
  }
}

}  // namespace rasp
