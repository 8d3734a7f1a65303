# SPDX-License-Identifier: Apache-2.0
"""What `raspctl coverage` says is held against the tree: a part that is said to be built exists, one that is not does not,
and the page in docs/reference is what the verb prints."""
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ITEMS = {"bla": [f"BLA{i}" for i in range(1, 11)], "oat": [f"OAT-{i:03}" for i in range(1, 22)],
         "api": [f"API{i}" for i in range(1, 11)]}


@pytest.fixture(scope="module")
def coverage(raspctl):
    return json.loads(raspctl("coverage", "--format", "json").stdout)


def rows(pattern, *files):
    """The names in tables of the source: rows that begin {"NAME", ..."""
    text = "".join((ROOT / name).read_text() for name in files)
    return set(re.findall(pattern, text))


def loaders(kind):
    """Of the table of operators, or of other members of a model."""
    text = (ROOT / "engine/src/logic_rules/operators.cc").read_text()
    table = re.search(rf"constexpr {kind} \w+\[\] = {{(.*?)\n}};", text, re.S)
    return set(re.findall(r'\{"(\w+)"', table[1]))


def there_is():
    """By kind, what the tree has."""
    templates = ROOT / "rulesets/business-logic"
    return {
        "operator": loaders("OperatorLoader"),
        "part of a model": loaders("ExtensionLoader"),
        "place": rows(r'\{"([a-z.]+)", k(?:Head|Body|Answer)', "engine/src/logic/locator.cc"),
        "directive": rows(r'ngx_string\("(rasp_\w+)"\)', "module/src/directives.cc"),
        "rules": {path.name for path in (ROOT / "rulesets/owasp-top10").glob("*.json")},
        "template": {path.stem for path in templates.glob("*.json")} if templates.is_dir() else set(),
    }


def test_parts_are_built_where_the_page_says_so(coverage):
    tree = there_is()
    assert tree["operator"] and tree["directive"] and tree["rules"]
    wrong = [f'{part["kind"]} {part["name"]}: said to be {"built" if part["built"] else "not built"}'
             for part in coverage["parts"] if part["built"] != (part["name"] in tree[part["kind"]])]
    assert not wrong, "set `built` in engine/cli/coverage_items.cc:\n" + "\n".join(wrong)


def test_every_operator_and_template_is_a_part(coverage):
    named = {part["name"] for part in coverage["parts"]}
    tree = there_is()
    assert not (tree["operator"] | tree["template"]) - named


def test_every_item_of_every_list_has_a_grade(coverage):
    assert {entry["id"]: [item["id"] for item in entry["items"]] for entry in coverage["lists"]} == ITEMS
    built = {part["name"]: part["built"] for part in coverage["parts"]}
    for entry in coverage["lists"]:
        for item in entry["items"]:
            assert set(item["by"]) <= set(built), item
            # A grade rests on something that is there, and what is not covered is said.
            if item["grade"] == "not visible to a proxy":
                assert not item["by"] and item["not_covered"]
            else:
                assert any(built[name] for name in item["by"]) and item["how"]
            if item["grade"] == "partial":
                assert item["not_covered"]


def test_what_waits_for_a_part_waits_for_one_that_is_not_built(coverage):
    built = {part["name"]: part["built"] for part in coverage["parts"]}
    for entry in coverage["lists"]:
        for item in entry["items"]:
            for name in re.findall(r"until `([^`]+)` is built", item["not_covered"]):
                assert built[name] is False, f'{item["id"]} still waits for {name}'
            said = item["how"] + item["not_covered"]
            assert "not built" not in said and "yet" not in said.split(), f'{item["id"]}: say "until `PART` is built"'


def test_every_part_covers_something(coverage):
    used = {name for entry in coverage["lists"] for item in entry["items"] for name in item["by"]}
    assert {part["name"] for part in coverage["parts"]} == used


def test_the_page_is_what_the_verb_prints(raspctl):
    printed = raspctl("coverage", "--format", "markdown").stdout.decode()
    page = (ROOT / "docs/reference/coverage.md").read_text()
    assert page == printed, "raspctl coverage --format markdown > docs/reference/coverage.md"


def test_text_has_a_line_for_each_item(raspctl):
    lines = raspctl("coverage").stdout.decode().splitlines()
    assert len(lines) >= 1 + sum(map(len, ITEMS.values()))
    assert any(line.startswith("OAT-008") and "thresholds" in line for line in lines)
