# SPDX-License-Identifier: Apache-2.0
"""The schema of business logic and its loader say the same."""

import json
import re

import pytest
from jsonschema import Draft202012Validator

from json_comments import RULESETS

SCHEMA = json.loads((RULESETS / "schema" / "logic.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)


def changed(base, members):
    """`base` with `members` set; None removes one."""
    return {key: value for key, value in {**base, **members}.items() if value is not None}


def model(**members):
    return changed({
        "model": "shop", "version": "1.0.0",
        "operations": {"login": {"match": "POST /login", "fields": {"user": "body.username"}},
                       "cart": {"match": ["GET /cart/{id}", "POST /cart/{id}"]},
                       "pay": {"match": "POST /pay"}},
        "events": {"login.fail": {"on": "login", "when": "resp.status in (401, 403)"}},
        "keys": {"who": {"first": ["cookie.sid", "ip/64"], "missing": "skip"}},
        "rules": [COUNT],
    }, members)


COUNT = {"id": 1, "name": "n", "count": "login.fail", "by": "who", "over": "10m", "limit": 5}
DISTINCT = {"id": 1, "name": "n", "distinct": "field.user", "on": "login", "by": "ip/64", "over": "1h", "limit": 20}
ONCE = {"id": 1, "name": "n", "once": "header.idempotency-key", "on": "pay", "by": "who", "ttl": "24h"}
IN_FLIGHT = {"id": 1, "name": "n", "in_flight": "pay", "by": "who"}
FLOW = {"id": 1, "name": "n", "flow": ["cart", "pay"], "by": "who", "within": "30m"}
MEMO = {"id": 1, "name": "n", "memo": "set", "label": "dead", "by": "who", "for": "1d"}


def one(rule, **members):
    return model(rules=[changed(rule, members)])


GOOD = {
    "count": model(),
    "no rules": model(rules=None),
    "all of a model": model(**{"$schema": "x", "summary": "s", "ignore_case": True, "upstream_header": ""}),
    "all of a rule": one(COUNT, mode="shadow", severity="critical", canary=10, unavailable="closed",
                         owasp=["BLA9:2025"], tags=["quota"], comment="c", weight="query.n", most_weight=50),
    "actions": one(COUNT, then=["log", "tag a", "tag a.b +40", "delay 500ms", "limit", "limit 1m", "redirect /x?y=1",
                                "redirect https://id.example/", "block", "block 15m", "block 404", "block 404 1h",
                                "ban 1h", "ban 7d 410", "label known 30d"]),
    "distinct": one(DISTINCT),
    "once": one(ONCE, busy_for="30s", missing=400, busy=409, used=410, mismatch=422, used_by="pay"),
    "once of a request": one(ONCE, once="request"),
    "in_flight": one(IN_FLIGHT, limit=27, **{"for": "5m"}),
    "flow": one(FLOW, min_gap="2s", consume=True, unknown="pass"),
    "memo set": one(MEMO, **{"as": "resp.cookie.sid", "on": "login"}),
    "memo has": one(MEMO, memo="has", **{"for": None}),
    "memo changed": one(MEMO, memo="changed", label=None, watch=["agent", "network"], **{"for": None}),
    "memo travel": one(MEMO, memo="travel", label=None, limit_kmh=1000, **{"for": None}),
    "memo younger": one(MEMO, memo="younger", label=None),
    "key denies": model(keys={"who": {"first": ["cookie.sid"], "missing": "deny"}}),
    "key is followed": model(keys={"who": {"first": ["cookie.sid"], "follow": True}}),
    "schema": one({"id": 1, "name": "n"}, schema={"query": {"type": "object"}}, on="login"),
    "served": one({"id": 1, "name": "n"}, served="path.id", on="cart", by="who", ttl="1h",
                  **{"from": "resp.json:/carts/*/id"}),
    "seal": model(seal={"keys": [{"id": 1, "secret": "s" * 32}]},
                  rules=[{"id": 1, "name": "n", "seal": "form", "on": "pay", "fields": ["price"], "ttl": "30m"}]),
    "event of every request": model(events={"login.fail": {"when": "path ~ '^/a'"}}),
}

BAD = {
    "no model name": model(model=None, ruleset=None, modell="shop"),
    "no version": model(version=None),
    "unknown member": model(operation={}),
    "bad upstream header": model(upstream_header="X Risk"),
    "bad operation name": model(operations={"1st": {"match": "GET /"}}),
    "path without method": model(operations={"login": {"match": "/login"}}),
    "no match": model(operations={"login": {}}),
    "empty key": model(keys={"who": {"first": []}}),
    "unknown missing": model(keys={"who": {"first": ["ip"], "missing": "block"}}),
    "followed address": model(keys={"who": {"first": ["ip"], "follow": "yes"}}),
    "no id": one(COUNT, id=None),
    "id zero": one(COUNT, id=0),
    "no name": one(COUNT, name=None),
    "no operator": one(COUNT, count=None, over=None, limit=None),
    "two operators": one(COUNT, in_flight="login"),
    "member of another": one(COUNT, ttl="1h"),
    "no limit": one(COUNT, limit=None),
    "negative limit": one(COUNT, limit=-1),
    "bad duration": one(COUNT, over="10 m"),
    "canary beyond": one(COUNT, canary=101),
    "unknown mode": one(COUNT, mode="on"),
    "unknown action": one(COUNT, then="deny"),
    "redirect elsewhere": one(COUNT, then="redirect //evil.example/"),
    "redirect to a script": one(COUNT, then="redirect javascript:alert(1)"),
    "tag without name": one(COUNT, then="tag"),
    "ban without time": one(COUNT, then="ban"),
    "status of a success": one(COUNT, then="block 200"),
    "once without ttl": one(ONCE, ttl=None),
    "once answers success": one(ONCE, busy=200),
    "too many in flight": one(IN_FLIGHT, limit=28),
    "short flow": one(FLOW, flow=["cart"]),
    "repeated step": one(FLOW, flow=["cart", "cart"]),
    "flow without key": one(FLOW, by=None),
    "memo without label": one(MEMO, label=None),
    "memo without time": one(MEMO, **{"for": None}),
    "memo watches nothing": one(MEMO, memo="changed", label=None, watch=[]),
    "memo of unknown kind": one(MEMO, memo="get"),
}

# What only the loader knows: names, ranges of durations, the language of events.
LOADER_ONLY = {
    "unknown event": (one(COUNT, count="login.fial"), "did you mean"),
    "unknown place": (one(DISTINCT, distinct="bdy.username"), "unknown-place"),
    "unknown key": (one(COUNT, by="whom"), "unknown-key-name"),
    "bad expression": (model(events={"login.fail": {"when": "resp.status = 1"}}), "column 13"),
    "window of nothing": (one(COUNT, over="0s"), "out of range"),
    "follows no cookie": (model(keys={"who": {"first": ["ip"], "follow": True}}), "useless-key"),
    "duplicate id": (model(rules=[COUNT, COUNT]), "duplicate-id"),
}


def check(raspctl, tmp_path, document):
    path = tmp_path / "model.json"
    path.write_text(json.dumps(document, indent=1))
    result = raspctl("check", path)
    return result.returncode, (result.stdout + result.stderr).decode()


def test_the_references_models_load(raspctl, tmp_path):
    text = (RULESETS.parent / "docs" / "reference" / "business-logic.md").read_text()
    blocks = re.findall(r"```json\n(.*?)```", text, re.S)
    assert blocks
    for block in blocks:
        document = json.loads(block)
        assert [error.message for error in VALIDATOR.iter_errors(document)] == []
        code, output = check(raspctl, tmp_path, document)
        assert code == 0, output


def test_the_schema_knows_every_operator(raspctl, tmp_path):
    code, output = check(raspctl, tmp_path, model(rules=[{"id": 1, "name": "n"}]))
    assert code != 0
    named = re.search(r"give it one of ([a-z_]+(?:, [a-z_]+)*)", output)[1].split(", ")
    refs = [ref["$ref"].rsplit("/", 1)[1] for ref in SCHEMA["$defs"]["rule"]["oneOf"]]
    assert [SCHEMA["$defs"][ref]["required"][0] for ref in refs] == named


def test_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", GOOD)
def test_good_models(name, raspctl, tmp_path):
    assert [error.message for error in VALIDATOR.iter_errors(GOOD[name])] == []
    code, output = check(raspctl, tmp_path, GOOD[name])
    assert code == 0, output


@pytest.mark.parametrize("name", BAD)
def test_bad_models(name, raspctl, tmp_path):
    assert list(VALIDATOR.iter_errors(BAD[name]))
    code, output = check(raspctl, tmp_path, BAD[name])
    assert code != 0
    assert "model.json:" in output


@pytest.mark.parametrize("name", LOADER_ONLY)
def test_what_only_the_loader_knows(name, raspctl, tmp_path):
    document, says = LOADER_ONLY[name]
    assert not list(VALIDATOR.iter_errors(document))
    code, output = check(raspctl, tmp_path, document)
    assert code != 0
    assert says in output
