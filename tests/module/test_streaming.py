# SPDX-License-Identifier: Apache-2.0
"""Bodies that are sent on while they arrive (proxy_request_buffering off): inspected on the way, never complete for the
application before the verdict."""
import json
import socket
import threading
import time

import pytest

from client import Closed

BASE = "rasp block; rasp_rules {probe}; rasp_log {dir}/events.log; client_max_body_size 64m; client_body_buffer_size 16k;"
BASE += "rasp_body_limit 8m; rasp_limits memory=64m;"
PROXY = "proxy_request_buffering off; proxy_http_version 1.1; proxy_pass http://127.0.0.1:{up};"
WINDOW = 64 * 1024
ATTACK = b"&a=probe-arg"
KILO = b"x" * 1000


def server(inside, settings=""):
    return "server { listen 127.0.0.1:{port}; root {root}; " + settings + inside + " }"


@pytest.fixture
def streaming(nginx):
    return nginx.start(BASE + server("location / { " + PROXY + " } location = /rasp { rasp off; rasp_status; }"))


def counters(nginx):
    return json.loads(nginx.get("/rasp").text)["counters"]


def head(length=None, path="/"):
    framing = f"Content-Length: {length}" if length is not None else "Transfer-Encoding: chunked"
    return f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n{framing}\r\n\r\n"


def framed(data, chunked):
    return b"%x\r\n%s\r\n" % (len(data), data) if chunked else data


@pytest.mark.parametrize("chunked", [False, True])
def test_bytes_go_on_while_the_client_still_sends_but_not_the_window(streaming, upstream, chunked):
    parts = [b"a=1&b="] + [KILO] * 299 + [b"y"]
    whole = sum(map(len, parts))
    with streaming.client() as client:
        client.send(head(None if chunked else whole))
        for part in parts[:-1]:
            client.send(framed(part, chunked))
        sent = whole - 1
        streaming.wait(lambda: upstream.received >= sent - WINDOW - 40_000, "most of the body at the upstream")
        time.sleep(0.2)
        assert upstream.received <= whole - WINDOW
        client.send(framed(parts[-1], chunked) + (b"0\r\n\r\n" if chunked else b""))
        assert client.read().status == 200
    assert upstream.seen[0]["body"] == b"".join(parts)
    assert counters(streaming)["streamed"] == 1


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [100, 15_000, 17_000, 64_000, 66_000, 300_000, 3_000_000])
def test_attack_at_the_end_never_completes_upstream(streaming, upstream, size, chunked):
    body = b"x=" + b"y" * size + ATTACK
    with streaming.client() as client:
        answer = client.request("POST", "/", body=body, chunked=9000 if chunked else None)
        assert answer.status == 403 and "Request blocked" in answer.text
    assert upstream.seen == []
    event = streaming.events(1)[0]
    assert event["rasp"]["enforced"] and event["rule"]["id"] == "900002"
    streaming.wait(lambda: all(len(KILO) < cut["received"] + WINDOW <= len(body) + WINDOW for cut in upstream.cut), "the cut")


@pytest.mark.parametrize("chunked", [False, True])
def test_attack_at_the_beginning_and_a_small_window(nginx, upstream, chunked):
    nginx.start(BASE + "rasp_stream_window 1k;" + server("location / { " + PROXY + " }"))
    body = b"a=probe-arg&x=" + b"y" * 500_000
    assert nginx.post("/", body, chunked=10_000 if chunked else None).status == 403
    assert upstream.seen == []
    assert nginx.post("/", body.replace(b"probe", b"other"), chunked=10_000 if chunked else None).status == 200
    assert upstream.seen[0]["body"] == body.replace(b"probe", b"other")


@pytest.mark.parametrize("piece", [1, 7, 1000, 16_384, 40_000])
def test_any_split_gives_the_same_bytes(streaming, upstream, piece):
    body = b"x=" + bytes(97 + i % 26 for i in range(200_000 if piece > 100 else 20_000))
    with streaming.client() as client:
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.send(head())
        for at in range(0, len(body), piece):
            client.send(framed(body[at:at + piece], True))
        client.send(b"0\r\n\r\n")
        assert client.read().status == 200
        assert client.request("POST", "/", body=body).status == 200  # the connection stays in step
    assert [seen["body"] for seen in upstream.seen] == [body, body]


def test_body_that_fits_nginxs_buffer_reaches_nobody_before_the_verdict(streaming, upstream):
    assert streaming.post("/", b"x=" + b"y" * 10_000 + ATTACK).status == 403
    assert upstream.seen == upstream.cut == []


def test_window_zero_lets_all_but_the_end_go(nginx, upstream):
    nginx.start(BASE + "rasp_stream_window 0;" + server("location / { " + PROXY + " }"))
    with nginx.client() as client:
        client.send(head())
        client.send(framed(b"x=" + b"y" * 20_000 + ATTACK, True))
        nginx.wait(lambda: upstream.received >= 20_000, "the bytes")
        assert upstream.seen == []
        client.send(b"0\r\n\r\n")
        assert client.read().status == 403
    assert upstream.seen == []


def test_slow_application_slows_the_client_down(streaming, upstream):
    """What the application does not read is not taken from the client either."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    streaming.stop()
    streaming.names["slow"] = listener.getsockname()[1]
    streaming.start(BASE + server("location / { " + PROXY.replace("{up}", "{slow}") + " }"))
    sent = 0
    with streaming.client() as client:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        client.socket.settimeout(1)
        client.send(head())
        connection, _ = listener.accept()
        try:
            while sent < 40_000_000:
                client.send(framed(b"y" * 100_000, True))
                sent += 100_000
        except (socket.timeout, TimeoutError):
            pass
        assert sent < 20_000_000  # the kernel's buffers and ours
        connection.close()
    listener.close()
    streaming.allow("upstream")


@pytest.mark.parametrize("status", [401, 200])
def test_early_answer_is_judged_by_what_had_come(streaming, upstream, status):
    with streaming.client() as client:
        client.send(head(2_000_000, f"/early/{status}"))
        client.send(b"a=probe-arg&x=" + b"y" * 300_000)
        answer = client.read().status
    event = streaming.events(1)[0]
    if answer == 503:  # the application's answer came before what had come was judged: it was not let pass either
        assert status < 400 and "request-body-unread" in event["rasp"]["degraded"]
    else:
        assert answer == 403 and event["rule"]["id"] == "900002"


def test_early_refusal_of_a_clean_request_passes(streaming, upstream):
    with streaming.client() as client:
        client.send(head(2_000_000, "/early/401"))
        client.send(b"a=1&x=" + b"y" * 300_000)
        assert client.read().status == 401
    with streaming.client() as client:  # accepted before it was whole: it cannot have been inspected
        client.send(head(2_000_000, "/early/200"))
        client.send(b"a=1&x=" + b"y" * 300_000)
        assert client.read().status == 503
    assert "request-body-unread" in streaming.events(1)[-1]["rasp"]["degraded"]


def test_client_that_leaves_in_the_middle(streaming, upstream):
    for chunked in (False, True):
        with streaming.client() as client:
            client.send(head(None if chunked else 1_000_000))
            before = upstream.received
            client.send(framed(b"x=" + b"y" * 200_000, chunked))
            streaming.wait(lambda: upstream.received > before + 50_000, "some bytes")
    streaming.wait(lambda: len(upstream.cut) == 2, "both cut")
    assert upstream.seen == []
    assert streaming.get("/").status == 200


def test_expect_100_continue(streaming, upstream):
    body = b"x=" + b"y" * 200_000 + ATTACK
    with streaming.client() as client:
        client.send(head(len(body)).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n"))
        assert client.head().status == 100
        client.send(body)
        assert client.read().status == 403
    assert upstream.seen == []


def test_upstream_that_cannot_be_reached(nginx):
    nginx.start(BASE + server("location / { proxy_request_buffering off; proxy_pass http://127.0.0.1:1; }"))
    assert nginx.post("/", b"x=" + b"y" * 200_000).status == 502
    assert nginx.post("/", b"a=probe-arg&x=" + b"y" * 200_000).status == 403


def test_detect_only_watches(nginx, upstream):
    nginx.start(BASE.replace("block", "detect", 1) + server("location / { " + PROXY + " }"))
    body = b"x=" + b"y" * 300_000 + ATTACK
    assert nginx.post("/", body).status == 200
    assert upstream.seen[0]["body"] == body
    assert nginx.events(1)[0]["event"]["action"] == "would-block"


def test_redirect_and_drop_verdicts(nginx, upstream):
    nginx.start(BASE + "rasp_block_page off;" + server("error_page 403 /denied; location / { " + PROXY + " } "
                                                       "location = /denied { rasp off; return 403 'custom'; }"))
    assert nginx.post("/", b"x=" + b"y" * 300_000 + ATTACK).text == "custom"
    assert upstream.seen == []


@pytest.mark.parametrize("inside", [
    "location / { proxy_request_buffering off; empty_gif; }",
    "location / { proxy_request_buffering off; try_files /none @named; } location @named { empty_gif; }",
    "location / { proxy_request_buffering off; try_files /none @named; proxy_pass http://127.0.0.1:{up}; } "
    "location @named { empty_gif; }",
    "location / { proxy_request_buffering off; }",
])
def test_where_nothing_streams_the_body_is_judged_before_the_answer(nginx, inside):
    nginx.start(BASE + server(inside))
    assert nginx.post("/page", b"x=" + b"y" * 300_000 + ATTACK).status == 403
    assert nginx.post("/page", b"x=" + b"y" * 300_000 + ATTACK, chunked=5000).status == 403
    assert nginx.post("/page", b"x=" + b"y" * 300_000).status in (404, 405)


def test_answer_of_the_rewrite_phase_comes_first_as_ever(nginx):
    nginx.start(BASE + server("location / { proxy_request_buffering off; try_files /none @named; "
                              "proxy_pass http://127.0.0.1:{up}; } location @named { return 200 'ok'; }"))
    assert nginx.post("/", b"x=" + b"y" * 300_000).text == "ok"


def test_other_directives_that_read_the_body_first(nginx, upstream):
    nginx.start(BASE + server("location / { mirror /copy; " + PROXY + " } location = /copy { internal; " + PROXY + " }"))
    body = b"x=" + b"y" * 300_000
    assert nginx.post("/page", body).status == 200
    nginx.wait(lambda: len(upstream.seen) == 2, "both requests")
    assert {seen["path"] for seen in upstream.seen} == {"/page", "/copy"}
    assert nginx.post("/page", body + ATTACK).status == 403
    assert len(upstream.seen) == 2


def test_target_with_variables(nginx, upstream):
    nginx.start(BASE + server("set $target 127.0.0.1:{up}; location / { proxy_request_buffering off; "
                              "proxy_http_version 1.1; proxy_pass http://$target; }"
                              " location = /rasp { rasp off; rasp_status; }"))
    body = b"x=" + b"y" * 300_000
    assert nginx.post("/", body).status == 200
    assert nginx.post("/", body + ATTACK).status == 403
    assert [seen["body"] for seen in upstream.seen] == [body]
    assert counters(nginx)["streamed"] == 2


def test_many_at_once(streaming, upstream):
    body = b"x=" + b"y" * 400_000
    wrong = []

    def run(number):
        attack = number % 2
        for _ in range(5):
            answer = streaming.post("/", body + (ATTACK if attack else b""), chunked=3000 if number % 3 else None)
            if answer.status != (403 if attack else 200):
                wrong.append(answer)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(12)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not wrong
    assert len(upstream.seen) == 30 and all(seen["body"] == body for seen in upstream.seen)
