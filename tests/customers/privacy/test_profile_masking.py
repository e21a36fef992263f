"""Numbers in a profile and of a person with several records: whole for whoever follows the record, else starred."""

from typing import Any

import pytest
from django.urls import reverse

from corps.choices import Masking, Role
from corps.models import User
from customers import cache
from customers.models import Customer, FollowRelation
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered
from tests.customers.privacy.people import MOBILE, NOTED, STARRED, UNIONID, URL, choose, client, numbered

STARRED_NOTE, OTHER_NOTE = "139****4321", "13700001111"
WHOLE = {"mobile": MOBILE, "unionid": UNIONID}


def got(seen: Any, customer: Customer, below: str = "/profile") -> Any:
    answer = seen.get(f"{URL}/{customer.pk}{below}")
    assert answer.status_code == 200, answer.content
    return answer


def shown(answer: Any) -> tuple[dict[str, str], list[list[str]]]:
    """The person's own numbers of a profile, and those noted by each who follows them."""
    told = answer.json()
    own = {name: told["facts"][name] for name in WHOLE}
    return own, [relation["remarkMobiles"] for relation in told["relations"]["list"]]


@pytest.mark.parametrize(
    ("chosen", "whole"),
    [
        (Masking.OFF, {"owner", "colleague", "manager", "admin"}),
        (Masking.OTHERS, {"owner", "admin"}),
        (Masking.PEOPLE, {"admin"}),
        (Masking.ALL, {"admin"}),
    ],
)
def test_a_profile_shows_the_numbers_that_the_detail_shows(cast: Cast, chosen: Masking, whole: set[str]) -> None:
    customer = numbered(cast)
    choose(cast, chosen)
    for name in ("admin", "colleague", "owner", "manager"):
        answer = got(client(cast, name), customer)
        expected = (WHOLE, [[NOTED]]) if name in whole else (STARRED, [[STARRED_NOTE]])
        assert shown(answer) == expected, name
        # Nor in a sentence, a reason or a difference.
        sung = [number for number in (MOBILE, UNIONID, NOTED) if number in answer.content.decode()]
        assert bool(sung) is (name in whole), (name, sung)


@pytest.mark.parametrize("chosen", list(Masking))
def test_a_service_reads_starred_profiles_only_where_numbers_are_hidden_from_services(
    cast: Cast, chosen: Masking
) -> None:
    customer = numbered(cast)
    choose(cast, chosen)
    own, noted = shown(got(api.client(cast.corp), customer))
    hidden = chosen == Masking.ALL
    assert (own, noted) == (STARRED if hidden else WHOLE, [[STARRED_NOTE if hidden else NOTED]])


def test_what_every_colleague_noted_is_starred_and_still_told_to_differ(cast: Cast) -> None:
    customer = numbered(cast)
    make.relation(customer, cast.manager, remark_mobiles=[OTHER_NOTE], status=2)
    answer = got(client(cast, "colleague"), customer)
    assert sorted(shown(answer)[1]) == [["137****1111"], [STARRED_NOTE]]
    assert "remarkMobiles" in answer.json()["relations"]["differences"]
    # One who followed once is no follower.
    assert shown(got(client(cast, "manager"), customer))[0] == STARRED


def test_the_page_of_a_profile_stars_for_whom_the_api_does(cast: Cast) -> None:
    customer = numbered(cast)
    address = reverse("admin:customers_customer_profile", args=[customer.pk])
    for name, whole in (("admin", True), ("manager", False), ("owner", True), ("colleague", False)):
        content = entered(cast.users[name]).get(address).content.decode()
        assert ("138****5678" in content, MOBILE in content) == (not whole, whole), name
        assert (NOTED in content) is whole, name


class TestTheCache:
    @pytest.mark.parametrize("below", ["", "/profile", "/follows"])
    def test_the_companys_choice_counts_from_the_next_answer_on(self, cast: Cast, below: str) -> None:
        customer = numbered(cast)
        for chosen in (Masking.OFF, Masking.OTHERS, Masking.ALL, Masking.OFF):
            choose(cast, chosen)
            content = got(client(cast, "colleague"), customer, below).content.decode()
            assert (NOTED in content) is (chosen == Masking.OFF), chosen
            assert (STARRED_NOTE in content) is (chosen != Masking.OFF), chosen

    @pytest.mark.parametrize("below", ["", "/profile"])
    def test_who_is_an_administrator_no_more_sees_stars(self, cast: Cast, below: str) -> None:
        customer = numbered(cast)
        assert MOBILE in got(client(cast, "admin"), customer, below).content.decode()
        User.objects.filter(pk=cast.users["colleague"].pk).update(employee=None)
        User.objects.filter(pk=cast.users["admin"].pk).update(role=Role.STAFF, employee=cast.colleague)
        cast.users["admin"] = User.objects.get(pk=cast.users["admin"].pk)
        content = got(client(cast, "admin"), customer, below).content.decode()
        assert not [number for number in (MOBILE, UNIONID, NOTED) if number in content]

    def test_who_sees_stars_first_leaves_the_whole_one_for_the_next(self, cast: Cast) -> None:
        customer = numbered(cast)
        assert shown(got(client(cast, "colleague"), customer)) == (STARRED, [[STARRED_NOTE]])
        assert shown(got(client(cast, "owner"), customer)) == (WHOLE, [[NOTED]])
        assert shown(got(client(cast, "colleague"), customer)) == (STARRED, [[STARRED_NOTE]])

    def test_stars_are_put_into_a_copy_and_not_into_what_is_kept(self, cast: Cast) -> None:
        customer, admin = numbered(cast), cast.actor("admin")
        got(client(cast, "manager"), customer)
        versions = cache.versions(customer.pk, admin)
        assert versions
        assert STARRED["mobile"].encode() not in cache.detail(customer.pk, versions, admin)


def test_custom_fields_that_are_not_personal_are_shown_to_whoever_sees_the_customer(cast: Cast) -> None:
    customer = numbered(cast)
    make.custom_field(cast.corp, "hobby")
    make.custom_field(cast.corp, "habit", subject="relation")
    make.filled(make.filled(customer, hobby="钓鱼"), cast.owner, habit="早上打电话")
    choose(cast, Masking.ALL)
    for name in ("owner", "colleague", "manager", "admin"):
        seen = client(cast, name)
        detail = got(seen, customer, "").json()
        assert detail["customFields"] == {"hobby": "钓鱼"}, name
        assert [follow["customFields"] for follow in detail["follows"]] == [{"habit": "早上打电话"}]
        assert got(seen, customer).json()["facts"]["customFields"] == {"hobby": "钓鱼"}
        assert (detail["mobile"] == MOBILE) is (name == "admin")


class TestAPersonWithSeveralRecords:
    @pytest.fixture
    def both(self, cast: Cast) -> list[Customer]:
        """The owner's record, which is kept, and the colleague's, which went into it."""
        rows = []
        for employee, mobile, noted in ((cast.owner, MOBILE, NOTED), (cast.colleague, "13600002222", OTHER_NOTE)):
            row = make.customer(cast.corp, employee, mobile=mobile)
            FollowRelation.objects.filter(customer=row).update(remark_mobiles=[noted])
            rows.append(row)
        make.merge(rows[0], rows[1])
        return rows

    def noted(self, cast: Cast, name: str, customer: Customer) -> dict[int, list[str]]:
        """Record → what was noted of it, as this reader gets it."""
        told = got(client(cast, name), customer, "/follows").json()["list"]
        return {follow["customerId"]: follow["remarkMobiles"] for follow in told}

    def test_of_each_record_its_follower_sees_the_numbers(self, cast: Cast, both: list[Customer]) -> None:
        kept, other = both
        assert self.noted(cast, "owner", kept) == {kept.pk: [NOTED], other.pk: ["137****1111"]}
        assert self.noted(cast, "colleague", kept) == {kept.pk: [STARRED_NOTE], other.pk: [OTHER_NOTE]}
        assert self.noted(cast, "admin", kept) == {kept.pk: [NOTED], other.pk: [OTHER_NOTE]}
        assert self.noted(cast, "manager", kept) == {kept.pk: [STARRED_NOTE], other.pk: ["137****1111"]}

    def test_no_door_shows_what_the_detail_hides(self, cast: Cast, both: list[Customer]) -> None:
        kept, _other = both
        seen = client(cast, "colleague")
        for below in ("", "/profile", "/follows"):
            content = got(seen, kept, below).content.decode()
            assert NOTED not in content, below
            assert MOBILE not in content, below

    def test_who_sees_nothing_of_the_person_is_told_of_none(self, cast: Cast, both: list[Customer]) -> None:
        for row in both:
            for below in ("", "/profile", "/follows"):
                assert client(cast, "stranger").get(f"{URL}/{row.pk}{below}").status_code == 404
