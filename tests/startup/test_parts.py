"""The pieces of the one-process mode: a loop that falls over is started again, and all of them end when asked."""

import errno
import signal
import socket
import threading
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.parts import Part
from scrm_customer import embedded
from scrm_customer.management.commands import run_service
from tests.logs import captured


def ended(part: Part) -> bool:
    part.join(10)
    return not part.is_alive()


def test_a_part_runs_its_loop_until_it_is_asked_to_stop() -> None:
    begun = threading.Event()

    def loop(stopping: threading.Event) -> None:
        begun.set()
        stopping.wait()

    part = Part("relay", loop)
    part.start()
    assert begun.wait(10)
    assert part.is_alive()
    part.ask_to_stop()
    assert ended(part)


def test_a_loop_that_does_not_look_is_hurried() -> None:
    hurried = threading.Event()
    part = Part("worker", lambda _stopping: hurried.wait(), hurry=hurried.set)
    part.start()
    part.ask_to_stop()
    assert hurried.is_set()
    assert ended(part)


def test_a_loop_that_falls_over_is_told_by_name_and_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    part = Part("consumer", lambda _stopping: None)

    def loop(stopping: threading.Event) -> None:
        runs.append(1)
        if len(runs) < 3:
            raise RuntimeError("fell over")
        stopping.set()

    part._loop = loop
    monkeypatch.setattr(part._stopping, "wait", lambda _seconds=None: False)
    with captured() as logs:
        part.run()
    assert len(runs) == 3
    failures = [entry for entry in logs if entry["event"] == "part_failed"]
    assert [(f["part"], f["log_level"]) for f in failures] == [("consumer", "error")] * 2


def test_a_part_that_was_stopped_before_it_began_does_nothing() -> None:
    runs: list[int] = []
    part = Part("beat", lambda _stopping: runs.append(1))
    part.ask_to_stop()
    part.start()
    assert ended(part)
    assert runs == []


def test_a_part_keeps_no_process_from_ending() -> None:
    assert Part("relay", lambda _stopping: None).daemon


class Web:
    """A web server that is interrupted at once."""

    listens = True

    def run(self) -> None:
        pass

    def close(self) -> None:
        self.listens = False


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A service without its real parts; handlers of signals are put back."""
    made = object.__new__(embedded.Service)
    made._web, made._parts = Web(), []
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield made
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_all_parts_are_asked_before_any_is_waited_for(service: Any) -> None:
    """One that ends only when another has been asked would else hold everything up."""
    second_asked = threading.Event()
    first = Part("first", lambda _stopping: second_asked.wait())
    second = Part("second", lambda stopping: stopping.wait(), hurry=second_asked.set)  # type: ignore[arg-type,return-value]
    service._parts = [first, second]
    service.run()
    assert ended(first)
    assert ended(second)


def test_a_second_interrupt_ends_at_once(service: Any) -> None:
    service.run()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_both_signals_end_the_web_server_as_an_interrupt_does(service: Any, number: int) -> None:
    seen: list[Any] = []
    service._web.run = lambda: seen.append(signal.getsignal(number))
    service.run()
    with pytest.raises(KeyboardInterrupt):
        seen[0](number, None)


def test_a_part_that_will_not_end_is_named_and_the_process_ends_all_the_same(
    service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes: list[int] = []
    release = threading.Event()
    monkeypatch.setattr(embedded, "_PATIENCE", 0.01)
    monkeypatch.setattr(embedded.os, "_exit", codes.append)
    service._parts = [Part("deaf", lambda _stopping: release.wait()), Part("good", lambda stopping: stopping.wait())]  # type: ignore[arg-type,return-value]
    with captured() as logs:
        service.run()
    release.set()
    assert codes == [1]
    assert [entry["parts"] for entry in logs if entry["event"] == "stopped_hard"] == [["deaf"]]


def test_a_taken_port_names_the_next_one() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(CommandError) as refusal:
            run_service._listen("127.0.0.1", port)
    assert str(refusal.value) == (f"Port {port} is taken. Stop what listens there or name another: PORT={port + 1}.")


def test_an_address_that_is_not_this_machines_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_host: str, _port: int) -> None:
        raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")

    monkeypatch.setattr(embedded, "Service", refuse)
    with pytest.raises(CommandError, match=r"^Can't listen on 192\.0\.2\.1:7002: Cannot assign requested address\.$"):
        run_service._listen("192.0.2.1", 7002)


def test_the_command_refuses_production_before_it_listens(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PRODUCTION = True
    listened: list[Any] = []
    monkeypatch.setattr(run_service, "_listen", lambda *given: listened.append(given))
    with pytest.raises(CommandError, match=r"docs/operations\.md"):
        call_command("run_service")
    assert listened == []


def test_a_stopped_service_listens_no_more_while_its_parts_end(service: Any) -> None:
    """A caller in the same process, as the sandbox is, is refused at once instead of waiting for an answer."""
    heard: list[bool] = []
    part = Part("asks", lambda stopping: stopping.wait(), hurry=lambda: heard.append(service._web.listens))
    service._parts = [part]
    service.run()
    assert heard == [False]
    assert not part.is_alive()
