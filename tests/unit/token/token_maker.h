// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "token/signature.h"

namespace rasp {

// Signs tokens with a key made for the test.
class TokenMaker {
 public:
  explicit TokenMaker(SignatureAlgorithm algorithm);
  ~TokenMaker();

  std::string PublicPem() const;
  // Of the JSON texts, signed by the maker's algorithm whatever the header says.
  std::string Make(std::string_view header, std::string_view claims) const;

  static std::string Encode(std::string_view bytes);
  static std::string MakeHmac(std::string_view secret, std::string_view header,
                              std::string_view claims);

 private:
  struct Key;
  SignatureAlgorithm algorithm_;
  std::unique_ptr<Key> key_;
};

}  // namespace rasp
