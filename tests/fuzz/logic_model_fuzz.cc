// SPDX-License-Identifier: Apache-2.0
// Any bytes as a model of business logic: loading ends, and what cannot be loaded is explained
// where it stands. What can be loaded takes a request through all its stages.
#include <cstdint>
#include <cstdlib>
#include <memory_resource>
#include <string>
#include <string_view>

#include "json_rules/document.h"
#include "logic/session.h"
#include "logic_rules/load.h"
#include "rasp/entity_region.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void Run(const rasp::CompiledLogic& model) {
  static const auto kStore = rasp::MakeMemoryEntityRegion(64 << 10, rasp::HashKey{1});
  const std::vector<bool> active(model.rules.size(), true);
  std::pmr::monotonic_buffer_resource arena;
  rasp::FieldList query(&arena);
  query.push_back({"a", "1"});
  rasp::FieldList cookies(&arena);
  cookies.push_back({"sid", "s"});
  rasp::BodyFacts body(&arena);
  body.arguments.push_back({"json.a", "1"});
  const rasp::HeaderField header{"Content-Type", "application/json"};
  rasp::RequestView request;
  request.method = "POST";
  request.target = "/a/b?a=1";
  request.client.address = "192.0.2.1";
  request.headers = {&header, 1};

  rasp::LogicSession session(model, active, true, kStore.get(), arena);
  session.now_us = 1'700'000'000'000'000;
  session.in.request = &request;
  session.in.path = "/a/b";
  session.in.query = &query;
  session.in.cookies = &cookies;
  session.Reach(rasp::LogicStage::kRequestHeaders);
  session.in.body_kind = rasp::BodyKind::kJson;
  session.in.body = &body;
  session.in.raw_body = R"({"a": 1})";
  session.Reach(rasp::LogicStage::kRequestBody);
  session.in.status = 200;
  session.in.response_headers = {&header, 1};
  session.Reach(rasp::LogicStage::kResponseHeaders);
  session.in.response_body = R"({"a": {"b": [1, 2]}})";
  session.Reach(rasp::LogicStage::kResponseBody);
  session.End(false);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  rasp::Diagnostics diagnostics;
  rasp::JsonDocument document = rasp::ParseJsonDocument(bytes, "fuzz.json", diagnostics);
  if (document.nodes.empty() || rasp::HasErrors(diagnostics)) return 0;
  if (!rasp::IsLogicDocument(document)) return 0;
  rasp::LogicLoader loader(diagnostics);
  loader.Add(std::move(document), "fuzz.json");
  const auto model = loader.Finish();
  Require((model == nullptr) == rasp::HasErrors(diagnostics));
  for (const rasp::Diagnostic& diagnostic : diagnostics) {
    Require(diagnostic.where.file == "fuzz.json" && diagnostic.where.line > 0);
    Require(!diagnostic.code.empty() && !diagnostic.text.empty());
  }
  if (model != nullptr) Run(*model);
  return 0;
}
