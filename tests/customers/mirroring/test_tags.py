"""Tags per follower, and facts that are still on their way to WeCom."""

import pytest

from corps.actors import SYSTEM
from corps.models import Corp
from customers import remarks, tagging
from customers.models import CustomerTag
from messaging.models import Command
from tags.choices import TagKind
from tags.models import Tag
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring.readings import follow, pair, read, the, told, told_in_full


@pytest.fixture
def tags(cast: Cast) -> list[Tag]:
    """Three tags that WeCom knows: etA, etB, etC."""
    group = make.group(cast.corp)
    return [make.tag(group, wecom_id=f"et{letter}") for letter in "ABC"]


@pytest.fixture
def connected(cast: Cast) -> None:
    Corp.objects.filter(pk=cast.corp.pk).update(mirrored=True)


def held(customer: str) -> set[tuple[int, int | None]]:
    return set(CustomerTag.objects.filter(customer=the(customer)).values_list("tag_id", "follower_id"))


def test_tags_are_put_and_taken_off_for_their_follower_alone(cast: Cast, tags: list[Tag]) -> None:
    a, b, c = (tag.pk for tag in tags)
    owner, colleague = cast.owner, cast.colleague
    both = [follow("wmA", owner.userid, tags=("etA", "etB")), follow("wmA", colleague.userid, tags=("etA",))]
    read(cast.corp, *both, ticket=1)
    assert held("wmA") == {(a, owner.pk), (b, owner.pk), (a, colleague.pk)}
    tally = read(cast.corp, follow("wmA", owner.userid, tags=("etB", "etC")), ticket=2)
    assert held("wmA") == {(b, owner.pk), (c, owner.pk), (a, colleague.pk)}
    assert (tally.changed, tally.same) == (1, 0)
    assert told_in_full("wmA")[-2:] == [
        ("tag.removed", {"customerId": the("wmA").pk, "tagIds": [a], "followUserId": owner.pk}),
        ("tag.added", {"customerId": the("wmA").pk, "tagIds": [c], "followUserId": owner.pk}),
    ]
    row = CustomerTag.objects.get(tag_id=c)
    assert (row.source, row.actor, row.kind) == ("sync", "system", TagKind.CORP)
    assert read(cast.corp, follow("wmA", owner.userid, tags=("etC", "etB")), ticket=3).same == 1


def test_the_last_tag_taken_off_leaves_none(cast: Cast, tags: list[Tag]) -> None:
    read(cast.corp, follow("wmA", cast.owner.userid, tags=("etA",)), ticket=1)
    read(cast.corp, follow("wmA", cast.owner.userid), ticket=2)
    assert held("wmA") == set()


def test_a_tag_that_the_catalogue_lacks_is_named_and_put_when_it_is_applied_again(cast: Cast, tags: list[Tag]) -> None:
    facts = follow("wmA", cast.owner.userid, tags=("etA", "etNew"))
    tally = read(cast.corp, facts, ticket=1)
    assert (tally.unknown_tags, held("wmA")) == ({"etNew"}, {(tags[0].pk, cast.owner.pk)})
    new = make.tag(tags[0].group, wecom_id="etNew")
    tally = read(cast.corp, facts, ticket=1)
    assert (tally.unknown_tags, tally.changed) == (set(), 1)
    assert held("wmA") == {(tags[0].pk, cast.owner.pk), (new.pk, cast.owner.pk)}


def test_a_tag_of_another_company_is_unknown_here(cast: Cast) -> None:
    make.tag(make.group(cast.other_corp), wecom_id="etTheirs")
    tally = read(cast.corp, follow("wmA", cast.owner.userid, tags=("etTheirs",)), ticket=1)
    assert (tally.unknown_tags, held("wmA")) == ({"etTheirs"}, set())


def test_a_tag_that_has_ended_here_is_not_put_again(cast: Cast, tags: list[Tag]) -> None:
    Tag.objects.filter(pk=tags[0].pk).update(deleted_at="2026-01-01T00:00:00Z")
    tally = read(cast.corp, follow("wmA", cast.owner.userid, tags=("etA",)), ticket=1)
    assert (tally.unknown_tags, held("wmA")) == (set(), set())


def test_tags_that_wecom_does_not_know_stay(cast: Cast, tags: list[Tag]) -> None:
    local = make.tag(tags[0].group, kind=TagKind.LOCAL, wecom_id=None)
    unsent = make.tag(tags[0].group, wecom_id=None)
    read(cast.corp, follow("wmA", cast.owner.userid), ticket=1)
    make.tagged(the("wmA"), local, unsent)
    events = told("wmA")
    read(cast.corp, follow("wmA", cast.owner.userid), ticket=2)
    assert held("wmA") == {(local.pk, cast.owner.pk), (unsent.pk, cast.owner.pk)}
    assert told("wmA") == events


def test_an_older_reading_changes_no_tags(cast: Cast, tags: list[Tag]) -> None:
    read(cast.corp, follow("wmA", cast.owner.userid, tags=("etA",)), ticket=5)
    read(cast.corp, follow("wmA", cast.owner.userid, tags=("etB",)), ticket=4)
    assert held("wmA") == {(tags[0].pk, cast.owner.pk)}


class TestOnTheirWay:
    def test_a_change_here_is_wanted_there_and_not_undone_by_a_reading(
        self, cast: Cast, tags: list[Tag], connected: None
    ) -> None:
        a, b, c = (tag.pk for tag in tags)
        who, customer = cast.owner, "wmA"
        read(cast.corp, follow(customer, who.userid, tags=("etA",)), ticket=1)
        tagging.change_tags(customer=the(customer), add=[b], remove=[a], by=SYSTEM, source="api")
        keys = {f"tag:{the(customer).pk}:{who.pk}:{tag}" for tag in (a, b)}
        assert set(Command.objects.values_list("key", flat=True)) == keys
        # WeCom has heard of neither; a third tag was put there meanwhile.
        read(cast.corp, follow(customer, who.userid, tags=("etA", "etC")), ticket=2)
        assert held(customer) == {(b, who.pk), (c, who.pk)}

    def test_what_has_arrived_is_wecoms_again(self, cast: Cast, tags: list[Tag], connected: None) -> None:
        read(cast.corp, follow("wmA", cast.owner.userid, tags=("etA",)), ticket=1)
        tagging.remove_tags(customer=the("wmA"), tag_ids=[tags[0].pk], by=SYSTEM, source="api")
        Command.objects.update(settled_at="2026-01-01T00:00:00Z", state="done")
        read(cast.corp, follow("wmA", cast.owner.userid, tags=("etA",)), ticket=2)
        assert held("wmA") == {(tags[0].pk, cast.owner.pk)}

    def test_a_removal_is_wanted_of_everybody_who_had_put_the_tag(
        self, cast: Cast, tags: list[Tag], connected: None
    ) -> None:
        people = [cast.owner, cast.colleague]
        read(cast.corp, *(follow("wmA", who.userid, tags=("etA",)) for who in people), ticket=1)
        tagging.remove_tags(customer=the("wmA"), tag_ids=[tags[0].pk], by=SYSTEM, source="operator")
        assert {c.subject["employeeId"] for c in Command.objects.all()} == {who.pk for who in people}

    @pytest.mark.parametrize("source", ["sync", "callback"])
    def test_what_wecom_told_is_not_told_to_wecom(
        self, cast: Cast, tags: list[Tag], connected: None, source: str
    ) -> None:
        read(cast.corp, follow("wmA", cast.owner.userid, tags=("etA",)), ticket=1, source=source)
        tagging.add_tags(customer=the("wmA"), tag_ids=[tags[1].pk], by=SYSTEM, source=source)
        assert not Command.objects.exists()

    def test_local_tags_and_companies_without_wecom_want_nothing(self, cast: Cast, tags: list[Tag]) -> None:
        read(cast.corp, follow("wmA", cast.owner.userid), ticket=1)
        tagging.add_tags(customer=the("wmA"), tag_ids=[tags[0].pk], by=SYSTEM, source="api")
        assert not Command.objects.exists()

    def test_local_tags_are_not_wanted_there(self, cast: Cast, tags: list[Tag], connected: None) -> None:
        local = make.tag(tags[0].group, kind=TagKind.LOCAL)
        read(cast.corp, follow("wmA", cast.owner.userid), ticket=1)
        tagging.add_tags(customer=the("wmA"), tag_ids=[local.pk], by=SYSTEM, source="api")
        assert not Command.objects.exists()

    def test_a_remark_on_its_way_stays_and_the_rest_is_taken_over(self, cast: Cast, connected: None) -> None:
        who = cast.owner
        read(cast.corp, follow("wmA", who.userid, remark="old", description="old"), ticket=1)
        remarks.change_remark(customer=the("wmA"), employee_id=who.pk, by=SYSTEM, source="api", remark="ours")
        read(cast.corp, follow("wmA", who.userid, remark="old", description="theirs"), ticket=2)
        assert (pair("wmA", who.userid).remark, pair("wmA", who.userid).description) == ("ours", "theirs")
        assert told_in_full("wmA")[-1][1]["changed"] == ["description"]
