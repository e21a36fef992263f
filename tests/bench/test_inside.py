"""What is measured inside Django counts what it says, and the list it is compared with has the same rows."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from bench import account, inprocess, within
from bench.fill import fill
from bench.workloads import BASE, BY_NAME, WORKLOADS, Scene
from corps.models import ApiAccount, Corp
from customers.choices import CustomerStatus
from customers.models import Customer, CustomerTag, FollowRelation
from tests import make
from tests.conftest import Cast
from tests.world import undone

FEW = 80


@pytest.fixture(scope="module")
def _company(django_db_setup: None, django_db_blocker: Any) -> Iterator[Corp]:
    """Filled once for all of these tests."""
    with django_db_blocker.unblock(), undone():
        yield fill(FEW, say=lambda _line: None)


@pytest.fixture
def filled(_company: Corp, db: None) -> Corp:
    return _company


@pytest.fixture
def ask(filled: Corp, one_connection: None) -> Any:
    """Ask for an address as the bench does; gives the parsed answer."""
    asker = inprocess._asker(WSGIHandler(), f"Api-Key {account.issue()}")
    return lambda url: json.loads(asker(url))


def test_the_benchs_account_reads_and_writes_and_no_throttle_stops_it(filled: Corp) -> None:
    key = account.issue()
    made = ApiAccount.objects.get(corp=filled, name="bench")
    assert made.rate == account.RATE > 10**9
    assert set(made.scopes) == {"read", "write", "tags"}
    assert made.keys.get().prefix == key.split(".")[0]


def test_a_part_prints_its_answer_last_on_its_output(filled: Corp, capsys: pytest.CaptureFixture[str]) -> None:
    account.main([])
    assert "." in capsys.readouterr().out.split()[-1]
    assert "account" in within.PARTS


def test_statements_are_counted_as_the_database_sees_them(ask: Any) -> None:
    for url in (f"{BASE}?page=1&size=20", f"{BASE}/42", f"{BASE}?cursor="):
        ask(url)
        with CaptureQueriesContext(connection) as seen:
            ask(url)
        sent = [q["sql"] for q in seen.captured_queries if not q["sql"].startswith(("BEGIN", "COMMIT"))]
        assert inprocess.statements(lambda url=url: ask(url)) == len(sent), url


def test_nothing_sent_is_nothing_counted(db: None) -> None:
    assert inprocess.statements(lambda: None) == 0


def test_statements_come_with_their_parameters(filled: Corp) -> None:
    with inprocess.recorded() as seen:
        list(Customer.objects.filter(pk=3, name="x"))
    ((sql, params),) = seen
    assert "FROM" in sql
    assert 3 in params


def test_a_call_is_made_as_often_as_the_median_needs_and_five_times_before() -> None:
    made: list[int] = []
    cpu, wall = inprocess.timed(lambda: made.append(1), calls=3, batches=4)
    assert len(made) == 5 + 3 * 4
    assert cpu >= 0
    assert wall >= 0


def test_a_refused_request_ends_the_measuring(filled: Corp, one_connection: None) -> None:
    asker = inprocess._asker(WSGIHandler(), "Api-Key not.one")
    with pytest.raises(SystemExit, match="401"):
        asker(f"{BASE}/1")


@pytest.mark.parametrize("title", sorted(inprocess._QUERIES))
def test_every_query_that_is_measured_is_answered(ask: Any, title: str) -> None:
    assert ask(f"{BASE}{inprocess._QUERIES[title]}")


def test_the_stock_list_has_the_rows_of_the_lean_one(ask: Any) -> None:
    lean = ask(f"{BASE}/?page=1&size=20")["list"]
    with override_settings(ROOT_URLCONF="bench.stock"):
        stock = ask(f"{BASE}/?page=1")["results"]
    assert len(lean) == len(stock) == 20
    for ours, theirs in zip(lean, stock, strict=True):
        names = ("id", "name", "mobile", "channel", "status", "version", "gender", "province", "city")
        assert {n: ours[n] for n in names} == {n: theirs[n] for n in names}
        assert (ours["externalUserid"], ours["corpId"]) == (theirs["external_userid"], theirs["corp"])
        assert ours["followUserId"] == theirs["follow_user"]
        assert {t["id"]: t["name"] for t in ours["tags"]} == {t["id"]: t["name"] for t in theirs["tags"]}


def test_the_stock_list_is_well_used_and_shows_no_other_company(ask: Any, filled: Corp) -> None:
    make.customer(make.corp(), external_userid="wmForeign")
    with override_settings(ROOT_URLCONF="bench.stock"):
        ask(f"{BASE}/?page=1")
        pages = [ask(f"{BASE}/?page={n}")["results"] for n in (1, 2, 3, 4)]
        # Caller, count, page, its tags, their names: more would not be a fair rival.
        assert inprocess.statements(lambda: ask(f"{BASE}/?page=1")) <= 6
    shown = [row["id"] for page in pages for row in page]
    assert shown == list(Customer.objects.of_corp(filled.pk).alive().order_by("-id").values_list("pk", flat=True))


def test_the_stock_list_lets_nobody_in_without_a_key(filled: Corp, client: Any) -> None:
    with override_settings(ROOT_URLCONF="bench.stock"):
        assert client.get(f"{BASE}/?page=1").status_code == 401


def test_the_best_sql_finds_the_customers_that_the_service_finds(ask: Any, filled: Corp) -> None:
    """The statements name corp 1, which a fresh database gives its first company."""
    for title, queries in inprocess._best().items():
        sql, params = queries[0]
        with connection.cursor() as cursor:
            cursor.execute(sql.replace("corp_id = 1 ", f"corp_id = {filled.pk} "), params)
            best = [row[0] for row in cursor.fetchall()]
        ours = [row["id"] for row in ask(f"{BASE}{inprocess._QUERIES[title]}")["list"]]
        assert sorted(best, reverse=True) == ours, title


@pytest.mark.parametrize(
    ("step", "reads_all"),
    [
        ({"type": "ALL", "table": "customer", "rows": 1_000_000}, True),
        ({"type": "index", "table": "customer", "rows": "5000"}, True),
        ({"type": "ALL", "table": "customer", "rows": 1000}, False),
        ({"type": "ALL", "table": "<derived2>", "rows": 1_000_000}, False),
        ({"type": "ALL", "table": None, "rows": 1_000_000}, False),
        ({"type": "ref", "table": "customer_gram", "rows": 1_000_000}, False),
        ({"type": "ALL", "table": "customer", "rows": None}, False),
    ],
)
def test_a_scan_is_a_whole_table_or_index_of_many_rows(step: dict[str, Any], reads_all: bool) -> None:
    assert inprocess._reads_all(step) is reads_all


# --- the workloads' addresses, and the rows behind them ---


@pytest.mark.parametrize("name", [w.name for w in WORKLOADS if w.probe(Scene(FEW))])
def test_what_wrk_will_ask_is_answered_with_success(ask: Any, name: str) -> None:
    answer = ask(BY_NAME[name].probe(Scene(FEW)))
    assert answer["size"] == 20


def test_the_rare_keyword_finds_one_and_the_common_ones_more(ask: Any) -> None:
    assert len(ask(BY_NAME["rare"].probe(Scene(FEW)))["list"]) == 1


def test_the_walk_meets_every_living_customer_once_before_any_twice() -> None:
    for customers in (1_000, 100_000, 7_919 * 25):
        step = 7919 if customers % 7919 else 7907
        assert f"* {step})" in BY_NAME["detail"].script(Scene(customers))
        met = [(i * step) % customers + 1 for i in range(customers)]
        assert len(set(met)) == customers


def row_of(customer: Customer) -> dict[str, Any]:
    skipped = {"id", "corp_id", "follow_user_id", "create_time", "update_time", "external_userid"}
    return {f.attname: getattr(customer, f.attname) for f in Customer._meta.concrete_fields if f.attname not in skipped}


def test_every_column_of_a_filled_customer_is_what_the_rule_writes(filled: Corp, cast: Cast) -> None:
    """All columns but ids and times of writing: one that is added later is compared without a word here."""
    compared = 0
    for drawn in Customer.objects.of_corp(filled.pk).exclude(status=CustomerStatus.DELETED):
        if FollowRelation.objects.filter(customer=drawn).exclude(remark="").exists():
            continue
        given = {n: getattr(drawn, n) for n in ("name", "avatar", "type", "gender", "unionid", "mobile", "province")}
        given |= {n: getattr(drawn, n) for n in ("city", "add_time", "channel", "status")}
        made = make.customer(cast.corp, cast.owner, **given)
        tags = drawn.tag_rows.count()
        if tags:
            group = make.group(cast.corp)
            made = make.tagged(made, *(make.tag(group) for _ in range(tags)))
        assert row_of(Customer.objects.get(pk=made.pk)) == row_of(drawn)
        compared += 1
    assert compared > FEW / 2


def test_a_second_follower_has_a_relation_and_the_main_one_stays_the_customers(filled: Corp) -> None:
    for customer in Customer.objects.of_corp(filled.pk):
        relations = {r.employee_id: r for r in FollowRelation.objects.filter(customer=customer)}
        assert 1 <= len(relations) <= 2
        main = relations.pop(customer.follow_user_id)
        assert main.add_time == customer.add_time
        assert all(r.remark == "" for r in relations.values())
    assert FollowRelation.objects.count() > Customer.objects.count()


def test_tags_belong_to_the_main_follower_and_to_the_company(filled: Corp) -> None:
    rows = CustomerTag.objects.select_related("customer", "tag")
    assert rows
    for row in rows:
        assert row.follower_id == row.customer.follow_user_id
        assert row.corp_id == row.tag.corp_id == row.customer.corp_id == filled.pk
