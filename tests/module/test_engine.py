# SPDX-License-Identifier: Apache-2.0
"""rasp_engine: libmodsecurity's verdicts, and the comparison of both engines, in a real nginx."""
import json
import pathlib
import re

import jsonschema
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "rulesets/schema/event.schema.json").read_text()))

RULES = r"""
SecRuleEngine On
SecRequestBodyAccess On
SecResponseBodyAccess On
SecResponseBodyMimeType text/html text/plain
SecRule ARGS "@contains attack" "id:1001,phase:2,deny,status:406,log,msg:'seen',severity:CRITICAL,tag:'one'"
SecRule REQUEST_HEADERS:X-Go "@streq away" "id:1002,phase:1,redirect:https://example.org/out,status:302,log,msg:'away'"
SecRule REQUEST_HEADERS:X-Note "@rx ." "id:1003,phase:1,pass,log,msg:'noted'"
SecRule RESPONSE_BODY "@contains <html>before probe-secret after</html>" "id:1005,phase:4,deny,status:502,log,msg:'leak'"
"""
# REQUEST_BODY of a multipart body: ModSecurity 2 (and so the native engine) leaves it empty, libmodsecurity fills it.
DIFFERING = r"""
SecRequestBodyAccess On
SecRule REQUEST_BODY "@contains frontier" "id:1010,phase:2,pass,log,msg:'raw body'"
SecRule REQUEST_BODY "@contains refuse-me" "id:1011,phase:2,deny,status:403,log,msg:'raw body'"
""" + RULES
PROXY = "proxy_pass http://127.0.0.1:{up};"


def serve(nginx, engine, rules=RULES, mode="block", more="", workers=1):
    nginx.write("rules.conf", rules)
    return nginx.start("rasp %s; rasp_rules {dir}/rules.conf; rasp_engine %s; rasp_log {dir}/events.log; %s"
                       "server { listen 127.0.0.1:{port}; location / { %s }"
                       "location = /rasp { rasp off; rasp_status; } }" % (mode, engine, more, PROXY), workers=workers)


def multipart(nginx, text, target="/echo"):
    body = '--frontier\r\nContent-Disposition: form-data; name="a"\r\n\r\n%s\r\n--frontier--\r\n' % text
    return nginx.post(target, body.encode(), headers={"Content-Type": "multipart/form-data; boundary=frontier"})


def events(nginx, count):
    found = nginx.events(count)
    for event in found:
        SCHEMA.validate(event)
    return found


def status(nginx):
    return json.loads(nginx.get("/rasp").text)


class TestModsecurity:
    def test_refuses_in_every_phase(self, nginx):
        serve(nginx, "modsecurity")
        assert nginx.get("/?q=fine").status == 200
        assert nginx.get("/?q=an+attack").status == 406
        answer = nginx.get("/", headers={"X-Go": "away"})
        assert answer.status == 302 and answer.header("Location") == "https://example.org/out"
        assert nginx.post("/echo", b"a=1&b=attack",
                          headers={"Content-Type": "application/x-www-form-urlencoded"}).status == 406
        assert nginx.get("/secret").status == 502

    def test_a_large_body_is_seen_to_its_end(self, nginx):
        serve(nginx, "modsecurity", more="client_body_buffer_size 16k;")
        body = b"a=" + b"x" * 100_000 + b"&b=attack"
        assert nginx.post("/echo", body, headers={"Content-Type": "application/x-www-form-urlencoded"}).status == 406

    def test_its_matches_are_events(self, nginx):
        serve(nginx, "modsecurity")
        nginx.get("/?q=an+attack", headers={"X-Note": "n"})
        event, = events(nginx, 1)
        assert event["event"]["action"] == "blocked" and event["rule"]["id"] == "1001"
        matches = {match["id"]: match for match in event["rasp"]["matches"]}
        assert set(matches) == {"1001", "1003"}
        assert matches["1001"]["target"] == "ARGS:q" and matches["1001"]["snippet"] == "an attack"
        assert matches["1001"]["severity"] == "critical" and matches["1001"]["tags"] == ["one"]
        assert re.fullmatch("[0-9a-f]{64}", event["rasp"]["ruleset_hash"])

    def test_detects_where_the_location_only_detects(self, nginx):
        serve(nginx, "modsecurity", mode="detect")
        assert nginx.get("/?q=attack").status == 200
        event, = events(nginx, 1)
        assert event["event"]["action"] == "would-block" and event["rasp"]["would_block"] is True

    def test_rules_that_only_detect_are_a_ceiling(self, nginx):
        serve(nginx, "modsecurity", rules=RULES + "SecRuleEngine DetectionOnly\n")
        assert nginx.get("/?q=attack").status == 200
        event, = events(nginx, 1)
        assert event["rasp"]["mode"] == "detect" and event["rasp"]["matches"][0]["id"] == "1001"

    def test_runs_what_the_native_engine_has_not(self, nginx):
        """A Lua script decides."""
        nginx.write("script.lua", 'function main()\n  local q = m.getvar("ARGS.q", "none")\n'
                                  '  if q == "magic" then return "found" end\n  return nil\nend\n')
        rules = RULES + 'SecRuleScript "%s" "id:1020,phase:2,deny,status:403,log,msg:\'script\'"\n' % nginx.path("script.lua")
        serve(nginx, "modsecurity", rules=rules)
        assert nginx.get("/?q=magic").status == 403
        assert nginx.get("/?q=other").status == 200
        nginx.wait(lambda: status(nginx)["counters"]["blocked"] == 1, "the block counted")
        row, = status(nginx)["counters"]["by_rule"]
        assert row["id"] == 1020 and row["blocks"] == 1

    def test_counters_and_status(self, nginx):
        serve(nginx, "modsecurity")
        nginx.get("/?q=attack")
        nginx.wait(lambda: status(nginx)["counters"]["blocked"] == 1, "the block counted")
        report = status(nginx)
        assert report["rulesets"][0]["engine"] == "modsecurity" and report["rulesets"][0]["rules"] == 4
        main = next(entry for entry in report["locations"] if entry["location"] == "/")
        assert main["engine"] == "modsecurity" and main["rules"] == 4 and main["mode"] == "block"
        assert report["counters"]["by_rule"] == [{"id": 1001, "matches": 1, "blocks": 1, "would_blocks": 0}]

    def test_engines_side_by_side(self, nginx):
        nginx.write("rules.conf", RULES)
        nginx.start("rasp block; rasp_rules {dir}/rules.conf;"
                    "server { listen 127.0.0.1:{port}; location / { %s }"
                    "location /old/ { rasp_engine modsecurity; location /old/inner/ { %s } %s }"
                    "location = /rasp { rasp off; rasp_status; } }" % (PROXY, PROXY, PROXY))
        for target in ("/?q=attack", "/old/?q=attack", "/old/inner/?q=attack"):
            assert nginx.get(target).status == 406, target
        engines = {entry["location"]: entry.get("engine") for entry in status(nginx)["locations"]}
        assert engines["/"] == "native" and engines["/old/"] == engines["/old/inner/"] == "modsecurity"

    def test_modsecurity_nginx_directives_choose_it_too(self, nginx):
        nginx.start("""rasp_engine modsecurity; modsecurity on;
            modsecurity_rules 'SecRuleEngine On
              SecRule ARGS:q "@streq bad" "id:1,phase:1,deny,status:403,log"';
            server { listen 127.0.0.1:{port}; location / { %s } }""" % PROXY)
        assert nginx.get("/?q=bad").status == 403 and nginx.get("/?q=good").status == 200


class TestCompare:
    def test_agreement_is_silent(self, nginx):
        serve(nginx, "compare")
        assert nginx.get("/?q=fine").status == 200
        assert nginx.get("/?q=attack").status == 406
        assert nginx.get("/secret").status == 502
        nginx.wait(lambda: status(nginx)["counters"]["compared"] == 3, "three comparisons")
        counters = status(nginx)["counters"]
        assert counters["verdicts_differing"] == 0 and counters["rules_differing"] == 0
        assert {event["event"]["action"] for event in nginx.events()} == {"blocked"}

    def test_other_rules_are_an_event(self, nginx):
        serve(nginx, "compare", rules=DIFFERING)
        assert multipart(nginx, "harmless").status == 200
        event, = events(nginx, 1)
        assert event["event"]["action"] == "compare" and event["event"]["kind"] == "event"
        comparison = event["rasp"]["comparison"]
        assert comparison["only_modsecurity"] == ["1010"] and comparison["only_native"] == []
        assert comparison["verdicts_differ"] is False and comparison["engine"] == "modsecurity"
        counters = status(nginx)["counters"]
        assert counters["rules_differing"] == 1 and counters["verdicts_differing"] == 0

    def test_the_native_verdict_is_what_the_client_gets(self, nginx):
        serve(nginx, "compare", rules=DIFFERING)
        assert multipart(nginx, "refuse-me").status == 200
        event, = events(nginx, 1)
        comparison = event["rasp"]["comparison"]
        assert event["rasp"]["verdict"] == "pass" and comparison["verdict"] == "block"
        assert comparison["status"] == 403 and comparison["rule"] == "1011" and comparison["verdicts_differ"] is True
        assert "1011" in comparison["only_modsecurity"]

    def test_a_difference_beside_a_block_is_a_line_of_its_own(self, nginx):
        serve(nginx, "compare", rules=DIFFERING)
        assert multipart(nginx, "attack").status == 406
        found = events(nginx, 2)
        assert [event["event"]["action"] for event in found] == ["blocked", "compare"]
        assert found[0]["event"]["id"] == found[1]["event"]["id"]
        assert "comparison" not in found[0]["rasp"]

    def test_sample(self, nginx):
        serve(nginx, "compare sample=20")
        with nginx.client() as client:
            for _ in range(300):
                assert client.request("GET", "/?q=fine").status == 200
        nginx.wait(lambda: status(nginx)["counters"]["requests"] == 300, "all counted")
        assert 25 <= status(nginx)["counters"]["compared"] <= 110  # 60 expected; outside once in millions

    def test_status_and_prometheus(self, nginx):
        serve(nginx, "compare sample=12.5")
        report = status(nginx)
        main = next(entry for entry in report["locations"] if entry["location"] == "/")
        assert main["engine"] == "compare" and main["sample"] == 12.5
        assert [entry["engine"] for entry in report["rulesets"]] == ["native", "modsecurity"]
        text = nginx.get("/rasp?format=prometheus").text
        for name in ("rasp_compared_total", "rasp_compare_verdicts_differing_total", "rasp_compare_rules_differing_total"):
            assert re.search("^%s 0$" % name, text, re.M), name

    def test_libmodsecurity_writes_no_audit_log_of_its_own(self, nginx):
        rules = RULES + "SecAuditEngine On\nSecAuditLogType Serial\nSecAuditLog %s\n" % nginx.path("audit.log")
        serve(nginx, "compare", rules=rules)
        nginx.get("/?q=attack")
        nginx.get("/?q=fine")
        nginx.wait(lambda: status(nginx)["counters"]["compared"] == 2, "two comparisons")
        nginx.wait(lambda: nginx.path("audit.log").read_text().count("-Z--") >= 2, "two records")
        assert nginx.path("audit.log").read_text().count("-Z--") == 2


@pytest.mark.parametrize("directive, rules, told", [
    ("rasp_engine other", RULES, "native, modsecurity or compare"),
    ("rasp_engine compare sample=0", RULES, "sample=PERCENT"),
    ("rasp_engine compare sample=101", RULES, "sample=PERCENT"),
    ("rasp_engine modsecurity sample=5", RULES, "sample=PERCENT"),
    ("rasp_engine compare; rasp_engine native", RULES, "is duplicate"),
    ("rasp_engine modsecurity", '{"ruleset": "x", "version": "1", "rules": []}', "rasp_engine native"),
    ("rasp_engine modsecurity", "SecRule ARGS", "libmodsecurity refuses the rules"),
    ("rasp_engine modsecurity; rasp_exclude 1001", RULES, "SecRuleRemoveById"),
], ids=["name", "no-sample", "too-much", "sample-of-all", "twice", "json", "syntax", "exclusion"])
def test_refused_configurations(nginx, directive, rules, told):
    nginx.write("rules.conf", rules)
    nginx.allow(r"\[emerg\]")
    passed, said = nginx.check("rasp block; rasp_rules {dir}/rules.conf; %s;"
                               "server { listen 127.0.0.1:{port}; location / { %s } }" % (directive, PROXY))
    assert not passed and told in said, said


@pytest.mark.parametrize("engine", ["modsecurity", "compare"])
def test_reloads_keep_serving_and_the_memory_bounded(nginx, engine):
    """libmodsecurity gives back most, not all, of a ruleset at a reload; with rules as few as these that is little."""
    serve(nginx, engine)
    resident = lambda: int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(
        "/proc/%d/status" % nginx.process.pid).read_text())[1])
    for _ in range(5):
        nginx.reload()
    before = resident()
    for _ in range(15):
        nginx.reload()
        assert nginx.get("/?q=attack").status == 406
    assert resident() - before < 15 * 400, "kB grown over 15 reloads"


def test_the_native_engine_stays_alone(nginx):
    """Nothing of the second engine is loaded or counted where nobody chose it."""
    serve(nginx, "native")
    assert nginx.get("/?q=attack").status == 406
    report = status(nginx)
    assert [entry["engine"] for entry in report["rulesets"]] == ["native"]
    assert report["counters"]["compared"] == 0
