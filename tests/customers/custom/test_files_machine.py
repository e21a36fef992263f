"""Files in the fields of customers, against a model: however they are sent, kept, taken out and swept."""

import datetime as dt
import random
from typing import Any

import pytest
from django.core.files.storage import default_storage

from core.errors import RuleViolation
from core.time import now
from customers import custom
from customers.custom import filing, uploading
from customers.custom.entries import MOST_FILES, Entries
from customers.models import Customer, CustomFile, CustomValue
from tests import make
from tests.conftest import Cast
from tests.customers.custom.common import AS, K

_STEPS, _SEEDS = 40, (1, 2, 3)


class Model:
    """What is where, by a dictionary: (customer, key) → ids of files; and which files there still are."""

    def __init__(self, cast: Cast) -> None:
        self.keys = ("papers", "pictures")
        for key in self.keys:
            make.custom_field(cast.corp, key, kind=K.FILES)
        self.customers = [make.customer(cast.corp, cast.owner) for _n in range(2)]
        self.held: dict[tuple[int, str], set[int]] = {}
        self.there: set[int] = set()

    def place(self, chance: Any) -> tuple[Customer, str]:
        row = Customer.objects.get(pk=chance.choice(self.customers).pk)
        return row, chance.choice(self.keys)

    def files(self, customer: Customer, key: str) -> set[int]:
        return self.held.setdefault((customer.pk, key), set())

    def send(self, chance: Any) -> None:
        customer, key = self.place(chance)
        mine = self.files(customer, key)
        if len(mine) == MOST_FILES:
            with pytest.raises(RuleViolation):
                make.custom_file(customer, key)
            # What was refused before it was kept leaves no row.
            return
        row = make.custom_file(customer, key, name=f"{chance.randint(1, 9)}.txt")
        mine.add(row.pk)
        self.there.add(row.pk)

    def take_out(self, chance: Any) -> None:
        customer, key = self.place(chance)
        mine = self.files(customer, key)
        if not mine:
            return
        pk = chance.choice(sorted(mine))
        uploading.take_out(customer=customer, row=CustomFile.objects.get(pk=pk), **AS)
        mine.discard(pk)

    def keep_some(self, chance: Any) -> None:
        customer, key = self.place(chance)
        mine = self.files(customer, key)
        stays = set(chance.sample(sorted(mine), chance.randint(0, len(mine))))
        changed = custom.set_values(customer=customer, values={key: sorted(stays)}, **AS)
        assert changed == ([key] if stays != mine else [])
        self.held[customer.pk, key] = stays

    def claim_anothers(self, chance: Any) -> None:
        customer, key = self.place(chance)
        foreign = self.there - self.files(customer, key)
        if not foreign:
            return
        with pytest.raises(RuleViolation) as refusal:
            custom.set_values(customer=customer, values={key: [chance.choice(sorted(foreign))]}, **AS)
        assert refusal.value.errors[0].code == "custom_file_unknown"

    def sweep(self, _chance: Any) -> None:
        CustomFile.objects.update(create_time=now() - dt.timedelta(hours=2))
        filing.sweep()
        self.there = set().union(*self.held.values())

    def check(self) -> None:
        rows = CustomValue.objects.select_related("field")
        assert {(row.customer_id, row.field.key): Entries.of(row.long_text).ids for row in rows} == {
            place: ids for place, ids in self.held.items() if ids
        }
        files = {row.pk: row for row in CustomFile.objects.select_related("field")}
        assert set(files) == self.there
        assert {(row.customer_id, row.field.key, pk) for pk, row in files.items() if row.field} == {
            (customer, key, pk) for (customer, key), ids in self.held.items() for pk in ids
        }
        assert all(default_storage.exists(str(row.file.name)) for row in files.values())


@pytest.mark.parametrize("seed", _SEEDS)
def test_files_are_where_they_were_put_and_nowhere_else(cast: Cast, seed: int) -> None:
    chance, model = random.Random(seed), Model(cast)
    acts = [model.send, model.send, model.send, model.take_out, model.keep_some, model.claim_anothers, model.sweep]
    for _n in range(_STEPS):
        chance.choice(acts)(chance)
    model.check()
