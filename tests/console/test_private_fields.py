"""Personal custom fields on the pages of a customer, for who sees them starred out."""

from typing import Any

import pytest
from django.urls import reverse

from corps.choices import Masking
from customers.models import Customer, CustomField, CustomValue
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page
from tests.customers.custom.common import everything, held
from tests.customers.privacy.people import choose
from tests.customers.privacy.private import HELD, SEES, leaks, private, starred


def name_of(key: str) -> str:
    return f"custom_{CustomField.objects.get(key=key).pk}"


def form(response: Any) -> Any:
    return response.context["adminform"].form


@pytest.mark.parametrize("chosen", list(Masking))
def test_the_page_shows_each_what_the_company_chose(cast: Cast, chosen: Masking) -> None:
    customer, _held = private(cast)
    make.filled(customer, nick="豆豆子子")
    choose(cast, chosen)
    for name in ("owner", "colleague", "manager", "admin"):
        seen = entered(cast.users[name])
        kinds = ("change", "tab_custom_values", "tab_custom_changes")
        content = "".join(seen.get(page(customer, kind)).content.decode() for kind in kinds)
        found = leaks(content)
        assert bool(found) is (name in SEES[chosen]), (name, found)
        assert "钓鱼" in content


def test_the_page_of_the_profile_shows_none_that_the_reader_may_not_see(cast: Cast) -> None:
    customer, _held = private(cast)
    address = reverse("admin:customers_customer_profile", args=[customer.pk])
    assert leaks(entered(cast.users["manager"]).get(address).content.decode()) == []


def test_what_is_starred_is_there_to_read_and_saving_the_page_changes_nothing(cast: Cast) -> None:
    customer, _held = private(cast)
    seen = entered(cast.users["manager"])
    shown = seen.get(page(customer, "change"))
    fields = form(shown).fields
    for key, stars in starred().items():
        if key in HELD:
            assert (fields[name_of(key)].disabled, fields[name_of(key)].initial) == (True, stars)
    before = everything()
    assert seen.post(page(customer, "change"), form_of(shown)).status_code == 302
    assert everything() == before


def test_what_is_posted_into_a_starred_field_is_not_looked_at(cast: Cast) -> None:
    customer, _held = private(cast)
    seen = entered(cast.users["manager"])
    shown = seen.get(page(customer, "change"))
    sent = form_of(shown) | {name_of("nick"): "骗子", name_of("salary"): "1", name_of("hobby"): "下棋"}
    assert seen.post(page(customer, "change"), sent).status_code == 302
    found = {key: held(customer, key) for key in ("nick", "salary", "hobby")}
    assert found == {"nick": "豆豆子", "salary": HELD["salary"][1], "hobby": "下棋"}


def test_what_holds_nothing_is_filled_in_by_who_sees_stars(cast: Cast) -> None:
    customer, _held = private(cast)
    make.filled(customer, nick=None)
    seen = entered(cast.users["manager"])
    shown = seen.get(page(customer, "change"))
    assert not form(shown).fields[name_of("nick")].disabled
    assert seen.post(page(customer, "change"), form_of(shown) | {name_of("nick"): "阿明"}).status_code == 302
    assert held(customer, "nick") == "阿明"
    assert form(seen.get(page(customer, "change"))).fields[name_of("nick")].initial == "****"


def test_their_own_customers_are_filled_in_as_ever(cast: Cast) -> None:
    customer, _held = private(cast)
    seen = entered(cast.users["owner"])
    shown = seen.get(page(customer, "change"))
    assert form(shown).fields[name_of("nick")].initial == "豆豆子"
    assert seen.post(page(customer, "change"), form_of(shown) | {name_of("nick"): "阿明"}).status_code == 302
    assert held(Customer.objects.get(pk=customer.pk), "nick") == "阿明"
    assert CustomValue.objects.get(customer=customer, field__key="nick").actor == cast.actor("owner").label
