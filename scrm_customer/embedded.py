"""The one-process mode: web, relay, worker, beat and the mirror as threads of one process, to try out and develop."""

import logging
import os
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import structlog
from celery.app.trace import setup_worker_optimizations
from celery.beat import EmbeddedService
from celery.worker import state as worker_state
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from waitress.server import create_server

from core.parts import Part, stop_all
from messaging.consumer import EventConsumer
from messaging.relay import Relay
from scrm_customer.celery import app
from wecom import daemon

_log = structlog.get_logger("scrm.embedded")
_WEB_THREADS, _TASK_THREADS = 8, 2
_PATIENCE = 10.0
# They report as warnings what is usual here: a queue in memory, a browser that goes away.
_TALKATIVE = ("kombu.connection", "waitress", "waitress.queue")


class Service:
    """The web server, listening from the start, and the parts beside it.

    Raises:
        OSError: the address can't be listened on.
    """

    def __init__(self, host: str, port: int) -> None:
        # Files come from where they lie; the folder that production collects them in is expected all the same.
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        self._web = create_server(get_wsgi_application(), host=host, port=port, threads=_WEB_THREADS, ident="")
        beat: Any = EmbeddedService(app, thread=True, scheduler_cls=app.conf.beat_scheduler)
        self._parts = [
            Part("relay", lambda stopping: Relay().run(stopping)),
            Part("worker", _work, hurry=_stop_working),
            Part("beat", lambda _stopping: beat.service.start(), hurry=beat.service.stop),
            *daemon.parts(),
        ]
        # Without a broker the relay lays the events into the inbox itself.
        if not settings.EMBEDDED_BROKER:
            self._parts.append(Part("consumer", lambda stopping: EventConsumer().run(stopping)))

    def run(self) -> None:
        """Serve until SIGTERM or Ctrl-C, then end every part."""
        signal.signal(signal.SIGTERM, _interrupt)
        signal.signal(signal.SIGINT, _interrupt)
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.ERROR)
        for part in self._parts:
            part.start()
        self._web.run()
        # A second Ctrl-C ends the process at once.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        self._stop()

    def _stop(self) -> None:
        # Refused at once: a caller of this very process, the sandbox, would wait for an answer that never comes.
        self._web.close()
        if late := stop_all(self._parts, patience=_PATIENCE):
            _log.warning("stopped_hard", parts=late)
            # Python would wait for their threads without end.
            os._exit(1)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _work(_stopping: threading.Event) -> None:
    worker_state.should_stop = None
    hostname = f"embedded@{os.getpid()}"
    # Without it an embedded worker silently drops every retry.
    setup_worker_optimizations(app, hostname)
    worker = app.WorkController(
        app=app,
        hostname=hostname,
        pool_cls="threads",
        concurrency=_TASK_THREADS,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()


def _stop_working() -> None:
    worker_state.should_stop = os.EX_OK  # type: ignore[assignment]
