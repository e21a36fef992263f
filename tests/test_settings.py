"""The settings as an installation meets them: each run reads the file anew, under an environment of its own."""

import os
import runpy
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "PRODUCTION": "1",
    "SECRET_KEY": "a key for tests alone: " + "Q7x!" * 10,
    "ALLOWED_HOSTS": "crm.example.com",
    "DATABASE_URL": "mysql://scrm:secret@db:3306/scrm",
    "REDIS_URL": "redis://redis:6379/0",
    "BROKER_URL": "amqp://scrm:secret@rabbitmq:5672/scrm",
}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Call it with the variables to set; gives the settings' names."""

    def settings(**variables: str) -> dict[str, Any]:
        for name in [n for n in os.environ if n != "PATH"]:
            monkeypatch.delenv(name)
        for name, value in {"DATA_DIR": str(tmp_path), **variables}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "scrm_customer" / "settings.py"))

    return settings


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "BROKER_URL"])
def test_production_does_not_start_without(name: str, read: Any) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        read(**{k: v for k, v in PRODUCTION.items() if k != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "ab" * 30),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "crm.example.com,*"),
        ("DATABASE_URL", "postgres://db/scrm"),
        ("DATABASE_URL", "scrm"),
        ("DATABASE_URL", "mysql://db:port/scrm"),
        ("REDIS_URL", "redis.example.com"),
        ("BROKER_URL", "http://rabbitmq"),
        ("BROKER_URL", "memory://"),
        ("API_RATE", "0"),
        ("API_RATE", "many"),
        ("DB_READ_TIMEOUT", "0"),
        ("HTTPS", "maybe"),
        ("OTP_REQUIRED", "soon"),
        ("LOG_LEVEL", "LOUD"),
        ("ACCESS_LOG", "?"),
    ],
)
def test_production_refuses_a_wrong_value_by_name(name: str, value: str, read: Any) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        read(**PRODUCTION | {name: value})


def test_production_is_closed_by_default(read: Any) -> None:
    settings = read(**PRODUCTION)
    assert settings["DEBUG"] is False
    assert settings["OTP_REQUIRED"] is True
    assert settings["SECURE_SSL_REDIRECT"] is True
    assert settings["SESSION_COOKIE_SECURE"] is settings["CSRF_COOKIE_SECURE"] is True
    assert settings["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert settings["ALLOWED_HOSTS"] == ["crm.example.com"]
    assert settings["LOGGING"]["json"] is True


def test_secrets_may_lie_in_files(read: Any, tmp_path: Path) -> None:
    names = ["SECRET_KEY", "DATABASE_URL", "BROKER_URL", "REDIS_URL"]
    for name in names:
        (tmp_path / name).write_text(PRODUCTION[name] + "\n")
    files = {f"{name}_FILE": str(tmp_path / name) for name in names}
    settings = read(**{k: v for k, v in PRODUCTION.items() if k not in names}, **files)
    assert settings["SECRET_KEY"] == PRODUCTION["SECRET_KEY"]
    assert settings["DATABASES"]["default"]["PASSWORD"] == "secret"
    assert settings["BROKER_URL"] == PRODUCTION["BROKER_URL"]


def test_options_of_the_database_address_are_kept_beside_ours(read: Any) -> None:
    address = PRODUCTION["DATABASE_URL"] + "?ssl_ca=/ca.pem"
    options = read(**PRODUCTION | {"DATABASE_URL": address})["DATABASES"]["default"]["OPTIONS"]
    assert options["ssl_ca"] == "/ca.pem"
    assert options["isolation_level"] == "read committed"


def test_without_any_variable_the_service_is_embedded(read: Any, tmp_path: Path) -> None:
    settings = read()
    assert settings["DATABASES"]["default"]["NAME"] == str(tmp_path / "scrm.sqlite3")
    assert settings["EMBEDDED_BROKER"] is True
    assert settings["REDIS_URL"] == ""
    assert settings["SECURE_SSL_REDIRECT"] is False


def test_the_development_key_is_random_private_and_kept(read: Any, tmp_path: Path) -> None:
    first = read()["SECRET_KEY"]
    assert len(first) >= 50
    assert read()["SECRET_KEY"] == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert [p.name for p in tmp_path.iterdir()] == ["secret_key"]


def test_processes_that_start_together_agree_on_the_development_key(read: Any, tmp_path: Path) -> None:
    make = read()["_development_key"]
    (tmp_path / "secret_key").unlink()
    barrier, keys = threading.Barrier(8), []

    def start() -> None:
        barrier.wait()
        keys.append(make())

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_the_deploy_check_is_clean(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **PRODUCTION}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_a_start_with_a_wrong_value_ends_with_one_sentence_that_names_it(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "API_RATE": "many"}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "API_RATE is 'many': write a whole number of 1 or more." in done.stderr
