"""Debian packages for the tests, where we are allowed to install them."""

import os
import shutil
import subprocess
import sys


def available() -> bool:
    """Say whether this process may install packages: as root, where there is apt."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> bool:
    """Install ``packages`` and say whether that worked; what apt says is shown where it did not."""
    if not available():
        return False
    print(f"Installing {', '.join(packages)} with apt …", file=sys.stderr)
    run("update")  # one unreachable source is no reason not to try
    return run("install", "--yes", "--no-install-recommends", *packages)


def run(*arguments: str) -> bool:
    """Run apt-get, without questions and in silence unless it fails."""
    command = ["apt-get", "-qq", "-o", "Dpkg::Options::=--force-confold", *arguments]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout, done.stderr, file=sys.stderr)
    return done.returncode == 0
