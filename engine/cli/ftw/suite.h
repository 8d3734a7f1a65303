// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/ftw/regex.h"
#include "rasp/result.h"

// Tests for WAFs as go-ftw and the OWASP CRS project write them (schema 2.x): YAML files that hold
// requests and say which rules must and must not match.
namespace rasp::ftw {

struct Header {
  std::string name;
  std::string value;
};

// What is sent. Either `encoded_request` is the whole of it, or it is put together from the rest.
struct Input {
  std::string encoded_request;  // Base64
  std::string method = "GET";
  std::string uri = "/";
  std::string version = "HTTP/1.1";
  std::vector<Header> headers;  // in the order in which they are sent
  std::string data;
  bool data_is_template = true;  // `data` may hold Go's {{ }}
  bool autocomplete_headers = true;
  bool save_cookie = false;
  bool follow_redirect = false;
  bool virtual_host_mode = false;
};

// What is expected of the answer and the log.
struct Output {
  uint16_t status = 0;  // 0: any
  std::string response_contains;
  std::string match_regex;
  std::string no_match_regex;
  std::vector<uint64_t> expect_ids;
  std::vector<uint64_t> no_expect_ids;
  bool expect_error = false;  // no answer at all
  bool retry_once = false;
  bool isolated = false;  // one rule matches, no more
};

struct Stage {
  Input input;
  Output output;
};

struct Test {
  std::string id;  // "920100-4"
  uint64_t rule = 0;
  uint32_t number = 0;
  std::string file;
  std::string description;
  std::vector<Stage> stages;
  std::string problem;  // why it cannot be judged; empty if it can
};

// The tests of the files, in order; a directory stands for all *.yaml and *.yml in and below it. A
// test that says something unknown is there, with a `problem`. Fails if a file cannot be read.
Result<std::vector<Test>> LoadTests(const std::vector<std::string>& paths);

// What a platform is excused: files in CRS's form (test_overrides: another output for some tests)
// and go-ftw's (ignore, forcepass, forcefail: patterns of test ids).
class Overrides {
 public:
  enum class Forced : uint8_t { kNot, kIgnore, kFail, kPass };

  // Fails with a text that names the file.
  Result<bool> Add(const std::string& path);

  Forced ForcedResult(const std::string& test_id) const;
  // The output that a stage is held to; `replaced` says whether it is not the stage's own.
  Output OutputOf(const Test& test, size_t stage, bool& replaced) const;

 private:
  struct Replacement {
    uint64_t rule = 0;
    std::vector<uint64_t> tests;   // empty: all
    std::vector<uint64_t> stages;  // empty: all
    Output output;
  };
  struct Pattern {
    Regex regex;
    Forced forced;
  };
  std::vector<Replacement> replacements_;
  std::vector<Pattern> patterns_;

  friend class OverridesReader;
};

}  // namespace rasp::ftw
