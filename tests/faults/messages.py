"""A RabbitMQ of a test's own, and the service's processes that talk to it: all of them may be killed."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection
from kombu import Connection

from tests.faults.private import ROOT, Server, free_port, program, wait_for

# The packaged command changes the user and the folder; the one behind it takes what it is told.
_BEHIND = "/usr/lib/rabbitmq/bin/rabbitmq-server"


class PrivateRabbit(Server):
    """A node with a name, ports, data and cookie of its own. It keeps its data when it is killed."""

    def __init__(self) -> None:
        super().__init__()
        self._program = _BEHIND if Path(_BEHIND).exists() else program("rabbitmq-server")
        self._other_port = free_port()
        self.folder.chmod(0o755)

    def command(self) -> list[str]:
        return [self._program]

    def environment(self) -> dict[str, str]:
        own = {
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": f"scrmtest{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._other_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "none"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "none.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            # It shares two processors with everything else of the test.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none",
        }
        return {key: value for key, value in os.environ.items() if not key.startswith("RABBITMQ_")} | own

    def restart(self) -> None:
        """As after a power cut."""
        self.kill()
        self.start()

    def wait_for_consumer(self, queue: str) -> None:
        """Until somebody reads this queue. A quorum queue that is killed while it is being made may never come back."""
        wait_for(lambda: self._consumers(queue) > 0, 90, f"somebody reading {queue}")

    def _consumers(self, queue: str) -> int:
        with Connection(self.url) as link:
            try:
                return link.default_channel.queue_declare(queue, passive=True).consumer_count
            except link.channel_errors:
                return 0

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"


class Daemon(Server):
    """One process of the service, over the test's database and broker."""

    def __init__(self, broker: PrivateRabbit | None, *command: str, **extra: str) -> None:
        super().__init__()
        self._command, self._environment = command, service_environment(broker) | extra

    def command(self) -> list[str]:
        return [sys.executable, *self._command]

    def environment(self) -> dict[str, str]:
        return self._environment

    def ready(self) -> bool:
        return True

    def restart(self) -> None:
        self.kill()
        self.start()

    def ended(self) -> bool:
        assert self.process
        return self.process.poll() is not None

    def exit_code(self, within: float = 60) -> int:
        """Wait for the process to end by itself."""
        wait_for(self.ended, within, "the process ending")
        assert self.process
        return self.process.returncode


def service_environment(broker: PrivateRabbit | None = None) -> dict[str, str]:
    """This environment, with the test's database and broker, and the readers of tests/faults/readers.py.

    Without a broker of the test's own it is the one of this environment."""
    parts = urlsplit(settings.DATABASE_URL)
    database = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    own = {
        "DATABASE_URL": database,
        "BROKER_URL": broker.url if broker else settings.BROKER_URL,
        "EVENT_SUBSCRIPTIONS": "tests.faults.readers",
        "EVENT_QUEUE": "faults.events",
        "TASK_QUEUE": "faults.tasks",
        "LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }
    return {key: value for key, value in os.environ.items() if key != "TEST_DATABASE_NAME"} | own


def number(name: str, default: int) -> int:
    """A size that ``make chaos`` raises."""
    return int(os.environ.get(name, default))
