"""make services starts what is missing and nothing else, on ports of its own, and stops what it started."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.scripts.conftest import ROOT, Programs

NAMES = ["DATABASE_URL", "REDIS_URL", "BROKER_URL"]
Load = Callable[[str], Any]


@pytest.fixture
def services(scripts: Load, programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module: its folder is a temporary one, nothing answers, and waiting is over at once."""
    module = scripts("services")
    monkeypatch.setattr(module, "HOME", tmp_path / "services")
    monkeypatch.setattr(module.probes, "STARTED", tmp_path / "services")
    monkeypatch.setattr(module.probes, "answers", lambda _name, _url: False)
    monkeypatch.setattr(module, "PATIENCE", 0)
    return module


@pytest.fixture
def engine(programs: Programs) -> Programs:
    """A Docker engine that does as it is told."""
    programs.add("docker")
    return programs


def up(services: Any, monkeypatch: pytest.MonkeyPatch, *urls: str) -> None:
    monkeypatch.setattr(services.probes, "answers", lambda _name, url: url in urls)


def test_what_answers_is_left_alone(
    services: Any, engine: Programs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    up(services, monkeypatch, *services.probes.STANDARD.values())
    assert services.start() == 0
    assert engine.calls == []
    assert not services.HOME.exists()
    assert "answer already" in capsys.readouterr().out


def test_an_engine_starts_all_three(services: Any, engine: Programs) -> None:
    assert services.start() == 1
    assert engine.calls[-1].endswith("up --detach mysql redis rabbitmq")


def test_an_engine_starts_only_what_is_missing(
    services: Any, engine: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    up(services, monkeypatch, services.probes.STANDARD["REDIS_URL"])
    services.start()
    assert engine.calls[-1].endswith("up --detach mysql rabbitmq")
    assert set(services.probes.started_urls()) == {"DATABASE_URL", "BROKER_URL"}


def test_all_means_also_what_answers_already(services: Any, engine: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    up(services, monkeypatch, *services.probes.STANDARD.values())
    services.start(everything=True)
    assert engine.calls[-1].endswith("up --detach mysql redis rabbitmq")


def test_what_was_started_is_written_down_for_the_next_command(services: Any, engine: Programs) -> None:
    services.start()
    assert services.probes.started_urls() == services.URLS


def test_what_was_started_earlier_stays_written_down(services: Any) -> None:
    services.HOME.mkdir()
    services._write_down(["REDIS_URL"])
    services._write_down(["BROKER_URL"])
    assert list(services.probes.started_urls()) == ["REDIS_URL", "BROKER_URL"]


def test_the_code_tells_whether_all_answer_in_the_end(
    services: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(services, "PATIENCE", 60)
    up(services, monkeypatch, *services.URLS.values())
    assert services._wait(NAMES) == 0
    assert "DOES NOT ANSWER" not in capsys.readouterr().out
    monkeypatch.setattr(services, "PATIENCE", 0)
    up(services, monkeypatch, services.URLS["REDIS_URL"])
    assert services._wait(["BROKER_URL"]) == 1
    assert "RabbitMQ: amqp://guest:guest@127.0.0.1:17672// DOES NOT ANSWER" in capsys.readouterr().out


def test_neither_engine_nor_root_is_one_sentence(
    services: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert services.start() == 1
    said = capsys.readouterr().out
    assert said.startswith("Neither a Docker engine nor Debian packages as root")
    assert len(said.splitlines()) == 1
    assert not services.HOME.exists()


@pytest.mark.parametrize(
    ("docker", "apt", "root", "way"),
    [
        (0, True, True, "_start_by_compose"),
        (0, False, False, "_start_by_compose"),
        (1, True, True, "_start_by_packages"),
        (None, True, True, "_start_by_packages"),
        (None, True, False, None),
        (None, False, True, None),
        (1, True, False, None),
    ],
)
def test_an_engine_is_preferred_and_packages_take_root(
    services: Any,
    programs: Programs,
    monkeypatch: pytest.MonkeyPatch,
    docker: int | None,
    apt: bool,
    root: bool,
    way: str | None,
) -> None:
    if docker is not None:
        programs.add("docker", code=docker)
    if apt:
        programs.add("apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)
    found = services._way()
    assert (found and found.__name__) == way


def test_root_needs_no_apt_where_all_servers_are_installed(
    services: Any, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in services.PROGRAMS.values():
        programs.add(name)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert services._way() == services._start_by_packages


def test_packages_start_only_what_is_not_running_yet(services: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    services.HOME.mkdir()
    (services.HOME / "redis-server.pid").write_text(str(os.getpid()))
    started: list[str] = []
    installed: list[str] = []
    monkeypatch.setattr(services.packages, "install", installed.extend)
    for name in ("_mariadb", "_redis", "_rabbitmq"):
        monkeypatch.setattr(services, name, lambda name=name: started.append(name))
    services._start_by_packages(NAMES)
    assert started == ["_mariadb", "_rabbitmq"]
    assert installed == ["mariadb-server", "redis-server", "rabbitmq-server"]


def test_a_server_that_is_installed_is_not_installed_again(
    services: Any, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.HOME.mkdir()
    programs.add("redis-server", body="exec sleep 60")
    installed: list[str] = []
    monkeypatch.setattr(services.packages, "install", installed.extend)
    services._start_by_packages(["REDIS_URL"])
    assert installed == []
    services.launching.end(services.HOME / "redis-server.pid")


def test_redis_is_started_alone_on_its_own_port_and_keeps_nothing(
    services: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    monkeypatch.setattr(services.launching, "spawn", lambda *given: started.append(given))
    services._redis()
    home, name, words = started[0]
    assert (home, name) == (services.HOME, "redis-server")
    options = dict(zip(words[::2], words[1::2], strict=True))
    assert options == {
        "--port": "17379",
        "--bind": "127.0.0.1",
        "--dir": str(services.HOME / "redis"),
        "--save": "",
        "--appendonly": "no",
    }


def test_the_brokers_files_and_ports_are_all_of_its_own(services: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    started: dict[str, Any] = {}
    monkeypatch.setattr(services.launching, "spawn", lambda *_given, **how: started.update(how))
    services._rabbitmq()
    env, home = started["env"], str(services.HOME / "rabbitmq")
    assert (env["RABBITMQ_NODE_PORT"], env["ERL_EPMD_PORT"], env["RABBITMQ_DIST_PORT"]) == ("17672", "17369", "17673")
    assert all(value.startswith(home) for name, value in env.items() if name.endswith(("_BASE", "_FILE", "HOME")))
    assert (Path(home) / "plugins").read_text() == "[]."


def test_the_database_is_made_before_it_is_started(
    services: Any, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.add("mariadb-install-db")
    started: list[Any] = []
    monkeypatch.setattr(services.launching, "spawn", lambda *given: started.append((programs.calls, *given)))
    services._mariadb()
    calls, _home, name, words = started[0]
    folder = services.HOME / "mariadb"
    assert len(calls) == 1
    assert name == "mariadbd"
    for made_with in (f"--datadir={folder / 'data'}", f"--tmpdir={folder / 'tmp'}", "--no-defaults"):
        assert made_with in words
        assert made_with in calls[0]
    assert {"--port=17306", "--bind-address=127.0.0.1"} <= set(words)
    assert (folder / "tmp").is_dir()


def test_a_folder_of_an_earlier_server_is_emptied(services: Any, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "old").touch()
    assert list(services._fresh(folder).iterdir()) == []


def test_the_ports_are_none_of_the_standard_ones_and_all_different(services: Any) -> None:
    own = {*map(str, services.PORTS.values()), services.EPMD_PORT, services.ERLANG_PORT}
    assert len(own) == 5
    assert not own & {"3306", "6379", "5672", "4369", "25672"}
    for name, port in services.PORTS.items():
        assert f":{port}/" in services.URLS[name]


def test_the_compose_file_listens_on_the_ports_that_are_probed(services: Any) -> None:
    text = (ROOT / "scripts" / "services.compose.yml").read_text()
    for name, service in services.IN_COMPOSE.items():
        assert f"  {service}:\n" in text
        assert f"127.0.0.1:{services.PORTS[name]}:" in text


# --- stopping ---


def test_stopping_what_never_ran_is_no_error(services: Any, programs: Programs) -> None:
    assert services.stop() == 0
    assert programs.calls == []


def test_stopping_takes_the_compose_services_and_the_folder_away(services: Any, engine: Programs) -> None:
    services.start()
    assert services.stop() == 0
    assert engine.calls[-1].endswith("down --volumes")
    assert not services.HOME.exists()


def test_stopping_without_compose_calls_no_engine(services: Any, engine: Programs) -> None:
    services.HOME.mkdir()
    services.stop()
    assert engine.calls == []


def test_a_server_ends_with_all_that_it_started(services: Any, programs: Programs, tmp_path: Path) -> None:
    programs.add("server", body="sleep 600 & echo $! >" + str(tmp_path / "child") + "\nexec sleep 600")
    services.HOME.mkdir()
    services.launching.spawn(services.HOME, "server", [])
    pid_file = services.HOME / "server.pid"
    number = int(pid_file.read_text())
    assert os.getpgid(number) == number
    services.launching.end(pid_file)
    with pytest.raises(ProcessLookupError):
        os.killpg(number, 0)


def test_a_server_of_this_very_process_is_reaped_and_not_waited_for(
    services: Any, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Left in the table, dead, it would look alive until the patience is over, and be killed for nothing."""
    programs.add("server", body="exec sleep 600")
    services.HOME.mkdir()
    services.launching.spawn(services.HOME, "server", [])
    sent: list[int] = []
    kill = os.killpg

    def killpg(group: int, number: int) -> None:
        sent.append(number)
        kill(group, number)

    monkeypatch.setattr(services.launching.os, "killpg", killpg)
    services.launching.end(services.HOME / "server.pid")
    assert sent[0] == signal.SIGTERM
    assert signal.SIGKILL not in sent


@pytest.mark.parametrize("content", [None, "", "none", "999999999"])
def test_a_file_that_names_no_running_process_is_nobody_to_end(services: Any, tmp_path: Path, content: str) -> None:
    pid_file = tmp_path / "x.pid"
    if content is not None:
        pid_file.write_text(content)
    assert services.launching.alive(pid_file) is False
    services.launching.end(pid_file)


# --- packages ---


@pytest.fixture
def packages(services: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(services.packages, "POLICY", tmp_path / "policy-rc.d")
    return services.packages


def test_nothing_to_install_asks_for_nothing(packages: Any, programs: Programs) -> None:
    packages.install([])
    assert programs.calls == []


def test_an_installed_server_is_kept_from_starting_by_itself(packages: Any, programs: Programs, tmp_path: Path) -> None:
    programs.add("apt-get", body=f"cat {tmp_path / 'policy-rc.d'} >>{tmp_path / 'seen'}")
    packages.install(["redis-server"])
    assert "exit 101" in (tmp_path / "seen").read_text()
    assert not (tmp_path / "policy-rc.d").exists()
    assert programs.calls[-1] == "apt-get install -y -qq --no-install-recommends redis-server"


def test_a_failed_installation_is_told_and_leaves_no_policy(packages: Any, programs: Programs, tmp_path: Path) -> None:
    programs.add("apt-get", code=100)
    with pytest.raises(subprocess.CalledProcessError):
        packages.install(["redis-server"])
    assert not (tmp_path / "policy-rc.d").exists()


def test_a_policy_of_the_machines_own_stays(packages: Any, programs: Programs, tmp_path: Path) -> None:
    programs.add("apt-get")
    (tmp_path / "policy-rc.d").write_text("#!/bin/sh\nexit 104\n")
    packages.install(["redis-server"])
    assert (tmp_path / "policy-rc.d").read_text() == "#!/bin/sh\nexit 104\n"


# --- the command ---

_CALLED = """
import sys, runpy
sys.path.insert(0, "scripts")
import probes
probes.at_hand = lambda: dict(probes.STANDARD)
sys.argv = ["services.py", *sys.argv[1:]]
runpy.run_path("scripts/services.py", run_name="__main__")
"""


def test_the_command_starts_by_default(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _CALLED, "start"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "MariaDB or MySQL, Redis and RabbitMQ answer already.\n")
