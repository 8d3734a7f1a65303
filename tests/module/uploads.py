# SPDX-License-Identifier: Apache-2.0
"""Uploads of any size, made while they are sent: a body of padding with an attack at a place of one's choice."""
import functools
import multiprocessing
import random
import re
import socket
import struct
import zlib

BLOCK = 256 * 1024
PADDING = (b"lorem ipsum dolor sit amet " * (BLOCK // 27 + 1))[:BLOCK].replace(b" ", b"_")
BOUNDARY = "b4f1c2"


def random_words(size):
    """Text that compresses as text does: what compresses much more is refused for its ratio."""
    dice = random.Random(1)
    words = ["".join(dice.choice("etaoinshrdlucmfw") for _ in range(dice.randrange(1, 11))) for _ in range(20_000)]
    return "_".join(dice.choice(words) for _ in range(size // 3)).encode()[:size]


WORDS = random_words(BLOCK)
BINARY = random.Random(2).randbytes(BLOCK)  # as pictures and archives are


def padding(size, block=PADDING):
    while size > 0:
        yield block[:size]
        size -= len(block)


@functools.lru_cache(maxsize=32)
def deflated(piece):
    """Blocks of their own, so that what is sent over and over is compressed once."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(piece) + compressor.flush(zlib.Z_FULL_FLUSH)


def gzipped(pieces):
    checksum, size = 0, 0
    yield b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    for piece in pieces:
        checksum, size = zlib.crc32(piece, checksum), size + len(piece)
        yield deflated(piece)
    yield b"\x03\x00" + struct.pack("<LL", checksum, size & 0xffffffff)


def serve_sink(listener):
    buffer = bytearray(1 << 20)
    while True:
        connection, _ = listener.accept()
        with connection:
            head = b""
            while b"\r\n\r\n" not in head and (data := connection.recv(65536)):
                head += data
            head, _, body = head.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: *(\d+)", head)
            left = int(length[1]) - len(body) if length else 0
            while left > 0 and (size := connection.recv_into(buffer)):
                left -= size
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


class Sink:
    """An application that takes bodies as fast as they come, in a process of its own."""

    def __enter__(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        self.process = multiprocessing.get_context("fork").Process(target=serve_sink, args=(listener,), daemon=True)
        self.process.start()
        listener.close()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.join()


class Upload:
    """`before` bytes of padding, then `text` in a value (or file) of its own, then `after` bytes more. "gzip": a form, compressed."""

    def __init__(self, kind, before, after, text, block=PADDING):
        self.before, self.after, self.gzip = before, after, kind == "gzip"
        self.block = WORDS if self.gzip else block
        self.content_type, self.parts = getattr(self, "_form" if self.gzip else "_" + kind)(text.encode())
        self.length = sum(map(len, self.pieces())) if self.gzip else before + after + sum(map(len, self.parts))

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
        return gzipped(self.plain_pieces()) if self.gzip else self.plain_pieces()

    def plain_pieces(self):
        yield self.parts[0]
        yield from padding(self.before, self.block)
        yield self.parts[1]
        yield from padding(self.after, self.block)
        if self.parts[2]:
            yield self.parts[2]

    def send(self, client, path, chunked):
        """Sends it all, as far as the server lets it; returns the answer."""
        coding = "Content-Encoding: gzip\r\n" if self.gzip else ""
        framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {self.length}"
        client.send(f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {self.content_type}\r\n{coding}{framing}\r\n\r\n")
        try:
            for piece in self.pieces():
                client.send(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
            if chunked:
                client.send(b"0\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused in the middle; the answer is there
        return client.read()
