# SPDX-License-Identifier: Apache-2.0
"""What the long-running checks share: an nginx outside pytest, load from many connections, and a process's memory."""
import pathlib
import random
import tempfile
import threading

from client import Client, Closed
from server import Nginx
from upstream import Upstream

SITE = """rasp block; rasp_rules {rules}/*.json {probe}; rasp_log {dir}/events.log; rasp_headers strict;
gzip on; gzip_min_length 1; gzip_proxied any; proxy_http_version 1.1; client_body_buffer_size 4k; client_max_body_size 4m;
server { listen 127.0.0.1:{port} backlog=1024; root {root};
  location / { proxy_pass http://127.0.0.1:{up}; }
  location /static/ { alias {root}/; }
  location /detect/ { rasp detect; proxy_pass http://127.0.0.1:{up}/; }
  location /off/ { rasp off; proxy_pass http://127.0.0.1:{up}/; }
  location /plain/ { rasp_block_page off; error_page 403 /static/file.html; proxy_pass http://127.0.0.1:{up}/; }
  location = /rasp { rasp off; rasp_status; } }"""


class Site:
    """nginx with SITE and its upstream, in a directory that goes away."""

    def __init__(self, http=SITE, workers=2):
        self.http, self.count = http, workers

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="rasp-")
        pathlib.Path(self.directory.name).chmod(0o755)
        self.upstream = Upstream().__enter__()
        self.upstream.server.seen = _Forgetful()
        self.nginx = Nginx(self.directory.name, self.upstream.port)
        self.nginx.write("www/file.html", "<p>static</p>" * 200)
        return self.nginx.start(self.http, workers=self.count)

    def __exit__(self, *_):
        self.nginx.stop()
        self.upstream.__exit__()
        self.directory.cleanup()


class _Forgetful(list):
    """The upstream's memory of requests, cut short: these checks send very many."""

    def append(self, item):
        super().append(item)
        del self[:-64]


def mixed_request(number):
    """(what to send, statuses that are right, whether the connection may be used again)."""
    pick = random.Random(number)
    text = "".join(pick.choice("abcdefghij%+=&<>'\" \x00\x7f") for _ in range(pick.randrange(200)))
    form = ("a=" + text).encode("latin-1")
    message = Client.message
    safe = f"v{number}"
    return pick.choice([
        lambda: (message("GET", f"/?id={safe}"), {200}),
        lambda: (message("GET", f"/static/file.html?{safe}", headers={"Accept-Encoding": "gzip"}), {200}),
        lambda: (message("GET", f"/clean?{safe}", headers={"Accept-Encoding": "gzip", "Range": "bytes=0-5"}), {200}),
        lambda: (message("GET", f"/?id={safe}&q=probe-arg"), {403}),
        lambda: (message("GET", f"/plain/?q=probe-arg{safe}"), {403}),
        lambda: (message("GET", f"/secret?{safe}", headers={"Accept": "application/json"}), {403}),
        lambda: (message("GET", f"/detect/secret?{safe}"), {200}),
        lambda: (message("POST", f"/?{safe}", body=form), {200, 400, 403, 413}),
        lambda: (message("POST", f"/?{safe}", body=form, chunked=pick.randrange(1, 40)), {200, 400, 403, 413}),
        lambda: (message("POST", f"/?{safe}", body="x=" + "y" * pick.randrange(1, 60_000)), {200}),
        lambda: (message("POST", f"/?{safe}", body='{"a": [1, {"b": "' + safe + '"}]}',
                         headers={"Content-Type": "application/json"}), {200}),
        lambda: (message("POST", f"/?{safe}", body=form, headers={
            "Content-Type": pick.choice(["application/json", "text/xml", "multipart/form-data; boundary=a", "x/y", "\xff"])}),
            {200, 400, 403, 413, 415}),
        lambda: (message("HEAD", f"/clean?{safe}"), {200}),
        lambda: (message("GET", f"/split?{safe}"), {403}),
        lambda: (message("GET", f"/off/secret?{safe}"), {200}),
        lambda: (message("GET", f"/?id={safe}", headers=[("Cookie", text.replace("\x00", "")), ("X-A", safe)]), {200, 403}),
    ])()


class Load:
    """`connections` clients that send `total` mixed requests, or go on until `stop`."""

    def __init__(self, port, connections, total=None):
        self.port, self.total = port, total
        self.lock, self.sent, self.failures, self.stopped = threading.Lock(), 0, [], False
        self.threads = [threading.Thread(target=self._run) for _ in range(connections)]

    def start(self):
        [thread.start() for thread in self.threads]
        return self

    def join(self):
        [thread.join() for thread in self.threads]

    def stop(self):
        self.stopped = True
        self.join()

    def _next(self):
        with self.lock:
            if self.stopped or (self.total is not None and self.sent >= self.total):
                return None
            self.sent += 1
            return self.sent

    def _run(self):
        client, fresh = None, False
        while (number := self._next()) is not None:
            data, right = mixed_request(number)
            for _ in range(2):
                if client is None:
                    client, fresh = Client(self.port, 60), True
                try:
                    client.send(data)
                    answer = client.read(data.split(b" ", 1)[0].decode())
                    break
                except (Closed, OSError, ValueError) as error:
                    # nginx may close an idle kept-alive connection, as on a reload: not a failed request, try a new one
                    answer = error
                    client.socket.close()
                    client, retry = None, not fresh
                    if not retry:
                        break
            else:
                answer = "closed twice"
            if not hasattr(answer, "status") or answer.status not in right:
                self.failures.append((number, data[:200], str(answer)[:300]))
            fresh = False
            if client and hasattr(answer, "header") and (answer.header("Connection") or "").lower() == "close":
                client.socket.close()
                client = None


def rss_kb(pid, field="VmRSS"):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    raise AssertionError(f"no {field}")


def private_kb(pid):
    """Memory of the process alone: what it does not share with its parent."""
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith(("Private_Clean", "Private_Dirty")))
