// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
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

// Sorted without regard to case. Two spellings of one transformation have one function.
constexpr TransformDef kTransforms[] = {
    {"base64Decode", Base64Decode, "Base64 up to the first byte outside its alphabet"},
    {"base64DecodeExt", Base64DecodeExt,
     "Base64 as forgiving decoders read it, foreign bytes skipped"},
    {"base64Encode", Base64Encode, "encodes as Base64 with padding"},
    {"cmdLine", CmdLine, "undoes quoting and spacing that command shells ignore, lower case"},
    {"compressWhitespace", CompressWhitespace, "one space for each run of white space"},
    {"cssDecode", CssDecode, "CSS escapes: \\HHHHHH, \\ and a byte"},
    {"escapeSeqDecode", EscapeSeqDecode, "ANSI C escapes: \\n, \\xHH, \\OOO"},
    {"hexDecode", HexDecode, "pairs of hex digits to bytes"},
    {"hexEncode", HexEncode, "bytes to lower-case hex digits"},
    {"htmlEntityDecode", HtmlEntityDecode, "HTML references: &#60; &#x3c; &lt; &lpar;"},
    {"jsDecode", JsDecode, "JavaScript escapes: \\uHHHH, \\xHH, \\OOO, \\n"},
    {"length", Length, "the value's length in bytes, as a decimal number"},
    {"lowercase", Lowercase, "ASCII letters to lower case"},
    {"md5", Md5, "MD5 digest, as 16 bytes"},
    {"none", None, "forgets the transformations of SecDefaultAction"},
    {"normalisePath", NormalizePath, "removes //, /./ and /../"},
    {"normalisePathWin", NormalizePathWin, "backslashes to slashes, then normalisePath"},
    {"normalizePath", NormalizePath, "another spelling of normalisePath"},
    {"normalizePathWin", NormalizePathWin, "another spelling of normalisePathWin"},
    {"parityEven7bit", ParityEven7bit, "sets each byte's eighth bit to even parity"},
    {"parityOdd7bit", ParityOdd7bit, "sets each byte's eighth bit to odd parity"},
    {"parityZero7bit", ParityZero7bit, "clears each byte's eighth bit"},
    {"removeComments", RemoveComments, "removes /* */ and <!-- -->, and all from -- or # on"},
    {"removeCommentsChar", RemoveCommentsChar, "removes the marks /* */ <!-- --> -- #"},
    {"removeNulls", RemoveNulls, "removes NUL bytes"},
    {"removeWhitespace", RemoveWhitespace, "removes white space"},
    {"replaceComments", ReplaceComments, "one space for each /* */"},
    {"replaceNulls", ReplaceNulls, "a space for each NUL byte"},
    {"sha1", Sha1, "SHA-1 digest, as 20 bytes"},
    {"sqlHexDecode", SqlHexDecode, "SQL hex literals (0x4142) to their bytes"},
    {"trim", Trim, "removes white space at both ends"},
    {"trimLeft", TrimLeft, "removes white space at the start"},
    {"trimRight", TrimRight, "removes white space at the end"},
    {"uppercase", Uppercase, "ASCII letters to upper case"},
    {"urlDecode", UrlDecode, "URL escapes: %HH, +"},
    {"urlDecodeUni", UrlDecodeUni,
     "URL escapes: %HH, +, %uHHHH by SecUnicodeMapFile, or by best fit to ASCII",
     UrlDecodeUniWithMap},
    {"urlEncode", UrlEncode, "encodes all but letters, digits and * as %hh, space as +"},
    {"utf8toUnicode", Utf8ToUnicode, "UTF-8 sequences to %uHHHH"},
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
