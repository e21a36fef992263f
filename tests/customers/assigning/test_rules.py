"""Rules of assignment: what they may be, and what of them is told."""

import datetime as dt
from typing import Any

import pytest

from core.errors import Conflict, PreconditionFailed, RuleViolation
from corps.actors import SYSTEM
from corps.choices import EmployeeStatus
from corps.models import Employee
from customers import assigning, channels
from customers.assigning import checking
from customers.models import Assignment, AssignmentRule
from tests import make
from tests.conftest import Cast
from tests.customers.assigning.test_running import everything, ran

AS: Any = {"by": SYSTEM, "source": "operator"}


def create(cast: Cast, **fields: Any) -> AssignmentRule:
    given = {"name": "新客", "employee_ids": [cast.owner.pk]}
    return assigning.create_rule(corp_id=cast.corp.pk, **AS, **given | fields)


def test_a_rule_is_stored_with_its_lists_in_order_and_told(cast: Cast, recorded: Any) -> None:
    rule = create(cast, name=" 新客 ", employee_ids=[cast.colleague.pk, cast.owner.pk, cast.owner.pk])
    rule.refresh_from_db()
    assert (rule.name, rule.employee_ids) == ("新客", sorted([cast.owner.pk, cast.colleague.pk]))
    assert recorded()[-1] == ("assignment_rule.created", rule.pk, {"ruleId": rule.pk})


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": " "}, "name_invalid"),
        ({"name": "x" * 31}, "name_invalid"),
        ({"employee_ids": []}, "people_invalid"),
        ({"employee_ids": list(range(1, 502))}, "people_invalid"),
        ({"employee_ids": [10**9]}, "employee_unknown"),
        ({"spare_id": 10**9}, "employee_unknown"),
        ({"department_ids": [10**9]}, "department_unknown"),
        ({"channel_id": 10**9}, "channel_unknown"),
        ({"weekdays": ""}, "hours_invalid"),
        ({"weekdays": "18"}, "hours_invalid"),
        ({"start": dt.time(9)}, "hours_invalid"),
        ({"channel_id": 1, "unnamed_state": True}, "channel_and_unnamed"),
    ],
)
def test_what_can_not_be_is_refused(cast: Cast, wrong: Any, code: str) -> None:
    before = everything()
    with pytest.raises(RuleViolation) as refused:
        create(cast, **wrong)
    assert refused.value.code == code
    assert everything() == before


def test_rows_of_another_company_are_unknown(cast: Cast) -> None:
    foreign = [{"employee_ids": [cast.stranger.pk]}, {"spare_id": cast.stranger.pk}]
    foreign += [
        {"department_ids": [make.department(cast.other_corp).pk]},
        {"channel_id": make.channel(cast.other_corp).pk},
    ]
    for wrong in foreign:
        before = everything()
        with pytest.raises(RuleViolation):
            create(cast, **wrong)
        assert everything() == before


def test_a_name_is_taken_once_in_a_company(cast: Cast) -> None:
    create(cast)
    make.assignment_rule(cast.other_corp, cast.stranger, name="新客")
    before = everything()
    with pytest.raises(Conflict) as refused:
        create(cast)
    assert refused.value.code == "assignment_rule_exists"
    assert everything() == before


def test_there_are_only_so_many(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(checking, "MOST_RULES", 1)
    create(cast)
    with pytest.raises(Conflict) as refused:
        create(cast, name="二")
    assert refused.value.code == "too_many_rules"


def test_what_differs_is_changed_and_told_once(cast: Cast, recorded: Any) -> None:
    rule = create(cast)
    for _twice in range(2):
        rule = assigning.update_rule(rule=rule, day_cap=5, order=2, employee_ids=[cast.owner.pk], **AS)
    assert (rule.day_cap, rule.order, rule.version) == (5, 2, 2)
    told = [data for name, _subject, data in recorded() if name == "assignment_rule.updated"]
    assert told == [{"ruleId": rule.pk, "changed": ["dayCap", "order"]}]


def test_a_version_that_has_passed_changes_nothing(cast: Cast) -> None:
    rule = create(cast)
    before = everything()
    for act in (assigning.update_rule, assigning.delete_rule):
        fields = {"order": 3} if act is assigning.update_rule else {}
        with pytest.raises(PreconditionFailed):
            act(rule=AssignmentRule.objects.get(), if_version=7, **fields, **AS)
    assert everything() == before
    assert rule.version == 1


def test_a_rule_that_names_a_leaver_can_still_be_changed(cast: Cast) -> None:
    rule = create(cast, employee_ids=[cast.owner.pk, cast.colleague.pk])
    Employee.objects.filter(pk=cast.owner.pk).update(status=EmployeeStatus.LEFT)
    assert assigning.update_rule(rule=rule, order=4, **AS).order == 4


def test_what_a_rule_gave_away_outlives_it(cast: Cast, recorded: Any) -> None:
    rule = create(cast)
    make.customer(cast.corp)
    ran(cast)
    pk = rule.pk
    assigning.delete_rule(rule=rule, **AS)
    assert not AssignmentRule.objects.exists()
    row = Assignment.objects.get()
    assert (row.rule_id, row.rule_name) == (pk, "新客")
    assert recorded()[-1] == ("assignment_rule.deleted", pk, {"ruleId": pk})


def test_a_channel_that_a_rule_names_is_not_deleted(cast: Cast) -> None:
    channel = make.channel(cast.corp)
    create(cast, channel_id=channel.pk)
    before = everything()
    with pytest.raises(Conflict) as refused:
        channels.delete_channel(channel=channel, **AS)
    assert refused.value.code == "channel_in_use"
    assert everything() == before
