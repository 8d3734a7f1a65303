# SPDX-License-Identifier: Apache-2.0
"""A shop for business logic to protect (rules/shop.json): it does what it is asked, without any protection of its own."""
import http.server
import json
import threading
import time
import urllib.parse

PASSWORDS = {"ann": "right", "bob": "secret"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle_request(self):
        url = urllib.parse.urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("latin-1")
        self.form = {name: values[0] for name, values in urllib.parse.parse_qs(body).items()}
        with self.server.lock:
            self.server.seen.append((self.command, url.path, self.headers.items(), self.form))
        is_probe = url.path.startswith("/probe/")
        route = self.probe if is_probe else getattr(self, self.command + url.path.replace("/", "_"), None)
        status, reply = route() if route else (200, {"page": url.path})
        data = reply.encode() if isinstance(reply, str) else json.dumps(reply).encode()
        self.send_response(status)
        if isinstance(reply, str):
            self.send_header("Content-Type", "text/html")
            for name, value in {"ETag": '"1"', "Digest": "md5=x", "X-Kept": "yes"}.items():
                self.send_header(name, value)
        else:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = handle_request

    def POST_login(self):
        time.sleep(self.server.login_s)
        right = PASSWORDS.get(self.form.get("user")) == self.form.get("password")
        return (200, {"welcome": self.form["user"]}) if right else (401, {"error": "wrong"})

    def POST_coupon(self):
        if self.form.get("code") == "expired":
            return 410, {"error": "expired"}
        time.sleep(0.05)
        return 200, {"discount": 10}

    def POST_cart_pay(self):
        declined = self.form.get("card") == "declined"
        return 200, {"state": "declined" if declined else "paid"}

    def GET_item(self):
        return 200, ("<html><form method=post action=/order><input type=hidden name=price value=100><button>Buy"
                     "</button></form></html>")

    def GET_report(self):
        self.server.report.wait(10)
        return 200, {"report": True}

    def probe(self):
        return (200, {"number": 42}) if self.path.endswith("/42") else (404, {"error": "no such number"})


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024  # or the kernel resets connections under load


class Shop:
    def __init__(self):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.server.lock = threading.Lock()
        self.server.report = threading.Event()  # reports are ready
        self.reset()

    def reset(self):
        self.server.seen = []
        self.server.login_s = 0.0
        self.server.report.set()

    @property
    def report(self):
        return self.server.report

    def slow_logins(self, seconds):
        self.server.login_s = seconds

    def seen(self, path):
        """What reached the shop there: of each request the head and the form."""
        with self.server.lock:
            return [(headers, form) for _, at, headers, form in self.server.seen if at == path]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
