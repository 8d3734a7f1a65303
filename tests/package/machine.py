# SPDX-License-Identifier: Apache-2.0
"""A fresh Debian 12 machine to install things on: a debootstrap chroot with its own mount and network namespaces."""
import os
import pathlib
import shlex
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "package"
CACHE = pathlib.Path(os.environ.get("RASP_BASE_CACHE", WORK / "debian-12.tar"))


def run(command, timeout=900, **options):
    """The command's output; an AssertionError with all of it if it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          timeout=timeout, **options)
    assert done.returncode == 0, f"{command} exited with {done.returncode}:\n{done.stdout[-6000:]}"
    return done.stdout


def base_archive():
    """A tar of a minimal Debian 12, made once."""
    if not CACHE.exists():
        tree = WORK / "debootstrap"
        shutil.rmtree(tree, ignore_errors=True)
        WORK.mkdir(parents=True, exist_ok=True)
        run(["debootstrap", "--variant=minbase", "bookworm", str(tree)])
        for configuration in pathlib.Path("/etc/apt/apt.conf.d").glob("*registry*"):
            shutil.copy(configuration, tree / "etc/apt/apt.conf.d")
        shutil.rmtree(tree / "var/cache/apt/archives", ignore_errors=True)
        run(["tar", "-C", str(tree), "-cf", f"{CACHE}.part", "."])
        os.replace(f"{CACHE}.part", CACHE)
        shutil.rmtree(tree)
    return CACHE


def source_copy(target):
    """The sources as a clone has them, in a folder of their own."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True)
    assert listed.returncode == 0 and listed.stdout, "the package is built from what git tracks"
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).exists():
            destination = target / name
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, destination)
    return target


class Machine:
    """`online` commands reach the package mirrors; all others see only their own loopback interface."""

    def __init__(self, name):
        self.root = WORK / name
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        run(["tar", "-C", str(self.root), "-xf", str(base_archive())])
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        shutil.copy("/etc/hosts", self.root / "etc/hosts")
        policy = self.root / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)

    def sh(self, script, online=False, timeout=900):
        namespaces = ["--mount", "--pid", "--fork", "--kill-child"] + ([] if online else ["--net"])
        prepare = (f"mount --make-rprivate / && mount -t proc proc {shlex.quote(str(self.root))}/proc && "
                   f"mount --rbind /dev {shlex.quote(str(self.root))}/dev && " + ("" if online else "ip link set lo up && ") +
                   f"exec chroot {shlex.quote(str(self.root))} /bin/bash -eu -c {shlex.quote(script)}")
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8",
                       "DEBIAN_FRONTEND": "noninteractive"}
        return run(["unshare", *namespaces, "/bin/bash", "-euc", prepare], timeout=timeout, env=environment)

    def install(self, *packages):
        return self.sh("apt-get update -qq && apt-get install -y -qq --no-install-recommends " + " ".join(packages), online=True)

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)
