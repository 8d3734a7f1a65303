// SPDX-License-Identifier: Apache-2.0
#include "logic/scenario.h"

#include <memory_resource>
#include <utility>

namespace rasp {
namespace {

constexpr std::string_view kShop = R"json({
  "model": "shop", "version": "1.0.0",
  "operations": {
    "login":    {"match": "POST /login", "fields": {"user": "body.username"}},
    "logout":   {"match": "POST /logout"},
    "cart":     {"match": "GET /cart/{cart_id}"},
    "address":  {"match": "POST /cart/{cart_id}/address"},
    "pay":      {"match": "POST /cart/{cart_id}/pay"},
    "ship":     {"match": "POST /cart/{cart_id}/ship"},
    "coupon":   {"match": "POST /coupon"},
    "report":   {"match": "GET /report"},
    "account":  {"match": "GET /account/**"}
  },
  "events": {
    "login.fail": {"on": "login", "when": "resp.status in (401, 403)"},
    "login.ok":   {"on": "login", "when": "resp.status < 400"},
    "pay.ok":     {"on": "pay", "when": "resp.json:/state == 'paid'"},
    "coupon.bad": {"on": "coupon", "when": "resp.body ~ 'no such coupon'"}
  },
  "keys": {
    "who":  {"first": ["cookie.sid", "ip/64"], "missing": "skip"},
    "user": {"first": ["body.username"]},
    "sid":  {"first": ["cookie.sid"], "missing": "deny"}
  },
  "rules": [)json";

}  // namespace

std::string ShopDocument(std::string_view rules) {
  if (rules.starts_with("{\n") || rules.starts_with("{\"model\"")) return std::string(rules);
  return std::string(kShop) + std::string(rules) + "]}";
}

Ask Get(std::string target, std::string session) {
  Ask ask;
  ask.target = std::move(target);
  if (!session.empty()) ask.headers.emplace_back("Cookie", "sid=" + session);
  return ask;
}

Ask Post(std::string target, std::string form, uint16_t status) {
  Ask ask;
  ask.method = "POST";
  ask.target = std::move(target);
  ask.body = std::move(form);
  ask.status = status;
  return ask;
}

std::vector<char> OpenTransaction::Kept(std::string_view text) {
  return {text.begin(), text.end()};
}

OpenTransaction::OpenTransaction(const Ruleset& ruleset, const Overlay& overlay, EntityStore* store,
                                 const Clock& clock, Ask ask)
    : ask_(std::move(ask)) {
  const auto keep = [this](std::string_view text) {
    bytes_.push_back(Kept(text));
    return std::string_view(bytes_.back().data(), bytes_.back().size());
  };
  bool typed = false;
  for (const auto& [name, value] : ask_.headers) {
    fields_.push_back({keep(name), keep(value)});
    typed |= name == "Content-Type";
  }
  if (!ask_.body.empty() && !typed)
    fields_.push_back({keep("Content-Type"), keep("application/x-www-form-urlencoded")});
  view_.method = keep(ask_.method);
  view_.target = keep(ask_.target);
  view_.protocol = "HTTP/1.1";
  view_.host = "shop.example";
  view_.client.address = keep(ask_.address);
  view_.headers = fields_;
  transaction_ =
      std::make_unique<Transaction>(ruleset, overlay, std::pmr::new_delete_resource(), clock);
  transaction_->SetEntities(store);
  verdict_ = transaction_->OnRequestHeaders(view_);
  got_.delay_ms = verdict_.delay_ms;
  if (!verdict_.Blocks() && !verdict_.pending) Body();
}

void OpenTransaction::Body() {
  const std::vector<char> body = Kept(ask_.body);
  if (transaction_->WantsRequestBody())
    transaction_->OnRequestBodyChunk({body.data(), body.size()});
  verdict_ = transaction_->OnRequestBodyEnd();
  got_.delay_ms = std::max(got_.delay_ms, verdict_.delay_ms);
}

Got OpenTransaction::Answer() {
  for (const HeaderField& field : verdict_.upstream_headers)
    got_.upstream_tags = std::string(field.value);
  if (!verdict_.Blocks() && ask_.answered) {
    ResponseView response;
    response.status = ask_.status;
    std::vector<HeaderField> fields;
    bool typed = false;
    for (const auto& [name, value] : ask_.response_headers) {
      fields.push_back({name, value});
      typed |= name == "Content-Type";
    }
    if (!typed) fields.push_back({"Content-Type", "application/json"});
    response.headers = fields;
    verdict_ = transaction_->OnResponseHeaders(response);
    if (!verdict_.Blocks() && transaction_->WantsResponseBody()) {
      const std::vector<char> body = Kept(ask_.response_body);
      transaction_->OnResponseBodyChunk({body.data(), body.size()});
      verdict_ = transaction_->OnResponseBodyEnd();
    }
  }
  got_.blocked = verdict_.Blocks();
  got_.would_block = verdict_.would_block;
  got_.status = got_.blocked ? verdict_.status : ask_.answered ? ask_.status : uint16_t{0};
  got_.redirect_to = std::string(verdict_.redirect_to);
  got_.retry_after_s = verdict_.retry_after_s;
  const Event& event = transaction_->Finish(got_.status, got_.blocked);
  for (const RuleMatch& match : event.matches) {
    got_.rules.push_back(match.rule->id);
    got_.log_data.emplace_back(match.log_data);
  }
  return got_;
}

Scenario::Scenario(std::string_view rules, Mode mode) {
  spec.mode = mode;
  RulesetCompiler compiler;
  compiler.AddText("shop.json", ShopDocument(rules));
  Result<Ruleset, Diagnostics> compiled = compiler.Compile();
  for (const Diagnostic& diagnostic : compiler.diagnostics())
    ADD_FAILURE() << FormatDiagnostic(diagnostic);
  if (!compiled) return;
  ruleset_.emplace(*std::move(compiled));
  MakeOverlay();
}

void Scenario::MakeOverlay() {
  auto overlay = Overlay::Make(*ruleset_, spec);
  ASSERT_TRUE(overlay.ok()) << overlay.error().front();
  overlay_.emplace(*std::move(overlay));
}

void Scenario::Exclude(std::string exclusion) {
  spec.exclusions.push_back(std::move(exclusion));
  MakeOverlay();
}

std::unique_ptr<OpenTransaction> Scenario::Open(const Ask& ask) {
  return std::make_unique<OpenTransaction>(*ruleset_, *overlay_, store, clock, ask);
}

Got Scenario::Send(const Ask& ask) { return Open(ask)->Answer(); }

std::vector<std::string> DiagnosticsOf(std::string_view document) {
  RulesetCompiler compiler;
  compiler.AddText("shop.json", ShopDocument(document));
  static_cast<void>(compiler.Compile());
  std::vector<std::string> texts;
  for (const Diagnostic& diagnostic : compiler.diagnostics())
    texts.push_back(FormatDiagnostic(diagnostic));
  return texts;
}

}  // namespace rasp
