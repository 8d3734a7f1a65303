// SPDX-License-Identifier: Apache-2.0
#include "cli/traffic.h"

#include <algorithm>
#include <array>

namespace rasp {
namespace {

using std::string;
using std::string_view;

constexpr string_view kForm = "application/x-www-form-urlencoded";
constexpr string_view kJson = "application/json";

constexpr std::array<string_view, 64> kWords = {
    "almond", "anchor",  "autumn",   "balcony",  "basket",   "bicycle", "blanket", "bottle",
    "bridge", "candle",  "carpet",   "castle",   "cinnamon", "coffee",  "compass", "copper",
    "corner", "cotton",  "cousin",   "dolphin",  "evening",  "feather", "flower",  "forest",
    "garden", "ginger",  "harbour",  "hazel",    "honey",    "island",  "jacket",  "kettle",
    "ladder", "lantern", "lavender", "lemon",    "maple",    "meadow",  "mirror",  "mountain",
    "napkin", "orchard", "parcel",   "pebble",   "pepper",   "pillow",  "pocket",  "puzzle",
    "river",  "saddle",  "sandal",   "shipping", "silver",   "summer",  "teapot",  "thunder",
    "ticket", "velvet",  "village",  "walnut",   "weather",  "window",  "winter",  "yellow"};
// Syllables that no program's name ends in: rules look for those.
constexpr string_view kConsonants = "bcfghjklmprtvwxz";
constexpr string_view kVowels = "aouo";

void AddNewWord(Dice& dice, string& out) {
  uint64_t bits = dice.Next();
  for (int i = 0; i < 4; ++i, bits >>= 6) {
    out += kConsonants[bits & 15];
    out += kVowels[bits >> 4 & 3];
  }
}

string Number(size_t value, size_t digits) {
  string text = std::to_string(value);
  return string(digits - std::min(digits, text.size()), '0') + text;
}

// The headers of a browser that follows a link, without the empty line.
void AddBrowserHeaders(Dice& dice, string& out) {
  out +=
      "Host: www.example.com\r\n"
      "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
      "Chrome/126.0.0.0 Safari/537.36\r\n"
      "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8\r\n"
      "Accept-Language: en-GB,en;q=0.9,fr;q=0.7\r\n"
      "Accept-Encoding: gzip, deflate, br\r\n"
      "Referer: https://www.example.com/shop/garden/";
  AddNewWord(dice, out);
  out += "\r\nCookie: session_id=";
  for (int i = 0; i < 4; ++i) AddNewWord(dice, out);
  out +=
      "; _ga=GA1.2.1163215123.1718000000; theme=dark\r\n"
      "Connection: keep-alive\r\n"
      "Sec-Fetch-Dest: document\r\n"
      "Sec-Fetch-Mode: navigate\r\n"
      "Sec-Fetch-Site: same-origin\r\n";
}

string GetOf(Dice& dice, string_view query) {
  string out = "GET /index.html?" + string(query) + " HTTP/1.1\r\n";
  AddBrowserHeaders(dice, out);
  return out + "\r\n";
}

string ShortGet(Dice& dice) { return GetOf(dice, "id=42&ref=" + NewWord(dice)); }

string GetWithTenArguments(Dice& dice) {
  return GetOf(dice, "q=walking+boots+" + NewWord(dice) +
                         "&page=2&per_page=50&sort=price&order=asc&color=blue&size=medium&brand=" +
                         NewWord(dice) + "&min=20&max=180");
}

string FormOf(Dice& dice, size_t size, size_t fields) {
  string body;
  for (size_t i = 0; i < fields; ++i) {
    body += (i == 0 ? "field" : "&field") + Number(i, 2) + '=';
    body += Words(dice, size / fields - 10, '+');
  }
  return PostOf(dice, kForm, body);
}

string SmallForm(Dice& dice) { return FormOf(dice, 1024, 10); }
string LargeForm(Dice& dice) { return FormOf(dice, 1 << 20, 32); }

// An order: six values of its own, and six of each item.
string OrderOf(Dice& dice, size_t items, size_t note_size) {
  string body =
      R"({"customer": {"id": 48213, "name": "Alice Martin", "email": "alice.martin@example.com", )"
      R"("address": "12 River Street", "city": "Springfield"}, "currency": "EUR", "items": [)";
  for (size_t i = 0; i < items; ++i) {
    body += i == 0 ? "" : ", ";
    body += R"({"sku": "SKU)" + Number(dice.Below(1000000), 6);
    body += R"(", "name": ")" + Words(dice, 24, ' ');
    body += R"(", "qty": )" + std::to_string(1 + dice.Below(8));
    body +=
        R"(, "price": )" + std::to_string(1 + dice.Below(98)) + '.' + Number(dice.Below(100), 2);
    body += R"(, "gift": )" + string(i % 3 == 0 ? "true" : "false");
    body += R"(, "note": ")" + Words(dice, note_size, ' ') + "\"}";
  }
  return PostOf(dice, kJson, body + "]}");
}

string SmallJson(Dice& dice) { return OrderOf(dice, 12, 60); }
string MediumJson(Dice& dice) { return OrderOf(dice, 129, 400); }
string LargeJson(Dice& dice) { return OrderOf(dice, 130, 8000); }

// One field and one file of bytes without any order, as a photograph's are.
string Upload(Dice& dice) {
  static constexpr string_view kBoundary = "----WebKitFormBoundaryQ3vT8sKd2LmN5xZa";
  string body = "--" + string(kBoundary) +
                "\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nHoliday " +
                NewWord(dice) + "\r\n--" + string(kBoundary) +
                "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"holiday.jpg\"\r\n"
                "Content-Type: image/jpeg\r\n\r\n";
  for (size_t i = 0; i < 100 * 1024 / 8; ++i) {
    uint64_t bits = dice.Next();
    for (int byte = 0; byte < 8; ++byte, bits >>= 8) body += static_cast<char>(bits & 0xFF);
  }
  body += "\r\n--" + string(kBoundary) + "--\r\n";
  return PostOf(dice, "multipart/form-data; boundary=" + string(kBoundary), body);
}

string SqlInjection(Dice& dice) {
  return GetOf(dice, "ref=" + NewWord(dice) +
                         "&id=1%27%20UNION%20SELECT%20login,secret%20FROM%20members--%20-");
}

string ScriptInjection(Dice& dice) {
  return GetOf(dice, "ref=" + NewWord(dice) + "&q=%3Cscript%3Ealert(document.cookie)%3C/script%3E");
}

constexpr Mix kMixes[] = {
    {"get_short", "GET of a browser, 2 arguments", false, ShortGet},
    {"get_10args", "GET of a browser, 10 arguments", false, GetWithTenArguments},
    {"form_1k", "form of 1 KB in 10 fields", false, SmallForm},
    {"json_2k", "JSON of 2 KB in 78 values", false, SmallJson},
    {"multipart_100k", "upload of a 100 KB file with a field", false, Upload},
    {"json_64k", "JSON of 64 KB in 780 values", false, MediumJson},
    {"form_1m", "form of 1 MB in 32 fields", false, LargeForm},
    {"json_1m", "JSON of 1 MB in 786 values", false, LargeJson},
    {"attack_sqli", "GET that injects SQL", true, SqlInjection},
    {"attack_xss", "GET that injects a script", true, ScriptInjection},
};

}  // namespace

uint64_t Dice::Next() {
  // SplitMix64.
  state_ += 0x9E3779B97F4A7C15u;
  uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
  return mixed ^ (mixed >> 31);
}

string NewWord(Dice& dice) {
  string word;
  AddNewWord(dice, word);
  return word;
}

string Words(Dice& dice, size_t size, char separator) {
  string out;
  out.reserve(size + 16);
  while (out.size() < size) {
    if (dice.Below(4) == 0) {
      AddNewWord(dice, out);
    } else {
      out += kWords[dice.Below(kWords.size())];
    }
    out += separator;
  }
  out.resize(size);
  while (!out.empty() && out.back() == separator) out.pop_back();
  return out;
}

string PostOf(Dice& dice, string_view content_type, string_view body) {
  string out = "POST /index.html HTTP/1.1\r\n";
  out.reserve(body.size() + 1024);
  AddBrowserHeaders(dice, out);
  out += "Content-Type: " + string(content_type) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  out += body;
  return out;
}

std::span<const Mix> BuiltInMixes() { return kMixes; }

const Mix* FindMix(string_view name) {
  const auto found = std::find_if(std::begin(kMixes), std::end(kMixes),
                                  [name](const Mix& mix) { return mix.name == name; });
  return found == std::end(kMixes) ? nullptr : found;
}

string BuiltInResponse() {
  string body = "<!doctype html><html><head><title>Shop</title></head><body>";
  while (body.size() < 980) body += "<p>This is a page of the shop.</p>\n";
  body += "</body></html>\n";
  return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace rasp
