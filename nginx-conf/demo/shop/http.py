# SPDX-License-Identifier: Apache-2.0
"""Requests, answers and the routes between them."""
import email
import email.policy
import html
import json
import re
import urllib.parse
from dataclasses import dataclass, field


@dataclass
class Upload:
    name: str
    content: bytes


@dataclass
class Request:
    method: str
    path: str
    query: dict
    headers: dict
    body: bytes

    def arg(self, name: str, default: str = "") -> str:
        return self.query.get(name, default)

    def form(self) -> dict:
        return dict(urllib.parse.parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def json(self):
        return json.loads(self.body or b"{}")

    def upload(self) -> Upload:
        head = f"Content-Type: {self.headers.get('content-type', '')}\r\n\r\n".encode()
        message = email.message_from_bytes(head + self.body, policy=email.policy.HTTP)
        for part in message.iter_parts():
            # The name as sent, directories and all: message.get_filename() would tidy it up.
            disposition = re.search(r'filename="([^"]*)"', str(part.get("Content-Disposition", "")))
            if disposition:
                return Upload(disposition.group(1), part.get_payload(decode=True))
        raise ValueError("no file was sent")

    def cookies(self) -> dict:
        pairs = (pair.partition("=") for pair in self.headers.get("cookie", "").split(";"))
        return {name.strip(): value.strip() for name, _, value in pairs}


@dataclass
class Answer:
    body: bytes
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: list = field(default_factory=list)


ROUTES: dict = {}


def route(method: str, path: str):
    def register(handler):
        ROUTES[method, path] = handler
        return handler
    return register


def as_json(value, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode() + b"\n", status, "application/json")


def redirect(to: str, headers=()) -> Answer:
    return Answer(b"", 302, headers=[("Location", to), *headers])


def escape(text) -> str:
    return html.escape(str(text))
