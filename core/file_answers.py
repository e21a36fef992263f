"""How a file leaves: to be kept, never to be run by a browser. The door has looked whether it may."""

from typing import Any

from django.http import FileResponse

from core.errors import NotFound


def answer(row: Any) -> FileResponse:
    """The file of a row with ``file``, ``name`` and ``content_type``, piece by piece. Raises NotFound where storage has
    lost it."""
    try:
        opened = row.file.storage.open(str(row.file.name), "rb")
    except FileNotFoundError:
        raise NotFound from None
    sent = FileResponse(opened, as_attachment=True, filename=row.name, content_type=row.content_type)
    sent.headers["X-Content-Type-Options"] = "nosniff"
    sent.headers["Cache-Control"] = "private, no-store"
    sent.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return sent
