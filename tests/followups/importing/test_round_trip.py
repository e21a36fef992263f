"""What leaves in a file comes into another company as it was: who did it, when, and in which words."""

import csv
import datetime as dt
import io
import random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from core import exporting, newest
from corps.models import Corp, Employee
from customers.models import Customer
from followups import importing, sheet
from followups.choices import FollowUpKind, FollowUpOutcome
from followups.importing import checking, reading
from followups.models import FollowUp
from tests import make
from tests.conftest import Cast
from tests.doors import HARD_NAMES

WORDS = [*HARD_NAMES, "两行\n字", '引"号,逗号', "=1+1", "-5%", "@all", "+86", " 'quoted", "tab\there", "x" * 500]


def twin(corp: Corp, customers: list[Customer], people: list[Employee]) -> None:
    """The same customers and people, in another company."""
    for customer in customers:
        make.customer(corp, external_userid=customer.external_userid)
    for person in people:
        make.employee(corp, userid=person.userid)


def facts(corp: Corp) -> list[tuple[Any, ...]]:
    rows = FollowUp.objects.of_corp(corp.pk).select_related("customer", "employee")
    return sorted(
        (
            row.customer.external_userid,
            row.employee.userid if row.employee else "",
            f"{row.happened_at:%F %H:%M}",
            row.content,
            row.kind,
            row.outcome,
            f"{row.next_at:%F %H:%M}" if row.next_at else "",
        )
        for row in rows
    )


def exported(corp: Corp) -> bytes:
    rows = sheet.joined(FollowUp.objects.of_corp(corp.pk))
    lines = sheet.table(newest.through(rows, "happened_at", most=10_000), corp.zone)
    answer = exporting.as_csv(lines, "x.csv")
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def renumbered(data: bytes) -> bytes:
    """The file without its column of ids, which are another company's."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    out = io.StringIO(newline="")
    csv.writer(out).writerows(row[1:] for row in rows)
    return out.getvalue().encode()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_leaves_comes_in_as_it_was(cast: Cast, seed: int, language: str) -> None:
    dice = random.Random(seed)
    customers = [make.customer(cast.corp, cast.owner) for _n in range(3)]
    people = [cast.owner, cast.colleague]
    for n in range(30):
        happened = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=dice.randrange(100_000))
        FollowUp.objects.create(
            corp=cast.corp,
            customer=dice.choice(customers),
            employee=dice.choice([*people, None]),
            content=f"{dice.choice(WORDS).strip()}·{n}" if dice.random() < 0.5 else f"={n}",
            kind=dice.choice(FollowUpKind.values),
            outcome=dice.choice(FollowUpOutcome.values),
            happened_at=happened,
            next_at=dice.choice([None, happened + dt.timedelta(days=7)]),
            actor="system",
        )
    twin(cast.other_corp, customers, people)
    with translation.override(language):
        data = renumbered(exported(cast.corp))
        brought = importing.bring_in(corp_id=cast.other_corp.pk, data=data, by=cast.actor("stranger"))
        again = importing.bring_in(corp_id=cast.other_corp.pk, data=data, by=cast.actor("stranger"))
    assert (brought.created, again.created, again.known) == (30, 0, 30)
    assert facts(cast.other_corp) == facts(cast.corp)


@pytest.mark.parametrize(
    ("word", "kind"), [("调用", "call"), ("通话", "call"), ("电话", "call"), ("Call", "call"), ("上门拜访", "visit")]
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_kind_is_known_by_its_name_of_either_language_and_by_what_exports_called_it_once(
    cast: Cast, word: str, kind: str, language: str
) -> None:
    make.customer(cast.corp, cast.owner, external_userid="wmA")
    data = f"外部联系人ID,跟进时间,内容,跟进方式\nwmA,2026-03-01 09:30,一,{word}\n".encode()
    with translation.override(language):
        importing.bring_in(corp_id=cast.corp.pk, data=data, by=cast.actor("admin"))
    assert FollowUp.objects.get().kind == kind


def test_an_export_of_nothing_is_its_heading(cast: Cast) -> None:
    lines = list(csv.reader(io.StringIO(exported(cast.corp).decode("utf-8-sig"))))
    assert len(lines) == 1


def test_a_line_is_written_in_the_language_that_was_asked_in(cast: Cast) -> None:
    make.follow_up(make.customer(cast.corp, cast.owner), cast.owner, kind="visit", outcome="agreed")
    told = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            told[language] = exported(cast.corp).decode("utf-8-sig")
    assert "上门拜访" in told["zh-hans"]
    assert "跟进结果" in told["zh-hans"]
    assert "visit" in told["en"]
    assert "outcome" in told["en"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-10-01 09:30", "2026-10-01T01:30:00+00:00"),
        ("2026/10/01 09:30", "2026-10-01T01:30:00+00:00"),
        ("2026-10-01T09:30:15", "2026-10-01T01:30:15+00:00"),
        ("2026-10-01T09:30:00+00:00", "2026-10-01T09:30:00+00:00"),
        ("2026-10-01T09:30:00Z", "2026-10-01T09:30:00+00:00"),
    ],
)
def test_a_time_is_the_companys_where_it_has_no_zone(text: str, wanted: str) -> None:
    moment = checking._moment(text, "happenedAt", ZoneInfo("Asia/Shanghai"))
    assert moment is not None
    assert moment.isoformat() == wanted


def test_columns_stand_in_any_order_and_others_are_passed_over(cast: Cast) -> None:
    make.customer(cast.corp, cast.owner, external_userid="wmA")
    data = "备注,内容,外部联系人ID,跟进时间\n随便,已报价,wmA,2026-03-01 09:30\n".encode()
    assert reading.read(data)[0].cells == {
        "external_userid": "wmA",
        "happened_at": "2026-03-01 09:30",
        "content": "已报价",
    }
    assert importing.bring_in(corp_id=cast.corp.pk, data=data, by=cast.actor("admin")).created == 1


def test_a_short_line_has_empty_cells(cast: Cast) -> None:
    data = b"content,externalUserid,happenedAt,kind\nonly\n"
    assert reading.read(data)[0].cells == {"external_userid": "", "happened_at": "", "content": "only", "kind": ""}


def test_many_lines_are_looked_up_in_pieces(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(checking, "CHUNK", 10)
    customers = [make.customer(cast.corp) for _n in range(25)]
    lines = [f"{one.external_userid},2026-03-01 09:30,第{n}次" for n, one in enumerate(customers)]
    data = "\n".join(["externalUserid,happenedAt,content", *lines]).encode()
    with django_assert_max_num_queries(20):
        brought = importing.bring_in(corp_id=cast.corp.pk, data=data, by=cast.actor("admin"))
    assert (brought.created, FollowUp.objects.count()) == (25, 25)
    again = importing.bring_in(corp_id=cast.corp.pk, data=data, by=cast.actor("admin"))
    assert (again.created, again.known) == (0, 25)


def test_ids_that_are_none_are_passed_over(cast: Cast) -> None:
    make.customer(cast.corp, cast.owner, external_userid="wmA")
    idents = ["", "x", "99999999999999999999", "-1", "7"]
    lines = [f"{ident},wmA,2026-03-01 09:3{n},第{n}次" for n, ident in enumerate(idents)]
    data = "\n".join(["ID,externalUserid,happenedAt,content", *lines]).encode()
    assert importing.bring_in(corp_id=cast.corp.pk, data=data, by=cast.actor("admin")).created == len(idents)
