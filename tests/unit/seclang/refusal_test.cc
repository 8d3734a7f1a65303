// SPDX-License-Identifier: Apache-2.0
// Files that are wrong: what is said, word for word, and where. Each text says what to write.
#include "seclang/loaded.h"

namespace rasp {
namespace {

struct Case {
  const char* name;
  std::string_view text;
  std::string_view said;  // without "a.conf:" before each line
};

class Refuses : public testing::TestWithParam<Case> {};

TEST_P(Refuses, WithAdvice) {
  const Loaded loaded = LoadText(GetParam().text, {{"a.conf", "Include a.conf"}});
  std::string want;
  std::string_view rest = GetParam().said;
  for (size_t end = 0; !rest.empty(); rest.remove_prefix(end + 1)) {
    end = rest.find('\n');
    want += "a.conf:" + std::string(rest.substr(0, end + 1));
  }
  EXPECT_EQ(loaded.Said(), want);
}

// Lines.
constexpr Case kLines[] = {
    {"QuoteNotClosed", "SecRule ARGS \"@rx a\" \"id:1\nSecAction id:2\n",
     "1:22: error: quote-not-closed: this quote is not closed: add the closing \", or end the line "
     "with a backslash if the argument goes on in the next\n"},
    {"SingleQuoteNotClosed", "SecAction 'id:1",
     "1:11: error: quote-not-closed: this quote is not closed: add the closing ', or end the line "
     "with a backslash if the argument goes on in the next\n"},
    {"BackslashForgotten", "SecRule ARGS a \\\n  \"id:1,\\\n  deny,\n  log\"\nSecAction id:2\n",
     "2:3: error: quote-not-closed: this quote is not closed: add the closing \", or end the line "
     "with a backslash if the argument goes on in the next\n"},
    {"BlankAfterBackslash", "SecRule ARGS a \"id:1,\\ \n  deny\"\n",
     "1:23: error: blank-after-backslash: blanks follow the backslash, so it does not join the "
     "next line: remove them\n"},
    {"QuoteInTheMiddle", "SecRule ARGS \"@rx a\"b\" \"id:1\"\n",
     "1:20: error: quote-within: this quote ends the argument but more text follows: write a quote "
     "within it as \\\", or put a blank behind this one\n"},
    {"LineBeginsWithAQuote", "SecRule ARGS a id:1\n  \"deny\"\n",
     "2:3: error: no-directive: a line cannot begin with a quote: end the line before with a "
     "backslash, directly before the line's end, if this belongs to it\n"},
    {"MisspelledDirective", "\n  SecRul ARGS a id:1\n",
     "2:3: error: unknown-directive: there is no directive \"SecRul\": did you mean "
     "\"SecRule\"?\n"},
    {"UnknownDirective", "Listen 80\n",
     "1:1: error: unknown-directive: there is no directive \"Listen\": correct or remove it\n"},
    {"ApacheSection", "<IfModule mod_security2.c>\nSecAction id:1\n</IfModule>\n",
     "1:1: error: apache-section: sections are Apache's: remove it, and load these rules in the "
     "nginx location that they are for\n"
     "3:1: error: apache-section: sections are Apache's: remove it, and load these rules in the "
     "nginx location that they are for\n"},
    {"MissingArgument", "SecRule ARGS\n",
     "1:1: error: missing-argument: an argument is missing: write SecRule TARGETS OPERATOR "
     "[ACTIONS]\n"},
    {"ExtraArgument", "SecRule ARGS @rx a id:1\n",
     "1:20: error: extra-argument: one argument too many: write SecRule TARGETS OPERATOR "
     "[ACTIONS], arguments with blanks in double quotes\n"},
    {"IncludesItself", "Include a.conf\n",
     "1:9: error: include-cycle: \"a.conf\" includes itself by this: remove one Include\n"},
    {"IncludesNothing", "Include b.conf\n",
     "1:9: error: unreadable-file: \"b.conf\": there is no such file\n"},
    {"PatternNamesNothing", "Include r/*.conf\n",
     "1:9: error: unreadable-file: no file is named by \"r/*.conf\": correct it, or use "
     "IncludeOptional if that may be\n"},
};

// Targets and operators.
constexpr Case kTargets[] = {
    {"NoTarget", "SecRule \"\" a id:1\n",
     "1:10: error: bad-target: nothing to look at: name a variable that is not excluded, such as "
     "ARGS\n"},
    {"OnlyExclusions", "SecRule !ARGS:a a id:1\n",
     "1:9: error: bad-target: nothing to look at: name a variable that is not excluded, such as "
     "ARGS\n"},
    {"TargetIsNoName", "SecRule ARGS|@x a id:1\n",
     "1:14: error: bad-target: \"@x\" is no target: write VARIABLE, VARIABLE:name or "
     "VARIABLE:/pattern/, with & before it to count or ! to exclude\n"},
    {"TargetMissing", "SecRule ARGS| a id:1\n",
     "1:13: error: bad-target: a target is missing at the end: remove the last |\n"},
    {"CountsAndExcludes", "SecRule ARGS|!&ARGS:a a id:1\n",
     "1:14: error: bad-target: a target takes one of & and !: & counts, ! excludes\n"},
    {"NoSelector", "SecRule ARGS:|FILES a id:1\n",
     "1:14: error: bad-target: no selector after ARGS:, name one, or leave the colon out to take "
     "all\n"},
    {"PatternNotClosed", "SecRule ARGS:/a|FILES a id:1\n",
     "1:14: error: bad-target: this regular expression is not closed: add the closing / behind "
     "it\n"},
    {"EmptyPattern", "SecRule ARGS:// a id:1\n",
     "1:14: error: bad-target: \"//\" begins like a regular expression: write it as /PATTERN/\n"},
    {"SelectorQuoteNotClosed", "SecRule ARGS:'a|FILES b id:1\n",
     "1:14: error: bad-target: this quote is not closed: add the closing ' behind the selector\n"},
    {"NoBarBetween", "SecRule \"ARGS FILES\" b id:1\n",
     "1:15: error: bad-target: write | between two targets, and a selector with blanks in single "
     "quotes\n"},
    {"OperatorWithoutName", "SecRule ARGS \"@ a\" id:1\n",
     "1:15: error: missing-operator: no operator after @: write its name, as in \"@rx PATTERN\"; a "
     "pattern that begins with @ is \"@rx @...\"\n"},
};

// Actions.
constexpr Case kActions[] = {
    {"NoId", "SecRule ARGS a \"deny\"\n",
     "1:1: error: missing-id: a rule needs an id: add an unused one, as in \"id:100001\"\n"},
    {"NoActions", "SecRule ARGS a\n",
     "1:1: error: missing-id: a rule needs an id: add an unused one, as in \"id:100001\"\n"},
    {"IdIsNoNumber", "SecAction \"id:x1\"\n",
     "1:12: error: bad-value: id \"x1\": write a number from 1, as in id:100001\n"},
    {"IdIsZero", "SecAction \"id:0\"\n",
     "1:12: error: bad-value: id \"0\": write a number from 1, as in id:100001\n"},
    {"CommaForgotten", "SecAction \"id:1,deny log\"\n",
     "1:22: error: action-syntax: write a comma between two actions, and a colon before an "
     "action's value\n"},
    {"EqualsForColon", "SecAction \"id=1\"\n",
     "1:14: error: action-syntax: write a comma between two actions, and a colon before an "
     "action's value\n"},
    {"MisspelledAction", "SecAction \"id:1,\\\n  phas:1\"\n",
     "2:3: error: unknown-action: there is no action \"phas\": did you mean \"phase\"?\n"},
    {"CommaInAValue", "SecAction \"id:1,msg:a,zzzzzz\"\n",
     "1:23: error: unknown-action: there is no action \"zzzzzz\": put a value that holds commas in "
     "single quotes\n"},
    {"MacroBehindAComma", "SecAction \"id:1,logdata:%{a},%{b}\"\n",
     "1:30: error: action-syntax: \"%{b}\" is no action: write NAME or NAME:VALUE, with commas "
     "between them; put a value that holds a comma in single quotes\n"},
    {"ValueQuoteNotClosed", "SecAction \"id:1,msg:'a,deny\"\n",
     "1:21: error: quote-not-closed: this quote is not closed: add the closing ' behind the "
     "value\n"},
    {"QuoteInAValue", "SecAction \"id:1,msg:'it's'\"\n",
     "1:24: error: quote-within: this quote ends the value but more text follows: write a quote "
     "within it as \\', or put a comma behind this one\n"},
    {"ValueMissing", "SecAction \"id:1,msg\"\n",
     "1:17: error: missing-value: msg needs a value: write msg:VALUE\n"},
    {"ValueTooMany", "SecAction \"id:1,deny:403\"\n",
     "1:17: error: useless-value: deny takes no value: write deny\n"},
    {"BadPhase", "SecAction \"id:1,phase:6\"\n",
     "1:17: error: bad-value: phase \"6\": write 1 to 5, request, response or logging\n"},
    {"BadSeverity", "SecAction \"id:1,severity:8\"\n",
     "1:17: error: bad-value: severity \"8\": write 0 to 7 or EMERGENCY, ALERT, CRITICAL, ERROR, "
     "WARNING, NOTICE, INFO, DEBUG\n"},
    {"BadStatus", "SecAction \"id:1,status:4003\"\n",
     "1:17: error: bad-value: status \"4003\": write a status from 100 to 599\n"},
    {"BadSkip", "SecAction \"id:1,skip:0\"\n",
     "1:17: error: bad-value: skip \"0\": write how many rules to leave out, from 1\n"},
    {"BadAccuracy", "SecAction \"id:1,accuracy:11\"\n",
     "1:17: error: bad-value: accuracy \"11\": write a number from 0 to 10\n"},
    {"BadAllow", "SecAction \"id:1,allow:all\"\n",
     "1:17: error: bad-value: allow \"all\": write allow, allow:phase or allow:request\n"},
    {"BadXmlNamespace", "SecAction \"id:1,xmlns:a\"\n",
     "1:17: error: bad-value: xmlns \"a\": write PREFIX=URI, as in "
     "xmlns:soap=http://example.com/soap\n"},
    {"ControlCharacters", "SecAction \"id:1,msg:a,z\x01z:a\"\n",
     "1:24: error: action-syntax: write a comma between two actions, and a colon before an "
     "action's value\n"},
};

// Chains, defaults, updates and settings.
constexpr Case kRest[] = {
    {"ChainAtTheEnd", "SecRule ARGS a id:1,chain\n",
     "1:1: error: open-chain: this rule says chain, but the end of the file follows: write the "
     "next rule of the chain here, or remove chain\n"},
    {"ChainBeforeAMarker", "SecRule ARGS a id:1,chain\nSecMarker END\n",
     "1:1: error: open-chain: this rule says chain, but SecMarker follows: write the next rule of "
     "the chain here, or remove chain\n"},
    {"DisruptiveInAChain", "SecRule ARGS a id:1,chain\nSecRule ARGS b \"t:none,deny\"\n",
     "2:24: error: not-in-chain: deny decides for the whole chain: move it to the chain's first "
     "rule\n"},
    {"MetadataInAChain", "SecRule ARGS a id:1,chain\nSecRule ARGS b \"msg:x,phase:2\"\n",
     "2:17: warning: not-in-chain: msg does nothing in a chained rule: move it to the chain's "
     "first rule, or remove it\n"
     "2:23: warning: not-in-chain: phase does nothing in a chained rule: move it to the chain's "
     "first rule, or remove it\n"},
    {"DefaultWithoutPhase", "SecDefaultAction \"log,pass\"\n",
     "1:19: error: bad-default: SecDefaultAction needs a phase: add phase:1 to phase:5\n"},
    {"DefaultWithoutCourse", "SecDefaultAction \"phase:1,log\"\n",
     "1:19: error: bad-default: SecDefaultAction needs a disruptive action, which block stands "
     "for: add pass, deny, drop, redirect or allow\n"},
    {"DefaultThatBlocks", "SecDefaultAction \"phase:1,block\"\n",
     "1:27: error: bad-default: block means what SecDefaultAction says: write deny, drop, "
     "redirect, allow or pass\n"},
    {"DefaultWithId", "SecDefaultAction \"phase:1,id:1,capture,pass\"\n",
     "1:27: error: bad-default: id belongs to one rule: take it out of SecDefaultAction\n"
     "1:32: error: bad-default: capture belongs to one rule: take it out of SecDefaultAction\n"},
    {"RemoveNoId", "SecRuleRemoveById 1 x\n",
     "1:21: error: bad-id: \"x\" names no rules: write ids and ranges, as in 100001 or "
     "\"100000-100099\"\n"},
    {"RemoveRangeBackwards", "SecRuleRemoveById 9-1\n",
     "1:19: error: bad-id: \"9-1\" names no rules: write ids and ranges, as in 100001 or "
     "\"100000-100099\"\n"},
    {"UpdateNoId", "SecRuleUpdateTargetById x !ARGS:a\n",
     "1:25: error: bad-id: \"x\" names no rules: write ids and ranges, as in 100001 or "
     "100000-100099, or 100001:1 for its first chained rule\n"},
    {"UpdateNoTarget", "SecRuleUpdateTargetById 1 \"\"\n",
     "1:28: error: bad-target: no target is named: write one to add, as in ARGS:q, or to leave "
     "out, as in !ARGS:q\n"},
    {"UpdateOfTheId", "SecRuleUpdateActionById 1 \"deny,id:2\"\n",
     "1:33: error: bad-update: a rule's id cannot be changed: remove this\n"},
    {"UpdateOfTheChain", "SecRuleUpdateActionById 1 chain\n",
     "1:27: error: bad-update: a rule's chain cannot be changed: write a new rule and remove the "
     "old one\n"},
    {"BadMode", "SecRuleEngine Onn\n",
     "1:15: error: bad-value: SecRuleEngine \"Onn\": write On, DetectionOnly or Off\n"},
    {"BadBytes", "SecRequestBodyLimit 12MB\n",
     "1:21: error: bad-value: SecRequestBodyLimit \"12MB\": write a number of bytes, as in "
     "131072\n"},
    {"NegativeBytes", "SecResponseBodyLimit -1\n",
     "1:22: error: bad-value: SecResponseBodyLimit \"-1\": write a number of bytes, as in "
     "131072\n"},
    {"BadAuditParts", "SecAuditLogParts ABXZ\n",
     "1:18: error: bad-value: SecAuditLogParts \"ABXZ\": write letters of ABCDEFGHIJKZ, as in "
     "ABIJDEFHZ\n"},
    {"BadAuditType", "SecAuditLogType HTTPS\n",
     "1:17: error: bad-value: SecAuditLogType \"HTTPS\": write Serial or Concurrent\n"},
    {"BadFileMode", "SecAuditLogFileMode rw\n",
     "1:21: error: bad-value: SecAuditLogFileMode \"rw\": write an octal mode, as in 0640, or "
     "default\n"},
    {"BadSeparator", "SecArgumentSeparator and\n",
     "1:22: error: bad-value: SecArgumentSeparator \"and\": write one character, as in &\n"},
    {"BadCodePage", "SecUnicodeMapFile a.mapping x\n",
     "1:29: error: bad-value: SecUnicodeMapFile \"x\": write the number of a code page, as in "
     "20127\n"},
    {"BadCookieFormat", "SecCookieFormat 2\n",
     "1:17: error: bad-value: SecCookieFormat \"2\": write 0\n"},
    {"BadDebugLevel", "SecDebugLogLevel 10\n",
     "1:18: error: bad-value: SecDebugLogLevel \"10\": write a number from 0 to 9\n"},
};

constexpr auto kName = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(Lines, Refuses, testing::ValuesIn(kLines), kName);
INSTANTIATE_TEST_SUITE_P(Targets, Refuses, testing::ValuesIn(kTargets), kName);
INSTANTIATE_TEST_SUITE_P(Actions, Refuses, testing::ValuesIn(kActions), kName);
INSTANTIATE_TEST_SUITE_P(Rest, Refuses, testing::ValuesIn(kRest), kName);

TEST(Refuses, ABrokenRuleAndKeepsTheOthers) {
  const Loaded loaded = LoadText("SecRule ARGS a \"id:x\"\nSecRule ARGS b id:2\n");
  ASSERT_EQ(loaded.spec.rules.size(), 1u);
  EXPECT_EQ(loaded.spec.rules[0].id, 2u);
}

TEST(Refuses, ToTellMoreThanAThousandFindings) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "GET / HTTP/1.1\n";
  const Loaded loaded = LoadText(text);
  ASSERT_EQ(loaded.diagnostics.size(), 1001u);
  EXPECT_EQ(FormatDiagnostic(loaded.diagnostics.back()),
            "a.conf: error: too-many-findings: reading ends here: correct what is said above "
            "first");
}

TEST(Refuses, ToTellOfMoreThanAFewActionsOfAList) {
  std::string actions;
  for (int i = 0; i < 1000; ++i) actions += ",zzzzzz";
  EXPECT_EQ(LoadText(RuleWith(actions.substr(1))).diagnostics.size(), 21u);
}

TEST(Refuses, AChainWithABrokenLinkAsAWholeAndOnce) {
  for (const std::string_view broken :
       {"SecRule ARGS \"@rx a\"b\" \"chain\"\n", "SecRule ARGS a b \"chain\"\n",
        "SecRule ARGS a \"msg:'it's',chain\"\n", "SecRule @ a \"chain\"\n"}) {
    const Loaded loaded = LoadText("SecRule ARGS a \"id:1,chain\"\n" + std::string(broken) +
                                   "SecRule ARGS c t:none\nSecRule ARGS d id:2\n");
    EXPECT_EQ(loaded.diagnostics.size(), 1u) << loaded.Said();
    ASSERT_EQ(loaded.spec.rules.size(), 1u) << broken;
    EXPECT_EQ(loaded.spec.rules[0].id, 2u);
  }
}

}  // namespace
}  // namespace rasp
