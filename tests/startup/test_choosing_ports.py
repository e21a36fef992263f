"""Where the one process and its sandbox listen: as asked, else on the next port, else on any that is free."""

import errno
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from scrm_customer import demo, embedded
from scrm_customer.management.commands import run_service
from wecom.sandbox.running import Plan


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """How the sandbox was asked for; ports in ``taken`` are taken."""
    calls: list[dict[str, Any]] = []

    def sandbox(**given: Any) -> Any:
        calls.append(given)
        if given.get("port") in TAKEN:
            raise OSError(errno.EADDRINUSE, "Address already in use")
        return SimpleNamespace(url=f"http://127.0.0.1:{given.get('port', 49152)}")

    monkeypatch.setattr(demo, "sandbox", sandbox)
    yield calls
    TAKEN.clear()


TAKEN: set[int] = set()


def test_the_sandbox_listens_on_the_port_after_the_services(asked: list[dict[str, Any]]) -> None:
    assert run_service._sandbox("http://127.0.0.1:7002", 7002).url == "http://127.0.0.1:7003"
    assert [call["port"] for call in asked] == [7003]


def test_where_that_is_taken_any_free_one_will_do(asked: list[dict[str, Any]]) -> None:
    TAKEN.add(7003)
    assert run_service._sandbox("http://127.0.0.1:7002", 7002).url == "http://127.0.0.1:49152"
    assert [call.get("port") for call in asked] == [7003, None]


@pytest.mark.parametrize(("told", "rate"), [(None, 10), ("0", 0), ("120", 120)])
def test_it_lives_as_fast_as_asked_on_either_port(
    asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, told: str | None, rate: int
) -> None:
    monkeypatch.delenv("SANDBOX_RATE", raising=False)
    if told is not None:
        monkeypatch.setenv("SANDBOX_RATE", told)
    TAKEN.add(7003)
    run_service._sandbox("http://127.0.0.1:7002", 7002)
    assert [call["rate"] for call in asked] == [rate, rate]
    assert {call["service"] for call in asked} == {"http://127.0.0.1:7002"}


@pytest.fixture
def planned(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Plan]:
    """Ask the demo for its sandbox and get the plan that it was made by."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(demo, "Sandbox", lambda plan: plan)
    return lambda **given: demo.sandbox(**given)  # type: ignore[return-value]


def test_callbacks_go_to_the_companys_own_address(planned: Callable[..., Plan]) -> None:
    plan = planned(service="http://127.0.0.1:7002")
    assert plan.callback == f"http://127.0.0.1:7002/wecom/callback/{demo.access().corpid}/"


def test_without_a_service_no_callbacks_are_sent(planned: Callable[..., Plan]) -> None:
    plan = planned()
    assert (plan.callback, plan.port, plan.rate) == ("", 0, 0)


def test_the_company_lies_in_the_data_folder_and_is_only_for_this_machine(
    planned: Callable[..., Plan], tmp_path: Path
) -> None:
    plan = planned(port=7003, rate=6)
    assert plan.state == tmp_path / "sandbox.json"
    assert (plan.host, plan.port, plan.rate) == ("127.0.0.1", 7003, 6)
    assert (plan.customers, plan.employees, plan.seed) == (demo.CUSTOMERS, demo.EMPLOYEES, demo.SEED)


def test_another_installation_has_other_secrets_and_another_company(settings: Any) -> None:
    first = demo.access()
    assert demo.access() == first
    settings.SECRET_KEY = "another-installation" * 4
    other = demo.access()
    for name in ("corpid", "secret", "contacts_secret", "token", "aes_key"):
        assert getattr(other, name) != getattr(first, name)


@pytest.mark.parametrize(("host", "port", "told"), [(None, None, ("127.0.0.1", 7002)), ("::1", "7105", ("::1", 7105))])
def test_the_service_listens_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, host: str | None, port: str | None, told: tuple[str, int]
) -> None:
    class Enough(Exception):
        pass

    def listen(*given: Any) -> Any:
        raise Enough(given)

    for name, value in (("HOST", host), ("PORT", port)):
        monkeypatch.delenv(name, raising=False)
        if value:
            monkeypatch.setenv(name, value)
    monkeypatch.setattr(run_service, "_listen", listen)
    with pytest.raises(Enough) as found:
        call_command("run_service")
    assert found.value.args == (told,)


@pytest.mark.parametrize("port", ["0", "-1", "many"])
def test_a_port_that_is_none_is_refused_before_anything_listens(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    listened: list[Any] = []
    monkeypatch.setenv("PORT", port)
    monkeypatch.setattr(run_service, "_listen", lambda *given: listened.append(given))
    with pytest.raises(Exception, match="PORT"):
        call_command("run_service")
    assert listened == []


def test_the_refusal_of_a_taken_port_is_a_sentence_and_no_traceback() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        host, port = other.getsockname()
        with pytest.raises(CommandError, match=rf"^Port {port} is taken\.") as refused:
            run_service._listen(host, port)
    assert isinstance(refused.value.__cause__, OSError)


@pytest.fixture
def parts(settings: Any, tmp_path: Path) -> Callable[[bool], list[str]]:
    """The names of the parts of a service, with a broker in memory or a real one."""

    def of(memory: bool) -> list[str]:
        settings.EMBEDDED_BROKER, settings.STATIC_ROOT = memory, tmp_path / "static"
        service = embedded.Service("127.0.0.1", 0)
        service._web.close()
        return [part.name for part in service._parts]

    return of


def test_without_a_broker_nobody_consumes(parts: Callable[[bool], list[str]], db: None) -> None:
    names = parts(True)
    assert "consumer" not in names
    assert {"relay", "worker", "beat"} < set(names)


def test_with_a_broker_a_consumer_stands_beside_the_others(parts: Callable[[bool], list[str]], db: None) -> None:
    assert [name for name in parts(False) if name not in parts(True)] == ["consumer"]


def test_no_two_parts_are_called_the_same_and_the_mirror_is_among_them(
    parts: Callable[[bool], list[str]], db: None
) -> None:
    names = parts(False)
    assert len(set(names)) == len(names)
    assert set(names) - {"relay", "worker", "beat", "consumer"}
