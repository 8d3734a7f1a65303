// SPDX-License-Identifier: Apache-2.0
#include "cli/ftw/connection.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>

#include "cli/ftw/names.h"
#include "rasp/raw_http.h"

namespace rasp::ftw {
namespace {

using SteadyClock = std::chrono::steady_clock;

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

Result<Socket> Connect(const std::string& host, uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string service = std::to_string(port);
  const int status = getaddrinfo(host.c_str(), service.c_str(), &hints, &found);
  if (status != 0) return Result<Socket>::Failure(host + ": " + gai_strerror(status));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  int error = 0;
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    Socket made(socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, 0));
    if (made.fd() < 0 || connect(made.fd(), address->ai_addr, address->ai_addrlen) != 0) {
      error = errno;
      continue;
    }
    const int on = 1;
    setsockopt(made.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return made;
  }
  return Result<Socket>::Failure("no connection to " + host + ":" + service + ": " +
                                 std::strerror(error));
}

std::string_view FieldOf(const RawMessage& message, std::string_view name) {
  for (const HeaderField& field : message.headers) {
    if (SameName(field.name, name)) return field.value;
  }
  return {};
}

// Whether all of an answer is there, though the connection stays open.
bool IsComplete(const std::string& raw, bool to_head) {
  const size_t head_end = raw.find("\r\n\r\n");
  if (head_end == raw.npos) return false;
  const auto message = ParseRawMessage(raw.substr(0, head_end + 4));
  if (!message) return true;
  const uint16_t status = (*message)->AsResponse().status;
  if (to_head || status == 204 || status == 304) return true;
  if (HoldsIgnoringCase(FieldOf(**message, "Transfer-Encoding"), "chunked")) {
    return raw.ends_with("0\r\n\r\n");
  }
  const std::string_view length = FieldOf(**message, "Content-Length");
  size_t bytes = 0;
  if (std::from_chars(length.data(), length.data() + length.size(), bytes).ec != std::errc()) {
    return false;
  }
  return raw.size() - head_end - 4 >= bytes;
}

// Sends and reads at the same time: a server may answer and close before it has read everything.
class Conversation {
 public:
  Conversation(const Socket& socket, const std::string& request, double timeout_s)
      : fd_(socket.fd()),
        pending_(request),
        to_head_(request.starts_with("HEAD ")),
        end_(SteadyClock::now() + std::chrono::duration_cast<SteadyClock::duration>(
                                      std::chrono::duration<double>(timeout_s))) {}

  std::string Run() {
    while (!closed_ && !(closes_ ? false : IsComplete(raw_, to_head_))) {
      pollfd waiting{fd_, static_cast<short>(POLLIN | (pending_.empty() ? 0 : POLLOUT)), 0};
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(end_ - SteadyClock::now());
      if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) == 0) {
        timed_out_ = true;
        break;
      }
      if ((waiting.revents & POLLOUT) != 0) Write();
      if ((waiting.revents & (POLLIN | POLLHUP | POLLERR)) != 0) Read();
    }
    return std::move(raw_);
  }
  bool timed_out() const { return timed_out_; }

 private:
  void Write() {
    const ssize_t sent = send(fd_, pending_.data(), pending_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      pending_.remove_prefix(static_cast<size_t>(sent));
    } else if (errno != EAGAIN && errno != EINTR) {
      pending_ = {};  // it reads no more; its answer may still be there
    }
  }
  void Read() {
    char buffer[65536];
    const ssize_t got = recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got > 0) {
      raw_.append(buffer, static_cast<size_t>(got));
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      closed_ = true;
    }
    // Where the server says that it will close, its end of the connection is the answer's: then it
    // has written its log, too.
    const size_t head_end = raw_.find("\r\n\r\n");
    closes_ = head_end != raw_.npos && HoldsIgnoringCase(std::string_view(raw_).substr(0, head_end),
                                                         "\r\nconnection: close");
  }

  const int fd_;
  std::string_view pending_;
  const bool to_head_;
  const SteadyClock::time_point end_;
  std::string raw_;
  bool closed_ = false;
  bool closes_ = false;
  bool timed_out_ = false;
};

bool LooksLikeStatusLine(std::string_view line) {
  return line.starts_with("HTTP/") && line.size() >= 12 && line.find(' ') != line.npos;
}

}  // namespace

Result<Exchange> ExchangeBytes(const std::string& host, uint16_t port, const std::string& request,
                               double timeout_s) {
  const Result<Socket> socket = Connect(host, port);
  if (!socket) return Result<Exchange>::Failure(socket.error());
  Conversation conversation(*socket, request, timeout_s);
  Exchange exchange;
  exchange.response.raw = conversation.Run();
  const auto message = ParseRawMessage(exchange.response.raw);
  if (!message || !LooksLikeStatusLine((*message)->start_line)) {
    exchange.error = conversation.timed_out()        ? "none came in time"
                     : exchange.response.raw.empty() ? "the connection was closed"
                                                     : "it is no HTTP";
    return exchange;
  }
  exchange.answered = true;
  exchange.response.status = (*message)->AsResponse().status;
  for (const HeaderField& field : (*message)->headers) {
    exchange.response.headers.push_back({std::string(field.name), std::string(field.value)});
  }
  return exchange;
}

}  // namespace rasp::ftw
