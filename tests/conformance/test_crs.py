# SPDX-License-Identifier: Apache-2.0
"""OWASP CRS unchanged: its regression tests in process and through a real nginx, and the releases that load without a
warning. CRS_DIR names an unpacked CRS 4 with its tests in tests/; without it those tests are skipped."""
import functools
import json
import os
import pathlib
import resource
import subprocess

import pytest

from reflecting import Application
from server import Nginx

HERE = pathlib.Path(__file__).resolve().parent
RASPCTL = os.environ.get("RASPCTL", str(HERE.parents[1] / "build/dev/engine/cli/raspctl"))
CRS = os.environ.get("CRS_DIR")
DEBIAN = pathlib.Path("/usr/share/modsecurity-crs")
DEBIAN_SETUP = pathlib.Path("/etc/modsecurity/crs/crs-setup.conf")

needs_crs = pytest.mark.skipif(not CRS, reason="CRS_DIR is not set: CRS's regression tests (some 2500, in process and through "
                                               "nginx) are not run")
needs_debian = pytest.mark.skipif(not DEBIAN_SETUP.is_file(), reason="the package modsecurity-crs is not installed")

# As ModSecurity's users have it. The tests look for what they sent, secret or not.
NGINX_CONF = """
    modsecurity on;
    modsecurity_rules_file {dir}/crs.conf;
    rasp_audit_redact off;
    client_max_body_size 16m;
    client_header_timeout 5s; client_body_timeout 5s;
    server {
        listen 127.0.0.1:{port};
        location / { proxy_pass http://127.0.0.1:{up}; proxy_http_version 1.1; proxy_set_header Connection ""; }
    }
"""


def rule_files():
    """In the order in which they are loaded."""
    return [str(HERE / "crs/engine.conf"), f"{CRS}/crs-setup.conf.example", str(HERE / "crs/settings.conf"),
            *map(str, sorted(pathlib.Path(CRS, "rules").glob("*.conf")))]


def raspctl(*arguments, timeout=600):
    return subprocess.run([RASPCTL, *arguments], capture_output=True, text=True, timeout=timeout, errors="replace")


def results(done):
    assert done.returncode in (0, 1), done.stderr[-3000:]
    return {test["id"]: test for test in json.loads(done.stdout)["results"]}


@functools.lru_cache(maxsize=None)
def in_process():
    return results(raspctl("ftw", "--json", f"{CRS}/tests", "--rules", *rule_files()))


@pytest.fixture(scope="session")
def through_nginx(tmp_path_factory):
    directory = tmp_path_factory.mktemp("crs")
    directory.chmod(0o755)
    with Application() as application:
        nginx = Nginx(directory, application.port)
        nginx.write("crs.conf", "".join(f"Include {path}\n" for path in rule_files()))
        nginx.start(NGINX_CONF)
        try:
            done = raspctl("ftw", "--json", "--url", f"http://127.0.0.1:{nginx.port}", "--log", str(nginx.path("error.log")),
                           f"{CRS}/tests", "--overrides", f"{CRS}/nginx-host-overrides.yaml")
        finally:
            nginx.stop()
        nginx.assert_clean()
    return results(done)


def pytest_generate_tests(metafunc):
    if "crs_test" in metafunc.fixturenames:
        listed = raspctl("ftw", "--list", f"{CRS}/tests").stdout.splitlines() if CRS else ["none"]
        metafunc.parametrize("crs_test", [line.split()[0] for line in listed])


@needs_crs
def test_in_process(crs_test):
    test = in_process()[crs_test]
    assert test["outcome"] == "passed", test["reason"]


@needs_crs
def test_through_nginx(crs_test, through_nginx):
    test = through_nginx[crs_test]
    assert test["outcome"] == "passed", test["reason"]


def check(files, *options):
    done = raspctl("check", "--json", *options, *files)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found = json.loads(done.stdout)
    return found, [item for item in found["diagnostics"] if item["severity"] != "note"]


@needs_crs
def test_crs_loads_without_a_warning():
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    found, objections = check(rule_files())
    took = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    assert not objections
    assert found["rules"] > 600
    assert took < 1.0  # of CPU: other tests may run beside this one


@needs_debian
def test_debians_crs_loads_without_a_warning():
    files = [str(DEBIAN_SETUP), *map(str, sorted((DEBIAN / "rules").glob("*.conf")))]
    found, objections = check(files)
    assert not objections
    assert found["rules"] > 500


ATTACKS = ["/?q=%27%20or%201=1--%20", "/?q=%3Cscript%3Ealert(1)%3C/script%3E", "/?file=../../../../etc/passwd",
           "/?cmd=;cat%20/etc/passwd", "/?x=$%7Bjndi:ldap://example.com/a%7D"]


@needs_debian
def test_the_example_with_debians_crs_blocks_attacks(tmp_path):
    tmp_path.chmod(0o755)
    text = (HERE.parents[1] / "nginx-conf/crs.conf").read_text()
    http = text[text.index("http {") + len("http {"):text.rindex("}")]
    with Application() as application:
        nginx = Nginx(tmp_path, application.port)
        for line, ours in {"listen 80;": f"listen 127.0.0.1:{nginx.port};", "http://127.0.0.1:3000": "http://127.0.0.1:{up}",
                           "/var/log/nginx/rasp.json": "{dir}/events.log"}.items():
            assert line in http
            http = http.replace(line, ours)
        nginx.start(http)
        try:
            assert nginx.get("/?q=harmless").status == 200
            assert {target: nginx.get(target).status for target in ATTACKS} == dict.fromkeys(ATTACKS, 403)
            script = "text=%3Cscript%3Ealert(1)%3C/script%3E"
            assert nginx.get("/editor/?" + script).status == 200
            assert nginx.get("/editor/?other" + script).status == 403
            events = nginx.events(len(ATTACKS) + 1)
            assert all(event["event"]["action"] == "blocked" for event in events)
        finally:
            nginx.stop()
        nginx.assert_clean()
