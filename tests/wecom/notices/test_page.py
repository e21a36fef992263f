"""The console's page of messages to colleagues, and the texts themselves."""

from typing import Any

import pytest

from core.time import now
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from wecom.models import Notice
from wecom.notices import words

State = Notice.State


def shown(cast: Cast, role: str = "admin", **query: Any) -> list[int]:
    answer = entered(cast.users[role]).get(page(Notice, "changelist"), query)
    assert answer.status_code == 200
    return [row.pk for row in answer.context["cl"].result_list]


def test_what_waits_was_sent_or_given_up_newest_first_and_narrowed(cast: Cast) -> None:
    waiting = make.notice(cast.owner)
    sent = make.notice(cast.colleague, state=State.SENT, settled_at=now())
    dead = make.notice(cast.owner, state=State.DEAD, settled_at=now(), error_code=81013)
    make.notice(cast.stranger)
    assert shown(cast) == [dead.pk, sent.pk, waiting.pk]
    assert shown(cast, state__exact="dead") == [dead.pk]
    assert shown(cast, employee__id__exact=cast.owner.pk) == [dead.pk, waiting.pk]
    assert len(shown(cast, "stranger")) == 1


@pytest.mark.parametrize("role", ["owner", "manager"])
def test_it_is_the_administrators(cast: Cast, role: str) -> None:
    row = make.notice(cast.owner)
    client = entered(cast.users[role])
    assert client.get(page(Notice, "changelist")).status_code == 403
    assert client.get(page(row, "change")).status_code == 403


def test_one_that_was_given_up_says_what_to_do(cast: Cast) -> None:
    row = make.notice(cast.owner, state=State.DEAD, error_code=81013, last_error="message/send: 81013")
    content = entered(cast.users["admin"]).get(page(row, "change")).content.decode()
    assert "message/send: 81013" in content
    assert "可见范围" in content


def test_nothing_of_it_is_changed_by_hand(cast: Cast) -> None:
    row = make.notice(cast.owner)
    client = entered(cast.users["admin"])
    assert client.get(page(Notice, "add")).status_code == 403
    assert client.get(page(row, "delete")).status_code == 403
    client.post(page(row, "change"), {"state": "sent"})
    assert Notice.objects.get().state == State.WAITING


class TestText:
    def text(self, cast: Cast, count: int, name: str = "张三") -> str:
        customer = make.customer(cast.corp, name=name)
        rows = [make.notice(cast.owner, customer_id=customer.pk, owner_id=cast.owner.pk) for _n in range(count)]
        return words.message(rows)

    @pytest.mark.parametrize("count", [1, 2, 40])
    def test_what_fits_is_told_in_full(self, cast: Cast, count: int) -> None:
        text = self.text(cast, count)
        assert text.splitlines()[0] == f"{count} 条客户预警"
        assert text.count("张三") == count

    @pytest.mark.parametrize("count", [100, 150])
    def test_what_does_not_fit_is_counted(self, cast: Cast, count: int) -> None:
        text = self.text(cast, count)
        told = text.count("张三")
        assert 0 < told < count
        assert str(count - told) in text.splitlines()[-1]
        assert len(text.encode()) <= words.MOST_BYTES

    def test_one_line_longer_than_a_message_leaves_the_heading_and_the_count(self, cast: Cast) -> None:
        long = make.customer(cast.corp, name="长" * 100)
        row = make.notice(cast.owner, customer_id=long.pk, owner_id=cast.owner.pk)
        monkey = pytest.MonkeyPatch()
        monkey.setattr(words, "MOST_BYTES", 120)
        text = words.message([row])
        monkey.undo()
        assert text.splitlines() == ["1 条客户预警", "……另有 1 条，请在管理后台查看"]

    def test_names_are_looked_up_at_once(self, cast: Cast, django_assert_num_queries: Any) -> None:
        rows = [
            make.notice(cast.owner, customer_id=make.customer(cast.corp).pk, owner_id=cast.owner.pk) for _n in range(5)
        ]
        with django_assert_num_queries(2):
            words.message(rows)

    def test_a_name_with_a_percent_sign_is_only_a_name(self, cast: Cast) -> None:
        assert "100%(owner)s" in self.text(cast, 1, name="100%(owner)s")
