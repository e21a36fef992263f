"""A person of several records: what is read of the kept one is read of all of them, and of nobody else."""

import datetime as dt
from typing import Any

import pytest
from django.utils import translation

from core.time import now
from corps.actors import SYSTEM
from customers import merging
from customers.models import Customer
from customers.privacy.unmasking import unmask
from followups import revising
from followups.models import TimelineEntry
from followups.timeline import reading
from followups.timeline.reading import Wanted
from insights.timeline import pages
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.merging.dumps import two
from tests.followups.test_timeline import heard

URL = "/api/v1/customers"
NAMES = {
    "merged": ("merged with other records of the same person", "与同一人的其他记录合并"),
    "unmerged": ("parted from other records again", "撤销合并，恢复独立"),
    "unmasked": ("number shown to somebody", "完整号码被查看"),
}


def ago(hours: int) -> dt.datetime:
    return now() - dt.timedelta(hours=hours)


def listed(cast: Cast, customer: Customer, what: str, **query: Any) -> list[dict[str, Any]]:
    answer = api.client(cast.corp).get(f"{URL}/{customer.pk}/{what}", query)
    assert answer.status_code == 200, answer.json()
    found: list[dict[str, Any]] = answer.json()["list"]
    return found


@pytest.fixture
def person(cast: Cast) -> tuple[Customer, Customer]:
    """A kept record and one merged into it, each with work of its own, and a customer beside them."""
    kept, other = two(cast)
    for n, row in enumerate((kept, other, make.customer(cast.corp, cast.owner))):
        make.follow_up_row(row, cast.owner, content=f"第{n}条", happened_at=ago(9 - n))
        make.communication(row, cast.owner, at=ago(9 - n))
        make.sop(row, name=f"流程{n}")
        revising.delete(follow_up=make.follow_up_row(row, content=f"删{n}"), by=SYSTEM, source="api")
    make.merge(kept, other)
    return kept, other


class TestLists:
    def test_follow_ups_of_all_records_stand_in_one_order(self, cast: Cast, person: Any) -> None:
        kept, other = person
        rows = [(row["content"], row["customerId"]) for row in listed(cast, kept, "followups")]
        assert rows == [("第1条", other.pk), ("第0条", kept.pk)]

    def test_the_record_that_was_merged_shows_its_own_alone(self, cast: Cast, person: Any) -> None:
        _kept, other = person
        assert [row["content"] for row in listed(cast, other, "followups")] == ["第1条"]

    @pytest.mark.parametrize("what", ["followups/deleted", "communications", "sops"])
    def test_so_do_what_was_deleted_what_was_talked_and_what_runs(self, cast: Cast, person: Any, what: str) -> None:
        kept, other = person
        assert {row["customerId"] for row in listed(cast, kept, what)} == {kept.pk, other.pk}
        assert {row["customerId"] for row in listed(cast, other, what)} == {other.pk}

    def test_when_they_are_parted_each_shows_its_own_again(self, cast: Cast, person: Any) -> None:
        kept, other = person
        merging.undo(merge=kept.merges.get(), by=SYSTEM, source="operator")
        for row, content in ((kept, "第0条"), (other, "第1条")):
            assert [found["content"] for found in listed(cast, row, "followups")] == [content]

    def test_a_company_that_is_not_theirs_finds_none_of_them(self, cast: Cast, person: Any) -> None:
        stranger = api.client(cast.other_corp)
        for row in person:
            for what in ("followups", "followups/deleted", "communications", "sops", "timeline"):
                answer = stranger.get(f"{URL}/{row.pk}/{what}")
                assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


class TestTimeline:
    def entries(self, cast: Cast) -> tuple[Customer, list[int]]:
        """Of two records in turn, two of each moment; with the ids in the order of a timeline."""
        kept, other = two(cast)
        rows = [make.entry(row, cast.owner, at=ago(n)) for n in range(5) for row in (kept, other)]
        make.entry(make.customer(cast.corp), cast.owner, at=ago(1))
        make.merge(kept, other)
        return kept, [row.pk for row in sorted(rows, key=lambda row: (row.at, row.pk), reverse=True)]

    @pytest.mark.parametrize("size", [1, 3, 10])
    def test_its_pages_hold_the_entries_of_all_records_each_once(self, cast: Cast, size: int) -> None:
        kept, wanted = self.entries(cast)
        client, found, cursor = api.client(cast.corp), [], ""
        while cursor is not None:
            told = client.get(f"{URL}/{kept.pk}/timeline", {"size": size, "cursor": cursor}).json()
            assert 0 < len(told["list"]) <= size
            found += [row["id"] for row in told["list"]]
            cursor = told["nextCursor"]
        assert found == wanted

    def test_it_is_narrowed_in_all_records_alike(self, cast: Cast) -> None:
        kept, other = two(cast)
        tagged = make.entry(other, cast.owner, kind="tag_added", at=ago(2))
        make.entry(other, cast.colleague, kind="tag_added", at=ago(1))
        make.entry(kept, cast.owner, kind="created", at=ago(1))
        make.merge(kept, other)
        asked = {"kind": "tag_added", "employeeId": cast.owner.pk}
        assert [row["id"] for row in listed(cast, kept, "timeline", **asked)] == [tagged.pk]
        assert listed(cast, kept, "timeline", atTo=tagged.at.isoformat()) == []

    def test_the_console_s_page_shows_what_the_api_does(self, cast: Cast) -> None:
        kept, wanted = self.entries(cast)
        answer = entered(cast.users["admin"]).get(page(kept, "timeline"))
        shown = [entry.at for entry in answer.context["page"].entries]
        assert shown == [TimelineEntry.objects.get(pk=pk).at for pk in wanted]

    def test_what_is_open_with_any_record_stands_on_the_kept_one_s_page(self, cast: Cast) -> None:
        kept, other = two(cast)
        make.reminder(other, cast.owner, content="回电")
        make.sop(other, name="欢迎")
        make.reminder(make.customer(cast.corp), cast.owner, content="别人的")
        make.merge(kept, other)
        first = pages.opening(Customer.objects.get(pk=kept.pk), actor=cast.actor("admin"))
        assert [row.content for row in first.reminders] == ["回电"]
        assert [row.name for row in first.sops] == ["欢迎"]


class TestWords:
    @pytest.mark.parametrize(("language", "place"), [("en", 0), ("zh-hans", 1)])
    def test_merging_parting_and_a_number_shown_are_told_in_words(self, cast: Cast, language: str, place: int) -> None:
        kept, other = two(cast)
        manager = cast.actor("manager")
        merge = merging.merge(kept=kept, others=[other], by=manager, source="operator")
        merging.undo(merge=merge, by=manager, source="operator")
        unmask(customer=Customer.objects.get(pk=other.pk), field="mobile", reason="回访", by=manager, source="operator")
        heard()
        entries, _cursor = reading.page(other.pk, Wanted(), size=50)
        with translation.override(language):
            told = pages.told(entries, actor=cast.actor("admin"), corp_id=cast.corp.pk)
        said = {entry.kind: line for entry, line in zip(entries, told, strict=True)}
        assert {kind: said[kind].title for kind in NAMES} == {kind: names[place] for kind, names in NAMES.items()}
        # Who it was is said; neither the number nor an id is.
        assert len({said[kind].by for kind in NAMES} - {""}) == 1
        assert not any("1380" in line.text or "回访" in line.text for line in told)
