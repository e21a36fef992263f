"""Fields that pick rows by searching: what was posted and is no id picks nothing, and the page shows the refusal."""

from typing import Any

import pytest
from django.urls import reverse

from customers.models import Collaborator, Customer, CustomerTag, TransferJob
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page

NO_IDS = ["x", "-1", "²", "1;drop", "<script>", "1.5"]


@pytest.mark.parametrize("wrong", NO_IDS)
def test_a_transfer_between_who_can_not_be_is_refused_on_its_form(cast: Cast, wrong: str, recorded: Any) -> None:
    make.customer(cast.corp, cast.owner)
    before = recorded()
    posted = {"handover": wrong, "takers": [wrong], "tags": [wrong], "which": "tagged", "message": ""}
    answer = entered(cast.users["admin"]).post(reverse("admin:customers_transferjob_draw"), posted)
    assert answer.status_code == 200
    assert {"handover", "takers"} <= set(answer.context["form"].errors)
    assert (TransferJob.objects.count(), recorded()) == (0, before)


@pytest.mark.parametrize("wrong", NO_IDS)
def test_tags_for_customers_that_can_not_be_are_refused_on_the_form(cast: Cast, wrong: str, recorded: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    before = recorded()
    posted = {"action": "add_tags", "_selected_action": [customer.pk], "apply": "1", "tags": [wrong]}
    answer = entered(cast.users["admin"]).post(page(Customer, "changelist"), posted)
    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
    assert (CustomerTag.objects.count(), recorded()) == (0, before)


@pytest.mark.parametrize("wrong", NO_IDS)
def test_a_follower_that_can_not_be_makes_no_customer(cast: Cast, wrong: str, recorded: Any) -> None:
    posted = {"external_userid": "wmNew", "name": "新客户", "follow_user": wrong}
    answer = entered(cast.users["admin"]).post(page(Customer, "add"), posted)
    # Where a mirror or the form's own rules keep the page shut it is no failure of the server either.
    assert answer.status_code in (200, 302, 403)
    assert (Customer.objects.count(), recorded(), Collaborator.objects.count()) == (0, [], 0)


def test_what_was_picked_rightly_stands_there_again_beside_a_refusal(cast: Cast) -> None:
    answer = entered(cast.users["admin"]).post(
        reverse("admin:customers_transferjob_draw"),
        {"handover": cast.owner.pk, "takers": [cast.colleague.pk, "x"], "which": "all", "message": ""},
    )
    content = answer.content.decode()
    assert answer.status_code == 200
    assert all(f'<option value="{pk}" selected' in content for pk in (cast.owner.pk, cast.colleague.pk))
    assert not TransferJob.objects.exists()
