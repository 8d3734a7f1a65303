# SPDX-License-Identifier: Apache-2.0
"""raspctl bench and raspctl profile as their users meet them."""
import json
import pathlib

import pytest

OK, USAGE = 0, 2
SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "rulesets/owasp-top10"

RULES = {
    "ruleset": "words", "version": "1.0.0",
    "rules": [
        {"id": 400100, "name": "long search", "severity": "critical", "phase": "request_body", "owasp": ["A05:2025"],
         "targets": ["ARGS"], "operator": {"rx": "(?i)need(?:le|les)[a-z ]*x$"}},
        {"id": 400101, "name": "never run", "severity": "critical", "phase": "request_body", "owasp": ["A05:2025"],
         "targets": ["ARGS:absent"], "operator": {"rx": "a"}},
    ],
}


@pytest.fixture
def rules(tmp_path):
    path = tmp_path / "rules.json"
    path.write_text(json.dumps(RULES))
    return path


@pytest.fixture
def recorded(tmp_path):
    directory = tmp_path / "recorded"
    directory.mkdir()
    (directory / "1-search.http").write_bytes(b"GET /?q=needles+in+the+hay HTTP/1.1\r\nHost: a\r\n\r\n")
    (directory / "2-refused.http").write_bytes(b"GET /?q=needle+x HTTP/1.1\r\nHost: a\r\n\r\n")
    (directory / "1-search.http.response").write_bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    return directory


def test_bench_of_recorded_requests(raspctl, rules, recorded):
    done = raspctl("bench", rules, "--requests", recorded, "--seconds", "0.05", "--json")
    assert done.returncode == OK, done.stderr
    figures = json.loads(done.stdout)
    [row] = figures["traffic"]
    assert row["traffic"] == str(recorded)
    assert row["transactions"] >= 2 and row["transactions"] % 2 == 0
    assert row["refused"] * 2 == row["transactions"] and row["degraded"] == 0
    assert 0 < row["p50_us"] <= row["p99_us"]
    assert row["per_second"] == pytest.approx(1e6 / row["mean_us"])
    assert [rule["rule"] for rule in figures["rules"]][:1] == [400100]
    assert 400101 not in [rule["rule"] for rule in figures["rules"]]


def test_bench_says_it_for_people(raspctl, rules, recorded):
    done = raspctl("bench", rules, "--requests", recorded, "--mix", "get_short", "--seconds", "0.05", "--top", "1")
    assert done.returncode == OK, done.stderr
    lines = done.stdout.decode().splitlines()
    assert lines[0].split()[:3] == ["Traffic", "Transactions", "Per"]
    assert lines[1].startswith(str(recorded)) and lines[2].startswith("get_short")
    assert lines[-1].startswith("400100") and lines[-1].endswith("long search")


def test_bench_measures_every_mix_by_default(raspctl, rules):
    done = raspctl("bench", rules, "--seconds", "0.01", "--json")
    assert done.returncode == OK, done.stderr
    names = [row["traffic"] for row in json.loads(done.stdout)["traffic"]]
    assert len(names) == len(set(names)) == 10 and {"get_short", "json_1m", "attack_xss"} < set(names)


def test_bench_of_what_ships_refuses_attacks_and_nothing_else(raspctl):
    done = raspctl("bench", SHIPPED, *(word for mix in ("get_10args", "form_1k", "json_2k", "multipart_100k", "attack_sqli", "attack_xss")
                                       for word in ("--mix", mix)), "--seconds", "0.05", "--json")
    assert done.returncode == OK, done.stderr
    for row in json.loads(done.stdout)["traffic"]:
        assert row["refused"] == (row["transactions"] if row["traffic"].startswith("attack") else 0), row
        assert row["degraded"] == 0, row


def test_profile_counts_tests_and_matches(raspctl, rules, recorded):
    done = raspctl("profile", rules, "--requests", recorded, "--seconds", "0.05", "--json")
    assert done.returncode == OK, done.stderr
    figures = json.loads(done.stdout)
    cost = {rule["rule"]: rule for rule in figures["rules"]}[400100]
    assert cost["matches"] * 2 == figures["transactions"]
    # Where the value rules a match out, the rule is not run.
    assert cost["matches"] <= cost["tests"] <= figures["transactions"]
    assert 0 < cost["nanoseconds"] <= figures["nanoseconds"] and 0 < cost["share"] <= 1
    assert cost["name"] == "long search" and cost["file"] == str(rules) and cost["line"] > 0


def test_profile_says_it_for_people(raspctl, rules, recorded):
    done = raspctl("profile", rules, "--requests", recorded, "--seconds", "0.05", "--top", "5")
    assert done.returncode == OK, done.stderr
    assert b"transactions" in done.stdout.splitlines()[0] and b"400100" in done.stdout


@pytest.mark.parametrize("arguments", [
    ["--requests", "/nowhere/at/all"], ["--mix", "no_such_mix"], ["--seconds", "0"], ["--seconds", "-1"], ["--top", "x"],
], ids=lambda arguments: " ".join(arguments))
@pytest.mark.parametrize("verb", ["bench", "profile"])
def test_what_cannot_be_used_is_said(raspctl, rules, verb, arguments):
    done = raspctl(verb, rules, *arguments)
    assert done.returncode == USAGE and done.stderr


def test_a_file_that_is_no_message_is_named(raspctl, rules, tmp_path):
    path = tmp_path / "garbage"
    path.write_bytes(b"nothing of the kind")
    done = raspctl("bench", rules, "--requests", path)
    assert done.returncode == USAGE and b"garbage: no HTTP message" in done.stderr
