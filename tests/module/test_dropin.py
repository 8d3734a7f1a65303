# SPDX-License-Identifier: Apache-2.0
"""Debian's ModSecurity configuration and its Core Rule Set, once under ModSecurity-nginx and once under ours: only the
load_module line differs. Both must answer, log and audit alike."""
import pathlib
import re

import pytest

from modsec import audit_records, messages
from server import Nginx

INCUMBENT = pathlib.Path("/usr/lib/nginx/modules/ngx_http_modsecurity_module.so")
PACKAGE = pathlib.Path("/usr/share/nginx/docs/modsecurity")
CRS = pathlib.Path("/usr/share/modsecurity-crs/owasp-crs.load")

pytestmark = pytest.mark.skipif(not (INCUMBENT.exists() and CRS.exists()),
                                reason="needs libnginx-mod-http-modsecurity and modsecurity-crs")

CONFIGURATION = """
modsecurity on;
modsecurity_rules_file {dir}/modsecurity_includes.conf;
server { listen 127.0.0.1:{port}; location / { proxy_pass http://127.0.0.1:{up}; } }"""

FORM = "application/x-www-form-urlencoded"
MULTIPART = ("--bo\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1' or 1=1 -- \r\n"
             "--bo\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\n"
             "Content-Type: text/plain\r\n\r\nhello\r\n--bo--\r\n")
BROWSER = {"Host": "shop.example", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0", "Accept": "*/*"}

# name: (method, target, headers, body, status)
REQUESTS = {
    "ordinary-get": ("GET", "/?page=2&sort=price", {}, None, 200),
    "ordinary-form": ("POST", "/", {"Content-Type": FORM}, "name=Ann&city=Oslo", 200),
    "ordinary-json": ("POST", "/", {"Content-Type": "application/json"}, '{"name": "Ann", "n": [1, 2]}', 200),
    "xss": ("GET", "/?a=%3Cscript%3Ealert(1)%3C/script%3E", {}, None, 403),
    "sqli": ("GET", "/?id=1%27%20or%201%3D1%20--%20", {}, None, 403),
    "sqli-in-form": ("POST", "/", {"Content-Type": FORM}, "id=1%27+union+select+name+from+people--+", 403),
    "sqli-in-json": ("POST", "/", {"Content-Type": "application/json"}, '{"id": "1\' or 1=1 -- "}', 403),
    "sqli-in-multipart": ("POST", "/", {"Content-Type": "multipart/form-data; boundary=bo"}, MULTIPART, 403),
    "path-traversal": ("GET", "/?file=../../../../etc/passwd", {}, None, 403),
    "command": ("GET", "/?host=localhost;cat%20/etc/passwd", {}, None, 403),
    "scanner": ("GET", "/", {"User-Agent": "Nikto/2.1.6"}, None, 403),
    "method": ("DELETE", "/", {}, None, 403),
    "broken-json": ("POST", "/", {"Content-Type": "application/json"}, '{"id": ', 400),
    "header-with-attack": ("GET", "/", {"Referer": "http://x/?q=<script>alert(1)</script>"}, None, 403),
    "no-content": ("GET", "/status/204", {}, None, 204),
}
# What libmodsecurity's fields have and ours do not, or otherwise, on purpose: the identifier of the request, and where
# in the request a value stood.
DIFFERENT = ("unique_id", "ref")
PARSERS_WORDS = ("200002", "data")
# Rules that log and do not audit (`log,noauditlog`). libmodsecurity writes no line for them, ModSecurity 2 and ours do.
LOGGED_ONLY = {"980110", "980115", "980120", "980130", "980140", "980145", "980150"}


def install(instance):
    """The package's files as its README.Debian says, with log files in the test's own directory."""
    configuration = (PACKAGE / "modsecurity.conf").read_text()
    configuration = configuration.replace("SecRuleEngine DetectionOnly", "SecRuleEngine On")
    configuration = configuration.replace("/var/log/nginx/modsec_audit.log", f"{instance.dir}/modsec_audit.log")
    instance.write("modsecurity.conf", configuration)
    instance.write("unicode.mapping", (PACKAGE / "unicode.mapping").read_bytes())
    instance.write("owasp-crs.load", CRS.read_text().replace("IncludeOptional", "Include"))
    instance.write("modsecurity_includes.conf", "include modsecurity.conf\ninclude owasp-crs.load\n")


def run(instance):
    """Every request of the table on a fresh part of the logs: {name: (status, messages, audit records)}."""
    install(instance)
    instance.start(CONFIGURATION)
    seen = {}
    for name, (method, target, headers, body, _) in REQUESTS.items():
        log, audit = len(instance.error_log()), audit_size(instance)
        fields = dict(BROWSER, **headers)
        with instance.client() as client:
            status = client.request(method, target, headers=fields, body=body).status
        instance.get("/?end-of=" + name, headers=BROWSER)  # its own line in the access log comes after the record
        instance.wait(lambda: "end-of=" + name in instance.path("access.log").read_text(), "the request's end")
        if status in (400, 403):
            instance.wait(lambda: audit_size(instance) > audit, "the audit record")
        seen[name] = (status, messages(instance.error_log()[log:]), audit_records(audit_text(instance)[audit:]))
    instance.stop()
    return seen


def test_both_modules_at_once_are_an_error(nginx):
    passed, said = nginx.check("", main=f"load_module {INCUMBENT};")
    nginx.allow(r"\[emerg\]")
    assert not passed and "load one of them" in said


def audit_text(instance):
    path = instance.path("modsec_audit.log")
    return path.read_text(errors="surrogateescape") if path.exists() else ""


def audit_size(instance):
    return len(audit_text(instance))


@pytest.fixture(scope="module")
def both(tmp_path_factory, upstream):
    results = []
    for name, module in (("ours", None), ("theirs", INCUMBENT)):
        directory = tmp_path_factory.mktemp(name)
        directory.chmod(0o755)
        instance = Nginx(directory, upstream.port, *([module] if module else []))
        try:
            results.append(run(instance))
        finally:
            instance.stop()
        instance.assert_clean()
    return results


def by_id(found):
    return {message.id: message for message in found}


def comparable(value):
    """Without what is each one's own: the test's directory, and quotes that only we escape."""
    return re.sub(r"^/tmp/.*/", "", value).replace("\\x22", '"')


def what_matched(message):
    """Operator, parameter and variable, without the value that followed them. Of a parameter the beginning: where it is
    cut depends on whether SecLang's own escapes count."""
    if message.match.endswith("using libinjection."):
        return ""  # libmodsecurity does not say what matched @detectSQLi and @detectXSS
    match = re.sub(r" \(Value: `.*' \)$", "", message.match).replace('\\"', '"').lower()
    return re.sub(r"(?<=with parameter `)(.{60}).*(?=' against variable)", r"\1", match)


@pytest.mark.parametrize("name", REQUESTS)
def test_answers_are_the_same(both, name):
    ours, theirs = (result[name][0] for result in both)
    assert ours == theirs == REQUESTS[name][4]


@pytest.mark.parametrize("name", REQUESTS)
def test_error_log_lines_are_the_same(both, name):
    ours, theirs = (by_id(result[name][1]) for result in both)
    assert set(ours) - LOGGED_ONLY == set(theirs)
    for rule in theirs:
        assert ours[rule].verdict == theirs[rule].verdict
        assert ours[rule].client == theirs[rule].client
        assert theirs[rule].tags in ([], ours[rule].tags)  # libmodsecurity forgets those of multiMatch rules
        assert what_matched(theirs[rule]) in ("", what_matched(ours[rule]))
        for field, value in theirs[rule].fields.items():
            assert field in ours[rule].fields
            if (rule, field) != PARSERS_WORDS and field not in DIFFERENT:
                assert comparable(ours[rule].fields[field]) == comparable(value), (rule, field)


@pytest.mark.parametrize("name", REQUESTS)
def test_audit_records_are_the_same(both, name):
    ours, theirs = (result[name][2] for result in both)
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs):
        assert set(mine) >= set(other) - {"E"}  # error pages of nginx's own are not read
        assert by_id(messages(mine["H"])).keys() == by_id(messages(other["H"])).keys()
        assert mine["B"] == other["B"]
        assert mine["F"].splitlines()[0] == other["F"].splitlines()[0]
