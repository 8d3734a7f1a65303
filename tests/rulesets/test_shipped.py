# SPDX-License-Identifier: Apache-2.0
"""The rulesets that we ship: sound, and right about their own examples."""
import json
import pathlib
import re

import pytest

from json_comments import strip_comments

RULESETS = pathlib.Path(__file__).resolve().parents[2] / "rulesets" / "owasp-top10"
FILES = sorted(RULESETS.glob("*.json"))


def rules():
    return [rule for path in FILES for rule in json.loads(strip_comments(path.read_text()))["rules"]]


def test_check_has_nothing_to_say(raspctl):
    result = raspctl("check", str(RULESETS))
    assert result.returncode == 0, result.stdout
    assert b" 0 warnings" in result.stdout


def test_every_example_is_judged_as_its_rule_says(raspctl):
    result = raspctl("test", "--min-examples", "4", str(RULESETS))
    assert result.returncode == 0, result.stdout[-4000:]
    count = int(re.search(rb"^(\d+) examples, 0 failed", result.stdout, re.M)[1])
    assert count >= 8 * len(rules())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_rule_names_what_it_is_about(path):
    for rule in json.loads(strip_comments(path.read_text()))["rules"]:
        assert any(name.endswith(":2025") for name in rule["owasp"]), rule["id"]
        assert any(name.endswith(":2021") for name in rule["owasp"]), rule["id"]
        assert rule["cwe"] and len(rule["examples"]["match"]) >= 4 and len(rule["examples"]["pass"]) >= 4, rule["id"]


def test_there_is_enough_of_them():
    assert len(FILES) >= 17 and len(rules()) >= 60
