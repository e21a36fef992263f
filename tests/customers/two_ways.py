"""Django's handler and the short cut around it, asked the same."""

from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIHandler

from customers.api.express import Express

Answer = tuple[str, list[tuple[str, str]], bytes]


class Ways:
    """Django's handler, bare and behind the short cut, which notes what it hands over."""

    def __init__(self) -> None:
        self.django, self.handed_over = WSGIHandler(), 0
        self.express = Express(self._counted)

    def _counted(self, environ: dict[str, Any], start: Any) -> Any:
        self.handed_over += 1
        return self.django(environ, start)

    def ask(self, way: Any, path: str, **headers: Any) -> Answer:
        said: list[Any] = []
        environ = ENVIRON | {"PATH_INFO": path, "wsgi.input": BytesIO()} | headers
        body = way(environ, lambda status, given, *_more: said.append((status, list(given))))
        return (*said[0], b"".join(body))

    def both(self, path: str, **headers: Any) -> tuple[Answer, Answer]:
        return self.ask(self.django, path, **headers), self.ask(self.express, path, **headers)


ENVIRON = {
    "REQUEST_METHOD": "GET",
    "SERVER_NAME": "testserver",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "testserver",
    "REMOTE_ADDR": "127.0.0.1",
    "SCRIPT_NAME": "",
    "QUERY_STRING": "",
    "wsgi.url_scheme": "http",
    "HTTP_X_REQUEST_ID": "the-same-for-both",
}


def posted(body: bytes, **more: Any) -> dict[str, Any]:
    """What a POST of JSON adds to ``ENVIRON``."""
    return {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    } | more
