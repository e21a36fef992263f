"""The console's pages of duplicates and merges: the list, the sheet of two, merging, dismissing, undoing."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import gettext

from customers import lifecycle, merging
from customers.models import Customer, CustomerMerge, DuplicatePair
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.merging.dumps import differing, everything, two

# What the console writes of its own: who did what on which page, and sessions.
PAIRS, MERGES = page(DuplicatePair, "changelist"), page(CustomerMerge, "changelist")


def sheet(row: DuplicatePair) -> str:
    return reverse("admin:customers_duplicatepair_compare", args=[row.pk])


def act(row: Any, name: str) -> str:
    return reverse(f"admin:customers_{row._meta.model_name}_{name}", args=[row.pk])


def text(answer: Any) -> str:
    return answer.content.decode()


def test_the_list_shows_what_is_to_be_looked_at_with_the_reasons(cast: Cast) -> None:
    kept, other = two(cast)
    make.duplicate_pair(kept, other, reasons=5)
    closed = make.duplicate_pair(kept, make.customer(cast.corp, name="李四"), state="dismissed")
    client = entered(cast.users["admin"])
    shown = client.get(PAIRS)
    assert [row.second_id for row in shown.context["cl"].result_list] == [other.pk]
    assert "unionid 相同、备注手机号相同" in text(shown)
    assert "13800000001" not in text(shown)
    dismissed = client.get(f"{PAIRS}?state=dismissed")
    assert [row.pk for row in dismissed.context["cl"].result_list] == [closed.pk]
    assert [row.second_id for row in client.get(f"{PAIRS}?state=x").context["cl"].result_list] == [other.pk]


def test_the_sheet_shows_both_sides_and_no_number(cast: Cast) -> None:
    kept, other = two(cast, unionid="oSecret")
    make.tagged(other, make.tag(make.group(cast.corp), name="重点客户"))
    row = make.duplicate_pair(kept, other)
    shown = entered(cast.users["manager"]).get(sheet(row))
    assert (shown.status_code, shown.context["sides"]) == (200, [kept, other])
    lines = {str(title): (words, differs) for title, words, differs in shown.context["lines"]}
    assert lines["手机号"] == (["相同", "相同"], False)
    assert lines["unionid"] == (["有", "–"], True)
    assert lines["城市"] == (["–", "深圳"], True)
    assert lines["名称" if "名称" in lines else "姓名"] == (["张三", "张三丰"], True)
    words = [words for words, _differs in lines.values()]
    assert [cast.owner.name, cast.colleague.name] in words
    assert ["–", "重点客户"] in words
    assert not any(secret in text(shown) for secret in ("13800000001", "oSecret"))


def test_a_number_that_only_looks_alike_is_told_as_differing(cast: Cast) -> None:
    kept = make.customer(cast.corp, cast.owner, mobile="13800000001")
    other = make.customer(cast.corp, cast.owner, mobile="13800000002")
    shown = entered(cast.users["admin"]).get(sheet(make.duplicate_pair(kept, other)))
    differing_words = [gettext("differs")] * 2
    assert (differing_words, True) in [(words, differs) for _title, words, differs in shown.context["lines"]]


def test_many_tags_are_named_as_far_as_there_is_room(cast: Cast) -> None:
    kept, other = two(cast)
    group = make.group(cast.corp)
    make.tagged(kept, *(make.tag(group, name=f"甲{n:02}") for n in range(13)))
    shown = entered(cast.users["admin"]).get(sheet(make.duplicate_pair(kept, other)))
    listed = [words[0] for _title, words, _differs in shown.context["lines"]][-1]
    assert listed.startswith("甲00, 甲01")
    assert listed.endswith("甲09 +3")


@pytest.mark.parametrize("which", ["first", "second"])
def test_the_chosen_one_is_kept_and_the_page_says_how_to_undo_it(cast: Cast, which: str) -> None:
    row = make.duplicate_pair(*two(cast))
    kept = getattr(row, which)
    client = entered(cast.users["manager"])
    answer = client.post(sheet(row), {"kept": kept.pk}, follow=True)
    done = CustomerMerge.objects.get()
    assert (done.kept_id, done.source, done.actor) == (kept.pk, "operator", cast.actor("manager").label)
    assert f"编号 {done.pk}" in text(answer)
    row.refresh_from_db()
    assert row.state == "merged"


def test_a_refusal_is_shown_on_the_sheet_and_nothing_changes(cast: Cast) -> None:
    kept, other = two(cast)
    row = make.duplicate_pair(kept, other)
    make.blacklisted(Customer.objects.get(pk=other.pk))
    client = entered(cast.users["admin"])
    client.get(sheet(row))
    before = everything()
    answer = client.post(sheet(row), {"kept": kept.pk})
    assert "只有部分记录在黑名单中" in text(answer)
    for wrong in ("", "x", str(make.customer(cast.other_corp).pk)):
        assert client.post(sheet(row), {"kept": wrong}).status_code == 200
    assert differing(before, everything()).keys() <= {"Customer", "CustomerGram", "User", "OutboxEvent"}
    assert not CustomerMerge.objects.exists()


def test_a_pair_is_dismissed_on_its_page(cast: Cast) -> None:
    row = make.duplicate_pair(*two(cast))
    client = entered(cast.users["manager"])
    assert "现有的相同点不再提示" in text(client.get(act(row, "dismiss")))
    client.post(act(row, "dismiss"))
    row.refresh_from_db()
    assert (row.state, row.actor) == ("dismissed", cast.actor("manager").label)
    assert list(client.get(PAIRS).context["cl"].result_list) == []


def test_the_history_names_the_records_and_a_merge_is_undone_there(cast: Cast) -> None:
    kept, other = two(cast)
    before = everything()
    row = make.merge(kept, other)
    client = entered(cast.users["manager"])
    assert [one.pk for one in client.get(MERGES).context["cl"].result_list] == [row.pk]
    shown = text(client.get(page(row, "change")))
    assert page(other, "change") in shown
    assert "性别, 城市" in shown
    answer = client.post(act(row, "undo"), follow=True)
    assert "与合并前一致" in text(answer)
    assert differing(before, everything()).keys() <= {"User"}
    row.refresh_from_db()
    assert row.undone_by == cast.actor("manager").label


def test_what_was_left_alone_is_named_on_the_page(cast: Cast) -> None:
    kept, other = two(cast)
    row = make.merge(kept, other)
    changed = Customer.objects.get(pk=kept.pk)
    lifecycle.update(customer=changed, city="广州", by=cast.actor("admin"), source="operator")
    client = entered(cast.users["admin"])
    answer = client.post(act(row, "undo"), follow=True)
    assert "予以保留：城市" in text(answer)
    assert Customer.objects.get(pk=kept.pk).city == "广州"


def test_staff_find_neither_page_and_a_stranger_no_row(cast: Cast) -> None:
    kept, other = two(cast)
    row, done = make.duplicate_pair(kept, other), make.merge(make.customer(cast.corp), make.customer(cast.corp))
    staff, stranger = entered(cast.users["owner"]), entered(cast.users["stranger"])
    before = everything()
    for address in (PAIRS, MERGES, sheet(row), act(row, "dismiss"), act(done, "undo")):
        assert staff.post(address, {"kept": kept.pk}).status_code == 403
    for address in (sheet(row), act(row, "dismiss"), act(done, "undo")):
        assert stranger.post(address, {"kept": kept.pk}).status_code == 302
    assert differing(before, everything()).keys() <= {"User"}


def test_a_manager_finds_only_pairs_both_of_whose_records_are_of_their_people(cast: Cast) -> None:
    kept, other = two(cast)
    elsewhere = make.customer(cast.corp, make.employee(cast.corp))
    make.duplicate_pair(kept, elsewhere)
    mine = make.duplicate_pair(kept, other)
    client = entered(cast.users["manager"])
    assert [row.pk for row in client.get(PAIRS).context["cl"].result_list] == [mine.pk]


def test_a_sheet_costs_the_same_however_much_there_is(cast: Cast, django_assert_max_num_queries: Any) -> None:
    kept, other = two(cast)
    row = make.duplicate_pair(kept, other)
    make.tagged(kept, *(make.tag(make.group(cast.corp)) for _n in range(9)))
    client = entered(cast.users["admin"])
    client.get(sheet(row))
    with django_assert_max_num_queries(12):
        client.get(sheet(row))


def test_merged_records_that_a_manager_may_not_see_are_not_named(cast: Cast) -> None:
    kept, other = two(cast)
    row = make.merge(kept, other)
    assert merging.ids_of(kept.pk) == [kept.pk, other.pk]
    # Both are the manager's people's; a company's stranger gets no page at all.
    answer = entered(cast.users["stranger"]).get(page(row, "change"))
    assert answer.status_code == 302
