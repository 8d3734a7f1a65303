// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>

#include "rasp/result.h"

namespace rasp::match {

// The bytes that one position of a pattern may match, as PCRE2 has them without UTF in the C
// locale.
using ByteSet = std::bitset<256>;

ByteSet ByteRange(unsigned char first, unsigned char last);

// Adds the other case of every ASCII letter in the set.
ByteSet FoldCase(ByteSet set);

// \d \D \h \H \N \s \S \v \V \w \W by their letter; nothing for any other letter.
std::optional<ByteSet> EscapedClass(char letter);

// [:alpha:] and the like by their name; nothing for an unknown name.
std::optional<ByteSet> PosixClass(std::string_view name);

// \p{NAME}: the Latin-1 characters that have the property, as RE2 has them; nothing for an unknown
// name.
std::optional<ByteSet> PropertyClass(std::string_view name);

// The set as a bracket expression that RE2 reads the same with any flag but (?i).
std::string ToBrackets(const ByteSet& set);

// One byte outside of brackets, such that RE2 takes it literally.
void AppendLiteral(unsigned char byte, std::string& out);

// The bytes that a \-escape of one character stands for, in a class or outside.
struct EscapedByte {
  unsigned char value = 0;
  size_t length = 0;  // of the escape, with the backslash
};
// `text` begins with the backslash of an escape that stands for one byte: \n \x41 \x{41} \o{101}
// \101 \cA \e \. and so on. Fails with a text that does not name the offset. REQUIRES: text.size()
// >= 1 && text[0] == '\\'.
Result<EscapedByte> ReadEscapedByte(std::string_view text);

}  // namespace rasp::match
