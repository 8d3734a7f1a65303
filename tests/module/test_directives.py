# SPDX-License-Identifier: Apache-2.0
"""Each directive: what it does, how it is inherited, and what nginx -t says of a wrong one."""
import json

import pytest

ATTACK = "/?q=probe-arg"
OTHER = "/?q=second-arg"


def server(locations, settings=""):
    return "server { listen 127.0.0.1:{port}; root {root}; " + settings + locations + " }"


def answering(path, settings=""):
    return "location " + path + " { " + settings + " proxy_pass http://127.0.0.1:{up}; }"


def test_rasp_is_off_by_default(nginx):
    nginx.start("rasp_rules {probe}; rasp_log {dir}/events.log;" + server(answering("/")))
    assert nginx.get(ATTACK).status == 200
    assert nginx.get("/secret").status == 200
    assert nginx.events() == []


def test_mode_is_inherited_and_can_be_changed_at_each_level(nginx):
    nginx.start("rasp block; rasp_rules {probe}; rasp_log {dir}/events.log;" + server(
        answering("/") + answering("/detect/", "rasp detect;") + answering("/off/", "rasp off;")
        + "location /outer/ { rasp off; " + answering("/outer/inner/", "rasp block;") + " }"))
    assert nginx.get(ATTACK).status == 403
    assert nginx.get("/detect" + ATTACK).status == 200
    assert nginx.get("/off" + ATTACK).status == 200
    assert nginx.get("/outer/inner" + ATTACK).status == 403
    events = nginx.events(3)
    assert [e["event"]["action"] for e in events] == ["blocked", "would-block", "blocked"]
    assert [e["rasp"]["mode"] for e in events] == ["block", "detect", "block"]
    assert not events[1]["rasp"]["enforced"]


def test_child_adds_to_the_parents_rules(nginx):
    nginx.names["second"] = nginx.names["probe"].parent / "request_only.json"
    nginx.start("rasp block; rasp_rules {probe};" + server(
        answering("/") + answering("/both/", "rasp_rules {second};")))
    assert nginx.get(OTHER).status == 200
    assert nginx.get("/both" + OTHER).status == 403
    assert nginx.get("/both" + ATTACK).status == 403


def test_rules_take_several_files_and_globs(nginx):
    nginx.start("rasp block; rasp_rules " + str(nginx.names["probe"].parent) + "/*.json;" + server(answering("/")))
    assert nginx.get(ATTACK).status == 403
    assert nginx.get(OTHER).status == 403


def test_child_adds_to_the_parents_exclusions(nginx):
    nginx.start("rasp block; rasp_rules {probe}; rasp_exclude 900001;" + server(
        answering("/") + answering("/more/", "rasp_exclude 900002 ARGS:free; rasp_exclude 900003;")))
    header = {"X-Probe": "probe-header"}
    assert nginx.get("/", headers=header).status == 200
    assert nginx.get("/more/", headers=header).status == 200
    assert nginx.get("/?free=probe-arg").status == 403
    assert nginx.get("/more/?free=probe-arg").status == 200
    assert nginx.get("/more/?other=probe-arg").status == 403
    assert nginx.get("/?q=probe-status").status == 422
    assert nginx.get("/more/?q=probe-status").status == 200


def test_threshold(nginx):
    nginx.start("rasp block; rasp_rules {probe};" + server(
        answering("/") + answering("/high/", "rasp_threshold 6 response=9;")))
    assert nginx.get(ATTACK).status == 403
    assert nginx.get("/high" + ATTACK).status == 200


@pytest.mark.parametrize("policy, status", [("block", 415), ("pass", 200)])
def test_on_error_decides_about_a_body_that_cannot_be_decoded(nginx, policy, status):
    nginx.start("rasp block; rasp_rules {probe}; rasp_log {dir}/events.log; rasp_on_error " + policy + ";" + server(answering("/")))
    assert nginx.post("/", "a=1").status == 200
    assert nginx.post("/", "a=1", headers={"Content-Encoding": "compress"}).status == status
    assert "request-body-encoding" in nginx.events(1)[0]["rasp"]["degraded"]


def test_body_limit_bounds_what_is_kept_not_what_is_inspected(nginx):
    nginx.start("rasp block; rasp_rules {probe}; rasp_body_limit 1k; rasp_log {dir}/events.log;" + server(answering("/")))
    assert nginx.post("/", "a=" + "x" * 100_000).status == 200
    for body in ("a=" + "x" * 100_000 + "probe-arg" + "x" * 1000, "a=" + "x" * 100_000 + "&b=probe-arg"):
        assert nginx.post("/", body).status == 403
    assert all(event["rule"]["id"] == "900002" for event in nginx.events(2))


def test_limits(nginx):
    nginx.start("rasp block; rasp_rules {probe}; rasp_log {dir}/events.log;" + server(
        answering("/") + answering("/few/", "rasp_limits headers=5 arguments=3;")))
    many = {f"X-{i}": "v" for i in range(8)}
    assert nginx.get("/", headers=many).status == 200
    assert nginx.get("/few/", headers=many).status == 431
    assert nginx.get("/few/?a=1&b=2&c=3").status == 200
    assert nginx.get("/few/?a=1&b=2&c=3&d=4").status in (400, 413)
    assert [e["rasp"]["degraded"] for e in nginx.events(2)] == [["request-header-limit"], ["request-argument-limit"]]


def test_log_is_inherited_and_can_be_turned_off(nginx):
    nginx.start("rasp block; rasp_rules {probe}; rasp_log {dir}/events.log;" + server(
        answering("/") + answering("/quiet/", "rasp_log off;") + answering("/other/", "rasp_log {dir}/other.log;")))
    for path in ("/quiet", "/other", ""):
        assert nginx.get(path + ATTACK).status == 403
    assert [e["url"]["path"] for e in nginx.events(1)] == ["/"]
    assert [e["url"]["path"] for e in nginx.events(1, "other.log")] == ["/other/"]


def test_block_page_by_accept_with_reference(nginx):
    nginx.start("rasp block; rasp_rules {probe}; rasp_log {dir}/events.log;" + server(answering("/")))
    html = nginx.get(ATTACK, headers={"Accept": "text/html,application/json;q=0.5"})
    json = nginx.get(ATTACK, headers={"Accept": "application/json"})
    plain = nginx.get(ATTACK)
    head = nginx.client().request("HEAD", ATTACK)
    references = [e["event"]["id"] for e in nginx.events(4)]
    assert html.header("Content-Type") == "text/html; charset=utf-8" and references[0] in html.text
    assert json.header("Content-Type").startswith("application/json")
    assert f'"reference":"{references[1]}"' in json.text and '"status":403' in json.text
    assert plain.header("Content-Type").startswith("text/html") and references[2] in plain.text
    assert head.status == 403 and int(head.header("Content-Length")) > 100
    assert plain.header("Cache-Control") == "no-store"


def test_block_page_of_the_operators_own(nginx):
    nginx.write("block.html", "<b>no {{status}} {{reference}}</b>")
    nginx.write("block.json", '{"no": {{status}}}')
    nginx.start("rasp block; rasp_rules {probe}; rasp_block_page html={dir}/block.html json={dir}/block.json status=451;"
                + server(answering("/")))
    answer = nginx.get(ATTACK)
    assert answer.status == 451 and answer.text.startswith("<b>no 451 ") and len(answer.text) > 30
    assert nginx.get(ATTACK, headers={"Accept": "application/json"}).text == '{"no": 451}'


def test_block_page_off_leaves_the_answer_to_nginx(nginx):
    nginx.write("www/denied.html", "custom denied page")
    nginx.start("rasp block; rasp_rules {probe}; rasp_block_page off;" + server(
        answering("/") + answering("/paged/", "error_page 403 /denied.html;")
        + answering("/forced/", "rasp_block_page on; error_page 403 /denied.html;")
        + "location = /denied.html { rasp off; }"))
    assert "<center>nginx" in nginx.get(ATTACK).text
    custom = nginx.get("/paged" + ATTACK)
    assert (custom.status, custom.text) == (403, "custom denied page")
    forced = nginx.get("/forced" + ATTACK)
    assert forced.status == 403 and "Request blocked" in forced.text


def test_verdicts_of_every_kind(nginx):
    nginx.start("rasp block; rasp_rules {probe}; rasp_log {dir}/events.log;" + server(answering("/")))
    assert nginx.get("/?q=probe-status").status == 422
    moved = nginx.get("/?q=probe-redirect")
    assert (moved.status, moved.header("Location")) == (302, "https://example.test/login")
    with nginx.client() as client:
        client.send(client.message("GET", "/?q=probe-drop"))
        assert not client.fill() and client.buffer == b""
    assert nginx.get("/?q=probe-shadow").status == 200
    assert nginx.get("/?q=probe-log").status == 200
    actions = [e["event"]["action"] for e in nginx.events(5)]
    assert actions == ["blocked", "redirected", "dropped", "would-block", "detected"]


def test_debug_malloc_changes_nothing_that_is_seen(nginx):
    nginx.start("rasp block; rasp_rules {probe}; rasp_debug_malloc on;".replace(
        "rasp_debug_malloc on;", "") + server(answering("/", "rasp_debug_malloc on;")))
    assert nginx.get(ATTACK).status == 403
    assert nginx.post("/", "a=" + "x" * 50_000).status == 200


def test_thread_pool_and_its_sizes_are_inherited_and_shown(nginx):
    nginx.start("rasp block; rasp_rules {probe}; rasp_thread_pool inspection; rasp_offload_bytes 1k; rasp_stream_window 8k;"
                "rasp_limits decompression_ratio=7;" + server(
                    answering("/") + answering("/off/", "rasp_thread_pool off; rasp_stream_window 0;")
                    + answering("/more/", "rasp_offload_bytes 1m;") + "location = /rasp { rasp off; rasp_status; }"),
                main="thread_pool inspection threads=1;")
    body = "a=probe-arg&x=" + "y" * 5000
    assert [nginx.post(path, body).status for path in ("/", "/off/", "/more/")] == [403] * 3
    status = json.loads(nginx.get("/rasp").text)
    assert status["counters"]["offloaded"] > 0 and status["counters"]["pool_overflows"] == 0
    where = {entry["location"]: entry for entry in status["locations"]}
    assert where["/"]["offload_bytes"] == 1024 and where["/"]["stream_window"] == 8192
    assert "offload_bytes" not in where["/off/"] and where["/off/"]["stream_window"] == 0
    assert where["/more/"]["offload_bytes"] == 1 << 20
    assert where["/"]["limits"]["decompression_ratio"] == 7


BROKEN_DIRECTIVES = {
    "mode": ("rasp maybe;", 'invalid value "maybe"'),
    "no such file": ("rasp_rules {dir}/none.json;", 'none.json": no such file'),
    "glob without a match": ("rasp_rules {dir}/*.none;", "no such file"),
    "threshold": ("rasp_threshold none;", "a score is a whole number above 0"),
    "threshold zero": ("rasp_threshold 0;", "a score is a whole number above 0"),
    "body limit": ("rasp_body_limit much;", "a size like 512k or 8m"),
    "decompression ratio": ("rasp_limits decompression_ratio=4g;", "counts are plain"),
    "stream window": ("rasp_stream_window some;", '"rasp_stream_window" directive invalid value'),
    "offload bytes": ("rasp_offload_bytes -1;", '"rasp_offload_bytes" directive invalid value'),
    "thread pool that is not there": ("rasp_thread_pool none;", 'unknown thread pool "none"'),
    "thread pool twice": ("rasp_thread_pool off; rasp_thread_pool off;", "is duplicate"),
    "unknown limit": ("rasp_limits colour=5;", "NAME=VALUE, NAME being headers"),
    "bad limit": ("rasp_limits time=never;", "counts are plain"),
    "block page": ("rasp_block_page html={dir}/none.html;", "cannot open block page"),
    "block page status": ("rasp_block_page status=200;", "400 to 599"),
    "headers": ("rasp_headers loose;", "no such preset of security headers"),
    "policy": ("rasp_on_error retry;", 'invalid value "retry"'),
    "twice": ("rasp_headers off; rasp_headers off;", "is duplicate"),
    "exclusion of no rule": ("rasp_exclude 123456;", "123456"),
    "log shared with the access log": ("rasp_log {dir}/access.log; access_log {dir}/access.log combined buffer=4k;",
                                       "conflicting"),
}


@pytest.mark.parametrize("name", BROKEN_DIRECTIVES)
def test_wrong_directive_fails_the_check(nginx, name):
    directive, message = BROKEN_DIRECTIVES[name]
    passed, said = nginx.check("rasp_rules {probe};" + directive + server(answering("/")))
    assert not passed
    assert "[emerg]" in said and message in said
    nginx.allow(r"\[emerg\]")


def test_rasp_without_rules_is_warned_about(nginx):
    passed, said = nginx.check("rasp block;" + server(answering("/")))
    assert passed and "[warn]" in said and "no rules apply there" in said
    passed, said = nginx.check("rasp_rules {probe}; rasp block;" + server(answering("/")))
    assert passed and "[warn]" not in said
