"""The doors of assignment: REST and console."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import Assignment, AssignmentRule, Customer
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page
from tests.customers.assigning.test_running import everything

RULES, URL = "/api/v1/assignment-rules", "/api/v1/assignments"


def body(cast: Cast, **fields: Any) -> dict[str, Any]:
    given = {"name": "官网", "channelId": make.channel(cast.corp).pk, "strategy": "least_loaded", "dayCap": 50}
    given |= {"employeeIds": [cast.owner.pk], "departmentIds": [cast.department.pk], "weekdays": [1, 5]}
    return given | {"start": "09:00", "end": "18:00", "spareEmployeeId": cast.colleague.pk} | fields


class TestRules:
    def test_a_rule_is_made_read_changed_and_ended(self, cast: Cast) -> None:
        client, sent = api.client(cast.corp), body(cast)
        made = client.post(RULES, sent, format="json")
        told = made.json()
        assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
        assert told | sent == told
        url = made.headers["Location"]
        assert client.get(url).json() == told
        assert client.get(RULES).json()["list"] == [told]
        changed = client.patch(url, {"active": False}, format="json", HTTP_IF_MATCH='"1"')
        assert changed.json() | {"active": True, "version": 1, "updateTime": told["updateTime"]} == told
        assert client.put(url, sent, format="json", HTTP_IF_MATCH='"1"').status_code == 412
        assert client.delete(url).status_code == 204
        assert client.get(url).status_code == 404

    def test_a_repeat_by_the_same_key_makes_one(self, cast: Cast) -> None:
        client, sent = api.client(cast.corp), body(cast)
        answers = [client.post(RULES, sent, format="json", HTTP_IDEMPOTENCY_KEY="k").json() for _n in range(2)]
        assert answers[0] == answers[1]
        assert AssignmentRule.objects.count() == 1

    @pytest.mark.parametrize(
        "wrong",
        [
            {"strategy": "dice"},
            {"employeeIds": "all"},
            {"employeeIds": [0]},
            {"weekdays": []},
            {"weekdays": [8]},
            {"start": "nine"},
            {"capacity": -1},
            {"addWay": 77},
            {"colour": "red"},
        ],
    )
    def test_a_wrong_body_is_refused(self, cast: Cast, wrong: Any) -> None:
        sent = body(cast, **wrong)
        before = everything()
        assert api.client(cast.corp).post(RULES, sent, format="json").status_code == 400
        assert everything() == before

    def test_the_list_costs_the_same_however_long(self, cast: Cast) -> None:
        for _n in range(5):
            make.assignment_rule(cast.corp, cast.owner)
        client = api.client(cast.corp)
        client.get(RULES)
        with CaptureQueriesContext(connection) as seen:
            assert len(client.get(RULES).json()["list"]) == 5
        assert len(seen) == 1, [q["sql"] for q in seen.captured_queries]


class TestAssignments:
    def test_a_dry_run_tells_who_would_get_whom_and_why_not(self, cast: Cast) -> None:
        rule = make.assignment_rule(cast.corp, cast.owner, capacity=1)
        ids = [make.customer(cast.corp).pk for _n in range(2)]
        before = everything()
        told = api.client(cast.corp).post(f"{URL}/preview", {}, format="json").json()
        assert everything() == before
        assert told["nextAfter"] is None
        assert [(row["customerId"], row["employeeId"], row["reason"]) for row in told["list"]] == [
            (ids[0], cast.owner.pk, "round_robin"),
            (ids[1], None, "all_full"),
        ]
        assert {row["ruleId"] for row in told["list"]} == {rule.pk}
        assert all(row["message"] for row in told["list"])

    def test_a_run_answers_what_it_did_and_a_repeat_by_its_key_the_same(self, cast: Cast) -> None:
        rule = make.assignment_rule(cast.corp, cast.owner)
        customer, client = make.customer(cast.corp), api.client(cast.corp)
        answers = [client.post(URL, {}, format="json", HTTP_IDEMPOTENCY_KEY="k").json() for _n in range(2)]
        assert answers[0] == answers[1]
        (row,) = answers[0]["assigned"]
        assert (row["customerId"], row["employeeId"], row["ruleId"]) == (customer.pk, cast.owner.pk, rule.pk)
        assert (row["source"], row["runId"]) == ("api", answers[0]["runId"])
        assert client.get(URL).json()["list"] == [row]
        assert client.post(URL, {}, format="json").json()["assigned"] == []

    def test_parts_are_asked_for_by_size_and_place(self, cast: Cast) -> None:
        make.assignment_rule(cast.corp, cast.owner)
        ids = [make.customer(cast.corp).pk for _n in range(3)]
        client = api.client(cast.corp)
        first = client.post(URL, {"size": 2}, format="json").json()
        assert first["nextAfter"] == ids[1]
        rest = client.post(URL, {"size": 2, "after": ids[1]}, format="json").json()
        assert [row["customerId"] for row in rest["assigned"]] == ids[2:]

    @pytest.mark.parametrize("wrong", [{"size": 0}, {"size": 201}, {"after": -1}, {"after": 2**63}, {"all": True}])
    def test_a_wrong_part_is_refused(self, cast: Cast, wrong: Any) -> None:
        for url in (URL, f"{URL}/preview"):
            assert api.client(cast.corp).post(url, wrong, format="json").status_code == 400

    def test_the_history_is_narrowed_by_each_of_its_filters(self, cast: Cast) -> None:
        one, two = (make.customer(cast.corp) for _n in range(2))
        row = make.assignment(one, cast.owner, rule_id=5, run_id="a")
        make.assignment(two, cast.colleague, rule_id=6, run_id="b")
        client = api.client(cast.corp)
        for asked in ({"customerId": one.pk}, {"employeeId": cast.owner.pk}, {"ruleId": 5}, {"runId": "a"}):
            assert [found["id"] for found in client.get(URL, asked).json()["list"]] == [row.pk], asked
        assert client.get(URL, {"rule": 5}).status_code == 400

    def test_the_history_costs_the_same_however_long(self, cast: Cast) -> None:
        for _n in range(5):
            make.assignment(make.customer(cast.corp), cast.owner)
        client = api.client(cast.corp)
        client.get(URL)
        with CaptureQueriesContext(connection) as seen:
            assert len(client.get(URL).json()["list"]) == 5
        assert len(seen) == 1, [q["sql"] for q in seen.captured_queries]


class TestConsole:
    def test_a_rule_is_made_by_its_form(self, cast: Cast) -> None:
        client = entered(cast.users["admin"])
        data = form_of(client.get(page(AssignmentRule, "add")), name="官网", employees=[cast.owner.pk])
        data |= {"departments": [cast.department.pk], "weekdays": "12345", "start": "09:00", "end": "18:00"}
        answer = client.post(page(AssignmentRule, "add"), data | {"spare": cast.colleague.pk, "add_way": "1"})
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        rule = AssignmentRule.objects.get()
        assert (rule.employee_ids, rule.department_ids) == ([cast.owner.pk], [cast.department.pk])
        assert (rule.spare_id, rule.add_way, rule.weekdays) == (cast.colleague.pk, 1, "12345")

    def test_saving_it_unchanged_changes_nothing_and_a_change_is_one(self, cast: Cast) -> None:
        rule = make.assignment_rule(cast.corp, cast.owner, department_ids=[cast.department.pk], add_way=1)
        client, url = entered(cast.users["admin"]), page(rule, "change")
        before = everything()
        assert client.post(url, form_of(client.get(url))).status_code == 302
        assert everything() == before
        client.post(url, form_of(client.get(url), day_cap="9"))
        rule.refresh_from_db()
        assert (rule.day_cap, rule.version, rule.employee_ids) == (9, 2, [cast.owner.pk])

    def test_what_the_rule_refuses_is_told_and_nothing_is_written(self, cast: Cast) -> None:
        client = entered(cast.users["admin"])
        for wrong in ({"start": "09:00"}, {"employees": []}, {"employees": [cast.stranger.pk]}):
            data = form_of(client.get(page(AssignmentRule, "add")), name="官网", employees=[cast.owner.pk])
            before = everything()
            answer = client.post(page(AssignmentRule, "add"), data | wrong)
            assert answer.context["adminform"].form.errors
            assert everything() == before

    def test_a_rule_goes_by_its_button(self, cast: Cast) -> None:
        rule = make.assignment_rule(cast.corp, cast.owner)
        entered(cast.users["admin"]).post(page(rule, "delete"), {"post": "yes"})
        assert not AssignmentRule.objects.exists()

    def test_the_dry_run_shows_who_gets_whom_and_the_button_does_it(self, cast: Cast) -> None:
        make.assignment_rule(cast.corp, cast.owner, name="官网", capacity=1)
        customer = make.customer(cast.corp, name="李四光")
        make.customer(cast.corp)
        client, url = entered(cast.users["admin"]), reverse("admin:customers_assignmentrule_preview")
        before = everything()
        text = client.get(url).content.decode()
        assert everything() == before
        for said in ("李四光", "王小明", "官网", "立即分配"):
            assert said in text, said
        answer = client.post(url, follow=True)
        assert "李四光" in answer.content.decode()
        assert Customer.objects.get(pk=customer.pk).follow_user_id == cast.owner.pk
        assert Assignment.objects.get().source == "operator"
        assert Assignment.objects.get().actor == cast.actor("admin").label

    def test_with_nobody_to_give_the_button_says_so(self, cast: Cast) -> None:
        client, url = entered(cast.users["admin"]), reverse("admin:customers_assignmentrule_preview")
        assert client.post(url).headers["Location"] == url
        assert not Assignment.objects.exists()

    def test_a_customers_page_tells_by_which_rule_they_were_given(self, cast: Cast) -> None:
        customer = make.customer(cast.corp, cast.owner)
        make.assignment(customer, cast.owner, rule_name="官网新客规则")
        assert "官网新客规则" in entered(cast.users["manager"]).get(page(customer, "tab_assignments")).content.decode()
