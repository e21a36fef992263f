"""Start MariaDB, Redis and RabbitMQ for the tests where none answer, in var/services/ and on own ports; stop them.

    services.py start [--all]    --all: also where something answers already
    services.py stop

Docker Compose does it where there is an engine; else Debian's or Ubuntu's packages, as root. Nothing of the system's
own servers is touched.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import launching
import packages
import probes

ROOT = Path(__file__).resolve().parent.parent
HOME = probes.STARTED
PORTS = {"DATABASE_URL": 17306, "REDIS_URL": 17379, "BROKER_URL": 17672}
EPMD_PORT, ERLANG_PORT = "17369", "17673"
URLS = {
    "DATABASE_URL": f"mysql://root@127.0.0.1:{PORTS['DATABASE_URL']}/scrm",
    "REDIS_URL": f"redis://127.0.0.1:{PORTS['REDIS_URL']}/0",
    "BROKER_URL": f"amqp://guest:guest@127.0.0.1:{PORTS['BROKER_URL']}//",
}
COMPOSE = ["docker", "compose", "-p", "scrm-services", "-f", str(ROOT / "scripts" / "services.compose.yml")]
IN_COMPOSE = {"DATABASE_URL": "mysql", "REDIS_URL": "redis", "BROKER_URL": "rabbitmq"}
PACKAGES = {"DATABASE_URL": "mariadb-server", "REDIS_URL": "redis-server", "BROKER_URL": "rabbitmq-server"}
PROGRAMS = {"DATABASE_URL": "mariadbd", "REDIS_URL": "redis-server", "BROKER_URL": "rabbitmq-server"}
PATIENCE = 90


def start(everything: bool = False) -> int:
    """Start what is missing. Returns 0 when all three answer afterwards."""
    found = {} if everything else probes.at_hand()
    missing = [name for name in PORTS if name not in found]
    if not missing:
        print("MariaDB or MySQL, Redis and RabbitMQ answer already.")
        return 0
    way = _way()
    if way is None:
        print("Neither a Docker engine nor Debian packages as root: start them yourself and name them (.env.example).")
        return 1
    HOME.mkdir(parents=True, exist_ok=True)
    way(missing)
    _write_down(missing)
    return _wait(missing)


def stop() -> int:
    """End what ``start`` started, and remove its folders."""
    for name in reversed(list(PORTS)):
        launching.end(HOME / f"{PROGRAMS[name]}.pid")
    if shutil.which("epmd") and HOME.exists():
        subprocess.run(["epmd", "-port", EPMD_PORT, "-kill"], capture_output=True)
    if (HOME / "compose").exists():
        subprocess.run([*COMPOSE, "down", "--volumes"], check=False)
    shutil.rmtree(HOME, ignore_errors=True)
    return 0


def _way() -> Callable[[list[str]], None] | None:
    if shutil.which("docker") and subprocess.run([*COMPOSE, "ps"], capture_output=True).returncode == 0:
        return _start_by_compose
    if os.geteuid() == 0 and (shutil.which("apt-get") or all(shutil.which(p) for p in PROGRAMS.values())):
        return _start_by_packages
    return None


def _start_by_compose(missing: list[str]) -> None:
    (HOME / "compose").touch()
    subprocess.run([*COMPOSE, "up", "--detach", *(IN_COMPOSE[name] for name in missing)], check=True)


def _start_by_packages(missing: list[str]) -> None:
    packages.install([PACKAGES[name] for name in missing if not shutil.which(PROGRAMS[name])])
    starters = {"DATABASE_URL": _mariadb, "REDIS_URL": _redis, "BROKER_URL": _rabbitmq}
    for name in missing:
        if not launching.alive(HOME / f"{PROGRAMS[name]}.pid"):
            starters[name]()


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _mariadb() -> None:
    home = _fresh(HOME / "mariadb")
    # A tmpdir of its own: two servers that share one break each other.
    _fresh(home / "tmp")
    common = ["--no-defaults", f"--datadir={home / 'data'}", f"--tmpdir={home / 'tmp'}", "--user=root"]
    subprocess.run(
        ["mariadb-install-db", *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    options = [f"--port={PORTS['DATABASE_URL']}", "--bind-address=127.0.0.1", f"--socket={home / 'socket'}"]
    launching.spawn(HOME, "mariadbd", [*common, *options, "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=2"])


def _redis() -> None:
    home = _fresh(HOME / "redis")
    options = {"--port": PORTS["REDIS_URL"], "--bind": "127.0.0.1", "--dir": home, "--save": "", "--appendonly": "no"}
    launching.spawn(HOME, "redis-server", [str(word) for pair in options.items() for word in pair])


def _rabbitmq() -> None:
    home = _fresh(HOME / "rabbitmq")
    (home / "plugins").write_text("[].")
    env = {
        "HOME": str(home),
        "ERL_EPMD_PORT": EPMD_PORT,
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": "scrm-services@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(PORTS["BROKER_URL"]),
        "RABBITMQ_DIST_PORT": ERLANG_PORT,
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_CONF_ENV_FILE": str(home / "none"),
        "RABBITMQ_CONFIG_FILE": str(home / "none"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
    }
    # The packaged wrapper changes to another user, who may not see our folder; the script behind it doesn't.
    behind = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    launching.spawn(HOME, "rabbitmq-server", [], program=str(behind) if behind.exists() else None, env=env)


def _write_down(names: list[str]) -> None:
    urls = probes.started_urls() | {name: URLS[name] for name in names}
    (HOME / "env").write_text("".join(f"{name}={url}\n" for name, url in urls.items()))


def _wait(names: list[str]) -> int:
    deadline = time.monotonic() + PATIENCE
    waiting = list(names)
    while waiting and time.monotonic() < deadline:
        waiting = [name for name in waiting if not probes.answers(name, URLS[name])]
        if waiting:
            time.sleep(0.5)
    for name in names:
        print(f"{probes.PRODUCTS[name]}: {URLS[name]}" + (" DOES NOT ANSWER" if name in waiting else ""))
    return 1 if waiting else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["stop"]:
        sys.exit(stop())
    sys.exit(start(everything="--all" in sys.argv))
