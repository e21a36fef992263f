"""Everything about a person is one document, and that it was made is kept."""

from io import StringIO
from typing import Any

import orjson
import pytest
from django.core.management import CommandError, call_command

from core import personal
from core.personal import Table
from core.rendering import dumps
from corps.actors import SYSTEM
from customers.models import AccessRecord, Customer, Tombstone
from customers.privacy import exporting
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.privacy import canaries
from tests.customers.privacy.people import MOBILE, NOTED, URL, client, numbered


def export(customer: Customer, by: Any = SYSTEM) -> Any:
    told: dict[str, Any] = {"reason": "客户申请查询", "source": "api", "address": "10.0.0.7"}
    return orjson.loads(dumps(exporting.export(customer=customer, by=by, **told)))


@pytest.mark.usefixtures("db")
def test_whatever_sings_of_the_person_is_in_it() -> None:
    side = canaries.person()
    found = export(side.rows["Customer"])
    sung = {name.split(".")[0] for name in canaries.heard()} - {"django_admin_log"}
    assert sung <= found["tables"].keys()
    text = dumps(found["tables"]).decode()
    assert text.count(canaries.CANARY) > 20
    assert found["cut"] == []


@pytest.mark.usefixtures("db")
def test_nothing_of_others_is_in_it() -> None:
    side = canaries.person()
    make.customer(side.corp, side.rows["Employee"], name="另一个人", mobile="13900001111")
    text = dumps(export(side.rows["Customer"])["tables"]).decode()
    assert "另一个人" not in text
    assert "13900001111" not in text


def test_it_is_kept_who_took_it_along_and_why(cast: Cast) -> None:
    customer = numbered(cast)
    found = export(customer, cast.actor("admin"))
    assert found["tables"]["customer"][0]["mobile"] == MOBILE
    assert found["tables"]["follow_relation"][0]["remark_mobiles"] == [NOTED]
    row = AccessRecord.objects.get()
    assert (row.kind, row.customer_id, row.reason, row.address) == ("person", customer.pk, "客户申请查询", "10.0.0.7")
    assert found["tables"]["access_record"][0]["id"] == row.pk


def test_a_column_that_is_marked_later_is_in_it_by_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = numbered(cast)
    table = personal.tables()[Customer]
    short = Table(personal="name", by=table.by)
    monkeypatch.setattr(exporting, "of_customers", lambda: [(Customer, short)])
    assert export(customer)["tables"] == {"customer": [{"name": "张三丰"}]}
    longer = Table(personal="name mobile", by=table.by)
    monkeypatch.setattr(exporting, "of_customers", lambda: [(Customer, longer)])
    assert export(customer)["tables"] == {"customer": [{"name": "张三丰", "mobile": MOBILE}]}


def test_a_long_history_is_cut_and_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST", 2)
    customer = numbered(cast)
    found = export(customer)
    assert "customer_gram" in found["cut"]
    assert len(found["tables"]["customer_gram"]) == 2


def test_no_secret_is_in_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = numbered(cast)
    monkeypatch.setattr(
        exporting, "of_customers", lambda: [(Customer, Table(personal="name", secrets="mobile", by={"id": "id"}))]
    )
    assert export(customer)["tables"] == {"customer": [{"name": "张三丰"}]}


class TestDoors:
    def test_an_administrator_gets_it_by_the_api(self, cast: Cast) -> None:
        customer = numbered(cast)
        answer = client(cast, "admin").post(f"{URL}/{customer.pk}/person", {"reason": "r"}, format="json")
        assert answer.status_code == 200
        assert answer.json()["tables"]["customer"][0]["external_userid"] == customer.external_userid
        assert client(cast, "admin").post(f"{URL}/{customer.pk}/person", {}, format="json").status_code == 400
        assert AccessRecord.objects.count() == 1

    def test_and_as_a_file_by_the_console(self, cast: Cast) -> None:
        customer = numbered(cast)
        url = page(customer, "change").replace("/change/", "/person/")
        answer = entered(cast.users["admin"]).post(url, {"reason": "客户申请"})
        assert answer["Content-Disposition"] == f'attachment; filename="customer-{customer.pk}.json"'
        assert MOBILE in answer.content.decode()
        assert entered(cast.users["manager"]).get(url).status_code in (302, 403)

    def test_by_command_too(self, cast: Cast) -> None:
        customer, out = numbered(cast), StringIO()
        options: dict[str, Any] = {"corp": cast.corp.pk, "reason": "r"}
        call_command("export_person", customer.external_userid, stdout=out, **options)
        assert MOBILE in out.getvalue()
        with pytest.raises(CommandError):
            call_command("export_person", "wmNobody", **options)
        call_command("erase_person", customer.external_userid, stdout=out, **options)
        assert Tombstone.objects.get().customer_id == customer.pk
        with pytest.raises(CommandError):
            call_command("erase_person", customer.external_userid, **options)
