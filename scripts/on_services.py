"""The tests on MariaDB or MySQL, Redis and RabbitMQ: those at hand, else those that we can start."""

import contextlib
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


def test(run: Run, data: dict[str, str], *, chaos: bool) -> None:
    """Run them all, or the long fault tests alone. What could not be had is named as left out."""
    with _services() as found:
        missing = [probes.PRODUCTS[name] for name in probes.STANDARD if name not in found]
        if missing:
            run.left_out.append(
                f"the tests on real services. {', '.join(missing)}: no answer, and make services failed."
            )
            return
        with rooms.own_rooms(found) as environment:
            print("\n".join(f"{name}={value}" for name, value in environment.items()))
            if chaos:
                run.step("chaos", *PYTEST, *LONG, env=data | environment | CHAOS)
            else:
                run.step("tests on MariaDB or MySQL, Redis, RabbitMQ", *PYTEST, env=data | environment)


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
