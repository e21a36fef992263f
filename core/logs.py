"""Structured logs: one line an event, JSON in production, with the request id and without secrets or personal data."""

import logging.config
from contextvars import ContextVar
from typing import Any

import structlog

request_id: ContextVar[str] = ContextVar("request_id", default="")


def configure(settings: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG. ``settings``: ``level``, and ``json`` for machines instead of people."""
    shared = [structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, _with_request_id]
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if settings["json"] else _plain()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            renderer,
        ],
        "foreign_pre_chain": shared,
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"structured": formatter},
            "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["console"], "level": settings["level"]},
            "loggers": {"django": {"level": settings["level"]}, "amqp": {"level": "WARNING"}, "httpx": {"level": "WARNING"}},
        }
    )


def _plain() -> Any:
    return structlog.dev.ConsoleRenderer(colors=False)


def _with_request_id(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    if value := request_id.get():
        event["request_id"] = value
    return event
