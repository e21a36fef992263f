"""Structured logs: one line an event, JSON in production, with the request id and without secrets or personal data."""

import datetime as dt
import logging.config
import sys
import time
import traceback
from contextvars import ContextVar
from typing import Any

import orjson
import structlog

from core import redaction

request_id: ContextVar[str] = ContextVar("request_id", default="")


def configure(settings: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG. ``settings``: ``level``, and ``json`` for machines instead of people."""
    shared: list[Any] = [structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, _with_request_id]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    structured = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _with_exception,
            redaction.redact,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _json if settings["json"] else structlog.dev.ConsoleRenderer(colors=False),
        ],
        "foreign_pre_chain": shared,
    }
    access = {"()": AccessJson if settings["json"] else AccessText}
    logging.config.dictConfig(_outputs(settings["level"], structured, access))


def _outputs(level: str, structured: dict[str, Any], access: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": structured, "access": access},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "structured"},
            "access": {"class": "logging.StreamHandler", "formatter": "access"},
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "scrm.access": {"handlers": ["access"], "propagate": False},
            "django": {"level": level},
            # It warns of every answer from 400 up, which the access line has told already.
            "django.request": {"level": "ERROR"},
            # They log addresses, which can hold a secret, at every call.
            "amqp": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
        },
    }


class AccessRecord(logging.LogRecord):
    """A request's line, without the look at stack, thread and process with which a record usually begins.

    To find those out was half of the line's price; they are of one record that was made once.
    """

    _same = vars(logging.LogRecord("scrm.access", logging.INFO, "", 0, "request", (), None))

    def __init__(self, line: dict[str, Any]) -> None:
        self.__dict__.update(self._same)
        self.args: Any = line
        self.created = time.time()


class AccessText(logging.Formatter):
    """``GET /api/v1/customers 200 12.3 ms``; the record's one argument is the dict that ``RequestContext`` made."""

    def format(self, record: logging.LogRecord) -> str:
        line: Any = record.args
        return f"{line['method']} {line['path']} {line['status']} {line['ms']} ms {request_id.get()}"


class AccessJson(logging.Formatter):
    """The same for machines. Apart from the other lines, because this one is written for every request."""

    def format(self, record: logging.LogRecord) -> str:
        line: Any = record.args
        whole = {
            "event": record.msg,
            **line,
            "request_id": request_id.get(),
            "level": "info",
            "logger": record.name,
            "timestamp": dt.datetime.fromtimestamp(record.created, dt.UTC),
        }
        return orjson.dumps(whole, option=orjson.OPT_UTC_Z).decode()


def _json(_logger: Any, _method: str, event: dict[str, Any]) -> str:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()


def _with_request_id(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    if value := request_id.get():
        event["request_id"] = value
    return event


def _with_exception(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    if error := _error(event.pop("exc_info", None)):
        event["exception"] = "".join(traceback.format_exception(error))
        for key in ("event", "exception"):
            event[key] = redaction.without_values(str(event[key]), error)
    return event


def _error(info: Any) -> BaseException | None:
    if isinstance(info, BaseException):
        return info
    return (info if isinstance(info, tuple) else sys.exc_info())[1] if info else None
