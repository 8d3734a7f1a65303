# SPDX-License-Identifier: Apache-2.0
"""The response's side: what is held, what flows, what replaces it; and the security headers."""
import gzip
import shutil
import subprocess

import pytest

BASE = "rasp block; rasp_rules {probe}; rasp_log {dir}/events.log;"
PROXY = "proxy_pass http://127.0.0.1:{up};"
SECRET = b"<html>before probe-secret after</html>"


def server(inside):
    return "server { listen 127.0.0.1:{port}; root {root}; " + inside + " }"


@pytest.fixture
def proxied(nginx):
    return nginx.start(BASE + server("location / { proxy_http_version 1.1; " + PROXY + " }"))


def test_secret_in_a_proxied_body_is_replaced_by_the_page(proxied):
    with proxied.client() as client:
        answer = client.request("GET", "/secret")
        assert answer.status == 403 and b"probe-secret" not in answer.body
        assert client.request("GET", "/clean").body == b"z" * 100_000  # the connection stays in step
    event = proxied.events(1)[0]
    assert event["rule"]["id"] == "900009" and event["rasp"]["enforced"]
    assert event["event"]["id"] in answer.text
    assert event["http"]["response"]["status_code"] == 403


def test_secret_split_over_buffers_is_found(proxied):
    answer = proxied.get("/split")
    assert answer.status == 403 and b"ret" not in answer.body.replace(b"reference", b"")


def test_header_rule_discards_the_whole_response(proxied):
    answer = proxied.get("/leak")
    assert answer.status == 403 and answer.header("X-Leak") is None and answer.header("Set-Cookie") is None
    assert b"fine" not in answer.body


def test_static_file_is_replaced(nginx):
    nginx.write("www/secret.html", SECRET)
    nginx.write("www/plain.html", "plain")
    nginx.start(BASE + "sendfile on;" + server(""))
    with nginx.client() as client:
        answer = client.request("GET", "/secret.html")
        assert answer.status == 403 and b"probe-secret" not in answer.body
        assert answer.header("ETag") is None and answer.header("Last-Modified") is None
        plain = client.request("GET", "/plain.html")
        assert plain.text == "plain" and plain.header("ETag") and plain.header("Content-Length") == "5"


@pytest.mark.parametrize("page", ["on", "off"])
def test_nginxs_error_page_can_answer_instead(nginx, page):
    nginx.write("www/secret.html", SECRET)
    nginx.start(BASE + "rasp_block_page " + page + ";" + server("location / { try_files $uri @app; } location @app { " + PROXY + " }"))
    for path in ("/secret.html", "/secret", "/leak"):
        answer = nginx.get(path)
        assert answer.status == 403 and b"probe-secret" not in answer.body, path
        assert ("Request blocked" in answer.text) == (page == "on")


def test_detect_lets_the_response_through_and_says_so(nginx):
    nginx.start(BASE.replace("block", "detect", 1) + server("location / { " + PROXY + " }"))
    answer = nginx.get("/secret")
    assert answer.status == 200 and answer.body == SECRET
    event = nginx.events(1)[0]
    assert event["event"]["action"] == "would-block" and not event["rasp"]["enforced"]


def test_beyond_the_limit_bytes_flow_and_the_match_is_an_event(nginx):
    nginx.start(BASE + server("rasp_limits response_body=64k; location / { " + PROXY + " }"))
    answer = nginx.get("/large")
    assert answer.status == 200 and len(answer.body) == 600_014
    event = nginx.events(1)[0]
    assert not event["rasp"]["enforced"]
    assert event["event"]["action"] in ("not-enforced", "degraded")


def test_large_body_within_the_limit_is_refused(nginx):
    nginx.start(BASE + server("rasp_limits response_body=1m; location / { " + PROXY + " }"))
    answer = nginx.get("/large")
    assert answer.status == 403 and len(answer.body) < 5000


def test_server_sent_events_flow(proxied, upstream):
    with proxied.client() as client:
        client.send(client.message("GET", "/sse"))
        head = client.head()
        assert head.status == 200
        chunks = client.chunks()
        assert next(chunks) == b"data: one\n\n"  # while the upstream still waits
        upstream.proceed()
        assert next(chunks) == b"data: probe-secret\n\n"
        # and the client leaves before the stream ends
    event = proxied.events(1)[0]
    assert event["event"]["action"] == "not-enforced" and not event["rasp"]["enforced"]


def test_compressed_answers_are_inspected_and_stay_compressed(nginx, upstream):
    nginx.start(BASE + "gzip on; gzip_min_length 1; gzip_proxied any;" + server("location / { proxy_http_version 1.1; " + PROXY + " }"))
    accept = {"Accept-Encoding": "gzip, deflate, br, zstd;q=0.5"}
    assert nginx.get("/gzip", headers=accept).status == 403
    assert ("Accept-Encoding", accept["Accept-Encoding"]) in upstream.seen[-1]["headers"]
    answer = nginx.get("/gzip-clean", headers=accept)
    assert answer.header("Content-Encoding") == "gzip" and answer.body == upstream.server.gzipped
    answer = nginx.get("/clean", headers=accept)
    assert answer.header("Content-Encoding") == "gzip" and gzip.decompress(answer.body) == b"z" * 100_000


@pytest.mark.parametrize("accept", ["compress, gzip", "*", "gzip, pack200-gzip;q=0.1"])
def test_upstream_is_not_asked_for_codings_that_could_not_be_inspected(nginx, upstream, accept):
    nginx.start(BASE + "gzip on; gzip_min_length 1; gzip_proxied any;" + server("location / { proxy_http_version 1.1; " + PROXY + " }"))
    assert nginx.get("/gzip", headers={"Accept-Encoding": accept}).status == 403
    assert ("Accept-Encoding", "identity") in upstream.seen[-1]["headers"]
    answer = nginx.get("/clean", headers={"Accept-Encoding": accept})
    assert (answer.header("Content-Encoding") == "gzip") == ("gzip" in accept.split("pack200")[0])


def test_log_shows_what_the_client_asked_for(nginx):
    nginx.start("log_format wish '$http_accept_encoding'; access_log {dir}/wish.log wish;" + BASE + server(
        "location / { proxy_http_version 1.1; " + PROXY + " }"))
    assert nginx.get("/clean", headers={"Accept-Encoding": "gzip, br"}).status == 200
    nginx.wait(lambda: nginx.path("wish.log").read_text() == "gzip, br\n", "the client's wish in the log")


def test_gzip_static_is_inspected(nginx):
    nginx.write("www/secret.html", SECRET)
    nginx.write("www/secret.html.gz", gzip.compress(SECRET))
    nginx.start(BASE + server("gzip_static on; location /off/ { alias {root}/; rasp off; }"))
    accept = {"Accept-Encoding": "gzip"}
    assert nginx.get("/off/secret.html", headers=accept).header("Content-Encoding") == "gzip"
    assert nginx.get("/secret.html", headers=accept).status == 403


@pytest.mark.parametrize("rules, name", [("{second}", "file.html"), ("{probe}", "image.png")])
def test_files_that_no_rule_wants_are_sent_by_sendfile(nginx, rules, name):
    nginx.names["second"] = nginx.names["probe"].parent / "request_only.json"
    nginx.write("www/" + name, "x" * 50_000)
    nginx.start("rasp block; rasp_rules " + rules + "; sendfile on; error_log {dir}/debug.log debug;"
                + server("default_type image/png;"))
    assert nginx.get("/" + name).body == b"x" * 50_000
    log = nginx.path("debug.log").read_text(errors="replace")
    if "http" not in log:
        pytest.skip("this nginx has no debug log")
    assert "sendfile: @0 50000" in log


def test_files_that_rules_want_are_read(nginx):
    nginx.write("www/file.html", "x" * 50_000)
    nginx.start(BASE + "sendfile on; error_log {dir}/debug.log debug;" + server(""))
    assert nginx.get("/file.html").body == b"x" * 50_000
    assert "sendfile:" not in nginx.path("debug.log").read_text(errors="replace")


def test_where_no_rule_wants_bodies_the_request_goes_on_unchanged(nginx, upstream):
    nginx.names["second"] = nginx.names["probe"].parent / "request_only.json"
    nginx.write("www/file.html", SECRET)
    nginx.start("rasp block; rasp_rules {second};" + server(
        "location / { proxy_http_version 1.1; " + PROXY + " } location = /file.html { }"))
    nginx.get("/part", headers={"Accept-Encoding": "gzip", "Range": "bytes=0-9"})
    assert ("Accept-Encoding", "gzip") in upstream.seen[-1]["headers"]
    assert ("Range", "bytes=0-9") in upstream.seen[-1]["headers"]
    part = nginx.get("/file.html", headers={"Range": "bytes=0-9"})
    assert part.status == 206 and part.body == SECRET[:10]


def test_ranges_cannot_slice_around_a_body_rule(nginx, upstream):
    nginx.write("www/secret.html", SECRET)
    nginx.write("www/plain.html", "0123456789")
    nginx.start(BASE + server("location / { try_files $uri @app; } location @app { " + PROXY + " }"))
    for path in ("/secret.html", "/part"):
        for part in ("bytes=0-9", "bytes=14-", "bytes=0-1,3-4"):
            answer = nginx.get(path, headers=[("A", "1"), ("Range", part), ("B", "2"), ("If-Range", '"x"'), ("C", "3")])
            assert answer.status == 403, (path, part)
    names = [name for name, _ in upstream.seen[-1]["headers"]]
    assert "Range" not in names and [n for n in names if n in "ABC"] == ["A", "B", "C"]
    assert nginx.get("/part", headers=[("Range", "bytes=0-1")] * 50 + [("A", "1")] + [("Range", "bytes=0-2")] * 50).status == 403
    assert [name for name, _ in upstream.seen[-1]["headers"]] == ["Host", "Connection", "A"]
    whole = nginx.get("/plain.html", headers={"Range": "bytes=2-3"})
    assert whole.status == 200 and whole.text == "0123456789" and whole.header("Accept-Ranges") is None


def test_range_among_many_headers_is_taken_out_whole(nginx, upstream):
    nginx.start(BASE + server("location / { " + PROXY + " }"))
    for before in (0, 1, 17, 18, 19, 20, 21, 38):
        headers = [(f"X-{i}", "v") for i in range(before)] + [("Range", "bytes=0-1")] + [("Y", "1"), ("Z", "2")]
        assert nginx.get("/clean", headers=headers).status == 200
        names = [name for name, _ in upstream.seen[-1]["headers"]]
        assert "Range" not in names
        assert [n for n in names if n.startswith("X-") or n in "YZ"] == [f"X-{i}" for i in range(before)] + ["Y", "Z"]


@pytest.mark.parametrize("target", ["/secret", "/status/204", "/status/304", "/clean"])
def test_head_and_bodiless_responses_pass(proxied, target):
    with proxied.client() as client:
        head = client.request("HEAD", target)
        assert head.status in (200, 204, 304)
        assert client.request("HEAD", target).status == head.status
        if "status" in target:
            assert client.request("GET", target).status == head.status


def test_conditional_request_is_answered_304(nginx):
    nginx.write("www/plain.html", "plain")
    nginx.start(BASE + server(""))
    etag = nginx.get("/plain.html").header("ETag")
    answer = nginx.get("/plain.html", headers={"If-None-Match": etag})
    assert answer.status == 304 and answer.body == b""


def test_cached_response_is_inspected_each_time(nginx, upstream):
    nginx.start("proxy_cache_path {dir}/cache keys_zone=c:1m;" + BASE + server(
        "location / { proxy_cache c; add_header X-Cache $upstream_cache_status always; " + PROXY + " }"))
    for _ in range(3):
        answer = nginx.get("/cached")
        assert answer.status == 403 and b"probe-secret" not in answer.body
    assert len([s for s in upstream.seen if s["path"] == "/cached"]) == 1


def test_upstream_that_breaks_off_gives_the_client_what_there_was(proxied):
    with proxied.client() as client:
        client.send(client.message("GET", "/broken"))
        head = client.head()
        assert head.status == 200 and head.header("Content-Length") == "1000"
        while client.fill():
            pass
        assert client.buffer == b"half of it"
    proxied.allow("upstream prematurely closed")


def test_accel_redirect_is_inspected(nginx):
    nginx.write("www/inner/secret", SECRET)
    nginx.start(BASE + server("default_type text/html; location / { " + PROXY + " } location /inner/ { internal; }"))
    assert nginx.get("/redirected").status == 403


def test_errors_of_nginx_pass_through(nginx):
    nginx.start(BASE + server("location / { } location /down { proxy_pass http://127.0.0.1:1; } location /r { return 302 /x; }"))
    assert nginx.get("/none").status == 404
    assert nginx.get("/down").status == 502
    assert nginx.get("/r").header("Location").endswith("/x")


def test_client_that_goes_away_while_the_response_is_held(nginx):
    nginx.start(BASE + server("location / { " + PROXY + " }"))
    for _ in range(5):
        with nginx.client() as client:
            client.send(client.message("GET", "/slow"))
    assert nginx.get("/clean").status == 200


# Security headers


STRICT = "rasp_headers strict;"


def test_preset_is_on_every_answer_exactly_once(nginx):
    nginx.write("www/file.html", "0123456789")
    nginx.start(BASE + STRICT + "large_client_header_buffers 2 4k;" + server(
        "location / { try_files $uri @app; } location @app { " + PROXY + " } location /down { proxy_pass http://127.0.0.1:1; }"
        "location /range/ { rasp off; alias {root}/; }"))
    answers = {"static": nginx.get("/file.html"), "proxied": nginx.get("/"), "blocked": nginx.get("/?q=probe-arg"),
               "blocked response": nginx.get("/secret"), "502": nginx.get("/down"),
               "206": nginx.get("/range/file.html", headers={"Range": "bytes=0-1"}),
               "416": nginx.get("/range/file.html", headers={"Range": "bytes=90-"}),
               "414": nginx.get("/" + "a" * 9000), "400": nginx.get("/", host=None),
               "head": nginx.client().request("HEAD", "/file.html")}
    assert answers["206"].status == 206 and answers["416"].status == 416 and answers["414"].status == 414
    for name, answer in answers.items():
        assert answer.all("X-Content-Type-Options") == ["nosniff"], name
        assert len(answer.all("Content-Security-Policy")) == 1, name
        assert answer.all("Strict-Transport-Security") == [], name


def test_headers_of_the_application_and_of_add_header_stay_where_the_preset_says_so(nginx):
    nginx.start(STRICT + server("location / { " + PROXY + " } location /own/ { add_header Content-Security-Policy \"default-src x\"; "
                                + PROXY + " } location /none/ { rasp_headers off; proxy_pass http://127.0.0.1:{up}/; }"))
    framed = nginx.get("/frame")
    assert framed.all("X-Frame-Options") == ["SAMEORIGIN"]
    assert framed.header("X-Powered-By") is None
    assert nginx.get("/own/").all("Content-Security-Policy") == ["default-src x"]
    none = nginx.get("/none/frame")
    assert none.header("X-Content-Type-Options") is None and none.header("X-Powered-By")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_tls_only_headers_are_sent_on_tls(nginx):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", nginx.path("key.pem"), "-out",
                    nginx.path("cert.pem"), "-subj", "/CN=localhost", "-days", "2"], check=True, capture_output=True)
    nginx.start(BASE + STRICT + "ssl_certificate {dir}/cert.pem; ssl_certificate_key {dir}/key.pem;"
                "server { listen 127.0.0.1:{port}; listen 127.0.0.1:{tls} ssl; location / { " + PROXY + " } }")
    assert nginx.get("/").header("Strict-Transport-Security") is None
    curl = lambda *arguments: subprocess.run(
        ["curl", "-ski", *arguments, f"https://127.0.0.1:{nginx.tls}/"], capture_output=True, text=True, timeout=20).stdout
    assert curl().lower().count("strict-transport-security:") == 1
    assert curl("-H", "X-Probe: probe-header").lower().count("strict-transport-security:") == 1
    with nginx.client(nginx.tls) as client:  # plain HTTP on the TLS port: 497, answered as 400
        answer = client.request("GET", "/")
        assert answer.status == 400 and answer.all("X-Content-Type-Options") == ["nosniff"]
