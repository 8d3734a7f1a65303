# SPDX-License-Identifier: Apache-2.0
"""The application that the Core Rule Set's regression tests are written for: it answers 200 to everything, and to
POST /reflect what the request's JSON body describes (status, headers, body, encodedBody)."""
import base64
import json
import socketserver
import threading

HTML = (b"<!doctype html", b"<html", b"<head", b"<script", b"<iframe", b"<h1", b"<div", b"<font", b"<table", b"<a", b"<style",
        b"<title", b"<b", b"<body", b"<br", b"<p", b"<!--")
TEXT_CONTROLS = b"\t\n\f\r\x1b"


def sniffed(body):
    """The Content-Type of a body that names none, as browsers would guess it."""
    head = body[:512]
    text = head.lstrip(b"\t\n\f\r ")
    for tag in HTML:
        if text[:len(tag)].lower() == tag and text[len(tag):len(tag) + 1] in (b" ", b">"):
            return "text/html; charset=utf-8"
    if text.startswith(b"<?xml"):
        return "text/xml; charset=utf-8"
    if any(byte < 0x20 and byte not in TEXT_CONTROLS for byte in head):
        return "application/octet-stream"
    return "text/plain; charset=utf-8"


def reflected(text):
    """(status, headers, body) as the document says."""
    try:
        document = json.loads(text.decode("utf-8", "replace"))
        wanted = {key.lower(): value for key, value in document.items()}
    except (ValueError, AttributeError):
        return 400, {}, b"no JSON object"
    status = wanted.get("status") or 200
    headers = {name: str(value).replace("\r", " ").replace("\n", " ") for name, value in (wanted.get("headers") or {}).items()}
    body = (wanted.get("body") or "").encode()
    return status, headers, body or base64.b64decode(wanted.get("encodedbody") or "")


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            line = self.rfile.readline(1 << 20)
            if not line.strip():
                return
            method, target = (line.split(b" ") + [b""])[:2]
            headers = self.headers()
            body = self.body(headers)
            path = target.split(b"?")[0]
            answer = 200, {}, b""
            if method == b"POST" and (path == b"/reflect" or path.startswith(b"/reflect/")):
                answer = reflected(body)
            self.answer(method, *answer)
            if headers.get(b"connection", b"").lower() != b"keep-alive":
                return

    def headers(self):
        found = {}
        while (line := self.rfile.readline(1 << 20)).strip():
            name, _, value = line.partition(b":")
            found[name.lower()] = value.strip()
        return found

    def body(self, headers):
        if b"chunked" not in headers.get(b"transfer-encoding", b""):
            return self.rfile.read(int(headers.get(b"content-length", 0)))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def answer(self, method, status, headers, body):
        if status < 200 or status in (204, 304):
            body = b""
        names = {name.lower() for name in headers}
        if body and not names & {"content-type", "content-encoding"}:
            headers["Content-Type"] = sniffed(body)
        if status not in (204, 304) and "content-length" not in names:
            headers["Content-Length"] = str(len(body))
        head = f"HTTP/1.1 {status} Answer\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
        self.wfile.write(head.encode("utf-8", "replace") + (b"" if method == b"HEAD" else body))


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 1024

    def handle_error(self, request, client_address):
        pass  # nginx hung up


class Application:
    def __init__(self):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
