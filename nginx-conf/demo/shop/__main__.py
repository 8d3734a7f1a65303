# SPDX-License-Identifier: Apache-2.0
"""python3 -m shop PORT INTERNAL_PORT: serves the shop, and an internal service that only it should reach."""
import sys
import threading
import traceback
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import services, storefront  # noqa: F401 (their routes)
from .http import ROUTES, Answer, Request, escape
from .pages import output, page, panel


def answer_to(request: Request) -> Answer:
    method = "GET" if request.method == "HEAD" else request.method
    handler = ROUTES.get((method, request.path))
    if handler is None:
        return services.serve_file(request)
    try:
        return handler(request)
    except Exception:  # information leak: visitors see where and why
        return page("Error", panel("Something broke", output(escape(traceback.format_exc()))), 500)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "HarbourShop/2.1"

    def respond(self) -> None:
        target = urllib.parse.urlsplit("//host" + self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(self.command, urllib.parse.unquote(target.path),
                          dict(urllib.parse.parse_qsl(target.query, keep_blank_values=True)),
                          {name.lower(): value for name, value in self.headers.items()}, self.rfile.read(length))
        answer = answer_to(request)
        self.send_response(answer.status)
        for name, value in [("Content-Type", answer.type), ("X-Powered-By", "HarbourShop"), *answer.headers,
                            ("Content-Length", str(len(answer.body)))]:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = respond

    def log_message(self, *arguments) -> None:
        pass


class InternalHandler(BaseHTTPRequestHandler):
    """Credentials for machines, as cloud providers serve them; and a supplier's page."""

    def do_GET(self) -> None:
        if self.path.startswith("/latest/"):
            body = b'{"AccessKeyId": "harbour-role", "SecretAccessKey": "internal-only-7f3a"}\n'
        else:
            body = b"Brass & Sons: compasses since 1904.\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments) -> None:
        pass


def main() -> None:
    port, internal_port = (int(a) for a in sys.argv[1:])
    services.HOSTS["supplier.example"] = f"127.0.0.1:{internal_port}"
    internal = ThreadingHTTPServer(("127.0.0.1", internal_port), InternalHandler)
    threading.Thread(target=internal.serve_forever, daemon=True).start()
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main()
