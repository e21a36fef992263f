"""The tests on MariaDB or MySQL, Redis and RabbitMQ: those at hand, else those that we can start."""

import contextlib
import tempfile
from collections.abc import Iterator

import probes
import rooms
import services
from steps import PYTEST, Run

LONG = (
    "tests/faults/test_event_faults.py",
    "tests/faults/test_task_faults.py",
    "tests/faults/test_callback_faults.py",
    "tests/faults/test_mirror_daemon_faults.py",
    "tests/wecom/test_convergence.py",
)
# What the fault tests are multiplied to.
CHAOS = {
    "CHAOS_EVENTS": "100000",
    "CHAOS_KILLS": "20",
    "CHAOS_OUTAGE": "60",
    "CHAOS_WRITES": "10000",
    "CHAOS_HANGS": "5",
    "CHAOS_STORM": "3000",
    "CHAOS_CALLBACKS": "10000",
    "CHAOS_MIRROR_KILLS": "20",
    "CHAOS_CUSTOMERS": "20000",
    "CHAOS_TAGGINGS": "5000",
    "CONVERGENCE_SEEDS": "50",
    "CONVERGENCE_MUTATIONS": "10000",
}


# Those that kill processes or drive a browser wait more than they work, so the others are run meanwhile.
_SLOW, _QUICK = ("-m", "slow"), ("-m", "not slow")


@contextlib.contextmanager
def tested(run: Run, data: dict[str, str]) -> Iterator[None]:
    """Run them all: the slow ones beside the others, and beside what is in the block. What could not be had is named
    as left out."""
    with _services() as found:
        if _lacks(run, found):
            yield
            return
        slow_data = {"DATA_DIR": tempfile.mkdtemp(dir=data["DATA_DIR"])}
        with rooms.own_rooms(found) as quick, rooms.own_rooms(found, 1) as slow:
            print("\n".join(f"{name}={value}" for name, value in quick.items()))
            name = "tests on MariaDB or MySQL, Redis, RabbitMQ"
            with run.beside(f"{name}: the slow ones", *PYTEST, *_SLOW, env=slow_data | slow):
                run.step(name, *PYTEST, *_QUICK, env=data | quick)
                yield


def chaos(run: Run, data: dict[str, str]) -> None:
    """Run the long fault tests alone, at length."""
    with _services() as found:
        if not _lacks(run, found):
            with rooms.own_rooms(found) as environment:
                run.step("chaos", *PYTEST, *LONG, env=data | environment | CHAOS)


def _lacks(run: Run, found: dict[str, str]) -> bool:
    missing = [probes.PRODUCTS[name] for name in probes.STANDARD if name not in found]
    if missing:
        run.left_out.append(f"the tests on real services. {', '.join(missing)}: no answer, and make services failed.")
    return bool(missing)


@contextlib.contextmanager
def _services() -> Iterator[dict[str, str]]:
    found = probes.at_hand()
    started = len(found) < len(probes.STANDARD)
    if started:
        services.start()
        found = probes.at_hand()
    try:
        yield found
    finally:
        if started:
            services.stop()
