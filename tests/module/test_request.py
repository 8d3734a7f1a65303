# SPDX-License-Identifier: Apache-2.0
"""The request's side: every way a request can reach its handler is inspected, once, before the application sees it."""
import pytest

ATTACK = "/?q=probe-arg"
BASE = "rasp block; rasp_rules {probe}; rasp_log {dir}/events.log;"
PROXY = "proxy_pass http://127.0.0.1:{up};"


def server(inside):
    return "server { listen 127.0.0.1:{port}; root {root}; " + inside + " }"


@pytest.fixture
def proxied(nginx):
    return nginx.start(BASE + server("location / { " + PROXY + " }"))


def test_blocked_request_never_reaches_the_upstream(proxied, upstream):
    assert proxied.get(ATTACK).status == 403
    assert proxied.post("/", "a=probe-arg").status == 403
    assert upstream.seen == []
    assert proxied.get("/fine").status == 200
    assert [seen["path"] for seen in upstream.seen] == ["/fine"]


def test_satisfy_any_cannot_let_a_blocked_request_in(nginx, upstream):
    nginx.start(BASE + server("location / { satisfy any; allow all; auth_basic x; auth_basic_user_file {dir}/none; "
                              + PROXY + " }"))
    assert nginx.get("/").status == 200
    assert nginx.get(ATTACK).status == 403
    assert nginx.post("/", "a=probe-arg").status == 403
    assert len(upstream.seen) == 1


def test_auth_basic_still_applies(nginx):
    nginx.write("users", "u:{PLAIN}p\n")
    nginx.start(BASE + server("location / { auth_basic x; auth_basic_user_file {dir}/users; " + PROXY + " }"))
    allowed = {"Authorization": "Basic dTpw"}
    assert nginx.get("/").status == 401
    assert nginx.get("/", headers=allowed).status == 200
    assert nginx.get(ATTACK, headers=allowed).status == 403
    assert nginx.post("/", "a=1", headers=allowed).status == 200
    assert nginx.post("/", "a=1").status == 401


def test_auth_request_subrequest_is_not_inspected_but_the_main_request_is(nginx, upstream):
    nginx.start(BASE + server("location / { auth_request /auth; " + PROXY + " }"
                              "location = /auth { internal; proxy_pass_request_body off; proxy_set_header Content-Length ''; "
                              + PROXY + " }"))
    assert nginx.post("/page", "a=1").status == 200
    assert [seen["path"] for seen in upstream.seen] == ["/auth", "/page"]
    assert nginx.post("/page", "a=probe-arg").status == 403
    assert len(upstream.seen) == 2
    assert len(nginx.events(1)) == 1


def test_subrequests_are_part_of_one_inspection(nginx, upstream):
    nginx.write("www/page.html", 'a<!--# include virtual="/piece" -->b')
    nginx.start(BASE + server("location = /page.html { ssi on; add_after_body /after; } "
                              "location / { " + PROXY + " } "
                              "location = /mirrored { mirror /copy; " + PROXY + " } "
                              "location = /copy { internal; " + PROXY + " }"))
    assert nginx.get("/page.html").text == "aupstream says ok\nbupstream says ok\n"
    assert nginx.post("/mirrored", "a=hello").status == 200
    nginx.wait(lambda: len(upstream.seen) == 4, "the mirrored request")
    assert [seen["body"] for seen in upstream.seen if seen["path"] in ("/mirrored", "/copy")] == [b"a=hello"] * 2
    assert nginx.post("/mirrored", "a=probe-arg").status == 403
    assert nginx.get("/page.html?q=probe-arg").status == 403
    assert len(upstream.seen) == 4


def test_internal_redirects_are_inspected_once(nginx):
    nginx.write("www/found.html", "found")
    nginx.start(BASE + server("location / { try_files $uri /front; } location = /front { " + PROXY + " }"
                              "location /named/ { try_files /none @named; } location @named { " + PROXY + " }"
                              "location /missing/ { error_page 404 = /front; return 404; }"
                              "location /off/ { rasp off; error_page 404 = /front; }"
                              "location = /dir/ { index index.html; } location = /dir/index.html { " + PROXY + " }"))
    nginx.write("www/dir/index.html", "index")
    for path in ("/", "/named/x", "/dir/", "/off/x"):
        assert nginx.get(path).status == 200, path
        assert nginx.post(path, "a=1").status == 200 or path in ("/dir/", "/off/x"), path
        assert nginx.get(path + "?q=probe-arg").status == 403, path
    assert nginx.post("/named/x", "a=probe-arg").status == 403
    events = nginx.events(5)
    assert len(events) == len({event["event"]["id"] for event in events}) == 5
    assert all(len(event["rasp"]["matches"]) == 1 for event in events)


def test_body_read_before_the_inspection_began_is_inspected(nginx, upstream):
    """A location where rasp is off has read the body; its error page is inspected, from memory and from the file."""
    nginx.start(BASE + server("client_body_buffer_size 1k; location /off/ { rasp off; proxy_intercept_errors on; "
                              "error_page 404 = @inspected; recursive_error_pages on; proxy_pass http://127.0.0.1:{up}/gone; }"
                              "location @inspected { " + PROXY + " }"))
    nginx.stop()
    upstream.server.RequestHandlerClass.route_gone = lambda handler: handler.answer(b"", status=404)
    nginx.start(BASE + server("client_body_buffer_size 1k; location /off { rasp off; proxy_intercept_errors on; "
                              "error_page 404 = @inspected; proxy_pass http://127.0.0.1:{up}/gone; }"
                              "location @inspected { " + PROXY + " }"))
    assert nginx.post("/off", "a=fine").status == 200
    assert nginx.post("/off", "a=probe-arg").status == 403
    assert nginx.post("/off", "b=" + "x" * 100_000 + "&a=probe-arg").status == 403


def test_error_page_of_a_refusal_is_not_inspected_again(nginx):
    nginx.start(BASE + "rasp_block_page off;" + server(
        "error_page 403 /denied; location / { " + PROXY + " } location = /denied { proxy_pass http://127.0.0.1:{up}/secret; }"))
    answer = nginx.get(ATTACK)
    assert answer.status == 403 and "probe-secret" in answer.text
    events = nginx.events(1)
    assert len(events) == 1 and events[0]["rule"]["id"] == "900002"


def test_keep_alive_and_pipelining(proxied):
    with proxied.client() as client:
        for _ in range(3):
            assert client.request("GET", "/").status == 200
            assert client.request("GET", ATTACK).status == 403
            assert client.request("POST", "/", body="a=probe-arg").status == 403
            assert client.request("POST", "/", body="a=1").status == 200
    with proxied.client() as client:
        wanted = []
        for i in range(20):
            attack = i % 3 == 1
            client.send(client.message("POST", f"/{i}", body="a=probe-arg" if attack else "a=1"))
            wanted.append(403 if attack else 200)
        assert [client.read().status for _ in wanted] == wanted


@pytest.mark.parametrize("chunk", [1, 7, 4096])
def test_chunked_bodies(proxied, upstream, chunk):
    body = b"x=" + b"y" * 3000 + b"&a=probe-arg"
    assert proxied.post("/", body, chunked=chunk).status == 403
    assert proxied.post("/", body.replace(b"probe", b"other"), chunked=chunk).status == 200
    assert upstream.seen[-1]["body"] == body.replace(b"probe", b"other")


def test_body_that_arrives_in_pieces(proxied, upstream):
    message = proxied.client().message("POST", "/", body="a=probe-arg&b=1")
    with proxied.client() as client:
        client.socket.setsockopt(6, 1, 1)
        for i in range(len(message)):
            client.send(message[i:i + 1])
        assert client.read().status == 403
    assert upstream.seen == []


def test_large_body_goes_through_a_temporary_file_and_is_seen_whole(nginx, upstream):
    nginx.start(BASE + server("client_body_buffer_size 8k; client_max_body_size 20m; rasp_body_limit 16m; rasp_limits memory=64m; location / { "
                              + PROXY + " }"))
    filler = "x=" + "y" * 5_000_000
    assert nginx.post("/", filler + "&a=probe-arg").status == 403
    assert nginx.post("/", "a=probe-arg&" + filler).status == 403
    assert upstream.seen == []
    assert nginx.post("/", filler).status == 200
    assert upstream.seen[-1]["body"] == filler.encode()
    assert "buffered to a temporary file" in nginx.error_log()


def test_unbuffered_proxying_waits_for_the_verdict(nginx, upstream):
    nginx.start(BASE + server("location / { proxy_request_buffering off; proxy_http_version 1.1; " + PROXY + " }"))
    body = "x=" + "y" * 100_000
    assert nginx.post("/", body + "&a=probe-arg").status == 403
    assert upstream.seen == []
    assert nginx.post("/", body).status == 200
    assert upstream.seen[-1]["body"] == body.encode()


def test_expect_100_continue(proxied, upstream):
    head = {"Expect": "100-continue", "Content-Length": "11", "Content-Type": "application/x-www-form-urlencoded"}
    with proxied.client() as client:
        client.send(client.message("POST", "/", headers=head))
        assert client.head().status == 100
        client.send("a=probe-arg")
        assert client.read().status == 403
    with proxied.client() as client:  # refused by its headers: never asked to send the body
        client.send(client.message("POST", ATTACK.replace("arg", "status"), headers=head))
        assert client.head().status == 422
    assert upstream.seen == []


def test_client_that_goes_away_in_the_body(proxied, upstream):
    with proxied.client() as client:
        client.send(client.message("POST", "/", headers={"Content-Length": "1000"}, body=b"a=probe-arg"))
    with proxied.client() as client:
        client.send(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\na=1&b\r\n")
    proxied.wait(lambda: len(proxied.access(2)) == 2, "both requests in the log")
    assert proxied.get("/").status == 200
    assert len(upstream.seen) == 1


def test_nginxs_own_body_limit_still_applies(nginx):
    nginx.start(BASE + server("client_max_body_size 1k; error_page 413 /large; location / { " + PROXY + " }"
                              "location = /large { return 413 'too large for us'; }"))
    assert nginx.post("/", "a=" + "x" * 5000).text == "too large for us"
    assert nginx.post("/", b"a=" + b"x" * 5000, chunked=500).status == 413


def test_error_page_after_a_failed_body_does_not_hang(nginx):
    nginx.start(BASE + server("client_max_body_size 1k; error_page 413 = @large; location / { " + PROXY + " }"
                              "location @large { return 200 'handled'; }"))
    assert nginx.post("/", b"a=" + b"x" * 5000, chunked=500).status in (200, 413)


REFUSED = {
    "garbage": (b"\x16\x03\x01 garbage\r\n\r\n", 400),
    "two hosts": (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "version": (b"GET / HTTP/3.7\r\nHost: a\r\n\r\n", 505),
    "long target": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    "long header": (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 400),
    "length and chunks": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
}


@pytest.mark.parametrize("name", REFUSED)
def test_request_that_nginx_refuses_is_counted_and_logged(nginx, name):
    request, status = REFUSED[name]
    nginx.start(BASE + "large_client_header_buffers 2 4k;" + server(
        "location / { " + PROXY + " } location = /rasp { rasp off; rasp_status; }"))
    with nginx.client() as client:
        client.send(request)
        assert client.read().status == status
    event = nginx.events(1)[0]
    assert (event["event"]["action"], event["http"]["response"]["status_code"]) == ("refused", status)
    assert event["source"]["ip"] == "127.0.0.1"
    assert '"refused_by_nginx": 1' in nginx.get("/rasp").text


def test_http_1_0_and_0_9(proxied):
    with proxied.client() as client:
        assert client.request("GET", ATTACK, version="1.0").status == 403
    with proxied.client() as client:
        client.send(b"GET " + ATTACK.encode() + b"\r\n")
        while client.fill():
            pass
        assert b"Request blocked" in client.buffer and b"HTTP/1" not in client.buffer


def test_connect_and_unknown_methods(proxied, upstream):
    with proxied.client() as client:
        client.send(b"CONNECT example.test:443 HTTP/1.1\r\nHost: example.test:443\r\n\r\n")
        assert client.read().status in (400, 405)
    with proxied.client() as client:
        assert client.request("FROB", ATTACK).status == 403
    assert upstream.seen == []


def test_upgrade_requests_are_inspected_and_tunnel_when_let_through(nginx):
    nginx.start(BASE + server("location / { proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; "
                              "proxy_set_header Connection upgrade; " + PROXY + " }"))
    upgrade = {"Upgrade": "echo", "Connection": "Upgrade"}
    with nginx.client() as client:
        assert client.request("GET", "/upgrade?q=probe-arg", headers=upgrade).status == 403
    with nginx.client() as client:
        assert client.request("GET", "/upgrade", headers=upgrade).status == 101
        client.send(b"probe-secret through the tunnel\n")
        assert client.until(b"\n") == b"probe-secret through the tunnel"


def test_realip_of_the_location_is_what_rules_see(nginx):
    nginx.start(BASE + server("location / { set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP; " + PROXY + " }"
                              "location /plain/ { " + PROXY + " }"))
    header = {"X-Real-IP": "192.0.2.7"}
    assert nginx.get("/", headers=header).status == 403
    assert nginx.get("/plain/", headers=header).status == 200
    assert nginx.events(1)[0]["source"]["ip"] == "192.0.2.7"


def test_limit_req_comes_before_inspection(nginx):
    nginx.start("limit_req_zone $binary_remote_addr zone=z:1m rate=1r/m;" + BASE + server(
        "location / { limit_req zone=z; " + PROXY + " }"))
    assert nginx.get(ATTACK).status == 403
    assert nginx.get(ATTACK).status == 503
    assert len(nginx.events(1)) == 1


def test_rewrites_do_not_hide_what_was_asked_for(nginx):
    nginx.start(BASE + server("location / { rewrite ^/old/(.*)$ /new/$1? last; " + PROXY + " }"))
    assert nginx.get("/old/x?q=probe-arg").status == 403
    assert nginx.get("/old/x").status == 200


def test_static_files_are_guarded(nginx):
    nginx.write("www/file.html", "static")
    nginx.start(BASE + server(""))
    assert nginx.get("/file.html").text == "static"
    assert nginx.get("/file.html?q=probe-arg").status == 403
    assert nginx.get("/none.html?q=probe-arg").status == 403
    assert nginx.get("/none.html").status == 404
