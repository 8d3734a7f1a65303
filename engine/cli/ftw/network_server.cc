// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <thread>

#include "cli/ftw/connection.h"
#include "cli/ftw/log_file.h"
#include "cli/ftw/names.h"
#include "cli/ftw/server.h"

namespace rasp::ftw {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto kResendAfter = std::chrono::milliseconds(250);
constexpr auto kMarkerWait = std::chrono::seconds(10);
constexpr size_t kMarkersRemembered = 16;
constexpr double kErrorTimeoutS = 3;

class NetworkServer final : public Server {
 public:
  NetworkServer(NetworkTarget target, LogFile log)
      : target_(std::move(target)), log_(std::move(log)) {}

  Result<Exchange> Send(const std::string& request, const Input& input,
                        bool expect_error) override {
    log_.Mark();
    Result<Exchange> exchange = ExchangeBytes(
        target_.host, target_.port, request,
        expect_error ? std::min(kErrorTimeoutS, target_.timeout_s) : target_.timeout_s);
    if (!exchange) return exchange;
    auto lines = LinesUpToMarker(HostOf(input));
    if (!lines) return Result<Exchange>::Failure(lines.error());
    exchange->lines = *std::move(lines);
    exchange->ids = LoggedIds(exchange->lines);
    AddModsecurityLines(exchange->lines);
    return exchange;
  }

 private:
  // The virtual host that the marker goes to: where the test went.
  static std::string HostOf(const Input& input) {
    if (!input.virtual_host_mode) return "localhost";
    for (const Header& header : input.headers) {
      if (SameName(header.name, "Host")) return header.value;
    }
    return "localhost";
  }

  std::string MarkerRequest(const std::string& token, const std::string& host) const {
    return "GET /status/200 HTTP/1.1\r\nHost: " + host +
           "\r\nUser-Agent: raspctl ftw\r\nAccept: */*\r\n" + target_.marker_header + ": " + token +
           "\r\nConnection: close\r\n\r\n";
  }

  Result<std::vector<std::string>> LinesUpToMarker(const std::string& host) {
    using Lines = Result<std::vector<std::string>>;
    const std::string token = NextToken();
    const auto deadline = SteadyClock::now() + kMarkerWait;
    auto resend = SteadyClock::now();
    while (SteadyClock::now() < deadline) {
      if (SteadyClock::now() >= resend) {
        const auto sent = ExchangeBytes(target_.host, target_.port, MarkerRequest(token, host),
                                        target_.timeout_s);
        if (!sent) return Lines::Failure(sent.error());
        resend = SteadyClock::now() + kResendAfter;
      }
      if (auto lines = log_.TakeBefore(token)) return WithoutMarkers(*std::move(lines));
      std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
    return Lines::Failure(target_.log + ": a request with " + target_.marker_header +
                          " was not logged: another log, or no rule that logs it");
  }

  std::string NextToken() {
    std::string token = "ftw-" + std::to_string(getpid()) + "-" + std::to_string(++count_) + "-";
    tokens_.push_back(token);
    if (tokens_.size() > kMarkersRemembered) tokens_.pop_front();
    return token;
  }

  // A marker that was sent twice may be logged late, among the next test's lines.
  std::vector<std::string> WithoutMarkers(std::vector<std::string> lines) const {
    const auto is_marker = [this](const std::string& line) {
      return std::any_of(tokens_.begin(), tokens_.end(), [&line](const std::string& token) {
        return line.find(token) != line.npos;
      });
    };
    lines.erase(std::remove_if(lines.begin(), lines.end(), is_marker), lines.end());
    return lines;
  }

  const NetworkTarget target_;
  LogFile log_;
  std::deque<std::string> tokens_;
  uint64_t count_ = 0;
};

}  // namespace

Result<std::unique_ptr<Server>> MakeNetworkServer(const NetworkTarget& target) {
  using Made = Result<std::unique_ptr<Server>>;
  Result<LogFile> log = LogFile::Open(target.log);
  if (!log) return Made::Failure(log.error());
  return Made(std::make_unique<NetworkServer>(target, *std::move(log)));
}

}  // namespace rasp::ftw
