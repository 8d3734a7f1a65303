# SPDX-License-Identifier: Apache-2.0
"""What reaches beyond the shop: files, other servers, programs, other formats. Each weakness says so where it is."""
import base64
import json
import os
import pickle
import re
import socket
import subprocess
import urllib.request
from pathlib import Path

from lxml import etree

from .http import Answer, Request, as_json, escape, route
from .pages import form, output, page, panel, text_input

HERE = Path(__file__).parent
FILES = HERE / "files"
UPLOADS = HERE / "uploads"
# What a careless deployment left beside the pages.
LEFT_BEHIND = {
    "/.env": "DATABASE_URL=sqlite:///shop.db\nSECRET_KEY=hs-4f1d-signing-key\nSMTP_PASSWORD=not-for-you\n",
    "/.git/config": '[remote "origin"]\n\turl = https://deploy:t0ken@git.example/shop.git\n',
    "/backup.sql": "INSERT INTO users VALUES(1, 'admin', 'Xk7-harbour-master', 'admin');\n",
}
LOG: list = []
# Stands in for DNS: the one name of the world outside that the demonstration knows.
HOSTS: dict = {}
STAFF = etree.fromstring(
    "<staff><person><name>Mara</name><desk>Quay 2</desk><salary>52100</salary></person>"
    "<person><name>Pelle</name><desk>Quay 5</desk><salary>48700</salary></person></staff>")


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "replace")


@route("GET", "/services")
def services(request: Request) -> Answer:
    tools = [
        panel("Shipping", form("/shipping", text_input("country", "Country"), "Estimate")),
        panel("Link preview", form("/preview", text_input("url", "Address of a supplier's page"), "Show")),
        panel("Manuals", '<p><a href="/download?file=mug.txt">Care of enamel</a></p>'),
        panel("Upload a picture", form("/upload", text_input("file", "File", "file"), "Send", "post",
                                       ' enctype="multipart/form-data"')),
        panel("Support", form("/support", text_input("text", "What happened?"), "Send", "post")),
    ]
    return page("Services", f'<div class="grid wide">{"".join(tools)}</div>')


@route("GET", "/download")
def download(request: Request) -> Answer:
    # Path traversal.
    path = os.path.join(FILES, request.arg("file"))
    if not os.path.isfile(path):
        return page("Not found", panel("No such file", ""), 404)
    with open(path, "rb") as file:
        return Answer(file.read(), type="text/plain; charset=utf-8")


@route("GET", "/preview")
def preview(request: Request) -> Answer:
    # Server-side request forgery: any address, any scheme.
    url = request.arg("url")
    host = re.sub(r"^https?://([^/:]*).*", r"\1", url)
    if host in HOSTS:
        url = url.replace(host, HOSTS[host], 1)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5) as answer:
        return page("Preview", panel("Preview", output(escape(text_of(answer.read(4000))))))


@route("POST", "/import")
def import_products(request: Request) -> Answer:
    # XML external entities and inclusions.
    parser = etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=True)
    tree = etree.fromstring(request.body, parser).getroottree()
    tree.xinclude()
    return as_json({"imported": ["".join(p.itertext()).strip() for p in tree.getroot().iter("product")]})


@route("GET", "/shipping")
def shipping(request: Request) -> Answer:
    # Command injection.
    command = f"sh {HERE / 'estimate.sh'} {request.arg('country', 'DE')}"
    run = subprocess.run(command, shell=True, capture_output=True, timeout=5, check=False)
    return page("Shipping", panel("Shipping", output(escape(text_of(run.stdout + run.stderr)))))


@route("POST", "/cart/restore")
def restore_cart(request: Request) -> Answer:
    # Insecure deserialization: carts saved by the old shop are pickles.
    data = base64.b64decode(request.form().get("saved", ""))
    items = json.loads(data) if data[:1] in b"[{" else pickle.loads(data)
    return as_json({"restored": items if isinstance(items, (list, dict)) else text_of(bytes(items))})


@route("GET", "/staff")
def staff(request: Request) -> Answer:
    # XPath injection.
    name = request.arg("name", "Mara")
    people = STAFF.xpath(f"/staff/person[name='{name}']")
    lines = "".join("<li>" + escape(", ".join(e.text for e in p if e.tag != "salary" or len(people) > 1)) + "</li>"
                    for p in people)
    return page("Staff", panel("Staff", f"<ul>{lines}</ul>" + form("/staff", text_input("name", "Name"), "Find")))


def call_out(address: str) -> str:
    host, port = re.match(r"//([^/:]+):(\d+)", address).groups()
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        return text_of(connection.recv(200))


LOOKUPS = {
    "jndi": lambda argument: call_out(argument.partition(":")[2]),
    "env": lambda argument: os.environ.get(argument, ""),
    "lower": str.lower,
    "upper": str.upper,
}


def expand(text: str) -> str:
    """Log4j's message lookups: innermost first, ${name:argument} and ${name:-default}."""
    for _ in range(64):
        found = re.search(r"\$\{([^${}]*)\}", text)
        if found is None:
            break
        name, _, argument = found[1].partition(":")
        lookup = LOOKUPS.get(name.lower())
        value = lookup(argument) if lookup else argument.lstrip("-:")
        text = text[:found.start()] + value + text[found.end():]
    return text


@route("POST", "/support")
def support(request: Request) -> Answer:
    # Lookups in log messages are evaluated, as Log4j did.
    sent = request.form()
    LOG.append(expand(f"{request.headers.get('user-agent', '-')} wrote: {sent.get('text', '')}"))
    return page("Support", panel("Thank you", output(escape(LOG[-1]))))


@route("POST", "/upload")
def upload(request: Request) -> Answer:
    # Unrestricted upload: any name, any content, and scripts run where they land.
    file = request.upload()
    UPLOADS.mkdir(exist_ok=True)
    (UPLOADS / file.name).write_bytes(file.content)
    return as_json({"stored": f"/uploads/{file.name}", "bytes": len(file.content)}, 201)


def run_script(path: Path, request: Request) -> Answer:
    run = subprocess.run(["/bin/sh", str(path)], capture_output=True, timeout=5, check=False,
                         env={"QUERY_STRING": request.arg("cmd")})
    return Answer(run.stdout + run.stderr, type="text/plain; charset=utf-8")


TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".html": "text/html; charset=utf-8"}


def serve_file(request: Request) -> Answer:
    """Static files, uploads, and what should never have been put beside them."""
    if request.path in LEFT_BEHIND:
        return Answer(LEFT_BEHIND[request.path].encode(), type="text/plain; charset=utf-8")
    for folder, prefix in ((HERE / "static", "/static/"), (UPLOADS, "/uploads/")):
        path = folder / request.path.removeprefix(prefix)
        if request.path.startswith(prefix) and path.is_file():
            if folder == UPLOADS and path.suffix in (".cgi", ".sh", ".php"):
                return run_script(path, request)
            return Answer(path.read_bytes(), type=TYPES.get(path.suffix, "text/plain; charset=utf-8"))
    return page("Not found", panel("Nothing here", "<p>The page has sailed.</p>"), 404)
