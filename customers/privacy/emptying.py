"""Take one person out of one table, as its marks say."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import BinaryField, Field, JSONField

from core.personal import Table, our_models
from customers.privacy import person
from customers.privacy.person import Person

# Rows whose history in the console is cleared by one statement.
_SOME = 1_000


def empty(whose: Person, model: Any, table: Table, *, alias: str) -> None:
    """Delete the rows or empty their personal columns; where they are only named in texts, put ``alias`` there."""
    if table.by:
        theirs = person.rows_of(whose, model, table)
        _clear_log(model, list(theirs.values_list("pk", flat=True)) if _is_logged(model) else [], alias)
        if table.drop:
            theirs.delete()
        elif table.personal:
            theirs.update(**_emptied(model, table, alias))
    if table.within:
        for ids in person.named_in(whose, model, table):
            named = model._default_manager.filter(pk__in=ids)
            if table.drop:
                named.delete()
            else:
                _rewrite(whose, named, table.within.split(), alias)


def _emptied(model: Any, table: Table, alias: str) -> dict[str, Any]:
    columns = {name: _nothing(model._meta.get_field(name)) for name in table.personal.split()}
    return columns | ({table.alias: alias} if table.alias else {})


def _nothing(field: Field) -> Any:
    if field.null:
        return None
    if isinstance(field, JSONField):
        return field.get_default() if field.has_default() else {}
    return b"" if isinstance(field, BinaryField) else ""


def _rewrite(whose: Person, named: Any, columns: list[str], alias: str) -> None:
    rows = list(named.only("pk", *columns))
    for row in rows:
        for column in columns:
            setattr(row, column, _without(getattr(row, column), whose, alias))
    named.model._default_manager.bulk_update(rows, columns, batch_size=500)


def _without(value: Any, whose: Person, alias: str) -> Any:
    """The value with ``alias`` for every text of theirs; what another service told of them is dropped whole."""
    if isinstance(value, dict):
        if _foreign(value, whose):
            value = value | {"data": {"customerId": whose.id}}
        return {name: _without(inner, whose, alias) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without(inner, whose, alias) for inner in value]
    if isinstance(value, str):
        for word in whose.words:
            value = value.replace(word, alias)
    return value


def _foreign(value: dict[str, Any], whose: Person) -> bool:
    """Whether this is an event about them that isn't ours: ours hold ids, theirs may hold what was said."""
    data = value.get("data")
    if not isinstance(data, dict) or value.get("aggregateType") in _tables():
        return False
    return data.get("customerId") == whose.id or whose.external_userid in data.values()


def _tables() -> set[str]:
    return {model._meta.db_table for model in our_models()}


def _is_logged(model: Any) -> bool:
    return LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model)).exists()


def _clear_log(model: Any, ids: list[Any], alias: str) -> None:
    """The console's history calls rows by what they say: a customer by their name, a follow-up by its text."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    for start in range(0, len(ids), _SOME):
        entries.filter(object_id__in=list(map(str, ids[start : start + _SOME]))).update(object_repr=alias)
