"""Cursors and pages: nothing is given twice, nothing is left out, and a cursor dies."""

import pytest

from tests.wecom.sandbox.conftest import Api
from wecom.sandbox.company import Company

BATCH = "externalcontact/batch/get_by_user"


def ids(pages: list[list[dict[str, dict[str, str]]]]) -> list[tuple[str, str]]:
    rows = [row for page in pages for row in page]
    return [(row["follow_info"]["userid"], row["external_contact"]["external_userid"]) for row in rows]


@pytest.mark.parametrize(
    ("asked", "given"), [({}, 50), ({"limit": 7}, 7), ({"limit": 100}, 100), ({"limit": 5000}, 100)]
)
def test_a_batch_page_is_50_unless_asked_and_never_over_100(
    company: Company, api: Api, asked: dict[str, int], given: int
) -> None:
    for _ in range(120):
        company.befriend("lina")
    assert len(api.post(BATCH, userid_list=["lina"], **asked)["external_contact_list"]) == given


@pytest.mark.parametrize("limit", [1, 3, 10, 30, 60, 100])
@pytest.mark.parametrize("counts", [(0, 0), (30, 0), (0, 30), (30, 30), (17, 5), (1, 59)])
def test_a_batch_gives_every_pair_once(company: Company, api: Api, limit: int, counts: tuple[int, int]) -> None:
    pairs = [
        (who, company.befriend(who)) for who, count in zip(("lina", "bob"), counts, strict=True) for _ in range(count)
    ]
    pages = api.pages(BATCH, "external_contact_list", userid_list=["lina", "bob"], limit=limit)
    assert ids(pages) == pairs
    assert all(len(page) == limit for page in pages[:-1])


def test_who_goes_or_comes_meanwhile_shifts_nobody(company: Company, api: Api) -> None:
    externals = [company.befriend("lina") for _ in range(9)]
    first = api.post(BATCH, userid_list=["lina"], limit=3)
    company.delete_by_employee("lina", externals[0])
    company.delete_by_employee("lina", externals[4])
    late = company.befriend("lina")
    rest = api.post(BATCH, userid_list=["lina"], limit=100, cursor=first["next_cursor"])
    assert [external for _, external in ids([rest["external_contact_list"]])] == [externals[3], *externals[5:], late]


def test_one_who_was_added_again_goes_to_the_end(company: Company, api: Api) -> None:
    first, second = company.befriend("lina"), company.befriend("lina")
    company.delete_by_customer("lina", first)
    company.befriend("lina", first)
    assert api.get("externalcontact/list", userid="lina")["external_userid"] == [second, first]


def test_a_cursor_tells_nothing_and_belongs_to_its_call(company: Company, api: Api) -> None:
    for _ in range(3):
        company.befriend("lina")
    cursor = api.post(BATCH, userid_list=["lina"], limit=1)["next_cursor"]
    assert "lina" not in cursor
    assert api.post("externalcontact/get_unassigned_list", cursor=cursor)["errcode"] == 40058


@pytest.mark.parametrize("cursor", ["x", "made-up", "MTIz", "ÄÖ", "0" * 500])
def test_a_made_up_cursor_is_refused(api: Api, cursor: str) -> None:
    answer = api.post(BATCH, userid_list=["lina"], cursor=cursor)
    assert (answer["errcode"], answer["external_contact_list"]) == (40058, [])


def test_a_cursor_dies_with_time(company: Company, api: Api) -> None:
    company.switches.cursor_seconds = 600
    for _ in range(3):
        company.befriend("lina")
    cursor = api.post(BATCH, userid_list=["lina"], limit=1)["next_cursor"]
    company.advance(600)
    assert api.post(BATCH, userid_list=["lina"], limit=1, cursor=cursor)["errcode"] == 0
    company.advance(1)
    assert api.post(BATCH, userid_list=["lina"], limit=1, cursor=cursor)["errcode"] == 40058


@pytest.mark.parametrize(("followers", "pages"), [(499, [499]), (500, [500]), (501, [500, 1]), (1203, [500, 500, 203])])
def test_get_gives_five_hundred_followers_a_page(company: Company, api: Api, followers: int, pages: list[int]) -> None:
    external = company.befriend("lina")
    for number in range(followers - 1):
        company.hire(f"many{number}", "某")
        company.befriend(f"many{number}", external)
    found, cursor = [], ""
    while True:
        answer = api.get("externalcontact/get", external_userid=external, **({"cursor": cursor} if cursor else {}))
        assert answer["external_contact"]["external_userid"] == external
        found.append([row["userid"] for row in answer["follow_user"]])
        cursor = answer.get("next_cursor", "")
        if not cursor:
            break
    assert [len(page) for page in found] == pages
    assert len({userid for page in found for userid in page}) == followers


def test_member_ids_come_in_pages(company: Company, api: Api) -> None:
    company.move_employee("lina", [1, 2])
    api.token = api.login("secret-of-the-contacts")
    pages = api.pages("user/list_id", "dept_user", limit=2)
    assert [[(row["userid"], row["department"]) for row in page] for page in pages] == [
        [("lina", 1), ("lina", 2)],
        [("bob", 2)],
    ]
