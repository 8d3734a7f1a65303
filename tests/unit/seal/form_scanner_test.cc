// SPDX-License-Identifier: Apache-2.0
#include "seal/form_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rasp {
namespace {

class Log final : public FormSink {
 public:
  explicit Log(const std::string& all) : page(all) {}
  const std::string& page;
  std::string text;

  void OnForm(std::string_view action, std::string_view method) override {
    text += "form(" + std::string(action) + "," + std::string(method) + ") ";
  }
  void OnControl(std::string_view name, std::string_view value, bool fixed) override {
    text += std::string(fixed ? "" : "*") + std::string(name) + "=" + std::string(value) + " ";
  }
  void OnDoubt() override { text += "? "; }
  void OnFormEnd(uint64_t offset) override {
    text += offset <= page.size() && page.compare(offset, 6, "</form") == 0 ? "end" : "wrong";
  }
};

std::string Scanned(const std::string& page, size_t chunk) {
  Log log(page);
  std::pmr::monotonic_buffer_resource memory;
  FormScanner scanner(memory, log);
  for (size_t at = 0; at < page.size(); at += chunk) {
    const std::string piece = page.substr(at, chunk);
    const std::vector<char> exact(piece.begin(), piece.end());
    scanner.Feed({exact.data(), exact.size()});
  }
  return log.text;
}

struct Case {
  const char* name;
  std::string page;
  std::string seen;
};

class Forms : public testing::TestWithParam<Case> {};

TEST_P(Forms, AreSeenWhereverThePageIsCut) {
  EXPECT_EQ(Scanned(GetParam().page, GetParam().page.size() + 1), GetParam().seen);
  for (size_t chunk = 1; chunk < 8; ++chunk) {
    EXPECT_EQ(Scanned(GetParam().page, chunk), GetParam().seen) << chunk;
  }
}

std::string InForm(const std::string& inside) { return "<form>" + inside + "</form>"; }
std::string Seen(const std::string& inside) { return "form(,) " + inside + "end"; }

INSTANTIATE_TEST_SUITE_P(
    Rows, Forms,
    testing::Values(
        Case{
            "Plain",
            R"(<p>x<FORM Action="/pay" METHOD=post><input type=hidden name=price value="10"></form>)",
            "form(/pay,post) price=10 end"},
        Case{"Quotes", InForm("<input name='a' value='\"'><input name=b value=c/d>"),
             Seen("a=\" b=c/d ")},
        Case{"GreaterThanInQuotes", InForm("<input name=\"a\" value=\"</form>\">"),
             Seen("a=</form> ")},
        Case{"NoSpaceBetween", InForm("<input name=\"a\"value=\"b\"/>"), Seen("a=b ")},
        Case{"NoValue", InForm("<input name=a value><input name=b disabled>"), Seen("a= b= ")},
        Case{"SpacesAroundEquals", InForm("<input name = a value\n=\n'b' >"), Seen("a=b ")},
        Case{"FirstAttributeCounts", InForm("<input name=a name=b value=1>"), Seen("a=1 ")},
        Case{"Boxes",
             InForm("<input type=CHECKBOX name=a value=1><select name=s></select><button name=b>"),
             Seen("*a=1 *s= *b= ")},
        Case{"Area", InForm("<textarea name=t><input name=no></textarea><input name=y>"),
             Seen("*t= y= ")},
        Case{"References",
             InForm("<input name=a&amp;b value=\"&lt;&#65;&#x42;&quot;&gt;?x&y=1&\">"),
             Seen("a&b=<AB\">?x&y=1& ")},
        Case{"UnknownReference", InForm("<input name=a value=&euro;>"), Seen("? a=&euro; ")},
        Case{"ReferenceWithoutEnd", InForm("<input name=a value='&copy 1'>"), Seen("? a=&copy 1 ")},
        Case{"StrangeNumber", InForm("<input name=a value='&#128;'>"), Seen("? a=&#128; ")},
        Case{"OtherForm", InForm("<input name=a form=f2>"), Seen("? a= ")},
        Case{"Comment", InForm("<!-- <input name=no> --><input name=y>"), Seen("y= ")},
        Case{"ShortComments",
             InForm("<!--><input name=a><!---><input name=b><!-- --!><input name=c>"),
             Seen("a= b= c= ")},
        Case{"LongDashes", InForm("<!-- a ---><input name=y>"), Seen("y= ")},
        Case{"Doctype", InForm("<!DOCTYPE html><?php x ?><input name=y>"), Seen("y= ")},
        Case{"Script", InForm("<script>'<input name=no></scripty>'</SCRIPT ><input name=y>"),
             Seen("y= ")},
        Case{"ScriptWithLessThan", InForm("<script>a<</script><input name=y>"), Seen("y= ")},
        Case{"Style", InForm("<style><!-- </style><input name=y>"), Seen("y= ")},
        Case{"LessThanAsText", InForm("1 < 2 <<input name=y>"), Seen("y= ")},
        Case{"EndTagOfNothing", InForm("</><//x><input name=y>"), Seen("y= ")},
        Case{"FormInForm", "<form action=a><form action=b><input name=y></form>",
             "form(a,) y= end"},
        Case{"TwoForms", "<form action=a></form><form action=b></form>",
             "form(a,) endform(b,) end"},
        Case{"OutsideForms", "<input name=no><form></form><input name=no>", "form(,) end"},
        Case{"Unclosed", "<form><input name=a", "form(,) "},
        Case{"NoForm", "<formation><input name=no></formation>", ""}, Case{"Nothing", "", ""}),
    [](const auto& row) { return row.param.name; });

TEST(Forms, AreBounded) {
  const std::string value(10'000, 'x');
  const std::string seen = Scanned("<form><input name=a value=" + value + "></form>", 1000);
  EXPECT_NE(seen.find("? a="), std::string::npos);
  EXPECT_LT(seen.size(), FormScanner::kLongest + 100);
  EXPECT_EQ(Scanned("<" + std::string(1'000'000, 'a') + ">", 4096), "");
}

}  // namespace
}  // namespace rasp
