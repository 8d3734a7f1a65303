# SPDX-License-Identifier: Apache-2.0
"""Business logic through a real nginx: what two workers remember together, what becomes of verdicts, and that honest
customers notice nothing. RASP_FULL=1 kills a thousand workers instead of twenty."""
import concurrent.futures
import json
import os
import random
import re
import signal
import threading
import time
import urllib.parse

import pytest

from client import Client, Closed
from server import HERE
from shop import Shop

FULL = os.environ.get("RASP_FULL") == "1"
ZONE = "rasp_zone shop 4m;"
REALIP = "set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;"


@pytest.fixture(scope="module")
def shops():
    with Shop() as shop:
        yield shop


@pytest.fixture
def shop(shops, nginx):
    shops.reset()
    nginx.names.update(shop=shops.port, model=HERE / "rules/shop.json")
    yield shops
    shops.report.set()


def site(zone=ZONE, mode="block", location="", extra=""):
    return (zone + REALIP + "rasp_log {dir}/events.log; rasp_rules {model}; rasp " + mode + ";" + extra
            + "server { listen 127.0.0.1:{port}; location / { " + location
            + " proxy_http_version 1.1; proxy_set_header Connection ''; proxy_pass http://127.0.0.1:{shop}; }"
            "location = /rasp { rasp off; rasp_status allow; } }")


def ask(nginx, target, form=None, sid=None, address=None, headers=None):
    """One request on a connection of its own, so that either worker may get it."""
    head = dict(headers or {})
    if sid:
        head["Cookie"] = "sid=" + sid
    if address:
        head["X-Real-IP"] = address
    if form is None:
        return nginx.get(target, headers=head)
    head["Content-Type"] = "application/x-www-form-urlencoded"
    return nginx.post(target, urllib.parse.urlencode(form), headers=head)


def login(nginx, user="ann", password="wrong", **keywords):
    return ask(nginx, "/login", {"user": user, "password": password}, **keywords)


def report(nginx):
    return json.loads(nginx.get("/rasp").text)


def at_once(count, work):
    """What `work(i)` returns for each i, all begun at the same time."""
    barrier = threading.Barrier(count)

    def run(i):
        barrier.wait(30)
        return work(i)

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_failed_logins_of_one_user_from_rotating_addresses(nginx, shop):
    nginx.start(site(), workers=2)
    answers = [login(nginx, address=f"192.0.2.{i}", sid=f"s{i}") for i in range(12)]
    assert [answer.status for answer in answers] == [401] * 5 + [429] * 7
    assert 1 <= int(answers[-1].header("Retry-After")) <= 1200
    assert len(shop.seen("/login")) == 5
    assert login(nginx, password="right", address="192.0.2.99").status == 429  # the user is what is counted
    assert login(nginx, user="bob", password="secret").status == 200
    event = nginx.events(8)[0]
    assert event["event"]["action"] == "blocked" and event["rule"]["id"] == "700001"
    counters = report(nginx)["counters"]
    assert counters["logic_refused"] == 8
    assert report(nginx)["entities"]["zone"] == "shop" and report(nginx)["entities"]["records"] >= 2


def test_of_200_logins_at_once_no_more_than_the_limit_reach_the_application(nginx, shop):
    nginx.start(site(), workers=2)
    shop.slow_logins(0.5)
    answers = at_once(200, lambda i: login(nginx, address=f"198.51.100.{i}", sid=f"s{i}").status)
    assert len(shop.seen("/login")) == 5
    assert sorted(answers) == [401] * 5 + [429] * 195


def test_a_user_who_mistypes_gets_in(nginx, shop):
    nginx.start(site(), workers=2)
    assert [login(nginx, user="bob").status for _ in range(4)] == [401] * 4
    # What succeeds is no failure: it is taken back, however often.
    assert [login(nginx, user="bob", password="secret").status for _ in range(20)] == [200] * 20


def test_a_coupon_is_used_once_however_many_try_together(nginx, shop):
    nginx.start(site(), workers=2)
    answers = at_once(40, lambda i: ask(nginx, "/coupon", {"code": "SPRING"}, sid=f"s{i}").status)
    assert sorted(answers) == [200] + [409] * 39
    assert len(shop.seen("/coupon")) == 1
    assert ask(nginx, "/coupon", {"code": "SPRING"}).status == 409
    assert ask(nginx, "/coupon", {"code": "SUMMER"}).status == 200
    # One that the shop refuses is given back.
    assert [ask(nginx, "/coupon", {"code": "expired"}).status for _ in range(3)] == [410] * 3


def test_checkout_in_order_and_out_of_it(nginx, shop):
    nginx.start(site(), workers=2)
    out_of_order = ask(nginx, "/cart/pay", {"card": "1"}, sid="mallory")
    assert out_of_order.status == 303 and out_of_order.header("Location").endswith("/cart")
    assert ask(nginx, "/cart", sid="mallory").status == 200
    assert ask(nginx, "/cart/pay", {"card": "1"}, sid="mallory").status == 303  # no address yet
    assert shop.seen("/cart/pay") == []
    for target, form in (("/cart", None), ("/cart/address", {"city": "Bonn"}), ("/cart/pay", {"card": "1"})):
        assert ask(nginx, target, form, sid="ann").status == 200
    assert len(shop.seen("/cart/pay")) == 1


def test_who_has_an_answer_may_ask_again_at_once(nginx, shop):
    """Of whichever worker: what a request holds is given back before the end of its response leaves."""
    nginx.start(site(), workers=2)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda s: [ask(nginx, "/report", sid=f"s{s}").status for _ in range(50)], range(8)))
    assert {status for each in statuses for status in each} == {200}


def test_one_report_at_a_time_and_the_next_when_it_is_done(nginx, shop):
    nginx.start(site(), workers=2)
    shop.report.clear()
    with Client(nginx.port) as first:
        first.send("GET /report HTTP/1.1\r\nHost: x\r\nCookie: sid=ann\r\n\r\n")
        nginx.wait(lambda: len(shop.seen("/report")) == 1, "the report to begin")
        assert [ask(nginx, "/report", sid="ann").status for _ in range(5)] == [409] * 5
        shop.report.set()
        assert first.read().status == 200
    assert ask(nginx, "/report", sid="ann").status == 200  # at once, and perhaps of the other worker


def test_a_client_that_leaves_gives_its_place_back(nginx, shop):
    nginx.start(site(), workers=2)
    shop.report.clear()
    with Client(nginx.port) as first:
        first.send("GET /report HTTP/1.1\r\nHost: x\r\nCookie: sid=ann\r\n\r\n")
        nginx.wait(lambda: len(shop.seen("/report")) == 1, "the report to begin")
        assert ask(nginx, "/report", sid="ann").status == 409
    shop.report.set()
    nginx.wait(lambda: ask(nginx, "/report", sid="ann").status == 200, "the place to be given back", seconds=10)


def test_a_ban_holds_everywhere_and_ends(nginx, shop):
    nginx.start(site(), workers=2)
    misses = [ask(nginx, f"/probe/{i}", address="203.0.113.9").status for i in range(4)]
    assert misses == [404] * 3 + [403]
    banned = ask(nginx, "/account", address="203.0.113.9")
    assert banned.status == 403 and 1 <= int(banned.header("Retry-After")) <= 3  # whole seconds are kept
    assert ask(nginx, "/account", address="203.0.113.10").status == 200
    nginx.wait(lambda: ask(nginx, "/account", address="203.0.113.9").status == 200, "the ban to end", seconds=10)


def test_a_delayed_request_holds_nobody_else_up(nginx, shop):
    nginx.start(site(), workers=1)
    assert ask(nginx, "/transfer", {"to": "bob"}, sid="ann").status == 200
    done = {}

    def transfer():
        begun = time.monotonic()
        done["status"] = ask(nginx, "/transfer", {"to": "bob"}, sid="ann").status
        done["seconds"] = time.monotonic() - begun

    thread = threading.Thread(target=transfer)
    thread.start()
    slowest, others = 0.0, 0
    while thread.is_alive():
        begun = time.monotonic()
        assert ask(nginx, "/account").status == 200
        slowest, others = max(slowest, time.monotonic() - begun), others + 1
    thread.join()
    assert done["status"] == 200 and done["seconds"] >= 0.4
    assert others > 10 and slowest < 0.3
    assert report(nginx)["counters"]["delayed"] == 1
    headers, _ = shop.seen("/transfer")[-1]
    assert dict(headers)["X-Rasp-Risk"] == "hasty;score=1"


def test_a_client_that_leaves_while_it_is_delayed(nginx, shop):
    nginx.start(site(), workers=1)
    ask(nginx, "/transfer", {"to": "bob"}, sid="ann")
    with Client(nginx.port) as client:
        client.send("POST /transfer HTTP/1.1\r\nHost: x\r\nCookie: sid=ann\r\nContent-Length: 0\r\n\r\n")
        nginx.wait(lambda: report(nginx)["counters"]["delayed"] == 1, "the wait to begin")
    time.sleep(0.6)
    assert len(shop.seen("/transfer")) == 1
    assert ask(nginx, "/account").status == 200


def test_streams_of_one_connection_wait_by_themselves(nginx, shop):
    """HTTP/2: a stream that waits neither holds up the others nor loses its own body."""
    from test_http2 import Client2
    nginx.start(site().replace("listen 127.0.0.1:{port};", "listen 127.0.0.1:{port}; listen 127.0.0.1:{h2} http2;"), workers=1)
    client = Client2(nginx.names["h2"])
    form = [("content-type", "application/x-www-form-urlencoded"), ("cookie", "sid=ann")]

    def transfer():
        stream = client.start("POST", "/transfer", form, end=False)
        client.data(stream, b"to=bob")
        return stream

    assert client.finish(transfer())[0] == 200
    begun = time.monotonic()
    waiting = transfer()
    answers = [client.finish(client.start("GET", "/account"))[0] for _ in range(3)]
    assert answers == [200] * 3 and time.monotonic() - begun < 0.35
    assert client.finish(waiting)[0] == 200
    assert time.monotonic() - begun >= 0.4
    assert [form for _, form in shop.seen("/transfer")] == [{"to": "bob"}] * 2
    reset = transfer()
    nginx.wait(lambda: report(nginx)["counters"]["delayed"] == 2, "the wait to begin")
    client.h2.reset_stream(reset)
    client.flush()
    time.sleep(0.6)
    assert len(shop.seen("/transfer")) == 2
    client.socket.close()


def test_a_body_that_is_sent_on_while_it_arrives(nginx, shop):
    """Rules that need the head alone delay and tag before anything goes on; an upload is counted all the same."""
    nginx.start(site(location="proxy_request_buffering off; client_body_buffer_size 1k;"), workers=1)
    form = {"to": "bob", "note": "x" * 100_000}
    assert ask(nginx, "/transfer", form, sid="ann").status == 200
    begun = time.monotonic()
    assert ask(nginx, "/transfer", form, sid="ann", headers={"X-Rasp-Risk": "none"}).status == 200
    assert time.monotonic() - begun >= 0.4
    headers, got = shop.seen("/transfer")[-1]
    assert got == form and [value for name, value in headers if name == "X-Rasp-Risk"] == ["hasty;score=1"]


SEALED = {
    "model": "sealed", "version": "1.0.0",
    "seal": {"keys": [{"id": 1, "secret": "0123456789abcdef0123456789abcdef"}]},
    "operations": {"item": {"match": "GET /item"}, "order": {"match": "POST /order"}},
    "rules": [{"id": 720001, "name": "The price that the page gave", "seal": "form", "on": "order", "by": "cookie.sid",
               "ttl": "30m", "fields": ["price"], "then": "block"}],
}


def test_a_price_comes_back_as_the_page_gave_it(nginx, shop):
    nginx.names["model"] = nginx.write("sealed.json", json.dumps(SEALED))
    nginx.start(site(), workers=2)
    page = ask(nginx, "/item", sid="ann", headers={"Accept-Encoding": "gzip", "If-None-Match": '"1"'})
    assert page.status == 200 and page.text.startswith("<html>") and page.text.endswith("</html>")
    assert int(page.header("Content-Length")) == len(page.body)
    assert page.header("ETag") is None and page.header("Digest") is None and page.header("X-Kept") == "yes"
    seal = re.search(r'name="_seal" value="([^"]+)"', page.text)[1]
    order = lambda price, sid="ann", **more: ask(nginx, "/order", {"price": price, **more}, sid=sid).status
    assert order("100", _seal=seal) == 200
    assert order("1", _seal=seal) == 403
    assert order("100") == 403
    assert order("100", sid="mallory", _seal=seal) == 403
    assert [form["price"] for _, form in shop.seen("/order")] == ["100"]


def test_no_more_wait_than_a_quarter_of_the_connections(nginx, shop):
    nginx.start(site(), workers=1)
    ask(nginx, "/transfer", {"to": "bob"}, sid="ann")
    clients = [Client(nginx.port) for _ in range(300)]  # of 1024
    for client in clients:
        client.send("POST /transfer HTTP/1.1\r\nHost: x\r\nCookie: sid=ann\r\nContent-Length: 0\r\n\r\n")
    statuses = sorted(client.read().status for client in clients)
    for client in clients:
        client.socket.close()
    counters = report(nginx)["counters"]
    assert counters["delayed"] + counters["delays_refused"] == 300
    assert set(statuses) <= {200, 429} and statuses.count(429) == counters["delays_refused"]


@pytest.mark.parametrize("spoofed", ["X-Rasp-Risk", "x-rasp-risk", "X_Rasp_Risk", "X-Rasp_RISK"])
def test_the_upstream_is_told_and_no_client_can_pretend(nginx, shop, spoofed):
    nginx.start(site(location="", extra="underscores_in_headers on;"), workers=2)
    risk = lambda path: [value for name, value in shop.seen(path)[-1][0] if name.lower().replace("_", "-") == "x-rasp-risk"]
    assert login(nginx, user="odd-one", headers={spoofed: "none", "X-Other": "kept"}).status == 401
    assert risk("/login") == ["odd"]
    assert dict(shop.seen("/login")[-1][0])["X-Other"] == "kept"
    assert ask(nginx, "/account", headers={spoofed: "none", "X-Other": "kept"}).status == 200
    assert risk("/account") == []
    assert dict(shop.seen("/account")[-1][0])["X-Other"] == "kept"


def journey(nginx, sid, random_):
    """An honest customer: browses, mistypes once, goes back, has two tabs, reloads, is declined once and retries."""
    address = f"2001:db8:{random_.randrange(1 << 16):x}:{random_.randrange(1 << 16):x}::1"
    statuses = []

    def step(target, form=None):
        statuses.append(ask(nginx, target, form, sid=sid, address=address).status)

    user = {"user": "u" + sid, "password": "x"}
    step("/search")
    step("/login", user)  # wrong: 401
    step("/cart")
    step("/cart")  # another tab
    step("/account")
    step("/cart/address", {"city": "Bonn"})
    if random_.random() < 0.5:
        step("/cart")  # back
        step("/cart/address", {"city": "Köln"})
    step("/cart/address", {"city": "Bonn"})  # reloaded
    step("/cart/pay", {"card": "declined"})
    step("/cart/pay", {"card": "1"})
    step("/coupon", {"code": "gift-" + sid})
    step("/report")
    step("/report")
    step("/probe/42")
    step("/probe/1")  # a mistyped number: 404
    step("/transfer", {"to": "bob"})
    return statuses


def test_honest_customers_are_never_blocked(nginx, shop):
    nginx.start(site(), workers=2)
    seeds = range(50)
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        journeys = list(pool.map(lambda seed: journey(nginx, f"c{seed}", random.Random(seed)), seeds))
    assert {status for statuses in journeys for status in statuses} == {200, 401, 404}
    assert nginx.events() == []
    assert report(nginx)["counters"]["logic_refused"] == 0


def test_state_outlives_a_reload(nginx, shop):
    nginx.start(site(), workers=2)
    assert [login(nginx).status for _ in range(5)] == [401] * 5
    assert ask(nginx, "/coupon", {"code": "SPRING"}).status == 200
    nginx.reload()
    assert login(nginx).status == 429
    assert ask(nginx, "/coupon", {"code": "SPRING"}).status == 409
    nginx.configure(site("rasp_zone shop 8m;"), workers=2)  # another size is another zone
    nginx.reload()
    assert login(nginx).status == 401
    assert 'rasp_zone "shop" of 4194304 bytes is no more' in nginx.error_log()


def test_shadow_blocks_nothing_but_tells(nginx, shop):
    nginx.start(site(mode="detect"), workers=2)
    assert [login(nginx).status for _ in range(12)] == [401] * 12
    assert [ask(nginx, "/coupon", {"code": "SPRING"}).status for _ in range(3)] == [200] * 3
    assert ask(nginx, "/cart/pay", {"card": "1"}, sid="mallory").status == 200
    assert [ask(nginx, f"/probe/{i}").status for i in range(6)] == [404] * 6
    begun = time.monotonic()
    assert [ask(nginx, "/transfer", {"to": "bob"}, sid="s").status for _ in range(3)] == [200] * 3
    assert time.monotonic() - begun < 0.4
    told = {}
    for event in nginx.events(14):
        assert event["event"]["action"] != "blocked"
        for match in event["rasp"]["matches"]:
            told[match["id"]] = told.get(match["id"], 0) + 1
    assert told["700001"] == 7 and told["700002"] == 2 and told["700003"] == 1


def test_without_a_zone_each_worker_is_by_itself_and_the_log_says_so(nginx, shop):
    nginx.start(site(zone=""), workers=1)
    assert "there is no rasp_zone" in nginx.error_log()
    assert [login(nginx).status for _ in range(6)] == [401] * 5 + [429]
    assert report(nginx)["entities"]["zone"] is None


def test_a_site_without_models_has_no_entities(nginx, shop):
    nginx.names["model"] = nginx.names["probe"]
    nginx.start(site(zone=""), workers=1)
    assert report(nginx)["entities"] is None
    assert "rasp_zone" not in nginx.error_log()


@pytest.mark.parametrize("zone, complaint", [
    ("rasp_zone shop 4m; rasp_zone shop 4m;", "is duplicate"),
    ("rasp_zone shop 64k;", "at least 256k"),
    ("rasp_zone shop lots;", "at least 256k"),
    ("rasp_zone ngx_rasp_counters_5 4m;", "a name of your own"),
    ("limit_req_zone $host zone=shop:4m rate=1r/s; rasp_zone shop 4m;", "shop"),
])
def test_what_rasp_zone_refuses(nginx, shop, zone, complaint):
    nginx.allow(r"\[emerg\]")
    passed, said = nginx.check(site(zone))
    assert not passed and complaint in said


def test_status_tells_in_both_forms(nginx, shop):
    nginx.start(site(), workers=2)
    login(nginx)
    entities = report(nginx)["entities"]
    assert entities["zone"] == "shop" and entities["bytes"] == 4 << 20 and entities["capacity"] > 100_000
    assert entities["records"] == 1 and entities["evicted"] == 0 and 0 <= entities["oldest_use_s"] < 60
    text = nginx.get("/rasp?format=prometheus").text
    assert re.search(r"^rasp_entities_records 1$", text, re.M)
    assert re.search(r"^rasp_entities_oldest_use_seconds \d+$", text, re.M)


def test_workers_killed_in_the_middle_of_it_wedge_nothing(nginx, shop):
    """The zone stays usable whichever instruction a worker dies at; what it had counted before stays counted."""
    nginx.allow(r"exited on signal 9")
    nginx.start(site(), workers=2)
    assert [login(nginx, user="victim").status for _ in range(5)] == [401] * 5
    stop, answered, slow = threading.Event(), [], []

    def load(number):
        client, i = None, 0
        while not stop.is_set():
            i += 1
            begun = time.monotonic()
            try:
                client = client or Client(nginx.port)
                form = f"code=c{number}-{i}"
                answer = client.request("POST", "/coupon?" if i % 3 else "/login", body=form if i % 3 else f"user=u{i % 50}",
                                        headers={"Content-Type": "application/x-www-form-urlencoded",
                                                 "Cookie": f"sid=s{number}"})
                answered.append(answer.status)
                slow.append(time.monotonic() - begun)
            except (Closed, OSError):
                client = None  # its worker was killed

    threads = [threading.Thread(target=load, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    random_ = random.Random(5)
    for _ in range(1000 if FULL else 20):
        workers = nginx.workers()
        os.kill(random_.choice(workers), signal.SIGKILL)
        nginx.wait(lambda: len(set(nginx.workers()) - set(workers)) >= 1 and len(nginx.workers()) == 2, "a new worker")
        time.sleep(random_.random() * 0.05)
    before = len(answered)
    nginx.wait(lambda: len(answered) > before + 50, "requests to be answered")
    stop.set()
    for thread in threads:
        thread.join()
    assert login(nginx, user="victim").status == 429
    assert max(slow) < 5
    entities = report(nginx)["entities"]
    assert entities["records"] > 50
    print("answered", len(answered), "slowest", max(slow), "entities", entities)
