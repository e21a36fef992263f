"""The company a sandbox begins with."""

import re

import pytest

from tests.wecom.sandbox.conftest import DAY, MORNING, Api
from wecom.sandbox import access, seeding, store
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company
from wecom.sandbox.server import application

ACCESS = access.of("one installation", 7002)


def build(**fields: int) -> Company:
    sizes = {"customers": 200, "employees": 6, "departments": 3, "tags": 50, "chats": 4} | fields
    return seeding.build(access=ACCESS, clock=Clock(MORNING), **sizes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def seeded() -> Company:
    return build()


def test_the_same_seed_builds_the_same_company(seeded: Company) -> None:
    assert store.dump(build()) == store.dump(seeded)


def test_another_seed_builds_another_one(seeded: Company) -> None:
    assert build(seed=1).truth() != seeded.truth()


def test_ids_and_names_do_not_depend_on_the_day(seeded: Company) -> None:
    later = seeding.build(
        access=ACCESS, clock=Clock(MORNING + 9 * DAY), customers=200, employees=6, departments=3, tags=50, chats=4
    )
    assert later.truth()["people"] == seeded.truth()["people"]
    assert list(later.truth()["follows"]) == list(seeded.truth()["follows"])


def test_it_has_the_asked_for_sizes(seeded: Company) -> None:
    counts = seeded.counts()
    assert (counts["customers"], counts["employees"], counts["departments"]) == (200, 6, 4)
    assert (counts["tags"], counts["chats"], counts["events waiting"]) == (50, 4, 0)
    assert 200 < counts["relations"] < 260


@pytest.mark.parametrize(
    "sizes",
    [
        {"customers": 0},
        {"chats": 0},
        {"tags": 0},
        {"employees": 1},
        {"departments": 0},
        {"employees": 0, "customers": 9},
    ],
)
def test_it_can_be_small(sizes: dict[str, int]) -> None:
    company = build(**sizes)
    wanted = {"customers": 200, "employees": 6, "departments": 3, "tags": 50, "chats": 4} | sizes
    assert company.counts()["employees"] == wanted["employees"]
    assert company.counts()["tags"] == wanted["tags"]


def test_everybody_came_in_the_past_and_in_order(seeded: Company) -> None:
    times = [follow.createtime for rows in seeded.follows.values() for follow in rows.values()]
    assert MORNING - 401 * DAY < min(times) < MORNING - 390 * DAY
    assert MORNING - 20 * DAY < max(times) < MORNING
    for userid in seeded.follows:
        listed = [follow.createtime for follow in seeded.listed(userid)]
        assert listed == sorted(listed)


def test_customers_are_of_all_kinds(seeded: Company) -> None:
    follows = [follow for rows in seeded.follows.values() for follow in rows.values()]
    assert {1, 2} == {person.type for person in seeded.people.values()}
    assert len({follow.add_way for follow in follows}) > 4
    assert any(follow.personal for follow in follows)
    assert any(follow.remark for follow in follows)
    assert any(not follow.tags for follow in follows)
    assert any(len(rows) > 1 for rows in seeded.followers.values())


def test_nobodys_number_could_be_somebodys(seeded: Company) -> None:
    numbers = [n for rows in seeded.follows.values() for follow in rows.values() for n in follow.remark_mobiles]
    assert numbers
    assert all(re.fullmatch(r"1990000\d{4}", number) for number in numbers)


def test_chats_have_an_owner_guests_and_an_admin(seeded: Company) -> None:
    for chat in seeded.chats.values():
        kinds = {member.type for member in chat.members.values()}
        assert kinds == {1, 2}
        assert chat.owner in chat.members
        assert len(chat.admins) == 1


def test_its_apps_are_those_of_the_access(seeded: Company) -> None:
    api = Api(seeded, application(seeded), "x")
    api.token = api.login(ACCESS.secret)
    assert len(api.get("externalcontact/get_follow_user_list")["follow_user"]) == 6
    api.token = api.login(ACCESS.contacts_secret)
    assert len(api.post("user/list_id")["dept_user"]) == 6


def test_the_access_is_one_installations_own() -> None:
    assert access.of("one installation", 7002) == ACCESS
    others = [access.of("another", 7002), access.of("one installation", 1)]
    for other in others:
        assert {other.secret, other.token, other.aes_key, other.corpid}.isdisjoint(
            {ACCESS.secret, ACCESS.token, ACCESS.aes_key, ACCESS.corpid}
        )


@pytest.mark.parametrize("seed", range(20))
def test_the_access_has_the_forms_that_wecom_demands(seed: int) -> None:
    given = access.of("x", seed)
    assert re.fullmatch(r"ww[0-9a-f]{16}", given.corpid)
    assert re.fullmatch(r"[A-Za-z0-9]{43}", given.aes_key)
    assert re.fullmatch(r"[A-Za-z0-9]{1,32}", given.token)
    assert re.fullmatch(r"[A-Za-z0-9]{43}", given.secret)
    assert given.secret != given.contacts_secret
