# SPDX-License-Identifier: Apache-2.0
"""A broken ruleset never takes the place of one that runs, and says in which file and line what is wrong."""
import json
import os
import pathlib
import shutil
import signal
import time

import pytest

BASE = """rasp block; rasp_rules {dir}/rules.json; rasp_log {dir}/events.log;
server { listen 127.0.0.1:{port}; root {root}; location / { proxy_pass http://127.0.0.1:{up}; } }"""
ATTACK = "/?q=probe-arg"


def rules(**change):
    rule = {"id": 900001, "name": "r", "severity": "critical", "phase": "request_headers", "targets": ["ARGS"],
            "operator": {"contains": "probe-arg"}, "action": "block"}
    rule.update(change)
    rule = {name: value for name, value in rule.items() if value is not None}
    return json.dumps({"ruleset": "broken", "version": "1.0.0", "rules": [rule]}, indent=1)


TWICE = json.loads(rules())
TWICE["rules"] *= 2
# name: (ruleset, what the message must hold besides file and line)
BROKEN = {
    "not JSON": ('{"ruleset": "x",\n "rules": [}', "rules.json:2"),
    "cut off": (rules()[:-9], "rules.json"),
    "empty file": ("", "rules.json"),
    "no rules": ('{"ruleset": "x", "version": "1.0.0"}', "rules"),
    "unknown operator": (rules(operator={"contians": "x"}), "contains"),
    "unknown variable": (rules(targets=["ARGZ"]), "ARGS"),
    "unknown transformation": (rules(transforms=["lowercas"]), "lowercase"),
    "bad pattern": (rules(operator={"rx": "a(b"}), "900001"),
    "pattern that no engine has": (rules(operator={"rx": "(?<=a+)b"}), "900001"),
    "unknown field": (rules(colour="red"), "colour"),
    "unknown phase": (rules(phase="request"), "request_headers"),
    "id twice": (json.dumps(TWICE, indent=1), "900001"),
    "no id": (rules(id=None), "id"),
    "unknown action": (rules(action="blok"), "block"),
    "status of a block": (rules(status=200), "status"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_ruleset_fails_the_check_with_file_and_line(nginx, name):
    text, hint = BROKEN[name]
    nginx.write("rules.json", text)
    passed, said = nginx.check(BASE)
    nginx.allow(r"\[emerg\]")
    assert not passed
    lines = [line for line in said.splitlines() if "[emerg]" in line]
    assert any(f"{nginx.dir}/rules.json:" in line and "error:" in line for line in lines), said
    assert hint in said or hint == "900001" and "/rules/0" in said, said
    assert f"{nginx.dir}/nginx.conf:" in lines[-1], said  # and which line of the configuration named it


def test_all_errors_are_told_at_once(nginx):
    bad = json.loads(rules())
    bad["rules"] = [dict(bad["rules"][0], id=1, targets=["NONE"]), dict(bad["rules"][0], id=2, operator={"none": "x"})]
    nginx.write("rules.json", json.dumps(bad, indent=1))
    passed, said = nginx.check(BASE)
    nginx.allow(r"\[emerg\]")
    assert not passed and said.count("error:") == 2


def test_reload_with_a_broken_ruleset_leaves_the_running_server_untouched(nginx):
    nginx.write("rules.json", rules())
    nginx.start(BASE)
    workers = nginx.workers()
    nginx.write("rules.json", rules(operator={"none": "x"}))
    nginx.signal(signal.SIGHUP)
    nginx.wait(lambda: "rules.json:" in nginx.error_log(), "the message")
    nginx.allow(r"\[emerg\].*rules|rasp_rules at")
    time.sleep(0.2)
    assert nginx.workers() == workers
    assert nginx.get(ATTACK).status == 403 and nginx.get("/").status == 200
    nginx.write("rules.json", rules(operator={"contains": "other"}))
    nginx.reload()
    assert nginx.get(ATTACK).status == 200 and nginx.get("/?q=other").status == 403


def test_reload_in_the_middle_of_a_request(nginx):
    nginx.write("rules.json", rules())
    nginx.start(BASE)
    with nginx.client() as client:
        message = client.message("POST", ATTACK.replace("probe", "fine"), body="a=" + "x" * 1000)
        client.send(message[:-500])
        before = nginx.workers()
        nginx.signal(signal.SIGHUP)
        nginx.wait(lambda: set(nginx.workers()) - set(before), "new workers")
        client.send(message[-500:])
        assert client.read().status == 200
    nginx.wait(lambda: not set(nginx.workers()) & set(before), "the old worker's end")


@pytest.mark.skipif(os.environ.get("RASP_ASAN") == "1", reason="a new binary inherits the preloaded runtime's log path")
def test_binary_upgrade(nginx):
    """USR2 with a broken ruleset: the old server goes on. With a sound one: the new takes over."""
    nginx.write("rules.json", rules())
    nginx.configure(BASE)
    config = nginx.path("nginx.conf").read_text().replace("daemon off;", "daemon on;")
    nginx.path("nginx.conf").write_text(config)
    shutil.copy(shutil.which("nginx") or "/usr/sbin/nginx", nginx.path("nginx-binary"))
    import subprocess
    subprocess.run([str(nginx.path("nginx-binary")), *nginx.command()[1:]], check=True, timeout=60)
    pid = nginx.path("nginx.pid")
    try:
        nginx.wait(lambda: pid.exists() and nginx.get("/").status == 200, "the first server")
        old = pid.read_text()
        nginx.write("rules.json", rules(operator={"none": "x"}))
        nginx.signal(signal.SIGUSR2)
        nginx.wait(lambda: "rules.json:" in nginx.error_log(), "the message")
        nginx.allow(r"\[emerg\].*rules|rasp_rules at|exited with code 1")
        nginx.wait(lambda: pid.exists() and pid.read_text() == old, "the old pid file's return")
        assert nginx.get(ATTACK).status == 403
        nginx.write("rules.json", rules(operator={"contains": "other"}))
        nginx.signal(signal.SIGUSR2)
        nginx.wait(lambda: pid.exists() and pid.read_text() not in ("", old), "the new server")
        os.kill(int(old), signal.SIGQUIT)
        nginx.wait(lambda: nginx.get("/?q=other").status == 403 and nginx.get(ATTACK).status == 200, "the new rules")
    finally:
        for path in (pid, nginx.path("nginx.pid.oldbin")):
            if path.exists() and path.read_text().strip():
                try:
                    os.kill(int(path.read_text()), signal.SIGQUIT)
                except ProcessLookupError:
                    pass
        nginx.wait(lambda: not pid.exists(), "the end")
