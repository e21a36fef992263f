from collections.abc import Sequence
from typing import Any

import pytest

from corps import mirrored
from corps.models import Employee
from customers.models import Customer, TransferItem, TransferJob
from customers.transfers import choosing, running, sheet
from tests import make
from tests.conftest import Cast

BY: Any = {"source": "operator"}


class Bench:
    """Customers of ``owner``, whom ``colleague`` may take over."""

    def __init__(self, cast: Cast, customers: int = 3) -> None:
        self.cast = cast
        self.customers = [make.customer(cast.corp, cast.owner) for _n in range(customers)]
        self.by = cast.actor("admin")

    def draw(self, *takers: Employee, some: Sequence[Customer] | None = None, **fields: Any) -> TransferJob:
        given = {"handover": self.cast.owner, "by": self.by, **BY} | fields
        chosen = choosing.Chosen([row.pk for row in (self.customers if some is None else some)])
        return sheet.create(takers=list(takers or [self.cast.colleague]), chosen=chosen, **given)

    def start(self, job: TransferJob | None = None) -> TransferJob:
        return running.start(job=job or self.draw(), by=self.by, **BY)

    def told(self, job: TransferJob) -> list[tuple[str, str]]:
        return list(job.items.order_by("pk").values_list("state", "reason"))

    def first(self, job: TransferJob) -> TransferItem:
        item = job.items.order_by("pk").first()
        assert item
        return item


@pytest.fixture
def bench(cast: Cast) -> Bench:
    type(cast.corp).objects.filter(pk=cast.corp.pk).update(mirrored=True)
    mirrored.forget()
    return Bench(cast)
