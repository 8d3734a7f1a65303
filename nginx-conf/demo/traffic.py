# SPDX-License-Identifier: Apache-2.0
"""Requests as the tour sends them, and what came back."""
import http.client
import re
import urllib.parse
from dataclasses import dataclass, field

BROWSER = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.7,de;q=0.3",
}


@dataclass(frozen=True)
class Shot:
    """One request. __INTERNAL__ and __LISTENER__ in target, headers and body stand for ports that differ from run to run."""
    method: str
    target: str
    body: bytes = b""
    headers: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple
    body: bytes

    @property
    def text(self) -> str:
        head = "".join(f"{name}: {value}\n" for name, value in self.headers)
        return f"{head}\n{self.body.decode('utf-8', 'replace')}"

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    @property
    def reference(self) -> str:
        found = re.search(r'id="reference">([^<]+)<', self.text)
        return found[1] if found else ""


def get(path: str, **query) -> Shot:
    return Shot("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""))


def post_form(path: str, **fields) -> Shot:
    return Shot("POST", path, urllib.parse.urlencode(fields).encode(),
                {"Content-Type": "application/x-www-form-urlencoded"})


def post_json(path: str, text: str) -> Shot:
    return Shot("POST", path, text.encode(), {"Content-Type": "application/json"})


def post_xml(path: str, text: str) -> Shot:
    return Shot("POST", path, text.encode(), {"Content-Type": "application/xml"})


def post_file(path: str, name: str, content: bytes, content_type: str) -> Shot:
    border = "harbour-3f81c2"
    head = (f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            f"Content-Type: {content_type}\r\n\r\n").encode()
    return Shot("POST", path, head + content + f"\r\n--{border}--\r\n".encode(),
                {"Content-Type": f"multipart/form-data; boundary={border}"})


def send(shot: Shot, port: int, ports: dict) -> Answer:
    def fill(text: str) -> str:
        for name, value in ports.items():
            text = text.replace(f"__{name}__", str(value))
        return text

    body = fill(shot.body.decode("latin-1")).encode("latin-1")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.putrequest(shot.method, fill(shot.target), skip_host=True, skip_accept_encoding=True)
        headers = {"Host": "shop.example", **BROWSER, **shot.headers}
        if body:
            headers["Content-Length"] = str(len(body))
        for name, value in headers.items():
            connection.putheader(name, fill(value))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return Answer(answer.status, tuple(answer.getheaders()), answer.read())
    finally:
        connection.close()
