"""Personal custom fields are shown to who sees numbers whole, and starred out for everybody else, wherever they are."""

from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from corps.choices import Masking
from customers import cache, custom
from customers.custom import marking
from customers.models import Customer, CustomField
from tests import api, make
from tests.conftest import Cast
from tests.customers.custom.common import AS, K
from tests.customers.privacy.people import URL, choose, client
from tests.customers.privacy.private import HELD, NOTE, OPEN, SEES, leaks, private, starred


def got(seen: Any, path: str) -> Any:
    answer = seen.get(path)
    assert answer.status_code == 200, answer.content
    return answer


def own(row: dict[str, Any]) -> tuple[Any, Any]:
    """The customer's values and those of the one relation."""
    (follow,) = row["follows"]
    return row["customFields"], follow["customFields"]


@pytest.mark.parametrize("chosen", list(Masking))
class TestEachChoice:
    def test_the_detail_and_the_list_show_each_what_the_company_chose(self, cast: Cast, chosen: Masking) -> None:
        customer, held = private(cast)
        choose(cast, chosen)
        for name in ("colleague", "admin", "owner", "manager"):
            whole = name in SEES[chosen]
            expected = (held, {NOTE[0]: NOTE[1]}) if whole else (starred(), {NOTE[0]: NOTE[2]})
            seen = client(cast, name)
            # Twice: from the database, and from the cache that somebody else may have filled.
            for _time in range(2):
                detail = got(seen, f"{URL}/{customer.pk}")
                assert own(detail.json()) == expected, name
                assert bool(leaks(detail.content.decode())) is whole
            for query in ("include=customFields", "include=customFields&cursor="):
                answer = seen.get(f"{URL}?{query}")
                assert [own(row) for row in answer.json()["list"]] == [expected], (name, query)

    def test_so_do_the_profile_all_values_in_full_and_their_history(self, cast: Cast, chosen: Masking) -> None:
        customer, _held = private(cast)
        make.filled(customer, nick="豆豆子子")
        choose(cast, chosen)
        parts = ("profile", "custom-fields", f"follows/{cast.owner.pk}/custom-fields", "custom-fields/history")
        for name in ("colleague", "admin", "owner", "manager"):
            answers = {part: got(client(cast, name), f"{URL}/{customer.pk}/{part}") for part in parts}
            for part, answer in answers.items():
                assert bool(leaks(answer.content.decode())) is (name in SEES[chosen]), (name, part)
                if name not in SEES[chosen] and part != parts[2]:
                    assert OPEN["hobby"] in answer.content.decode(), part

    def test_a_service_sees_stars_only_where_numbers_are_hidden_from_services(
        self, cast: Cast, chosen: Masking
    ) -> None:
        customer, held = private(cast)
        choose(cast, chosen)
        detail = got(api.client(cast.corp), f"{URL}/{customer.pk}").json()
        assert detail["customFields"] == (starred() if chosen == Masking.ALL else held)


def test_in_full_the_value_and_its_words_are_the_same_stars(cast: Cast) -> None:
    customer, _held = private(cast)
    told = got(client(cast, "manager"), f"{URL}/{customer.pk}/custom-fields").json()["list"]
    assert {row["key"]: row["value"] for row in told} == starred()
    assert {row["key"]: row["text"] for row in told} == starred()
    assert {row["key"]: row["kind"] for row in told}["birthday"] == "date"


def test_of_the_history_nothing_is_left_but_that_there_was_something(cast: Cast) -> None:
    customer, _held = private(cast)
    make.filled(customer, idCard=None)
    told = got(client(cast, "manager"), f"{URL}/{customer.pk}/custom-fields/history?key=idCard").json()["list"]
    assert [(row["before"], row["after"]) for row in told] == [("****", ""), ("", "****")]
    whole = got(client(cast, "owner"), f"{URL}/{customer.pk}/custom-fields/history?key=idCard").json()["list"]
    assert whole[0]["before"] == HELD["idCard"][1]


def test_what_is_retired_or_left_of_another_kind_is_starred_too(cast: Cast) -> None:
    customer, _held = private(cast)
    fields = {row.key: row for row in CustomField.objects.of_corp(cast.corp.pk)}
    custom.update_field(field=fields["diary"], active=False, **AS)
    custom.update_field(field=fields["idCard"], kind=K.DATE, leave_old=True, **AS)
    answer = got(client(cast, "manager"), f"{URL}/{customer.pk}/custom-fields")
    told = {row["key"]: (row["value"], row["state"]) for row in answer.json()["list"]}
    assert (told["diary"], told["idCard"]) == (("****", "retired"), ("440****1234", "otherKind"))
    assert leaks(answer.content.decode()) == []


class TestTheMark:
    def test_counts_from_the_next_answer_on(self, cast: Cast) -> None:
        field, customer = make.custom_field(cast.corp, "nick"), make.customer(cast.corp, cast.owner)
        make.filled(customer, nick="豆豆子")
        seen = client(cast, "manager")
        for personal, shown in ((False, "豆豆子"), (True, "****"), (False, "豆豆子")):
            custom.update_field(field=CustomField.objects.get(pk=field.pk), personal=personal, **AS)
            for _time in range(2):
                assert got(seen, f"{URL}/{customer.pk}").json()["customFields"] == {"nick": shown}

    def test_of_a_customer_s_field_is_not_that_of_a_relation_s_of_the_same_key(self, cast: Cast) -> None:
        make.custom_field(cast.corp, "note", personal=True)
        make.custom_field(cast.corp, "note", subject="relation")
        customer = make.filled(make.filled(make.customer(cast.corp, cast.owner), note="甲"), cast.owner, note="乙")
        assert own(got(client(cast, "manager"), f"{URL}/{customer.pk}").json()) == ({"note": "****"}, {"note": "乙"})

    def test_of_another_company_s_field_counts_there_alone(self, cast: Cast) -> None:
        make.custom_field(cast.corp, "note")
        make.custom_field(cast.other_corp, "note", personal=True)
        customer = make.filled(make.customer(cast.corp, cast.owner), note="甲")
        assert got(client(cast, "manager"), f"{URL}/{customer.pk}").json()["customFields"] == {"note": "甲"}


class TestTheCache:
    def test_holds_the_values_whole_whoever_filled_it(self, cast: Cast) -> None:
        customer, held = private(cast)
        got(client(cast, "manager"), f"{URL}/{customer.pk}")
        admin = cast.actor("admin")
        versions = cache.versions(customer.pk, admin)
        assert versions
        assert orjson.loads(cache.detail(customer.pk, versions, admin))["customFields"] == held

    def test_stars_cost_no_statement(self, cast: Cast, django_assert_num_queries: Any) -> None:
        customer, _held = private(cast)
        manager, other = cast.actor("manager"), Customer.objects.get(pk=make.customer(cast.corp, cast.owner).pk)
        versions, others = cache.versions(customer.pk, manager), cache.versions(other.pk, manager)
        assert versions
        assert others
        cache.detail(other.pk, others, manager)
        with django_assert_num_queries(2):
            cache.detail(customer.pk, versions, manager)
        with django_assert_num_queries(0):
            assert leaks(cache.detail(customer.pk, versions, manager).decode()) == []

    def test_a_company_without_fields_pays_nothing_in_a_process_that_knows_nothing(
        self, cast: Cast, django_assert_num_queries: Any
    ) -> None:
        customer, manager = make.customer(cast.corp, cast.owner), cast.actor("manager")
        versions = cache.versions(customer.pk, manager)
        assert versions
        cache.detail(customer.pk, versions, manager)
        marking.marks.cache_clear()
        with django_assert_num_queries(0):
            cache.detail(customer.pk, versions, manager)


def test_a_list_costs_the_same_whoever_asks(cast: Cast) -> None:
    private(cast)
    costs = []
    for name in ("admin", "manager"):
        with CaptureQueriesContext(connection) as asked:
            client(cast, name).get(f"{URL}?include=customFields")
        costs.append(sum("custom_" in query["sql"] for query in asked.captured_queries))
    assert costs == [1, 1]


def test_of_a_page_each_customer_is_starred_by_who_follows_them(cast: Cast) -> None:
    make.custom_field(cast.corp, "nick", personal=True)
    mine = make.filled(make.customer(cast.corp, cast.manager), nick="我的客户")
    theirs = make.filled(make.customer(cast.corp, cast.owner), nick="别人的")
    listed = client(cast, "manager").get(f"{URL}?include=customFields").json()["list"]
    assert {row["id"]: row["customFields"]["nick"] for row in listed} == {mine.pk: "我的客户", theirs.pk: "****"}
