# SPDX-License-Identifier: Apache-2.0
"""The audit log in JSON, field by field as ModSecurity-nginx writes it for the same requests."""
import json

import pytest

from server import Nginx
from test_dropin import INCUMBENT, pytestmark  # noqa: F401  the mark that skips where the incumbent is missing

RULES = r"""
SecRuleEngine On
SecRequestBodyAccess On
SecResponseBodyAccess On
SecResponseBodyMimeType text/html
SecAuditEngine On
SecAuditLogParts ABCEFHZ
SecAuditLogFormat JSON
SecAuditLog {dir}/audit.json
SecRule ARGS:a "@rx ^x(y)" "id:1,phase:2,pass,log,capture,t:lowercase,msg:'found %{TX.1}',logdata:'%{MATCHED_VAR_NAME}',rev:'3',ver:'V/1',severity:CRITICAL,tag:'one',tag:'two',maturity:'2',accuracy:'3'"
SecRule ARGS:a "@streq deny" "id:2,phase:2,deny,status:406,log,msg:'denied'"
SecRule ARGS:b "@within p q r" "id:3,phase:1,pass,log"
SecRule ARGS:c "@contains x" "id:4,phase:2,pass,log,msg:'chain',chain"
SecRule ARGS:d "!@eq 3" "t:none"
SecRule RESPONSE_BODY "@contains upstream" "id:5,phase:4,pass,log,msg:'response'"
SecAction "id:6,phase:5,pass,log,msg:'at the end'"
SecRule ARGS:q "@contains x" "id:7,phase:2,pass,nolog"
"""

# name: (method, target, headers, body)
REQUESTS = {
    "plain": ("GET", "/?q=x", {}, None),
    "match": ("GET", "/a%20b?a=XYz%22", {"X-One": "1", "Accept": "*/*"}, None),
    "denied": ("POST", "/", {"Content-Type": "application/x-www-form-urlencoded"}, "a=deny&b=q"),
    "chain": ("GET", "/?c=x&d=4", {}, None),
    "binary": ("POST", "/", {"Content-Type": "application/octet-stream"}, b"a\"\\\n"),
    "no-body": ("HEAD", "/", {}, None),
}
# Each one's own: identity, time, where in the request a value stood (libmodsecurity alone), who wrote it.
OWN = {"time_stamp", "server_id", "client_port", "host_port", "unique_id", "reference", "modsecurity", "connector", "file"}
# Fields of the answer that nginx adds behind our filter, or that ModSecurity-nginx makes up.
ADDED_LATER = {"Server", "Date", "Connection", "Last-Modified"}


@pytest.fixture(scope="module")
def both(tmp_path_factory, upstream):
    results = []
    for name, module in (("ours", None), ("theirs", INCUMBENT)):
        directory = tmp_path_factory.mktemp("json-" + name)
        directory.chmod(0o755)
        instance = Nginx(directory, upstream.port, *([module] if module else []))
        instance.write("rules.conf", instance.fill(RULES))
        try:
            results.append(run(instance))
        finally:
            instance.stop()
        instance.assert_clean()
    return results


def run(instance):
    """One record for each request, in order; the server is stopped when they are all there."""
    instance.start("""modsecurity on; modsecurity_rules_file {dir}/rules.conf;
        server { listen 127.0.0.1:{port}; location / { proxy_pass http://127.0.0.1:{up}; } }""")
    log = instance.path("audit.json")
    seen = {}
    for count, (name, (method, target, headers, body)) in enumerate(REQUESTS.items(), 1):
        with instance.client() as client:
            client.request(method, target, headers=headers, body=body)
        instance.wait(lambda: log.exists() and log.read_bytes().count(b"\n") >= count, "the record")
        seen[name] = json.loads(log.read_text().splitlines()[count - 1])["transaction"]
    return seen


def without_own(value):
    if isinstance(value, dict):
        return {key: without_own(item) for key, item in value.items() if key not in OWN | ADDED_LATER}
    if isinstance(value, list):
        return [without_own(item) for item in value]
    return value


@pytest.mark.parametrize("name", REQUESTS)
def test_fields_are_the_same(both, name):
    ours, theirs = (result[name] for result in both)
    assert theirs["messages"] and list(ours) == list(theirs)  # in the same order, too
    assert without_own(ours["messages"]) == without_own(theirs["messages"])
    assert without_own(ours["request"]) == without_own(theirs["request"])
    assert without_own(ours["producer"]) == without_own(theirs["producer"])
    assert ours["response"].keys() == theirs["response"].keys()
    assert ours["response"]["http_code"] == theirs["response"]["http_code"]
    if ours["response"]["http_code"] == 200:  # what refuses is a page of nginx's own, which rules do not see
        assert ours["response"]["body"] == theirs["response"]["body"]
        assert without_own(ours["response"]["headers"]) == without_own(theirs["response"]["headers"])
    for key in OWN & set(theirs):
        assert type(ours[key]) is type(theirs[key])
