// SPDX-License-Identifier: Apache-2.0
#include "cli/recorded.h"

#include <algorithm>
#include <filesystem>

#include "cli/ruleset_files.h"

namespace rasp {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kResponse = ".response";

using Exchanges = Result<std::vector<RecordedExchange>>;

Result<std::unique_ptr<RawMessage>> ReadMessage(const std::string& path) {
  using Message = Result<std::unique_ptr<RawMessage>>;
  Result<std::string> text = ReadInput(path);
  if (!text) return Message::Failure(text.error());
  auto message = ParseRawMessage(*std::move(text));
  if (!message) return Message::Failure(path + ": no HTTP message: " + message.error());
  return message;
}

// What came of a generator is a message.
std::unique_ptr<RawMessage> Parsed(std::string text) {
  auto message = ParseRawMessage(std::move(text));
  return message ? *std::move(message) : std::make_unique<RawMessage>();
}

std::vector<std::string> RequestFiles(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  std::vector<std::string> files;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().string();
    if (entry->is_regular_file() && !name.ends_with(kResponse)) files.push_back(name);
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Exchanges ReadRecorded(const std::string& path) {
  std::vector<RecordedExchange> exchanges;
  for (const std::string& file : RequestFiles(path)) {
    auto request = ReadMessage(file);
    if (!request) return Exchanges::Failure(request.error());
    if ((*request)->start_line.find(" HTTP/") == std::string_view::npos) {
      return Exchanges::Failure(file + ": no HTTP message: it does not begin with a request line");
    }
    const std::string answer = file + std::string(kResponse);
    std::error_code error;
    RecordedExchange exchange = {*std::move(request), nullptr};
    if (fs::exists(answer, error)) {
      auto response = ReadMessage(answer);
      if (!response) return Exchanges::Failure(response.error());
      exchange.response = *std::move(response);
    } else {
      exchange.response = Parsed(BuiltInResponse());
    }
    exchanges.push_back(std::move(exchange));
  }
  if (exchanges.empty()) return Exchanges::Failure(path + ": no request is in there");
  return exchanges;
}

std::vector<RecordedExchange> MadeOf(const Mix& mix, uint64_t seed, size_t count) {
  Dice dice(seed);
  std::vector<RecordedExchange> exchanges;
  for (size_t i = 0; i < count; ++i) {
    exchanges.push_back({Parsed(mix.make(dice)), Parsed(BuiltInResponse())});
  }
  return exchanges;
}

}  // namespace rasp
