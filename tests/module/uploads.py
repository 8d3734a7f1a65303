# SPDX-License-Identifier: Apache-2.0
"""Uploads of any size, made while they are sent: a body of padding with an attack at a place of one's choice."""

BLOCK = 256 * 1024
PADDING = (b"lorem ipsum dolor sit amet " * (BLOCK // 27 + 1))[:BLOCK].replace(b" ", b"_")
BOUNDARY = "b4f1c2"


def padding(size):
    while size > 0:
        yield PADDING[:size]
        size -= len(PADDING)


class Upload:
    """`before` bytes of padding, then `text` in a value (or file) of its own, then `after` bytes more."""

    def __init__(self, kind, before, after, text):
        self.before, self.after = before, after
        self.content_type, self.parts = getattr(self, "_" + kind)(text.encode())
        self.length = before + after + sum(map(len, self.parts))

    @staticmethod
    def _form(text):
        return "application/x-www-form-urlencoded", (b"x=", b"&a=" + text + b"&y=", b"")

    @staticmethod
    def _json(text):
        return "application/json", (b'{"x": "', b'", "a": "' + text + b'", "y": "', b'"}')

    @staticmethod
    def _multipart(text):
        field = lambda more: f'--{BOUNDARY}\r\nContent-Disposition: form-data; {more}\r\n\r\n'.encode()
        return f"multipart/form-data; boundary={BOUNDARY}", (
            field('name="x"; filename="x.bin"'),
            b"\r\n" + field('name="a"') + text + b"\r\n" + field('name="y"; filename="y.bin"'),
            f"\r\n--{BOUNDARY}--\r\n".encode())

    def pieces(self):
        yield self.parts[0]
        yield from padding(self.before)
        yield self.parts[1]
        yield from padding(self.after)
        if self.parts[2]:
            yield self.parts[2]

    def send(self, client, path, chunked):
        """Sends it all, as far as the server lets it; returns the answer."""
        framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {self.length}"
        client.send(f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {self.content_type}\r\n{framing}\r\n\r\n")
        try:
            for piece in self.pieces():
                client.send(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
            if chunked:
                client.send(b"0\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused in the middle; the answer is there
        return client.read()
