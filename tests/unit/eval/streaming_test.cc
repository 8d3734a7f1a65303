// SPDX-License-Identifier: Apache-2.0
// What a body hides behind more padding than fits in memory is found, whatever the body is and
// wherever its chunks end.
#include <gtest/gtest.h>

#include <functional>
#include <memory_resource>
#include <string>

#include "compile/spec_builder.h"
#include "core/capped_memory.h"
#include "eval/scenario.h"
#include "http/encode.h"

namespace rasp {
namespace {

using D = DispositionSpec;
constexpr std::string_view kForm = "application/x-www-form-urlencoded";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kXml = "text/xml";
constexpr std::string_view kParts = "multipart/form-data; boundary=B";
constexpr uint64_t kMemory = 32 * 1024;

std::string Padding(size_t size) {
  std::string text;
  while (text.size() < size) text += "lorem ipsum ";
  text.resize(size);
  return text;
}

std::string Part(std::string_view head, std::string_view contents) {
  return "--B\r\nContent-Disposition: form-data; " + std::string(head) + "\r\n\r\n" +
         std::string(contents) + "\r\n";
}

std::string Repeated(std::string_view unit, size_t size) {
  std::string text;
  while (text.size() < size) text += unit;
  return text;
}

struct Body {
  std::string_view name;
  std::string_view type;
  std::string_view encoding;
  // `payload` behind so many bytes of padding
  std::function<std::string(size_t padding, std::string_view payload)> make;
  bool many = false;  // values, more than the limit on arguments
};

const Body kBodies[] = {
    {"FormValue", kForm, "",
     [](size_t size, std::string_view payload) {
       return "a=" + Repeated("lorem+", size) + std::string(payload);
     }},
    {"FormValueBehindAnother", kForm, "",
     [](size_t size, std::string_view payload) {
       return "a=" + Repeated("lorem+", size) + "&b=" + std::string(payload);
     }},
    {"FormName", kForm, "",
     [](size_t size, std::string_view payload) {
       return "a=" + Repeated("lorem+", size) + "&" + std::string(payload) + "=1";
     }},
    {"FormPairs", kForm, "",
     [](size_t size, std::string_view payload) {
       return Repeated("a=1&", size) + "b=" + std::string(payload);
     },
     true},
    {"JsonString", kJson, "",
     [](size_t size, std::string_view payload) {
       return "{\"a\":\"" + Padding(size) + std::string(payload) + "\"}";
     }},
    {"JsonKey", kJson, "",
     [](size_t size, std::string_view payload) {
       return "{\"a\":\"" + Padding(size) + "\",\"" + std::string(payload) + "\":[1]}";
     }},
    {"JsonItems", kJson, "",
     [](size_t size, std::string_view payload) {
       return "[0" + Repeated(",1", size) + ",\"" + std::string(payload) + "\"]";
     },
     true},
    {"JsonBehindAnError", kJson, "",
     [](size_t size, std::string_view payload) {
       return "{]" + Padding(size) + "\"" + std::string(payload) + "\"";
     }},
    {"MultipartField", kParts, "",
     [](size_t size, std::string_view payload) {
       return Part("name=a", Padding(size) + std::string(payload)) + "--B--\r\n";
     }},
    {"MultipartFieldBehindAFile", kParts, "",
     [](size_t size, std::string_view payload) {
       return Part("name=f; filename=x", Padding(size)) + Part("name=a", payload) + "--B--\r\n";
     }},
    {"MultipartFileName", kParts, "",
     [](size_t size, std::string_view payload) {
       return Part("name=a", Padding(size)) +
              Part("name=f; filename=" + std::string(payload), "x") + "--B--\r\n";
     }},
    {"XmlText", kXml, "",
     [](size_t size, std::string_view payload) {
       return "<a>" + Padding(size) + std::string(payload) + "</a>";
     }},
    {"XmlAttribute", kXml, "",
     [](size_t size, std::string_view payload) {
       return "<a>" + Padding(size) + "<b c='" + std::string(payload) + "'/></a>";
     }},
    {"Unparsed", "text/plain", "",
     [](size_t size, std::string_view payload) { return Padding(size) + std::string(payload); }},
    {"GzipForm", kForm, "gzip",
     [](size_t size, std::string_view payload) {
       return Gzip("a=" + Padding(size) + std::string(payload));
     }},
    {"ZstdJson", kJson, "zstd",
     [](size_t size, std::string_view payload) {
       return Zstd("{\"a\":\"" + Padding(size) + std::string(payload) + "\"}");
     }},
};

Ruleset FindsEvil() {
  return FromSecLang(
      "SecRule ARGS|ARGS_NAMES|REQUEST_BODY|FILES|XML:/*|XML://@* \"@rx evil\" "
      "\"id:100,phase:2,deny,status:403,t:none,t:urlDecodeUni\"");
}

class StreamingTest : public testing::TestWithParam<Body> {};

TEST_P(StreamingTest, FindsWhatIsBehindThePadding) {
  const Body& body = GetParam();
  const Ruleset ruleset = FindsEvil();
  OverlaySpec spec = Blocking();
  spec.limits.request_body_bytes = kMemory;
  spec.limits.decompression_ratio = 1000;
  spec.on_error = FailPolicy::kPass;
  for (const size_t padding : {8'000, 64 * 1024, 64 * 1024 - 7, 1'000'000}) {
    for (const std::string_view payload : {"evil", "good"}) {
      const std::string bytes = body.make(padding, payload);
      const Exchange exchange = {
          "POST", "/", {{"Content-Type", body.type}, {"Content-Encoding", body.encoding}}, bytes};
      for (const size_t chunk_bytes : {size_t{0}, size_t{16 * 1024}, size_t{1001}}) {
        const Outcome outcome = Play(ruleset, spec, exchange, chunk_bytes);
        EXPECT_EQ(outcome.verdict.Blocks(), payload == "evil") << padding << ' ' << chunk_bytes;
        EXPECT_FALSE(outcome.verdict.degraded.Has(DegradedReason::kRequestBodyLimit));
        EXPECT_EQ(outcome.verdict.degraded.Any(), body.many) << padding;
      }
    }
  }
}

TEST_P(StreamingTest, HoldsNoMoreOfALongerBody) {
  const Body& body = GetParam();
  const Ruleset ruleset = FindsEvil();
  OverlaySpec spec = Blocking();
  spec.limits.request_body_bytes = kMemory;
  spec.limits.decompression_ratio = 1000;
  spec.on_error = FailPolicy::kPass;
  const auto peak = [&](size_t padding) {
    CappedMemory memory(std::pmr::new_delete_resource(), size_t{1} << 30);
    const std::string bytes = body.make(padding, "good");
    const Exchange exchange = {
        "POST", "/", {{"Content-Type", body.type}, {"Content-Encoding", body.encoding}}, bytes};
    Play(ruleset, spec, exchange, 16 * 1024, nullptr, &memory);
    return memory.peak();
  };
  const size_t small = peak(1'000'000);
  EXPECT_LE(peak(8'000'000), small + 16 * 1024);
  EXPECT_LT(small, size_t{3} << 20);
}

INSTANTIATE_TEST_SUITE_P(Streaming, StreamingTest, testing::ValuesIn(kBodies),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace rasp
