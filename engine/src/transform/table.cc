// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <iterator>

#include "core/ascii.h"
#include "transform/transform.h"

namespace rasp {

// Defined by topic in the other files of this folder; a name that has no definition there does not
// link.
using Transformation = bool(std::string_view in, ByteBuffer& out);
using MappedTransformation = bool(const UnicodeMap& map, std::string_view in, ByteBuffer& out);
Transformation Base64Decode, Base64DecodeExt, Base64Encode;
Transformation CmdLine;
Transformation CompressWhitespace, RemoveWhitespace, Trim, TrimLeft, TrimRight;
Transformation CssDecode, EscapeSeqDecode, JsDecode;
Transformation HexDecode, HexEncode, SqlHexDecode;
Transformation HtmlEntityDecode;
Transformation Length, Lowercase, None, RemoveNulls, ReplaceNulls, Uppercase;
Transformation Md5, Sha1;
Transformation NormalizePath, NormalizePathWin;
Transformation ParityEven7bit, ParityOdd7bit, ParityZero7bit;
Transformation RemoveComments, RemoveCommentsChar, ReplaceComments;
Transformation UrlDecode, UrlDecodeUni, UrlEncode;
Transformation Utf8ToUnicode;
MappedTransformation UrlDecodeUniWithMap;

namespace {

// What acts_on says. Where signs come together (an opening of two bytes), the rarer one stands for
// both: without it there is no opening.
constexpr ByteMask kAnything = ByteMask::All();
constexpr ByteMask kNul = ByteMask::Range(0, 0);
constexpr ByteMask kBlanks(" \t\n\v\f\r");
constexpr ByteMask kCapitals = ByteMask::Range('A', 'Z');
constexpr ByteMask kBackslash("\\");
constexpr ByteMask kPath("/.");  // a lone dot is a path of nothing
constexpr ByteMask kUrlEscapes("%+");
constexpr ByteMask kUrlPlain =
    kCapitals | ByteMask::Range('a', 'z') | ByteMask::Range('0', '9') | ByteMask("*");

// The bytes whose seven low bits have an even number of ones.
constexpr ByteMask EvenLowBits() {
  ByteMask mask;
  for (unsigned byte = 0; byte < 256; ++byte) {
    if (std::popcount(byte & 0x7f) % 2 == 0) mask.Add(static_cast<unsigned char>(byte));
  }
  return mask;
}

// Sorted without regard to case. Two spellings of one transformation have one function.
constexpr TransformDef kTransforms[] = {
    {"base64Decode", Base64Decode, kAnything, "Base64 up to the first byte outside its alphabet"},
    {"base64DecodeExt", Base64DecodeExt, kAnything,
     "Base64 as forgiving decoders read it, foreign bytes skipped"},
    {"base64Encode", Base64Encode, kAnything, "encodes as Base64 with padding"},
    {"cmdLine", CmdLine, kCapitals | ByteMask("\"'\\^ ,;\t\r\n"),
     "undoes quoting and spacing that command shells ignore, lower case"},
    {"compressWhitespace", CompressWhitespace, kBlanks | ByteMask("\xa0"),
     "one space for each run of white space"},
    {"cssDecode", CssDecode, kBackslash, "CSS escapes: \\HHHHHH, \\ and a byte"},
    {"escapeSeqDecode", EscapeSeqDecode, kBackslash, "ANSI C escapes: \\n, \\xHH, \\OOO"},
    {"hexDecode", HexDecode, kAnything, "pairs of hex digits to bytes"},
    {"hexEncode", HexEncode, kAnything, "bytes to lower-case hex digits"},
    {"htmlEntityDecode", HtmlEntityDecode, ByteMask("&"),
     "HTML references: &#60; &#x3c; &lt; &lpar;"},
    {"jsDecode", JsDecode, kBackslash, "JavaScript escapes: \\uHHHH, \\xHH, \\OOO, \\n"},
    {"length", Length, kAnything, "the value's length in bytes, as a decimal number"},
    {"lowercase", Lowercase, kCapitals, "ASCII letters to lower case"},
    {"md5", Md5, kAnything, "MD5 digest, as 16 bytes"},
    {"none", None, ByteMask(), "forgets the transformations of SecDefaultAction"},
    {"normalisePath", NormalizePath, kPath, "removes //, /./ and /../"},
    {"normalisePathWin", NormalizePathWin, kPath | kBackslash,
     "backslashes to slashes, then normalisePath"},
    {"normalizePath", NormalizePath, kPath, "another spelling of normalisePath"},
    {"normalizePathWin", NormalizePathWin, kPath | kBackslash,
     "another spelling of normalisePathWin"},
    {"parityEven7bit", ParityEven7bit, ~EvenLowBits(),
     "sets each byte's eighth bit to even parity"},
    {"parityOdd7bit", ParityOdd7bit, EvenLowBits(), "sets each byte's eighth bit to odd parity"},
    {"parityZero7bit", ParityZero7bit, ByteMask::Range(0x80, 0xff),
     "clears each byte's eighth bit"},
    {"removeComments", RemoveComments, ByteMask("*-#"),
     "removes /* */ and <!-- -->, and all from -- or # on"},
    {"removeCommentsChar", RemoveCommentsChar, ByteMask("*-#"),
     "removes the marks /* */ <!-- --> -- #"},
    {"removeNulls", RemoveNulls, kNul, "removes NUL bytes"},
    {"removeWhitespace", RemoveWhitespace, kBlanks | ByteMask("\xa0"), "removes white space"},
    {"replaceComments", ReplaceComments, ByteMask("*"), "one space for each /* */"},
    {"replaceNulls", ReplaceNulls, kNul, "a space for each NUL byte"},
    {"sha1", Sha1, kAnything, "SHA-1 digest, as 20 bytes"},
    {"sqlHexDecode", SqlHexDecode, ByteMask("0"), "SQL hex literals (0x4142) to their bytes"},
    {"trim", Trim, kBlanks, "removes white space at both ends"},
    {"trimLeft", TrimLeft, kBlanks, "removes white space at the start"},
    {"trimRight", TrimRight, kBlanks, "removes white space at the end"},
    {"uppercase", Uppercase, ByteMask::Range('a', 'z'), "ASCII letters to upper case"},
    {"urlDecode", UrlDecode, kUrlEscapes, "URL escapes: %HH, +"},
    {"urlDecodeUni", UrlDecodeUni, kUrlEscapes,
     "URL escapes: %HH, +, %uHHHH by SecUnicodeMapFile, or by best fit to ASCII",
     UrlDecodeUniWithMap},
    {"urlEncode", UrlEncode, ~kUrlPlain,
     "encodes all but letters, digits and * as %hh, space as +"},
    {"utf8toUnicode", Utf8ToUnicode, ByteMask::Range(0xc0, 0xf4), "UTF-8 sequences to %uHHHH"},
};

}  // namespace

const TransformDef* FindTransform(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kTransforms), std::end(kTransforms),
                   [name](const TransformDef& def) { return EqualsIgnoreCase(def.name, name); });
  return found == std::end(kTransforms) ? nullptr : found;
}

std::span<const TransformDef> AllTransforms() { return kTransforms; }

}  // namespace rasp
