"""What is the same by its digest is not compared, and is compared wherever it might not be the same after all."""

import dataclasses
from typing import Any

import pytest

from corps.actors import SYSTEM
from corps.choices import EmployeeStatus
from corps.models import Corp, Employee
from customers import mirroring, remarks, tagging
from customers.facts import FollowFacts
from customers.mirroring import instep, sightings
from customers.models import CustomerTag, FollowRelation, MirrorSighting
from messaging.models import Command, OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring.readings import end, follow, pair, person, read, the

Key = tuple[str, str]
# The turn of no pair, whatever its id, where there are so many turns.
NOBODYS, MANY = -1, 2**62


@pytest.fixture(autouse=True)
def _no_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instep, "TURNS", MANY)


def said(corp: Corp, *follows: FollowFacts, ticket: int, turn: int = NOBODYS, **options: Any) -> set[Key]:
    """Take in a page as a full sync does; what is said of a pair is its facts. Returns what was not compared."""
    people = {p.external_userid: p for p in options.pop("people", [person(f.external_userid) for f in follows])}
    digests = {(f.external_userid, f.userid): hash((repr(f), repr(people[f.external_userid]))) for f in follows}
    same = mirroring.sight(corp_id=corp.pk, told=digests, ticket=ticket, run_id=options.get("run_id", 1), turn=turn)
    rest = [
        dataclasses.replace(f, digest=digests[key])
        for f in follows
        if (key := (f.external_userid, f.userid)) not in same
    ]
    if rest:
        some = [people[name] for name in dict.fromkeys(f.external_userid for f in rest)]
        read(corp, *rest, ticket=ticket, people=some, **{"run_id": 1} | options)
    return same


@pytest.fixture
def lina(cast: Cast) -> str:
    return cast.owner.userid


@pytest.fixture
def wang(cast: Cast) -> str:
    return cast.colleague.userid


def columns() -> list[Any]:
    return [list(FollowRelation.objects.order_by("pk").values()), OutboxEvent.objects.count()]


def test_the_same_again_is_sighted_and_no_row_is_touched(cast: Cast, lina: str, wang: str) -> None:
    facts = [follow("wmA", lina, remark="老张"), follow("wmA", wang), follow("wmB", lina)]
    assert said(cast.corp, *facts, ticket=1) == set()
    before = columns()
    assert said(cast.corp, *facts, ticket=2, run_id=7) == {("wmA", lina), ("wmA", wang), ("wmB", lina)}
    assert columns() == before
    row = MirrorSighting.objects.get()
    assert (row.corp_id, row.run_id, row.ticket) == (cast.corp.pk, 7, 2)
    seen = sightings.Seen(cast.corp.pk, 7, 1)
    assert all(ident in seen for ident in FollowRelation.objects.values_list("pk", flat=True))


def test_two_followers_read_on_different_pages_are_both_known_the_next_time(cast: Cast, lina: str, wang: str) -> None:
    said(cast.corp, follow("wmA", lina), ticket=1)
    said(cast.corp, follow("wmA", wang, 1), ticket=2)
    assert len(said(cast.corp, follow("wmA", lina), follow("wmA", wang, 1), ticket=3)) == 2


def test_something_else_is_compared_and_taken_over_and_known_from_then_on(cast: Cast, lina: str) -> None:
    said(cast.corp, follow("wmA", lina), ticket=1)
    news = follow("wmA", lina, remark="老张")
    assert said(cast.corp, news, ticket=2) == set()
    assert pair("wmA", lina).remark == "老张"
    assert said(cast.corp, news, ticket=3) == {("wmA", lina)}


def test_a_pair_of_before_is_compared_once_and_its_time_of_change_stays(cast: Cast, lina: str) -> None:
    facts = follow("wmA", lina)
    said(cast.corp, facts, ticket=1)
    FollowRelation.objects.update(digest=None)
    before = pair("wmA", lina).update_time
    assert said(cast.corp, facts, ticket=2) == set()
    assert (pair("wmA", lina).update_time, pair("wmA", lina).fetch_seq) == (before, 2)
    assert said(cast.corp, facts, ticket=3) == {("wmA", lina)}


def test_another_company_and_a_leaver_are_not_sighted(cast: Cast, lina: str) -> None:
    said(cast.corp, follow("wmA", lina), ticket=1)
    assert said(cast.other_corp, follow("wmA", lina), ticket=2) == set()
    Employee.objects.filter(userid=lina).update(status=EmployeeStatus.LEFT)
    assert said(cast.corp, follow("wmA", lina), ticket=3) == set()


class TestChangesHere:
    def test_a_remark_that_differs_by_now_is_compared_with_what_wecom_says(self, cast: Cast, lina: str) -> None:
        facts = [follow("wmA", lina, remark="老张")]
        said(cast.corp, *facts, ticket=1)
        remarks.change_remark(customer=the("wmA"), employee_id=cast.owner.pk, by=SYSTEM, source="api", remark="小张")
        # Nothing is on its way, so WeCom's word counts.
        assert said(cast.corp, *facts, ticket=2) == set()
        assert pair("wmA", lina).remark == "老张"
        assert said(cast.corp, *facts, ticket=3) == {("wmA", lina)}

    def test_a_change_of_one_pair_has_the_others_compared_once(self, cast: Cast, lina: str, wang: str) -> None:
        one, other = follow("wmA", lina, remark="老张"), follow("wmA", wang, 1)
        said(cast.corp, one, other, ticket=1)
        remarks.change_remark(customer=the("wmA"), employee_id=cast.owner.pk, by=SYSTEM, source="api", remark="小张")
        # The other's page comes first, and knows nothing of the one's.
        assert said(cast.corp, other, ticket=2) == set()
        assert said(cast.corp, one, ticket=3) == set()
        assert pair("wmA", lina).remark == "老张"
        assert len(said(cast.corp, one, other, ticket=4)) == 2

    def test_a_tag_that_was_put_here_is_compared(self, cast: Cast, lina: str) -> None:
        tag = make.tag(make.group(cast.corp), wecom_id="etA")
        said(cast.corp, follow("wmA", lina), ticket=1)
        make.tagged(the("wmA"), tag)
        assert said(cast.corp, follow("wmA", lina), ticket=2) == set()
        assert not CustomerTag.objects.exists()


class TestWhatIsNotTakenOver:
    @pytest.fixture
    def mirrored(self, cast: Cast) -> Corp:
        Corp.objects.filter(pk=cast.corp.pk).update(mirrored=True)
        return cast.corp

    def test_a_fact_on_its_way_leaves_no_digest(self, mirrored: Corp, cast: Cast, lina: str) -> None:
        facts = follow("wmA", lina, remark="老张")
        said(mirrored, facts, ticket=1)
        remarks.change_remark(customer=the("wmA"), employee_id=cast.owner.pk, by=SYSTEM, source="api", remark="小张")
        assert Command.objects.filter(open_mark=1).exists()
        for ticket in (2, 3):
            assert said(mirrored, facts, ticket=ticket) == set()
            assert (pair("wmA", lina).remark, pair("wmA", lina).digest) == ("小张", None)
        # Given up: WeCom's word counts from the next reading on.
        Command.objects.update(state=Command.State.DEAD, settled_at="2026-01-01T00:00Z")
        said(mirrored, facts, ticket=4)
        assert pair("wmA", lina).remark == "老张"

    def test_nor_does_a_tag_that_wecom_has_yet_to_be_told_of(self, mirrored: Corp, cast: Cast, lina: str) -> None:
        said(mirrored, follow("wmA", lina), ticket=1)
        tag = make.tag(make.group(mirrored))
        tagging.add_tags(customer=the("wmA"), tag_ids=[tag.pk], by=SYSTEM, source="api")
        said(mirrored, follow("wmA", lina), ticket=2)
        assert pair("wmA", lina).digest is None
        # It gets its id, but putting it is given up.
        type(tag).objects.update(wecom_id="etA")
        Command.objects.update(state=Command.State.DEAD, settled_at="2026-01-01T00:00Z")
        said(mirrored, follow("wmA", lina), ticket=3)
        assert not CustomerTag.objects.exists()

    @pytest.mark.parametrize("fields", [None, {"deleted_at": "2026-01-01T00:00Z"}], ids=["unknown", "ended"])
    def test_nor_does_a_tag_that_is_not_in_the_catalogue(self, cast: Cast, lina: str, fields: Any) -> None:
        if fields:
            make.tag(make.group(cast.corp), wecom_id="etA", **fields)
        for ticket in (1, 2):
            assert said(cast.corp, follow("wmA", lina, tags=("etA",)), ticket=ticket) == set()
        assert pair("wmA", lina).digest is None

    def test_nor_does_what_is_refused(self, cast: Cast, lina: str) -> None:
        read(cast.corp, follow("wmA", lina, remark="老张"), ticket=5)
        said(cast.corp, follow("wmA", lina), ticket=4)
        assert (pair("wmA", lina).remark, pair("wmA", lina).digest) == ("老张", None)


class TestReadingsOfAnotherShape:
    def test_a_single_reading_that_changes_something_voids_the_digest(self, cast: Cast, lina: str) -> None:
        said(cast.corp, follow("wmA", lina), ticket=1)
        read(cast.corp, follow("wmA", lina, remark="老张"), ticket=2, whole=["wmA"])
        assert pair("wmA", lina).digest is None
        said(cast.corp, follow("wmA", lina), ticket=3)
        assert pair("wmA", lina).remark == ""

    def test_one_that_changes_nothing_leaves_it(self, cast: Cast, lina: str) -> None:
        said(cast.corp, follow("wmA", lina), ticket=1)
        read(cast.corp, follow("wmA", lina), ticket=2, whole=["wmA"])
        assert said(cast.corp, follow("wmA", lina), ticket=3) == {("wmA", lina)}

    def test_a_tag_that_it_puts_voids_the_digest(self, cast: Cast, lina: str) -> None:
        make.tag(make.group(cast.corp), wecom_id="etA")
        said(cast.corp, follow("wmA", lina), ticket=1)
        read(cast.corp, follow("wmA", lina, tags=("etA",)), ticket=2)
        said(cast.corp, follow("wmA", lina), ticket=3)
        assert not CustomerTag.objects.exists()

    def test_a_name_that_goes_and_comes_back_is_seen_with_every_pair(self, cast: Cast, lina: str, wang: str) -> None:
        one, other = follow("wmA", lina), follow("wmA", wang, 1)
        said(cast.corp, one, other, ticket=1)
        said(cast.corp, other, ticket=2, people=[person("wmA", name="李四")])
        assert the("wmA").name == "李四"
        assert said(cast.corp, one, ticket=3) == set()
        assert the("wmA").name == "Name of wmA"


class TestEndings:
    def test_a_pair_that_ended_is_revived_by_the_same_showing(self, cast: Cast, lina: str) -> None:
        said(cast.corp, follow("wmA", lina), ticket=1)
        end(cast.corp, "wmA", lina, "employee", 5, ticket=2)
        said(cast.corp, follow("wmA", lina), ticket=3)
        assert pair("wmA", lina).status == 1

    def test_one_that_the_customer_ended_stays_so_and_is_sighted(self, cast: Cast, lina: str) -> None:
        said(cast.corp, follow("wmA", lina), ticket=1)
        end(cast.corp, "wmA", lina, "customer", 5, ticket=2)
        before = pair("wmA", lina).status
        said(cast.corp, follow("wmA", lina), ticket=3)
        assert said(cast.corp, follow("wmA", lina), ticket=4) == {("wmA", lina)}
        assert pair("wmA", lina).status == before


class TestSightings:
    """A sighting is worth what the number in the row would be."""

    @pytest.fixture
    def sighted(self, cast: Cast, lina: str) -> Corp:
        for ticket in (1, 9):
            said(cast.corp, follow("wmA", lina), ticket=ticket)
        assert pair("wmA", lina).fetch_seq == 1
        return cast.corp

    def test_an_older_answer_is_refused(self, sighted: Corp, lina: str) -> None:
        people = [person("wmA", name="李四")]
        tally = read(sighted, follow("wmA", lina, remark="老张"), ticket=8, people=people, source="callback")
        assert (tally.refused, pair("wmA", lina).remark, the("wmA").name) == (1, "", "Name of wmA")

    def test_so_is_an_older_page(self, sighted: Corp, lina: str) -> None:
        assert said(sighted, follow("wmA", lina), ticket=8) == set()
        assert said(sighted, follow("wmA", lina, remark="老张"), ticket=8) == set()
        assert pair("wmA", lina).remark == ""

    def test_a_whole_reading_of_before_ends_nothing(self, sighted: Corp, lina: str) -> None:
        assert read(sighted, ticket=8, people=[], whole=["wmA"], source="callback").ended == 0
        assert pair("wmA", lina).status == 1

    def test_nor_does_an_employees_ending(self, sighted: Corp, lina: str) -> None:
        assert end(sighted, "wmA", lina, "employee", 5, ticket=8).refused == 1
        assert pair("wmA", lina).status == 1

    @pytest.mark.parametrize("ticket", [9, 10])
    def test_what_was_asked_later_is_applied(self, sighted: Corp, lina: str, ticket: int) -> None:
        read(sighted, follow("wmA", lina, remark="老张"), ticket=ticket, source="callback")
        assert pair("wmA", lina).remark == "老张"

    def test_they_go_when_nobody_can_ask_for_them(self, sighted: Corp) -> None:
        MirrorSighting.objects.update(noted_at="2026-01-01T00:00Z")
        sightings.forget(corp_id=sighted.pk, but_of=1)
        assert MirrorSighting.objects.count() == 1
        sightings.forget(corp_id=sighted.pk, but_of=2)
        assert MirrorSighting.objects.count() == 0

    def test_the_seen_of_a_run_are_known_whatever_their_ids(self, cast: Cast) -> None:
        pages = [[900, 7, 8], [70_000], [3, 900], [64]]
        for number, page in enumerate(pages):
            sightings.note(corp_id=cast.corp.pk, run_id=5, ticket=10 + number, relations=page)
        sightings.note(corp_id=cast.corp.pk, run_id=4, ticket=20, relations=[1, 9])
        seen = sightings.Seen(cast.corp.pk, 5, 10)
        assert {n for n in range(80_000) if n in seen} == {3, 7, 8, 64, 900, 70_000}


def test_thirty_turns_compare_everything_once(cast: Cast, lina: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instep, "BLOCK", 1)
    monkeypatch.setattr(instep, "TURNS", 30)
    facts = [follow(f"wm{n:02}", lina) for n in range(45)]
    said(cast.corp, *facts, ticket=1)
    keys = {(f.external_userid, f.userid) for f in facts}
    compared = [
        key for turn in range(30) for key in keys - said(cast.corp, *facts, ticket=2 + turn, turn=740_000 + turn)
    ]
    assert sorted(compared) == sorted(keys)
