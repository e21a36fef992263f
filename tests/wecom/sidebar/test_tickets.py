import pytest

from core.time import now
from tests.wecom.sandboxed import Sandboxed
from wecom import resealing
from wecom.client.errors import CallRefused, WecomError
from wecom.models import PageTicket
from wecom.sidebar import tickets

CORP, APP = PageTicket.Kind.CORP, PageTicket.Kind.APP


def test_a_ticket_is_fetched_once_and_kept_sealed_until_it_ends(wecom: Sandboxed) -> None:
    first = tickets.current(wecom.app, CORP)
    assert tickets.current(wecom.app, CORP) == first
    assert wecom.server.calls["get_jsapi_ticket"] == 1
    row = PageTicket.objects.get()
    assert (row.corp_id, first in row.ticket_sealed) == (wecom.corp.pk, False)
    PageTicket.objects.update(expires_at=now())
    wecom.company.advance(7200)
    assert tickets.current(wecom.app, CORP) != first
    assert PageTicket.objects.get().expires_at > now()


def test_the_companys_and_the_apps_are_two(wecom: Sandboxed) -> None:
    assert tickets.current(wecom.app, CORP) != tickets.current(wecom.app, APP)
    assert set(PageTicket.objects.values_list("kind", flat=True)) == {"corp", "app"}


def test_one_that_no_key_opens_any_more_is_fetched_anew(wecom: Sandboxed) -> None:
    ticket = tickets.current(wecom.app, CORP)
    PageTicket.objects.update(ticket_sealed="gAAAAbroken")
    assert tickets.current(wecom.app, CORP) == ticket
    assert resealing.reseal_all().broken == 0


def test_what_wecom_refuses_leaves_nothing_behind(wecom: Sandboxed) -> None:
    wecom.server.faults.set(errors={"get_jsapi_ticket": {48002: 1}})
    with pytest.raises(WecomError) as refused:
        tickets.current(wecom.app, CORP)
    assert isinstance(refused.value, CallRefused)
    assert not PageTicket.objects.exists()
