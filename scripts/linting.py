"""What needs no test to be seen as wrong: style, types, order of imports, migrations, settings, the API's schema."""

import os
import secrets
from pathlib import Path

from steps import PY, Run


def lint(run: Run, data: dict[str, str]) -> None:
    """All steps that are no tests. ``data`` names the folder for what they write."""
    tools = Path(PY).parent
    run.step("ruff check", str(tools / "ruff"), "check", "--quiet", ".")
    run.step("ruff format", str(tools / "ruff"), "format", "--check", "--quiet", ".")
    # It takes as long as all the others.
    with run.beside("mypy", str(tools / "mypy"), ".", env=data):
        run.step("import order", str(tools / "lint-imports"), env=data)
        run.step("migrations are complete", PY, "manage.py", "makemigrations", "--check", "--dry-run", env=data)
        run.step("manage.py check", PY, "manage.py", "check", "--fail-level", "WARNING", env=data)
        deploy = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
        run.step("manage.py check --deploy, production settings", PY, *deploy, env=data | _production())
        schema = ("manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull)
        run.step("OpenAPI schema", PY, *schema, env=data)


def _production() -> dict[str, str]:
    return {
        "PRODUCTION": "1",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "scrm.example.com",
        "DATABASE_URL": "mysql://scrm:secret@db:3306/scrm",
        "REDIS_URL": "redis://redis:6379/0",
        "BROKER_URL": "amqp://scrm:secret@rabbitmq:5672/scrm",
    }
