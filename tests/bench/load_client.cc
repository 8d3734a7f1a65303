// SPDX-License-Identifier: Apache-2.0
// Sends requests of a built-in mix to a server on this machine and tells what they cost it:
//
//   load_client PORT MIX [option=value...]
//     seconds=1 count=0        until so much time has passed, or (if not 0) so many were answered
//     connections=4 seed=1     kept alive, one request at a time on each
//     pid=0                    whose CPU time is counted, all its threads
//     again=0                  1: every request is the same
//     rate=0                   so many a second at most (0: as many as are answered)
//
// Requests are made beforehand, in batches; between batches the server has nothing to do, so that
// its CPU time is that of whole requests. Prints one JSON object.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "cli/traffic.h"

namespace rasp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kBatchBytes = 32 << 20;
constexpr size_t kBatchRequests = 2000;

struct Options {
  uint16_t port = 0;
  const Mix* mix = nullptr;
  double seconds = 1;
  size_t count = 0;
  size_t connections = 4;
  uint64_t seed = 1;
  int pid = 0;
  bool again = false;
  double rate = 0;
};

uint64_t CpuNanoseconds(int pid) {
  uint64_t sum = 0;
  if (pid == 0) return 0;
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    uint64_t on_cpu = 0;
    std::ifstream(task.path() / "schedstat") >> on_cpu;
    sum += on_cpu;
  }
  return sum;
}

// One connection: what is being sent and what has arrived of the answer.
class Connection {
 public:
  explicit Connection(uint16_t port) : port_(port) { Connect(); }
  ~Connection() { close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int socket() const { return socket_; }
  bool busy() const { return busy_; }
  short wanted() const { return static_cast<short>(POLLIN | (rest_.empty() ? 0 : POLLOUT)); }

  void Begin(std::string_view request) {
    rest_ = request;
    answer_.clear();
    busy_ = true;
    began_ = Clock::now();
    Send();
  }

  // 0: not answered yet; -1: the connection was lost; else the status of the answer.
  int Go(short events) {
    if ((events & POLLOUT) != 0) Send();
    if ((events & (POLLIN | POLLHUP | POLLERR)) == 0) return 0;
    char buffer[65536];
    const ssize_t got = recv(socket_, buffer, sizeof buffer, 0);
    if (got < 0 && errno == EAGAIN) return 0;
    if (got > 0) answer_.append(buffer, static_cast<size_t>(got));
    if (got > 0 && !Whole()) return 0;
    busy_ = false;
    const int status = Whole() ? Status() : -1;
    // The rest of a request that was refused early is not sent: it needs a new connection.
    const bool closed = got <= 0 || !rest_.empty() || Head().find("\r\nConnection: close") != npos;
    if (closed) Connect();
    return status;
  }

  double Milliseconds() const {
    return std::chrono::duration<double, std::milli>(Clock::now() - began_).count();
  }

 private:
  static constexpr size_t npos = std::string_view::npos;

  void Connect() {
    if (socket_ >= 0) close(socket_);
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      std::cerr << "load_client: nobody listens on port " << port_ << '\n';
      std::exit(2);
    }
    fcntl(socket_, F_SETFL, O_NONBLOCK);
    rest_ = {};
  }

  void Send() {
    while (!rest_.empty()) {
      const ssize_t sent = send(socket_, rest_.data(), rest_.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // full, or lost: reading tells
      rest_.remove_prefix(static_cast<size_t>(sent));
    }
  }

  std::string_view Head() const {
    const size_t end = answer_.find("\r\n\r\n");
    return end == npos ? std::string_view() : std::string_view(answer_).substr(0, end + 2);
  }

  bool Whole() const {
    const std::string_view head = Head();
    if (head.empty()) return false;
    static constexpr std::string_view kLength = "\r\nContent-Length: ";
    size_t length = 0;
    const size_t at = head.find(kLength);
    if (at != npos) {
      std::from_chars(head.data() + at + kLength.size(), head.data() + head.size(), length);
    } else if (head.find("\r\nTransfer-Encoding: chunked") != npos) {
      return answer_.ends_with("0\r\n\r\n");
    }
    return answer_.size() >= head.size() + 2 + length;
  }

  int Status() const {
    int status = -1;
    if (answer_.size() > 12) {
      std::from_chars(answer_.data() + 9, answer_.data() + 12, status);
    }
    return status;
  }

  uint16_t port_;
  int socket_ = -1;
  bool busy_ = false;
  std::string_view rest_;
  std::string answer_;
  Clock::time_point began_;
};

struct Figures {
  std::vector<double> milliseconds;
  std::map<int, size_t> statuses;
  double seconds = 0;
  uint64_t cpu_ns = 0;
};

class Load {
 public:
  explicit Load(const Options& options) : options_(options), dice_(options.seed) {
    for (size_t i = 0; i < options.connections; ++i) {
      connections_.push_back(std::make_unique<Connection>(options.port));
    }
  }

  Figures Run() {
    while (figures_.seconds < options_.seconds &&
           (options_.count == 0 || figures_.milliseconds.size() < options_.count)) {
      RunBatch(NextBatch());
    }
    return std::move(figures_);
  }

 private:
  // As many as memory allows and, by what was seen so far, fit the time that is left.
  std::vector<std::string> NextBatch() {
    const size_t done = figures_.milliseconds.size();
    size_t most = done == 0 ? options_.connections : kBatchRequests;
    if (figures_.seconds > 0) {
      const double rate = static_cast<double>(done) / figures_.seconds;
      const double left = std::max(0.0, options_.seconds - figures_.seconds);
      most = std::min(most, static_cast<size_t>(rate * left) + options_.connections);
    }
    if (options_.count != 0) most = std::min(most, options_.count - done);
    std::vector<std::string> batch;
    for (size_t bytes = 0; batch.size() < most && bytes < kBatchBytes;) {
      if (options_.again) dice_ = Dice(options_.seed);
      batch.push_back(options_.mix->make(dice_));
      bytes += batch.back().size();
    }
    return batch;
  }

  void RunBatch(const std::vector<std::string>& batch) {
    const uint64_t cpu = CpuNanoseconds(options_.pid);
    const auto began = Clock::now();
    size_t next = 0;
    for (const auto& connection : connections_) {
      if (next < batch.size()) connection->Begin(batch[next++]);
    }
    for (size_t answered = 0; answered < batch.size();) answered += PollOnce(batch, next);
    figures_.seconds += std::chrono::duration<double>(Clock::now() - began).count();
    figures_.cpu_ns += CpuNanoseconds(options_.pid) - cpu;
  }

  // How many were answered.
  size_t PollOnce(const std::vector<std::string>& batch, size_t& next) {
    std::vector<pollfd> polled;
    for (const auto& connection : connections_) {
      polled.push_back({connection->busy() ? connection->socket() : -1, connection->wanted(), 0});
    }
    if (poll(polled.data(), polled.size(), 300000) <= 0) {
      std::cerr << "load_client: no answer for five minutes\n";
      std::exit(2);
    }
    size_t answered = 0;
    for (size_t i = 0; i < polled.size(); ++i) {
      if (polled[i].fd < 0 || polled[i].revents == 0) continue;
      Connection& connection = *connections_[i];
      const int status = connection.Go(polled[i].revents);
      if (status == 0) continue;
      figures_.milliseconds.push_back(connection.Milliseconds());
      ++figures_.statuses[status];
      ++answered;
      if (options_.rate > 0) AwaitTurn();
      if (next < batch.size()) connection.Begin(batch[next++]);
    }
    return answered;
  }

  // Sleeps until the next request is due. What was late is not made up for.
  void AwaitTurn() {
    const auto now = Clock::now();
    const auto pause = std::chrono::duration<double>(1 / options_.rate);
    due_ = std::max(due_, now - std::chrono::milliseconds(1)) +
           std::chrono::duration_cast<Clock::duration>(pause);
    if (due_ > now) std::this_thread::sleep_until(due_);
  }

  const Options options_;
  Dice dice_;
  Clock::time_point due_;
  std::vector<std::unique_ptr<Connection>> connections_;
  Figures figures_;
};

std::string AsJson(Figures figures) {
  auto& times = figures.milliseconds;
  std::sort(times.begin(), times.end());
  const auto count = static_cast<double>(times.size());
  const auto at = [&](double share) { return times[static_cast<size_t>(share * (count - 1))]; };
  nlohmann::ordered_json statuses;
  for (const auto& [status, number] : figures.statuses) {
    statuses[std::to_string(status)] = number;
  }
  return nlohmann::ordered_json{{"requests", times.size()},
                                {"seconds", figures.seconds},
                                {"cpu_us", static_cast<double>(figures.cpu_ns) / 1000 / count},
                                {"per_second", count / figures.seconds},
                                {"p50_ms", at(0.5)},
                                {"p99_ms", at(0.99)},
                                {"max_ms", times.back()},
                                {"statuses", statuses}}
      .dump();
}

bool Read(const std::vector<std::string>& arguments, Options& options) {
  if (arguments.size() < 2) return false;
  options.port = static_cast<uint16_t>(std::atoi(arguments[0].c_str()));
  options.mix = FindMix(arguments[1]);
  for (size_t i = 2; i < arguments.size(); ++i) {
    const size_t equals = arguments[i].find('=');
    if (equals == std::string::npos) return false;
    const std::string name = arguments[i].substr(0, equals);
    const double value = std::atof(arguments[i].c_str() + equals + 1);
    if (name == "seconds") options.seconds = value;
    if (name == "count") options.count = static_cast<size_t>(value);
    if (name == "connections") options.connections = static_cast<size_t>(value);
    if (name == "seed") options.seed = static_cast<uint64_t>(value);
    if (name == "pid") options.pid = static_cast<int>(value);
    if (name == "again") options.again = value != 0;
    if (name == "rate") options.rate = value;
  }
  return options.mix != nullptr && options.port != 0 && options.connections > 0;
}

}  // namespace
}  // namespace rasp

int main(int argc, char** argv) {
  rasp::Options options;
  if (!rasp::Read({argv + 1, argv + argc}, options)) {
    std::cerr
        << "usage: load_client PORT MIX [seconds=|count=|connections=|seed=|pid=|again=|rate=]\n";
    return 2;
  }
  std::cout << rasp::AsJson(rasp::Load(options).Run()) << '\n';
  return 0;
}
