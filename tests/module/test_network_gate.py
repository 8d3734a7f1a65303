# SPDX-License-Identifier: Apache-2.0
"""The network gate: who is let in, how often and with how much, before anything is inspected. Where real addresses are
needed, realip takes them from a header, as behind a load balancer."""
import json
import os
import socket
import subprocess
import threading
import time

import pytest

from server import ROOT

UP = "proxy_pass http://127.0.0.1:{up};"
REALIP = "set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;"
LOG = "rasp_log {dir}/events.log;"
MMDB = ROOT / "tests/unit/operator/mmdb.py"
RULES = {"denied": 409001, "header-flood": 409002, "body-flood": 409003, "argument-flood": 409004, "country": 409005,
         "asn": 409006, "geo-unavailable": 409007, "rate": 409008, "slow-body": 409009}


def server(settings, locations="location / { " + UP + " }", extra=""):
    return (REALIP + LOG + settings + "server { listen 127.0.0.1:{port}; root {root}; " + extra + locations
            + " location = /rasp { rasp off; rasp_status allow; } }")


def get(nginx, target="/", address="192.0.2.7", **headers):
    return nginx.get(target, headers={"X-Real-IP": address, **headers})


def status(nginx, address="192.0.2.7", target="/", **headers):
    return get(nginx, target, address, **headers).status


def gate(nginx):
    return json.loads(nginx.get("/rasp").text)["gate"]


def make_database(nginx, records, name="geo.mmdb"):
    """Written aside and renamed, as such a file is to be replaced."""
    aside = nginx.path(name + ".new")
    subprocess.run(["/usr/bin/python3", str(MMDB), str(aside)], input=json.dumps(records).encode(), check=True)
    os.rename(aside, nginx.path(name))


def test_deny_and_allow(nginx):
    nginx.write("deny.txt", "# bad\n192.0.2.0/24\n2001:db8::/32 ; SBL7\n198.51.100.1-198.51.100.3\n")
    nginx.start(server("rasp block; rasp_deny {dir}/deny.txt 203.0.113.9; rasp_allow 192.0.2.77;"))
    assert status(nginx, "192.0.2.7") == 403
    assert status(nginx, "::ffff:192.0.2.7") == 403
    assert status(nginx, "2001:db8::1") == 403
    assert status(nginx, "198.51.100.3") == 403
    assert status(nginx, "203.0.113.9") == 403
    assert status(nginx, "192.0.2.77") == 200  # allow wins
    assert status(nginx, "198.51.100.4") == 200
    event = nginx.events(5)[0]
    assert event["event"]["action"] == "blocked" and event["rasp"]["enforced"] is True
    assert event["rule"]["id"] == str(RULES["denied"]) and event["source"]["ip"] == "192.0.2.7"
    assert event["http"]["response"]["status_code"] == 403
    assert event["rasp"]["matches"][0]["operator"] == "denied"
    report = gate(nginx)
    assert report["refused"]["denied"] == 5 and report["allowed"] == 1
    assert [entry.get("networks") for entry in report["lists"]] == [4, 1, 1]


def test_events_are_of_the_schema(nginx):
    jsonschema = pytest.importorskip("jsonschema")
    nginx.start(server("rasp block; rasp_deny 192.0.2.7; rasp_rate 1r/h;"))
    for address in ("192.0.2.7", "192.0.2.8", "192.0.2.8"):
        get(nginx, address=address)
    schema = json.loads((ROOT / "rulesets/schema/event.schema.json").read_text())
    for event in nginx.events(2):
        jsonschema.validate(event, schema)


def test_detect_refuses_nobody(nginx):
    nginx.start(server("rasp detect; rasp_deny all;"))
    assert status(nginx) == 200
    event = nginx.events(1)[0]
    assert event["event"]["action"] == "would-block" and event["rasp"]["would_block"] is True
    report = gate(nginx)
    assert report["would_refuse"]["denied"] == 1 and report["refused"]["denied"] == 0


def test_off_by_default_and_said_so(nginx):
    passed, said = nginx.check(server("rasp_deny all;"))
    assert passed and "the network gate does nothing" in said
    nginx.start(server("rasp_deny all;"))
    assert status(nginx) == 200


def test_a_kind_of_directive_replaces_the_parents(nginx):
    nginx.start(server("rasp block; rasp_deny 192.0.2.1; rasp_flood headers=50;", (
        "location / { " + UP + " }"
        "location /own/ { rasp_deny 192.0.2.2; " + UP + " }"
        "location /none/ { rasp_deny off; " + UP + " }")))
    wanted = {("/", "192.0.2.1"): 403, ("/", "192.0.2.2"): 200, ("/own/", "192.0.2.1"): 200, ("/own/", "192.0.2.2"): 403,
              ("/none/", "192.0.2.1"): 200}
    assert {key: status(nginx, key[1], key[0]) for key in wanted} == wanted
    many = {f"X-{i}": "1" for i in range(60)}
    assert status(nginx, "198.51.100.1", "/none/", **many) == 431  # another kind stays


def test_comes_before_inspection_and_before_limit_req(nginx):
    nginx.start("limit_req_zone $server_port zone=all:1m rate=1r/m;" + server(
        "rasp block; rasp_rules {probe}; rasp_deny 192.0.2.7;", extra="limit_req zone=all;"))
    for _ in range(3):
        assert status(nginx, "192.0.2.7", "/?q=probe-arg") == 403
    # What the gate refused has not used up the limit.
    assert status(nginx, "192.0.2.8") == 200
    assert status(nginx, "192.0.2.8") == 503
    assert {event["rule"]["id"] for event in nginx.events(3)} == {str(RULES["denied"])}


def test_an_address_that_a_location_sets_is_not_known_yet(nginx):
    """As operating.md says: realip belongs into http or server."""
    nginx.start(LOG + "rasp block; rasp_deny 192.0.2.7; server { listen 127.0.0.1:{port}; root {root};"
                "location / { " + REALIP + UP + " } }")
    assert status(nginx) == 200


def test_satisfy_any_does_not_overrule_it(nginx):
    nginx.start(server("rasp block; rasp_deny 192.0.2.7;", "location / { satisfy any; allow all; " + UP + " }"))
    assert status(nginx) == 403


def test_an_error_page_is_shown_and_told_once(nginx):
    nginx.write("www/sorry.html", "sorry")
    nginx.start(server("rasp block; rasp_rules {probe}; rasp_deny 192.0.2.7;",
                       "error_page 403 /sorry.html; location / { " + UP + " } location = /sorry.html { }"))
    answer = get(nginx)
    assert answer.status == 403 and answer.text == "sorry"
    nginx.wait(lambda: gate(nginx)["refused"]["denied"] == 1, "the refusal counted")
    time.sleep(0.2)
    assert len(nginx.events(1)) == 1


def test_an_internal_redirect_meets_the_other_locations_demands_and_is_counted_once(nginx):
    nginx.write("www/a/index.html", "index")
    nginx.start(server("rasp block; rasp_rate 1r/h burst=1;", (
        "location / { index index.html; } location = /b/ { try_files /none /a/index.html; }"
        "location = /a/index.html { rasp_deny 192.0.2.66; }")))
    assert get(nginx, "/a/").text == "index"
    assert status(nginx, "192.0.2.7", "/a/") == 200  # the second of two, though each came here twice
    assert status(nginx, "192.0.2.7", "/a/") == 429
    assert status(nginx, "192.0.2.66", "/a/") == 403


@pytest.mark.parametrize("headers, target, wanted", [
    ({}, "/?a=1&b=2&c=3", 200), ({f"X-{i}": "1" for i in range(40)}, "/", 431), ({"X-Long": "y" * 3000}, "/", 431),
    ({}, "/?a&b&c&d", 414), ({}, "/?a=" + "b" * 200, 414)], ids=["within", "headers", "bytes", "arguments", "query"])
def test_floods(nginx, headers, target, wanted):
    nginx.start(server("rasp block; rasp_flood headers=30 header_bytes=2k arguments=3 argument_bytes=100;"))
    assert status(nginx, "192.0.2.7", target, **headers) == wanted


def test_body_flood(nginx):
    nginx.start(server("rasp block; rasp_flood body=1k; client_body_buffer_size 4k;"))
    assert nginx.post("/", "x" * 1024).status == 200
    assert nginx.post("/", "x" * 1025).status == 413
    with nginx.client() as client:  # nothing announced
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(3):
            client.send("200\r\n" + "x" * 0x200 + "\r\n")
            time.sleep(0.05)
        assert client.read("POST").status == 413
    assert [event["rule"]["id"] for event in nginx.events(2)] == [str(RULES["body-flood"])] * 2


def send_slowly(nginx, pieces, pause, target="/"):
    """The status of the answer; None: the connection was closed without one."""
    with nginx.client() as client:
        client.send(f"POST {target} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(pieces)}\r\n\r\n")
        for piece in pieces:
            try:
                client.send(piece)
            except OSError:
                return None
            time.sleep(pause)
        try:
            return client.read("POST").status
        except Exception:
            return None


def test_slow_bodies(nginx):
    nginx.start(server("rasp block; rasp_slow_body 100 grace=1s;", (
        "location / { " + UP + " } location /any/ { rasp_slow_body off; " + UP + " }"
        "location /rules/ { rasp_rules {probe}; " + UP + " }")))
    assert send_slowly(nginx, "x" * 40, 0.01) == 200  # slow, but within the grace
    for target in ("/", "/rules/"):
        begun = time.monotonic()
        assert send_slowly(nginx, "x" * 40, 0.1, target) is None
        assert time.monotonic() - begun < 3.5
    assert send_slowly(nginx, "x" * 20, 0.1, "/any/") == 200
    events = [event for event in nginx.events(2) if event["rule"]["id"] == str(RULES["slow-body"])]
    assert len(events) == 2 and events[0]["http"]["response"]["status_code"] == 408
    assert gate(nginx)["refused"]["slow-body"] == 2


def test_rates(nginx):
    nginx.start(server("rasp block; rasp_rate 1r/m burst=2;"), workers=2)
    answers = [get(nginx) for _ in range(5)]  # each on a connection of its own: over both workers
    assert [answer.status for answer in answers] == [200, 200, 200, 429, 429]
    assert 55 <= int(answers[3].header("Retry-After")) <= 60
    assert status(nginx, "192.0.2.8") == 200
    assert status(nginx, "2001:db8::1") == 200 and status(nginx, "2001:db8::2") == 200  # one /64
    assert status(nginx, "2001:db8::3") == 200 and status(nginx, "2001:db8::4") == 429
    event = nginx.events(3)[0]
    assert event["rule"]["id"] == str(RULES["rate"]) and "rate 1r/m burst=2" in event["rasp"]["matches"][0]["log_data"]
    nginx.reload()  # what was counted stays counted
    assert status(nginx) == 429
    assert gate(nginx)["rates"] == {"keys": gate(nginx)["rates"]["keys"], "evicted": 0}


def test_rate_by_a_key_and_several_rates(nginx):
    nginx.start(server("rasp block; rasp_rate 1000r/s burst=100; rasp_rate 1r/h burst=1 key=$http_x_key status=503;"))
    assert [status(nginx, f"192.0.2.{i}", **{"X-Key": "k"}) for i in range(3)] == [200, 200, 503]
    assert [status(nginx, "192.0.2.1") for _ in range(4)] == [200] * 4  # no key: not counted
    assert status(nginx, **{"X-Key": "other"}) == 200


def test_parallel_requests_do_not_pass_together(nginx):
    nginx.start(server("rasp block; rasp_rate 1r/h burst=9;"), workers=2)
    passed = []

    def ask():
        for _ in range(10):
            passed.append(status(nginx))
    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(set(passed)) == [200, 429] and passed.count(200) == 10


def test_who_is_allowed_has_no_rate(nginx):
    nginx.start(server("rasp block; rasp_rate 1r/h; rasp_allow 192.0.2.7;"))
    assert [status(nginx) for _ in range(3)] == [200] * 3


RECORDS = {"192.0.2.0/24": {"country": {"iso_code": "DE"}, "autonomous_system_number": 64500},
           "198.51.100.0/24": {"country": {"iso_code": "FR"}}}


def test_countries_and_systems(nginx):
    make_database(nginx, RECORDS)
    nginx.start(server("rasp block; rasp_geoip {dir}/geo.mmdb;", (
        "location / { rasp_deny_country fr; " + UP + " } location /only/ { rasp_allow_country FR; " + UP + " }"
        "location /asn/ { rasp_deny_asn AS64500 64501; " + UP + " }")))
    wanted = {("/", "192.0.2.1"): 200, ("/", "198.51.100.1"): 403, ("/", "203.0.113.1"): 200,
              ("/only/", "192.0.2.1"): 403, ("/only/", "198.51.100.1"): 200, ("/only/", "203.0.113.1"): 403,
              ("/asn/", "192.0.2.1"): 403, ("/asn/", "198.51.100.1"): 200}
    assert {key: status(nginx, key[1], key[0]) for key in wanted} == wanted
    data = [event["rasp"]["matches"][0]["log_data"] for event in nginx.events(4)]
    assert data == ["country FR", "country DE", "country not known", "AS64500"]


@pytest.mark.parametrize("policy, wanted", [("pass", 200), ("block", 503)])
def test_a_missing_database_is_a_state_not_a_failure(nginx, policy, wanted):
    setup = server("rasp block; rasp_deny_country FR; rasp_geoip {dir}/geo.mmdb on_error=" + policy + ";")
    passed, said = nginx.check(setup)
    assert passed and "geo.mmdb" in said and "No such file" in said
    nginx.start(setup)
    assert [status(nginx, "198.51.100.1") for _ in range(3)] == [wanted] * 3
    report = gate(nginx)
    assert report["databases"][0]["available"] is False and report["databases"][0]["last_load_failed"] is True
    events = nginx.events(1)
    assert events[0]["rule"]["id"] == str(RULES["geo-unavailable"])
    if policy == "pass":
        assert report["geo_unavailable"] == 3 and len(events) == 1 and events[0]["event"]["action"] == "detected"
    make_database(nginx, RECORDS)  # and it is there without a reload
    nginx.wait(lambda: status(nginx, "198.51.100.1") == 403, "the country denied")


def test_lists_are_loaded_anew_without_a_reload(nginx):
    nginx.write("deny.txt", "192.0.2.1\n")
    nginx.start(server("rasp block; rasp_deny {dir}/deny.txt;"), workers=2)
    assert status(nginx, "192.0.2.2") == 200
    workers = nginx.workers()
    nginx.write("deny.new", "192.0.2.2\n")
    os.rename(nginx.path("deny.new"), nginx.path("deny.txt"))
    nginx.wait(lambda: gate(nginx)["file_loads"] >= 2, "both workers with the new list")
    assert status(nginx, "192.0.2.2") == 403 and status(nginx, "192.0.2.1") == 200
    assert nginx.workers() == workers

    nginx.write("deny.txt", "192.0.2.3\n192.0.2.300\n")  # broken: what was there stays
    nginx.wait(lambda: gate(nginx)["file_failures"] >= 2, "both workers to refuse it")
    assert status(nginx, "192.0.2.2") == 403 and status(nginx, "192.0.2.3") == 200
    assert "deny.txt:2: error: bad-network" in nginx.error_log() and "what was there before stays" in nginx.error_log()
    nginx.path("deny.txt").unlink()
    nginx.wait(lambda: gate(nginx)["file_failures"] >= 4, "both workers to miss it")
    assert status(nginx, "192.0.2.2") == 403

    nginx.write("deny.txt", "192.0.2.3\n")
    nginx.wait(lambda: gate(nginx)["file_loads"] >= 4, "both workers with the mended list")
    assert status(nginx, "192.0.2.2") == 200 and status(nginx, "192.0.2.3") == 403


def test_a_large_list_is_loaded_beside_the_requests(nginx):
    nginx.write("deny.txt", "192.0.2.1\n")
    nginx.start(server("rasp block; rasp_deny {dir}/deny.txt; keepalive_requests 1000000;"))
    lines = (f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}\n" for i in range(0, 1 << 21, 3))
    nginx.write("deny.new", "".join(lines))
    os.rename(nginx.path("deny.new"), nginx.path("deny.txt"))
    slowest = 0
    with nginx.client() as client:
        deadline = time.monotonic() + 30
        while gate(nginx)["file_loads"] == 0 and time.monotonic() < deadline:
            begun = time.monotonic()
            assert client.request("GET", "/", headers={"X-Real-IP": "192.0.2.9"}).status == 200
            slowest = max(slowest, time.monotonic() - begun)
    assert status(nginx, "10.0.0.3") == 403 and status(nginx, "10.0.0.4") == 200
    assert slowest < 0.5
    assert gate(nginx)["lists"][0]["networks"] > 600_000


def test_a_reload_reads_lists_and_a_broken_one_stops_it(nginx):
    nginx.write("deny.txt", "192.0.2.1\n")
    nginx.start(server("rasp block; rasp_deny {dir}/deny.txt;"))
    nginx.write("deny.txt", "nonsense\n")
    passed, said = nginx.check(server("rasp block; rasp_deny {dir}/deny.txt;"))
    assert not passed and "deny.txt:1: error: bad-network" in said
    nginx.write("deny.txt", "192.0.2.2\n")
    nginx.reload()
    assert status(nginx, "192.0.2.2") == 403
    nginx.allow("bad-network")


def test_a_flood_of_refusals_is_not_one_of_lines(nginx):
    nginx.start(server("rasp block; rasp_deny 192.0.2.7; keepalive_requests 1000000;"))
    with nginx.client() as client:
        for _ in range(1500):
            assert client.request("GET", "/", headers={"X-Real-IP": "192.0.2.7"}).status == 403
    report = gate(nginx)
    assert report["refused"]["denied"] == 1500
    nginx.wait(lambda: len(nginx.events()) + gate(nginx)["events_left_out"] == 1500, "every refusal told or counted")
    assert report["events_left_out"] > 0


def test_a_unix_socket_has_no_address(nginx):
    nginx.start(LOG + "rasp block; rasp_deny all; rasp_rate 1r/h; server { listen 127.0.0.1:{port};"
                "listen unix:{dir}/s.sock; location / { " + UP + " } }")
    for _ in range(2):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(nginx.path("s.sock")))
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert connection.recv(100).split()[1] == b"200"


def test_status_says_what_is_demanded_where(nginx):
    nginx.start(server("rasp block; rasp_rate 10r/s burst=5;", (
        "location / { rasp_deny 192.0.2.1 192.0.2.2; rasp_flood headers=50; " + UP + " }"
        "location /off/ { rasp off; " + UP + " } location /none/ { rasp_rate off; " + UP + " }")))
    where = {entry["location"]: entry.get("gate") for entry in json.loads(nginx.get("/rasp").text)["locations"]}
    assert where["/"]["deny"] == 2 and where["/"]["rates"] == ["10r/s burst=5"] and where["/"]["flood"]["headers"] == 50
    assert where["/off/"] is None and where["/none/"]["rates"] == []


def test_over_http2(nginx):
    from test_http2 import Client2
    nginx.start(REALIP + LOG + "rasp block; rasp_deny 192.0.2.7; rasp_flood body=1k; rasp_slow_body 100 grace=1s;"
                "server { listen 127.0.0.1:{port}; listen 127.0.0.1:{h2} http2; location / { " + UP + " } }")
    client = Client2(nginx.names["h2"])
    assert client.finish(client.start("GET", "/", [("x-real-ip", "192.0.2.7")]))[0] == 403
    assert client.finish(client.start("GET", "/", [("x-real-ip", "192.0.2.8")]))[0] == 200
    stream = client.start("POST", "/", end=False)  # no length
    client.data(stream, b"x" * 1025)
    assert client.finish(stream)[0] == 413
    stream = client.start("POST", "/", end=False)
    for _ in range(16):
        client.data(stream, b"x", end=False)
        time.sleep(0.1)
    assert client.finish(stream)[0] in (408, None)
    assert [event["rule"]["id"] for event in nginx.events(3)] == [str(RULES[name]) for name in ("denied", "body-flood", "slow-body")]


def test_prometheus_text_has_the_gate(nginx):
    nginx.start(server("rasp block; rasp_deny 192.0.2.7; rasp_rate 10r/s;"))
    get(nginx)
    text = nginx.get("/rasp?format=prometheus").text
    assert 'rasp_gate_refused_total{reason="denied"} 1' in text.splitlines()
    assert "rasp_gate_rate_keys_evicted_total 0" in text.splitlines()


@pytest.mark.parametrize("line, said", [
    ("rasp_deny 192.0.2.300;", "four numbers from 0 to 255"), ("rasp_deny none.txt;", "there is no file"),
    ("rasp_deny 10.0.0.0/33;", "0 to 32"), ("rasp_deny_country FRA;", "two letters"),
    ("rasp_deny_country FR;", "say rasp_geoip"), ("rasp_deny_asn x;", "autonomous system is a number"),
    ("rasp_allow_country FR; rasp_deny_country DE;", "say one of both"), ("rasp_rate 10;", "a rate is like"),
    ("rasp_rate 1r/s burst=x;", "a count up to"), ("rasp_rate 1r/s status=200;", "400 to 599"),
    ("rasp_rate 1r/s key=$nothing;", "unknown"), ("rasp_rate 1r/s colour=5;", "burst=N, key=STRING"),
    ("rasp_rate_zone 1k;", "at least 128k"), ("rasp_flood headers=x;", "counts are plain"),
    ("rasp_flood colour=5;", "NAME being headers"), ("rasp_slow_body fast;", "bytes a second"),
    ("rasp_slow_body 500 patience=5;", "grace=TIME"), ("rasp_geoip a.mmdb on_error=maybe;", "pass or block"),
    ("rasp_slow_body 1; rasp_slow_body 2;", "is duplicate"), ("rasp_deny 192.0.2.1; rasp_deny off;", "is duplicate")])
def test_what_nginx_says_of_mistakes(nginx, line, said):
    passed, text = nginx.check("rasp block; " + line + "server { listen 127.0.0.1:{port}; }")
    assert not passed and said in text
    nginx.allow(r"\[emerg\]")
