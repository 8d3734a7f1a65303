// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace rasp {

// The value a load-time function promises, or the reason why there is none. Shaped like
// std::expected (C++23), which GCC 12 and Clang 14 lack in C++20 mode. Never used while a request
// is inspected: there, failures are data in `Verdict`.
template <typename T, typename E = std::string>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  static Result Failure(E error) { return Result(std::in_place_index<1>, std::move(error)); }

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // REQUIRES: ok().
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& value() {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const {
    assert(ok());
    return *std::get_if<0>(&state_);
  }

  // REQUIRES: !ok().
  const E& error() const {
    assert(!ok());
    return *std::get_if<1>(&state_);
  }

 private:
  template <std::size_t I, typename V>
  Result(std::in_place_index_t<I> which, V&& state) : state_(which, std::forward<V>(state)) {}
  std::variant<T, E> state_;
};

}  // namespace rasp
