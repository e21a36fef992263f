"""Custom fields in conditions: asked of the database and of one customer alike, said, explained, offered, retired."""

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from core.errors import RuleViolation
from customers import custom as fields_of_companies
from customers.choices import CustomKind
from customers.models import Customer, CustomField, CustomValue
from segments import asking, catalogue
from segments.bitmaps import building
from segments.catalogue import checking
from segments.conditions import answering, compiled, explaining, facts, mentions, parsing, wording, writing
from segments.conditions.nodes import All, Asked, Not, Some
from segments.fields import FIELDS, custom
from segments.fields.listing import listing
from segments.fields.ops import NEGATIVE
from segments.fields.relations import RELATION
from tests import api, make
from tests.conftest import Cast
from tests.customers.custom.common import AS, K, ids_of, put
from tests.segments import own_fields, scene
from tests.segments.scene import AT, MOMENT

pytestmark = pytest.mark.django_db

Json = dict[str, Any]
_OPPOSITES = {positive: negative for negative, positive in NEGATIVE.items()}


def document(where: Any) -> Json:
    return {"version": 1, "where": where}


def ask(cast: Cast, where: Any, *, fresh: bool = False) -> Any:
    return parsing.parse(document(where), corp=cast.corp, fresh=fresh)


def question(dice: random.Random, field: Any) -> Json:
    op = field.kind.ops[dice.choice(sorted(field.kind.ops))]
    asked = {"field": field.key, "op": dice.choice([op.key, _OPPOSITES.get(op.key, op.key)])}
    match op.takes:
        case "nothing":
            return asked
        case "days":
            return asked | {"value": {"days": dice.choice([1, 2, 7, 90, 36_500])}}
        case "period":
            return asked | {"value": dice.choice(["week", "month", "quarter", "year"])}
        case "many":
            return asked | {"value": [own_fields.value_of(field, dice) for _n in range(dice.randint(1, 3))]}
        case "pair":
            return asked | {"value": sorted(own_fields.value_of(field, dice) for _n in range(2))}
    return asked | {"value": own_fields.value_of(field, dice)}


def tree(dice: random.Random, tables: dict[str, Any], depth: int = 2) -> Json:
    if depth and dice.random() < 0.6:
        parts = [tree(dice, tables, depth - 1) for _n in range(dice.randint(1, 3))]
        return {"not": parts[0]} if dice.random() < 0.3 else {dice.choice(["all", "any"]): parts}
    if dice.random() < 0.35:
        found: Json = {"some": "relation", "where": question(dice, dice.choice(list(tables["relation"].values())))}
        return found | ({"count": {"op": "exactly", "value": dice.randint(0, 2)}} if dice.random() < 0.3 else {})
    return question(dice, dice.choice(list(tables[""].values())))


class Plain:
    """What a document means, read from the rows by the simplest Python: it knows columns, and nothing of links."""

    def __init__(self, world: scene.Scene) -> None:
        self.fields = {(field.subject, f"custom.{field.key}"): field for field in world.own}

    def who(self, node: Json, customers: list[Customer]) -> set[int]:
        living = [row for row in customers if row.status != 0 and not row.blacklisted]
        return {row.pk for row in living if self.true(node, row, None)}

    def true(self, node: Json, customer: Customer, relation: Any) -> bool:
        if "all" in node:
            return all(self.true(part, customer, relation) for part in node["all"])
        if "any" in node:
            return any(self.true(part, customer, relation) for part in node["any"])
        if "not" in node:
            return not self.true(node["not"], customer, relation)
        if "some" in node:
            found = sum(self.true(node["where"], customer, row) for row in customer.relations.all())
            return found == node["count"]["value"] if "count" in node else found > 0
        op = node["op"]
        if op in NEGATIVE:
            return not self.true(node | {"op": NEGATIVE[op]}, customer, relation)
        field = self.fields["relation" if relation else "customer", node["field"]]
        row = CustomValue.objects.filter(field=field, customer=customer, relation=relation, kind=field.kind).first()
        return row is not None and self.answers(op, node.get("value"), self.held(field.kind, row))

    def held(self, kind: int, row: CustomValue) -> Any:
        if kind in (K.CHOICE, K.CHOICES):
            return {chosen.option_id for chosen in row.chosen.all()}
        if kind == K.FLAG:
            return row.number == 1
        if kind == K.DATE:
            return f"{row.time:%Y-%m-%d}"
        if kind == K.DATE_TIME:
            assert row.time
            return f"{row.time.astimezone(MOMENT.zone):%Y-%m-%d}"
        return row.number if kind == K.NUMBER else row.text or row.long_text

    def answers(self, op: str, value: Any, held: Any) -> bool:
        if isinstance(held, set):
            wanted = set(value) if isinstance(value, list) else {value}
            return True if op == "set" else wanted <= held if op in ("is", "all") else bool(wanted & held)
        if isinstance(held, Decimal):
            value = [Decimal(str(one)) for one in value] if isinstance(value, list) else Decimal(str(value or 0))
        today = MOMENT.today
        match op:
            case "within" | "earlierThan" | "next":
                ago = (today - dt.date.fromisoformat(held)).days
                days = value["days"]
                return 0 <= ago < days if op == "within" else ago >= days if op == "earlierThan" else 0 <= -ago < days
            case "this":
                return self.period(value, dt.date.fromisoformat(held)) == self.period(value, today)
        return {
            "set": lambda: True,
            "is": lambda: held == value,
            "on": lambda: held == value,
            "in": lambda: held in value,
            "contains": lambda: value.encode().lower() in held.encode().lower(),
            "startsWith": lambda: held.encode().lower().startswith(value.encode().lower()),
            "gt": lambda: held > value,
            "gte": lambda: held >= value,
            "lt": lambda: held < value,
            "lte": lambda: held <= value,
            "after": lambda: held > value,
            "before": lambda: held < value,
            "between": lambda: value[0] <= held <= value[1],
        }[op]()

    def period(self, name: str, day: dt.date) -> Any:
        quarter = (day.year, (day.month + 2) // 3)
        return {"week": day.isocalendar()[:2], "month": (day.year, day.month), "quarter": quarter, "year": day.year}[
            name
        ]


def test_however_a_condition_of_custom_fields_is_asked_the_answer_is_the_same() -> None:
    world = scene.build(customers=14, seed=11)
    tables, plain, dice = own_fields.tables(world.corp.pk), Plain(world), random.Random(5)
    documents = [document(tree(dice, tables)) for _n in range(60)]
    conditions = [parsing.parse(each, corp=world.corp) for each in documents]
    known = facts.gather(world.ids, corp_id=world.corp.pk, conditions=conditions, moment=MOMENT)
    for each, condition in zip(documents, conditions, strict=True):
        assert writing.document(condition) == each
        by_database = set(compiled.rows(condition, MOMENT).values_list("pk", flat=True))
        one_by_one = {pk for pk, held in known.items() if answering.holds(condition, held, MOMENT)}
        assert by_database == one_by_one == plain.who(each["where"], world.customers), each


def test_each_question_of_each_kind_is_answered_both_ways() -> None:
    world = scene.build(customers=10, seed=4)
    plain, dice, asked = Plain(world), random.Random(9), 0
    for rows, fields in own_fields.tables(world.corp.pk).items():
        for field in fields.values():
            for op in field.kind.ops:
                only = dice_for(field, op, dice)
                where = {"some": rows, "where": only} if rows else only
                condition = parsing.parse(document(where), corp=world.corp)
                known = facts.gather(world.ids, corp_id=world.corp.pk, conditions=[condition], moment=MOMENT)
                by_database = set(compiled.rows(condition, MOMENT).values_list("pk", flat=True))
                one_by_one = {pk for pk, held in known.items() if answering.holds(condition, held, MOMENT)}
                assert by_database == one_by_one == plain.who(where, world.customers), where
                asked += 1
    assert asked > 100


def dice_for(field: Any, op: str, dice: random.Random) -> Json:
    """A question of this kind, drawn until it is this one."""
    while (drawn := question(dice, field))["op"] != op:
        pass
    return drawn


def test_bitmaps_answer_alike_also_for_what_changed_since(cast: Cast) -> None:
    level = make.custom_field(cast.corp, "level", "甲", "乙")
    ids = ids_of(level)
    rows = [make.customer(cast.corp, city="深圳") for _n in range(4)]
    put(rows[0], level=ids["甲"])
    building.build(cast.corp)
    put(rows[1], level=ids["甲"])
    put(rows[0], level=ids["乙"])
    both = {
        "all": [
            {"field": "city", "op": "is", "value": "深圳"},
            {"field": "custom.level", "op": "is", "value": ids["甲"]},
        ]
    }
    assert set(asking.ids(ask(cast, both))) == {rows[1].pk}
    other = {"field": "custom.level", "op": "isNot", "value": ids["甲"]}
    assert set(asking.ids(ask(cast, other))) == {rows[0].pk, rows[2].pk, rows[3].pk}


# --- Reading and writing ---


def errors(cast: Cast, where: Any, *, fresh: bool = False) -> dict[str, str]:
    with pytest.raises(RuleViolation) as refusal:
        ask(cast, where, fresh=fresh)
    assert refusal.value.code == "condition_invalid"
    return {error.field: str(error.message) for error in refusal.value.errors}


def test_a_name_is_looked_up_among_the_fields_of_the_company(cast: Cast) -> None:
    make.custom_field(cast.corp, "age", kind=K.NUMBER)
    make.custom_field(cast.corp, "mood", subject="relation")
    make.custom_field(cast.other_corp, "foreign")
    condition = ask(cast, {"field": "custom.age", "op": "gte", "value": 12.5})
    assert isinstance(condition.root, Asked)
    assert condition.root.own
    assert (condition.root.own.key, condition.root.value) == ("age", Decimal("12.5"))
    assert hash(condition) == hash(ask(cast, {"field": "custom.age", "op": "gte", "value": 12.5}))
    inner = {"some": "relation", "where": {"field": "custom.mood", "op": "set"}}
    assert isinstance(ask(cast, inner).root, Some)
    for where, path in (
        ({"field": "custom.mood", "op": "set"}, "where.field"),
        ({"field": "custom.foreign", "op": "set"}, "where.field"),
        ({"field": "custom.", "op": "set"}, "where.field"),
        ({"field": "age", "op": "set"}, "where.field"),
        ({"field": "custom.AGE", "op": "set"}, "where.field"),
        ({"some": "relation", "where": {"field": "custom.age", "op": "set"}}, "where.where.field"),
        ({"some": "episode", "where": {"field": "custom.mood", "op": "set"}}, "where.where.field"),
    ):
        assert list(errors(cast, where)) == [path], where


WRONG: list[tuple[int, str, Any]] = [
    (K.TEXT, "gt", "a"),
    (K.TEXT, "is", 3),
    (K.TEXT, "is", ""),
    (K.LONG_TEXT, "is", "a"),
    (K.LONG_TEXT, "in", ["a"]),
    (K.NUMBER, "is", "3"),
    (K.NUMBER, "is", True),
    (K.NUMBER, "gt", 10**11),
    (K.NUMBER, "gt", 0.00001),
    (K.NUMBER, "between", [3, 1]),
    (K.NUMBER, "contains", 3),
    (K.DATE, "on", "gestern"),
    (K.DATE, "is", "2026-01-01"),
    (K.DATE, "within", {"days": 0}),
    (K.DATE_TIME, "on", "2026-01-01T00:00:00Z"),
    (K.FLAG, "is", 1),
    (K.FLAG, "gt", True),
    (K.CHOICE, "is", 10**9),
    (K.CHOICE, "is", "甲"),
    (K.CHOICE, "is", True),
    (K.CHOICE, "any", [1]),
    (K.CHOICES, "is", 1),
    (K.CHOICES, "any", []),
    (K.PHONE, "lt", "4"),
]


@pytest.mark.parametrize(("kind", "op", "value"), WRONG)
def test_what_a_kind_is_not_asked_is_refused_at_its_place(cast: Cast, kind: int, op: str, value: Any) -> None:
    make.custom_field(cast.corp, "f", *(("甲",) if kind in (K.CHOICE, K.CHOICES) else ()), kind=kind)
    (path,) = errors(cast, {"all": [{"field": "custom.f", "op": op, "value": value}]})
    assert path.startswith("where.all[0].")
    assert path.partition("[0].")[2].rstrip("[0]") in {"op", "value"}


def test_an_option_of_another_field_is_none_of_this_one(cast: Cast) -> None:
    make.custom_field(cast.corp, "level", "甲")
    other = ids_of(make.custom_field(cast.corp, "other", "甲"))["甲"]
    assert list(errors(cast, {"field": "custom.level", "op": "in", "value": [other]})) == ["where.value[0]"]


def test_custom_fields_are_read_once_a_document_and_only_where_one_is_asked(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    for key in ("a", "b", "c"):
        make.custom_field(cast.corp, key)
    with django_assert_num_queries(0):
        ask(cast, {"field": "city", "op": "set"})
    with django_assert_num_queries(2):
        ask(cast, {"all": [{"field": f"custom.{key}", "op": "set"} for key in "abc"]})


def test_facts_of_many_customers_are_one_statement_a_field(cast: Cast, django_assert_num_queries: Any) -> None:
    make.custom_field(cast.corp, "age", kind=K.NUMBER)
    make.custom_field(cast.corp, "some", "甲", kind=K.CHOICES)
    rows = [make.customer(cast.corp) for _n in range(5)]
    for at, row in enumerate(rows):
        put(row, age=at)
    parts = [{"field": "custom.age", "op": "gt", "value": 1}, {"field": "custom.some", "op": "unset"}]
    condition = ask(cast, {"all": parts})
    with django_assert_num_queries(3):
        known = facts.gather([row.pk for row in rows], corp_id=cast.corp.pk, conditions=[condition], moment=MOMENT)
    assert {pk for pk, held in known.items() if answering.holds(condition, held, MOMENT)} == {r.pk for r in rows[2:]}


def test_what_a_condition_mentions_tells_custom_fields_apart(cast: Cast) -> None:
    make.custom_field(cast.corp, "nick")
    make.custom_field(cast.corp, "mood", subject="relation")
    inner = {"some": "relation", "where": {"field": "custom.mood", "op": "set"}}
    condition = ask(cast, {"all": [{"field": "custom.nick", "op": "set"}, inner, {"field": "city", "op": "set"}]})
    owned = mentions.owned([condition])
    assert {rows: sorted(fields) for rows, fields in owned.items()} == {
        "": ["custom.nick"],
        "relation": ["custom.mood"],
    }
    assert mentions.owned([ask(cast, {"field": "city", "op": "set"})]) == {}
    assert "custom.nick" in mentions.needs([condition])[""]


# --- Words ---


@pytest.mark.parametrize(
    ("kind", "op", "value", "said"),
    [
        (K.TEXT, "is", "甲", "等级 is “甲”"),
        (K.NUMBER, "gte", 12.5, "等级 is at least 12.5"),
        (K.NUMBER, "between", [1, 2.5], "等级 is between 1 and 2.5"),
        (K.DATE, "within", {"days": 7}, "等级 in the last 7 days"),
        (K.DATE, "on", "2026-01-31", "等级 on 2026-01-31"),
        (K.DATE_TIME, "next", {"days": 1}, "等级 today"),
        (K.FLAG, "is", True, "等级: yes"),
        (K.EMAIL, "unset", None, "等级 is empty"),
    ],
)
def test_a_question_is_said_by_the_field_s_name(cast: Cast, kind: int, op: str, value: Any, said: str) -> None:
    make.custom_field(cast.corp, "f", kind=kind, name="等级")
    asked = {"field": "custom.f", "op": op} | ({} if value is None else {"value": value})
    with translation.override("en"):
        assert wording.sentence(ask(cast, asked)) == said


def test_options_are_said_by_their_names_and_a_negation_in_one_word(cast: Cast) -> None:
    level = ids_of(make.custom_field(cast.corp, "level", "甲", "乙", name="等级"))
    some = ids_of(make.custom_field(cast.corp, "some", "一", "二", kind=K.CHOICES, name="爱好"))
    with translation.override("en"):
        several = ask(cast, {"field": "custom.level", "op": "in", "value": list(level.values())})
        assert wording.sentence(several) == "等级 is 甲 or 乙"
        turned = ask(cast, {"not": {"field": "custom.level", "op": "is", "value": level["甲"]}})
        assert isinstance(turned.root, Not)
        assert wording.sentence(turned) == "等级 is not 甲"
        none = ask(cast, {"field": "custom.some", "op": "none", "value": list(some.values())})
        assert wording.sentence(none) == "爱好 don't include 一 nor 二"


def test_an_answer_is_explained_by_what_is_held(cast: Cast) -> None:
    level = ids_of(make.custom_field(cast.corp, "level", "甲", "乙", kind=K.CHOICES))
    for key, kind in (("age", K.NUMBER), ("born", K.DATE), ("seen", K.DATE_TIME), ("vip", K.FLAG), ("nick", K.TEXT)):
        make.custom_field(cast.corp, key, kind=kind)
    make.custom_field(cast.corp, "mood", subject="relation")
    row = make.customer(cast.corp, cast.owner)
    put(row, level=list(level.values()), age=2.5, born="1990-05-01", seen="2026-01-31T00:30:00Z", vip=True)
    put(row, cast.owner.pk, mood="好")
    parts = [{"field": f"custom.{key}", "op": "set"} for key in ("age", "born", "seen", "nick", "level")]
    parts += [{"field": "custom.vip", "op": "is", "value": True}]
    parts += [{"some": "relation", "where": {"field": "custom.mood", "op": "is", "value": "好"}}]
    condition = ask(cast, {"all": parts})
    known = facts.gather([row.pk], corp_id=cast.corp.pk, conditions=[condition], moment=MOMENT)
    with translation.override("en"):
        (told,) = explaining.explain(condition, known[row.pk], MOMENT).parts
    assert [(part.holds, part.held) for part in told.parts[:6]] == [
        (True, "2.5"),
        (True, "1990-05-01"),
        (True, "2026-01-31 08:30"),
        (False, ""),
        (True, "甲, 乙"),
        (True, "yes"),
    ]
    (relation,) = told.parts[6].parts
    assert (relation.holds, relation.held) == (True, "“好”")


# --- What is not in use any more ---


@pytest.fixture
def retired(cast: Cast) -> dict[str, int]:
    """A field whose option is retired, and one that is retired itself."""
    ids = ids_of(make.custom_field(cast.corp, "level", "甲", "乙", name="等级"))
    CustomField.objects.get(key="level").options.filter(label="乙").update(active=False)
    make.custom_field(cast.corp, "old", name="旧的", active=False)
    return ids


def test_what_is_written_now_names_nothing_that_is_retired(cast: Cast, retired: dict[str, int]) -> None:
    asked = [
        {"field": "custom.old", "op": "set"},
        {"field": "custom.level", "op": "is", "value": retired["乙"]},
        {"field": "custom.level", "op": "in", "value": [retired["甲"], retired["乙"]]},
        {"field": "custom.level", "op": "is", "value": retired["甲"]},
    ]
    found = errors(cast, {"all": asked}, fresh=True)
    assert list(found) == ["where.all[0].field", "where.all[1].value", "where.all[2].value"]
    assert all(found.values())
    with pytest.raises(RuleViolation):
        make.segment(cast.corp, condition=document(asked[0]))
    with pytest.raises(RuleViolation):
        make.tag_rule(cast.corp, make.tag(make.group(cast.corp)), condition=document(asked[1]))


def test_what_was_written_before_is_asked_on_and_flagged(cast: Cast, retired: dict[str, int]) -> None:
    old = {"field": "custom.old", "op": "unset"}
    option = {"field": "custom.level", "op": "is", "value": retired["乙"]}
    condition = ask(cast, {"any": [old, option]})
    assert writing.document(condition) == document({"any": [old, option]})
    row = make.customer(cast.corp)
    assert set(compiled.rows(condition, MOMENT).values_list("pk", flat=True)) == {row.pk}
    with translation.override("en"):
        assert wording.sentence(condition) == "旧的 (not in use) is empty or 等级 is 乙 (not in use)"
        known = facts.gather([row.pk], corp_id=cast.corp.pk, conditions=[condition], moment=MOMENT)
        (told,) = explaining.explain(condition, known[row.pk], MOMENT).parts
    assert [part.sentence for part in told.parts] == ["旧的 (not in use) is empty", "等级 is 乙 (not in use)"]


def test_a_segment_may_go_on_asking_what_it_asks(cast: Cast) -> None:
    make.custom_field(cast.corp, "nick")
    asked = document({"field": "custom.nick", "op": "set"})
    segment = make.segment(cast.corp, condition=asked)
    field = CustomField.objects.get(key="nick")
    fields_of_companies.update_field(field=field, active=False, **AS)
    assert checking.asked(asked, cast.corp, by=AS["by"], segment=segment)[0].root
    catalogue.update_segment(segment=segment, name="新名", condition=asked, **AS)
    other = document({"not": {"field": "custom.nick", "op": "set"}})
    with pytest.raises(RuleViolation) as refusal:
        catalogue.update_segment(segment=segment, condition=other, **AS)
    assert refusal.value.code == "condition_invalid"


def test_a_kind_that_is_not_asked_so_any_more_is_told_at_its_node(cast: Cast) -> None:
    field = make.custom_field(cast.corp, "f")
    asked = {"field": "custom.f", "op": "contains", "value": "a"}
    assert ask(cast, asked).root
    fields_of_companies.update_field(field=field, kind=K.NUMBER, **AS)
    assert list(errors(cast, asked)) == ["where.op"]


# --- What is offered ---


def test_builders_are_offered_the_company_s_fields_behind_the_others(cast: Cast, retired: dict[str, int]) -> None:
    make.custom_field(cast.corp, "mood", subject="relation", name="心情")
    make.custom_field(cast.other_corp, "foreign")
    told = api.client(cast.corp, "read").get("/api/v1/segments/fields").json()
    assert told == listing(cast.corp.pk)
    assert [field["key"] for field in told["fields"]] == [*FIELDS, "custom.level"]
    (relation,) = [rows for rows in told["sets"] if rows["key"] == "relation"]
    assert [field["key"] for field in relation["fields"]] == [*RELATION.fields, "custom.mood"]
    level = told["fields"][-1]
    assert {key: level[key] for key in ("nameZh", "nameEn", "kind", "valuesUrl", "choices")} == {
        "nameZh": "等级",
        "nameEn": "等级",
        "kind": "choice",
        "valuesUrl": None,
        "choices": [{"value": retired["甲"], "nameZh": "甲", "nameEn": "甲"}],
    }
    assert not [field for field in listing()["fields"] if field["key"].startswith("custom.")]


def test_every_question_that_is_offered_is_taken(cast: Cast) -> None:
    own_fields.of(cast.corp)
    kinds: dict[str, Any] = {"text": "北京", "decimal": 2.5, "time": "2026-01-31", "flag": True}
    asked = 0
    told = listing(cast.corp.pk)
    for rows, fields in [("", told["fields"]), *((rows["key"], rows["fields"]) for rows in told["sets"])]:
        for field in fields:
            if not field["key"].startswith(custom.PREFIX):
                continue
            one = field["choices"][0]["value"] if field["choices"] else kinds.get(field["kind"])
            values = {"one": one, "many": [one], "pair": [one, one], "days": {"days": 7}, "period": "month"}
            for op in field["ops"]:
                where = {"field": field["key"], "op": op["op"]}
                where |= {} if op["takes"] == "nothing" else {"value": values[op["takes"]]}
                whole = document({"some": rows, "where": where} if rows else where)
                assert writing.document(parsing.parse(whole, corp=cast.corp, fresh=True)) == whole
                asked += 1
    assert asked > 150


def test_a_whole_tree_is_one_statement(cast: Cast, django_assert_num_queries: Any) -> None:
    make.custom_field(cast.corp, "age", kind=K.NUMBER)
    level = ids_of(make.custom_field(cast.corp, "level", "甲", kind=K.CHOICES))
    make.custom_field(cast.corp, "mood", subject="relation")
    parts = [
        {"field": "custom.age", "op": "between", "value": [1, 5]},
        {"field": "custom.level", "op": "all", "value": list(level.values())},
        {"some": "relation", "where": {"field": "custom.mood", "op": "contains", "value": "好"}},
    ]
    condition = ask(cast, {"all": parts})
    assert isinstance(condition.root, All)
    row = make.customer(cast.corp, cast.owner)
    put(row, age=3, level=list(level.values()))
    put(row, cast.owner.pk, mood="很好")
    with django_assert_num_queries(1):
        assert list(compiled.rows(condition, MOMENT).values_list("pk", flat=True)) == [row.pk]


def test_the_kinds_of_conditions_are_those_of_the_fields() -> None:
    assert set(custom.KINDS) == set(CustomKind)
    assert AT.tzinfo is dt.UTC
