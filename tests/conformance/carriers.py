# SPDX-License-Identifier: Apache-2.0
"""Attacks and benign requests as the bytes that a client puts on the wire."""
import json
import urllib.parse
from xml.sax.saxutils import escape

HEADERS = {"Host": "localhost", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
           "Accept": "text/html,application/json;q=0.9,*/*;q=0.8", "Accept-Language": "en"}


def message(method, target, headers, body=b""):
    if body or method in ("POST", "PUT", "PATCH"):
        headers = {**headers, "Content-Length": str(len(body))}
    head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    return head.encode("utf-8", "surrogateescape") + body


def _bytes(text):
    """Text as UTF-8, but for the raw bytes that rows write as \\xNN."""
    return text.encode("latin-1") if all(ord(c) < 256 for c in text) and any(ord(c) > 127 for c in text) else text.encode()


def _multipart(field, filename, content):
    disposition = f'form-data; name="{field}"' + (f'; filename="{filename}"' if filename is not None else "")
    kind = "Content-Type: application/octet-stream\r\n" if filename is not None else ""
    return (f"--XbX\r\nContent-Disposition: {disposition}\r\n{kind}\r\n".encode() + _bytes(content) + b"\r\n--XbX--\r\n")


def attack(carrier, payload):
    """The request that carries `payload`; see attacks.py for what the carriers are."""
    kind, _, detail = carrier.partition(":")
    headers = dict(HEADERS)
    if kind == "raw":
        return payload.encode("latin-1")
    if kind == "query":
        return message("GET", "/search?q=" + urllib.parse.quote_plus(_bytes(payload)), headers)
    if kind == "query!":
        return message("GET", "/search?" + payload, headers)
    if kind == "path":
        return message("GET", payload, headers)
    if kind == "cookie":
        return message("GET", "/", {**headers, "Cookie": "theme=dark; pref=" + payload})
    if kind == "header":
        return message("GET", "/", {**headers, detail: payload})
    content_type, body = {
        "form": lambda: ("application/x-www-form-urlencoded", b"a=1&field=" + urllib.parse.quote_plus(_bytes(payload)).encode()),
        "json": lambda: ("application/json", json.dumps({"a": 1, "field": payload}).encode()),
        "xml": lambda: ("application/xml", f"<r><a>{payload if payload.startswith('<![CDATA[') else escape(payload)}</a></r>".encode()),
        "multipart": lambda: ("multipart/form-data; boundary=XbX", _multipart("field", None, payload)),
        "upload": lambda: ("multipart/form-data; boundary=XbX", _multipart("file", detail, payload)),
        "body": lambda: (detail, _bytes(payload)),
    }[kind]()
    return message("POST", "/form", {**headers, "Content-Type": content_type}, body)
