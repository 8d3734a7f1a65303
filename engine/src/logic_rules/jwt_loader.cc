// SPDX-License-Identifier: Apache-2.0
#include "logic/derived_places.h"
#include "logic_rules/positive_loaders.h"
#include "logic_rules/secret.h"

namespace rasp {
namespace {

struct KeyDraft {
  std::string id;
  std::optional<SignatureAlgorithm> algorithm;
  std::optional<std::string> material;
};

void ReadKeyId(JsonReader& json, const JsonNode& node, KeyDraft& out) {
  out.id = json.NonEmpty(node).value_or("");
}

void ReadAlgorithm(JsonReader& json, const JsonNode& node, KeyDraft& out) {
  constexpr std::string_view kNames[] = {"HS256", "HS384", "HS512", "RS256",
                                         "PS256", "ES256", "EdDSA"};
  if (const auto name = json.OneOf(node, kNames)) {
    out.algorithm = FindSignatureAlgorithm(kNames[*name])->algorithm;
  }
}

void ReadMaterial(JsonReader& json, const JsonNode& node, KeyDraft& out) {
  out.material = json.NonEmpty(node);
}

void ReadFile(JsonReader& json, const JsonNode& node, KeyDraft& out) {
  out.material = ReadSecretFile(json, node);
}

constexpr JsonField<KeyDraft> kKeyFields[] = {
    {"id", ReadKeyId},        {"algorithm", ReadAlgorithm, true},
    {"secret", ReadMaterial}, {"public", ReadMaterial},
    {"file", ReadFile},
};

void ReadFrom(JsonReader& json, const JsonNode& node, JwtExtension& out) {
  std::optional<Locator> place = ReadPlace(json, node);
  if (!place) return;
  if (place->def->stage != LogicStage::kRequestHeaders || place->def->prefix.starts_with("jwt")) {
    json.Error(node, "bad-place", "a token comes with the request's head: name a field or cookie");
    return;
  }
  out.from = *std::move(place);
}

void ReadKeys(JsonReader& json, const JsonNode& node, JwtExtension& out) {
  for (const JsonNode* item : json.Items(node, 1)) {
    KeyDraft draft;
    ReadFields<KeyDraft>(json, *item, kKeyFields, draft);
    if (!draft.algorithm) continue;
    if (!draft.material) {
      json.Error(*item, "missing-key", "no key: add \"secret\", \"public\" or \"file\"");
      continue;
    }
    Result<SignatureKey> key = SignatureKey::Make(*draft.algorithm, *draft.material);
    if (!key) {
      json.Error(*item, "bad-key", key.error());
      continue;
    }
    out.verifier.keys.push_back({draft.id, *std::move(key)});
  }
  if (node.children.size() > JwtVerifier::kMostKeys) {
    json.Error(node, "bad-value", "more than 16 keys: remove those that nobody signs with");
  }
}

void ReadNames(JsonReader& json, const JsonNode& node, std::vector<std::string>& out) {
  for (const JsonNode* item : json.Items(node, 1)) {
    if (auto name = json.NonEmpty(*item)) out.push_back(*std::move(name));
  }
}
void ReadAudience(JsonReader& json, const JsonNode& node, JwtExtension& out) {
  ReadNames(json, node, out.verifier.audiences);
}
void ReadIssuer(JsonReader& json, const JsonNode& node, JwtExtension& out) {
  ReadNames(json, node, out.verifier.issuers);
}
void ReadLeeway(JsonReader& json, const JsonNode& node, JwtExtension& out) {
  out.verifier.leeway_s = ReadDuration(json, node, 0, kHourUs).value_or(0) / kSecondUs;
}
void ReadNeedsExpiry(JsonReader& json, const JsonNode& node, JwtExtension& out) {
  out.verifier.needs_expiry = json.Bool(node).value_or(true);
}

constexpr JsonField<JwtExtension> kFields[] = {
    {"from", ReadFrom, true}, {"keys", ReadKeys, true}, {"audience", ReadAudience},
    {"issuer", ReadIssuer},   {"leeway", ReadLeeway},   {"needs_expiry", ReadNeedsExpiry},
};

}  // namespace

std::unique_ptr<const CompiledLogic::Extension> LoadJwt(JsonReader& json, const JsonNode& value,
                                                        CompiledLogic&) {
  auto jwt = std::make_unique<JwtExtension>();
  ReadFields<JwtExtension>(json, value, kFields, *jwt);
  if (jwt->from.def == nullptr) return nullptr;
  return jwt;
}

}  // namespace rasp
