"""Placeholder for the page and the calls with which a developer moves the company."""

from typing import Any


def serve(server: Any, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
    return "404 Not Found", [], b""
