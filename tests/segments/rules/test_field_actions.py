"""What actions say of custom fields: in words, as plans, done and taken back; and of files, which they only let go."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RuleViolation
from customers.choices import CustomKind
from customers.custom import altering
from customers.models import CustomFile, CustomOption, CustomValue
from messaging.models import OutboxEvent
from segments.models import RuleEffect, RuleRun
from segments.rules import field_wording, jobs, scene, undoing, wording, working
from segments.rules.actions import custom_fields, parsing, planning, stating
from segments.rules.scene import Person
from tests import make
from tests.conftest import Cast
from tests.customers.custom.common import K, everything, held, ids_of, put
from tests.segments.rules.played import AS, adds, followed, outcome, rule

at_random = settings(deadline=None, database=None, derandomize=True, max_examples=80)
SETTING = planning.Setting(rule_id=1, order=1)


class Named:
    """Names that need no database; of the field 9 the values are hidden."""

    def of(self, label: str, ids: Any) -> str:
        return ", ".join(f"{label.rpartition('.')[2]}{pk}" for pk in ids)

    def hides(self, field_id: int) -> bool:
        return field_id == 9


def says(field: Any, op: str = "set", **more: Any) -> dict[str, Any]:
    return {"do": "setField", "fieldId": getattr(field, "pk", field), "op": op} | more


def taken_back() -> list[tuple[str, str]]:
    """Take back what the only live run did. What was left alone, and why."""
    run = RuleRun.objects.get(kind=RuleRun.Kind.LIVE)
    undo = jobs.begin_undo(run=run, **AS)
    while working.work(undo.pk):
        pass
    return [(one["what"], one["why"]) for one in RuleEffect.objects.get(run=run).kept or ()]


@pytest.mark.parametrize(
    ("kept", "english", "chinese"),
    [
        (None, "CustomField4 → –", "CustomField4 → –"),
        ({"kind": K.FLAG, "value": True}, "CustomField4 → yes", "CustomField4 → 是"),
        ({"kind": K.FLAG, "value": False}, "CustomField4 → no", "CustomField4 → 否"),
        ({"kind": K.NUMBER, "value": 0}, "CustomField4 → 0", "CustomField4 → 0"),
        ({"kind": K.CHOICE, "value": 2}, "CustomField4 → CustomOption2", "CustomField4 → CustomOption2"),
        (
            {"kind": K.CHOICES, "value": [2, 3]},
            "CustomField4 → CustomOption2, CustomOption3",
            "CustomField4 → CustomOption2, CustomOption3",
        ),
        ({"kind": K.TEXT, "value": "长" * 41}, f"CustomField4 → {'长' * 40}", f"CustomField4 → {'长' * 40}"),
    ],
)
def test_what_an_effect_left_in_a_field_is_said_by_its_kind(kept: Any, english: str, chinese: str) -> None:
    for language, sentence in (("en", english), ("zh-hans", chinese)):
        with translation.override(language):
            assert field_wording.changed(4, kept, Named()) == sentence


def test_of_a_personal_field_only_that_there_is_something_is_said() -> None:
    for kept in ({"kind": K.TEXT, "value": "病史"}, {"kind": K.CHOICE, "value": 2}, {"kind": K.FLAG, "value": True}):
        assert field_wording.changed(9, kept, Named()) == "CustomField9 → ****"
    assert field_wording.changed(9, None, Named()) == "CustomField9 → –"


def test_an_action_is_said_with_a_sign_of_its_own_for_each_op() -> None:
    with translation.override("en"):
        said = {op: field_wording.said(says(4, op, optionIds=[1, 2]), Named()) for op in altering.OPS}
    assert said == {
        "set": "CustomField4 = CustomOption1, CustomOption2",
        "clear": "CustomField4 is emptied",
        "add": "CustomField4 +CustomOption1, CustomOption2",
        "remove": "CustomField4 −CustomOption1, CustomOption2",
    }
    assert field_wording.said(says(4, value="长" * 41), Named()) == f"CustomField4 = {'长' * 40}"


def test_all_that_is_spoken_of_is_looked_up_and_nothing_else() -> None:
    field, option = "customers.CustomField", "customers.CustomOption"
    assert list(field_wording.mentioned({"do": "addTags", "tagIds": [1]})) == []
    assert list(field_wording.mentioned(says(4, value=7))) == [(field, 4)]
    assert list(field_wording.mentioned(says(4, "add", optionIds=[1, 2]))) == [(field, 4), (option, 1), (option, 2)]
    after = [{"kind": K.CHOICES, "value": [1, 2]}, {"kind": K.CHOICE, "value": 3}, {"kind": K.NUMBER, "value": 8}, None]
    changes = {"fields": [[pk, None, kept] for pk, kept in enumerate(after, 4)]}
    assert list(field_wording.change_mentions(changes)) == [
        (field, 4),
        (option, 1),
        (option, 2),
        (field, 5),
        (option, 3),
        (field, 6),
        (field, 7),
    ]
    assert list(field_wording.change_mentions({})) == []


def test_the_names_of_fields_tell_which_are_personal(cast: Cast) -> None:
    secret, open_one = make.custom_field(cast.corp, "secret", personal=True), make.custom_field(cast.corp, "nick")
    names = wording.Names(("customers.CustomField", field.pk) for field in (secret, open_one))
    assert [names.hides(field.pk) for field in (secret, open_one)] == [True, False]
    assert names.of("customers.CustomField", [open_one.pk, 10**9]).endswith(f"#{10**9}")


@given(ids=st.lists(st.integers(1, 9), min_size=1, max_size=3, unique=True), kind=st.sampled_from(list(CustomKind)))
@at_random
def test_one_option_of_a_choice_is_said_alone_and_all_else_as_it_is(ids: list[int], kind: int) -> None:
    alone = kind == CustomKind.CHOICE and len(ids) == 1
    assert custom_fields.said(says(4, optionIds=ids), kind) == (ids[0] if alone else ids)
    assert custom_fields.said(says(4, value=ids), kind) == ids
    assert custom_fields.said(says(4, "clear"), kind) is None


ACTIONS = st.builds(
    lambda field, op, ids: says(field, op, **({"optionIds": ids} if op != "clear" else {})),
    st.integers(1, 3),
    st.sampled_from(altering.OPS),
    st.lists(st.integers(1, 4), min_size=1, max_size=2, unique=True),
)


@given(actions=st.lists(ACTIONS, max_size=4))
@at_random
def test_of_one_field_one_thing_is_said_or_some_are_put_and_others_taken(actions: list[dict[str, Any]]) -> None:
    def fits(pk: int) -> bool:
        same = [action for action in actions if action["fieldId"] == pk]
        if len(same) < 2:
            return True
        first, second, *more = same
        if more or {first["op"], second["op"]} != {"add", "remove"}:
            return False
        return not set(first["optionIds"]) & set(second["optionIds"])

    if all(fits(pk) for pk in (1, 2, 3)):
        stating.check_together(actions, "actions")
        return
    with pytest.raises(RuleViolation) as refusal:
        stating.check_together(actions, "actions")
    assert (refusal.value.code, refusal.value.errors[0].field) == ("field_twice", "actions")


def test_a_field_of_files_can_only_be_emptied(cast: Cast) -> None:
    papers = make.custom_field(cast.corp, "papers", kind=K.FILES)
    assert parsing.parse([says(papers, "clear")], corp_id=cast.corp.pk) == [says(papers, "clear")]
    for language, said in (("en", "A field of files can only be emptied."), ("zh-hans", "文件字段只能清空。")):
        for wrong in (says(papers, value=[1]), says(papers, "add", optionIds=[1]), says(papers, "remove", value=1)):
            with translation.override(language), pytest.raises(RuleViolation) as refusal:
                parsing.parse([wrong], corp_id=cast.corp.pk)
            (error,) = refusal.value.errors
            assert (error.field, error.code, str(error.message)) == ("actions[0].op", "rule_invalid", said)


def test_a_retired_option_can_be_taken_away_and_not_be_put_in(cast: Cast) -> None:
    hobbies = make.custom_field(cast.corp, "hobbies", "下棋", "钓鱼", kind=K.CHOICES)
    old = ids_of(hobbies)["下棋"]
    CustomOption.objects.filter(pk=old).update(active=False)
    away = says(hobbies, "remove", optionIds=[old])
    assert parsing.parse([away], corp_id=cast.corp.pk) == [away]
    for op in ("set", "add"):
        with pytest.raises(RuleViolation) as refusal:
            parsing.parse([says(hobbies, op, optionIds=[old])], corp_id=cast.corp.pk)
        assert (refusal.value.code, refusal.value.errors[0].field) == ("custom_option_retired", "actions[0].optionIds")


def test_a_plan_leaves_out_what_is_so_and_one_that_is_refused_does_nothing_at_all(cast: Cast) -> None:
    nick, note = make.custom_field(cast.corp, "nick"), make.custom_field(cast.corp, "note")
    customer = make.customer(cast.corp, cast.owner)
    put(customer, nick="小明")
    seen = scene.of([customer], tag_ids=[], field_ids=[nick.pk, note.pk])
    person = seen.people[customer.pk]

    def planned(*actions: dict[str, Any]) -> tuple[list[Any], str, str]:
        plan = planning.plan(list(actions), person, seen, SETTING)
        return [step.value for step in plan.steps], plan.outcome, plan.refused

    same, emptied = says(nick, value="小明"), says(note, "clear")
    assert planned(same, emptied) == ([], "same", "")
    fresh = says(note, value="新")
    step = {"fieldId": note.pk, "op": "set", "value": "新"}
    assert planned(same, fresh) == ([step], "changed", "")
    assert planned(fresh, says(10**9, value="x")) == ([], "refused", "custom_field_unknown")
    # Planning writes nothing, on the person either.
    assert (list(person.fields), held(customer, "note")) == ([nick.pk], None)


def test_what_is_left_of_a_former_kind_is_something_else_than_nothing() -> None:
    field = SimpleNamespace(pk=4, kind=K.TEXT)
    there: Any = SimpleNamespace(fields={4: field})
    person = Person(row=SimpleNamespace())  # type: ignore[arg-type]
    found = [custom_fields.differs(4, after, person, there) for after in (None, "1")]
    assert found == [False, True]
    for kind, values in ((K.PHONE, {None: True, "1": True}), (K.TEXT, {None: True, "1": False, "2": True})):
        person.fields = {4: CustomValue(field_id=4, kind=kind, text="1")}
        assert {after: custom_fields.differs(4, after, person, there) for after in values} == values


def test_a_rule_lets_files_go_for_good_and_says_so_when_it_is_taken_back(cast: Cast) -> None:
    papers = make.custom_field(cast.corp, "papers", kind=K.FILES, name="合同文件")
    customer = make.customer(cast.corp, cast.owner)
    row = make.custom_file(customer, "papers")
    by_rule = rule(cast.corp, says(papers, "clear"))
    followed(customer)
    row.refresh_from_db()
    assert (outcome(by_rule, customer), held(customer, "papers"), row.field_id) == ("changed", None, None)
    changes = RuleEffect.objects.get().changes
    ((field_id, before, after),) = changes["fields"]
    assert (field_id, before["value"], after) == (papers.pk, [{"id": row.pk, "name": "合同.txt", "size": 7}], None)
    assert wording.change_sentence(changes, wording.Names(wording.change_mentions(changes))) == "合同文件 → –"
    told = OutboxEvent.objects.filter(name="customer.field.changed").count()
    assert taken_back() == [("field", "field_gone")]
    row.refresh_from_db()
    assert (held(customer, "papers"), row.field_id, CustomFile.objects.count()) == (None, None, 1)
    assert OutboxEvent.objects.filter(name="customer.field.changed").count() == told


def test_where_nothing_is_in_it_emptying_a_field_leaves_no_trace(cast: Cast) -> None:
    papers = make.custom_field(cast.corp, "papers", kind=K.FILES)
    customer = make.customer(cast.corp, cast.owner)
    by_rule, before = rule(cast.corp, says(papers, "clear")), everything()
    followed(customer)
    assert (outcome(by_rule, customer), RuleEffect.objects.count()) == ("same", 0)
    assert everything() == before


def test_what_comes_back_stands_beside_what_can_not_in_one_account(cast: Cast) -> None:
    nick, papers = make.custom_field(cast.corp, "nick"), make.custom_field(cast.corp, "papers", kind=K.FILES)
    tag, customer = make.tag(make.group(cast.corp)), make.customer(cast.corp, cast.owner)
    put(customer, nick="旧")
    make.custom_file(customer, "papers")
    rule(cast.corp, adds(tag), says(nick, value="新"), says(papers, "clear"))
    followed(customer)
    assert (held(customer, "nick"), customer.tag_rows.count()) == ("新", 1)
    assert taken_back() == [("field", "field_gone")]
    assert (held(customer, "nick"), held(customer, "papers"), customer.tag_rows.count()) == ("旧", None, 0)
    undo = RuleRun.objects.get(kind=RuleRun.Kind.UNDO)
    assert (undo.changed, undo.held, undo.report["counts"]) == (1, 1, {"field_gone": 1})
    # All is marked as taken back: a second time there is nothing to do.
    assert undoing.take_back(undo)
