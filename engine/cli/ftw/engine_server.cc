// SPDX-License-Identifier: Apache-2.0
#include <deque>
#include <memory_resource>

#include "cli/exchange.h"
#include "cli/ftw/application.h"
#include "cli/ftw/http_syntax.h"
#include "cli/ftw/names.h"
#include "cli/ftw/server.h"
#include "rasp/audit.h"

namespace rasp::ftw {
namespace {

// Repeated fields as one, as RFC 9110 section 5.3 (cookies: RFC 9113 section 8.2.3) lets a
// recipient do. What is joined is kept in `joined`.
void CombineFields(RawMessage& message, std::deque<std::string>& joined) {
  std::vector<HeaderField> out;
  for (const HeaderField& field : message.headers) {
    const auto same = std::find_if(out.begin(), out.end(), [&field](const HeaderField& other) {
      return SameName(other.name, field.name);
    });
    if (same == out.end()) {
      out.push_back(field);
      continue;
    }
    const char* const between = SameName(field.name, "Cookie") ? "; " : ", ";
    joined.push_back(std::string(same->value) + between + std::string(field.value));
    same->value = joined.back();
  }
  message.headers = std::move(out);
}

bool HasField(const RawMessage& message, std::string_view name) {
  return std::any_of(message.headers.begin(), message.headers.end(),
                     [name](const HeaderField& field) { return SameName(field.name, name); });
}

// A request that says nothing of a body has none, whatever follows.
void DropUnframedBody(RawMessage& message) {
  if (!HasField(message, "Content-Length") && !HasField(message, "Transfer-Encoding")) {
    message.body.clear();
  }
}

Exchange Refused(uint16_t status) {
  Exchange exchange;
  exchange.answered = true;
  exchange.response.status = status;
  exchange.response.raw = "HTTP/1.1 " + std::to_string(status) + " Refused\r\n\r\n";
  return exchange;
}

class EngineServer final : public Server {
 public:
  EngineServer(const Ruleset& ruleset, const Overlay& overlay)
      : ruleset_(ruleset), overlay_(overlay) {}

  Result<Exchange> Send(const std::string& request, const Input&, bool) override {
    auto parsed = ParseRawMessage(request);
    if (!parsed) return Refused(400);
    RawMessage& message = **parsed;
    if (!SyntaxObjection(message).empty()) return Refused(400);
    std::deque<std::string> joined;
    CombineFields(message, joined);
    DropUnframedBody(message);
    const auto answer = ParseRawMessage(ApplicationAnswer(message));
    if (!answer) return Result<Exchange>::Failure("the application's answer: " + answer.error());
    return Inspected(message, **answer);
  }

 private:
  Exchange Inspected(const RawMessage& request, const RawMessage& answer) {
    Transaction transaction(ruleset_, overlay_, std::pmr::new_delete_resource(), SystemClock());
    const Event& event = Inspect(transaction, request, &answer);
    Exchange exchange;
    exchange.answered = event.verdict.decision != Decision::kDrop;
    if (!exchange.answered) exchange.error = "the connection was closed";
    if (event.degraded.Has(DegradedReason::kInternal)) exchange.error = "the inspection failed";
    exchange.response.status = event.response_status;
    exchange.response.raw = answer.storage;
    if (event.verdict.Blocks()) exchange.response.raw = Refused(event.response_status).response.raw;
    for (const HeaderField& field : answer.headers) {
      exchange.response.headers.push_back({std::string(field.name), std::string(field.value)});
    }
    // The tests look for what they sent: nothing is left out of the lines.
    for (const ModsecMessage& message : ModsecMessages(event)) {
      std::string line;
      AppendModsecLine(event, message, {.redact = false}, line);
      exchange.lines.push_back(std::move(line));
    }
    exchange.ids = LoggedIds(exchange.lines);
    return exchange;
  }

  const Ruleset& ruleset_;
  const Overlay& overlay_;
};

}  // namespace

std::unique_ptr<Server> MakeEngineServer(const Ruleset& ruleset, const Overlay& overlay) {
  return std::make_unique<EngineServer>(ruleset, overlay);
}

}  // namespace rasp::ftw
