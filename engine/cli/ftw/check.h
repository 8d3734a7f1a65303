// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/ftw/suite.h"

namespace rasp::ftw {

struct Response {
  uint16_t status = 0;
  std::vector<Header> headers;
  std::string raw;
};

// What came of one request.
struct Exchange {
  bool answered = false;
  std::string error;  // why there is no answer
  Response response;
  std::set<uint64_t> ids;          // of the rules that were logged
  std::vector<std::string> lines;  // of the log
};

// The log's lines as `ids` of ModSecurity's and of our JSON records.
std::set<uint64_t> LoggedIds(const std::vector<std::string>& lines);

// Adds to records of our event log what ModSecurity would have logged of each match: the tests'
// patterns are written for that.
void AddModsecurityLines(std::vector<std::string>& lines);

// Why the exchange is not what the stage expects; "" if it is.
std::string Objection(const Output& expected, const Exchange& exchange);

std::string Joined(const std::set<uint64_t>& ids);

}  // namespace rasp::ftw
