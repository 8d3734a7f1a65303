# SPDX-License-Identifier: Apache-2.0
"""The requests of OWASP CRS's regression tests as bytes, with the answers that its test back end would give.

CRS_DIR is a checkout's directory (crs-setup.conf.example, rules/, tests/). The files' format is that of go-ftw:
headers of a map are sent sorted, Content-Length and Connection are added unless the test says otherwise, form data
that is not escaped is escaped, and line ends of multipart bodies become CRLF.
"""
import base64
import json
import os
import pathlib
import re
import urllib.parse
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

import yaml

Headers = List[Tuple[str, str]]


class Exchange(NamedTuple):
    name: str  # "942100-3"; stages after the first have "#2"
    request: bytes
    response: bytes


def crs_directory() -> Optional[pathlib.Path]:
    """Where CRS is, if the environment says."""
    place = os.environ.get("CRS_DIR")
    return pathlib.Path(place) if place else None


class _Texts(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
    """Scalars stay as they are written; null and binary excepted."""


_Texts.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(~|null|)$"), ["~", "n", ""])
_Texts.add_constructor("tag:yaml.org,2002:null", lambda loader, node: None)
_Texts.add_constructor("tag:yaml.org,2002:binary",
                       lambda loader, node: base64.b64decode(node.value).decode("utf-8", "surrogateescape"))


def to_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _is_set(spec: Dict, key: str) -> Optional[bool]:
    return None if spec.get(key) is None else str(spec[key]).lower() in ("true", "yes", "on", "1")


def _expand(text: str) -> str:
    """Data may hold Go templates; those in use repeat a text."""
    def repeated(match):
        inner = match[1].strip()
        words = re.search(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`', inner)
        if words is None:
            return match[0]
        word = json.loads('"%s"' % words[1]) if words[1] is not None else words[2]
        for count in re.findall(r"repeat\s+(\d+)", inner):
            word *= int(count)
        return word

    return re.sub(r"\{\{-?(.*?)-?\}\}", repeated, text, flags=re.S)


def _escape_form(data: bytes) -> bytes:
    """Escapes names and values, unless something is escaped already or cannot be unescaped."""
    broken = re.search(rb"%(?![0-9A-Fa-f]{2})", data)
    if broken or urllib.parse.unquote_to_bytes(data.replace(b"+", b" ")) != data:
        return data
    pairs = []
    for pair in data.split(b"&"):
        name, equals, value = pair.partition(b"=")
        pairs.append(urllib.parse.quote_plus(name, safe="").encode() + equals
                     + urllib.parse.quote_plus(value, safe="").encode())
    return b"&".join(pairs)


def _headers(spec: Dict) -> Headers:
    if spec.get("ordered_headers"):
        return [(field["name"], field.get("value") or "") for field in spec["ordered_headers"]]
    fields = spec.get("headers") or {}
    return [(name, fields[name] or "") for name in sorted(fields, key=to_bytes)]


def _complete(method: str, headers: Headers, data: bytes) -> bytes:
    """Adds the headers that a client would add; the data as it is sent with them."""
    have = {name.lower(): value for name, value in headers}
    if data and "content-type" not in have:
        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
        have["content-type"] = headers[-1][1]
    if data and have["content-type"].lower() == "application/x-www-form-urlencoded":
        data = _escape_form(data)
    return data


def build_request(spec: Dict) -> bytes:
    """One stage's input as it goes over the wire."""
    if spec.get("encoded_request"):
        return base64.b64decode(spec["encoded_request"])
    complete = _is_set(spec, "autocomplete_headers")
    if complete is None:
        complete = not _is_set(spec, "stop_magic")
    method = spec["method"] if spec.get("method") is not None else "GET"
    headers = _headers(spec)
    data = b""
    if spec.get("data") is not None:
        data = to_bytes(_expand(spec["data"]))
    elif spec.get("encoded_data") is not None:
        data = base64.b64decode(spec["encoded_data"])
    if complete:
        data = _complete(method, headers, data)
    names = {name.lower() for name, _ in headers}
    if any(name.lower() == "content-type" and "multipart/form-data;" in value.lower() for name, value in headers):
        data = data.replace(b"\n", b"\r\n")
    if complete and "connection" not in names:
        headers.append(("Connection", "close"))
    if complete and "content-length" not in names and (data or re.search("POST|PUT|PATCH|DELETE", method)):
        headers.append(("Content-Length", str(len(data))))
    uri = spec["uri"] if spec.get("uri") is not None else "/"
    version = spec["version"] if spec.get("version") is not None else "HTTP/1.1"
    lines = ["%s %s %s" % (method, uri, version)] + ["%s: %s" % field for field in headers]
    return b"\r\n".join(map(to_bytes, lines)) + b"\r\n\r\n" + data


def reflected_response(request: bytes) -> bytes:
    """What CRS's test back end answers: for /reflect what the JSON body asks for, else an empty page."""
    status, headers, body = 200, {"Content-Type": "text/plain; charset=utf-8"}, b""
    if b" /reflect" in request.split(b"\r\n", 1)[0]:
        try:
            wanted = json.loads(request.partition(b"\r\n\r\n")[2])
            status = int(wanted.get("status", 200))
            headers.update(wanted.get("headers") or {})
            body = (wanted.get("body") or "").encode("utf-8", "surrogatepass")
            if wanted.get("encodedBody"):
                body = base64.b64decode(wanted["encodedBody"])
        except (ValueError, AttributeError, TypeError):
            status = 400
    if request.startswith(b"HEAD "):
        body = b""
    fields = "".join("%s: %s\r\n" % field for field in headers.items())
    head = "HTTP/1.1 %d Status\r\n%sContent-Length: %d\r\n\r\n" % (status, fields, len(body))
    return head.encode("utf-8", "replace") + body


def exchanges(directory: pathlib.Path) -> Iterator[Exchange]:
    """Every stage of every test, in order of the files' names."""
    for path in sorted(directory.rglob("*.yaml")):
        document = yaml.load(path.read_bytes(), Loader=_Texts)
        if not document or not document.get("tests"):
            continue
        rule = document.get("rule_id") or re.search(r"\d+", path.name)[0]
        for position, test in enumerate(document["tests"], 1):
            for stage, entry in enumerate(test["stages"], 1):
                spec = (entry.get("stage") or entry).get("input") or {}
                request = build_request(spec)
                suffix = "" if stage == 1 else "#%d" % stage
                yield Exchange("%s-%s%s" % (rule, test.get("test_id") or position, suffix), request,
                               reflected_response(request))
