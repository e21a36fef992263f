"""The doors of duplicates and merges over REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from corps.actors import SYSTEM
from corps.models import User
from customers import collaborating, merging
from customers.models import Customer, CustomerMerge, DuplicatePair
from followups import writing
from tests import api, make
from tests.conftest import Cast
from tests.customers.merging.dumps import differing, everything, two
from tests.doors import refused

URL = "/api/v1"


def client(user: User) -> Any:
    found = APIClient(headers={"Accept-Language": "en"})
    found.force_authenticate(user.actor)
    return found


def merge(caller: Any, kept: Customer, *others: Customer, preview: bool = False) -> Any:
    body = {"otherIds": [row.pk for row in others], "preview": preview}
    return caller.post(f"{URL}/customers/{kept.pk}/merge", body, format="json")


def test_candidates_are_listed_newest_first_in_parts_without_any_number(cast: Cast) -> None:
    kept, other = two(cast)
    rows = [make.duplicate_pair(kept, other, reasons=3)]
    rows += [make.duplicate_pair(kept, make.customer(cast.corp), reasons=4) for _n in range(2)]
    make.duplicate_pair(kept, make.customer(cast.corp), state="dismissed")
    caller = api.client(cast.corp)
    first = caller.get(f"{URL}/duplicates?size=2")
    assert "13800000001" not in first.content.decode()
    assert [row["id"] for row in first.json()["list"]] == [rows[2].pk, rows[1].pk]
    last = caller.get(f"{URL}/duplicates?size=2&cursor={first.json()['nextCursor']}").json()
    assert last["nextCursor"] is None
    (row,) = last["list"]
    assert (row["id"], row["state"], row["reasons"]) == (rows[0].pk, "open", ["unionid", "mobile"])
    assert [person["id"] for person in row["customers"]] == [kept.pk, other.pk]
    assert len(caller.get(f"{URL}/duplicates?state=dismissed").json()["list"]) == 1
    assert caller.get(f"{URL}/duplicates?state=merged").json()["list"] == []


@pytest.mark.parametrize("query", ["state=gone", "cursor=x", "cursor=-1", "size=0", "size=101", "page=1"])
def test_a_question_that_makes_no_sense_is_refused(cast: Cast, query: str) -> None:
    assert api.client(cast.corp).get(f"{URL}/duplicates?{query}").status_code == 400


def test_a_list_costs_the_same_however_long_it_is(cast: Cast, django_assert_num_queries: Any) -> None:
    caller = api.client(cast.corp)
    for _n in range(3):
        make.duplicate_pair(make.customer(cast.corp), make.customer(cast.corp))
    caller.get(f"{URL}/duplicates")
    with django_assert_num_queries(1):
        assert len(caller.get(f"{URL}/duplicates").json()["list"]) == 3


def test_a_candidate_is_dismissed(cast: Cast) -> None:
    row = make.duplicate_pair(*two(cast))
    caller = api.client(cast.corp)
    told = [caller.post(f"{URL}/duplicates/{row.pk}/dismiss").json() for _n in range(2)]
    assert told[0] == told[1]
    assert (told[0]["state"], told[0]["dismissedBy"][:4]) == ("dismissed", "api:")
    assert caller.get(f"{URL}/duplicates").json()["list"] == []
    refused(caller.post(f"{URL}/duplicates/{row.pk + 1}/dismiss"), 404, "not_found")


def test_a_preview_says_what_merging_then_does(cast: Cast) -> None:
    kept, other = two(cast)
    caller = api.client(cast.corp)
    before = everything()
    preview = merge(caller, kept, other, preview=True).json()
    assert preview["merge"] is None
    assert differing(before, everything()).keys() <= {"IdempotencyKey", "ApiKey"}
    assert preview["plan"]["takes"] == [{"field": "gender", "fromId": other.pk}, {"field": "city", "fromId": other.pk}]
    assert preview["plan"]["stays"] == [{"field": "name", "customerIds": [other.pk]}]
    assert [side["followers"] for side in preview["plan"]["customers"]] == [1, 1]
    done = merge(caller, kept, other).json()
    assert done["plan"] == preview["plan"]
    assert (done["merge"]["keptId"], done["merge"]["otherIds"]) == (kept.pk, [other.pk])
    assert sorted(done["merge"]["filled"]) == ["city", "gender"]


def test_the_detail_of_a_merged_record_says_where_it_went(cast: Cast) -> None:
    kept, other = two(cast)
    caller = api.client(cast.corp)
    addresses = [f"{URL}/customers/{row.pk}" for row in (other, kept)]
    assert [caller.get(one).json()["mergedIntoId"] for one in addresses] == [None, None]
    row = make.merge(kept, other)
    assert [caller.get(one).json()["mergedIntoId"] for one in addresses] == [kept.pk, None]
    assert caller.get(addresses[1]).json()["city"] == "深圳"
    refused(caller.patch(addresses[0], {"name": "x"}, format="json"), 409, "customer_merged")
    undone = caller.post(f"{URL}/merges/{row.pk}/undo").json()
    assert (undone["left"], undone["undoneAt"] is not None) == ([], True)
    assert [caller.get(one).json()["mergedIntoId"] for one in addresses] == [None, None]


def test_the_kept_one_shows_followers_and_follow_ups_of_all_its_records(cast: Cast) -> None:
    kept, other = two(cast)
    for row, employee in ((kept, cast.owner), (other, cast.colleague)):
        writing.write(
            customer=row, content=employee.name, employee_id=employee.pk, by=make.service(cast.corp), source="api"
        )
    make.merge(Customer.objects.get(pk=kept.pk), Customer.objects.get(pk=other.pk))
    caller = api.client(cast.corp)

    def shown(row: Customer) -> tuple[list[Any], list[Any]]:
        follows = caller.get(f"{URL}/customers/{row.pk}/follows").json()["list"]
        told = caller.get(f"{URL}/customers/{row.pk}/followups").json()["list"]
        pairs = [(one["customerId"], one["employeeId"]) for one in follows]
        assert all(len(one["episodes"]) == 1 for one in follows)
        return pairs, [one["content"] for one in told]

    pairs = [(kept.pk, cast.owner.pk), (other.pk, cast.colleague.pk)]
    assert shown(kept) == (pairs, [cast.colleague.name, cast.owner.name])
    assert shown(other) == (pairs[1:], [cast.colleague.name])


def test_whoever_follows_one_record_sees_and_changes_the_person(cast: Cast) -> None:
    kept, other = two(cast)
    people = {name: client(cast.users[name]) for name in ("owner", "colleague", "manager")}

    def seen(name: str) -> list[int]:
        return sorted(
            row.pk for row in (kept, other) if people[name].get(f"{URL}/customers/{row.pk}").status_code == 200
        )

    assert (seen("owner"), seen("colleague")) == ([kept.pk], [other.pk])
    row = make.merge(kept, other)
    assert seen("owner") == seen("colleague") == seen("manager") == [kept.pk, other.pk]
    listed = people["colleague"].get(f"{URL}/customers").json()
    assert ([one["id"] for one in listed["list"]], listed["total"]) == ([kept.pk], 1)
    body = {"content": "再次拜访"}
    written = people["colleague"].post(f"{URL}/customers/{kept.pk}/followups", body, format="json")
    assert written.status_code == 201
    assert people["colleague"].patch(f"{URL}/customers/{kept.pk}", {"city": "广州"}, format="json").status_code == 200
    merging.undo(merge=row, by=make.service(cast.corp), source="api")
    assert (seen("owner"), seen("colleague")) == ([kept.pk], [other.pk])
    refused(people["colleague"].post(f"{URL}/customers/{kept.pk}/followups", body, format="json"), 404, "not_found")


def test_only_who_may_and_sees_both_merges_and_parts(cast: Cast) -> None:
    kept, other = two(cast)
    elsewhere = make.customer(cast.corp, make.employee(cast.corp))
    pair = make.duplicate_pair(kept, elsewhere)
    manager, staff = client(cast.users["manager"]), client(cast.users["owner"])
    stranger = client(cast.users["stranger"])
    before = everything()
    refused(merge(staff, kept, other), 403, "permission_denied")
    refused(merge(manager, kept, elsewhere), 404, "not_found")
    refused(merge(stranger, kept, other), 404, "not_found")
    refused(manager.post(f"{URL}/duplicates/{pair.pk}/dismiss"), 404, "not_found")
    assert manager.get(f"{URL}/duplicates").json()["list"] == []
    assert everything() == before
    done = merge(manager, kept, other)
    assert done.status_code == 200
    address = f"{URL}/merges/{done.json()['merge']['id']}/undo"
    refused(staff.post(address), 403, "permission_denied")
    refused(stranger.post(address), 404, "not_found")
    assert CustomerMerge.objects.get().undone_at is None
    assert manager.post(address).status_code == 200
    assert differing(before, everything()).keys() <= {"IdempotencyKey"}


def test_who_reads_along_merges_nothing(cast: Cast) -> None:
    kept = make.customer(cast.corp, make.employee(cast.corp))
    mine = make.customer(cast.corp, cast.manager)
    collaborating.add_collaborators(customer=kept, employee_ids=[cast.manager.pk], by=SYSTEM, source="api")
    before = everything()
    refused(merge(client(cast.users["manager"]), kept, mine), 403, "collaborator_reads")
    assert everything() == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"otherIds": []}, 400),
        ({"otherIds": list(range(1, 12))}, 400),
        ({"otherIds": ["x"]}, 400),
        ({"otherIds": [2**70]}, 400),
        ({"otherIds": [10**9]}, 404),
        ({"otherIds": [1], "more": 1}, 400),
    ],
)
def test_a_body_that_can_t_be_read_is_refused(cast: Cast, body: Any, status: int) -> None:
    kept = make.customer(cast.corp)
    answer = api.client(cast.corp).post(f"{URL}/customers/{kept.pk}/merge", body, format="json")
    assert answer.status_code == status
    assert not CustomerMerge.objects.exists()


def test_a_merge_settles_the_candidate(cast: Cast) -> None:
    kept, other = two(cast)
    row = make.duplicate_pair(kept, other)
    caller = api.client(cast.corp)
    done = merge(caller, kept, other).json()["merge"]
    refused(caller.post(f"{URL}/duplicates/{row.pk}/dismiss"), 409, "pair_merged")
    assert [one["id"] for one in caller.get(f"{URL}/duplicates?state=merged").json()["list"]] == [row.pk]
    caller.post(f"{URL}/merges/{done['id']}/undo")
    assert DuplicatePair.objects.get().state == "open"
