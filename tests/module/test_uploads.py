# SPDX-License-Identifier: Apache-2.0
"""Large uploads: found wherever the attack stands, and no memory of ours grows with them.

RASP_FULL=1 sends 1 GiB for each kind of body, else 64 MiB, and measures how fast files pass.
"""
import os
import time

import pytest

from load import rss_kb
from uploads import BINARY, Sink, Upload

FULL = os.environ.get("RASP_FULL") == "1"
SIZE = (1 << 30) if FULL else (64 << 20)
PLACES = [8 << 10, 64 << 10, 1 << 20] + ([128 << 20, 1 << 30] if FULL else [16 << 20])
ALLOWED_KB = 8 * 1024
KINDS = ["form", "json", "multipart", "gzip"]
SITE = """rasp block; rasp_rules {probe}; rasp_log {dir}/events.log; rasp_limits time=10m; client_max_body_size 0;
server { listen 127.0.0.1:{port};
  location / { proxy_request_buffering off; proxy_http_version 1.1; proxy_pass http://127.0.0.1:{up}; }
  location /file/ { proxy_pass http://127.0.0.1:{up}/; } }"""
pytestmark = pytest.mark.skipif(os.environ.get("RASP_ASAN") == "1", reason="AddressSanitizer keeps freed memory")


@pytest.fixture(params=[False, True], ids=["loop", "pool"])
def site(nginx, request):
    nginx.pooled = request.param
    nginx.start(SITE)
    with nginx.client(), nginx.client() as client:  # the worker's first allocations
        Upload("form", 100_000, 0, "fine").send(client, "/sink", False)
    return nginx


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("kind", KINDS)
def test_memory_does_not_grow_with_the_upload(site, upstream, kind, chunked):
    worker = site.workers()[0]
    before = rss_kb(worker)
    with site.client() as client:
        client.socket.settimeout(600)
        upload = Upload(kind, SIZE, 0, "fine")
        answer = upload.send(client, "/sink", chunked)
        assert answer.status == 200 and int(answer.body) == upload.length
    assert rss_kb(worker, "VmHWM") - before < ALLOWED_KB
    assert "buffered to a temporary file" not in site.error_log()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", KINDS)
def test_attack_is_found_behind_any_padding(site, upstream, kind, place):
    for path, chunked in (("/sink", False), ("/sink", True), ("/file/sink", False)):
        with site.client() as client:
            client.socket.settimeout(600)
            answer = Upload(kind, place, 10_000, "probe-arg").send(client, path, chunked)
            assert answer.status == 403, (path, chunked)
    assert upstream.seen[1:] == []
    assert all(event["rule"]["id"] == "900002" for event in site.events(3))


@pytest.mark.skipif(not FULL, reason="measures time, for minutes")
@pytest.mark.parametrize("buffering", ["off", "on"])
def test_files_pass_at_a_good_part_of_bare_proxyings_speed(nginx, buffering):
    """The best of five of each in turn, with the rules that ship, which search whole files: random bytes, so that nothing is easy."""
    with Sink() as sink:
        nginx.names["up"] = sink.port
        proxy = f"proxy_request_buffering {buffering}; proxy_http_version 1.1; proxy_pass http://127.0.0.1:{{up}};"
        nginx.start("rasp block; rasp_rules {rules}/*.json; rasp_log {dir}/events.log; rasp_limits time=10m; client_max_body_size 0;"
                    "server { listen 127.0.0.1:{port}; location / { " + proxy + " } location /bare { rasp off; " + proxy + " } }")
        took = {"/bare": [], "/inspected": []}
        for _ in range(5):
            for path, times in took.items():
                with nginx.client() as client:
                    client.socket.settimeout(600)
                    began = time.monotonic()
                    assert Upload("multipart", SIZE, 0, "fine", BINARY).send(client, path, False).status == 200
                    times.append(time.monotonic() - began)
    assert min(took["/bare"]) >= 0.3 * min(took["/inspected"]), took
