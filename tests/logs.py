"""What a part of the code logs, however the loggers were set up before."""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import structlog
from structlog.testing import LogCapture

from core import parts
from scrm_customer import embedded
from wecom import daemon


@contextmanager
def captured() -> Iterator[list[MutableMapping[str, Any]]]:
    """The entries of the loops' own loggers, which otherwise remember how they were set up when first used."""
    kept = LogCapture()
    fresh = structlog.wrap_logger(structlog.PrintLogger(), processors=[kept])
    with patch.object(parts, "_log", fresh), patch.object(daemon, "_log", fresh), patch.object(embedded, "_log", fresh):
        yield kept.entries
