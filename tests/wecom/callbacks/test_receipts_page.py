"""The receipts in the console: found, read by who may, and worked off again."""

from typing import Any

import pytest
from django.test import Client

from core.time import now
from corps.models import User
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from wecom.callbacks import cleaning
from wecom.models import CallbackReceipt, WecomApp
from wecom.secrets import seal

State = CallbackReceipt.State


@pytest.fixture
def admin(cast: Cast) -> Client:
    return entered(cast.users["admin"])


def listed(client: Client, **query: str) -> list[int]:
    answer = client.get(page(CallbackReceipt, "changelist"), query)
    assert answer.status_code == 200
    return [row.pk for row in answer.context["cl"].result_list]


def test_a_customers_receipts_are_found_by_the_external_userid(app: WecomApp, admin: Client) -> None:
    mine = make.receipt(app, mailbox="customer:wmA")
    make.receipt(app, mailbox="customer:wma")
    assert listed(admin, customer=" wmA ") == [mine.pk]


def test_dead_ones_and_one_kind_of_change_are_filtered(app: WecomApp, admin: Client) -> None:
    dead = make.receipt(app, state=State.DEAD)
    left = make.receipt(app, change_type="del_follow_user")
    assert listed(admin, state__exact="dead") == [dead.pk]
    assert listed(admin, change="del_follow_user") == [left.pk]
    assert listed(admin) == [left.pk, dead.pk]


def test_a_day_is_filtered(app: WecomApp, admin: Client) -> None:
    row, today = make.receipt(app), now().date().isoformat()
    assert listed(admin, received_at_from="2000-01-01", received_at_to=today) in ([row.pk], [])
    assert listed(admin, received_at_to="2000-01-01") == []


def test_those_of_another_company_are_not_there(cast: Cast, app: WecomApp, admin: Client) -> None:
    foreign = make.receipt(make.wecom_app(cast.other_corp))
    assert listed(admin) == []
    assert admin.post(page(foreign, "replay")).status_code == 302
    foreign.refresh_from_db()
    assert foreign.state == State.PENDING


def test_an_administrator_reads_the_body(app: WecomApp, admin: Client) -> None:
    row = make.receipt(app, body_sealed=seal("<xml><Name>林娜</Name></xml>"))
    shown = admin.get(page(row, "change")).content.decode()
    assert "林娜" in shown
    assert "<Name>" not in shown


def test_staff_see_neither_list_nor_body(cast: Cast, app: WecomApp) -> None:
    row = make.receipt(app)
    client = entered(cast.users["manager"])
    assert client.get(page(row, "change")).status_code == 403
    assert client.get(page(CallbackReceipt, "changelist")).status_code == 403


def test_a_body_whose_key_is_lost_is_said_to_be(app: WecomApp, admin: Client) -> None:
    assert admin.get(page(make.receipt(app, body_sealed="broken"), "change")).status_code == 200


@pytest.mark.parametrize("state", [State.DONE, State.DEAD])
def test_a_settled_one_is_worked_off_again_with_all_its_tries(app: WecomApp, admin: Client, state: str) -> None:
    row = make.receipt(app, state=state, attempts=10, settled_at=now(), urgent=True, claimed_by="x")
    assert admin.get(page(row, "replay")).status_code == 200
    assert admin.post(page(row, "replay")).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.attempts, row.settled_at, row.urgent) == (State.PENDING, 0, None, False)
    assert row.due_at <= now()


@pytest.mark.parametrize("fields", [{"state": State.PENDING}, {"state": State.IGNORED, "mailbox": ""}])
def test_what_waits_or_is_nobodys_is_refused_and_stays(app: WecomApp, admin: Client, fields: dict[str, Any]) -> None:
    row = make.receipt(app, attempts=3, **fields)
    answer = admin.post(page(row, "replay"))
    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (fields["state"], 3)


def test_many_are_worked_off_again_each_for_itself(app: WecomApp, admin: Client) -> None:
    dead, waiting = make.receipt(app, state=State.DEAD), make.receipt(app, attempts=2)
    posted = {"action": "replay_selected", "_selected_action": [dead.pk, waiting.pk]}
    assert admin.post(page(CallbackReceipt, "changelist"), posted).status_code == 302
    states = dict(CallbackReceipt.objects.values_list("pk", "attempts"))
    assert states == {dead.pk: 0, waiting.pk: 2}
    assert CallbackReceipt.objects.get(pk=dead.pk).state == State.PENDING


def test_nobody_adds_changes_or_deletes_one_not_even_a_superuser(cast: Cast, app: WecomApp) -> None:
    row, client = make.receipt(app), entered(User.objects.create_superuser("root", "correct horse battery"))
    assert client.get(page(CallbackReceipt, "add")).status_code == 403
    assert client.post(page(row, "change"), {"state": "done"}).status_code == 403
    assert client.post(page(row, "delete"), {"post": "yes"}).status_code == 403
    assert CallbackReceipt.objects.get().state == State.PENDING


# --- Forgetting ---


def test_what_is_settled_and_old_goes_and_what_waits_stays(app: WecomApp) -> None:
    long_ago = now() - cleaning.KEEP[State.DEAD] * 2
    for state in (State.DONE, State.IGNORED, State.DEAD):
        make.receipt(app, state=state, due_at=long_ago)
    kept = {
        make.receipt(app, state=State.PENDING, due_at=long_ago).pk,
        make.receipt(app, state=State.DONE).pk,
        make.receipt(app, state=State.DEAD, due_at=now() - cleaning.KEEP[State.DONE] * 2).pk,
    }
    assert cleaning.prune() == 3
    assert set(CallbackReceipt.objects.values_list("pk", flat=True)) == kept


def test_no_run_forgets_more_than_its_share(app: WecomApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "BATCH", 2)
    monkeypatch.setattr(cleaning, "MOST_BATCHES", 2)
    for _ in range(5):
        make.receipt(app, state=State.DONE, due_at=now() - cleaning.KEEP[State.DONE] * 2)
    assert cleaning.prune() == 4
    assert cleaning.prune() == 1
