# SPDX-License-Identifier: Apache-2.0
"""The application behind nginx: answers by path and remembers what it was sent."""
import gzip
import http.server
import json
import threading
import time

SECRET = b"<html>before probe-secret after</html>"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def pieces(self):
        """The body as it arrives; ends early where the connection does, and then says so in `cut`."""
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
                yield from self.exactly(size)
                self.rfile.readline()
            self.cut = self.rfile.readline() != b"\r\n"
        else:
            yield from self.exactly(int(self.headers.get("Content-Length", 0)))

    def exactly(self, size):
        while size:
            data = self.rfile.read1(min(size, 1 << 20))
            if not data:
                self.cut = True
                return
            size -= len(data)
            yield data

    def body(self):
        """None if the connection ended before the body did. Of a body for /sink only the length is kept."""
        self.cut, self.received, kept = False, 0, []
        for data in self.pieces():
            self.received += len(data)
            self.server.received += len(data)
            if not self.path.startswith("/sink"):
                kept.append(data)
        return None if self.cut else b"".join(kept)

    def answer(self, body, status=200, content_type="text/html", **headers):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(body)

    def handle_request(self):
        if self.path.startswith("/early"):  # answers without having read the body
            self.close_connection = True
            self.answer(b"early", status=int(self.path[len("/early/"):]))
            self.connection.settimeout(5)
            while self.rfile.read1(65536):  # or closing would reset the connection
                pass
            return
        body = self.body()
        request = {"method": self.command, "path": self.path, "headers": list(self.headers.items()), "body": body}
        if body is None:
            self.server.cut.append(dict(request, received=self.received))
            self.close_connection = True
            return
        self.server.seen.append(request)
        path = self.path.split("?")[0]
        route = getattr(self, "route" + path.replace("/", "_").replace("-", "_"), None)
        if route:
            route()
        else:
            self.answer(b"upstream says ok\n")

    do_GET = do_POST = do_PUT = do_HEAD = do_PATCH = do_DELETE = handle_request

    def route_echo(self):
        self.answer(json.dumps(dict(self.server.seen[-1], body=self.server.seen[-1]["body"].decode("latin-1"))).encode(),
                    content_type="application/json")

    def route_sink(self):
        self.answer(str(self.received).encode())

    def route_secret(self):
        self.answer(SECRET)

    def route_leak(self):
        self.answer(b"fine", X_Leak="probe-leak", Set_Cookie="session=1")

    def route_gzip(self):
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            self.answer(gzip.compress(SECRET), Content_Encoding="gzip")
        else:
            self.answer(SECRET)

    def route_gzip_clean(self):
        self.server.gzipped = gzip.compress(b"z" * 100_000)
        self.answer(self.server.gzipped, Content_Encoding="gzip")

    def route_large(self):
        self.answer(b"x" * 300_000 + b" probe-secret " + b"y" * 300_000)

    def route_clean(self):
        self.answer(b"z" * 100_000)

    def route_frame(self):
        self.answer(b"framed", X_Frame_Options="SAMEORIGIN", Server="secret/1.0", X_Powered_By="PHP/5")

    def route_part(self):
        if self.headers.get("Range"):
            self.answer(SECRET[:10], status=206, Content_Range=f"bytes 0-9/{len(SECRET)}")
        else:
            self.answer(SECRET)

    def route_status_204(self):
        self.answer(b"", status=204)

    def route_status_304(self):
        self.answer(b"", status=304)

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def stream(self, content_type, pieces, gap=0.0):
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in pieces:
            self.chunk(piece)
            self.server.proceed.wait(5) if gap else None
        self.chunk(b"")

    def route_sse(self):
        self.stream("text/event-stream", [b"data: one\n\n", b"data: probe-secret\n\n"], gap=1)

    def route_split(self):
        self.stream("text/html", [b"probe-", b"sec", b"ret"])

    def route_broken(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"half of it")
        self.wfile.flush()
        self.close_connection = True

    def route_cached(self):
        self.answer(SECRET, Cache_Control="max-age=60")

    def route_upgrade(self):
        self.send_response(101)
        self.send_header("Upgrade", "echo")
        self.send_header("Connection", "Upgrade")
        self.end_headers()
        self.wfile.flush()
        self.wfile.write(self.rfile.readline())
        self.close_connection = True

    def route_redirected(self):
        self.answer(b"", X_Accel_Redirect="/inner/secret")

    def route_slow(self):
        time.sleep(1)
        self.answer(b"slow")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024  # or the kernel resets connections under load


class Upstream:
    def __init__(self):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.reset()

    def reset(self):
        self.server.seen = []      # requests that came whole
        self.server.cut = []       # requests whose connection ended before their body did
        self.server.received = 0   # bytes of bodies so far
        self.server.proceed = threading.Event()

    @property
    def seen(self):
        return self.server.seen

    @property
    def cut(self):
        return self.server.cut

    @property
    def received(self):
        return self.server.received

    def proceed(self):
        self.server.proceed.set()

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
