# SPDX-License-Identifier: Apache-2.0
"""docker/Dockerfile, built and started for real, with buildah in place of a Docker engine."""
import machine

BUILDAH = ["buildah", "--storage-driver", "vfs", "--root", str(machine.WORK / "containers"), "--runroot", "/run/ngx-rasp-containers"]

SCRIPT = """
nginx >/tmp/out 2>&1 &
for attempt in $(seq 50); do curl -s -o /dev/null http://127.0.0.1:8080/ && break; sleep 0.1; done
id -u
curl -s -o /dev/null -w '%{http_code}\\n' http://127.0.0.1:8080/
curl -s -o /dev/null -w '%{http_code}\\n' 'http://127.0.0.1:8080/?q=%27%20UNION%20SELECT%20password%20FROM%20users--%20'
curl -s -o /dev/null -w '%{http_code}\\n' http://127.0.0.1:8080/rasp-status
nginx -s quit
"""


def buildah(*arguments):
    return machine.run([*BUILDAH, *arguments], timeout=1500)


def test_image_builds_and_protects_as_a_user_that_is_not_root():
    source = machine.source_copy(machine.WORK / "image-source")
    base = buildah("from", "scratch").split()[-1]
    buildah("add", "--quiet", base, str(machine.base_archive()), "/")
    buildah("commit", "--quiet", base, "localhost/debian:12")
    buildah("bud", "--isolation", "chroot", "--build-arg", "BASE=localhost/debian:12", "-f", "docker/Dockerfile",
            "-t", "localhost/ngx-rasp", str(source))
    container = buildah("from", "--pull-never", "localhost/ngx-rasp").split()[-1]
    try:
        # The image has no curl: the test's own goes beside it.
        buildah("run", "--isolation", "chroot", "--user", "root", container, "--", "sh", "-c",
                "apt-get update -qq && apt-get install -y -qq --no-install-recommends curl >/dev/null")
        lines = buildah("run", "--isolation", "chroot", container, "--", "bash", "-c", SCRIPT).split()
        assert lines[0] != "0", "nginx runs as root"
        assert lines[1:4] == ["200", "403", "200"], lines
    finally:
        buildah("rm", container, base)
