"""A table of any length as a file, line by line: nothing of it is held in memory."""

import codecs
import csv
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.utils.translation import get_language, override

# Somebody who wants more narrows the days, or reads on by cursor.
MOST_ROWS = 100_000


class _Echo:
    """A file for the csv module that hands back what is written."""

    def write(self, line: str) -> str:
        return line


def as_csv(lines: Iterable[list[str]], name: str) -> StreamingHttpResponse:
    """An answer that downloads the lines as ``name``; the mark at its beginning makes spreadsheets read UTF-8."""
    answer = StreamingHttpResponse(_written(lines, get_language() or "en"), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _written(lines: Iterable[list[str]], language: str) -> Iterator[bytes]:
    writer, rest = csv.writer(_Echo()), iter(lines)
    yield codecs.BOM_UTF8
    # Written after the view has ended, and its language with it; between two lines the thread may do something else.
    while (line := _next(rest, language)) is not None:
        yield writer.writerow(line).encode()


def _next(lines: Iterator[list[str]], language: str) -> list[str] | None:
    with override(language):
        return next(lines, None)
