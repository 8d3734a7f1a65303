# SPDX-License-Identifier: Apache-2.0
"""rasp_status: is it really on, where, with which rules, and what did it do."""
import json
import re

PROXY = "proxy_pass http://127.0.0.1:{up};"
BASE = """rasp block; rasp_rules {probe}; rasp_limits arguments=77; rasp_body_limit 2m;
server { listen 127.0.0.1:{port}; server_name one.test; root {root};
  location / { """ + PROXY + """ }
  location /few/ { rasp_exclude 900001; rasp detect; rasp_headers strict; """ + PROXY + """ }
  location = /rasp { rasp off; rasp_status; } }
server { listen 127.0.0.1:{port}; server_name two.test; location / { """ + PROXY + """ } }"""


def report(nginx):
    answer = nginx.get("/rasp")
    assert answer.header("Content-Type") == "application/json"
    return json.loads(answer.text)


def test_rulesets_and_locations(nginx):
    nginx.start(BASE)
    status = report(nginx)
    assert len(status["rulesets"]) == 1
    ruleset = status["rulesets"][0]
    assert re.fullmatch("[0-9a-f]{64}", ruleset["hash"]) and ruleset["rules"] >= 12
    assert ruleset["files"] == [str(nginx.names["probe"])]
    where = {(entry["server"], entry["location"]): entry for entry in status["locations"]}
    main, few, own = where["one.test", "/"], where["one.test", "/few/"], where["one.test", "/rasp"]
    assert main["mode"] == "block" and main["ruleset"] == ruleset["hash"] and main["response_bodies"] is True
    assert main["limits"]["arguments"] == 77 and main["limits"]["request_body_bytes"] == 2 << 20
    assert "JSON" in main["request_body_types"]
    assert few["mode"] == "detect" and few["rules"] == main["rules"] - 1 and few["headers"] == "strict"
    assert own["mode"] == "off" and own["rules"] == 0
    assert where["two.test", "/"]["mode"] == "block"


def test_counters(nginx):
    nginx.start(BASE, workers=2)
    for target in ("/", "/?q=probe-arg", "/?q=probe-status", "/few/?q=probe-arg", "/secret"):
        nginx.get(target)
    # A request is counted once it has been answered.
    nginx.wait(lambda: report(nginx)["counters"]["requests"] >= 5, "five requests counted")
    counters = report(nginx)["counters"]
    assert counters["requests"] == 5 and counters["blocked"] == 3 and counters["would_block"] == 1
    by_rule = {row["id"]: row for row in counters["by_rule"]}
    assert by_rule[900003]["blocks"] == 1 and by_rule[900009]["blocks"] == 1 and by_rule[900002]["matches"] == 2
    assert sum(bucket["count"] for bucket in counters["inspection_us"]["buckets"]) == 5
    assert counters["degraded"]["request-body-limit"] == 0


def test_counters_survive_a_reload(nginx):
    nginx.start(BASE)
    nginx.get("/?q=probe-arg")
    nginx.reload()
    nginx.wait(lambda: report(nginx)["counters"]["blocked"] == 1, "the block counted")
    nginx.get("/?q=probe-arg")
    nginx.wait(lambda: report(nginx)["counters"]["blocked"] == 2, "the second block counted")


def test_prometheus_text(nginx):
    nginx.start(BASE)
    nginx.get("/?q=probe-status")
    nginx.wait(lambda: report(nginx)["counters"]["blocked"] == 1, "the block counted")
    answer = nginx.get("/rasp?format=prometheus")
    assert answer.header("Content-Type").startswith("text/plain; version=0.0.4")
    assert nginx.get("/rasp", headers={"Accept": "text/plain"}).text == answer.text
    lines = answer.text.splitlines()
    sample = re.compile(r'[a-z_]+(\{[a-z_]+="[^"]*"\})? \d+')
    assert all(line.startswith("# ") or sample.fullmatch(line) for line in lines)
    assert "rasp_blocked_total 1" in lines
    assert 'rasp_rule_blocks_total{rule="900003"} 1' in lines
    buckets = [int(line.split()[1]) for line in lines if line.startswith("rasp_inspection_microseconds_bucket")]
    assert buckets == sorted(buckets) and buckets[-1] == 1
    names = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(names) == len(set(names))


def test_only_loopback_may_look_unless_allowed(nginx):
    nginx.start("set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP; rasp_rules {probe};"
                "server { listen 127.0.0.1:{port}; location = /rasp { rasp_status; } location = /open { rasp_status allow; } }")
    outside = {"X-Real-IP": "192.0.2.1"}
    assert nginx.get("/rasp").status == 200
    assert nginx.get("/rasp", headers=outside).status == 403
    assert nginx.get("/open", headers=outside).status == 200
    assert nginx.get("/rasp", headers={"X-Real-IP": "::1"}).status == 200
    assert nginx.post("/rasp", "x=1").status == 405
    assert nginx.client().request("HEAD", "/rasp").status == 200
