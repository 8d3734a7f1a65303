// SPDX-License-Identifier: Apache-2.0
#include "cli/ftw/run.h"

#include <algorithm>

#include "cli/ftw/names.h"
#include "cli/ftw/request.h"

namespace rasp::ftw {
namespace {

std::string_view FieldOf(const Response& response, std::string_view name) {
  for (const Header& header : response.headers) {
    if (SameName(header.name, name)) return header.value;
  }
  return {};
}

void KeepCookies(const Response& response, Cookies& cookies) {
  for (const Header& header : response.headers) {
    if (!SameName(header.name, "Set-Cookie")) continue;
    const std::string pair = header.value.substr(0, header.value.find(';'));
    const size_t equals = std::min(pair.find('='), pair.size());
    Header cookie{pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size()))};
    const auto same = std::find_if(cookies.begin(), cookies.end(), [&cookie](const Header& other) {
      return other.name == cookie.name;
    });
    if (same == cookies.end()) {
      cookies.push_back(std::move(cookie));
    } else {
      same->value = std::move(cookie.value);
    }
  }
}

// Points `input` to where the last answer redirected. False if it did not.
bool FollowRedirect(const Response& last, Input& input) {
  std::string_view location = FieldOf(last, "Location");
  if (last.status < 300 || last.status > 399 || location.empty()) return false;
  if (const size_t scheme = location.find("://"); scheme != location.npos) {
    location.remove_prefix(std::min(location.find('/', scheme + 3), location.size()));
  }
  if (location.empty()) location = "/";
  if (location.starts_with('/')) {
    input.uri = location;
  } else {
    input.uri = input.uri.substr(0, input.uri.rfind('/') + 1) + std::string(location);
  }
  return true;
}

class TestRun {
 public:
  TestRun(const Test& test, const Overrides& overrides, Server& server)
      : test_(test), overrides_(overrides), server_(server) {
    result_.test = &test;
  }

  Result<TestResult> Run() {
    for (size_t i = 0; i < test_.stages.size() && result_.reason.empty(); ++i) {
      const Result<bool> done = RunStage(i);
      if (!done) return Result<TestResult>::Failure(test_.id + ": " + done.error());
    }
    if (!result_.reason.empty()) result_.outcome = Outcome::kFailed;
    return std::move(result_);
  }

 private:
  Result<bool> RunStage(size_t index) {
    Input input = test_.stages[index].input;
    bool replaced = false;
    const Output output = overrides_.OutputOf(test_, index, replaced);
    result_.overridden |= replaced;
    if (input.follow_redirect && !FollowRedirect(last_, input)) {
      result_.reason = "follow_redirect: the answer before is no redirect";
      return true;
    }
    const std::string request = RequestBytes(input, cookies_);
    for (int attempt = 0; attempt < (output.retry_once ? 2 : 1); ++attempt) {
      Result<Exchange> exchange = server_.Send(request, input, output.expect_error);
      if (!exchange) return Result<bool>::Failure(exchange.error());
      result_.reason = Objection(output, *exchange);
      Remember(*std::move(exchange));
      if (result_.reason.empty()) break;
    }
    if (!result_.reason.empty() && test_.stages.size() > 1) {
      result_.reason = "stage " + std::to_string(index) + ": " + result_.reason;
    }
    if (input.save_cookie) KeepCookies(last_, cookies_);
    return true;
  }

  void Remember(Exchange exchange) {
    result_.status = exchange.response.status;
    result_.ids.merge(exchange.ids);
    last_ = std::move(exchange.response);
  }

  const Test& test_;
  const Overrides& overrides_;
  Server& server_;
  Cookies cookies_;
  Response last_;
  TestResult result_;
};

}  // namespace

Result<TestResult> RunTest(const Test& test, const Overrides& overrides, Server& server) {
  TestResult result;
  result.test = &test;
  switch (overrides.ForcedResult(test.id)) {
    case Overrides::Forced::kIgnore:
      result.outcome = Outcome::kIgnored;
      return result;
    case Overrides::Forced::kPass:
      result.outcome = Outcome::kForcedPass;
      return result;
    case Overrides::Forced::kFail:
      result.outcome = Outcome::kForcedFail;
      result.reason = "an overrides file says that it fails";
      return result;
    case Overrides::Forced::kNot:
      break;
  }
  if (!test.problem.empty()) {
    result.outcome = Outcome::kFailed;
    result.reason = test.problem;
    return result;
  }
  return TestRun(test, overrides, server).Run();
}

}  // namespace rasp::ftw
