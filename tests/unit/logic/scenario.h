// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rasp/entity_region.h"
#include "rasp/host.h"
#include "rasp/logic.h"
#include "rasp/ruleset.h"
#include "rasp/transaction.h"

namespace rasp {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kMinute = 60 * kSecond;

class VirtualClock final : public Clock {
 public:
  int64_t UnixMicros() const override { return now_us; }
  int64_t MonotonicMicros() const override { return now_us; }
  int64_t now_us = int64_t{1'700'000'400} * kSecond;  // a multiple of ten minutes
};

// One request of a test, and what the application answers.
struct Ask {
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // with a Content-Type of application/x-www-form-urlencoded unless headers say
  std::string address = "192.0.2.1";
  uint16_t status = 200;
  std::vector<std::pair<std::string, std::string>> response_headers;
  std::string response_body;  // JSON unless the headers say otherwise
  bool answered = true;       // false: the client goes away before a response comes
};
Ask Get(std::string target, std::string session = "");
Ask Post(std::string target, std::string form, uint16_t status = 200);

struct Got {
  uint16_t status = 0;  // of the block or redirect, else the application's
  bool blocked = false;
  bool would_block = false;
  std::string redirect_to;
  uint32_t retry_after_s = 0;
  uint32_t delay_ms = 0;
  std::string upstream_tags;
  std::vector<uint64_t> rules;
  std::vector<std::string> log_data;  // parallel
};

// A transaction of a test that stays open: what a client is doing while others come.
class OpenTransaction {
 public:
  OpenTransaction(const Ruleset& ruleset, const Overlay& overlay, EntityStore* store,
                  const Clock& clock, Ask ask);

  bool blocked() const { return verdict_.Blocks(); }
  const Verdict& verdict() const { return verdict_; }
  Transaction& transaction() { return *transaction_; }
  void Resumed(const Verdict& verdict) { verdict_ = verdict; }
  void Body();   // after a request head that was pending
  Got Answer();  // the application's, and the end

 private:
  std::vector<char> Kept(std::string_view text);

  Ask ask_;
  std::vector<std::vector<char>> bytes_;
  std::vector<HeaderField> fields_;
  RequestView view_;
  std::unique_ptr<Transaction> transaction_;
  Verdict verdict_;
  Got got_;
};

// A model, a store and a clock.
class Scenario {
 public:
  // `rules`: of a model with a shop's operations (see scenario.cc); or a whole document, if it
  // begins with a brace.
  explicit Scenario(std::string_view rules, Mode mode = Mode::kBlock);

  Got Send(const Ask& ask);
  std::unique_ptr<OpenTransaction> Open(const Ask& ask);

  const Ruleset& ruleset() const { return *ruleset_; }
  void Exclude(std::string exclusion);

  VirtualClock clock;
  std::unique_ptr<EntityRegion> own_store = MakeMemoryEntityRegion(1 << 20, HashKey{1, 2, 3});
  EntityStore* store = own_store.get();
  OverlaySpec spec;

 private:
  void MakeOverlay();
  std::optional<Ruleset> ruleset_;
  std::optional<Overlay> overlay_;
};

// Every diagnostic of a document, formatted.
std::vector<std::string> DiagnosticsOf(std::string_view document);
std::string ShopDocument(std::string_view rules);

}  // namespace rasp
