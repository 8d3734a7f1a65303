# SPDX-License-Identifier: Apache-2.0
"""The same over HTTP/2: pseudo-headers, cookie crumbs, bodies in any split and without a length."""
import socket

import h2.connection
import h2.events
import pytest

BASE = """rasp block; rasp_rules {probe}; rasp_log {dir}/events.log;
server { listen 127.0.0.1:{port}; listen 127.0.0.1:{h2} http2; root {root};
  location / { proxy_pass http://127.0.0.1:{up}; proxy_set_header Host $host; } }"""


class Client2:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 20)
        self.h2 = h2.connection.H2Connection()
        self.h2.initiate_connection()
        self.flush()

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def start(self, method, path, headers=(), authority="localhost", end=True):
        stream = self.h2.get_next_available_stream_id()
        fields = [(":method", method), (":scheme", "http"), (":path", path)]
        if authority:
            fields.insert(1, (":authority", authority))
        self.h2.send_headers(stream, fields + list(headers), end_stream=end)
        self.flush()
        return stream

    def finish(self, *streams):
        """(status, body) of each stream; status None if it was reset."""
        status, body, open_streams = dict.fromkeys(streams), dict.fromkeys(streams, b""), set(streams)
        while open_streams:
            data = self.socket.recv(65536)
            if not data:
                break
            for event in self.h2.receive_data(data):
                if isinstance(event, h2.events.ResponseReceived):
                    status[event.stream_id] = int(dict(event.headers)[b":status"])
                elif isinstance(event, h2.events.DataReceived):
                    body[event.stream_id] += event.data
                    self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset)):
                    open_streams.discard(event.stream_id)
            self.flush()
        answers = [(status[s], body[s]) for s in streams]
        return answers[0] if len(answers) == 1 else answers

    def data(self, stream, data, end=True):
        self.h2.send_data(stream, data, end_stream=end)
        self.flush()


@pytest.fixture
def client(nginx):
    nginx.start(BASE)
    connection = Client2(nginx.names["h2"])
    yield connection
    connection.socket.close()


def test_headers_and_query(client, nginx):
    answers = client.finish(client.start("GET", "/"), client.start("GET", "/?q=probe-arg"),
                            client.start("GET", "/", [("x-probe", "probe-header")]), client.start("GET", "/two"))
    assert [status for status, _ in answers] == [200, 403, 403, 200]
    assert b"Request blocked" in answers[1][1]
    assert nginx.events(2)[0]["http"]["version"] == "2.0" or nginx.events()[0]["http"]["version"] == "2"


def test_authority_is_seen_as_host(client):
    assert client.finish(client.start("GET", "/", authority="probe-host.test"))[0] == 403
    assert client.finish(client.start("GET", "/", [("host", "probe-host.test")], authority=None))[0] == 403


def test_cookie_crumbs_are_one_header(client):
    assert client.finish(client.start("GET", "/", [("cookie", "a=1"), ("cookie", "b=probe-cookie")]))[0] == 403
    assert client.finish(client.start("GET", "/", [("cookie", "a=1"), ("cookie", "b=2")]))[0] == 200


FORM = ("content-type", "application/x-www-form-urlencoded")


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_body_without_a_length_in_any_split(client, upstream, size):
    for text, status in ((b"x=1&a=probe-arg", 403), (b"x=1&a=other-arg", 200)):
        stream = client.start("POST", "/", [FORM], end=False)
        for at in range(0, len(text), size):
            client.data(stream, text[at:at + size], end=at + size >= len(text))
        assert client.finish(stream)[0] == status
    assert [seen["body"] for seen in upstream.seen] == [b"x=1&a=other-arg"]


def test_late_and_empty_last_frame(client, upstream):
    stream = client.start("POST", "/", [FORM], end=False)
    client.data(stream, b"a=probe-arg", end=False)
    client.data(stream, b"", end=True)
    assert client.finish(stream)[0] == 403
    assert upstream.seen == []


def test_reset_stream_leaves_the_connection_usable(client):
    stream = client.start("POST", "/", [FORM], end=False)
    client.data(stream, b"a=probe", end=False)
    client.h2.reset_stream(stream)
    client.flush()
    assert client.finish(client.start("GET", "/"))[0] == 200


def test_drop_resets_only_the_stream(client):
    assert client.finish(client.start("GET", "/?q=probe-drop"))[0] is None
    assert client.finish(client.start("GET", "/"))[0] == 200


def test_response_body_is_held_and_replaced(client):
    status, body = client.finish(client.start("GET", "/secret"))
    assert status == 403 and b"probe-secret" not in body
    status, body = client.finish(client.start("GET", "/clean"))
    assert status == 200 and body == b"z" * 100_000
