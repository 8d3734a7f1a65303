// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace rasp::audit {

// A part of a text that must not be written down: [begin, end), and what it is.
struct Secret {
  size_t begin = 0;
  size_t end = 0;
  std::string_view kind;  // "card", "jwt", ...; static
};
using Secrets = std::vector<Secret>;

// Whether a parameter, header or cookie of this name holds a secret whatever its value looks like.
bool NameIsSecret(std::string_view name);

// Appends the parts of `text` that look secret by themselves (card numbers, tokens, keys, e-mail
// addresses, account numbers) and, unless the text is a name itself, the values that stand beside a
// secret name in it: name=value, "name": "value", <name>value</name>, and a form-data part. Not
// ordered; may overlap. Linear in the text.
void FindSecrets(std::string_view text, bool is_name, Secrets& out);

// Appends, as `kind`, the values that stand beside `name`, whatever it is called, in the same
// notations. From the 256th occurrence of the name on, all of the rest is appended.
void FindValuesOf(std::string_view name, std::string_view text, std::string_view kind,
                  Secrets& out);

}  // namespace rasp::audit
