"""Deletion records follow the episodes of the relations, and keep how things stood when each ended."""

import random
from typing import Any

import pytest
from django.core.management import call_command

from corps.actors import SYSTEM
from customers import lifecycle, tagging
from customers.models import CustomerTag, RelationEpisode
from followups import writing
from insights import handlers, losses
from insights.models import Loss, RiskSetting
from messaging.models import Command
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring import readings
from tests.customers.mirroring.readings import day
from tests.insights.hearing import Ears

WHO = "wmA"


def begin(cast: Cast, added: float = 0, *, ticket: int = 1, customer: str = WHO, **fields: Any) -> None:
    readings.read(cast.corp, readings.follow(customer, cast.owner.userid, added, **fields), ticket=ticket)


def end(cast: Cast, how: str = "customer", at: float = 10, *, ticket: int = 2, customer: str = WHO, **kw: Any) -> None:
    readings.end(cast.corp, customer, cast.owner.userid, how, at, ticket=ticket, **kw)


def followed_up(cast: Cast, at: float) -> None:
    writing.write(
        customer=readings.the(WHO),
        content="电话",
        by=SYSTEM,
        source="api",
        employee_id=cast.owner.pk,
        happened_at=day(at),
    )


def tagged(cast: Cast, *names: str) -> None:
    group = make.group(cast.corp)
    ids = [make.tag(group, name=name).pk for name in names]
    tagging.add_tags(customer=readings.the(WHO), tag_ids=ids, by=SYSTEM, source="api", follower_id=cast.owner.pk)


def rows() -> list[tuple[Any, ...]]:
    """Everything that a record says, oldest first."""
    columns = ("customer__external_userid", "employee_id", "began_at", "ended_at", "ended_by", "noticed", "days")
    found = Loss.objects.order_by("began_at", "customer_id")
    return [(*row[:-1], str(row[-1])) for row in found.values_list(*columns, "add_way", "state", "tags")]


def deserter_tag(cast: Cast) -> int:
    tag = make.tag(make.group(cast.corp), name="已删我")
    RiskSetting.objects.create(corp=cast.corp, deserter_tag=tag)
    return tag.pk


class TestRecording:
    def test_it_says_who_when_how_long_by_which_way_and_what_was_known(self, cast: Cast, ears: Ears) -> None:
        begin(cast, state="expo", add_way=16)
        tagged(cast, "重点客户", "展会")
        followed_up(cast, 4)
        followed_up(cast, 7)
        end(cast, at=10.5)
        ears.listen()
        loss = Loss.objects.get()
        assert (loss.customer, loss.employee, loss.corp_id) == (readings.the(WHO), cast.owner, cast.corp.pk)
        assert (loss.began_at, loss.ended_at, loss.days) == (day(0), day(10.5), 10)
        assert (loss.ended_by, loss.noticed, loss.add_way, loss.state) == (3, False, 16, "expo")
        assert [name for _tag, name in loss.tags] == ["重点客户", "展会"]
        assert loss.last_contact_at == day(7)

    @pytest.mark.parametrize(("how", "status"), [("employee", 2), ("customer", 3), ("transfer", 4)])
    def test_each_direction_is_recorded(self, cast: Cast, ears: Ears, how: str, status: int) -> None:
        begin(cast)
        end(cast, how)
        ears.listen()
        assert Loss.objects.get().ended_by == status

    def test_one_added_again_without_a_word_ended_unknown(self, cast: Cast, ears: Ears) -> None:
        begin(cast)
        begin(cast, 5, ticket=2)
        ears.listen()
        assert [row[2:6] for row in rows()] == [(day(0), day(5), None, True)]

    def test_each_stay_has_a_record_of_its_own(self, cast: Cast, ears: Ears) -> None:
        begin(cast)
        end(cast, "customer", 3)
        begin(cast, 5, ticket=3)
        end(cast, "employee", 9, ticket=4)
        ears.listen()
        assert [row[2:5] for row in rows()] == [(day(0), day(3), 3), (day(5), day(9), 2)]

    def test_what_the_tags_became_later_does_not_change_the_record(self, cast: Cast, ears: Ears) -> None:
        begin(cast)
        tagged(cast, "重点客户")
        end(cast)
        ears.listen()
        CustomerTag.objects.all().delete()
        followed_up(cast, 9)
        losses.settle(corp_id=cast.corp.pk, customer_ids=[readings.the(WHO).pk])
        loss = Loss.objects.get()
        assert ([name for _tag, name in loss.tags], loss.last_contact_at) == (["重点客户"], None)

    def test_tags_of_a_stay_that_began_anew_before_anybody_looked_are_not_known(self, cast: Cast, ears: Ears) -> None:
        begin(cast)
        end(cast, at=3)
        begin(cast, 5, ticket=3)
        tagged(cast, "新标签")
        ears.listen()
        assert Loss.objects.get().tags is None

    def test_a_follow_up_of_an_earlier_stay_is_no_last_contact_of_this_one(self, cast: Cast, ears: Ears) -> None:
        begin(cast, 5)
        followed_up(cast, 2)
        end(cast)
        ears.listen()
        assert Loss.objects.get().last_contact_at is None


class TestFollowing:
    def test_an_earlier_end_told_later_corrects_the_record(self, cast: Cast, ears: Ears) -> None:
        begin(cast)
        end(cast, "employee", 10)
        ears.listen()
        end(cast, "customer", 4, ticket=3)
        ears.listen()
        assert [row[3:7] for row in rows()] == [(day(4), 3, False, 4)]

    def test_how_an_earlier_stay_ended_is_filled_in(self, cast: Cast, ears: Ears) -> None:
        begin(cast)
        begin(cast, 5, ticket=2)
        ears.listen()
        end(cast, "customer", 3, ticket=3)
        ears.listen()
        assert [row[3:5] for row in rows()] == [(day(3), 3)]

    def test_a_record_of_a_stay_that_goes_on_after_all_is_taken_back(self, cast: Cast, ears: Ears) -> None:
        begin(cast)
        end(cast, "employee", 3)
        ears.listen()
        RelationEpisode.objects.update(ended_at=None, ended_by=None)
        losses.settle(corp_id=cast.corp.pk, customer_ids=[readings.the(WHO).pk])
        assert rows() == []

    def test_a_repeat_changes_nothing(self, cast: Cast, ears: Ears) -> None:
        begin(cast)
        end(cast)
        ears.listen(twice=True)
        before = rows()
        assert len(before) == 1
        assert not losses.settle(corp_id=cast.corp.pk, customer_ids=[readings.the(WHO).pk])
        assert rows() == before

    def test_changes_of_a_pair_that_move_no_end_are_passed_over(self, cast: Cast, ears: Ears, monkeypatch: Any) -> None:
        begin(cast)
        begin(cast, remark="老张", ticket=2)
        monkeypatch.setattr(losses, "settle", lambda **_kw: pytest.fail("nothing ended"))
        assert "customer.relation.updated" in ears.listen()

    def test_a_customer_of_another_company_is_not_looked_at(self, cast: Cast) -> None:
        begin(cast)
        end(cast)
        assert not losses.settle(corp_id=cast.other_corp.pk, customer_ids=[readings.the(WHO).pk])
        assert rows() == []

    @pytest.mark.parametrize("seed", range(12))
    def test_events_in_any_order_and_the_rebuild_give_the_same_records(self, cast: Cast, ears: Ears, seed: int) -> None:
        dice, at = random.Random(seed), 0.0
        for ticket in range(1, 14):
            at += dice.choice([0.5, 1, 3])
            customer = dice.choice(["wmA", "wmB"])
            if dice.random() < 0.5:
                begin(cast, at, ticket=ticket, customer=customer)
            else:
                begin(cast, 0, ticket=0, customer=customer)
                end(cast, dice.choice(["customer", "employee", "transfer"]), at, ticket=ticket, customer=customer)
            if dice.random() < 0.4:
                ears.listen(dice, twice=True)
        ears.listen(dice)
        heard = [row[:-1] for row in rows()]
        call_command("rebuild_losses", verbosity=0)
        assert [row[:-1] for row in rows()] == heard
        Loss.objects.all().delete()
        call_command("rebuild_losses")
        assert [row[:-1] for row in rows()] == heard
        assert len(heard) == RelationEpisode.objects.exclude(ended_at=None).count()


class TestTaggingDeserters:
    def test_who_deleted_us_gets_the_companys_tag_by_rule_for_the_employee(self, cast: Cast, ears: Ears) -> None:
        tag = deserter_tag(cast)
        begin(cast)
        end(cast)
        ears.listen()
        row = CustomerTag.objects.get()
        assert (row.tag_id, row.follower_id, row.source, row.actor) == (tag, cast.owner.pk, "rule", "system")
        assert "customer.tag.added" in [f"customer.{name}" for name in readings.told(WHO)]
        assert Loss.objects.get().tags == []

    @pytest.mark.parametrize("how", ["employee", "transfer"])
    def test_whom_we_let_go_gets_none(self, cast: Cast, ears: Ears, how: str) -> None:
        deserter_tag(cast)
        begin(cast)
        end(cast, how)
        ears.listen()
        assert not CustomerTag.objects.exists()

    def test_the_same_event_again_puts_nothing(self, cast: Cast, ears: Ears) -> None:
        deserter_tag(cast)
        begin(cast)
        end(cast)
        ears.listen(twice=True)
        assert CustomerTag.objects.count() == 1
        assert readings.told(WHO).count("tag.added") == 1

    def test_who_has_come_back_meanwhile_gets_none(self, cast: Cast, ears: Ears) -> None:
        deserter_tag(cast)
        begin(cast)
        end(cast, at=3)
        begin(cast, 5, ticket=3)
        ears.listen()
        assert not CustomerTag.objects.exists()

    def test_a_deleted_customer_or_tag_stops_nothing_else(self, cast: Cast, ears: Ears) -> None:
        tag = deserter_tag(cast)
        begin(cast)
        end(cast)
        lifecycle.delete(customer=readings.the(WHO), by=SYSTEM, source="api")
        ears.listen()
        assert (Loss.objects.count(), CustomerTag.objects.count()) == (1, 0)
        RiskSetting.objects.get().deserter_tag.__class__.objects.filter(pk=tag).update(deleted_at=day(0))
        assert losses.tag_deserters(corp_id=cast.corp.pk, losses=Loss.objects.all()) == []

    def test_without_a_setting_none_is_put(self, cast: Cast, ears: Ears) -> None:
        begin(cast)
        end(cast)
        ears.listen()
        assert not CustomerTag.objects.exists()

    def test_the_tag_goes_to_wecom_too(self, cast: Cast, ears: Ears) -> None:
        type(cast.corp).objects.filter(pk=cast.corp.pk).update(mirrored=True)
        deserter_tag(cast)
        begin(cast)
        end(cast)
        ears.listen()
        assert [command.kind for command in Command.objects.all()] == ["customer.tag"]


def test_the_handlers_stand_in_the_table_of_subscriptions() -> None:
    for name, handler in [
        ("customer.unfollowed", handlers.customer_unfollowed),
        ("customer.relation.updated", handlers.relation_updated),
    ]:
        assert (
            f"insights.handlers.{handler.__name__}"
            in __import__("scrm_customer.subscriptions", fromlist=["x"]).SUBSCRIPTIONS[name]
        )
