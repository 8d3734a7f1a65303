// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

// libmodsecurity's transformations and operators one by one. Its library exports them, its headers
// do not declare them.
namespace rasp::primitives {

struct OracleMatch {
  bool matched = false;
  std::array<std::string, 10> captures;  // TX:0 to TX:9; empty where there is none
};

class Oracle {
 public:
  // `directives`: SecLang that comes before all else, such as SecUnicodeMapFile.
  explicit Oracle(const std::string& directives = {});
  ~Oracle();

  // REQUIRES: libmodsecurity has the transformation.
  std::string Transform(const std::string& name, const std::string& in);

  class Operator;
  // nullptr, and `error` says why, if libmodsecurity refuses the argument.
  std::unique_ptr<Operator> Make(const std::string& name, const std::string& argument,
                                 std::string& error);
  OracleMatch Match(Operator& op, const std::string& in);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class Oracle::Operator {
 public:
  virtual ~Operator() = default;
};

}  // namespace rasp::primitives
