import pytest
from django.conf import settings

from customers import listing, selection
from customers.models import Customer
from tests import api, make
from tests.conftest import Cast

URL = "/api/v1/customers"


def listed(client, query: str = "") -> list[int]:
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["list"]]


def test_a_row_carries_the_fields_of_the_original_and_its_tags(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp), name="重点客户")
    customer = make.tagged(make.customer(cast.corp, cast.owner, channel="qrcode", gender=1), tag)
    answer = api.client(cast.corp).get(URL).json()
    assert {k: answer[k] for k in ("total", "totalExact", "page", "size")} == {
        "total": 1,
        "totalExact": True,
        "page": 1,
        "size": 20,
    }
    row = answer["list"][0]
    assert row["tags"] == [{"id": tag.pk, "name": "重点客户", "groupId": tag.group_id}]
    wanted = {"id": customer.pk, "corpId": cast.corp.pk, "externalUserid": customer.external_userid, "gender": 1}
    assert wanted.items() <= row.items()
    assert row["followUserId"] == cast.owner.pk
    assert row["addTime"].endswith("Z")
    assert set(row) >= {"avatar", "type", "unionid", "province", "city", "channel", "createTime", "updateTime"}


@pytest.mark.parametrize("path", [URL, f"{URL}/"])
def test_the_path_answers_with_and_without_a_slash(cast: Cast, path: str) -> None:
    assert api.client(cast.corp).get(path).status_code == 200


def test_the_newest_come_first_and_the_deleted_do_not_come(cast: Cast) -> None:
    old, gone, new = (make.customer(cast.corp) for _ in range(3))
    client = api.client(cast.corp)
    assert client.delete(f"{URL}/{gone.pk}").status_code == 204
    assert listed(client) == [new.pk, old.pk]
    assert listed(client, "status=0") == [gone.pk]
    assert client.get(f"{URL}/{gone.pk}").json()["status"] == 0


def test_filters_narrow_and_combine(cast: Cast) -> None:
    a = make.customer(cast.corp, cast.owner, channel="qrcode", gender=1, type=1)
    b = make.customer(cast.corp, cast.owner, channel="card", gender=2, type=2, status=2)
    c = make.customer(cast.corp, cast.colleague, channel="qrcode", blacklisted=True)
    stage = make.stage(cast.corp)
    make.staged(c, stage)
    client = api.client(cast.corp)
    assert listed(client, f"stageId={stage.pk}") == listed(client, f"stageId={stage.pk}&channel=qrcode") == [c.pk]
    assert [row["stageId"] for row in client.get(URL).json()["list"]] == [stage.pk, None, None]
    assert listed(client, "channel=qrcode") == [c.pk, a.pk]
    assert listed(client, f"channel=qrcode&followUserId={cast.owner.pk}&status=1") == [a.pk]
    assert listed(client, "status=2") == [b.pk]
    assert listed(client, "gender=2&type=2") == [b.pk]
    assert listed(client, "blacklisted=true") == [c.pk]
    assert listed(client, "blacklisted=false") == [b.pk, a.pk]


@pytest.mark.parametrize("common", [selection.COMMON, -1], ids=["gathered", "asked of each"])
def test_tag_filters_are_all_any_none_and_untagged(cast: Cast, monkeypatch, common: int) -> None:
    monkeypatch.setattr(selection, "COMMON", common)
    group = make.group(cast.corp)
    x, y = make.tag(group), make.tag(group)
    both = make.tagged(make.customer(cast.corp), x, y)
    one = make.tagged(make.customer(cast.corp), x)
    none = make.customer(cast.corp)
    client = api.client(cast.corp)
    assert listed(client, f"tagIdsAll={x.pk},{y.pk}") == [both.pk]
    assert listed(client, f"tagIdsAny={x.pk},{y.pk}") == [one.pk, both.pk]
    assert listed(client, f"tagIdsNone={y.pk}") == [none.pk, one.pk]
    assert listed(client, "untagged=true") == [none.pk]
    assert listed(client, f"tagIdsAny={x.pk}&tagIdsNone={y.pk}") == [one.pk]


def test_a_tag_put_for_two_followers_shows_once_and_does_not_double_the_customer(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp))
    customer = make.tagged(make.customer(cast.corp, cast.owner), tag)
    make.relation(customer, cast.colleague)
    client = api.client(cast.corp)
    body = {"tagIds": [tag.pk], "followUserId": cast.colleague.pk}
    assert client.post(f"{URL}/{customer.pk}/tags", body).status_code == 200
    answer = client.get(f"{URL}?tagIdsAny={tag.pk}").json()
    assert [row["id"] for row in answer["list"]] == [customer.pk]
    assert len(answer["list"][0]["tags"]) == 1


def test_times_of_adding_are_a_half_open_range_newest_first(cast: Cast) -> None:
    days = [make.customer(cast.corp, add_time=f"2026-05-0{d}T00:00:00Z") for d in (1, 2, 3)]
    client = api.client(cast.corp)
    assert listed(client, "addTimeFrom=2026-05-02T00:00:00Z") == [days[2].pk, days[1].pk]
    assert listed(client, "addTimeFrom=2026-05-01T00:00:00Z&addTimeTo=2026-05-03T00:00:00Z") == [days[1].pk, days[0].pk]
    # 08:00 in Shanghai is midnight in UTC.
    assert listed(client, "addTimeTo=2026-05-02T08:00:00%2B08:00") == [days[0].pk]


@pytest.mark.parametrize("common", [selection.COMMON, 0], ids=["gathered", "asked of each"])
def test_ways_of_adding_and_departments_filter_by_relation(cast: Cast, monkeypatch, common: int) -> None:
    monkeypatch.setattr(selection, "COMMON", common)
    by_card = make.customer(cast.corp, cast.owner)
    by_card.relations.update(add_way=3)
    other = make.customer(cast.corp)
    client = api.client(cast.corp)
    assert listed(client, "addWay=3,16") == [by_card.pk]
    assert listed(client, f"departmentId={cast.department.parent_id}") == [by_card.pk]
    assert listed(client, "departmentId=999999") == []
    assert other.pk in listed(client)


def test_what_changed_since_comes_oldest_change_first_with_deletions(cast: Cast) -> None:
    first, second, third = (make.customer(cast.corp) for _ in range(3))
    since = Customer.objects.get(pk=third.pk).update_time.isoformat().replace("+00:00", "Z")
    client = api.client(cast.corp)
    client.patch(f"{URL}/{second.pk}", {"city": "深圳"})
    client.delete(f"{URL}/{first.pk}")
    assert listed(client, f"updatedAfter={since}") == [second.pk, first.pk]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("size=101", "size"),
        ("size=0", "size"),
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=100000&size=100", "page"),
        ("status=7", "status"),
        ("followUserId=-1", "followUserId"),
        ("followUserId=99999999999999999999", "followUserId"),
        ("tagIdsAny=1,x", "tagIdsAny"),
        ("addTimeFrom=yesterday", "addTimeFrom"),
        ("addTimeFrom=2026-02-31T00:00:00Z", "addTimeFrom"),
        ("sort=name", "sort"),
        ("cursor=%%%", "cursor"),
        ("blacklisted=perhaps", "blacklisted"),
        ("nickname=x", "nickname"),
    ],
)
def test_a_wrong_parameter_is_named_and_refused(cast: Cast, query: str, field: str) -> None:
    answer = api.client(cast.corp).get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert [e["field"] for e in answer.json()["errors"]] == [field]


def test_totals_are_exact_to_the_bound_and_marked_beyond(cast: Cast, settings) -> None:
    settings.TOTAL_BOUND = 3
    for _ in range(5):
        make.customer(cast.corp)
    client = api.client(cast.corp)
    answer = client.get(f"{URL}?size=2").json()
    assert (answer["total"], answer["totalExact"]) == (3, False)
    answer = client.get(f"{URL}?size=2&page=3").json()
    assert (len(answer["list"]), answer["total"], answer["totalExact"]) == (1, 5, True)
    assert client.get(f"{URL}?size=2&page=9").json()["list"] == []


def test_that_a_list_is_past_its_bound_is_found_out_once(cast: Cast, settings, django_assert_num_queries) -> None:
    settings.TOTAL_BOUND = 3
    for _ in range(5):
        make.customer(cast.corp)
    client = api.client(cast.corp)
    first = client.get(f"{URL}?size=2").json()
    with django_assert_num_queries(3):
        again = client.get(f"{URL}?size=2").json()
    assert [(a["total"], a["totalExact"]) for a in (first, again)] == [(3, False)] * 2
    make.customer(cast.other_corp)
    other = api.client(cast.other_corp).get(f"{URL}?size=1").json()
    assert (other["total"], other["totalExact"]) == (1, True)


def test_an_exact_total_is_never_remembered(cast: Cast) -> None:
    client = api.client(cast.corp)
    for total in (1, 2, 3):
        make.customer(cast.corp)
        answer = client.get(f"{URL}?size=1").json()
        assert (answer["total"], answer["totalExact"]) == (total, True)


@pytest.mark.parametrize("sort", ["-id", "id", "-addTime", "addTime", "updateTime"])
def test_a_cursor_walks_every_customer_once_in_order(cast: Cast, sort: str) -> None:
    moments = ["2026-05-01T00:00:00Z", "2026-05-01T00:00:00Z", "2026-04-01T00:00:00.000007Z", "2026-06-01T00:00:00Z"]
    made = [make.customer(cast.corp, add_time=m).pk for m in moments]
    client = api.client(cast.corp)
    seen, cursor = [], ""
    while cursor is not None:
        answer = client.get(f"{URL}?sort={sort}&size=1&cursor={cursor}").json()
        seen += [row["id"] for row in answer["list"]]
        cursor = answer["nextCursor"]
    assert sorted(seen) == sorted(made)
    assert seen == listed(client, f"sort={sort}")


def test_a_cursor_of_another_order_is_refused(cast: Cast) -> None:
    for _ in range(2):
        make.customer(cast.corp)
    client = api.client(cast.corp)
    cursor = client.get(f"{URL}?size=1&cursor=").json()["nextCursor"]
    assert client.get(f"{URL}?sort=id&cursor={cursor}").status_code == 400


def test_people_see_their_own_and_services_the_company(cast: Cast) -> None:
    mine = make.customer(cast.corp, cast.owner)
    theirs = make.customer(cast.corp, cast.colleague)
    nobodys = make.customer(cast.corp)
    foreign = make.customer(cast.other_corp, cast.stranger)

    def seen(name: str) -> set[int]:
        wanted = selection.Wanted(cast.actor(name), {})
        return {row["id"] for row in listing.page(wanted, number=1, size=100)["list"]}

    assert seen("owner") == {mine.pk}
    assert seen("manager") == {mine.pk, theirs.pk}
    assert seen("admin") == {mine.pk, theirs.pk, nobodys.pk}
    assert seen("stranger") == {foreign.pk}


def test_a_page_costs_four_statements_and_no_more_however_many_rows(cast: Cast, django_assert_num_queries) -> None:
    group = make.group(cast.corp)
    tags = [make.tag(group) for _ in range(3)]
    for _ in range(25):
        make.tagged(make.customer(cast.corp, cast.owner), *tags)
    client = api.client(cast.corp)
    client.get(URL)
    with django_assert_num_queries(4):
        client.get(URL)
    with django_assert_num_queries(3):
        client.get(f"{URL}?cursor=")
    assert settings.TOTAL_BOUND == 10_000
