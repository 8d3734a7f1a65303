# SPDX-License-Identifier: Apache-2.0
"""The schema and the loader say the same, and every ruleset that ships keeps to both."""

import json

import pytest
from jsonschema import Draft202012Validator

from json_comments import SCHEMA, parse, ruleset_files, strip_comments

VALIDATOR = Draft202012Validator(json.loads(SCHEMA.read_text()))


def rule(**members):
    """A rule of a file that both accept, with `members` set; None removes one."""
    out = {
        "id": 400100, "name": "n", "severity": "critical", "phase": "request_body",
        "targets": ["ARGS"], "operator": {"rx": "abc"},
    }
    out.update(members)
    return {key: value for key, value in out.items() if value is not None}


def ruleset(**members):
    out = {"ruleset": "test", "version": "1.0.0", "rules": [rule()]}
    out.update(members)
    return {key: value for key, value in out.items() if value is not None}


def one(**members):
    return ruleset(rules=[rule(**members)])


def example(value, **members):
    return one(examples={"pass": [value]}, **members)


def chain(**members):
    link = {"targets": ["REQUEST_METHOD"], "operator": {"streq": "POST"}}
    link.update(members)
    return one(chain=[{key: value for key, value in link.items() if value is not None}])


RESPONSE_RULE = {"phase": "response_body", "targets": ["RESPONSE_BODY"]}

GOOD = {
    "least": ruleset(),
    "all of a ruleset": ruleset(**{"$schema": "x", "summary": "s", "version": "1.2.3-rc.1"}),
    "all of a rule": one(
        message="%{MATCHED_VAR}", log_data="x", owasp=["A05:2025", "OAT-004", "API1:2023"],
        cwe=[89], capec=[66], tags=["OWASP_CRS/ATTACK"], transforms=["lowercase"],
        multi_match=True, capture=True, set=["tx.a=+1"], mode="shadow", score=5, action="score",
    ),
    "integer with a point": one(score=5.0),
    "no argument": one(operator={"detectSQLi": True}),
    "number as argument": one(targets=["&ARGS"], operator={"gt": 5}),
    "phrases": one(operator={"pm": ["a b", "c|d"]}),
    "not within": one(operator={"rx": "a", "not": True}),
    "not around": one(operator={"not": {"rx": "a"}}),
    "not instead": one(operator=None, **{"not": {"rx": "a"}}),
    "not beside": one(**{"not": True}),
    "any of all": one(operator=None, any=[{"rx": "a"}, {"all": [{"rx": "b"}, {"rx": "c"}]}]),
    "all of some": one(operator=None, all=[{"rx": "a"}], **{"not": True}),
    "ctl": one(ctl=["ruleEngine=DetectionOnly"]),
    "chain": chain(transforms=["lowercase"], set=["tx.b=1"]),
    "targets": one(targets=["ARGS", " ARGS:a", "!ARGS:/^b|c$/", "&ARGS:id", "XML:/*"]),
    "quoted selector": one(targets=["ARGS:'a|b'", "ARGS:'/a|b/'"]),
    "block": one(action="block", status=404),
    "redirect": one(action="redirect", redirect_to="/x", status=307),
    "redirect by default": one(action="redirect", redirect_to="/x"),
    "log": one(action="log"),
    "text example": example("x"),
    "whole example": example({
        "method": "PUT", "path": "/a?b", "query": {"a": 1, "b": [True, "c"]},
        "headers": {"X-A": "b", "Accept": None, "X-B": ["c", 1]}, "cookies": {"a": "b"},
        "json": {"a": [None]},
    }),
    "form example": example({"form": {"a": "b"}}),
    "xml example": example({"xml": "<a/>"}),
    "multipart example": example({"multipart": [
        {"name": "a", "filename": "b", "content_type": "c/d", "content": "e"},
        {"name": "f", "content_base64": "AA=="}, {"name": "g"},
    ]}),
    "typed body": example({"body": "a", "content_type": "b/c"}),
    "body in base64": example({"body_base64": "//8="}),
    "raw example": example({"raw": "GET / HTTP/1.1\r\n\r\n"}),
    "raw example and response": example(
        {"raw": "GET / HTTP/1.1\r\n\r\n", "response": {"body": "x"}}, **RESPONSE_RULE),
    "response example": example(
        {"path": "/", "response": {"status": 500, "headers": {"A": "b"}, "body_base64": ""}},
        **RESPONSE_RULE),
}

BAD = {
    "no object": [],
    "no name": ruleset(ruleset=None),
    "bad name": ruleset(ruleset="A b"),
    "name begins with a hyphen": ruleset(ruleset="-a"),
    "no version": ruleset(version=None),
    "bad version": ruleset(version="1.0"),
    "version with a word": ruleset(version="1.0.0-"),
    "empty summary": ruleset(summary=""),
    "no rules": ruleset(rules=None),
    "empty rules": ruleset(rules=[]),
    "rules is an object": ruleset(rules={}),
    "rule is a text": ruleset(rules=["a"]),
    "unknown key": ruleset(sumary="s"),
    "unknown rule key": one(transfroms=[]),
    **{f"no {key}": one(**{key: None})
       for key in ("id", "name", "severity", "phase", "targets", "operator")},
    "id is a text": one(id="400100"),
    "id is zero": one(id=0),
    "id is a fraction": one(id=1.5),
    "id is huge": one(id=4294967296),
    "name of two lines": one(name="a\nb"),
    "name empty": one(name=""),
    "bad severity": one(severity="high"),
    "bad phase": one(phase=2),
    "bad owasp": one(owasp=["injection"]),
    "owasp is a text": one(owasp="A05:2025"),
    "cwe is a text": one(cwe=["89"]),
    "capec is zero": one(capec=[0]),
    "tag with a space": one(tags=["a b"]),
    "no target": one(targets=[]),
    "only exclusions": one(targets=["!ARGS"]),
    "target is a number": one(targets=[1]),
    "target is empty": one(targets=[""]),
    "two targets in one": one(targets=["ARGS|FILES"]),
    "two selectors in one": one(targets=["ARGS:a|ARGS:b"]),
    "target without selector": one(targets=["ARGS:"]),
    "target with empty quotes": one(targets=["ARGS:''"]),
    "target both counts and excludes": one(targets=["ARGS", "!&ARGS"]),
    "target with a space": one(targets=["AR GS"]),
    "pattern not closed": one(targets=["ARGS:/^a"]),
    "pattern empty": one(targets=["ARGS://"]),
    "transform empty": one(transforms=[""]),
    "capture is a text": one(capture="yes"),
    "operator is a text": one(operator="@rx a"),
    "operator is empty": one(operator={}),
    "two operators": one(operator={"rx": "a", "pm": "b"}),
    "operator and any": one(any=[{"rx": "a"}]),
    "operator and not": one(**{"not": {"rx": "a"}}),
    "any and all": one(operator=None, any=[{"rx": "a"}], all=[{"rx": "a"}]),
    "only not true": one(operator=None, **{"not": True}),
    "not within alone": one(operator={"not": True}),
    "not is a text": one(**{"not": "yes"}),
    "not within is a text": one(operator={"rx": "a", "not": "yes"}),
    "empty any": one(operator=None, any=[]),
    "any of texts": one(operator=None, any=["a"]),
    "argument false": one(operator={"detectSQLi": False}),
    "argument null": one(operator={"rx": None}),
    "argument fraction": one(operator={"gt": 1.5}),
    "argument object": one(operator={"rx": {}}),
    "no phrases": one(operator={"pm": []}),
    "empty phrase": one(operator={"pm": [""]}),
    "nameless operator": one(operator={"": "a"}),
    "empty chain": one(chain=[]),
    "chain without targets": chain(targets=None),
    "chain without condition": chain(operator=None),
    "id in a chain": chain(id=1),
    "set is a text": one(set="tx.a=1"),
    "ctl with an empty text": one(ctl=[""]),
    "score is a text": one(score="5"),
    "score is too high": one(score=1001),
    "score of a block": one(score=5, action="block"),
    "bad action": one(action="deny"),
    "status of a score": one(status=403),
    "status of a drop": one(action="drop", status=403),
    "block with 302": one(action="block", status=302),
    "redirect with 403": one(action="redirect", redirect_to="/", status=403),
    "redirect to nowhere": one(action="redirect"),
    "redirect_to of a block": one(action="block", redirect_to="/"),
    "bad mode": one(mode="on"),
    "misspelled examples": one(examples={"matches": []}),
    "example is a number": example(1),
    "example is empty": example({}),
    "unknown example key": example({"header": {}}),
    "two bodies": example({"form": {}, "json": 1}),
    "two other bodies": example({"body": "", "body_base64": ""}),
    "type without a body": example({"content_type": "a/b"}),
    "raw and more": example({"raw": "x", "method": "GET"}),
    "line break in a header": example({"headers": {"A": "b\r\nC: d"}}),
    "header name with a space": example({"headers": {"A b": "c"}}),
    "header is an object": example({"headers": {"A": {}}}),
    "header without values": example({"headers": {"A": []}}),
    "cookie with a semicolon": example({"cookies": {"a": "b;c"}}),
    "space in the path": example({"path": "/a b"}),
    "empty path": example({"path": ""}),
    "method with a space": example({"method": "A B"}),
    "query is an array": example({"query": []}),
    "query value is null": example({"query": {"a": None}}),
    "no base64": example({"body_base64": "a"}),
    "padding within base64": example({"body_base64": "A=AA"}),
    "part without a name": example({"multipart": [{}]}),
    "no parts": example({"multipart": []}),
    "quote in a part": example({"multipart": [{"name": "a\"b"}]}),
    "two contents": example({"multipart": [{"name": "a", "content": "", "content_base64": ""}]}),
    "status of a response": example({"path": "/", "response": {"status": 99}}),
    "two response bodies": example({"path": "/", "response": {"body": "", "body_base64": ""}}),
    "response header null": example({"path": "/", "response": {"headers": {"A": None}}}),
    "response missing": example({"path": "/"}, **RESPONSE_RULE),
    "response missing for a text": example("x", **RESPONSE_RULE),
}


def loads(raspctl, tmp_path, document) -> tuple[bool, str]:
    path = tmp_path / "rules.json"
    path.write_text(json.dumps(document))
    result = raspctl("check", path)
    return result.returncode == 0, result.stdout.decode()


def test_schema_is_a_schema():
    Draft202012Validator.check_schema(VALIDATOR.schema)


@pytest.mark.parametrize("name", GOOD)
def test_schema_and_loader_accept(name, raspctl, tmp_path):
    errors = [error.message for error in VALIDATOR.iter_errors(GOOD[name])]
    assert errors == []
    accepted, output = loads(raspctl, tmp_path, GOOD[name])
    assert accepted, output


@pytest.mark.parametrize("name", BAD)
def test_schema_and_loader_refuse(name, raspctl, tmp_path):
    assert not VALIDATOR.is_valid(BAD[name])
    accepted, output = loads(raspctl, tmp_path, BAD[name])
    assert not accepted, output


def objects_with_properties(schema, path=""):
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
            yield path, schema
        for key, value in schema.items():
            yield from objects_with_properties(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from objects_with_properties(value, f"{path}/{index}")


def test_schema_leaves_no_object_open():
    open_objects = [path for path, schema in objects_with_properties(VALIDATOR.schema)
                    if "additionalProperties" not in schema]
    assert open_objects == []


def test_good_table_names_every_rule_key():
    """A key that the table never uses could be in one of schema and loader only."""
    used = {key for document in GOOD.values() for item in document["rules"] for key in item}
    assert used == set(VALIDATOR.schema["$defs"]["rule"]["properties"])
    used = {key for document in GOOD.values() for item in document["rules"]
            for sample in item.get("examples", {}).get("pass", []) if isinstance(sample, dict)
            for key in sample}
    assert used == set(VALIDATOR.schema["$defs"]["request"]["properties"])


@pytest.mark.parametrize("path", ruleset_files(), ids=lambda path: path.stem)
def test_shipped_ruleset_keeps_to_the_schema(path):
    document = parse(path.read_text(encoding="utf-8"))
    errors = [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(document)]
    assert errors == []
    assert document.get("$schema") == "../schema/ruleset.schema.json"
    assert document["ruleset"] == path.stem
    assert document.get("summary"), "a shipped ruleset says what it is for"


def test_shipped_rule_ids_are_ours_and_unique():
    seen = {}
    for path in ruleset_files():
        for item in parse(path.read_text(encoding="utf-8"))["rules"]:
            assert 400000 <= item["id"] <= 419999, f"{path.name}: {item['id']}"
            assert item["id"] not in seen, f"{item['id']} in {path.name} and {seen[item['id']]}"
            seen[item["id"]] = path.name
    assert seen, "no rules ship"


@pytest.mark.parametrize("text,want", [
    ('{"a": "// no" /* yes */, // and\n "b": "\\"/*"}', {"a": "// no", "b": "\"/*"}),
    ('/* x\n// y */[1] // end', [1]),
])
def test_comments_are_stripped(text, want):
    assert json.loads(strip_comments(text)) == want
