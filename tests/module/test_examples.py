# SPDX-License-Identifier: Apache-2.0
"""The configuration that we show is one that nginx takes."""
import subprocess

from server import MODULE, ROOT


def test_minimal_configuration(nginx):
    text = (ROOT / "nginx-conf/minimal.conf").read_text()
    for shown, here in (("modules/ngx_http_rasp_module.so", MODULE), ("/usr/share/ngx-rasp/rulesets", str(ROOT / "rulesets")),
                        ("/var/log/nginx", str(nginx.dir)), ("listen 80;", f"listen 127.0.0.1:{nginx.port};")):
        assert shown in text
        text = text.replace(shown, here)
    nginx.write("nginx.conf", f"pid {nginx.dir}/nginx.pid; error_log {nginx.dir}/error.log;\n" + text)
    done = subprocess.run(nginx.command("-t"), env=nginx.environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "[warn]" not in done.stderr, done.stderr
