"""Install Debian's packages without letting them start their servers."""

import os
import subprocess
from pathlib import Path

# Debian starts a server as it installs it, unless this file says no.
POLICY = Path("/usr/sbin/policy-rc.d")


def install(packages: list[str]) -> None:
    """Install what is named; nothing for nothing. Raises CalledProcessError when apt-get fails."""
    if not packages:
        return
    print(f"Installing {' '.join(packages)} ...")
    made = not POLICY.exists()
    if made:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
    try:
        subprocess.run(["apt-get", "update", "-qq"], stdout=subprocess.DEVNULL)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=env)
    finally:
        if made:
            POLICY.unlink()
