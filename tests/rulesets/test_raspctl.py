# SPDX-License-Identifier: Apache-2.0
"""raspctl as its users meet it: arguments, output, exit codes."""

import json
import re

import pytest

OK, FINDINGS, USAGE, BLOCKED = 0, 1, 2, 3

ATTACK = b"GET /?q=%41TTACK-one HTTP/1.1\r\nHost: a\r\n\r\n"
ORDINARY = b"GET /?q=hello HTTP/1.1\r\nHost: a\r\n\r\n"


def rule(**members):
    out = {
        "id": 400100, "name": "the word attack", "severity": "critical", "phase": "request_body",
        "owasp": ["A05:2025"], "targets": ["ARGS"], "transforms": ["lowercase"],
        "operator": {"rx": "attack-[a-z]+"},
        "examples": {"match": ["an ATTACK-two"], "pass": ["peace"]},
    }
    out.update(members)
    return {key: value for key, value in out.items() if value is not None}


def text_of(*rules):
    return json.dumps({"ruleset": "words", "version": "1.0.0", "rules": list(rules)}, indent=1)


@pytest.fixture
def write(tmp_path):
    def write(text, name="words.json"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@pytest.fixture
def words(write):
    return write(text_of(rule()))


# What the author of a ruleset may get wrong: text of the file, the code that names it, the JSON pointer or line where
# it stands, and a word of what to do.
BROKEN = {
    "comma missing": ('{"ruleset": "a"\n "version": "1.0.0"}', "json-syntax", ":2:", "expected"),
    "not UTF-8": ('{"ruleset":\n "\udcff"}', "json-utf8", ":2:3:", "save the file as UTF-8"),
    "name twice": ('{"ruleset": "a",\n"ruleset": "a"}', "json-duplicate-key", ":2:1:", "keep one"),
    "misspelled key": (text_of(rule(transfroms=[])), "unknown-key", "/rules/0/transfroms",
                       'did you mean "transforms"?'),
    "key missing": (text_of(rule(phase=None)), "missing-key", "/rules/0", '"phase" is missing'),
    "wrong type": (text_of(rule(score="5")), "wrong-type", "/rules/0/score",
                   "expected an integer, found a string"),
    "word unknown": (text_of(rule(severity="critcal")), "bad-value", "/rules/0/severity",
                     'did you mean "critical"?'),
    "several targets in one": (text_of(rule(targets=["ARGS|FILES"])), "bad-target",
                               "/rules/0/targets/0", "one target for each"),
    "two conditions": (text_of(rule(any=[{"rx": "a"}])), "bad-condition", "/rules/0/any",
                       'join them by "any" or "all"'),
    "operator unknown": (text_of(rule(operator={"rxx": "a"})), "unknown-operator",
                         "/rules/0/operator/rxx", "rx"),
    "transformation unknown": (text_of(rule(transforms=["lowercas"])), "unknown-transformation",
                               "/rules/0/transforms/0", "lowercase"),
    "variable unknown": (text_of(rule(targets=["ARGZ"])), "unknown-variable",
                         "/rules/0/targets/0", "ARGS"),
    "pattern unclosed": (text_of(rule(operator={"rx": "(a"})), "bad-regex",
                         "/rules/0/operator/rx", "close the group"),
    "id twice": (text_of(rule(), rule()), "duplicate-id", "/rules/1", "400100"),
    "example of two bodies": (text_of(rule(examples={"match": [{"form": {}, "xml": ""}]})),
                              "bad-value", "/rules/0/examples/match/0/xml", "an example has one"),
    "useless status": (text_of(rule(status=403)), "useless-key", "/rules/0/status",
                       'goes with action "block"'),
}


@pytest.mark.parametrize("name", BROKEN)
def test_check_names_code_place_and_fix(name, raspctl, tmp_path):
    text, code, place, fix = BROKEN[name]
    path = tmp_path / "broken.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    result = raspctl("check", path)
    assert result.returncode == FINDINGS
    lines = [line for line in result.stdout.decode().splitlines() if f" error: {code}: " in line]
    assert lines, result.stdout.decode()
    assert lines[0].startswith(f"{path}:")
    assert any(place in line and fix in line for line in lines), lines


@pytest.mark.parametrize("name", BROKEN)
def test_check_gives_the_same_as_json(name, raspctl, tmp_path):
    text, code, place, _ = BROKEN[name]
    path = tmp_path / "broken.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    result = raspctl("check", "--json", path)
    assert result.returncode == FINDINGS
    found = json.loads(result.stdout)
    assert found["files"] == 1
    assert found["errors"] == sum(d["severity"] == "error" for d in found["diagnostics"]) > 0
    first = next(d for d in found["diagnostics"] if d["code"] == code)
    assert first["file"] == str(path)
    assert first["line"] > 0 and first["column"] > 0
    if place.startswith("/"):
        assert place in {d["pointer"] for d in found["diagnostics"]}


def test_check_accepts_a_sound_ruleset(words, raspctl):
    result = raspctl("check", words)
    assert result.returncode == OK
    assert re.fullmatch(r"(regular expressions: at most \d+\.\d MiB of memory in a process\n)?"
                        r"1 file, 1 rule, 0 errors, 0 warnings, \d+\.\d\d s\n", result.stdout.decode())
    assert json.loads(raspctl("check", "--json", words).stdout)["regex_memory_bytes"] >= 0


def test_check_loads_all_files_together(write, raspctl, tmp_path):
    write(text_of(rule()), "a.json")
    second = write(text_of(rule(name="another")), "b.json")
    result = raspctl("check", tmp_path)
    assert result.returncode == FINDINGS
    assert f"{second}:" in result.stdout.decode() and "duplicate-id" in result.stdout.decode()


def test_check_of_no_file_is_wrong_usage(raspctl, tmp_path):
    result = raspctl("check", tmp_path / "none.json")
    assert result.returncode == USAGE
    assert b"none.json: no ruleset file" in result.stderr


def test_test_counts_examples(words, raspctl):
    result = raspctl("test", words)
    assert (result.returncode, result.stdout) == (OK, b"2 examples, 0 failed\n")


@pytest.mark.parametrize("examples,place,want", [
    ({"match": ["peace"]}, "peace", "should match and does not"),
    ({"pass": ["attack-x"]}, "attack-x", "should not match but does"),
    ({"match": [{"raw": ""}]}, None, None),
    ({"match": [{"raw": "GET / HTTP/1.1\nno colon\n\n"}]}, '"raw"', "the request is no HTTP message"),
])
def test_test_says_which_example_fails(examples, place, want, write, raspctl):
    text = text_of(rule(examples=examples))
    path = write(text)
    result = raspctl("test", path)
    if want is None:  # the ruleset itself is refused
        assert result.returncode == USAGE
        return
    assert result.returncode == FINDINGS
    lines = result.stdout.decode().splitlines()
    assert lines[-1] == "1 examples, 1 failed"
    # An object's place is its brace, on the line before its first member.
    line = next(i for i, t in enumerate(text.splitlines(), 1) if place in t) - (place == '"raw"')
    assert lines[0].startswith(f"{path}:{line}: rule 400100: {want}"), lines


def test_test_fails_an_example_that_another_rule_blocks(write, raspctl):
    path = write(text_of(rule(examples={"pass": ["peace"]}),
                         rule(id=400101, operator={"streq": "peace"}, examples=None)))
    result = raspctl("test", path)
    assert result.returncode == FINDINGS
    assert b"should pass but is blocked: score 5, rules 400101" in result.stdout


def test_test_lets_a_pass_example_meet_a_shadow_rule(write, raspctl):
    path = write(text_of(rule(examples={"pass": ["peace"]}),
                         rule(id=400101, operator={"streq": "peace"}, mode="shadow", examples=None)))
    assert raspctl("test", path).returncode == OK


def test_test_reaches_a_rule_behind_one_that_blocks(write, raspctl):
    path = write(text_of(rule(action="block"),
                         rule(id=400101, phase="logging", examples={"match": ["attack-a"]})))
    result = raspctl("test", path)
    assert result.returncode == OK, result.stdout


def test_test_skips_rules_that_are_off(write, raspctl):
    path = write(text_of(rule(), rule(id=400101, mode="off")))
    result = raspctl("test", path)
    assert result.returncode == OK
    assert result.stdout == b"2 examples, 0 failed, 2 skipped (their rules are off)\n"


def test_test_of_no_examples_fails(write, raspctl):
    result = raspctl("test", write(text_of(rule(examples=None))))
    assert (result.returncode, result.stdout) == (FINDINGS, b"0 examples, 0 failed\n")


def test_test_asks_for_examples(write, raspctl):
    path = write(text_of(rule(), rule(id=400101, examples={"match": ["attack-a"]})))
    assert raspctl("test", "--min-examples", "1", path).returncode == OK
    result = raspctl("test", "--min-examples", "2", path)
    assert result.returncode == FINDINGS
    assert b"rule 400101: has 1 examples, fewer than 2" in result.stdout
    assert b"1 rules with too few examples" in result.stdout


def test_test_inspects_responses(write, raspctl):
    leak = {"path": "/", "response": {"body": "ORA-00933: attack-x"}}
    fine = {"path": "/", "response": {"body": "welcome"}}
    path = write(text_of(rule(phase="response_body", targets=["RESPONSE_BODY"],
                              examples={"match": [leak], "pass": [fine]})))
    result = raspctl("test", path)
    assert result.returncode == OK, result.stdout


def test_simulate_passes_an_ordinary_request(words, raspctl):
    result = raspctl("simulate", "--rules", words, stdin=ORDINARY)
    assert result.returncode == OK
    assert result.stdout.startswith(b"passed")


def test_simulate_shows_why_a_request_is_blocked(words, raspctl):
    result = raspctl("simulate", "--rules", words, stdin=ATTACK)
    assert result.returncode == BLOCKED
    lines = result.stdout.decode().splitlines()
    assert lines[0] == "blocked with 403 by the score (phase request_body)"
    rows = {line[2:20].strip(): line[20:] for line in lines if line.startswith("  ")}
    assert rows["score"] == "5, blocked from 5: 400100 +5"
    assert "rule 400100 (critical): the word attack" in lines
    assert rows["target"] == "ARGS:q"
    assert rows["as sent"] == "ATTACK-one"
    assert rows["lowercase"] == "attack-one"
    assert rows["rx saw"] == "attack-one"
    assert rows["and matched"] == "^^^^^^^^^^"


def test_simulate_underlines_only_what_matched(words, raspctl):
    result = raspctl("simulate", "--rules", words,
                     stdin=b"GET /?q=an%0aATTACK-one%ff HTTP/1.1\r\nHost: a\r\n\r\n")
    lines = result.stdout.decode().splitlines()
    saw = next(i for i, line in enumerate(lines) if line.startswith("  rx saw"))
    start = lines[saw + 1].index("^")
    assert lines[saw][start:start + lines[saw + 1].count("^")] == "attack-one"
    assert lines[saw].endswith("an\\nattack-one\\xff")


def test_simulate_as_json(words, raspctl):
    result = raspctl("simulate", "--rules", words, "--format", "json",
                     stdin=b"GET /?q=%ff+ATTACK-one! HTTP/1.1\r\nHost: a\r\n\r\n")
    assert result.returncode == BLOCKED
    found = json.loads(result.stdout)
    assert (found["decision"], found["status"], found["would_block"]) == ("block", 403, False)
    assert (found["score"], found["threshold"], found["phase"]) == (5, 5, "request_body")
    match, = found["matches"]
    assert match["rule"]["id"] == 400100 and match["rule"]["owasp"] == ["A05:2025"]
    assert match["target"] == "ARGS:q"
    assert match["original"] == "\\xff ATTACK-one!"
    assert match["steps"] == [{"transform": "lowercase", "value": "\\xff attack-one!"}]
    assert (match["matched"], match["offset"], match["length"]) == ("attack-one", 2, 10)


def test_simulate_in_mode_detect_would_block(words, raspctl):
    result = raspctl("simulate", "--rules", words, "--mode", "detect", stdin=ATTACK)
    assert result.returncode == BLOCKED
    assert result.stdout.startswith(b"would be blocked with 403")


@pytest.mark.parametrize("arguments,code", [
    (["--threshold", "6"], OK),
    (["--threshold", "5"], BLOCKED),
    (["--exclude", "400100"], OK),
    (["--exclude", "400100 ARGS:q"], OK),
    (["--exclude", "400100 ARGS:other"], BLOCKED),
    (["--exclude", "499999"], USAGE),
    (["--mode", "off"], USAGE),
    (["--request", "/nonexistent"], USAGE),
    (["--response", "/nonexistent"], USAGE),
    (["--rules", "/nonexistent"], USAGE),
])
def test_simulate_takes_what_a_location_sets(arguments, code, words, raspctl):
    result = raspctl("simulate", "--rules", words, *arguments, stdin=ATTACK)
    assert result.returncode == code, result.stdout + result.stderr
    assert bool(result.stderr) == (code == USAGE)


def test_simulate_reads_request_and_response_from_files(write, tmp_path, raspctl):
    rules = write(text_of(rule(phase="response_body", targets=["RESPONSE_BODY"], examples=None)))
    request = tmp_path / "request"
    request.write_bytes(ORDINARY)
    response = tmp_path / "response"
    response.write_bytes(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nattack-x")
    arguments = ["simulate", "--rules", rules, "--request", request]
    assert raspctl(*arguments).returncode == OK
    result = raspctl(*arguments, "--response", response)
    assert result.returncode == BLOCKED
    assert b"(phase response_body)" in result.stdout


def test_simulate_refuses_what_is_no_request(words, raspctl):
    result = raspctl("simulate", "--rules", words, stdin=b"")
    assert result.returncode == USAGE
    assert b"no HTTP message" in result.stderr


def test_simulate_with_a_broken_ruleset_prints_the_findings(write, raspctl):
    path = write(text_of(rule(score="5")))
    result = raspctl("simulate", "--rules", path, stdin=ORDINARY)
    assert result.returncode == USAGE
    assert f"{path}:".encode() in result.stderr and b"wrong-type" in result.stderr


def test_rules_list(words, raspctl):
    result = raspctl("rules", "list", words)
    assert result.returncode == OK
    header, *rows = result.stdout.decode().splitlines()
    assert header.split() == ["ID", "Phase", "Severity", "OWASP", "Name"]
    assert "400100  request_body  critical  A05:2025  the word attack" in rows
    markdown = raspctl("rules", "list", "--format", "markdown", words).stdout.decode()
    assert "| 400100 | request_body | critical | A05:2025 | the word attack |" in markdown


def test_rules_explain(words, raspctl):
    result = raspctl("rules", "explain", "400100", words)
    assert result.returncode == OK
    text = result.stdout.decode()
    for part in ("400100: the word attack", "ARGS", "lowercase", "attack-[a-z]+", "A05:2025",
                 "must match (line ", "  GET /?q=an%20ATTACK-two HTTP/1.1", "must not match"):
        assert part in text, text
    result = raspctl("rules", "explain", "400199", words)
    assert result.returncode == FINDINGS
    assert b"no rule 400199" in result.stderr


@pytest.mark.parametrize("topic,name", [
    ("operators", "rx"), ("transforms", "lowercase"), ("variables", "ARGS"),
    ("degraded", "request-body-limit"),
])
def test_reference_lists_names_with_their_meaning(topic, name, raspctl):
    rows = raspctl("reference", topic).stdout.decode().splitlines()
    assert any(row.split("  ")[0] == name and len(row.split("  ", 1)[1].strip()) > 5
               for row in rows)
    markdown = raspctl("reference", topic, "--format", "markdown").stdout.decode().splitlines()
    assert len(markdown) == len(rows) + 1  # the rule below the header
    assert all(row.startswith("| ") or row == "|---|---|" for row in markdown)


@pytest.mark.parametrize("arguments,code,word", [
    (["--version"], OK, "raspctl "),
    (["--help"], OK, "Exit codes"),
    (["simulate", "--help"], OK, "--threshold"),
    ([], USAGE, ""),
    (["nonsense"], USAGE, ""),
    (["check"], USAGE, ""),
    (["reference", "nonsense"], USAGE, ""),
    (["simulate"], USAGE, ""),
])
def test_usage(arguments, code, word, raspctl):
    result = raspctl(*arguments)
    assert result.returncode == code
    assert word in result.stdout.decode()
