// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/ftw/suite.h"

namespace rasp::ftw {

// Name and value of each cookie that a test keeps from one stage to the next.
using Cookies = std::vector<Header>;

// The bytes that a stage sends: what go-ftw makes of the same input, headers that it adds included.
std::string RequestBytes(const Input& input, const Cookies& cookies);

// `text` with its {{ "x" | repeat 3 }} filled in; nothing if it holds another {{ }}.
std::optional<std::string> ExpandTemplate(std::string_view text);

// Pairs of names and values percent-encoded, unless `data` is encoded already.
std::string EncodeForm(std::string_view data);

}  // namespace rasp::ftw
