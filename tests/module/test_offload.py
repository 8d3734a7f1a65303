# SPDX-License-Identifier: Apache-2.0
"""A thread pool under stress: it overflows, clients leave, time runs out, nginx reloads."""
import json
import signal
import threading

import pytest

from test_streaming import ATTACK, BASE, PROXY, framed, head, server

POOL = BASE + "rasp_thread_pool inspection; rasp_offload_bytes 0;"
WHOLE = "location / { proxy_pass http://127.0.0.1:{up}; } location = /rasp { rasp off; rasp_status; }"
STREAM = "location / { " + PROXY + " } location = /rasp { rasp off; rasp_status; }"


def counters(nginx):
    return json.loads(nginx.get("/rasp").text)["counters"]


@pytest.mark.parametrize("inside", [WHOLE, STREAM])
def test_pool_that_is_full_leaves_the_work_to_the_event_loop(nginx, upstream, inside):
    nginx.start(POOL + server(inside), main="thread_pool inspection threads=1 max_queue=0;")
    body, wrong = b"x=" + b"y" * 300_000, []

    def run():
        for _ in range(20):
            answers = nginx.post("/", body).status, nginx.post("/", body + ATTACK).status
            wrong.extend([answers] if answers != (200, 403) else [])

    threads = [threading.Thread(target=run) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not wrong
    assert [seen["body"] for seen in upstream.seen] == [body] * 120
    assert counters(nginx)["pool_overflows"] > 0 and counters(nginx)["offloaded"] > 0
    assert nginx.error_log().count("the thread pool's queue is full") == 1


@pytest.mark.parametrize("inside", [WHOLE, STREAM])
def test_clients_that_leave_while_their_bodies_are_inspected(nginx, upstream, inside):
    nginx.start(POOL + server(inside), main="thread_pool inspection threads=1;")
    clients = []
    for number in range(40):
        client = nginx.client()
        client.send(head(None if number % 2 else 500_000))
        client.send(framed(b"x=" + b"y=%41&" * 2000 * (1 + number % 9), number % 2))
        clients.append(client)
    for client in clients:
        client.socket.close()
    nginx.wait(lambda: len(nginx.access(1)) >= 40, "all of them in the log")
    assert nginx.post("/", b"x=" + b"y" * 300_000 + ATTACK).status == 403
    assert upstream.seen == []


@pytest.mark.parametrize("inside", [WHOLE, STREAM])
def test_client_that_stops_sending_runs_into_the_timeout(nginx, upstream, inside):
    nginx.start(POOL + "client_body_timeout 1s;" + server(inside), main="thread_pool inspection threads=1;")
    with nginx.client() as client:
        client.send(head(500_000))
        client.send(b"x=" + b"y" * 200_000)
        while client.fill():
            pass
    nginx.wait(lambda: " 408 " in nginx.access(1)[0], "the timeout in the log")
    assert nginx.post("/", b"a=1&x=" + b"y" * 100_000).status == 200


@pytest.mark.parametrize("inside", [WHOLE, STREAM])
def test_reload_waits_for_requests_in_the_pool(nginx, upstream, inside):
    nginx.start(POOL + server(inside), main="thread_pool inspection threads=1;")
    body = b"x=" + b"y" * 400_000
    clients = []
    for _ in range(4):
        client = nginx.client()
        client.send(head(len(body)))
        client.send(body[:-50_000])
        clients.append(client)
    before = nginx.workers()
    nginx.signal(signal.SIGHUP)
    nginx.wait(lambda: set(nginx.workers()) - set(before), "new workers")
    for client in clients:
        client.send(body[-50_000:])
        assert client.read().status == 200
        client.socket.close()
    nginx.wait(lambda: not set(nginx.workers()) & set(before), "the old worker's end")
    assert [seen["body"] for seen in upstream.seen] == [body] * 4


def test_answer_to_a_request_that_is_in_the_pool(nginx, upstream):
    """nginx refuses a chunked body in the middle: its error page is sent while a piece may still be with a thread."""
    nginx.start(POOL.replace("client_max_body_size 64m;", "client_max_body_size 100k;") + server(
        "error_page 413 = @large; location / { proxy_pass http://127.0.0.1:{up}; } "
        "location @large { add_header X-Score $rasp_score always; empty_gif; }"), main="thread_pool inspection threads=1;")
    for _ in range(10):
        with nginx.client() as client:
            client.send(head())
            client.send(framed(b"x=" + b"y" * 90_000, True))
            client.send(framed(b"z" * 90_000, True))
            assert client.read().status in (403, 405, 413, 415)
