# SPDX-License-Identifier: Apache-2.0
"""Requests near given ones: the same seed gives the same bytes on every machine."""
import json
import random
import urllib.parse
from typing import Callable, List, NamedTuple, Tuple

Field = Tuple[bytes, bytes]

# Bytes at which parsers and decoders part ways.
EDGES = [bytes([b]) for b in b"\t\x0b\x0c \xa0\x85\x7f\xff\xc0\x80%&;=+'\"\\<>/.()[]{}*#@!|`$,:-_"] + [
    b"%00", b"%0a", b"%0d%0a", b"%u0041", b"%uff1c", b"%2527", b"%c0%af", b"&#x3c;", b"&lt;", b"\\x3c", b"\\u003c",
    b"/**/", b"/*", b"-- ", b"../", b"%20", b"%09", b"%0b", b"\xc3\xa9", b"\xe2\x80\x8b"]
TYPES = [b"application/x-www-form-urlencoded", b"application/x-www-form-urlencoded; charset=utf-8", b"text/plain",
         b"application/json", b"application/json; charset=utf-8", b"application/xml", b"text/xml",
         b"multipart/form-data; boundary=frontier", b"multipart/form-data", b"application/octet-stream",
         b"application/soap+xml", b"application/vnd.api+json", b""]
NAMES = [b"X-Forwarded-For", b"Referer", b"Cookie", b"User-Agent", b"Accept", b"X-Custom", b"Range", b"Content-Type",
         b"Accept-Encoding", b"Authorization", b"Host"]


class Message:
    """A request taken apart as far as mutating it needs."""

    def __init__(self, raw: bytes):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        self.line = lines[0]
        self.fields: List[List[bytes]] = []
        for line in lines[1:]:
            name, _, value = line.partition(b":")
            self.fields.append([name, value.strip()])

    def values(self, name: bytes) -> List[List[bytes]]:
        return [field for field in self.fields if field[0].lower() == name]

    def set(self, name: bytes, value: bytes) -> None:
        found = self.values(name.lower())
        if found:
            found[0][1] = value
        else:
            self.fields.append([name, value])

    def target(self) -> bytes:
        parts = self.line.split(b" ")
        return b" ".join(parts[1:-1]) if len(parts) > 2 else b"/"

    def set_target(self, target: bytes) -> None:
        parts = self.line.split(b" ")
        version = parts[-1] if len(parts) > 2 else b"HTTP/1.1"
        self.line = parts[0] + b" " + target + b" " + version

    def set_method(self, method: bytes) -> None:
        self.line = method + b" " + self.target() + b" " + self.line.split(b" ")[-1]

    def raw(self, right_length: bool) -> bytes:
        if right_length and (self.body or self.values(b"content-length")):
            self.set(b"Content-Length", b"%d" % len(self.body))
        fields = b"".join(name + b": " + value + b"\r\n" for name, value in self.fields)
        return self.line + b"\r\n" + fields + b"\r\n" + self.body


def _quote(dice: random.Random, text: bytes, share: float) -> bytes:
    return b"".join(b"%%%02X" % b if dice.random() < share else bytes([b]) for b in text)


def _put(text: bytes, at: int, piece: bytes, drop: int = 0) -> bytes:
    return text[:at] + piece + text[at + drop:]


def _somewhere(dice: random.Random, message: Message) -> Tuple[bytes, Callable[[bytes], None]]:
    """A part of the message, and how to replace it."""
    where = dice.random()
    if message.body and where < 0.5:
        return message.body, lambda text: setattr(message, "body", text)
    if where < 0.8 or not message.fields:
        return message.target(), message.set_target
    field = dice.choice(message.fields)
    return field[1], lambda text: field.__setitem__(1, text)


def flip_bytes(dice: random.Random, message: Message, other: Message) -> None:
    text, replace = _somewhere(dice, message)
    for _ in range(dice.randint(1, 3)):
        if text:
            at = dice.randrange(len(text))
            text = _put(text, at, bytes([text[at] ^ (1 << dice.randrange(8))]), 1)
    replace(text)


def insert_edge(dice: random.Random, message: Message, other: Message) -> None:
    text, replace = _somewhere(dice, message)
    for _ in range(dice.randint(1, 3)):
        text = _put(text, dice.randint(0, len(text)), dice.choice(EDGES), dice.choice([0, 0, 1]))
    replace(text)


def encode(dice: random.Random, message: Message, other: Message) -> None:
    text, replace = _somewhere(dice, message)
    begin = dice.randint(0, len(text))
    end = dice.randint(begin, len(text))
    piece = text[begin:end]
    kind = dice.randrange(6)
    if kind == 0:
        piece = _quote(dice, piece, 0.5)
    elif kind == 1:
        piece = _quote(dice, piece, 0.3).replace(b"%", b"%25")
    elif kind == 2:
        piece = b"".join(b"%%u%04x" % b for b in piece[:60])
    elif kind == 3:
        piece = b"".join(b"&#%d;" % b for b in piece[:60])
    elif kind == 4:
        piece = b"".join(b"\\u%04x" % b for b in piece[:60])
    else:
        piece = piece.swapcase()
    replace(text[:begin] + piece + text[end:])


def truncate(dice: random.Random, message: Message, other: Message) -> None:
    text, replace = _somewhere(dice, message)
    replace(text[:dice.randint(0, len(text))])


def split_parameter(dice: random.Random, message: Message, other: Message) -> None:
    text, replace = _somewhere(dice, message)
    replace(_put(text, dice.randint(0, len(text)), dice.choice([b"&b=", b";b=", b"&", b"=", b"&a[]=", b"&%62=", b"\r\n"])))


def _parameters(message: Message) -> bytes:
    query = message.target().partition(b"?")[2]
    return query or message.body or message.target()


def move_parameters(dice: random.Random, message: Message, other: Message) -> None:
    text = _parameters(message)
    kind = dice.randrange(7)
    if kind == 0:
        message.set_method(b"POST")
        message.set_target(message.target().partition(b"?")[0])
        message.body = text
        message.set(b"Content-Type", TYPES[0])
    elif kind == 1:
        message.set_target(b"/get?" + text.replace(b" ", b"+").replace(b"\r\n", b"%0d%0a"))
    elif kind == 2:
        message.fields.append([b"Cookie", text.replace(b"&", b"; ").replace(b"\n", b" ")[:2000]])
    elif kind == 3:
        message.fields.append([dice.choice(NAMES), text.replace(b"\n", b" ")[:2000]])
    else:
        value = urllib.parse.unquote_to_bytes(text.partition(b"=")[2].replace(b"+", b" ") or text)
        message.set_method(b"POST")
        _wrap(dice, message, value)


def _wrap(dice: random.Random, message: Message, value: bytes) -> None:
    kind = dice.randrange(3)
    if kind == 0:
        document = {dice.choice(["a", "name", "x.y", "q"]): dice.choice([value.decode("latin-1"),
                                                                        [1, value.decode("latin-1"), None],
                                                                        {"b": value.decode("latin-1")}])}
        message.body = json.dumps(document, ensure_ascii=dice.random() < 0.5).encode("utf-8")
        message.set(b"Content-Type", b"application/json")
    elif kind == 1:
        text = value.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b'"', b"&quot;")
        message.body = dice.choice([b"<?xml version=\"1.0\"?><a><b>%s</b></a>", b"<a x=\"%s\">t</a>",
                                    b"<a><![CDATA[%s]]></a>"]) % text
        message.set(b"Content-Type", dice.choice([b"application/xml", b"text/xml"]))
    else:
        disposition = dice.choice([b'form-data; name="a"', b'form-data; name="f"; filename="x.txt"', b"form-data; name=a",
                                   b"form-data; name='a'", b'form-data; filename="x.php"; name="f"'])
        end = dice.choice([b"\r\n", b"\r\n", b"\r\n", b"\n"])
        message.body = end.join([b"--frontier", b"Content-Disposition: " + disposition,
                                 dice.choice([b"Content-Type: text/plain", b"X-Part: 1"]), b"", value,
                                 dice.choice([b"--frontier--", b"--frontier--", b"--frontier"]), b""])
        message.set(b"Content-Type", b"multipart/form-data; boundary=frontier")


def double_header(dice: random.Random, message: Message, other: Message) -> None:
    if message.fields:
        name, value = dice.choice(message.fields)
        message.fields.insert(dice.randint(0, len(message.fields)), [dice.choice([name, name.swapcase()]), value])


def change_type(dice: random.Random, message: Message, other: Message) -> None:
    message.set(b"Content-Type", dice.choice(TYPES))


def change_method(dice: random.Random, message: Message, other: Message) -> None:
    message.set_method(dice.choice([b"GET", b"POST", b"PUT", b"HEAD", b"OPTIONS", b"DELETE", b"PATCH", b"PROPFIND"]))


def splice(dice: random.Random, message: Message, other: Message) -> None:
    """A piece of another request goes in."""
    text, replace = _somewhere(dice, message)
    source = _parameters(other)
    begin = dice.randint(0, len(source))
    replace(_put(text, dice.randint(0, len(text)), source[begin:begin + dice.randint(1, 200)]))


def add_header(dice: random.Random, message: Message, other: Message) -> None:
    if other.fields:
        message.fields.append(list(dice.choice(other.fields)))


MUTATIONS = [flip_bytes, insert_edge, insert_edge, encode, encode, truncate, split_parameter, move_parameters,
             move_parameters, double_header, change_type, change_method, splice, splice, add_header]


class Mutant(NamedTuple):
    name: str  # the test's, and what was done
    request: bytes


def mutate(dice: random.Random, names: List[str], requests: List[bytes]) -> Mutant:
    """One to three changes of one of the requests."""
    which = dice.randrange(len(requests))
    message, other = Message(requests[which]), Message(dice.choice(requests))
    done = []
    for _ in range(dice.choice([1, 1, 2, 3])):
        mutation = dice.choice(MUTATIONS)
        mutation(dice, message, other)
        done.append(mutation.__name__)
    return Mutant(names[which] + "+" + "+".join(done), message.raw(right_length=dice.random() < 0.9))


# Lengths of values at which an inspection in pieces, or one that keeps only so much, might do something else.
LENGTHS = [1024, 65536, 131072]


def _filler(dice: random.Random, length: int) -> bytes:
    """Harmless, and not all of one kind."""
    words = [b"garden", b"river ", b"summer", b"a1b2c3", b"x.y.z ", b"(note)", b"50 % ", b"\xc3\xa9t\xc3\xa9 "]
    block = b" ".join(dice.choice(words) for _ in range(64))
    return (block * (length // len(block) + 1))[:length]


def lengthen(dice: random.Random, names: List[str], requests: List[bytes]) -> Mutant:
    """A POST whose one long value holds a piece of a request at its beginning, its end or across an edge of LENGTHS."""
    which = dice.randrange(len(requests))
    piece = urllib.parse.unquote_to_bytes(_parameters(Message(requests[which])).replace(b"+", b" "))[:400]
    length = dice.choice(LENGTHS)
    before = dice.choice([0, 0, length - len(piece), length - dice.randint(0, 2 * len(piece) + 8), dice.randrange(length)])
    before = max(before, 0)
    after = dice.choice([0, 0, 16, 1024, max(length - before, 0)])
    value = _filler(dice, before) + piece + _filler(dice, after)
    message = Message(b"POST /long HTTP/1.1\r\nHost: localhost\r\nUser-Agent: test\r\nAccept: */*\r\n\r\n")
    kind = dice.choice(["form", "json", "part", "file", "xml", "text"])
    if kind == "form":
        message.body = b"a=1&long=" + urllib.parse.quote_plus(value).encode() + b"&z=2"
    elif kind == "json":
        message.body = b'{"a":1,"long":' + json.dumps(value.decode("latin-1")).encode() + b"}"
    elif kind == "xml":
        message.body = b"<r><a>" + value.replace(b"&", b"&amp;").replace(b"<", b"&lt;") + b"</a></r>"
    elif kind == "text":
        message.body = value
    else:
        name = b'name="f"; filename="a.txt"' if kind == "file" else b'name="f"'
        message.body = b"--frontier\r\nContent-Disposition: form-data; " + name + b"\r\n\r\n" + value + b"\r\n--frontier--\r\n"
    message.set(b"Content-Type", {"form": TYPES[0], "json": b"application/json", "xml": b"application/xml",
                                  "text": b"text/plain"}.get(kind, b"multipart/form-data; boundary=frontier"))
    return Mutant("%s+long-%s-%d" % (names[which], kind, len(value)), message.raw(right_length=True))
