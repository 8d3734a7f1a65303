# SPDX-License-Identifier: Apache-2.0
"""The event log: whole lines from all workers, rotation, and honesty about what was lost. And the log variables."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ATTACK = "/?q=probe-arg"
BASE = """rasp block; rasp_rules {probe}; rasp_log {dir}/events.log;
server { listen 127.0.0.1:{port}; root {root};
  location / { proxy_pass http://127.0.0.1:{up}; }
  location = /rasp { rasp off; rasp_status; } }"""


def counters(nginx):
    return json.loads(nginx.get("/rasp").text)["counters"]


def test_records_follow_the_schema(nginx):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((ROOT / "rulesets/schema/event.schema.json").read_text())
    nginx.start(BASE)
    nginx.get(ATTACK, headers={"User-Agent": "tester\xff", "Referer": "x"})
    nginx.post("/?a=b%00c", "a=probe-arg&password=secret1")
    nginx.get("/?q=probe-log")
    nginx.get("/secret")
    nginx.get("/" + "a" * 40000)
    events = nginx.events(5)
    for event in events:
        jsonschema.validate(event, schema)
    assert "secret1" not in json.dumps(events)
    assert len({event["event"]["id"] for event in events}) == 5


def test_ordinary_requests_are_not_logged(nginx):
    nginx.start(BASE)
    for _ in range(10):
        assert nginx.get("/").status == 200
    assert nginx.get(ATTACK).status == 403
    assert len(nginx.events(1)) == 1
    nginx.wait(lambda: counters(nginx)["requests"] == 11, "eleven requests counted")


def test_lines_of_several_workers_never_mix(nginx):
    nginx.start(BASE, workers=2)

    def attack():
        with nginx.client() as client:
            for _ in range(100):
                assert client.request("GET", ATTACK).status == 403

    threads = [threading.Thread(target=attack) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    events = nginx.events(800)
    assert len(events) == 800 == len({event["event"]["id"] for event in events})


def test_rotation_by_usr1_loses_nothing(nginx):
    nginx.start(BASE, workers=2)
    total = 0
    for turn in range(3):
        for _ in range(20):
            assert nginx.get(ATTACK).status == 403
        total += 20
        nginx.events(20)
        os.rename(nginx.path("events.log"), nginx.path(f"events.{turn}"))
        nginx.signal(signal.SIGUSR1)
        nginx.wait(nginx.path("events.log").exists, "the new file")
        nginx.wait(lambda: nginx.error_log().count("reopening logs") >= 4 * (turn + 1), "the workers to reopen")
    old = [len(nginx.events(name=f"events.{turn}")) for turn in range(3)]
    assert old == [20, 20, 20] and nginx.events() == []
    assert nginx.get(ATTACK).status == 403
    assert len(nginx.events(1)) == 1
    held = [os.readlink(link) for pid in nginx.workers() for link in pathlib.Path(f"/proc/{pid}/fd").iterdir()]
    assert not [path for path in held if path.endswith(("events.0", "events.1", "events.2"))]


def test_events_are_written_before_a_worker_ends(nginx):
    nginx.start(BASE)
    with nginx.client() as client:
        for _ in range(200):
            client.request("GET", ATTACK)
    nginx.stop()
    assert len(nginx.events()) == 200


def test_full_disk_is_counted_and_costs_no_request(nginx):
    nginx.start(BASE.replace("{dir}/events.log", "/dev/full"))
    for _ in range(5):
        assert nginx.get(ATTACK).status == 403
    nginx.wait(lambda: counters(nginx)["events_failed"] == 5, "five failed writes")
    assert counters(nginx)["events_written"] == 0


def test_full_queue_drops_counts_and_says_so(nginx):
    """A reader that stalls: the queue fills, new events are dropped, and the log tells how many once it moves again."""
    os.mkfifo(nginx.path("events.fifo"))
    reader = os.open(nginx.path("events.fifo"), os.O_RDWR | os.O_NONBLOCK)
    nginx.start(BASE.replace("events.log", "events.fifo"))
    with nginx.client() as client:
        while counters(nginx)["events_dropped"] < 10:
            for _ in range(100):
                assert client.request("GET", ATTACK + "&pad=" + "p" * 1500).status == 403
    text, lost = b"", []

    def drain():
        nonlocal text, lost
        try:
            text += os.read(reader, 1 << 20)
        except BlockingIOError:
            pass
        lines = [json.loads(line) for line in text.split(b"\n")[:-1]]
        lost = [line for line in lines if line["event"]["action"] == "dropped"]
        return lost

    nginx.wait(drain, "the record of what was lost")
    count = counters(nginx)
    assert lost[0]["rasp"]["dropped"]["queue_full"] == count["events_dropped"] >= 10
    nginx.wait(lambda: drain() and counters(nginx)["events_written"] + count["events_dropped"] == counters(nginx)["requests"],
               "all other events")
    os.close(reader)


def test_variables(nginx):
    nginx.start("log_format rasp '$rasp_verdict $rasp_score $rasp_rule $rasp_event_id $rasp_time_us';"
                "access_log {dir}/rasp.log rasp;" + BASE.replace("location = /rasp", "location /off { rasp off; } location = /rasp"))
    for target in ("/", ATTACK, "/?q=probe-status", "/?q=probe-shadow", "/?q=probe-redirect", "/off"):
        nginx.get(target)
    nginx.wait(lambda: nginx.path("rasp.log").read_text().count("\n") == 6, "six lines")
    lines = [line.split() for line in nginx.path("rasp.log").read_text().splitlines()]
    assert [line[0] for line in lines] == ["pass", "block", "block", "would_block", "redirect", "-"]
    assert [line[1] for line in lines] == ["0", "5", "0", "0", "0", "-"]
    assert [line[2] for line in lines][2:5] == ["900003", "900006", "900004"]
    assert lines[1][3] == nginx.events(1)[0]["event"]["id"]
    assert all(line[4].isdigit() for line in lines[:5])
