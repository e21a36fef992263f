"""Each kind of warning as a function of what is on record: no database, no clock."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from customers.choices import RelationStatus
from groups.choices import QuitScene
from insights.choices import Kind, Level
from insights.risks import kinds
from insights.risks.book import USUAL, Book, Wanted
from insights.risks.record import Person, Stay

START = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
LINA, WANG = 7, 8
CUSTOMER = RelationStatus.ENDED_BY_CUSTOMER
EMPLOYEE = RelationStatus.ENDED_BY_EMPLOYEE
TRANSFER = RelationStatus.ENDED_BY_TRANSFER
NOW = 60.0
# Of a day.
HALF_A_SECOND = 0.5 / 86_400

# Kind, subject, opened and closed in days.
Told = tuple[str, str, float, float | None]


def at(day: float) -> dt.datetime:
    return START + dt.timedelta(days=day)


def maybe(day: float | None) -> dt.datetime | None:
    return None if day is None else at(day)


def stay(began: float, ended: float | None = None, how: int | None = None, whom: int = LINA) -> Stay:
    return Stay(whom, at(began), maybe(ended), None if how is None else int(how))


def book(**rules: Wanted) -> Book:
    """What the company says; all kinds on unless said otherwise, silence after twenty days."""
    on = {kind: Wanted(True, usual.threshold, usual.level) for kind, usual in USUAL.items()}
    on[Kind.SILENCE] = Wanted(True, 20, Level.NOTICE)
    on |= {Kind(name): wanted for name, wanted in rules.items()}
    return Book({(kind, ""): wanted for kind, wanted in on.items()}, {})


QUIET = {"silence": Wanted(False, 20, Level.NOTICE)}


def person(**record: Any) -> Person:
    return Person(12, LINA, **record)


def told(some: Person, now: float = NOW, **rules: Wanted) -> list[Told]:
    found = kinds.of_person(some, book(**QUIET | rules), at(now))
    days = [(c.kind.value, c.subject, _days(c.opened_at), c.closed_at and _days(c.closed_at)) for c in found]
    return sorted(days, key=lambda row: (row[2], row[0]))  # type: ignore[return-value]


def _days(moment: dt.datetime) -> float:
    return round((moment - START) / dt.timedelta(days=1), 6)


class TestDeletions:
    @pytest.mark.parametrize(
        ("stays", "wanted"),
        [
            ([], []),
            ([stay(1)], []),
            ([stay(1, 5, CUSTOMER)], [("customer_deleted", "c12:e7", 5, None)]),
            ([stay(1, 5, EMPLOYEE)], [("employee_deleted", "c12:e7", 5, None)]),
            ([stay(1, 5, TRANSFER)], []),
            # Nobody told how it ended.
            ([stay(1, 5)], []),
            # Back again.
            ([stay(1, 5, CUSTOMER), stay(8)], [("customer_deleted", "c12:e7", 5, 8)]),
            # In the second in which it ended.
            ([stay(1, 5, CUSTOMER), stay(5)], []),
            (
                [stay(1, 5, CUSTOMER), stay(8, 9, EMPLOYEE)],
                [("customer_deleted", "c12:e7", 5, 8), ("employee_deleted", "c12:e7", 9, None)],
            ),
            # Another employee's friend is another matter.
            ([stay(1, 5, CUSTOMER), stay(8, whom=WANG)], [("customer_deleted", "c12:e7", 5, None)]),
            (
                [stay(1, 5, CUSTOMER), stay(2, 6, CUSTOMER, WANG)],
                [("customer_deleted", "c12:e7", 5, None), ("customer_deleted", "c12:e8", 6, None)],
            ),
        ],
    )
    def test_of_each_pair_its_ends_until_it_begins_anew(self, stays: list[Stay], wanted: list[Told]) -> None:
        assert told(person(stays=stays)) == wanted
        assert told(person(stays=stays[::-1])) == wanted

    def test_it_knows_the_days_and_the_employee(self) -> None:
        (cause,) = kinds.of_person(person(stays=[stay(1, 11.9, CUSTOMER, WANG)]), book(**QUIET), at(NOW))
        assert (cause.customer, cause.employee, cause.facts) == (12, WANG, {"days": 10})
        assert cause.cause == at(1).isoformat()

    def test_an_end_before_the_beginning_is_no_negative_time(self) -> None:
        (cause,) = kinds.of_person(person(stays=[stay(5, 4.5, CUSTOMER)]), book(**QUIET), at(NOW))
        assert cause.facts == {"days": 0}


class TestTransfers:
    @pytest.mark.parametrize(
        ("failures", "stays", "wanted"),
        [
            ([], [stay(1)], []),
            ([3], [stay(1)], [("transfer_refused", "c12", 3, None)]),
            ([3], [stay(1, 9, TRANSFER)], [("transfer_refused", "c12", 3, 9)]),
            # One that had succeeded before it.
            ([3], [stay(1, 2, TRANSFER), stay(2, whom=WANG)], [("transfer_refused", "c12", 3, None)]),
            # The next refusal takes its place.
            ([3, 5], [stay(1)], [("transfer_refused", "c12", 3, 5), ("transfer_refused", "c12", 5, None)]),
            ([3, 5], [stay(1, 9, TRANSFER)], [("transfer_refused", "c12", 3, 9), ("transfer_refused", "c12", 5, 9)]),
        ],
    )
    def test_a_failure_stands_until_a_transfer_succeeds(
        self, failures: list[float], stays: list[Stay], wanted: list[Told]
    ) -> None:
        some = person(stays=stays, failures=[(at(day), "customer_refused") for day in failures])
        assert told(some) == wanted


class TestRules:
    def test_what_a_rule_warns_of_stays_open_until_it_warns_again_and_is_as_serious_as_it_says(self) -> None:
        some = person(ruled=[(at(3), 9, "沉默", 3), (at(8), 9, "沉默", 1), (at(5), 4, "大客户", 2)])
        assert told(some) == [("rule", "c12:r9", 3, 8), ("rule", "c12:r4", 5, None), ("rule", "c12:r9", 8, None)]
        found = kinds.of_person(some, book(**QUIET), at(NOW))
        assert sorted((cause.facts["rule"], cause.level) for cause in found) == [
            ("大客户", 2),
            ("沉默", 1),
            ("沉默", 3),
        ]

    def test_a_company_that_wants_none_has_none(self) -> None:
        some = person(ruled=[(at(3), 9, "沉默", 3)])
        assert told(some, rule=Wanted(False, 0, Level.NOTICE)) == []


class TestGroups:
    @pytest.mark.parametrize(
        ("chats", "wanted"),
        [
            ([], []),
            ([stay(1, whom=5)], []),
            ([stay(1, 4, QuitScene.LEFT, 5)], [("left_last_group", "c12", 4, None)]),
            ([stay(1, 4, QuitScene.REMOVED, 5)], [("left_last_group", "c12", 4, None)]),
            ([stay(1, 4, QuitScene.UNSEEN, 5)], [("left_last_group", "c12", 4, None)]),
            ([stay(1, 4, QuitScene.DISMISSED, 5)], []),
            # There is another one.
            ([stay(1, 4, QuitScene.LEFT, 5), stay(2, whom=6)], []),
            (
                [stay(1, 4, QuitScene.LEFT, 5), stay(2, 9, QuitScene.LEFT, 6)],
                [("left_last_group", "c12", 9, None)],
            ),
            (
                [stay(1, 4, QuitScene.LEFT, 5), stay(7, whom=5)],
                [("left_last_group", "c12", 4, 7)],
            ),
            # Out of one and into the next in the same second.
            ([stay(1, 4, QuitScene.LEFT, 5), stay(4, whom=6)], []),
        ],
    )
    def test_only_the_last_one_counts(self, chats: list[Stay], wanted: list[Told]) -> None:
        assert told(person(stays=[stay(0)], chats=chats)) == wanted

    def test_it_is_the_main_followers_matter(self) -> None:
        (cause,) = kinds.of_person(person(chats=[stay(1, 4, 0, 5)]), book(**QUIET), at(NOW))
        assert (cause.employee, cause.customer) == (LINA, 12)


class TestBlacklist:
    @pytest.mark.parametrize(
        ("listed", "stays", "wanted"),
        [
            ([(5, None)], [stay(1)], []),
            ([(5, None)], [stay(7)], [("blacklisted_added", "c12:e7", 7, None)]),
            ([(5, None)], [stay(7, 9, TRANSFER)], [("blacklisted_added", "c12:e7", 7, 9)]),
            ([(5, 8)], [stay(7)], [("blacklisted_added", "c12:e7", 7, 8)]),
            ([(5, 6)], [stay(7)], []),
            # In the very second: WeCom tells no finer, so one warning too many rather than one too few.
            ([(7, None)], [stay(7)], [("blacklisted_added", "c12:e7", 7, None)]),
            ([(7 + HALF_A_SECOND, None)], [stay(7)], [("blacklisted_added", "c12:e7", 7, None)]),
            ([(7 + 3 * HALF_A_SECOND, None)], [stay(7)], []),
            # Put on anew within it: one warning, which the second entry's end closes.
            ([(5, 7 + HALF_A_SECOND), (7 + HALF_A_SECOND, 9)], [stay(7)], [("blacklisted_added", "c12:e7", 7, 9)]),
            # Put on anew meanwhile: one entry ends as the next begins.
            ([(5, 6), (6, None)], [stay(7)], [("blacklisted_added", "c12:e7", 7, None)]),
            (
                [(5, None)],
                [stay(7), stay(8, whom=WANG)],
                [("blacklisted_added", "c12:e7", 7, None), ("blacklisted_added", "c12:e8", 8, None)],
            ),
        ],
    )
    def test_adding_while_on_it(
        self, listed: list[tuple[float, float | None]], stays: list[Stay], wanted: list[Told]
    ) -> None:
        some = person(stays=stays, listed=[(at(a), maybe(b)) for a, b in listed])
        assert told(some) == wanted

    @pytest.mark.parametrize(
        ("joined", "left", "wanted"),
        [
            (3, None, []),
            (7, None, [("blacklisted_joined", "c12:g5", 7, None)]),
            (7, 9, [("blacklisted_joined", "c12:g5", 7, 9), ("left_last_group", "c12", 9, None)]),
        ],
    )
    def test_joining_a_group_while_on_it(self, joined: float, left: float | None, wanted: list[Told]) -> None:
        chat = stay(joined, left, None if left is None else QuitScene.LEFT, 5)
        assert told(person(stays=[stay(1)], chats=[chat], listed=[(at(5), None)])) == wanted


class TestSilence:
    ON = {"silence": Wanted(True, 20, Level.NOTICE)}

    @pytest.mark.parametrize(
        ("contacts", "stays", "wanted"),
        [
            ([], [stay(10)], [("silence", "c12", 30, None)]),
            ([25], [stay(10)], [("silence", "c12", 45, None)]),
            ([25, 44, 59], [stay(10)], []),
            ([35], [stay(10)], [("silence", "c12", 30, 35), ("silence", "c12", 55, None)]),
            # Another employee's adding is a contact.
            ([], [stay(10), stay(29, whom=WANG)], [("silence", "c12", 49, None)]),
            ([], [stay(10, 28, TRANSFER)], []),
            ([], [stay(10, 33, TRANSFER)], [("silence", "c12", 30, 33)]),
            # While nobody followed, nobody was silent.
            ([], [stay(10, 20, TRANSFER), stay(50)], []),
        ],
    )
    def test_so_many_days_without_a_word(self, contacts: list[float], stays: list[Stay], wanted: list[Told]) -> None:
        some = person(stays=stays, contacts=[at(day) for day in contacts])
        assert told(some, **self.ON) == wanted

    def test_it_says_how_many_days_are_too_many(self) -> None:
        (cause,) = kinds.of_person(person(stays=[stay(10)]), book(**self.ON), at(NOW))
        assert (cause.facts, cause.cause) == ({"days": 20}, at(10).isoformat())


class TestSoundness:
    def test_what_is_not_wanted_is_left_out(self) -> None:
        off = Wanted(False, 0, Level.WARNING)
        assert told(person(stays=[stay(1, 5, CUSTOMER)]), customer_deleted=off) == []

    def test_the_level_is_the_rules(self) -> None:
        some = person(stays=[stay(1, 5, CUSTOMER)])
        (cause,) = kinds.of_person(some, book(customer_deleted=Wanted(True, 0, Level.NOTICE), **QUIET), at(NOW))
        assert cause.level == Level.NOTICE

    @pytest.mark.parametrize(("now", "known"), [(5, 1), (94.9, 1), (95, 0)])
    def test_from_its_beginning_to_the_horizon(self, now: float, known: int) -> None:
        assert len(told(person(stays=[stay(1, 5, CUSTOMER)]), now)) == known

    def test_what_is_on_record_has_happened_also_by_a_clock_that_is_before_ours(self) -> None:
        some = person(
            stays=[stay(1, 5, CUSTOMER)], chats=[stay(2, 5, 0, 5)], failures=[(at(5), "x")], listed=[(at(5), None)]
        )
        assert [row[0] for row in told(some, 4.9)] == ["customer_deleted", "left_last_group", "transfer_refused"]

    @pytest.mark.parametrize(("now", "known"), [(29.9, 0), (30, 1)])
    def test_only_silence_lies_ahead(self, now: float, known: int) -> None:
        some = person(stays=[stay(10)])
        assert len(told(some, now, silence=Wanted(True, 20, Level.NOTICE))) == known

    def test_what_will_be_over_is_open_until_then(self) -> None:
        some = person(stays=[stay(1, 5, CUSTOMER), stay(8)])
        assert told(some, 7) == [("customer_deleted", "c12:e7", 5, None)]
        assert told(some, 8) == [("customer_deleted", "c12:e7", 5, 8)]

    def test_no_two_have_the_same_key_and_no_two_of_a_subject_are_open(self) -> None:
        some = person(
            stays=[stay(1, 5, CUSTOMER), stay(8, 9, EMPLOYEE), stay(11), stay(3, 6, CUSTOMER, WANG)],
            chats=[stay(2, 4, 0, 5), stay(6, 7, 1, 5), stay(12, whom=6)],
            listed=[(at(0.5), at(7)), (at(7), None)],
            failures=[(at(2), "x"), (at(3), "x")],
            contacts=[at(20)],
        )
        found = kinds.of_person(some, book(), at(NOW))
        assert len({cause.key for cause in found}) == len(found)
        still = [(cause.kind, cause.subject) for cause in found if cause.closed_at is None]
        assert len(set(still)) == len(still)
        assert all(cause.closed_at is None or cause.closed_at > cause.opened_at for cause in found)


class TestManyInADay:
    def days(self, deletions: list[float], allowed: int = 2, now: float = NOW) -> list[tuple[str, float, Any]]:
        rule = Wanted(True, allowed, Level.SERIOUS)
        found = kinds.of_employee(LINA, [at(d) for d in deletions], SHANGHAI, book(bulk_deletion=rule), at(now))
        return [(cause.subject, _days(cause.opened_at), cause.facts["deleted"]) for cause in found]

    def test_one_more_than_allowed_opens_it_at_that_moment(self) -> None:
        assert self.days([10, 10.1]) == []
        assert self.days([10.1, 10, 10.2]) == [("e7:2026-03-11", 10.2, 3)]

    def test_a_day_ends_at_the_companys_midnight(self) -> None:
        # Sixteen o'clock in UTC is a third of a day after the beginning of time here.
        assert self.days([10.3, 10.32, 10.34]) == []
        assert self.days([10.34, 10.5, 11.2]) == [("e7:2026-03-12", 11.2, 3)]

    def test_each_day_is_a_warning_of_its_own(self) -> None:
        found = self.days([10, 10.1, 10.2, 11, 11.1, 11.2, 11.21])
        assert found == [("e7:2026-03-11", 10.2, 3), ("e7:2026-03-12", 11.2, 4)]

    def test_none_allowed_warns_of_the_first(self) -> None:
        assert self.days([10], allowed=0) == [("e7:2026-03-11", 10, 1)]

    def test_it_is_nobodys_customer_in_particular(self) -> None:
        rule = Wanted(True, 0, Level.SERIOUS)
        (cause,) = kinds.of_employee(LINA, [at(10)], SHANGHAI, book(bulk_deletion=rule), at(NOW))
        assert (cause.customer, cause.employee, cause.closed_at) == (None, LINA, None)

    def test_what_lies_past_the_horizon_is_forgotten(self) -> None:
        assert self.days([10, 10.1, 10.2], now=101) == []


class TestBook:
    def test_the_usual_holds_where_nobody_says_anything(self) -> None:
        empty = Book({}, {})
        for kind, usual in USUAL.items():
            assert empty.wanted(kind, LINA) == usual
            assert empty.anywhere(kind) is usual.active

    def test_the_nearest_department_above_holds(self) -> None:
        near, far, whole = (Wanted(True, n, Level.NOTICE) for n in (1, 2, 3))
        rules = {(Kind.SILENCE, "/1/4/"): near, (Kind.SILENCE, "/1/"): far, (Kind.SILENCE, ""): whole}
        some = Book(rules, {LINA: "/1/4/9/", WANG: "/1/5/", 9: "/2/"})  # type: ignore[arg-type]
        assert [some.wanted(Kind.SILENCE, e) for e in (LINA, WANG, 9, 10, None)] == [near, far, whole, whole, whole]
        # Of another kind it says nothing.
        assert some.wanted(Kind.BULK_DELETION, LINA) == USUAL[Kind.BULK_DELETION]

    @pytest.mark.parametrize(
        ("rules", "anywhere"),
        [
            ({}, False),
            ({"": True}, True),
            ({"/1/": True}, True),
            ({"": False, "/1/": True}, True),
            ({"": False, "/1/": False}, False),
            ({"/1/": False}, False),
        ],
    )
    def test_whether_anybody_wants_silence(self, rules: dict[str, bool], anywhere: bool) -> None:
        said = {(Kind.SILENCE.value, path): Wanted(on, 20, Level.NOTICE) for path, on in rules.items()}
        assert Book(said, {}).anywhere(Kind.SILENCE) is anywhere
