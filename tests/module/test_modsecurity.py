# SPDX-License-Identifier: Apache-2.0
"""ModSecurity-nginx's directives, the lines in nginx's error log, and the audit log."""
import json
import os
import re
import signal
import stat

import pytest

from client import Closed
from modsec import audit_records, messages

SERVER = "server { listen 127.0.0.1:{port}; root {root}; location / { proxy_pass http://127.0.0.1:{up}; } %s }"
DENY = """SecRule ARGS:a "@contains bad" "id:1,phase:1,deny,status:403,log,msg:'a is bad'" """


def inline(text):
    return "modsecurity_rules '" + text.replace("'", "\\'") + "';"


def serve(nginx, directives, rest="", **keywords):
    return nginx.start(directives + SERVER % rest, **keywords)


def lines(nginx, count):
    """The log's messages, once there are `count`."""
    nginx.wait(lambda: len(messages(nginx.error_log())) >= count, f"{count} messages")
    return messages(nginx.error_log())


def ids(nginx, count):
    return [message.id for message in lines(nginx, count)]


# SecRuleEngine, `modsecurity`, `rasp`: status, whether a line is written
MODES = {
    "on": ("SecRuleEngine On", "modsecurity on;", 403, "Access denied with code 403 (phase 1)."),
    "detection-only": ("SecRuleEngine DetectionOnly", "modsecurity on;", 200, "Warning."),
    "unset-detects": ("", "modsecurity on;", 200, "Warning."),
    "engine-off": ("SecRuleEngine Off", "modsecurity on;", 200, None),
    "module-off": ("SecRuleEngine On", "modsecurity off;", 200, None),
    "module-unset": ("SecRuleEngine On", "", 200, None),
    "rasp-is-a-ceiling": ("SecRuleEngine On", "modsecurity on; rasp detect;", 200, "Warning."),
    "variable-on": ("SecRuleEngine On", "modsecurity $on;", 403, "Access denied with code 403 (phase 1)."),
    "variable-off": ("SecRuleEngine On", "modsecurity $off;", 200, None),
}


@pytest.mark.parametrize("name", MODES)
def test_modes(nginx, name):
    engine, directives, status, verdict = MODES[name]
    serve(nginx, "map x $on { default on; } map x $off { default off; }" + directives + inline(f"{engine}\n{DENY}"))
    assert nginx.get("/?a=bad").status == status
    nginx.get("/")
    nginx.access(2)  # nginx writes this line first: of the second request's, ours of the first is before it
    assert [message.verdict for message in messages(nginx.error_log())] == ([verdict] if verdict else [])


def test_rules_of_inner_levels_run_first_and_their_settings_hold(nginx):
    outer = """SecRuleEngine DetectionOnly
        SecDefaultAction "phase:1,log,auditlog,deny,status:405"
        SecRule ARGS:a "@contains x" "id:1,phase:1,pass,log,msg:outer"
        SecRule ARGS:a "@contains x" "id:2,phase:1,pass,log,msg:removed" """
    inner = """SecRuleEngine On
        SecRuleRemoveById 2
        SecRule ARGS:a "@contains x" "id:3,phase:1,pass,log,msg:inner"
        SecRule ARGS:off "@contains x" "id:4,phase:1,pass,nolog,ctl:ruleRemoveById=1"
        SecRule ARGS:b "@contains x" "id:5,phase:1,block,log" """
    serve(nginx, "modsecurity on;" + inline(outer), "location /in/ { %s proxy_pass http://127.0.0.1:{up}/; }" % inline(inner))
    assert nginx.get("/?a=x").status == 200
    assert ids(nginx, 2) == ["1", "2"]
    assert nginx.get("/in/?a=x").status == 200
    assert ids(nginx, 4)[2:] == ["3", "1"]
    assert nginx.get("/in/?a=x&off=x").status == 200
    assert ids(nginx, 5)[4:] == ["3"]
    assert nginx.get("/in/?b=x").status == 405  # the outer level's default action
    assert lines(nginx, 6)[-1].verdict == "Access denied with code 405 (phase 1)."


def test_a_level_may_switch_modsecurity_off(nginx):
    serve(nginx, "modsecurity on;" + inline("SecRuleEngine On\n" + DENY),
          "location /off/ { modsecurity off; proxy_pass http://127.0.0.1:{up}/; }")
    assert nginx.get("/?a=bad").status == 403
    assert nginx.get("/off/?a=bad").status == 200


def test_inline_rules_have_the_line_they_stand_at(nginx):
    text = "\nSecRuleEngine On\n" + DENY
    serve(nginx, "modsecurity on;\n" + inline(text))
    assert nginx.get("/?a=bad").status == 403
    fields = lines(nginx, 1)[0].fields
    configuration = nginx.path("nginx.conf")
    assert fields["file"] == str(configuration)
    assert "id:1," in configuration.read_text().splitlines()[int(fields["line"]) - 1]


def test_the_transaction_has_the_id_it_is_given(nginx):
    serve(nginx, 'modsecurity on; modsecurity_transaction_id "host1-$request_id";' + inline("SecRuleEngine On\n" + DENY),
          'location /own/ { modsecurity_transaction_id "$http_x_id"; proxy_pass http://127.0.0.1:{up}; }')
    nginx.get("/?a=bad")
    assert lines(nginx, 1)[0].fields["unique_id"].startswith("host1-")
    nginx.get("/own/?a=bad", headers={"X-Id": 'a"] [id "7'})
    found = lines(nginx, 2)[1]
    assert found.fields["unique_id"] == "a\\x22] [id \\x227" and found.id == "1"


def test_lines_can_be_switched_off_and_on(nginx):
    serve(nginx, "modsecurity on;" + inline("SecRuleEngine On\n" + DENY),
          """location /quiet/ { modsecurity_use_error_log off; }
             location /ours/ { modsecurity off; rasp block; rasp_rules {probe}; rasp_error_log on; }
             location /ours-quiet/ { modsecurity off; rasp block; rasp_rules {probe}; }""")
    assert nginx.get("/quiet/?a=bad").status == 403
    assert nginx.get("/ours-quiet/", headers={"X-Probe": "probe-header"}).status == 403
    assert nginx.get("/ours/", headers={"X-Probe": "probe-header"}).status == 403
    assert nginx.get("/?a=bad").status == 403
    assert [message.id for message in lines(nginx, 2)] == ["900001", "1"]


def test_hostile_values_stay_in_their_line(nginx):
    rule = """SecRule REQUEST_HEADERS:X "@rx ." "id:9,phase:1,pass,log,msg:'%{MATCHED_VAR}',logdata:'%{MATCHED_VAR}'" """
    serve(nginx, "modsecurity on;" + inline(rule))
    nginx.get("/", headers={"X": 'a"] [id "1"] \xff\x1b[0m'})
    found = lines(nginx, 1)
    assert [message.id for message in found] == ["9"]
    assert found[0].fields["msg"] == "a\\x22] [id \\x221\\x22] \\xff\\x1b[0m"


def test_refusals_are_nginx_s_own_pages(nginx):
    serve(nginx, "modsecurity on;" + inline("SecRuleEngine On\n" + DENY),
          """location /page/ { error_page 403 =404 /hidden; } location = /hidden { internal; return 404 "gone"; }
             location /ours/ { rasp_block_page on; }""")
    assert "nginx" in nginx.get("/?a=bad").text
    answer = nginx.get("/page/?a=bad")
    assert (answer.status, answer.text) == (404, "gone")
    assert "Request blocked" in nginx.get("/ours/?a=bad").text


def test_status_444_closes_the_connection(nginx):
    serve(nginx, "modsecurity on;" + inline("SecRuleEngine On\n" + DENY.replace("403", "444") +
                                            '\nSecRule RESPONSE_HEADERS:X-Leak "@rx ." "id:2,phase:3,deny,status:444"'))
    with pytest.raises(Closed):
        nginx.get("/?a=bad")
    with pytest.raises(Closed):
        nginx.get("/leak")


LIMIT = "SecRuleEngine On\nSecRequestBodyAccess On\nSecRequestBodyLimit 1000\nSecRequestBodyLimitAction %s"


@pytest.mark.parametrize("action, status", [("Reject", 413), ("ProcessPartial", 200)])
def test_the_body_limit_is_seclang_s(nginx, action, status):
    serve(nginx, "modsecurity on;" + inline(LIMIT % action))
    assert nginx.post("/", "a=" + "b" * 2000).status == status
    assert nginx.post("/", "a=b").status == 200


@pytest.mark.parametrize("version, status", [("v2", 200), ("v3", 403)])
def test_request_body_holds_json_as_wanted(nginx, version, status):
    rule = """SecRuleEngine On
        SecRequestBodyAccess On
        SecRule REQUEST_HEADERS:Content-Type "^application/json" "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
        SecRule REQUEST_BODY "@contains bad" "id:2,phase:2,deny" """
    serve(nginx, f"modsecurity on; rasp_request_body_variable {version};" + inline(rule))
    assert nginx.post("/", '{"bad": 1}', headers={"Content-Type": "application/json"}).status == status


ERRORS = {
    "remote": ("modsecurity_rules_remote key https://rules.example/x;", r"modsecurity_rules_remote is not supported"),
    "no-file": ("modsecurity_rules_file {dir}/none.conf;", r"no such file"),
    "syntax": (inline('SecRule ARGS "@rx ("  "id:1"'), r"nginx.conf:\d+"),
    "unknown-directive": (inline("SecRuleEngin On"), r"nginx.conf:\d+"),
    "duplicate": ("modsecurity on;", r"is duplicate"),
    "neither-on-nor-off": ("location / { modsecurity maybe; }", r"on, off, or a variable"),
    "concurrent-without-directory": (inline("SecAuditEngine On\nSecAuditLogType Concurrent\nSecAuditLog /dev/null"),
                                     r"SecAuditLogStorageDir"),
    "relevant-status": (inline('SecAuditLogRelevantStatus "^(5"\nSecAuditLog /dev/null'), r"SecAuditLogRelevantStatus"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_say_where(nginx, name):
    text, wanted = ERRORS[name]
    passed, said = nginx.check(f"server {{ listen 127.0.0.1:{nginx.port}; modsecurity on;\n{text} }}")
    nginx.allow(r"\[emerg\]")
    assert not passed and re.search(wanted, said), said


def test_a_file_s_error_names_file_and_line(nginx):
    nginx.write("broken.conf", 'SecRuleEngine On\nSecRule ARGS "@nosuch x" "id:1,phase:2,deny"\n')
    passed, said = nginx.check("modsecurity on; modsecurity_rules_file {dir}/broken.conf;" + SERVER % "")
    nginx.allow(r"\[emerg\]")
    assert not passed and f"{nginx.dir}/broken.conf:2" in said and "modsecurity_rules_file at" in said


@pytest.mark.parametrize("compat, passes", [("strict", False), ("warn", True)])
def test_compat(nginx, compat, passes):
    rules = 'SecRuleEngine On\nSecRule ARGS "@rx x" "id:1,phase:2,deny,exec:/bin/true"'
    passed, said = nginx.check(f"modsecurity on; rasp_compat {compat};" + inline(rules) + SERVER % "")
    nginx.allow(r"\[emerg\]")
    assert passed == passes, said


AUDIT = """SecRuleEngine On
SecRequestBodyAccess On
SecAuditEngine RelevantOnly
SecAuditLogRelevantStatus "^(?:5|4(?!04))"
SecAuditLogParts ABCFHIJZ
SecAuditLog {dir}/audit.log
""" + DENY


def audit(nginx, name="audit.log"):
    path = nginx.path(name)
    return path.read_text() if path.exists() else ""


def test_serial_audit_log(nginx):
    serve(nginx, "modsecurity on;" + inline(AUDIT))
    assert nginx.get("/").status == 200
    assert nginx.post("/?a=bad", "password=hunter2&b=c").status == 403
    nginx.wait(lambda: "---Z--" in audit(nginx), "a record")
    records = audit_records(audit(nginx))
    assert len(records) == 1
    assert records[0]["B"].startswith("POST /?a=bad HTTP/1.1\nHost: localhost\n")
    assert records[0]["F"].startswith("HTTP/1.1 403\n")
    assert [message.id for message in messages(records[0]["H"])] == ["1"]
    assert "hunter2" not in audit(nginx)
    assert stat.S_IMODE(nginx.path("audit.log").stat().st_mode) == 0o640


def test_large_bodies_of_any_bytes_fit_the_queue(nginx):
    rules = AUDIT.replace("phase:1", "phase:2").replace("ABCFHIJZ", "ABCHIZ")
    serve(nginx, "modsecurity on; rasp_audit_redact off;" + inline(rules), "client_max_body_size 2m;")
    body = b"\xff" * 400_000
    assert nginx.post("/?a=bad", body, headers={"Content-Type": "application/octet-stream"}).status == 403
    nginx.wait(lambda: "---Z--" in audit(nginx), "a record")
    assert "bytes left out)" in audit(nginx)


def test_audit_log_without_redaction(nginx):
    parts = AUDIT.replace("phase:1", "phase:2")
    serve(nginx, "modsecurity on; rasp_audit_redact off;" + inline(parts))
    assert nginx.post("/?a=bad", "password=hunter2&b=c").status == 403
    nginx.wait(lambda: "---Z--" in audit(nginx), "a record")
    assert audit_records(audit(nginx))[0]["C"].strip() == "password=hunter2&b=c"


def test_json_audit_log(nginx):
    serve(nginx, "modsecurity on;" + inline(AUDIT + "\nSecAuditLogFormat JSON\nSecComponentSignature \"mine/1\""))
    for _ in range(3):
        assert nginx.get("/?a=bad").status == 403
    nginx.wait(lambda: audit(nginx).count("\n") == 3, "three records")
    for line in audit(nginx).splitlines():
        transaction = json.loads(line)["transaction"]
        assert transaction["response"]["http_code"] == 403
        assert transaction["producer"]["components"] == ["mine/1"]
        assert [message["details"]["ruleId"] for message in transaction["messages"]] == ["1"]


def test_concurrent_audit_log(nginx):
    store = nginx.path("store")
    store.mkdir()
    store.chmod(0o777)
    serve(nginx, "modsecurity on;" + inline(AUDIT + f"\nSecAuditLogType Concurrent\nSecAuditLogStorageDir {store}\n"
                                            "SecAuditLogDirMode 0700\nSecAuditLogFileMode 0600"))
    assert nginx.get("/?a=bad").status == 403
    nginx.wait(lambda: audit(nginx).count("\n") == 1, "a line in the index")
    index = audit(nginx).split()
    path = next(word for word in index if word.startswith(str(store)))
    nginx.wait(lambda: os.path.exists(path), "the record's file")
    assert len(audit_records(open(path).read())) == 1
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700


def test_audit_log_is_reopened(nginx):
    serve(nginx, "modsecurity on;" + inline(AUDIT))
    assert nginx.get("/?a=bad").status == 403
    nginx.wait(lambda: "---Z--" in audit(nginx), "a record")
    os.rename(nginx.path("audit.log"), nginx.path("audit.1"))
    nginx.signal(signal.SIGUSR1)
    # the signal, the master, the worker
    nginx.wait(lambda: nginx.error_log().count("reopening logs") >= 3, "the worker to reopen")
    assert nginx.get("/?a=bad").status == 403
    nginx.wait(lambda: "---Z--" in audit(nginx), "a record in the new file")
    assert len(audit_records(audit(nginx, "audit.1"))) == 1
    assert len(audit_records(audit(nginx))) == 1


def counters(nginx):
    return json.loads(nginx.get("/rasp").text)["counters"]


STATUS = "location = /rasp { modsecurity off; rasp_status; }"


def test_audit_records_are_counted(nginx):
    serve(nginx, "modsecurity on;" + inline(AUDIT), STATUS)
    assert nginx.get("/?a=bad").status == 403
    nginx.wait(lambda: counters(nginx)["audit_written"] == 1, "the record counted")
    assert counters(nginx)["audit_failed"] == 0


def test_records_that_cannot_be_written_are_counted_and_told(nginx):
    serve(nginx, "modsecurity on;" + inline(AUDIT + "\nSecAuditLogType Concurrent\n"
                                            f"SecAuditLogStorageDir {nginx.dir}/none/at/all"), STATUS)
    assert nginx.get("/?a=bad").status == 403
    nginx.wait(lambda: counters(nginx)["audit_failed"] == 1, "the failure counted")
    nginx.get("/?a=bad")
    nginx.wait(lambda: "writing them fails" in nginx.error_log(), "the error log to say so")


def test_collections_last_from_request_to_request(nginx):
    rules = """SecRuleEngine On
        SecAction "id:1,phase:1,pass,nolog,initcol:ip=%{REMOTE_ADDR},setvar:ip.hits=+1"
        SecRule IP:HITS "@gt 2" "id:2,phase:1,deny,status:429" """
    serve(nginx, "modsecurity on;" + inline(rules))
    assert [nginx.get("/").status for _ in range(4)] == [200, 200, 429, 429]
