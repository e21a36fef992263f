"""Making, changing, filling in, retiring and taking away in any order: the tables hold what a dictionary would."""

import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from core.errors import RuleViolation
from corps.actors import SYSTEM
from customers import custom, lifecycle
from customers.custom import showing
from customers.custom.kinds import CHOOSING
from customers.custom.options import Wanted
from customers.models import (
    CustomChange,
    CustomChosen,
    Customer,
    CustomField,
    CustomOption,
    CustomValue,
)
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.customers.custom.common import AS, K, held

KEYS = ("a", "b", "c", "d")
LABELS = ("甲", "乙", "丙")
KINDS = (K.TEXT, K.NUMBER, K.FLAG, K.CHOICE, K.CHOICES)


@dataclass
class Known:
    """What ought to be there of one field."""

    key: str
    kind: int
    active: bool = True
    # Label → (id, in use).
    options: dict[str, tuple[int, bool]] = field(default_factory=dict)


@dataclass
class Model:
    """What ought to be there."""

    fields: dict[int, Known] = field(default_factory=dict)
    # (customer, field) → what it holds, as the tables have it.
    values: dict[tuple[int, int], Any] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    ever: set[int] = field(default_factory=set)
    changes: int = 0
    told: list[str] = field(default_factory=list)


class Machine:
    def __init__(self, cast: Cast, seed: int) -> None:
        self.dice, self.cast, self.model = random.Random(seed), cast, Model()
        for _n in range(3):
            self.model.versions[make.customer(cast.corp).pk] = 1

    # --- The set ---

    def create(self) -> None:
        key, kind = self.dice.choice(KEYS), self.dice.choice(KINDS)
        taken = key in {known.key for known in self.model.fields.values()}
        options = [Wanted(label) for label in LABELS[: self.dice.randint(1, 3)]] if kind in CHOOSING else []
        given = {"subject": "customer", "key": key, "name": f"字段{key}", "kind": kind, "options": options}
        row = self.refused(
            "custom_field_exists" if taken else "", custom.create_field, corp_id=self.cast.corp.pk, **given
        )
        if row:
            self.model.fields[row.pk] = Known(key, kind)
            self.model.told.append("custom_field.created")
            self.look_at_options(row.pk)

    def switch(self) -> None:
        if pk := self.any_field():
            known = self.model.fields[pk]
            active = self.dice.random() < 0.7
            self.refused("", custom.update_field, field=CustomField.objects.get(pk=pk), active=active)
            if active != known.active:
                known.active = active
                self.model.told.append("custom_field.updated")

    def offer(self) -> None:
        pk = self.any_field()
        if not pk or self.model.fields[pk].kind not in CHOOSING:
            return
        known = self.model.fields[pk]
        wanted = self.dice.sample(LABELS, self.dice.randint(1, 3))
        before = list(CustomOption.objects.filter(field_id=pk).values())
        row = CustomField.objects.get(pk=pk)
        self.refused("", custom.update_field, field=row, options=[Wanted(label) for label in wanted])
        after = list(CustomOption.objects.filter(field_id=pk).values())
        if before != after:
            self.model.told.append("custom_field.updated")
        chosen = self.chosen_of(pk)
        for label, (option, _active) in known.options.items():
            stays = label in wanted or option in chosen
            assert CustomOption.objects.filter(pk=option).exists() is stays
        self.look_at_options(pk)
        assert {label for label, (_id, active) in known.options.items() if active} == set(wanted)

    def several(self) -> None:
        """A choice becomes one of several, which loses nothing."""
        pk = self.any_field()
        if pk and self.model.fields[pk].kind == K.CHOICE:
            self.refused("", custom.update_field, field=CustomField.objects.get(pk=pk), kind=K.CHOICES)
            self.model.fields[pk].kind = K.CHOICES
            self.model.told.append("custom_field.updated")

    def unlike(self) -> None:
        pk = self.any_field()
        if pk and self.model.fields[pk].kind == K.FLAG and any(f == pk for _c, f in self.model.values):
            self.refused("kind_unlike", custom.update_field, field=CustomField.objects.get(pk=pk), kind=K.TEXT)

    def take_away(self) -> None:
        if pk := self.any_field():
            code = "custom_field_in_use" if pk in self.model.ever else ""
            self.refused(code, custom.delete_field, field=CustomField.objects.get(pk=pk))
            if not code:
                del self.model.fields[pk]
                self.model.told.append("custom_field.deleted")

    # --- Values ---

    def fill_in(self) -> None:
        customer, pk = self.dice.choice(sorted(self.model.versions)), self.any_field()
        if not pk:
            return
        known = self.model.fields[pk]
        raw, meant = self.value_for(known)
        code = self.why_not(customer, pk, known, meant)
        row = Customer.objects.get(pk=customer)
        self.refused(code, custom.set_values, customer=row, values={known.key: raw})
        if code or self.model.values.get((customer, pk)) == meant:
            return
        self.model.values[customer, pk] = meant
        if meant is None:
            del self.model.values[customer, pk]
        self.model.ever.add(pk)
        self.model.changes += 1
        self.model.versions[customer] += 1
        self.model.told.append("customer.field.changed")

    def delete(self) -> None:
        customer = self.dice.choice(sorted(self.model.versions))
        if customer not in self.model.deleted and self.dice.random() < 0.2:
            lifecycle.delete(customer=Customer.objects.get(pk=customer), **AS)
            self.model.deleted.add(customer)
            self.model.versions[customer] += 1
            self.model.told.append("customer.deleted")

    # --- Helpers ---

    def value_for(self, known: Known) -> tuple[Any, Any]:
        """What is sent, and what is held then."""
        if self.dice.random() < 0.2:
            return None, None
        ids = [option for option, _active in known.options.values()]
        match known.kind:
            case K.TEXT:
                text = self.dice.choice(["x", "X", "é", "😀"])
                return f" {text} ", text
            case K.NUMBER:
                number = self.dice.choice([0, 1, 2])
                return str(number), number
            case K.FLAG:
                flag = self.dice.random() < 0.5
                return flag, int(flag)
            case K.CHOICE:
                one = self.dice.choice(ids)
                return one, (one,)
        some = self.dice.sample(ids, self.dice.randint(1, len(ids)))
        return some, tuple(sorted(some))

    def why_not(self, customer: int, pk: int, known: Known, meant: Any) -> str:
        if customer in self.model.deleted:
            return "customer_deleted"
        if not known.active:
            return "custom_field_retired"
        if known.kind in CHOOSING and meant:
            retired = {option for option, active in known.options.values() if not active}
            if retired & (set(meant) - set(self.model.values.get((customer, pk)) or ())):
                return "custom_values_invalid"
        return ""

    def chosen_of(self, pk: int) -> set[int]:
        return {option for (_customer, f), chosen in self.model.values.items() if f == pk for option in chosen}

    def look_at_options(self, pk: int) -> None:
        rows = CustomOption.objects.filter(field_id=pk)
        self.model.fields[pk].options = {row.label: (row.pk, row.active) for row in rows}

    def any_field(self) -> int | None:
        return self.dice.choice(sorted(self.model.fields)) if self.model.fields else None

    def refused(self, code: str, act: Any, **given: Any) -> Any:
        if not code:
            return act(**given, **AS)
        with pytest.raises(RuleViolation) as refusal:
            act(**given, **AS)
        assert refusal.value.code == code
        return None

    def check(self) -> None:
        model = self.model
        assert dict(Customer.objects.values_list("pk", "version")) == model.versions
        rows = CustomField.objects.values_list("pk", "key", "kind", "active")
        assert {pk: rest for pk, *rest in rows} == {pk: [k.key, k.kind, k.active] for pk, k in model.fields.items()}
        found = {
            (customer, pk): held(Customer(pk=customer), known.key)
            for customer in model.versions
            for pk, known in model.fields.items()
        }
        assert {place: value for place, value in found.items() if value is not None} == model.values
        assert CustomValue.objects.count() == len(model.values)
        chosen = sum(len(value) for value in model.values.values() if isinstance(value, tuple))
        assert CustomChosen.objects.count() == chosen
        assert CustomChange.objects.count() == model.changes
        told = OutboxEvent.objects.exclude(name__in=["customer.created", "customer.followed"]).order_by("pk")
        assert list(told.values_list("name", flat=True)) == model.told
        self.check_wire()

    def check_wire(self) -> None:
        """The detail shows what is in use, and nothing else."""
        customers = [{"id": pk, "follows": []} for pk in self.model.versions]
        showing.include(customers, actor=SYSTEM)
        for customer in customers:
            mine = {f for c, f in self.model.values if c == customer["id"] and self.model.fields[f].active}
            assert set(customer["customFields"]) == {self.model.fields[f].key for f in mine}


@pytest.mark.parametrize("seed", range(4))
def test_the_tables_hold_what_ought_to_be_there(cast: Cast, seed: int) -> None:
    machine = Machine(cast, seed)
    acts = [machine.create, machine.switch, machine.offer, machine.several, machine.unlike, machine.take_away]
    acts += [machine.fill_in] * 8 + [machine.delete]
    for _step in range(60):
        machine.dice.choice(acts)()
        machine.check()
