// SPDX-License-Identifier: Apache-2.0
// What it costs to know what a request should be: a JSON body against its schema, a token, a
// GraphQL request, the forms of a page, a seal. CPU time of the one thread; bytes a second where
// the input's length decides.
#include <benchmark/benchmark.h>

#include <array>
#include <memory_resource>
#include <string>

#include "graphql/document.h"
#include "schema/checker.h"
#include "schema_rules/schema_compiler.h"
#include "seal/form_scanner.h"
#include "seal/seal_keys.h"
#include "token/base64url.h"
#include "token/jwt.h"

namespace rasp {
namespace {

class Arena {
 public:
  std::pmr::memory_resource& Fresh() {
    resource_.release();
    return resource_;
  }

 private:
  std::array<std::byte, 65536> bytes_;
  std::pmr::monotonic_buffer_resource resource_{bytes_.data(), bytes_.size()};
};

void JsonSchema(benchmark::State& state) {
  const std::string file = "schema.json";
  Diagnostics diagnostics;
  const JsonDocument document = ParseJsonDocument(
      R"({"type": "object", "required": ["lines"], "additionalProperties": false, "properties": {
        "lines": {"type": "array", "items": {"type": "object", "additionalProperties": false,
          "required": ["sku", "quantity"], "properties": {
            "sku": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{4}$"},
            "quantity": {"type": "integer", "minimum": 1, "maximum": 20},
            "note": {"type": ["string", "null"], "maxLength": 80}}}}}})",
      file, diagnostics);
  JsonReader reader(file, diagnostics);
  Schema schema;
  SchemaCompiler compiler(reader, schema);
  const int32_t root = compiler.Add(document.nodes.front());
  compiler.Finish();
  std::string body = "{\"lines\":[";
  for (int64_t i = 0; i < state.range(0); ++i) {
    body += i > 0 ? "," : "";
    body += R"({"sku":"AB-1234","quantity":3,"note":"leave it at the door"})";
  }
  body += "]}";
  Arena arena;
  for ([[maybe_unused]] auto iteration : state) {
    SchemaChecker checker(schema, arena.Fresh());
    if (checker.CheckJson(root, body)) state.SkipWithError("the body does not fit");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(body.size()));
}
BENCHMARK(JsonSchema)->Arg(1)->Arg(16)->Arg(1024);

// Not signed by anybody: the signature is computed all the same.
void JwtHs256(benchmark::State& state) {
  JwtVerifier verifier;
  verifier.keys.push_back(
      {"", std::move(*SignatureKey::Make(SignatureAlgorithm::kHs256, std::string(32, 's')))});
  const std::string parts[] = {R"({"alg":"HS256","typ":"JWT"})",
                               R"({"sub":"1234567890","exp":1700000100,"iss":"https://id"})",
                               std::string(32, 'm')};
  std::string token;
  for (const std::string& part : parts) {
    std::string encoded(Base64UrlEncodedSize(part.size()), '\0');
    EncodeBase64Url(part, encoded.data());
    token += (token.empty() ? "" : ".") + encoded;
  }
  Arena arena;
  for ([[maybe_unused]] auto iteration : state) {
    const JwtResult result = verifier.Verify(token, 1'700'000'000, arena.Fresh());
    if (result.status != JwtStatus::kSignature) state.SkipWithError("the token was not looked at");
  }
}
BENCHMARK(JwtHs256);

void Graphql(benchmark::State& state) {
  const std::string body =
      R"({"query":"query Cart($n:Int){cart(first:$n){...line total:sum(currency:EUR) owner{name}}} )"
      R"(fragment line on Line{sku price{amount currency} images(first:3){url}}","variables":{"n":20}})";
  Arena arena;
  for ([[maybe_unused]] auto iteration : state) {
    GraphqlFacts facts;
    if (ReadGraphqlBody(body, arena.Fresh(), facts) != GraphqlError::kNone)
      state.SkipWithError("no GraphQL");
    benchmark::DoNotOptimize(facts);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(body.size()));
}
BENCHMARK(Graphql);

class NoSink final : public FormSink {
 public:
  void OnForm(std::string_view, std::string_view) override {}
  void OnControl(std::string_view, std::string_view, bool) override {}
  void OnDoubt() override {}
  void OnFormEnd(uint64_t) override {}
};

void PageForms(benchmark::State& state) {
  std::string page = "<form action=/pay method=post><input type=hidden name=price value=10></form>";
  while (page.size() < (64 << 10)) {
    page +=
        "<div class=\"row item\"><a href=\"/item/7\">An item, and what is to be said of "
        "it</a></div>\n";
  }
  Arena arena;
  for ([[maybe_unused]] auto iteration : state) {
    NoSink sink;
    FormScanner scanner(arena.Fresh(), sink);
    scanner.Feed(page);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(page.size()));
}
BENCHMARK(PageForms);

void Seal(benchmark::State& state) {
  const SealKeys keys{{{1, std::string(32, 's')}}};
  const std::string text(200, 'x');
  for ([[maybe_unused]] auto iteration : state) {
    const SealKeys::Seal seal = keys.Make(text, 1'700'000'100);
    benchmark::DoNotOptimize(seal);
  }
}
BENCHMARK(Seal);

}  // namespace
}  // namespace rasp

BENCHMARK_MAIN();
