"""The bench on a database without a company, and on one that is filled twice."""

from typing import Any

import pytest
from django.core.management import call_command

from bench import account
from bench.fill import fill
from corps.models import ApiAccount
from customers.models import Customer, CustomerTag


def test_without_a_company_the_account_is_one_clear_sentence(db: None) -> None:
    with pytest.raises(SystemExit, match="fill_bench"):
        account.issue()
    assert not ApiAccount.objects.exists()


def test_filling_twice_gives_the_same_rows(transactional_db: None) -> None:
    def rows() -> list[Any]:
        fill(40, say=lambda _line: None)
        customers = list(Customer.objects.order_by("pk").values_list("pk", "external_userid", "name", "search_text"))
        tags = list(CustomerTag.objects.order_by("customer_id", "tag_id").values_list("customer_id", "tag_id"))
        call_command("flush", interactive=False, verbosity=0)
        return [customers, tags]

    assert rows() == rows()
