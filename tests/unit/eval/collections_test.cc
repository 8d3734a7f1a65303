// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "eval/scenario.h"
#include "rasp/store.h"

// Persistent collections over several requests.
namespace rasp {
namespace {

constexpr int64_t kSecond = 1'000'000;

constexpr std::string_view kInit =
    "SecAction \"id:900,phase:1,pass,nolog,initcol:ip=%{REMOTE_ADDR}\"\n";

// Plays one request after another against one store; the clock moves when it is told to.
class Server {
 public:
  explicit Server(std::string_view rules, Store* store = nullptr)
      : ruleset_(FromSecLang(rules)),
        own_(MakeMemoryStore()),
        store_(store == nullptr ? own_.get() : store) {}

  std::string Get(std::string_view target, Headers headers = {}) {
    Exchange exchange{"GET", target, std::move(headers)};
    return Play(ruleset_, Blocking(), exchange, 0, &clock_, std::pmr::new_delete_resource(), store_)
        .story;
  }
  void Wait(int64_t seconds) { clock_.unix_us += seconds * kSecond; }

 private:
  Ruleset ruleset_;
  std::unique_ptr<Store> own_;
  Store* store_;
  FakeClock clock_;
};

std::string Rules(std::string_view rules) { return std::string(kInit).append(rules); }

TEST(Collections, CountAcrossRequestsAndBlock) {
  Server server(
      Rules("SecAction \"id:1,phase:1,pass,nolog,setvar:ip.requests=+1\"\n"
            "SecRule IP:requests \"@gt 2\" \"id:2,phase:1,deny,status:429\""));
  EXPECT_EQ(server.Get("/"), "pass");
  EXPECT_EQ(server.Get("/"), "pass");
  EXPECT_EQ(server.Get("/"), "block 429 by 2: 2 IP:requests=3");
  server.Wait(3600);
  EXPECT_EQ(server.Get("/"), "pass") << "the record has ended";
}

TEST(Collections, AreReadByMacros) {
  Server server(
      Rules("SecAction \"id:1,phase:1,pass,nolog,setvar:ip.n=+2\"\n"
            "SecRule ARGS:n \"@streq %{ip.n}\" \"id:2,phase:1,pass\""));
  EXPECT_EQ(server.Get("/?n=2"), "pass: 2 ARGS:n=2");
  EXPECT_EQ(server.Get("/?n=4"), "pass: 2 ARGS:n=4");
}

TEST(Collections, RecordsOfDifferentKeysAreApart) {
  Server server(
      "SecRule ARGS:k \"@rx .\" \"id:1,phase:1,pass,nolog,initcol:global=%{ARGS.k},"
      "setvar:global.n=+1\"\nSecRule GLOBAL:n \"@gt 1\" \"id:2,phase:1,pass\"");
  EXPECT_EQ(server.Get("/?k=a"), "pass");
  EXPECT_EQ(server.Get("/?k=b"), "pass");
  EXPECT_EQ(server.Get("/?k=a"), "pass: 2 GLOBAL:n=2");
}

TEST(Collections, CollectionsAreApart) {
  Server server(
      "SecAction \"id:1,phase:1,pass,nolog,initcol:ip=x,initcol:global=x,setrsc:x,setvar:ip.a=1\"\n"
      "SecRule &IP:a|&GLOBAL:a|&RESOURCE:a \"@eq 1\" \"id:2,phase:1,pass\"");
  EXPECT_EQ(server.Get("/"), "pass: 2 &IP:a=1");
}

TEST(Collections, NamesIgnoreCase) {
  Server server(
      Rules("SecRule ARGS:a \"@rx .\" \"id:1,phase:1,pass,nolog,setvar:IP.Seen=%{ARGS.a}\"\n"
            "SecRule IP:sEEN \"@rx .\" \"id:2,phase:1,pass\""));
  EXPECT_EQ(server.Get("/?a=1"), "pass: 2 IP:seen=1");
  EXPECT_EQ(server.Get("/"), "pass: 2 IP:seen=1");
}

TEST(Collections, VariablesAreRemoved) {
  Server server(
      Rules("SecRule ARGS:set \"@rx .\" \"id:1,phase:1,pass,nolog,setvar:ip.a=1\"\n"
            "SecRule ARGS:del \"@rx .\" \"id:2,phase:1,pass,nolog,setvar:!ip.a\"\n"
            "SecRule IP:a \"@rx .\" \"id:3,phase:1,pass\""));
  EXPECT_EQ(server.Get("/?set=1"), "pass: 3 IP:a=1");
  EXPECT_EQ(server.Get("/?del=1"), "pass");
  EXPECT_EQ(server.Get("/"), "pass");
}

TEST(Collections, ExpirevarEndsAVariable) {
  Server server(
      Rules("SecRule ARGS:set \"@rx .\" "
            "\"id:1,phase:1,pass,nolog,setvar:ip.a=1,setvar:ip.b=1,expirevar:ip.a=60\"\n"
            "SecRule IP:a|IP:b \"@rx .\" \"id:2,phase:1,pass\""));
  EXPECT_EQ(server.Get("/?set=1"), "pass: 2 IP:a=1; 2 IP:b=1");
  server.Wait(59);
  EXPECT_EQ(server.Get("/"), "pass: 2 IP:a=1; 2 IP:b=1");
  server.Wait(1);
  EXPECT_EQ(server.Get("/"), "pass: 2 IP:b=1");
}

TEST(Collections, DeprecatevarDecays) {
  Server server(
      Rules("SecRule ARGS:set \"@rx .\" \"id:1,phase:1,pass,nolog,setvar:ip.score=100\"\n"
            "SecAction \"id:2,phase:1,pass,nolog,deprecatevar:ip.score=60/300\"\n"
            "SecRule IP:score \"@rx .\" \"id:3,phase:1,pass\""));
  EXPECT_EQ(server.Get("/?set=1"), "pass: 3 IP:score=100");
  server.Wait(300);
  EXPECT_EQ(server.Get("/"), "pass: 3 IP:score=40");
  server.Wait(299);
  EXPECT_EQ(server.Get("/"), "pass: 3 IP:score=40");
  server.Wait(301);
  EXPECT_EQ(server.Get("/"), "pass: 3 IP:score=0");
}

TEST(Collections, ARecordTellsOfItself) {
  Server server(
      Rules("SecRule IP:CREATE_TIME|IP:IS_NEW|IP:KEY|IP:LAST_UPDATE_TIME|IP:TIMEOUT|"
            "IP:UPDATE_COUNTER|IP:UPDATE_RATE \"@unconditionalMatch\" \"id:1,phase:1,pass\"\n"
            "SecAction \"id:2,phase:1,pass,nolog,setvar:ip.n=+1,setvar:ip.m=+1\""));
  EXPECT_EQ(server.Get("/"),
            "pass: 1 IP:CREATE_TIME=1700000000; 1 IP:IS_NEW=1; 1 IP:KEY=192.0.2.7; "
            "1 IP:LAST_UPDATE_TIME=1700000000; 1 IP:TIMEOUT=3600; 1 IP:UPDATE_COUNTER=0; "
            "1 IP:UPDATE_RATE=0");
  server.Wait(30);
  EXPECT_EQ(server.Get("/"),
            "pass: 1 IP:CREATE_TIME=1700000000; 1 IP:IS_NEW=0; 1 IP:KEY=192.0.2.7; "
            "1 IP:LAST_UPDATE_TIME=1700000000; 1 IP:TIMEOUT=3600; 1 IP:UPDATE_COUNTER=1; "
            "1 IP:UPDATE_RATE=2")
      << "one update a request";
  server.Wait(30);
  EXPECT_EQ(server.Get("/"),
            "pass: 1 IP:CREATE_TIME=1700000000; 1 IP:IS_NEW=0; 1 IP:KEY=192.0.2.7; "
            "1 IP:LAST_UPDATE_TIME=1700000030; 1 IP:TIMEOUT=3600; 1 IP:UPDATE_COUNTER=2; "
            "1 IP:UPDATE_RATE=2");
}

TEST(Collections, ARecordThatIsOnlyReadIsNotMade) {
  Server server(Rules("SecRule IP:IS_NEW \"@eq 1\" \"id:1,phase:1,pass\""));
  EXPECT_EQ(server.Get("/"), "pass: 1 IP:IS_NEW=1");
  EXPECT_EQ(server.Get("/"), "pass: 1 IP:IS_NEW=1");
}

TEST(Collections, RulesWriteNoAutomaticVariableButTimeout) {
  Server server(
      Rules("SecRule ARGS:x \"@rx .\" \"id:1,phase:1,pass,nolog,setvar:ip.key=x,"
            "setvar:ip.create_time=1,setvar:!ip.KEY,setvar:ip.is_new=+1\"\n"
            "SecRule IP:KEY|IP:CREATE_TIME|IP:IS_NEW \"@rx .\" \"id:2,phase:1,pass\""));
  EXPECT_EQ(server.Get("/?x=1"),
            "pass: 2 IP:KEY=192.0.2.7; 2 IP:CREATE_TIME=1700000000; 2 IP:IS_NEW=1");
  EXPECT_EQ(server.Get("/"), "pass: 2 IP:KEY=192.0.2.7; 2 IP:CREATE_TIME=1700000000; 2 IP:IS_NEW=1")
      << "nothing was written";
}

TEST(Collections, TimeoutMayBeSet) {
  Server server(
      Rules("SecRule ARGS:x \"@rx .\" \"id:1,phase:1,pass,nolog,setvar:ip.timeout=10,"
            "setvar:ip.a=1\"\nSecRule IP:a \"@rx .\" \"id:2,phase:1,pass\""));
  EXPECT_EQ(server.Get("/?x=1"), "pass: 2 IP:a=1");
  server.Wait(9);
  EXPECT_EQ(server.Get("/"), "pass: 2 IP:a=1");
  server.Wait(1);
  EXPECT_EQ(server.Get("/"), "pass");
}

TEST(Collections, TimeoutIsTheSettings) {
  Server server(
      Rules("SecCollectionTimeout 20\n"
            "SecRule ARGS:x \"@rx .\" \"id:1,phase:1,pass,nolog,setvar:ip.a=1\"\n"
            "SecRule IP:a \"@rx .\" \"id:2,phase:1,pass\""));
  EXPECT_EQ(server.Get("/?x=1"), "pass: 2 IP:a=1");
  server.Wait(19);
  EXPECT_EQ(server.Get("/"), "pass: 2 IP:a=1");
  server.Wait(1);
  EXPECT_EQ(server.Get("/"), "pass");
}

TEST(Collections, SessionsAndUsers) {
  Server server(
      "SecWebAppId shop\n"
      "SecRule REQUEST_COOKIES:sid \"!@rx ^$\" \"id:1,phase:1,pass,nolog,"
      "setsid:%{REQUEST_COOKIES.sid},setvar:session.n=+1\"\n"
      "SecRule ARGS:user \"@rx .\" \"id:2,phase:1,pass,nolog,setuid:%{ARGS.user}\"\n"
      "SecRule SESSIONID|SESSION:n|USERID|USER:KEY \"@rx .\" \"id:3,phase:1,pass\"");
  EXPECT_EQ(server.Get("/", {{"Cookie", "sid=s1"}}), "pass: 3 SESSIONID=s1; 3 SESSION:n=1");
  EXPECT_EQ(server.Get("/", {{"Cookie", "sid=s1"}}), "pass: 3 SESSIONID=s1; 3 SESSION:n=2");
  EXPECT_EQ(server.Get("/", {{"Cookie", "sid=s2"}}), "pass: 3 SESSIONID=s2; 3 SESSION:n=1");
  EXPECT_EQ(server.Get("/?user=al"), "pass: 3 USERID=al; 3 USER:KEY=al");
}

TEST(Collections, ApplicationsHaveSessionsOfTheirOwn) {
  const auto store = MakeMemoryStore();
  constexpr std::string_view kRules =
      "SecAction \"id:1,phase:1,pass,nolog,setsid:s,setvar:session.n=+1\"\n"
      "SecRule SESSION:n \"@rx .\" \"id:2,phase:1,pass\"";
  Server shop(std::string("SecWebAppId shop\n").append(kRules), store.get());
  Server blog(std::string("SecWebAppId blog\n").append(kRules), store.get());
  EXPECT_EQ(shop.Get("/"), "pass: 2 SESSION:n=1");
  EXPECT_EQ(blog.Get("/"), "pass: 2 SESSION:n=1");
  EXPECT_EQ(shop.Get("/"), "pass: 2 SESSION:n=2");
}

TEST(Collections, AnEmptyKeyBindsNothing) {
  Server server(
      "SecAction \"id:1,phase:1,pass,nolog,setsid:%{REQUEST_COOKIES.sid},setvar:session.n=+1\"\n"
      "SecRule &SESSION \"@eq 0\" \"id:2,phase:1,pass\"");
  EXPECT_EQ(server.Get("/"), "pass: 2 &SESSION=0");
}

TEST(Collections, WithoutInitcolNothingIsSet) {
  Server server(
      "SecAction \"id:1,phase:1,pass,nolog,setvar:ip.n=1\"\n"
      "SecRule &IP \"@eq 0\" \"id:2,phase:1,pass\"");
  EXPECT_EQ(server.Get("/"), "pass: 2 &IP=0");
}

TEST(Collections, TheFirstInitcolHolds) {
  Server server(
      Rules("SecAction \"id:1,phase:1,pass,nolog,initcol:ip=other\"\n"
            "SecRule IP:KEY \"@rx .\" \"id:2,phase:1,pass\""));
  EXPECT_EQ(server.Get("/"), "pass: 2 IP:KEY=192.0.2.7");
}

TEST(Collections, WithoutAStoreTheTransactionKeepsItsOwn) {
  const Ruleset ruleset =
      FromSecLang(Rules("SecAction \"id:1,phase:1,pass,nolog,setvar:ip.n=+1\"\n"
                        "SecRule IP:n \"@rx .\" \"id:2,phase:2,pass\""));
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(Play(ruleset, Blocking(), {"GET", "/"}).story, "pass: 2 IP:n=1");
}

// Answers so often, then fails as it is told.
class FailingStore final : public Store {
 public:
  FailingStore(int good_calls, Status failure) : good_calls_(good_calls), failure_(failure) {}

  Status Read(const RecordKey& record, int64_t now_us, Visitor& visitor) override {
    return Answers() ? store_->Read(record, now_us, visitor) : failure_;
  }
  Status Set(const RecordKey& record, std::string_view name, std::string_view value, int64_t now_us,
             int64_t record_ttl_us) override {
    return Answers() ? store_->Set(record, name, value, now_us, record_ttl_us) : failure_;
  }
  Status Add(const RecordKey& record, std::string_view name, int64_t change, int64_t now_us,
             int64_t record_ttl_us, int64_t* result) override {
    return Answers() ? store_->Add(record, name, change, now_us, record_ttl_us, result) : failure_;
  }
  Status Remove(const RecordKey& record, std::string_view name, int64_t now_us) override {
    return Answers() ? store_->Remove(record, name, now_us) : failure_;
  }
  Status Expire(const RecordKey& record, std::string_view name, int64_t now_us,
                int64_t expires_us) override {
    return Answers() ? store_->Expire(record, name, now_us, expires_us) : failure_;
  }
  Status Deprecate(const RecordKey& record, std::string_view name, int64_t amount,
                   int64_t period_us, int64_t now_us) override {
    return Answers() ? store_->Deprecate(record, name, amount, period_us, now_us) : failure_;
  }

  int calls = 0;

 private:
  bool Answers() { return calls++ < good_calls_; }

  int good_calls_;
  Status failure_;
  std::unique_ptr<Store> store_ = MakeMemoryStore();
};

constexpr std::string_view kEveryAction =
    "SecAction \"id:1,phase:1,pass,nolog,setvar:ip.a=1,setvar:ip.n=+1,setvar:ip.n=-3,"
    "expirevar:ip.a=60,deprecatevar:ip.n=1/60,setvar:!ip.b\"\n"
    "SecRule IP:a|IP:n \"@rx .\" \"id:2,phase:1,pass\"";

TEST(Collections, AStoreThatFailsIsSaidSoAndNeverBlocks) {
  for (int good_calls = 0; good_calls < 14; ++good_calls) {
    for (const auto failure : {Store::Status::kUnavailable, Store::Status::kFull}) {
      FailingStore store(good_calls, failure);
      Server server(Rules(kEveryAction), &store);
      const std::string story = server.Get("/");
      const bool failed = store.calls > good_calls;
      EXPECT_EQ(story,
                std::string("pass: 2 IP:a=1; 2 IP:n=-2") + (failed ? " [store-unavailable]" : ""))
          << good_calls;
    }
  }
}

TEST(Collections, AStoreThatIsDownIsAskedOnce) {
  FailingStore store(0, Store::Status::kUnavailable);
  Server server(Rules(kEveryAction), &store);
  server.Get("/");
  EXPECT_EQ(store.calls, 1);
}

TEST(Collections, TheStoreHasWhatRulesWrote) {
  const auto store = MakeMemoryStore();
  Server server(Rules("SecAction \"id:1,phase:1,pass,nolog,setvar:ip.N=+1\""), store.get());
  server.Get("/");
  class Names final : public Store::Visitor {
   public:
    void Visit(std::string_view name, std::string_view value) override {
      text.append(name).append("=").append(value).append(" ");
    }
    std::string text;
  } names;
  store->Read({"ip", "192.0.2.7"}, FakeClock().unix_us, names);
  EXPECT_EQ(names.text,
            "CREATE_TIME=1700000000 KEY=192.0.2.7 TIMEOUT=3600 LAST_UPDATE_TIME=1700000000 "
            "UPDATE_COUNTER=1 n=1 ");
}

}  // namespace
}  // namespace rasp
