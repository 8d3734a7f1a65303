// SPDX-License-Identifier: Apache-2.0
#include "http/body_corpus.h"

#include <string_view>

namespace rasp {
namespace {

using std::string_view_literals::operator""sv;

struct Seed {
  std::string_view name;
  std::string_view bytes;
};

constexpr Seed kForms[] = {
    {"pair", "user=alice&role=admin"},
    {"escapes", "q=%3Cscript%3Ealert(1)%3C/script%3E&x=%2e%2E%2f"},
    {"plus", "q=1+or+1%3D1+--+"},
    {"pollution", "a=1&a=2&a[]=3&a%5b%5D=4&a.b=5"},
    {"invalid escapes", "a=%&b=%4&c=%zz&d=%%41&e=%4%41&f%=1"},
    {"wide escapes", "a=%u003c&b=%U003C"},
    {"double encoding", "a=%252e%252e%252f&b=%25253c"},
    {"overlong", "a=%c0%ae%c0%ae%c0%af&b=%e0%80%af"},
    {"nul", "a=%00&b=x\0y&\0=z"sv},
    {"line ends", "a=1\r\nb=2\n&c\r=3"},
    {"semicolons", "a=1;b=2;c=3&d"},
    {"empty pairs", "&&=&==&a&=b&&"},
    {"json instead", "{\"a\":\"b=c&d\"}"},
    {"multipart instead",
     "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--B--\r\n"},
    {"eight bit", "n\xe9=\xff\xfe&\x80=%ff%80"},
};

constexpr Seed kMultiparts[] = {
    {"field", "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--B--\r\n"},
    {"file",
     "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.php\"\r\nContent-Type: "
     "image/png\r\n\r\n\x89PNG\0\r"
     "\n<?php\r\n--B--\r\n"sv},
    {"field and file",
     "--B\r\nContent-Disposition: form-data; "
     "name=a\r\n\r\n1\r\n2\n3\r4\r\n--B\r\nContent-Disposition: form-data; "
     "name=f; filename*=utf-8''%e2%82%ac.txt\r\n\r\n--\r\n--B--\r\n"},
    {"bare lf",
     "--B\nContent-Disposition: form-data; name=a\n\nx\n--B\nContent-Disposition: form-data; "
     "name=b\n\ny\n"
     "--B--\n"},
    {"bare cr", "--B\rContent-Disposition: form-data; name=a\r\rx\r--B--\r"},
    {"mixed line ends", "--B\r\nContent-Disposition: form-data; name=a\n\r\nx\r\r\n--B--\n"},
    {"cr before delimiter",
     "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r--B\r\ny\r\r\n--B--\r\n"},
    {"folding",
     "--B\r\nContent-Disposition: form-data;\r\n name=a;\r\n\tfilename=b\r\n\r\nx\r\n--B--\r\n"},
    {"preamble and epilogue",
     "pre\r\n\r\n--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B--\r\npost\r\n--B"},
    {"unmatched",
     "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n--Bx\r\n--C\r\n-- "
     "B\r\n--\r\n---\r\n-\r\n--B--"},
    {"nested",
     "--B\r\nContent-Disposition: form-data; name=a\r\nContent-Type: multipart/mixed; "
     "boundary=C\r\n\r\n--C\r\n\r\nx\r\n"
     "--C--\r\n--B--\r\n"},
    {"duplicates",
     "--B\r\nContent-Disposition: form-data; name=a; name=b; filename=c; "
     "filename=d\r\nContent-Type: a/b\r\n"
     "content-type: c/d; charset=utf-7\r\n\r\nx\r\n--B--\r\n"},
    {"quoting",
     "--B\r\nContent-Disposition: form-data; name=\"a\\\"b\"; filename='c'; "
     "x=\"\r\n\r\nx\r\n--B--\r\n"},
    {"no headers", "--B\r\n\r\nx\r\n--B\r\n\r\n\r\n--B--\r\n"},
    {"encoded part",
     "--B\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: "
     "quoted-printable\r\n\r\n=41=\r\n42\r\n"
     "--B--\r\n"},
    {"form instead", "a=1&b=2"},
};

constexpr Seed kJsons[] = {
    {"object", R"({"a":"b","c":{"d":[1,2.5e-3,true,false,null]},"e":{},"f":[]})"},
    {"escapes", R"({"a":"\u003cscript\u003e\"\\\/\b\f\n\r\t","\u0062":"\ud83d\ude00"})"},
    {"bad escapes",
     R"({"a":"\ud83d","b":"\ude00\ud83d\ud83d\u0041","c":"\x\u12\u","d":"\ud83d\u"})"},
    {"duplicates", R"({"a":1,"a":2,"b":{"a":3,"a":4},"\u0061":5})"},
    {"dotted keys", R"({"a":{"b":1},"a.b":2,"a\\":{"b":3},"":{"":4}})"},
    {"control characters", "{\"a\tb\":\"c\nd\0e\"}"sv},
    {"byte order mark", "\xef\xbb\xbf [1, 2]"},
    {"comments", "{\"a\":1, // x \"\n\"b\":2 /* \" */,'c':'d'}"},
    {"trailing commas", R"({"a":[1,],"b":{"c":1,},})"},
    {"bare words", "[NaN,-Infinity,undefined,01,+1,1.,.5,1e,0x1,tru]"},
    {"documents", "{\"a\":1}\n{\"a\":2}\n[3]\n4 \"5\""},
    {"tail", "{\"a\":1}}]{\"b\":\"\\u003c\"} garbage \"x"},
    {"missing", R"({"a":,"b" "c","d":[1,,2]})"},
    {"brackets", "[[[{]}}],[1"},
    {"form instead", "id=1%20or%201=1&x=\"y\""},
    {"utf-16", "{\0\"\0a\0\"\0:\0\"\0b\0\"\0}\0"sv},
    {"scalar", "\"<script>\""},
};

constexpr Seed kXmls[] = {
    {"elements", "<a b='c'>d<e f=\"g\">h</e>i<j/></a>"},
    {"markup", "<?xml version='1.0'?><!-- c --><a><![CDATA[<d>]]&gt;]]><?p q?>&lt;&#65;&amp;</a>"},
    {"namespaces", "<p:a xmlns:p='u' xmlns='v' p:q='r'><s p:t='w'/></p:a>"},
    {"doctype", "<!DOCTYPE a PUBLIC 'p' 's' [<!ELEMENT a ANY><!ATTLIST a b CDATA 'c'>]><a/>"},
    {"entities", "<!DOCTYPE a [<!ENTITY e 'x'><!ENTITY f '&e;&e;'>]><a b='&f;'>&f;</a>"},
    {"external entity", "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>"},
    {"parameter entity", "<!DOCTYPE a [<!ENTITY % e SYSTEM 'file:///x'>%e;]><a>b</a>"},
    {"unclosed", "<a><b>c<d e='f"},
    {"wrong end", "<a>b<c>d</a>e</c>"},
    {"two roots", "<a>b</a><c>d</c>"},
    {"bad attributes", "<a b=c d e='f' e='g' h='<'>i</a>"},
    {"latin1", "<?xml version='1.0' encoding='iso-8859-1'?><a b='\xe9'>\xff</a>"},
    {"utf-7", "<?xml version='1.0' encoding='UTF-7'?><a>+ADw-script+AD4-</a>"},
    {"utf-16", "\xff\xfe<\0a\0>\0b\0<\0/\0a\0>\0"sv},
    {"invalid utf-8", "<a>b\xc0\xaf\xff</a>"},
    {"nul", "<a>b\0c</a>"sv},
    {"form instead", "a=1&b=<c>"},
};

struct KindSeeds {
  BodyKind kind;
  std::string_view prefix;
  std::string_view content_type;
  const Seed* begin;
  const Seed* end;
};

constexpr KindSeeds kSeeds[] = {
    {BodyKind::kUrlEncoded, "form", "application/x-www-form-urlencoded", std::begin(kForms),
     std::end(kForms)},
    {BodyKind::kMultipart, "multipart", "multipart/form-data; boundary=B", std::begin(kMultiparts),
     std::end(kMultiparts)},
    {BodyKind::kJson, "json", "application/json", std::begin(kJsons), std::end(kJsons)},
    {BodyKind::kXml, "xml", "application/xml", std::begin(kXmls), std::end(kXmls)},
};

std::string Repeated(std::string_view piece, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += piece;
  return text;
}

// Longer than the blocks that libxml2 is fed with, with something wrong or costly beyond the first.
void AddLong(std::vector<CorpusBody>& corpus) {
  const auto add = [&](std::string name, BodyKind kind, std::string_view type, std::string bytes) {
    corpus.push_back({std::move(name), kind, std::string(type), {}, std::move(bytes)});
  };
  const std::string words = Repeated("lorem ipsum ", 400);
  add("form, long value", BodyKind::kUrlEncoded, "", "a=" + words + "%&b=" + words);
  add("json, long string", BodyKind::kJson, "",
      "{\"a\":\"" + words + "\\ud83d\",\"b\":\"" + words + "\"} x");
  add("json, deep", BodyKind::kJson, "", Repeated("[{\"a\":", 100) + "\"b\"");
  add("xml, long text", BodyKind::kXml, "", "<a>" + words + "<b>" + words + "</c></a>" + words);
  add("xml, long attribute", BodyKind::kXml, "", "<a b='" + words + "' c=" + words + "/>");
  add("xml, deep", BodyKind::kXml, "", Repeated("<a>b", 100));
  add("multipart, long file", BodyKind::kMultipart, "multipart/form-data; boundary=B",
      "--B\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\n" + words + "\r\n" + words +
          "\r\n--B--\r\n");
  add("multipart, long header", BodyKind::kMultipart, "multipart/form-data; boundary=B",
      "--B\r\nContent-Disposition: form-data; name=\"" + Repeated(words, 4) +
          "\"\r\n\r\nx\r\n--B--\r\n");
  add("multipart, long delimiter", BodyKind::kMultipart,
      "multipart/form-data; boundary=" + Repeated("b", 300),
      "--" + Repeated("b", 300) + "\r\n\r\n--" + Repeated("b", 299) + "\r\n--" +
          Repeated("b", 500) + "\r\n");
  add("multipart, boundary from the body", BodyKind::kMultipart, "multipart/form-data",
      "--X\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--X--\r\n");
}

// Each body with values that go to the watcher in several pieces.
void AddWatched(std::vector<CorpusBody>& corpus) {
  const auto add = [&](std::string name, BodyKind kind, std::string_view type, std::string bytes) {
    BodyLimits limits;
    limits.memory_bytes = 1000;
    limits.watch_files = true;
    corpus.push_back({std::move(name), kind, std::string(type), limits, std::move(bytes), true});
  };
  const std::string words = Repeated("lorem ipsum ", 12'000);
  const std::string form = Repeated("lorem+ipsum%20", 12'000);
  add("form, watched values", BodyKind::kUrlEncoded, "",
      "a=" + form + "&" + form + "=1&b=2&" + form);
  add("json, watched strings", BodyKind::kJson, "",
      "{\"a\":\"" + words + "\",\"" + words + "\":{\"b\":[1,\"" + words + "\"]}}");
  add("json, watched rest", BodyKind::kJson, "", "{\"a\" \"b\"" + words + "\"" + words);
  add("xml, watched texts", BodyKind::kXml, "",
      "<a>" + words + "<b>" + words + "<c/>x</b>" + words + "<!-- y -->" + words + "</a>");
  add("xml, watched rest", BodyKind::kXml, "", "<a>x</b>" + words);
  const std::string type = "multipart/form-data; boundary=B";
  add("multipart, watched field", BodyKind::kMultipart, type,
      "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n" + words + "\r\n--B--\r\n");
  add("multipart, watched file", BodyKind::kMultipart, type,
      "--B\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\n" + words + "\r\n" + words +
          "\r\n--B--\r\n");
}

}  // namespace

std::vector<CorpusBody> BodyCorpus() {
  std::vector<CorpusBody> corpus;
  for (const KindSeeds& seeds : kSeeds) {
    for (const Seed* seed = seeds.begin; seed != seeds.end; ++seed) {
      const std::string name = std::string(seeds.prefix) + ", " + std::string(seed->name);
      const std::string type(seeds.content_type);
      const std::string bytes(seed->bytes);
      corpus.push_back({name, seeds.kind, type, {}, bytes});
      corpus.push_back(
          {name + ", cut short", seeds.kind, type, {}, bytes.substr(0, bytes.size() * 2 / 3)});
      corpus.push_back({name + ", few arguments",
                        seeds.kind,
                        type,
                        {.arguments = 1, .depth = 2, .files = 0},
                        bytes});
      corpus.push_back(
          {name + ", little memory", seeds.kind, type, {.memory_bytes = bytes.size() / 4}, bytes});
      corpus.push_back({name + ", little memory, watched",
                        seeds.kind,
                        type,
                        {.memory_bytes = bytes.size() / 4, .watch_files = true},
                        bytes,
                        true});
      corpus.push_back({name + ", few arguments, watched",
                        seeds.kind,
                        type,
                        {.arguments = 1, .files = 0},
                        bytes,
                        true});
    }
  }
  AddLong(corpus);
  AddWatched(corpus);
  return corpus;
}

}  // namespace rasp
