"""Who sees whole numbers, by role, follower and what the company chose: in every answer that has them."""

from typing import Any

import pytest

from corps.actors import SYSTEM
from corps.choices import Masking, Role, Sight
from customers import cache, lifecycle
from customers.models import Customer, FollowRelation
from customers.privacy import masking
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.customers.privacy.people import MOBILE, NOTED, STARRED, UNIONID, URL, choose, client, numbered

WHOLE = {"mobile": MOBILE, "unionid": UNIONID}
# What each sees of a customer whom the owner follows.
SEEN: dict[Masking, dict[str, dict[str, str]]] = {
    Masking.OFF: {"owner": WHOLE, "colleague": WHOLE, "manager": WHOLE, "admin": WHOLE},
    Masking.OTHERS: {"owner": WHOLE, "colleague": STARRED, "manager": STARRED, "admin": WHOLE},
    Masking.PEOPLE: {"owner": STARRED, "colleague": STARRED, "manager": STARRED, "admin": WHOLE},
    Masking.ALL: {"owner": STARRED, "colleague": STARRED, "manager": STARRED, "admin": WHOLE},
}


def numbers(customer: dict[str, Any]) -> dict[str, str]:
    return {name: customer[name] for name in WHOLE}


@pytest.mark.parametrize("chosen", list(Masking))
def test_list_and_detail_show_each_what_the_company_chose(cast: Cast, chosen: Masking) -> None:
    customer = numbered(cast)
    choose(cast, chosen)
    for name, expected in SEEN[chosen].items():
        seen = client(cast, name)
        # Twice: from the database, and from the cache that somebody else may have filled.
        for _time in range(2):
            detail = seen.get(f"{URL}/{customer.pk}").json()
            assert (numbers(detail), name) == (expected, name)
            noted = [follow["remarkMobiles"] for follow in detail["follows"]]
            assert noted == [[NOTED if expected == WHOLE else "139****4321"]]
        listed = seen.get(URL).json()["list"]
        assert [numbers(row) for row in listed] == [expected], name
        cursor = seen.get(URL, {"cursor": ""})
        assert cursor.status_code != 200 or [numbers(row) for row in cursor.json()["list"]] == [expected]
        follows = seen.get(f"{URL}/{customer.pk}/follows").json()["list"]
        assert [follow["remarkMobiles"] for follow in follows] == noted


@pytest.mark.parametrize(("chosen", "expected"), [(m, STARRED if m == Masking.ALL else WHOLE) for m in Masking])
def test_a_service_sees_whole_numbers_unless_the_company_hides_them_from_services_too(
    cast: Cast, chosen: Masking, expected: dict[str, str]
) -> None:
    customer = numbered(cast)
    choose(cast, chosen)
    seen = api.client(cast.corp)
    assert numbers(seen.get(f"{URL}/{customer.pk}").json()) == expected
    assert numbers(seen.get(URL).json()["list"][0]) == expected
    made = seen.post(URL, {"externalUserid": "wmNext", "mobile": MOBILE, "unionid": UNIONID}, format="json")
    assert numbers(made.json()) == expected
    changed = seen.patch(f"{URL}/{customer.pk}", {"city": "深圳"}, format="json")
    assert numbers(changed.json()) == expected


def test_what_is_cached_is_whole_and_what_leaves_is_not(cast: Cast) -> None:
    customer = numbered(cast)
    admin, manager = cast.actor("admin"), cast.actor("manager")
    versions = cache.versions(customer.pk, admin)
    assert versions
    whole = cache.detail(customer.pk, versions, admin)
    starred = cache.detail(customer.pk, versions, manager)
    assert MOBILE.encode() in whole
    assert not any(number.encode() in starred for number in (MOBILE, UNIONID, NOTED))
    assert cache.detail(customer.pk, versions, admin) == whole


def test_who_followed_once_sees_stars(cast: Cast) -> None:
    customer = numbered(cast)
    FollowRelation.objects.filter(customer=customer).update(status=2)
    assert masking.hides(customer.pk, cast.actor("owner"))
    assert not masking.hides(customer.pk, cast.actor("admin"))


def test_a_manager_sees_the_numbers_of_the_customers_that_they_follow(cast: Cast) -> None:
    own = make.customer(cast.corp, cast.manager, mobile=MOBILE)
    others = make.customer(cast.corp, cast.owner, mobile=MOBILE)
    listed = {row["id"]: row["mobile"] for row in client(cast, "manager").get(URL).json()["list"]}
    assert listed == {own.pk: MOBILE, others.pk: "138****5678"}


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (None, None),
        ("", ""),
        ("123", "****"),
        ("1381234567", "****"),
        ("13812345678", "138****5678"),
        ("+8613812345678", "+86****5678"),
    ],
)
def test_of_a_short_number_nothing_is_left(number: str | None, shown: str | None) -> None:
    assert masking.hidden(number) == shown


def test_what_rules_kept_is_starred_at_any_depth() -> None:
    kept = {
        "mobile": MOBILE,
        "relations": [{"remark_mobiles": [NOTED], "remark": "r"}],
        "city": "深圳",
        "unionid": None,
    }
    assert masking.noted(kept) == {
        "mobile": "138****5678",
        "relations": [{"remark_mobiles": ["139****4321"], "remark": "r"}],
        "city": "深圳",
        "unionid": None,
    }


class TestWriting:
    def test_stars_that_come_back_change_nothing(self, cast: Cast) -> None:
        customer = numbered(cast)
        choose(cast, Masking.PEOPLE)
        before = OutboxEvent.objects.count()
        answer = client(cast, "owner").patch(f"{URL}/{customer.pk}", STARRED, format="json")
        assert (answer.status_code, numbers(answer.json())) == (200, STARRED)
        row = Customer.objects.get(pk=customer.pk)
        assert (row.mobile, row.unionid, row.version) == (MOBILE, UNIONID, customer.version)
        assert OutboxEvent.objects.count() == before

    def test_stars_beside_a_change_keep_the_number(self, cast: Cast) -> None:
        customer = numbered(cast)
        choose(cast, Masking.PEOPLE)
        body = {"name": "李四", **STARRED}
        assert client(cast, "owner").put(f"{URL}/{customer.pk}", body, format="json").status_code == 200
        row = Customer.objects.get(pk=customer.pk)
        assert (row.name, row.mobile, row.unionid) == ("李四", MOBILE, UNIONID)

    def test_the_stars_of_another_number_are_refused(self, cast: Cast) -> None:
        customer = numbered(cast)
        choose(cast, Masking.PEOPLE)
        answer = client(cast, "owner").patch(f"{URL}/{customer.pk}", {"mobile": "139****0000"}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (422, "number_masked")
        assert answer.json()["errors"][0]["field"] == "mobile"
        assert Customer.objects.get(pk=customer.pk).mobile == MOBILE

    def test_a_whole_number_is_written_and_answered_with_stars(self, cast: Cast) -> None:
        customer = numbered(cast)
        choose(cast, Masking.PEOPLE)
        answer = client(cast, "owner").patch(f"{URL}/{customer.pk}", {"mobile": NOTED}, format="json")
        assert answer.json()["mobile"] == "139****4321"
        assert Customer.objects.get(pk=customer.pk).mobile == NOTED

    def test_a_change_of_tags_answers_with_stars(self, cast: Cast) -> None:
        customer, tag = numbered(cast), make.tag(make.group(cast.corp))
        choose(cast, Masking.PEOPLE)
        seen = client(cast, "owner")
        put = seen.post(f"{URL}/{customer.pk}/tags", {"tagIds": [tag.pk]}, format="json")
        assert numbers(put.json()) == STARRED
        off = seen.delete(f"{URL}/{customer.pk}/tags", {"tagIds": [tag.pk]}, format="json")
        assert numbers(off.json()) == STARRED


class TestSight:
    @pytest.mark.parametrize("chosen", list(Masking))
    def test_administrators_superusers_and_the_system_see_everything(self, cast: Cast, chosen: Masking) -> None:
        choose(cast, chosen)
        root = make.user(None, Role.STAFF, is_superuser=True)
        assert {cast.actor("admin").sight, root.actor.sight, SYSTEM.sight} == {Sight.FULL}

    def test_a_new_company_hides_numbers_from_who_does_not_follow(self, cast: Cast) -> None:
        assert make.corp().masking == Masking.OTHERS
        assert {cast.actor(name).sight for name in ("owner", "manager")} == {Sight.OWN}


def test_members_of_groups_are_shown_without_their_unionids(cast: Cast) -> None:
    customer = numbered(cast)
    chat = make.chat(cast.corp, cast.owner, customer)
    chat.members.filter(customer=customer).update(unionid=UNIONID)
    shown = {
        name: client(cast, name).get(f"/api/v1/groups/{chat.pk}/members").json()["list"][0]["unionid"]
        for name in ("owner", "admin")
    }
    assert shown == {"owner": STARRED["unionid"], "admin": UNIONID}


def test_a_deleted_customer_keeps_the_stars(cast: Cast) -> None:
    customer = numbered(cast)
    lifecycle.delete(customer=customer, by=SYSTEM, source="api")
    listed = client(cast, "manager").get(URL, {"status": 0}).json()["list"]
    assert [numbers(row) for row in listed] == [STARRED]
