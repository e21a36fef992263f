"""How far a transfer is: in numbers, in words, and on the wire."""

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core.time import now
from customers.choices import ItemState
from customers.models import TransferItem, TransferJob
from customers.transfers import choosing, files, reading, reasons, report, sheet
from tests.customers.transfers.conftest import BY, Bench


def put(job: TransferJob, *states: str, **fields: Any) -> None:
    """Have the customers of the job stand so, in their order."""
    for item, state in zip(job.items.order_by("pk"), states, strict=True):
        TransferItem.objects.filter(pk=item.pk).update(state=state, **fields)


def test_counts_are_by_job_and_state_in_one_statement(bench: Bench) -> None:
    one, two, empty = bench.draw(), bench.draw(some=bench.customers[:1]), bench.draw()
    empty.items.all().delete()
    put(one, "done", "done", "refused")
    with CaptureQueriesContext(connection) as seen:
        found = report.counts([one.pk, two.pk, empty.pk])
    assert len(seen) == 1
    assert found == {one.pk: Counter(done=2, refused=1), two.pk: Counter(ready=1), empty.pk: Counter()}


def test_of_how_many_the_notes_are_carried_over_in_one_statement(bench: Bench) -> None:
    one, two, waiting = bench.draw(), bench.draw(some=bench.customers[:1]), bench.draw(some=bench.customers[:1])
    put(one, "done", "done", "refused")
    TransferItem.objects.filter(pk=bench.first(one).pk).update(carried_at=now())
    put(two, "done", carried_at=now())
    with CaptureQueriesContext(connection) as seen:
        found = report.carried([one.pk, two.pk, waiting.pk])
    assert (len(seen), found) == (1, {one.pk: (1, 2)})


@pytest.mark.parametrize(
    ("count", "share"),
    [
        (Counter(), None),
        (Counter(excluded=5), None),
        (Counter(ready=4), 0),
        (Counter(excluded=9, waiting=1, done=1), 50),
        (Counter(done=1, refused=1, full=1, no_record=1, failed=1, cancelled=1), 100),
        (Counter(sending=1, queued=1, waiting=1, done=1), 25),
    ],
)
def test_the_share_is_of_those_who_can_go(count: Counter[str], share: int | None) -> None:
    assert report.share(count) == share


def test_reasons_come_with_their_numbers_the_most_frequent_first(bench: Bench) -> None:
    job = bench.draw()
    put(job, "excluded", "excluded", "failed", reason="blacklisted")
    TransferItem.objects.filter(pk=bench.first(job).pk).update(reason="too_often")
    last = job.items.order_by("-pk").first()
    assert last
    assert report.why_not(job) == [
        ("excluded", "blacklisted", 1),
        ("failed", "blacklisted", 1),
        ("excluded", "too_often", 1),
    ]
    TransferItem.objects.filter(pk=last.pk).update(state="excluded")
    assert report.why_not(job) == [("excluded", "blacklisted", 2), ("excluded", "too_often", 1)]


def test_lines_of_a_file_that_name_nobody_are_told_and_counted(bench: Bench, monkeypatch: Any) -> None:
    monkeypatch.setattr(sheet, "MOST_LINES_KEPT", 2)
    known = bench.customers[0].external_userid
    listed = files.read(f"{known}\nwm x\n{known}\nwmNobody\n".encode())
    owner = bench.cast.owner
    chosen = choosing.by_list(listed, handover=owner, actor=bench.by)
    job = sheet.create(handover=owner, takers=[bench.cast.colleague], chosen=chosen, by=bench.by, **BY)
    with translation.override("en"):
        assert report.bad_lines(job) == ["Line 2: not an external userid", "Line 3: named twice"]
    wire = reading.one(job)
    assert (wire["badLines"], [line["line"] for line in wire["lines"]]) == (3, [2, 3])
    assert report.bad_lines(bench.draw()) == []


def test_each_state_and_each_reason_has_words_in_both_languages() -> None:
    for language, chinese in (("en", False), ("zh-hans", True)):
        with translation.override(language):
            words = [str(state.label) for state in ItemState] + [str(word) for word in reasons.WORDS.values()]
            words += [str(word) for word in reasons.LINES.values()]
        assert all(any("\u4e00" <= letter <= "\u9fff" for letter in word) is chinese for word in words), language


def test_a_reason_that_nobody_knows_is_shown_as_it_is() -> None:
    assert reasons.sentence("") == ""
    assert reasons.sentence("something_new") == "something_new"


def test_on_the_wire_a_transfer_has_all_counts_and_an_item_its_reason_in_words(bench: Bench) -> None:
    job = bench.draw()
    put(job, "done", "refused", "waiting", takeover_time=now())
    TransferItem.objects.filter(state="refused").update(reason="customer_refused")
    wire = reading.one(job)
    assert set(wire["counts"]) == {state.value for state in ItemState}
    assert (wire["counts"]["done"], wire["total"], wire["share"]) == (1, 3, 67)
    rows = reading.items(list(job.items.order_by("pk").values_list(*reading.ITEM.values())))
    assert [bool(row["message"]) for row in rows] == [False, True, False]
    assert list(rows[0]) == [*reading.ITEM, "message"]


def test_no_transfer_is_no_statement(bench: Bench) -> None:
    with CaptureQueriesContext(connection) as seen:
        assert reading.listed([]) == []
    assert len(seen) == 0
