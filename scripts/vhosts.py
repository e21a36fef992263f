"""A broker's vhost for this run alone, made and taken away by rabbitmqctl."""

import shutil
import subprocess
from urllib.parse import urlsplit, urlunsplit

import probes


def own(url: str, name: str) -> str:
    """The broker's URL with a new vhost; as it was where this user may not make one, and the queues' names must do."""
    fresh = with_path(url, name)
    if _rabbitmqctl("add_vhost", name):
        _rabbitmqctl("set_permissions", "-p", name, urlsplit(url).username or "guest", ".*", ".*", ".*")
        # The tool may speak to another broker than the URL does.
        if probes.answers("BROKER_URL", fresh):
            return fresh
        _rabbitmqctl("delete_vhost", name)
    return url


def drop(name: str) -> None:
    _rabbitmqctl("delete_vhost", name)


def _rabbitmqctl(*words: str) -> bool:
    if not shutil.which("rabbitmqctl"):
        return False
    try:
        return subprocess.run(["rabbitmqctl", "-q", *words], capture_output=True, timeout=60).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def with_path(url: str, path: str) -> str:
    """The address of another database or vhost of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))
