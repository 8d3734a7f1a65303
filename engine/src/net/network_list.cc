// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/ascii.h"
#include "core/quoted.h"
#include "net/network_set.h"
#include "net/network_text.h"

namespace rasp {
namespace {

// Of a file: more is not a list that somebody meant.
constexpr size_t kMostFileBytes = 256u << 20;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// Empty: `text` holds the file. Else why not.
std::string ReadWhole(const std::string& name, std::string& text) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(name.c_str(), "rb"));
  if (file == nullptr) return std::strerror(errno);
  constexpr size_t kStep = 1 << 20;
  for (;;) {
    const size_t have = text.size();
    text.resize(have + kStep);
    const size_t got = std::fread(text.data() + have, 1, kStep, file.get());
    text.resize(have + got);
    if (std::ferror(file.get()) != 0) return std::strerror(errno);
    if (text.size() > kMostFileBytes) return "it is larger than 256 MiB";
    if (got < kStep) return {};
  }
}

}  // namespace

struct NetworkListReader::Networks final : net::PrefixSink {
  void Add(net::Prefix<net::V4> prefix) override { v4.push_back(prefix); }
  void Add(net::Prefix<net::V6> prefix) override { v6.push_back(prefix); }

  std::vector<net::Prefix<net::V4>> v4;
  std::vector<net::Prefix<net::V6>> v6;
};

NetworkListReader::NetworkListReader() : networks_(std::make_unique<Networks>()) {}
NetworkListReader::~NetworkListReader() = default;

void NetworkListReader::Report(DiagnosticSeverity severity, uint32_t line, const std::string& file,
                               std::string text) {
  if (severity == DiagnosticSeverity::kError) ++errors_;
  if (diagnostics_.size() == kMostDiagnostics) return;
  const bool warning = severity == DiagnosticSeverity::kWarning;
  diagnostics_.push_back(
      {severity, {file, line, 0, {}}, warning ? "loose-network" : "bad-network", std::move(text)});
}

void NetworkListReader::ReadLine(std::string_view line, uint32_t number, const std::string& file) {
  const std::string_view entry = Trim(line.substr(0, line.find_first_of("#;")));
  if (entry.empty()) return;
  net::ReadNetwork read = net::ReadNetworkText(entry, *networks_);
  if (read.complaint.empty()) return;
  Report(read.ok ? DiagnosticSeverity::kWarning : DiagnosticSeverity::kError, number, file,
         std::move(read.complaint));
}

void NetworkListReader::ReadText(std::string_view text, const std::string& file) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  for (uint32_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    ReadLine(text.substr(0, end), number, file);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void NetworkListReader::ReadFile(const std::string& file) {
  std::string text;
  const std::string failure = ReadWhole(file, text);
  if (failure.empty()) return ReadText(text, file);
  Report(DiagnosticSeverity::kError, 0, file, "cannot read " + Quoted(file) + ": " + failure);
}

NetworkSet NetworkListReader::Build() {
  NetworkSet set;
  set.trees_ = std::make_unique<const NetworkSet::Trees>(
      NetworkSet::Trees{net::PrefixTree<net::V4>::Build(std::move(networks_->v4)),
                        net::PrefixTree<net::V6>::Build(std::move(networks_->v6))});
  networks_ = std::make_unique<Networks>();
  return set;
}

}  // namespace rasp
