// SPDX-License-Identifier: Apache-2.0
#include "logic/page_forms.h"
#include "logic/scenario.h"

namespace rasp {
namespace {

const char kKeys[] =
    R"("seal": {"keys": [{"id": 2, "secret": "fedcba9876543210fedcba9876543210"},
                         {"id": 1, "secret": "0123456789abcdef0123456789abcdef"}]})";
const char kOldKeys[] =
    R"("seal": {"keys": [{"id": 1, "secret": "0123456789abcdef0123456789abcdef"}]})";

std::string Model(const std::string& keys, const std::string& more = "") {
  return R"({"model": "shop", "version": "1", )" + keys + R"(,
    "operations": {"page": {"match": "GET /shop/**"}, "pay": {"match": "POST /cart/{id}/pay"},
                   "order": {"match": "POST /api/order"}, "items": {"match": "GET /api/items"}},
    "keys": {"who": {"first": ["cookie.sid"]}},
    "rules": [
     {"id": 1, "name": "Sealed form", "seal": "form", "on": "pay", "by": "who", "ttl": "30m",
      "fields": ["price", "sku"], "then": "block")" +
         more + R"(},
     {"id": 2, "name": "Sealed items", "seal": "json", "on": "order", "by": "who", "ttl": "30m",
      "pages": "items", "given": "/items/*", "at": "/lines/*", "fields": ["sku", "price"], "then": "block"}]})";
}

// The response as the client gets it.
std::string Served(Scenario& shop, Ask ask) {
  const auto open = shop.Open(ask);
  EXPECT_FALSE(open->blocked());
  open->Answer();
  std::string page;
  uint64_t at = 0;
  for (const BodyEdit& edit : open->transaction().response_edits()) {
    EXPECT_GE(edit.offset, at);
    page += ask.response_body.substr(at, edit.offset - at);
    page += edit.insert;
    at = edit.offset + edit.remove;
  }
  return page + ask.response_body.substr(at);
}

std::string Between(const std::string& text, const std::string& before, char end) {
  const size_t at = text.find(before);
  if (at == std::string::npos) return "";
  const size_t from = at + before.size();
  return text.substr(from, text.find(end, from) - from);
}

const char kPage[] =
    R"(<html><form action="/cart/7/pay" method="post"><input type=hidden name=price value="10">
<input type=hidden name=sku value="a&amp;b"><input name=note></form></html>)";

Ask Page(std::string html = kPage, std::string session = "ann") {
  Ask ask = Get("/shop/cart", std::move(session));
  ask.response_headers = {{"Content-Type", "text/html; charset=utf-8"}};
  ask.response_body = std::move(html);
  return ask;
}

Ask Pay(const std::string& fields, std::string target = "/cart/7/pay",
        std::string session = "ann") {
  Ask ask = Post(std::move(target), fields);
  ask.headers.emplace_back("Cookie", "sid=" + session);
  return ask;
}

std::string SealOf(const std::string& page) {
  return Between(page, "name=\"_seal\" value=\"", '"');
}

TEST(SealedForm, ComesBackAsItWasGiven) {
  Scenario shop(Model(kKeys));
  const std::string page = Served(shop, Page());
  const std::string seal = SealOf(page);
  ASSERT_EQ(seal.size(), 28u) << page;
  EXPECT_NE(page.find("\"></form>"), std::string::npos);
  const std::string good = "price=10&sku=a%26b&note=x&_seal=" + seal;
  EXPECT_FALSE(shop.Send(Pay(good)).blocked);
  const struct {
    const char* what;
    std::string fields;
  } kForged[] = {
      {"another price", "price=1&sku=a%26b&_seal=" + seal},
      {"no price", "sku=a%26b&_seal=" + seal},
      {"two prices", "price=10&price=1&sku=a%26b&_seal=" + seal},
      {"no seal", "price=10&sku=a%26b"},
      {"two seals", good + "&_seal=" + seal},
      {"a broken seal", "price=10&sku=a%26b&_seal=" + seal.substr(1)},
      {"swapped values", "price=a%26b&sku=10&_seal=" + seal},
  };
  for (const auto& row : kForged) EXPECT_TRUE(shop.Send(Pay(row.fields)).blocked) << row.what;
  EXPECT_TRUE(shop.Send(Pay(good, "/cart/8/pay")).blocked);          // for another cart
  EXPECT_TRUE(shop.Send(Pay(good, "/cart/7/pay?price=1")).blocked);  // beside the form
  EXPECT_TRUE(shop.Send(Pay(good, "/cart/7/pay", "eve")).blocked);   // for another session
  shop.clock.now_us += 29 * kMinute;
  EXPECT_FALSE(shop.Send(Pay(good)).blocked);
  shop.clock.now_us += 2 * kMinute;
  const Got late = shop.Send(Pay(good));
  EXPECT_TRUE(late.blocked);
  EXPECT_EQ(late.log_data.front(), "a seal that has ended");
}

TEST(SealedForm, IsOnlyTheRulesOwn) {
  Scenario shop(Model(kKeys));
  const auto untouched = [&](std::string html) { return Served(shop, Page(html)) == html; };
  EXPECT_TRUE(untouched("<form action=/search><input name=price></form>"));
  EXPECT_TRUE(untouched("<form action=/cart/7/pay><input name=price></form>"));  // GET
  EXPECT_TRUE(untouched("<form method=post action=//evil.example/cart/7/pay></form>"));
  EXPECT_TRUE(
      untouched("<form method=post action=/cart/7/pay><input name=price value=&euro;></form>"));
  EXPECT_TRUE(
      untouched("<form method=post action=/cart/7/pay><select name=price></select></form>"));
  EXPECT_TRUE(untouched("<form method=post action=/cart/7/pay><input name=price value=1>"));
  EXPECT_FALSE(untouched("<form method=POST action=../cart/./7/pay?x></form>"));
  Ask plain = Page();
  plain.response_headers = {{"Content-Type", "text/plain"}};
  EXPECT_EQ(Served(shop, plain), kPage);
  Ask failed = Page();
  failed.status = 500;
  EXPECT_EQ(Served(shop, failed), kPage);
}

TEST(SealedForm, ChangesThePageInItsOrder) {
  std::string model = Model(kKeys);
  model.insert(model.find("\"rules\": [") + 10, R"({"id": 9, "name": "n", "seal": "form",
    "on": "order", "ttl": "1m", "fields": ["a"], "name_of_seal": "_other", "then": "block"},)");
  Scenario shop(model);
  const std::string form = "<form method=post action=/api/order><input name=a></form>";
  const std::string page = Served(shop, Page(form + kPage + form + kPage));
  size_t seals = 0;
  for (size_t at = page.find("name=\"_"); at != page.npos; at = page.find("name=\"_", at + 1)) {
    ++seals;
  }
  EXPECT_EQ(seals, 4u) << page;
}

TEST(SealedForm, IsLeftAloneInAPageBeyondWhatIsKept) {
  Scenario shop(Model(kKeys));
  shop.spec.limits.response_body_bytes = 1000;
  shop.Exclude("2");  // makes the overlay anew
  EXPECT_NE(Served(shop, Page()), kPage);
  const std::string large = std::string(kPage) + std::string(1000, ' ');
  EXPECT_EQ(Served(shop, Page(large)), large);
}

TEST(SealedForm, OutlivesAChangeOfKeys) {
  Scenario before(Model(kOldKeys));
  Scenario after(Model(kKeys));
  const std::string good = "price=10&sku=a%26b&_seal=" + SealOf(Served(before, Page()));
  EXPECT_FALSE(after.Send(Pay(good)).blocked);
  const std::string fresh = "price=10&sku=a%26b&_seal=" + SealOf(Served(after, Page()));
  EXPECT_TRUE(before.Send(Pay(fresh)).blocked);
}

TEST(SealedForm, IsMissedOnlyIfThatIsWanted) {
  Scenario shop(Model(kKeys, R"(, "absent": "pass")"));
  EXPECT_FALSE(shop.Send(Pay("price=1")).blocked);
  EXPECT_TRUE(shop.Send(Pay("price=1&_seal=x")).blocked);
}

Ask Items(std::string json) {
  Ask ask = Get("/api/items", "ann");
  ask.response_body = std::move(json);
  return ask;
}
Ask Order(std::string json) {
  Ask ask = Post("/api/order", std::move(json));
  ask.headers = {{"Content-Type", "application/json"}, {"Cookie", "sid=ann"}};
  return ask;
}

TEST(SealedJson, ComesBackAsItWasGiven) {
  Scenario shop(Model(kKeys));
  const std::string json = Served(
      shop, Items(R"({"items": [{"sku": "a", "price": 1.50, "x": {"sku": "no"}}, {"y": 1}]})"));
  const std::string seal = Between(json, "\"_seal\":\"", '"');
  ASSERT_EQ(seal.size(), 28u) << json;
  EXPECT_NE(json.find("}, {\"y\": 1}]}"), std::string::npos) << json;
  const auto line = [&](const std::string& members) {
    return R"({"lines": [{)" + members + R"(, "_seal": ")" + seal + R"("}]})";
  };
  EXPECT_FALSE(shop.Send(Order(line(R"("quantity": 2, "price": 1.5, "sku": "\u0061")"))).blocked);
  EXPECT_TRUE(shop.Send(Order(line(R"("price": 0.5, "sku": "a")"))).blocked);
  EXPECT_TRUE(shop.Send(Order(line(R"("price": "1.5", "sku": "a")"))).blocked);
  EXPECT_TRUE(shop.Send(Order(line(R"("price": 1.5, "price": 0.5, "sku": "a")"))).blocked);
  EXPECT_TRUE(shop.Send(Order(line(R"("price": [1.5], "sku": "a")"))).blocked);
  EXPECT_TRUE(shop.Send(Order(R"({"lines": [{"price": 1.5, "sku": "a"}]})")).blocked);
  EXPECT_TRUE(shop.Send(Order(R"({"lines": []})")).blocked);
  EXPECT_TRUE(shop.Send(Order(R"({"lines": [7]})")).blocked);
  EXPECT_TRUE(shop.Send(Order(R"({"lines": [)")).blocked);
  EXPECT_TRUE(shop.Send(Order("")).blocked);
}

TEST(SealedJson, LeavesWhatIsNoJsonAlone) {
  Scenario shop(Model(kKeys));
  const std::string cut = R"({"items": [{"sku": "a"}, {"sku")";
  EXPECT_EQ(Served(shop, Items(cut)), cut);
}

std::string Diagnosed(const std::string& head, const std::string& rule) {
  std::string out;
  for (const std::string& text : DiagnosticsOf(
           R"({"model": "m", "version": "1", )" + head +
           R"("operations": {"pay": {"match": "POST /pay"}}, "rules": [{"id": 1, "name": "n", )" +
           rule + "}]}")) {
    out += text + "\n";
  }
  return out;
}

TEST(SealRule, TellsWhatIsWrong) {
  const std::string keys = std::string(kKeys) + ",";
  const std::string form = R"("seal": "form", "on": "pay", "ttl": "1m", "fields": ["a"])";
  EXPECT_EQ(Diagnosed(keys, form), "");
  EXPECT_NE(Diagnosed("", form).find("no keys to seal with"), std::string::npos);
  EXPECT_NE(Diagnosed(keys, R"("seal": "xml", "on": "pay")").find("form"), std::string::npos);
  EXPECT_NE(
      Diagnosed(keys, R"("seal": "form", "ttl": "1m", "fields": ["a"])").find("\"on\" is missing"),
      std::string::npos);
  EXPECT_NE(Diagnosed(keys, R"("seal": "json", "on": "pay", "ttl": "1m", "fields": ["a"])")
                .find("\"at\""),
            std::string::npos);
  EXPECT_NE(
      Diagnosed(R"("seal": {"keys": [{"id": 1, "secret": "short"}]},)", form).find("32 bytes"),
      std::string::npos);
  EXPECT_NE(Diagnosed(keys, form + R"(, "name_of_seal": "a\"b")").find("letters"),
            std::string::npos);
}

struct ActionCase {
  const char* action;
  const char* path;  // nullptr: another host
};

TEST(ActionPath, IsResolvedAsBrowsersDo) {
  const ActionCase cases[] = {
      {"", "/a/b"},
      {"?x=1", "/a/b"},
      {"#f", "/a/b"},
      {"c", "/a/c"},
      {"/c", "/c"},
      {"./c", "/a/c"},
      {"../c", "/c"},
      {"../../../c", "/c"},
      {"/x/../y/./z", "/y/z"},
      {"/x/..", "/"},
      {"/%7Eann", "/~ann"},
      {"//shop.example/c", "/c"},
      {"https://SHOP.example:8443/c?d", "/c"},
      {"http://shop.example", "/"},
      {"//evil.example/c", nullptr},
      {"javascript:alert(1)", nullptr},
      {"https:/c", nullptr},
      {" /c ", "/c"},
      {"//shop.example.evil/c", nullptr},
  };
  for (const ActionCase& row : cases) {
    std::pmr::monotonic_buffer_resource memory;
    const std::string_view path = ActionPath(row.action, "/a/b", "shop.example", memory);
    EXPECT_EQ(path, row.path == nullptr ? "" : row.path) << row.action;
  }
}

}  // namespace
}  // namespace rasp
