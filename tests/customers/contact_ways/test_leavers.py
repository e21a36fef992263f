"""A code on which somebody has left, or whose tag is gone: it goes on, and can be changed in whatever else it is."""

from typing import Any

import pytest

from core.errors import RuleViolation
from corps.actors import SYSTEM
from corps.choices import EmployeeStatus
from corps.models import Employee
from customers import contact_ways
from customers.contact_ways.checking import Shift
from customers.models import ContactWay
from tags import catalog
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page
from tests.customers.contact_ways.test_changing import everything

AS: Any = {"by": SYSTEM, "source": "operator"}


@pytest.fixture
def way(cast: Cast) -> ContactWay:
    """On it are one who has left and one who hasn't; the spare has left, and the tag is gone."""
    tag = make.tag(make.group(cast.corp))
    row = make.contact_way(cast.corp, cast.owner, cast.colleague, spare_id=cast.manager.pk, tag_ids=[tag.pk])
    gone = Employee.objects.filter(pk__in=[cast.owner.pk, cast.manager.pk])
    gone.update(status=EmployeeStatus.LEFT, can_follow=False)
    catalog.delete_tag(tag=tag, **AS)
    return row


@pytest.mark.parametrize("fields", [{"name": "二号"}, {"welcomeText": "您好"}, {"skipVerify": False}])
def test_something_else_of_it_is_changed(cast: Cast, way: ContactWay, fields: dict[str, Any]) -> None:
    answer = api.client(cast.corp).patch(f"/api/v1/contact-ways/{way.pk}", fields, format="json")
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert {name: answer.json()[name] for name in fields} == fields
    assert [row["employeeId"] for row in answer.json()["members"]] == [cast.owner.pk, cast.colleague.pk]


def test_the_form_saves_it_with_who_is_on_it(cast: Cast, way: ContactWay) -> None:
    client = entered(cast.users["admin"])
    # The picker offers no tag that is gone, so that a browser doesn't send it back.
    posted = form_of(client.get(page(way, "change")), name="二号", tags=[])
    assert client.post(page(way, "change"), posted).status_code == 302
    assert ContactWay.objects.get().name == "二号"
    assert way.members.count() == 2


def test_another_shift_of_the_rest_can_be_set(cast: Cast, way: ContactWay) -> None:
    contact_ways.update_way(way=way, members=[Shift(cast.colleague.pk, day_cap=3)], **AS)
    assert [row.day_cap for row in way.members.all()] == [3]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"members": "gone"}, "employee_unknown"),
        ({"spare_id": "gone"}, "employee_unknown"),
        ({"tag_ids": "gone tag"}, "tag_unknown"),
    ],
)
def test_another_leaver_or_deleted_tag_is_refused_all_the_same(
    cast: Cast, way: ContactWay, wrong: dict[str, str], code: str
) -> None:
    gone = make.employee(cast.corp, status=EmployeeStatus.LEFT).pk
    tag = make.tag(make.group(cast.corp))
    catalog.delete_tag(tag=tag, **AS)
    given = {"members": [Shift(gone)], "spare_id": gone, "tag_ids": [*way.tag_ids, tag.pk]}
    fields: dict[str, Any] = {name: given[name] for name in wrong}
    before = everything()
    with pytest.raises(RuleViolation) as refusal:
        contact_ways.update_way(way=way, **fields, **AS)
    assert refusal.value.code == code
    assert everything() == before


def test_on_a_new_code_nobody_who_has_left_is_put(cast: Cast, way: ContactWay) -> None:
    before = everything()
    with pytest.raises(RuleViolation) as refusal:
        contact_ways.create_way(channel=way.channel, name="新", members=[Shift(cast.owner.pk)], **AS)
    assert refusal.value.code == "employee_unknown"
    assert everything() == before
