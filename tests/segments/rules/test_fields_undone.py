"""Taking back what rules put into custom fields: for each thing a rule may do and a person may do after it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from customers import custom, lifecycle
from customers.custom.options import Wanted
from customers.models import CustomChange, Customer, CustomField, CustomOption, CustomValue
from segments.models import RuleEffect, RuleRun
from segments.rules import jobs, working
from tests import make
from tests.conftest import Cast
from tests.customers.custom.common import K, held, ids_of, put
from tests.segments.rules.played import AS, followed, rule


@dataclass
class Scene:
    """A customer of the nickname "旧名", the level "一般" and the hobby "下棋"."""

    customer: Customer
    nick: CustomField
    level: CustomField
    hobbies: CustomField
    labels: dict[int, str]

    def row(self) -> Customer:
        return Customer.objects.get(pk=self.customer.pk)

    def fill(self, **values: Any) -> None:
        """A person does it; options by their labels."""
        ids = {label: pk for pk, label in self.labels.items()}
        named = {
            key: [ids[one] for one in value] if isinstance(value, list) else ids.get(value, value)
            for key, value in values.items()
        }
        put(self.row(), **named)

    def now(self) -> dict[str, Any]:
        """Key → what is held, in words."""
        found = {key: held(self.customer, key) for key in ("nick", "level", "hobbies")}
        return {
            key: ",".join(self.labels[one] for one in value) if isinstance(value, tuple) else value
            for key, value in found.items()
        }


@pytest.fixture
def scene(cast: Cast) -> Scene:
    nick = make.custom_field(cast.corp, "nick")
    level = make.custom_field(cast.corp, "level", "一般", "重点")
    hobbies = make.custom_field(cast.corp, "hobbies", "下棋", "钓鱼", kind=K.CHOICES)
    labels = {pk: label for one in (level, hobbies) for label, pk in ids_of(one).items()}
    found = Scene(make.customer(cast.corp, cast.owner), nick, level, hobbies, labels)
    found.fill(nick="旧名", level="一般", hobbies=["下棋"])
    return found


def naming(scene: Scene) -> list[dict[str, Any]]:
    return [{"do": "setField", "fieldId": scene.nick.pk, "op": "set", "value": "新名"}]


def emptying(scene: Scene) -> list[dict[str, Any]]:
    return [{"do": "setField", "fieldId": scene.nick.pk, "op": "clear"}]


def grading(scene: Scene) -> list[dict[str, Any]]:
    option = ids_of(scene.level)["重点"]
    return [{"do": "setField", "fieldId": scene.level.pk, "op": "set", "optionIds": [option]}]


def adding(scene: Scene) -> list[dict[str, Any]]:
    option = ids_of(scene.hobbies)["钓鱼"]
    return [{"do": "setField", "fieldId": scene.hobbies.pk, "op": "add", "optionIds": [option]}]


def taking(scene: Scene) -> list[dict[str, Any]]:
    option = ids_of(scene.hobbies)["下棋"]
    return [{"do": "setField", "fieldId": scene.hobbies.pk, "op": "remove", "optionIds": [option]}]


def all_of_it(scene: Scene) -> list[dict[str, Any]]:
    return [*naming(scene), *grading(scene), *adding(scene), *taking(scene)]


def retire_option(scene: Scene) -> None:
    CustomOption.objects.filter(field=scene.level, label="一般").update(active=False)


def change_kind(scene: Scene) -> None:
    custom.update_field(field=scene.nick, kind=K.NUMBER, leave_old=True, **AS)


def rename_option(scene: Scene) -> None:
    options = [Wanted("普通", ids_of(scene.level)["一般"]), Wanted("重点", ids_of(scene.level)["重点"])]
    custom.update_field(field=scene.level, options=options, **AS)


BEFORE = {"nick": "旧名", "level": "一般", "hobbies": "下棋"}


@dataclass
class Case:
    """``after``: what differs from what there was before the rule."""

    actions: Callable[[Scene], list[dict[str, Any]]]
    then: Callable[[Scene], Any] = lambda scene: None
    after: dict[str, Any] = field(default_factory=dict)
    kept: list[tuple[str, str]] = field(default_factory=list)


CASES: dict[str, Case] = {
    "a text goes back": Case(
        actions=naming,
    ),
    "one that was emptied comes back": Case(
        actions=emptying,
    ),
    "a choice goes back": Case(
        actions=grading,
    ),
    "an option that was added goes": Case(
        actions=adding,
    ),
    "an option that was taken away comes back": Case(
        actions=taking,
    ),
    "all of it goes back at once": Case(
        actions=all_of_it,
    ),
    "a text that somebody wrote since stays": Case(
        actions=naming,
        then=lambda scene: scene.fill(nick="别名"),
        after={"nick": "别名"},
        kept=[("field", "changed_since")],
    ),
    "one that somebody wrote again, the same, is theirs": Case(
        actions=naming,
        then=lambda scene: (scene.fill(nick=None), scene.fill(nick="新名")),
        after={"nick": "新名"},
        kept=[("field", "changed_since")],
    ),
    "one that somebody emptied stays empty": Case(
        actions=naming,
        then=lambda scene: scene.fill(nick=None),
        after={"nick": None},
        kept=[("field", "changed_since")],
    ),
    "one that was filled in and emptied again is theirs": Case(
        actions=emptying,
        then=lambda scene: (scene.fill(nick="别名"), scene.fill(nick=None)),
        after={"nick": None},
        kept=[("field", "changed_since")],
    ),
    "of options that somebody changed since all stay": Case(
        actions=adding,
        then=lambda scene: scene.fill(hobbies=["钓鱼"]),
        after={"hobbies": "钓鱼"},
        kept=[("field", "changed_since")],
    ),
    "other fields are nobody's business": Case(
        actions=naming,
        then=lambda scene: scene.fill(level="重点"),
        after={"level": "重点"},
    ),
    "of several fields one that was changed stays alone": Case(
        actions=lambda scene: [*naming(scene), *grading(scene)],
        then=lambda scene: scene.fill(nick="别名"),
        after={"nick": "别名"},
        kept=[("field", "changed_since")],
    ),
    "an option that is retired can't come back": Case(
        actions=grading,
        then=retire_option,
        after={"level": "重点"},
        kept=[("field", "field_gone")],
    ),
    "an option that is called otherwise comes back": Case(
        actions=grading,
        then=rename_option,
    ),
    "a field that is not in use keeps what it has": Case(
        actions=naming,
        then=lambda scene: custom.update_field(field=scene.nick, active=False, **AS),
        after={"nick": "新名"},
        kept=[("field", "field_gone")],
    ),
    "a field of another kind keeps what it has": Case(
        actions=naming,
        then=change_kind,
        after={"nick": "新名"},
        kept=[("field", "field_gone")],
    ),
    "of a history that was cut an empty field is taken for untouched": Case(
        actions=emptying,
        then=lambda scene: CustomChange.objects.all().delete(),
    ),
    "of a customer who was deleted everything stays": Case(
        actions=naming,
        then=lambda scene: lifecycle.delete(customer=scene.row(), **AS),
        after={"nick": "新名"},
        kept=[("field", "field_gone")],
    ),
}


def take_back(run: RuleRun) -> None:
    undo = jobs.begin_undo(run=run, **AS)
    while working.work(undo.pk):
        pass


@pytest.mark.parametrize("name", CASES)
def test_what_is_put_back_and_what_is_left_alone(scene: Scene, name: str) -> None:
    case = CASES[name]
    row = rule(scene.customer.corp, *case.actions(scene))
    followed(scene.customer)
    effect = RuleEffect.objects.get()
    case.then(scene)
    take_back(RuleRun.objects.get(rule=row, kind="live"))
    effect.refresh_from_db()
    assert [(one["what"], one["why"]) for one in effect.kept or []] == case.kept
    assert scene.now() == BEFORE | case.after


def test_what_comes_back_has_its_old_reasons_and_the_history_tells_the_way(scene: Scene) -> None:
    columns = ("field_id", "text", "source", "actor", "run_id", "update_time")
    before = list(CustomValue.objects.order_by("field_id").values(*columns))
    row = rule(scene.customer.corp, *all_of_it(scene))
    followed(scene.customer)
    run = RuleRun.objects.get(rule=row)
    take_back(run)
    assert list(CustomValue.objects.order_by("field_id").values(*columns)) == before
    told = CustomChange.objects.filter(field=scene.nick).order_by("pk").values_list("before", "after", "source")
    assert list(told) == [("", "旧名", "operator"), ("旧名", "新名", "rule"), ("新名", "旧名", "rule")]


def test_what_two_rules_did_one_after_the_other_is_taken_back_in_turn(scene: Scene) -> None:
    first = rule(scene.customer.corp, *naming(scene), order=1)
    second = rule(scene.customer.corp, *emptying(scene), order=2)
    followed(scene.customer)
    assert scene.now() == BEFORE | {"nick": None}
    take_back(RuleRun.objects.get(rule=first, kind="live"))
    assert scene.now() == BEFORE | {"nick": None}
    take_back(RuleRun.objects.get(rule=second, kind="live"))
    assert scene.now() == BEFORE | {"nick": "新名"}


def test_what_one_run_did_twice_is_taken_back_to_what_was_before_it(scene: Scene) -> None:
    row = rule(scene.customer.corp, *naming(scene))
    followed(scene.customer)
    scene.fill(nick="别名")
    followed(scene.customer)
    assert scene.now()["nick"] == "新名"
    take_back(RuleRun.objects.get(rule=row, kind="live"))
    # The second time it is theirs that comes back, and so what was before the first is not.
    assert scene.now()["nick"] == "别名"
