# SPDX-License-Identifier: Apache-2.0
"""raspctl on SecLang: the verbs that read it, and the runner of go-ftw's tests."""
import json

import pytest

OK, FINDINGS, USAGE, BLOCKED = 0, 1, 2, 3

RULES = '''
SecRuleEngine On
SecRule ARGS "@rx (?i)attack" "id:10,phase:2,deny,status:406,log,msg:'attack in %{MATCHED_VAR_NAME}',severity:CRITICAL,tag:'words'"
SecRule RESPONSE_BODY "@contains secret" "id:20,phase:4,pass,log,msg:'a secret leaves'"
SecRule ARGS:skip "@streq 1" "id:30,phase:2,pass,nolog,skipAfter:END"
SecMarker END
'''

TESTS = '''
rule_id: 10
tests:
- test_id: 1
  stages:
  - input: {uri: "/?q=attack", headers: {Host: a}}
    output: {log: {expect_ids: [10], match_regex: 'msg "attack in ARGS:q"'}}
- test_id: 2
  stages:
  - input: {uri: "/?q=peace", headers: {Host: a}}
    output: {status: 200, log: {no_expect_ids: [10], no_match_regex: 'id "'}}
- test_id: 3
  stages:
  - input: {method: POST, uri: /reflect, headers: {Host: a, Content-Type: application/json}, data: '{"status": 201, "body": "a secret"}'}
    output: {status: 201, response_contains: secret, log: {expect_ids: [20]}}
- test_id: 4
  stages:
  - input: {method: "  GET", headers: {Host: a}}
    output: {status: 400}
'''


@pytest.fixture
def write(tmp_path):
    def write(text, name):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@pytest.fixture
def rules(write):
    return write(RULES, "rules.conf")


def text(done):
    return (done.stdout + done.stderr).decode()


def test_check_counts_and_times(rules, raspctl):
    done = raspctl("check", rules)
    assert done.returncode == OK, text(done)
    assert "1 file, 3 rules, 0 errors, 0 warnings" in text(done)
    found = json.loads(raspctl("check", "--json", rules).stdout)
    assert (found["rules"], found["errors"], found["warnings"]) == (3, 0, 0) and found["seconds"] >= 0


def test_check_prints_notes_apart(write, raspctl):
    done = raspctl("check", write('SecRule ARGS "@rx a(?!b)" "id:1,phase:2,deny"', "look.conf"))
    assert done.returncode == OK
    assert "note: not-linear" in text(done) and "0 warnings, 1 note" in text(done)


def test_compat_warn_turns_what_is_not_run_into_warnings(write, raspctl):
    file = write('SecRule ARGS "@rx a" "id:1,phase:2,deny,exec:/bin/true"', "exec.conf")
    assert raspctl("check", file).returncode == FINDINGS
    done = raspctl("check", "--compat", "warn", file)
    assert done.returncode == OK and "warning" in text(done)


def test_simulate_reads_seclang(rules, raspctl):
    request = b"GET /?q=ATTACK HTTP/1.1\r\nHost: a\r\n\r\n"
    done = raspctl("simulate", "--rules", rules, stdin=request)
    assert done.returncode == BLOCKED and "406" in text(done) and "attack in ARGS:q" in text(done)


def test_explain_says_all_about_a_rule(rules, raspctl):
    done = raspctl("explain", 10, "--rules", rules)
    assert done.returncode == OK
    for word in ("rules.conf:3", "ARGS", "@rx (?i)attack", "406", "words", "critical"):
        assert word in text(done)
    assert raspctl("explain", 11, "--rules", rules).returncode == FINDINGS


def test_convert_prints_json_that_blocks_the_same(rules, write, raspctl):
    done = raspctl("convert", rules)
    assert done.returncode == FINDINGS, "rule 30 skips"
    assert b"rules.conf:5:1: error: rule-left-out: rule 30" in done.stderr
    converted = json.loads(done.stdout)
    assert converted["ruleset"] == "rules" and [rule["id"] for rule in converted["rules"]] == [10, 20]
    again = write(done.stdout.decode(), "rules.json")
    request = b"GET /?q=ATTACK HTTP/1.1\r\nHost: a\r\n\r\n"
    assert raspctl("simulate", "--rules", again, stdin=request).returncode == BLOCKED
    assert raspctl("simulate", "--rules", again, stdin=request.replace(b"ATTACK", b"peace")).returncode == OK


@pytest.mark.parametrize("topic, name", [("directives", "SecRuleUpdateTargetById"), ("actions", "skipAfter"),
                                         ("ctl", "ruleRemoveTargetByTag"), ("operators", "pmFromFile"),
                                         ("variables", "MULTIPART_STRICT_ERROR")])
def test_reference_lists_seclang(topic, name, raspctl):
    done = raspctl("reference", topic)
    assert done.returncode == OK and name in text(done)


def test_ftw_passes(rules, write, raspctl):
    done = raspctl("ftw", write(TESTS, "10.yaml"), "--rules", rules)
    assert done.returncode == OK, text(done)
    assert "4 tests, 4 passed, 0 failed" in text(done)


def test_ftw_blocks_in_mode_block(rules, write, raspctl):
    blocked = TESTS.replace("expect_ids: [10], match", "no_expect_ids: [20], match", 1)
    done = raspctl("ftw", write(blocked.replace("output: {log", "output: {status: 406, log", 1), "10.yaml"), "--rules", rules,
                   "--mode", "block")
    assert done.returncode == OK, text(done)


def test_ftw_says_why_a_test_fails(rules, write, raspctl):
    wrong = write(TESTS.replace("expect_ids: [10], match", "expect_ids: [10, 77], match"), "10.yaml")
    done = raspctl("ftw", wrong, "--rules", rules)
    assert done.returncode == FINDINGS
    assert "10-1: expect_ids: no match of 77 (rules that matched: 10)" in text(done)
    assert "4 tests, 3 passed, 1 failed" in text(done)
    results = json.loads(raspctl("ftw", "--json", wrong, "--rules", rules).stdout)
    assert results["failed"] == 1 and results["results"][0]["matched"] == [10]


def test_ftw_takes_overrides_and_a_selection(rules, write, raspctl):
    tests = write(TESTS.replace("status: 400", "status: 500"), "10.yaml")
    assert raspctl("ftw", tests, "--rules", rules).returncode == FINDINGS
    assert raspctl("ftw", tests, "--rules", rules, "--exclude", "-4$").returncode == OK
    excuse = write("test_overrides:\n- {rule_id: 10, test_ids: [4], reason: x, output: {status: 400}}\n", "o.yaml")
    done = raspctl("ftw", tests, "--rules", rules, "--overrides", excuse)
    assert done.returncode == OK and "1 held to an overrides file" in text(done)


@pytest.mark.parametrize("arguments", [["--rules", "none.conf"], ["--url", "http://127.0.0.1:1"], [], ["--include", "("],
                                       ["--url", "ftp://x", "--log", "y"]])
def test_ftw_of_wrong_usage(arguments, write, raspctl):
    assert raspctl("ftw", write(TESTS, "10.yaml"), *arguments).returncode == USAGE
