"""A person with several records is found by the words of each, and shown once."""

from typing import Any

import pytest

from corps.actors import SYSTEM
from corps.choices import Masking
from customers import lifecycle, merging, remarks
from customers.models import Customer
from customers.privacy.erasing import erase
from customers.search import keys_of, normalise
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.mirroring.readings import follow, person, read, the

AS: Any = {"by": SYSTEM, "source": "operator"}


def found(cast: Cast, word: str) -> list[tuple[int, int]]:
    """(id, records merged into it) of those whom the list of the API finds."""
    rows = api.client(cast.corp).get("/api/v1/customers", {"keyword": word}).json()["list"]
    return sorted((row["id"], row["mergedCount"]) for row in rows)


@pytest.fixture
def pair(cast: Cast) -> tuple[Customer, Customer]:
    """Two records of WeCom; the other has a remark and a mobile noted."""
    noted = {"remark": "老王工厂", "remark_mobiles": ("13900000009",)}
    people = [person("wmA", name="王小明"), person("wmB", name="Dragon")]
    read(cast.corp, follow("wmA", cast.owner.userid), follow("wmB", cast.colleague.userid, **noted), ticket=1)
    read(cast.corp, ticket=2, people=people)
    return the("wmA"), the("wmB")


@pytest.mark.parametrize("word", ["dragon", "ag", "工厂", "老王工厂", "13900000009", "王小", "王"])
def test_any_records_words_find_the_person_once_until_they_are_parted(
    cast: Cast, pair: tuple[Customer, Customer], word: str
) -> None:
    kept, other = pair
    before = found(cast, word)
    assert before
    row = merging.merge(kept=kept, others=[other], **AS)
    assert found(cast, word) == [(kept.pk, 1)]
    merging.undo(merge=row, **AS)
    assert found(cast, word) == before


def test_two_merges_add_up_and_are_taken_back_one_by_one(cast: Cast, pair: tuple[Customer, Customer]) -> None:
    kept, other = pair
    third = make.customer(cast.corp, name="Phoenix")
    first = merging.merge(kept=kept, others=[other], **AS)
    second = merging.merge(kept=Customer.objects.get(pk=kept.pk), others=[third], **AS)
    assert found(cast, "dragon") == found(cast, "phoenix") == [(kept.pk, 2)]
    merging.undo(merge=first, **AS)
    assert (found(cast, "dragon"), found(cast, "phoenix")) == ([(other.pk, 0)], [(kept.pk, 1)])
    merging.undo(merge=second, **AS)
    assert found(cast, "phoenix") == [(third.pk, 0)]


def test_changes_of_the_kept_record_leave_the_others_words(cast: Cast, pair: tuple[Customer, Customer]) -> None:
    kept, other = pair
    merging.merge(kept=kept, others=[other], **AS)
    lifecycle.update(customer=kept, name="王大明", **AS)
    remarks.change_remark(customer=kept, employee_id=cast.owner.pk, remark="大客户", **AS)
    read(cast.corp, follow("wmA", cast.owner.userid, remark="超大"), ticket=5, people=[person("wmA", name="王中明")])
    assert found(cast, "dragon") == found(cast, "王中明") == [(kept.pk, 1)]
    assert found(cast, "王大明") == found(cast, "王小明") == []


def test_what_wecom_changes_of_a_merged_record_is_searched_for_at_once(
    cast: Cast, pair: tuple[Customer, Customer]
) -> None:
    kept, other = pair
    merging.merge(kept=kept, others=[other], **AS)
    version = Customer.objects.get(pk=kept.pk).version
    both = follow("wmB", cast.colleague.userid, remark="搬家了", remark_mobiles=("13900000009",))
    read(cast.corp, both, ticket=5, people=[person("wmB", name="Tiger")])
    assert found(cast, "tiger") == found(cast, "搬家了") == found(cast, "13900000009") == [(kept.pk, 1)]
    assert found(cast, "dragon") == found(cast, "老王工厂") == []
    # What the kept record shows of itself is as it was.
    assert Customer.objects.get(pk=kept.pk).version == version


def test_an_erased_records_words_find_nobody(cast: Cast, pair: tuple[Customer, Customer]) -> None:
    kept, other = pair
    merging.merge(kept=kept, others=[other], **AS)
    admin = cast.actor("admin")
    erase(customer=Customer.objects.get(pk=other.pk), reason="asked", by=admin, source="operator")
    assert found(cast, "dragon") == found(cast, "13900000009") == []
    assert "dragon" not in Customer.objects.get(pk=kept.pk).search_text
    assert found(cast, "王小明") == [(kept.pk, 1)]


def test_an_erased_kept_record_learns_no_words_again(cast: Cast, pair: tuple[Customer, Customer]) -> None:
    kept, other = pair
    merging.merge(kept=kept, others=[other], **AS)
    erase(customer=Customer.objects.get(pk=kept.pk), reason="asked", by=cast.actor("admin"), source="operator")
    read(cast.corp, follow("wmB", cast.colleague.userid), ticket=5, people=[person("wmB", name="Tiger")])
    row = Customer.objects.get(pk=kept.pk)
    assert (row.search_text, row.merged_text) == ("", "")


def test_digits_of_a_number_that_is_starred_out_are_not_spelled_out(
    cast: Cast, pair: tuple[Customer, Customer]
) -> None:
    kept, other = pair
    cast.corp.masking = Masking.OTHERS
    cast.corp.save()
    merging.merge(kept=kept, others=[other], **AS)
    owner = cast.actor("owner")

    def hits(word: str) -> list[int]:
        rows = Customer.objects.visible_to(owner).alive()
        found = rows.matching(keys_of(word), normalise(word), whole_for=owner)
        return list(found.values_list("pk", flat=True))

    assert hits("13900000009") == [kept.pk]
    assert hits("1390000") == []


def test_the_console_s_list_says_how_many_records_there_are(cast: Cast, pair: tuple[Customer, Customer]) -> None:
    kept, other = pair
    merging.merge(kept=kept, others=[other], **AS)
    content = entered(cast.users["admin"]).get(page(Customer, "changelist"), {"q": "dragon"}).content.decode()
    assert "2 条记录" in content
    assert "王小明" in content
    assert "Dragon" not in content
