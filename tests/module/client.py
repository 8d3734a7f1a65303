# SPDX-License-Identifier: Apache-2.0
"""A client on a raw socket: what is sent is what the test wrote, byte for byte."""
import socket


class Response:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name):
        values = self.all(name)
        return values[0] if values else None

    @property
    def text(self):
        return self.body.decode(errors="replace")

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:200]!r}>"


class Closed(Exception):
    """The server closed the connection instead of answering."""


class Client:
    def __init__(self, port, timeout=20):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def fill(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        self.buffer += data
        return bool(data)

    def until(self, mark):
        while mark not in self.buffer:
            if not self.fill():
                raise Closed(self.buffer)
        head, self.buffer = self.buffer.split(mark, 1)
        return head

    def exactly(self, size):
        while len(self.buffer) < size:
            if not self.fill():
                raise Closed(self.buffer)
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def head(self):
        lines = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:]]
        return Response(int(lines[0].split()[1]), headers, b"")

    def read(self, method="GET"):
        response = self.head()
        while response.status in (100, 103):
            response = self.head()
        if method == "HEAD" or response.status in (101, 204, 304):
            return response
        if "chunked" in (response.header("Transfer-Encoding") or ""):
            response.body = b"".join(self.chunks())
        elif response.header("Content-Length") is not None:
            response.body = self.exactly(int(response.header("Content-Length")))
        else:
            while self.fill():
                pass
            response.body, self.buffer = self.buffer, b""
        return response

    def chunks(self):
        while True:
            size = int(self.until(b"\r\n").split(b";")[0], 16)
            data = self.exactly(size)
            self.until(b"\r\n")
            if size == 0:
                return
            yield data

    @staticmethod
    def message(method, target, headers=(), body=None, host="localhost", version="1.1", chunked=None):
        fields = list(headers.items() if isinstance(headers, dict) else headers)
        names = {name.lower() for name, _ in fields}
        if "host" not in names and host is not None:
            fields.insert(0, ("Host", host))
        body = body.encode() if isinstance(body, str) else body
        if chunked:
            fields.append(("Transfer-Encoding", "chunked"))
            pieces = [body[i:i + chunked] for i in range(0, len(body), chunked)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"
        elif body is not None and "content-length" not in names:
            fields.append(("Content-Length", str(len(body))))
        if body is not None and "content-type" not in names:
            fields.append(("Content-Type", "application/x-www-form-urlencoded"))
        head = f"{method} {target} HTTP/{version}\r\n" + "".join(f"{n}: {v}\r\n" for n, v in fields) + "\r\n"
        return head.encode("latin-1") + (body or b"")

    def request(self, method, target, **keywords):
        self.send(self.message(method, target, **keywords))
        return self.read(method)
