"""The composed statements against the models they are composed of: all models of ours, whatever their columns."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from core import composing, rows
from core.composing import inserting, reading, updating
from corps.models import Employee
from customers.models import Customer
from messaging.models import Command, OutboxEvent
from tests import make
from tests.conftest import Cast

OURS = {"corps", "tags", "customers", "groups", "followups", "insights", "messaging", "wecom"}
# Those with a table, whose key the database counts up: the others are the ORM's to write.
TABLES = [m for m in apps.get_models() if m._meta.app_label in OURS and not m._meta.proxy]
MODELS = [m for m in TABLES if isinstance(m._meta.pk, models.AutoField)]


def names(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
class TestEveryModel:
    def test_a_reading_names_each_column_once_and_in_the_models_order(self, model: Any) -> None:
        composed = reading(model, (model._meta.pk.attname,))
        listed = composed.sql.partition(" FROM ")[0].removeprefix("SELECT ").split(", ")
        assert listed == [quoted(field.column) for field in model._meta.concrete_fields]
        assert composed.names == names(model)

    def test_a_reading_locks_where_the_database_can(self, model: Any) -> None:
        locks = reading(model, (model._meta.pk.attname,)).sql.endswith("FOR UPDATE")
        assert locks == connection.features.has_select_for_update

    def test_an_insert_writes_neither_the_key_nor_what_the_database_makes_itself(self, model: Any) -> None:
        composed = inserting(model)
        written = composed.sql.partition("(")[2].partition(")")[0].split(", ")
        left_out = [f for f in model._meta.local_concrete_fields if f.primary_key or f.generated]
        assert not {quoted(field.column) for field in left_out} & set(written)
        assert len(written) + len(left_out) == len(model._meta.local_concrete_fields)
        assert composed.sql.count("%s") == len(composed.steps) == len(written)

    def test_an_update_of_any_column_names_it_and_the_key(self, model: Any) -> None:
        key = quoted(model._meta.pk.column)
        for field in model._meta.concrete_fields:
            composed = updating(model, (field.attname,))
            assert composed.sql.endswith(f" SET {quoted(field.column)} = %s WHERE {key} = %s")
            assert len(composed.steps) == 1

    def test_nothing_but_names_of_the_model_stands_in_a_statement(self, model: Any) -> None:
        known = {quoted(field.column) for field in model._meta.concrete_fields} | {quoted(model._meta.db_table)}
        words = {"SELECT", "FROM", "WHERE", "=", "%s", "FOR", "UPDATE", "INSERT", "INTO", "VALUES", "SET"}
        statements = (reading(model, (model._meta.pk.attname,)), inserting(model))
        for composed in statements:
            found = composed.sql.replace(",", " ").replace("(", " ").replace(")", " ").split()
            assert set(found) <= known | words

    def test_it_is_composed_once(self, model: Any) -> None:
        key = (model._meta.pk.attname,)
        assert reading(model, key) is reading(model, key)
        assert inserting(model) is inserting(model)
        assert updating(model, key) is updating(model, key)


def test_several_conditions_are_all_asked_for_in_their_order() -> None:
    composed = reading(Customer, ("corp_id", "external_userid"))
    given = composed.sql.partition(" WHERE ")[2].removesuffix(" FOR UPDATE")
    assert given == f"{quoted('corp_id')} = %s AND {quoted('external_userid')} = %s"
    assert [field.attname for field in composed.sought] == ["corp_id", "external_userid"]


def test_a_relation_is_named_by_its_column_or_by_itself() -> None:
    assert updating(Customer, ("follow_user_id",)).sql == updating(Customer, ("follow_user",)).sql


@pytest.mark.parametrize("name", ["no_such_column", "name; DROP TABLE customer", "", "corp__name"])
def test_what_is_no_column_is_nobodys(name: str) -> None:
    with pytest.raises(StopIteration):
        updating(Customer, (name,))
    with pytest.raises(StopIteration):
        reading(Customer, (name,))


@pytest.mark.parametrize("model", [Customer, Employee, OutboxEvent, Command])
def test_only_columns_that_need_it_are_converted(cast: Cast, model: Any) -> None:
    composed = reading(model, ("id",))
    assert all(converters for _at, converters, _column in composed.converters)
    plain = [f.attname for f in model._meta.concrete_fields if isinstance(f, models.CharField)]
    converted = {composed.names[at] for at, _converters, _column in composed.converters}
    assert not converted & set(plain)


def test_a_row_is_converted_without_touching_what_the_driver_gave(cast: Cast) -> None:
    make.customer(cast.corp, cast.owner)
    composed = reading(Customer, ("id",))
    with connection.cursor() as cursor:
        cursor.execute(composed.sql, [Customer.objects.get().pk])
        given = cursor.fetchone()
    before = tuple(given)
    assert len(composed.converted(given)) == len(given)
    assert tuple(given) == before


def test_a_column_made_by_the_database_is_read(cast: Cast) -> None:
    row = make.command(cast.corp)
    assert rows.locked(Command, id=row.pk).open_mark == 1


def test_there_are_models_to_look_at() -> None:
    assert {Customer, Employee, OutboxEvent, Command} <= set(MODELS)
    assert composing.reading.cache_info().currsize > 0
