"""The application behind a real address, in threads of this process."""

import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

from wecom.sandbox.server import Dropped, Environ, Server, Start


class Served:
    """Listens from the start; serves between ``start`` and ``stop``, or inside ``with``.

    Args:
        port: 0 for any that is free.

    Raises:
        OSError: the address can't be listened on.
    """

    def __init__(self, server: Server, host: str = "127.0.0.1", port: int = 0, *, threads: int = 16) -> None:
        self._web: Any = create_server(_hung_up(server), host=host, port=port, threads=threads, ident="")
        self.url = f"http://{host}:{self._web.effective_port}"
        self._thread = threading.Thread(target=self._web.run, name="wecom-sandbox", daemon=True)

    def start(self) -> "Served":
        self._thread.start()
        return self

    def stop(self) -> None:
        # In the thread of its loop, which ends when nothing is left to watch.
        self._web.trigger.pull_trigger(lambda: wasyncore.close_all(self._web._map))
        self._thread.join(5)

    def __enter__(self) -> "Served":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _hung_up(server: Server) -> Any:
    def app(environ: Environ, start: Start) -> Iterable[bytes]:
        try:
            return server(environ, start)
        except Dropped:
            # A body shorter than announced makes the server close the connection, as a dropped one closes.
            start("200 OK", [("Content-Type", "application/json"), ("Content-Length", "64")])
            return [b"{"]

    return app
