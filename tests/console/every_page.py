"""Every address of the console, computed from its URL table, so that a new page is looked at without being named."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from django.db import models
from django.test import Client
from django.urls import get_resolver

from tests import world

# Not pages: they leave the console, or answer another address of it.
_NO_PAGES = re.compile(r"^admin/(?:r/|log(?:in|out)/|jsi18n/|autocomplete/|search/)|/<path:object_id>/$|\(\?P<url>")
_MODEL = re.compile(r"^admin/(\w+)/(\w+)/")


def addresses(rows: dict[str, Any]) -> list[str]:
    """All addresses of the console that can be filled from ``rows``, one row of each ``app.model``.

    An address with an id below the row's own (a file, a key) is left out: its page is that of the row.
    """
    found = {"/admin/"}
    for route in _routes(get_resolver().url_patterns):
        if not route.startswith("admin/") or _NO_PAGES.search(route):
            continue
        model = _MODEL.match(route)
        if "<path:object_id>" in route and model:
            row = rows.get(f"{model[1]}.{model[2]}")
            if row is None:
                continue
            route = route.replace("<path:object_id>", str(row.pk))
        if "<" not in route:
            found.add(f"/{route}")
    return sorted(found)


def is_page(answer: Any) -> bool:
    """Whether it is a whole page to look at, and no file, no part of a page, no way on to another."""
    html = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    return html and not answer.streaming and b"<html" in answer.content


def pages(client: Client, rows: dict[str, Any]) -> list[str]:
    """The addresses that are pages for whoever is in this client."""
    return [address for address in addresses(rows) if is_page(client.get(address))]


def kind(address: str) -> str:
    """What pages have in common that come from one template: ``history``, ``change``; a list is of its own kind."""
    parts = [part for part in address.split("/") if part]
    return address if len(parts) <= 3 else parts[-1]


def to_look_at(addresses: list[str]) -> list[str]:
    """Of histories and deletions, which are the theme's and alike for all, one each; of the rest all."""
    alike: dict[str, str] = {}
    for address in addresses:
        if kind(address) in ("history", "delete"):
            alike.setdefault(kind(address), address)
    return [address for address in addresses if alike.get(kind(address), address) == address]


# Of which the form is known and checked: an address is made of it.
_FORMED = {"WecomApp.corpid"}


def fill(rows: dict[str, Any], texts: Iterator[str]) -> int:
    """Write the next of ``texts``, cut to its column, into each column of each row that holds free text.

    Returns: how many columns were filled.
    """
    filled = 0
    for row in rows.values():
        columns = [f for f in row._meta.concrete_fields if world.takes_text(row, f) and not _is_formed(row, f)]
        given = {column.attname: next(texts)[: column.max_length] for column in columns}
        if given:
            type(row)._base_manager.filter(pk=row.pk).update(**given)
            filled += len(given)
    return filled


def _is_formed(row: models.Model, column: models.Field) -> bool:
    return isinstance(column, models.JSONField) or f"{type(row).__name__}.{column.name}" in _FORMED


class _Text(HTMLParser):
    """What a person reads of a page: its text, without what is code to be copied."""

    SILENT = frozenset({"script", "style", "pre", "code", "template"})
    SYMBOL = "material-symbols"

    def __init__(self) -> None:
        super().__init__()
        self.silent: list[str] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        symbol = self.SYMBOL in (dict(attrs).get("class") or "")
        if (self.silent and tag == self.silent[0]) or (not self.silent and (tag in self.SILENT or symbol)):
            self.silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.silent and tag == self.silent[0]:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.said.append(" ".join(data.split()))


def said(content: str) -> list[str]:
    """The pieces of text on a page, in its order."""
    parser = _Text()
    parser.feed(content)
    return parser.said


def _routes(patterns: list[Any], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route
