// SPDX-License-Identifier: Apache-2.0
#include "primitives_inputs.h"

#include <array>
#include <span>

namespace rasp::primitives {
namespace {

using std::literals::string_view_literals::operator""sv;

constexpr std::string_view kUrl[] = {
    "%",         "%%",     "+",      "%2",     "%zz",    "%00",    "%41",    "%3c",
    "%3C",       "%u",     "%u00",   "%u0041", "%U0041", "%uff1c", "%u2039", "%u00e9",
    "%u0",       "%2541",  "%25",    "a",      "b=c",    "&",      "%u017f", "%uffff",
    "%e2%80%99", "%0a",    "%1",     "u0041",  "%uff21", "%uFF5e", "%u3002", "%u002e",
    "%uff0e",    "%uD800", "%c0%af", " ",      "/",      ".."};
constexpr std::string_view kEntities[] = {"&",
                                          "&#",
                                          "&#x",
                                          "&#60;",
                                          "&#60",
                                          "&#x3c;",
                                          "&#X3C",
                                          "&lt;",
                                          "&lt",
                                          "&LT;",
                                          "&gt;",
                                          "&amp;",
                                          "&quot;",
                                          "&nbsp;",
                                          "&apos;",
                                          "&Tab;",
                                          "&NewLine;",
                                          "&lpar;",
                                          "&colon;",
                                          "&#0;",
                                          "&#256;",
                                          "&#x100;",
                                          "&#0000060;",
                                          "&#x0000000003c;",
                                          "&#99999999999;",
                                          "&#x41378282246310005",
                                          "&#;",
                                          "&;",
                                          "&am",
                                          "&unknown;",
                                          "x",
                                          ";",
                                          "a&b",
                                          "&quotx",
                                          "&nbspx",
                                          "&gtx",
                                          "&#x;",
                                          "&#xg;",
                                          "&#-1;",
                                          "&#x41",
                                          "&amp;lt;",
                                          "&#38;#60;"};
constexpr std::string_view kUtf8[] = {"a",
                                      "\xc3\xa9",
                                      "\xe2\x82\xac",
                                      "\xf0\x9f\x98\x80",
                                      "\xc0\xaf",
                                      "\xe0\x80\xaf",
                                      "\xf0\x80\x80\xaf",
                                      "\xc1\xbf",
                                      "\xed\xa0\x80",
                                      "\xef\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\x80",
                                      "\xbf",
                                      "\xc3",
                                      "\xe2\x82",
                                      "\xf0\x9f\x98",
                                      "\xf8\x88\x80\x80\x80",
                                      "\xfc\x84\x80\x80\x80\x80",
                                      "\xfe",
                                      "\xff",
                                      "\0"sv,
                                      "\x7f",
                                      "\xc2\x80",
                                      "\xe2\x28\xa1",
                                      "\xef\xbc\x9c",
                                      "\xc2\xa0",
                                      "\xdf\xbf",
                                      "\xe0\xa0\x80",
                                      "\xf4\x8f\xbf\xbf",
                                      "\xf7\xbf\xbf\xbf",
                                      "\xf5\x80\x80\x80",
                                      "<",
                                      "z"};
constexpr std::string_view kHex[] = {"0x",   "0X", "0x4",  "0x41",  "0x4142", "41",   "4",     "z",
                                     "G",    " ",  "0x4z", "ff",    "FF",     "00",   "x41",   "0",
                                     "0x00", "a",  "0xfg", "0x414", "select", "\0"sv, "0x0x41"};
constexpr std::string_view kBase64[] = {
    "QUJD", "QQ==", "QUI=", "QU", "Q",    "=",    "==", "\n",   "\r\n", " ",    "-", "_",
    "+",    "/",    "\xff", "P",  "PHNj", "\0"sv, "*",  "QU=I", "Q=UI", "Zm9v", ".", "aGk"};
constexpr std::string_view kEscapes[] = {
    "\\",       "\\\\",    "\\n",       "\\a",     "\\b",    "\\f",     "\\r",        "\\t",
    "\\v",      "\\x",     "\\x4",      "\\x41",   "\\X41",  "\\xzz",   "\\u",        "\\u00",
    "\\u0041",  "\\u00zz", "\\uff1c",   "\\u2039", "\\0",    "\\1",     "\\12",       "\\101",
    "\\377",    "\\400",   "\\777",     "\\8",     "\\9",    "\\c",     "\\000041 b", "\\41 ",
    "\\41",     "\\00041", "\\0000411", "\\61\n",  "\\ff1c", "\\ff1c ", "\\\n",       "\\\r\n",
    "\\g",      "\\'",     "\\\"",      "\\?",     "\\e",    "a",       "1",          "\\u{41}",
    "\\00ff21", "\\uFF5E", "\\ ",       "\\\0"sv};
constexpr std::string_view kComments[] = {
    "/*", "*/", "<!--", "-->", "--",  "#",   "-", "/", "*",     "<!", "<!-", "--!>", "//",  "a",
    " ",  "\n", "/**/", "/*!", "*/*", "/*/", "<", "!", "<!-->", "->", "--a", "x#y",  "\0"sv};
constexpr std::string_view kPaths[] = {
    "/",   "//",  ".",    "..",   "/.",  "/..",  "/../", "./",   "../",    "\\", "..\\", "a", "bc",
    "...", "/a/", "\0"sv, "a/..", "/./", "C:\\", "\\\\", "/...", "a/../b", ".a", "..b/", " "};
constexpr std::string_view kSpaces[] = {" ",    "\t",       "\n",   "\v",  "\f",   "\r",
                                        "\xa0", "\xc2\xa0", "a",    "b c", "\0"sv, "  ",
                                        "\x85", "\x1c",     "\xc2", "x",   "\r\n"};
constexpr std::string_view kShell[] = {"\"",  "'",      "\\", "^",  ",",    ";",   " ",     "/",
                                       "(",   "\t",     "\n", "\r", "A",    "cmd", "W",     "  /",
                                       ",;(", "^c^m^d", "\v", "\f", "\0"sv, "/c",  "c@l^c", "\x85"};
constexpr std::string_view kText[] = {"a",
                                      "ab",
                                      "abc",
                                      "A",
                                      "B",
                                      " ",
                                      ",",
                                      ";",
                                      "select",
                                      "SELECT",
                                      "union",
                                      "1=1",
                                      "' or ",
                                      "--",
                                      "<script>",
                                      "</a>",
                                      "onload=",
                                      "foo",
                                      "bar",
                                      "foobar",
                                      "FOO",
                                      "_",
                                      "-",
                                      "1",
                                      "9",
                                      "\n",
                                      "\0"sv,
                                      "\xe9",
                                      ".",
                                      "x",
                                      "admin",
                                      "GET",
                                      "POST",
                                      "()",
                                      "javascript:",
                                      "\"",
                                      "'",
                                      "/*",
                                      "*/",
                                      "||",
                                      "#",
                                      "sleep(1)",
                                      "<img src=x onerror=alert(1)>",
                                      "<svg/onload=a>",
                                      "1 union select 1",
                                      "%",
                                      "="};
constexpr std::string_view kNumbers[] = {"0",
                                         "1",
                                         "5",
                                         "10",
                                         "-1",
                                         "+1",
                                         " ",
                                         "\t",
                                         "a",
                                         "1a",
                                         "007",
                                         "2147483647",
                                         "2147483648",
                                         "-2147483649",
                                         "1e3",
                                         "0x10",
                                         "99999999999999999999",
                                         ".5",
                                         "\0"sv,
                                         "-",
                                         "4",
                                         "--5"};
constexpr std::string_view kAddresses[] = {"127.0.0.1",
                                           "10.0.0.1",
                                           "10.1.2.3",
                                           "192.168.1.1",
                                           "192.168.0.1",
                                           "::1",
                                           "2001:db8::1",
                                           "fe80::1",
                                           "::ffff:10.0.0.1",
                                           "10.0.0",
                                           "256.1.1.1",
                                           "010.0.0.1",
                                           "1.2.3.4 ",
                                           " 10.0.0.1",
                                           "10.0.0.1:80",
                                           "2001:db8:0:0:0:0:0:1",
                                           "2001:DB8::FFFF",
                                           "",
                                           "a",
                                           "10.0.0.255",
                                           "172.16.0.9",
                                           "0x0a.0.0.1",
                                           "167772161",
                                           "2001:db8::",
                                           "fe80::1%eth0",
                                           "[::1]",
                                           "10.0.0.1\0"sv,
                                           "10.0.0.128"};
constexpr std::string_view kIdentity[] = {"4111111111111111",
                                          "4111-1111-1111-1111",
                                          "5500 0000 0000 0004",
                                          "378282246310005",
                                          "0000000000000000",
                                          "1",
                                          "12",
                                          "123",
                                          "-",
                                          " ",
                                          ".",
                                          "a",
                                          "4242",
                                          "4242424242424242",
                                          "078051120",
                                          "078-05-1120",
                                          "219-09-9999",
                                          "123-45-6789",
                                          "111.444.777-35",
                                          "11144477735",
                                          "11111111111",
                                          "52998224725",
                                          "529.982.247-25",
                                          "1237010180",
                                          "1237 010180",
                                          "2345010101",
                                          "000-12-3456",
                                          "666-12-3456",
                                          "900-12-3456",
                                          "12345678909",
                                          "6011111111111117",
                                          "9",
                                          "x",
                                          "\0"sv};

std::span<const std::string_view> PiecesOf(Topic topic) {
  switch (topic) {
    case Topic::kBytes:
      return {};
    case Topic::kUrl:
      return kUrl;
    case Topic::kEntities:
      return kEntities;
    case Topic::kUtf8:
      return kUtf8;
    case Topic::kHex:
      return kHex;
    case Topic::kBase64:
      return kBase64;
    case Topic::kEscapes:
      return kEscapes;
    case Topic::kComments:
      return kComments;
    case Topic::kPaths:
      return kPaths;
    case Topic::kSpaces:
      return kSpaces;
    case Topic::kShell:
      return kShell;
    case Topic::kText:
      return kText;
    case Topic::kNumbers:
      return kNumbers;
    case Topic::kAddresses:
      return kAddresses;
    case Topic::kIdentity:
      return kIdentity;
  }
  return {};
}

constexpr uint32_t kLongOneIn = 2000;
constexpr uint32_t kLongPieces = 8000;

}  // namespace

size_t Inputs::Length() {
  if (Below(kLongOneIn) == 0) return 1 + Below(kLongPieces);
  switch (Below(8)) {
    case 0:
      return Below(2);
    case 1:
    case 2:
    case 3:
      return 1 + Below(3);
    case 4:
      return 1 + Below(30);
    default:
      return 2 + Below(9);
  }
}

void Inputs::AppendPiece(Topic topic, std::string& out) {
  const std::span<const std::string_view> pieces = PiecesOf(topic);
  if (pieces.empty() || Below(12) == 0) {
    out += static_cast<char>(Below(256));
    return;
  }
  const std::string_view piece = pieces[Below(static_cast<uint32_t>(pieces.size()))];
  if (Below(10) == 0) {  // cut, so that an escape ends where the text ends
    out += piece.substr(0, Below(static_cast<uint32_t>(piece.size()) + 1));
  } else {
    out += piece;
  }
}

std::string Inputs::Next(Topic topic) {
  std::string out;
  const size_t length = Length();
  const bool mixed = Below(10) == 0;
  for (size_t i = 0; i < length; ++i) {
    const bool stray = mixed && Below(3) == 0;
    AppendPiece(stray ? static_cast<Topic>(Below(kTopics)) : topic, out);
  }
  return out;
}

}  // namespace rasp::primitives
