"""What WeCom may answer to a question for figures: short, odd, or about somebody else."""

import datetime as dt
from typing import Any

import pytest

from groups.models import FiguresDay, OwnerFigures
from tests import make
from wecom.client.errors import BadArgument, Closed, OutOfRange, Unreachable
from wecom.client.transport import Client
from wecom.figures import pulling

DAY = dt.date(2026, 11, 1)


@pytest.fixture
def asked(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call it with what WeCom answers to each list of owners; it reads the day and returns the questions."""
    corp = make.corp(mirrored=True)
    for userid in ("lina", "wang", "zhao"):
        make.chat(corp, make.employee(corp, userid=userid))
    client = Client(make.wecom_app(corp))

    def pull(answer: Any) -> tuple[bool, list[list[str]]]:
        questions: list[list[str]] = []

        def figures(client: Any, *, start: int, end: int, owners: Any, offset: int = 0) -> Any:
            questions.append(list(owners))
            assert start == end == 1_793_462_400
            found = answer(list(owners), offset)
            if isinstance(found, Exception):
                raise found
            return found

        monkeypatch.setattr(pulling.statistics, "group_figures_by_owner", figures)
        return pulling.pull(client, DAY), questions

    return pull


def row(owner: str, **data: int) -> dict[str, Any]:
    return {"owner": owner, "data": data}


def kept() -> dict[str, int]:
    return dict(OwnerFigures.objects.values_list("owner__userid", "messages"))


def state() -> tuple[bool, int | None]:
    found = FiguresDay.objects.get()
    return found.final, found.error_code


def test_pages_are_read_to_their_end(asked: Any) -> None:
    pages = {
        0: ([row("lina", msg_total=1)], 1),
        1: ([row("wang", msg_total=2)], 2),
        2: ([row("zhao", msg_total=3)], None),
    }
    fine, questions = asked(lambda owners, offset: pages[offset])
    assert (fine, len(questions), kept()) == (True, 3, {"lina": 1, "wang": 2, "zhao": 3})


def test_figures_that_are_missing_are_none(asked: Any) -> None:
    asked(lambda owners, offset: ([row("lina")], None))
    figures = OwnerFigures.objects.get()
    assert (figures.chats, figures.members, figures.messages, figures.new_chats) == (0, 0, 0, 0)


def test_an_owner_who_was_not_asked_for_is_passed_over(asked: Any) -> None:
    asked(lambda owners, offset: ([row("stranger", msg_total=9), {"data": {"msg_total": 4}}], None))
    assert kept() == {}
    assert state()[1] is None


def test_an_empty_answer_takes_away_what_was(asked: Any) -> None:
    asked(lambda owners, offset: ([row("lina", msg_total=1)], None))
    asked(lambda owners, offset: ([], None))
    assert kept() == {}


@pytest.mark.parametrize("kind", [OutOfRange, BadArgument])
def test_one_who_is_refused_is_found_by_halving_and_the_code_kept(asked: Any, kind: Any) -> None:
    def answer(owners: list[str], offset: int) -> Any:
        if "wang" in owners:
            return kind(60011, "groupchat/statistic")
        return [row(owner, msg_total=5) for owner in owners], None

    fine, questions = asked(answer)
    assert (fine, kept(), state()[1]) == (True, {"lina": 5, "zhao": 5}, 60011)
    assert ["wang"] in questions
    assert max(map(len, questions)) == 3


@pytest.mark.parametrize(
    ("error", "goes_on"),
    [
        (Closed(45009, "groupchat/statistic"), False),
        (Unreachable(0, "groupchat/statistic", "ReadTimeout"), False),
        (BadArgument(600018, "groupchat/statistic"), True),
    ],
)
def test_what_is_no_owners_fault_ends_the_day_and_leaves_the_figures(
    asked: Any, error: Exception, goes_on: bool
) -> None:
    asked(lambda owners, offset: ([row("lina", msg_total=1)], None))
    fine, questions = asked(lambda owners, offset: error)
    assert (fine, len(questions), kept()) == (goes_on, 1, {"lina": 1})
    assert state() == (False, error.code)  # type: ignore[attr-defined]
