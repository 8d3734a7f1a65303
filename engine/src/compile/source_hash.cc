// SPDX-License-Identifier: Apache-2.0
#include "compile/source_hash.h"

#include <openssl/evp.h>

#include <new>

namespace rasp {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

Context NewContext() {
  Context context(EVP_MD_CTX_new());
  if (context == nullptr) throw std::bad_alloc();
  return context;
}

}  // namespace

struct SourceHash::State {
  Context context = NewContext();
};

SourceHash::SourceHash() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr);
}
SourceHash::~SourceHash() = default;

void SourceHash::Add(std::string_view text) {
  const std::string length = std::to_string(text.size()) + ":";
  EVP_DigestUpdate(state_->context.get(), length.data(), length.size());
  EVP_DigestUpdate(state_->context.get(), text.data(), text.size());
}

std::string SourceHash::Hex() const {
  const Context copy = NewContext();
  EVP_MD_CTX_copy_ex(copy.get(), state_->context.get());
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_DigestFinal_ex(copy.get(), digest, &size);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

}  // namespace rasp
