"""Whatever changes what an atom is read from raises the customer's ``update_time``: folded bitmaps are the record.

The machines of the rules and of the mirror do here what they do there, and the bitmaps follow every step.
"""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from corps.actors import SYSTEM
from corps.models import Corp
from customers import bulk
from customers.beginning import Wanted, create_all
from customers.models import Customer
from customers.tagging_together import Asked, add_all
from segments.bitmaps import building
from segments.bitmaps.folding import fold
from segments.bitmaps.packing import Maps
from segments.models import BitmapIndex
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring.readings import end, follow, person, read
from tests.customers.mirroring.test_machine import MirrorMachine
from tests.customers.test_write_machine import CustomerMachine
from tests.segments.bitmaps.world import held, recorded
from tests.source import SERVICE, text

# Who writes customers, relations and tags by hand. A new one belongs into a test below before it belongs here.
WRITERS = {
    "customers/beginning.py",
    "customers/blacklist.py",
    # How a row was made is no atom.
    "customers/history/forgetting.py",
    "customers/lifecycle.py",
    # A merge and its undoing, and an erasure, stamp each record that they change.
    "customers/merging/merging.py",
    # What the search sees of merged records is no atom.
    "customers/merging/wording.py",
    "customers/mirroring/storing.py",
    "customers/privacy/erasing.py",
    "customers/relations.py",
    # A remark is no atom, what the search sees neither.
    "customers/remarks.py",
    "customers/stages/setting.py",
    "customers/tagging.py",
    "customers/tagging_together.py",
    # That a transfer failed changes the version alone.
    "customers/transfers/failing.py",
    "customers/transfers/settling.py",
    "customers/upkeep.py",
    "scrm_customer/demo_extras.py",
    "scrm_customer/demo_stages.py",
    # Which run of a sync missed a relation is no atom.
    "wecom/sync/missing.py",
}
_BY_ORM = r"\b(Customer|FollowRelation|CustomerTag)\.(objects|_\w+_manager)\b[^\n]*\.(bulk_)?(update|delete|create)\("
_BY_SQL = r"(UPDATE|INSERT INTO|DELETE FROM) (customer|follow_relation|customer_tag_relation|\{table\})\b"
_BY_ROWS = r"\brows\.(update\(\w+, \[|insert\w*\((customer|made))|\bcustomer\.save\("
_BY_MANY = r"\b(insert_many|_upsert|delete)\(\"(customer|follow_relation|customer_tag_relation)\""


def followed(corp: Corp) -> Maps:
    """What the record says, which is what the bitmaps say once they are folded."""
    fold(corp)
    assert held(corp) == recorded(corp)
    return recorded(corp)


def test_who_writes_the_tables_of_the_atoms_is_known() -> None:
    writing = re.compile("|".join((_BY_ORM, _BY_SQL, _BY_ROWS, _BY_MANY)))
    assert {str(path) for path in SERVICE if writing.search(text(path))} == WRITERS


def test_bitmaps_follow_what_is_made_and_tagged_together(cast: Cast) -> None:
    building.build(cast.corp)
    asked = [
        Wanted(cast.corp.pk, f"wm{n}", SYSTEM, {"city": "深圳", "follow_user_id": cast.owner.pk}) for n in range(2)
    ]
    made = create_all(asked, source="api")
    found = followed(cast.corp)
    assert {row.pk for row in made} <= set(found["city=深圳;"] & found[f"relation={cast.owner.pk};"])
    tag, by = make.tag(make.group(cast.corp)), make.service(cast.corp)
    add_all([Asked(row.pk, (tag.pk,), by) for row in made], source="api")
    assert set(followed(cast.corp)[f"tag={tag.pk};"]) == {row.pk for row in made}


def test_bitmaps_follow_what_is_read_of_wecom(cast: Cast) -> None:
    corp, lina = cast.corp, make.employee(cast.corp, userid="lina")
    make.employee(corp, userid="wang")
    tag = make.tag(make.group(corp), wecom_id="etA")
    building.build(corp)
    read(corp, follow("wmA", "lina", state="qr", tags=("etA",)), follow("wmB", "lina"), ticket=1)
    row = Customer.objects.get(external_userid="wmA")
    found = followed(corp)
    assert row.pk in found["channel=qr;"] & found[f"tag={tag.pk};"] & found[f"relation={lina.pk};"]
    read(corp, follow("wmA", "lina", state="qr"), ticket=2, people=[person("wmA", gender=2)])
    found = followed(corp)
    assert f"tag={tag.pk};" not in found
    assert row.pk in found["gender=2;"]
    read(corp, follow("wmA", "wang", added=3), ticket=3)
    assert row.pk in followed(corp)[f"relation={lina.pk};"]
    end(corp, "wmA", "lina", "employee", 5, ticket=4)
    found = followed(corp)
    assert row.pk not in found[f"relation={lina.pk};"]
    assert row.pk in found["status=1;"] - found[f"followUser={lina.pk};"]
    end(corp, "wmA", "wang", "customer", 6, ticket=5)
    assert row.pk in followed(corp)["status=2;"]
    read(corp, follow("wmB", "wang"), ticket=6, whole=["wmB"])
    other = Customer.objects.get(external_userid="wmB")
    assert other.pk not in followed(corp).get(f"relation={lina.pk};", ())


def test_bitmaps_follow_acts_on_many_customers(cast: Cast) -> None:
    corp, tag = cast.corp, make.tag(make.group(cast.corp))
    rows = [make.customer(corp, cast.owner) for _ in range(3)]
    building.build(corp)
    ids = [row.pk for row in rows]
    bulk.change_tags(customer_ids=ids, add=[tag.pk], remove=[], by=cast.actor("admin"), source="api")
    assert list(followed(corp)[f"tag={tag.pk};"]) == ids


class Followed:
    """Beside a machine: the bitmaps of its company, folded after each step."""

    corp: Any

    @invariant()
    def bitmaps_say_what_the_record_says(self) -> None:
        if not BitmapIndex.objects.filter(corp=self.corp).exists():
            building.build(self.corp)
        followed(self.corp)


class FollowedRules(Followed, CustomerMachine):
    pass


class FollowedMirror(Followed, MirrorMachine):
    pass


@pytest.mark.slow
@pytest.mark.parametrize("machine", [FollowedRules, FollowedMirror])
def test_bitmaps_follow_any_sequence_of_acts_and_readings(db: None, machine: Any) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
