"""From keys to pairs, key by key: kinds, crowds, what stays dismissed or merged, and names as the weakest reason."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict
from core.time import now
from corps.actors import SYSTEM
from customers import duplicates, lifecycle
from customers.choices import KeyKind, PairState, Reason
from customers.duplicates import pairing
from customers.duplicates.keys import keys_of, named_keys_of, phone_of
from customers.duplicates.reasons import codes, is_weak, reason_of, sentence
from customers.models import Customer, CustomerKey, DuplicatePair, FollowRelation, SharedKey
from tests import make
from tests.conftest import Cast

BITS = st.integers(0, 15)
DIGITS = st.text(alphabet="0123456789", min_size=7, max_size=15)


def key(customer: Customer, number: int, kind: KeyKind = KeyKind.MOBILE) -> None:
    CustomerKey.objects.create(corp_id=customer.corp_id, customer=customer, key=number, kind=kind)


def people(cast: Cast, number: int) -> list[Customer]:
    return [make.customer(cast.corp) for _n in range(number)]


def states() -> list[tuple[int, str]]:
    return list(DuplicatePair.objects.order_by("pk").values_list("reasons", "state"))


def store(cast: Cast, found: dict[tuple[int, int], int], whole_of: Iterable[Customer] = ()) -> None:
    pairing.store(cast.corp.pk, found, whole_of=[row.pk for row in whole_of])


class TestByKeys:
    def test_each_two_who_meet_are_a_pair_the_lower_id_first_with_all_their_reasons(self, cast: Cast) -> None:
        a, b, c = people(cast, 3)
        for row in (c, b, a):
            key(row, 1, KeyKind.NAMED)
        key(a, 2)
        key(c, 2)
        assert pairing.pairs_by(cast.corp.pk, [1, 2]) == {
            (a.pk, b.pk): Reason.NAMED,
            (a.pk, c.pk): Reason.NAMED | Reason.MOBILE,
            (b.pk, c.pk): Reason.NAMED,
        }

    def test_keys_that_were_not_asked_for_and_those_of_one_alone_make_none(self, cast: Cast) -> None:
        a, b = people(cast, 2)
        key(a, 1)
        key(b, 1)
        key(a, 2)
        # Noted of the same one besides: they are still alone.
        key(a, 2, KeyKind.NOTED)
        assert pairing.pairs_by(cast.corp.pk, [2]) == pairing.pairs_by(cast.corp.pk, []) == {}

    def test_the_same_key_in_another_company_meets_nobody(self, cast: Cast) -> None:
        here, there = make.customer(cast.corp), make.customer(cast.other_corp)
        key(here, 1)
        key(there, 1)
        for corp in (cast.corp, cast.other_corp):
            assert pairing.pairs_by(corp.pk, [1]) == {}
            assert pairing.counted(corp.pk, [1]) == {}

    def test_people_are_counted_and_not_their_rows_and_the_bound_itself_is_no_crowd(self, cast: Cast) -> None:
        rows = people(cast, pairing.MOST_PEOPLE)
        for row in rows:
            key(row, 1)
            key(row, 1, KeyKind.NOTED)
        assert pairing.counted(cast.corp.pk, [1]) == {1: pairing.MOST_PEOPLE}
        assert len(pairing.pairs_by(cast.corp.pk, [1])) == pairing.MOST_PEOPLE * (pairing.MOST_PEOPLE - 1) // 2
        assert not SharedKey.objects.exists()

    def test_one_more_is_a_crowd_that_is_flagged_once_and_not_counted_again(self, cast: Cast) -> None:
        rows = people(cast, pairing.MOST_PEOPLE + 1)
        for row in rows:
            key(row, 1, KeyKind.NAMED)
        for _n in range(2):
            assert pairing.pairs_by(cast.corp.pk, [1]) == {}
        assert list(SharedKey.objects.values_list("corp_id", "key", "people")) == [(cast.corp.pk, 1, len(rows))]
        CustomerKey.objects.filter(customer__in=rows[2:]).delete()
        assert pairing.pairs_by(cast.corp.pk, [1]) == {}
        SharedKey.objects.all().delete()
        assert pairing.pairs_by(cast.corp.pk, [1]) == {(rows[0].pk, rows[1].pk): Reason.NAMED}


class TestStoring:
    @pytest.fixture
    def pair(self, cast: Cast) -> list[Customer]:
        return people(cast, 2)

    def ids(self, pair: list[Customer]) -> tuple[int, int]:
        return pair[0].pk, pair[1].pk

    def test_twice_is_once(self, cast: Cast, pair: list[Customer]) -> None:
        for _n in range(2):
            store(cast, {self.ids(pair): Reason.MOBILE}, pair)
            assert states() == [(Reason.MOBILE, PairState.OPEN)]
        store(cast, {})
        assert states() == [(Reason.MOBILE, PairState.OPEN)]

    def test_a_part_of_the_keys_adds_a_reason_and_takes_none(self, cast: Cast, pair: list[Customer]) -> None:
        store(cast, {self.ids(pair): Reason.MOBILE})
        store(cast, {self.ids(pair): Reason.NAMED})
        assert states() == [(Reason.MOBILE | Reason.NAMED, PairState.OPEN)]

    @pytest.mark.parametrize("which", [0, 1])
    def test_all_of_one_sides_keys_take_what_is_over(self, cast: Cast, pair: list[Customer], which: int) -> None:
        store(cast, {self.ids(pair): Reason.MOBILE | Reason.NAMED})
        store(cast, {self.ids(pair): Reason.NAMED}, [pair[which]])
        assert states() == [(Reason.NAMED, PairState.OPEN)]
        store(cast, {}, [pair[which]])
        assert states() == []

    def test_pairs_of_others_are_left_alone(self, cast: Cast, pair: list[Customer]) -> None:
        third, fourth = people(cast, 2)
        make.duplicate_pair(pair[0], third, reasons=Reason.NOTED)
        make.duplicate_pair(third, fourth, reasons=Reason.NOTED)
        store(cast, {self.ids(pair): Reason.MOBILE}, [pair[1]])
        assert sorted(bits for bits, _state in states()) == [Reason.MOBILE, Reason.NOTED, Reason.NOTED]

    @pytest.mark.parametrize(
        ("dismissed", "found", "opened"),
        [
            (Reason.MOBILE, Reason.MOBILE, False),
            (Reason.MOBILE, Reason.MOBILE | Reason.NAMED, False),
            (Reason.NAMED, Reason.NAMED, False),
            (Reason.NAMED, Reason.NAMED | Reason.NOTED, True),
            (Reason.MOBILE, Reason.UNIONID, True),
            (0, Reason.NAMED, False),
            (Reason.MOBILE, 0, False),
        ],
    )
    def test_only_a_reason_nobody_has_dismissed_opens_a_pair_again_and_a_name_never(
        self, cast: Cast, pair: list[Customer], dismissed: int, found: int, opened: bool
    ) -> None:
        make.duplicate_pair(*pair, reasons=dismissed, dismissed=dismissed, state="dismissed")
        store(cast, {self.ids(pair): found} if found else {}, pair)
        assert states() == [(found, "open") if opened else (dismissed, "dismissed")]
        assert DuplicatePair.objects.get().dismissed == dismissed

    def test_a_merged_pair_stays_merged_whatever_is_found(self, cast: Cast, pair: list[Customer]) -> None:
        make.duplicate_pair(*pair, state="merged")
        for found in ({self.ids(pair): 15}, {}):
            store(cast, found, pair)
            assert states() == [(Reason.MOBILE, PairState.MERGED)]


class TestNames:
    def look(self, cast: Cast) -> dict[tuple[int, int], int]:
        # The end lies ahead, so that who has just changed is looked at.
        duplicates.refresh(corp_id=cast.corp.pk, until=now() + dt.timedelta(minutes=1))
        found = DuplicatePair.objects.filter(state=PairState.OPEN)
        return {(a, b): bits for a, b, bits in found.values_list("first_id", "second_id", "reasons")}

    def test_own_company_and_the_one_an_employee_noted_are_one(self, cast: Cast) -> None:
        first = make.customer(cast.corp, name="王 强", corp_name="华兴")
        second = make.customer(cast.corp, cast.owner, name="王强")
        FollowRelation.objects.filter(customer=second).update(remark_corp_name="华 兴")
        third = make.customer(cast.corp, name="王强", corp_full_name="华兴")
        assert self.look(cast) == {
            (first.pk, second.pk): Reason.NAMED,
            (first.pk, third.pk): Reason.NAMED,
            (second.pk, third.pk): Reason.NAMED,
        }

    def test_a_city_called_like_a_company_is_another_place(self, cast: Cast) -> None:
        make.customer(cast.corp, name="王强", city="华兴")
        make.customer(cast.corp, name="王强", corp_name="华兴")
        assert self.look(cast) == {}

    def test_who_is_deleted_or_of_another_company_is_no_namesake(self, cast: Cast) -> None:
        make.customer(cast.corp, name="王强", city="深圳")
        make.customer(cast.other_corp, name="王强", city="深圳")
        gone = make.customer(cast.corp, name="王强", city="深圳")
        assert len(self.look(cast)) == 1
        lifecycle.delete(customer=gone, by=SYSTEM, source="api")
        assert self.look(cast) == {}
        assert not CustomerKey.objects.filter(customer=gone).exists()

    def test_a_dismissed_namesake_comes_back_with_a_number_and_says_both(self, cast: Cast, recorded: Any) -> None:
        rows = [make.customer(cast.corp, name="王强", city="深圳") for _n in range(2)]
        self.look(cast)
        before = recorded()
        row = duplicates.dismiss(pair=DuplicatePair.objects.get(), by=cast.actor("manager"))
        assert (row.state, row.dismissed, row.actor) == ("dismissed", Reason.NAMED, cast.actor("manager").label)
        assert row.dismissed_at is not None
        assert recorded() == before
        for one in rows:
            lifecycle.update(customer=one, mobile="13800000001", by=SYSTEM, source="api")
        assert self.look(cast) == {(rows[0].pk, rows[1].pk): Reason.NAMED | Reason.MOBILE}

    def test_a_merged_pair_is_refused_in_the_readers_language_and_stays(self, cast: Cast) -> None:
        row = make.duplicate_pair(*people(cast, 2), state="merged")
        for language, word in (("en", "merged"), ("zh-hans", "合并")):
            with translation.override(language), pytest.raises(Conflict) as refused:
                duplicates.dismiss(pair=row, by=cast.actor("admin"))
            assert word in str(refused.value.message)
        again = DuplicatePair.objects.get()
        assert (again.state, again.dismissed, again.actor, again.dismissed_at) == ("merged", 0, row.actor, None)


class TestPure:
    @given(DIGITS)
    def test_a_number_is_its_own_number_and_no_writing_of_it_is_another(self, written: str) -> None:
        digits = phone_of(written)
        assert phone_of(f"+{written[:3]} ({written[3:6]})-{written[6:]}") == digits
        assert digits == "" or (len(digits) >= 7 and digits in written)

    @given(st.lists(DIGITS, max_size=5), st.one_of(st.none(), DIGITS))
    def test_every_number_has_one_key_and_its_own_is_never_noted(self, noted: list[str], mobile: str | None) -> None:
        found = keys_of(unionid=None, mobile=mobile, noted=noted)
        numbers = {phone_of(one) for one in (*noted, mobile)} - {""}
        assert len({number for number, _kind in found}) == len(found) == len(numbers)
        assert sum(kind == KeyKind.MOBILE for _number, kind in found) == bool(phone_of(mobile))

    @given(st.text(max_size=6), st.text(max_size=6), st.lists(st.text(max_size=4), max_size=3))
    def test_names_never_have_the_key_of_a_number(self, name: str, city: str, companies: list[str]) -> None:
        named = named_keys_of(name=name, city=city, companies=companies)
        assert named == named_keys_of(name=f" {name} ", city=f"{city}\t", companies=[*companies, *companies])
        numbers = keys_of(unionid=name, mobile="13800000001", noted=["13900000002"])
        assert not {one for one, _kind in named} & {one for one, _kind in numbers}
        assert len(named) <= 1 + len(set(companies))

    @given(st.sets(st.sampled_from(KeyKind), min_size=1), st.sets(st.sampled_from(KeyKind), min_size=1))
    def test_a_reason_is_the_same_from_either_side_where_both_have_the_key_alike(
        self, one: set[int], other: set[int]
    ) -> None:
        phones = {KeyKind.MOBILE, KeyKind.NOTED}
        mine, yours = one & phones, other & phones
        if mine and yours:
            assert reason_of(mine, yours) == reason_of(yours, mine)
            assert (reason_of(mine, yours) == Reason.MOBILE) is (KeyKind.MOBILE in mine & yours)

    @given(BITS)
    def test_a_sum_of_reasons_has_a_code_and_words_for_each_and_only_a_name_alone_is_weak(self, bits: int) -> None:
        assert sum(Reason[code.upper()] for code in codes(bits)) == bits
        assert is_weak(bits) is (codes(bits) == ["named"])
        for language, comma in (("en", ", "), ("zh-hans", "、")):
            with translation.override(language):
                said = sentence(bits)
                assert said == comma.join(str(one.label) for one in Reason if one & bits)
