"""A person of the company who looks at pages, and a service that asks the API, without HTTP between."""

import re
from collections.abc import Callable

from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from bench import account, inprocess
from corps.choices import Role
from corps.models import Corp, User

# What says who is asking: sessions, people, keys.
_IDENTITY = re.compile(r"\b(django_session|console_user|api_key|api_account)\b")
_TABLE = re.compile(r'\b(?:FROM|JOIN|UPDATE|INTO) [`"]?([a-z_]+)')


def console(corp: Corp) -> Callable[[str], bytes]:
    """A function that opens pages of the console as the company's administrator. Raises SystemExit for a refusal."""
    user, _new = User.objects.get_or_create(username="bench", defaults={"corp": corp, "role": Role.ADMIN})
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")

    def look(url: str) -> bytes:
        answer = client.get(url)
        if answer.status_code != 200:
            raise SystemExit(f"{url}: {answer.status_code} {answer.headers.get('Location', '')}")
        return answer.content

    return look


def service() -> Callable[[str], bytes]:
    """A function that asks the API."""
    return inprocess._asker(WSGIHandler(), f"Api-Key {account.issue()}")


def own(statements: list[str]) -> list[str]:
    """Those that are an answer's own: without transactions, and without finding out who is asking."""
    return [sql for sql in statements if tables(sql) and not _IDENTITY.search(sql)]


def tables(sql: str) -> set[str]:
    """The tables that a statement names."""
    return set(_TABLE.findall(sql))
