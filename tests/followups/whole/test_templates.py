"""The company's templates: made, changed and taken away by rules, each told, and of one company alone."""

from typing import Any

import pytest

from core.errors import Conflict, PreconditionFailed, RuleViolation
from corps.actors import SYSTEM
from followups import templates
from followups.models import FollowUpTemplate
from tests import make
from tests.conftest import Cast

AS: dict[str, Any] = {"by": SYSTEM, "source": "operator"}


def made(cast: Cast, name: str = "首次电话", **more: Any) -> FollowUpTemplate:
    given = {"content": "已电话介绍产品"} | more
    return templates.create_template(corp_id=cast.corp.pk, name=name, **given, **AS)


def changed(row: FollowUpTemplate, **fields: Any) -> FollowUpTemplate:
    return templates.update_template(template=row, **fields, **AS)


def state() -> list[dict[str, Any]]:
    return list(FollowUpTemplate.objects.order_by("id").values())


def test_a_new_one_stands_behind_the_others_and_is_told(cast: Cast, recorded: Any) -> None:
    made(cast, "一", order=7)
    row = made(cast, " 二 ", kind="call", content=" 已报价 ")
    stored = FollowUpTemplate.objects.get(pk=row.pk)
    assert (stored.name, stored.kind, stored.content, stored.order, stored.version) == ("二", "call", "已报价", 8, 1)
    assert recorded()[-1] == ("followup_template.created", row.pk, {"templateId": row.pk})


def test_what_differs_is_told_by_name_and_a_repeat_tells_nothing(cast: Cast, recorded: Any) -> None:
    row = made(cast)
    changed(row, name="二次电话", order=3, content=row.content)
    data = {"templateId": row.pk, "changed": ["name", "order"]}
    assert recorded()[-1] == ("followup_template.updated", row.pk, data)
    before = (state(), recorded())
    changed(FollowUpTemplate.objects.get(), name=" 二次电话 ", order=3)
    changed(FollowUpTemplate.objects.get())
    assert (state(), recorded()) == before


def test_it_keeps_its_own_name_and_takes_no_others(cast: Cast, recorded: Any) -> None:
    made(cast, "一")
    row = made(cast, "二")
    before = (state(), recorded())
    changed(row, name="二")
    assert (state(), recorded()) == before
    with pytest.raises(Conflict) as refusal:
        changed(row, name="一")
    assert (refusal.value.code, refusal.value.errors[0].field) == ("template_exists", "name")
    assert (state(), recorded()) == before


def test_two_companies_may_use_one_name(cast: Cast) -> None:
    made(cast)
    make.follow_up_template(cast.other_corp, name="首次电话")
    assert FollowUpTemplate.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": ""}, "name_invalid", "name"),
        ({"name": " \n"}, "name_invalid", "name"),
        ({"name": "长" * 31}, "name_invalid", "name"),
        ({"name": "两\n行"}, "name_invalid", "name"),
        ({"content": ""}, "content_invalid", "content"),
        ({"content": "  "}, "content_invalid", "content"),
        ({"content": "长" * 1_001}, "content_invalid", "content"),
    ],
)
def test_what_it_may_not_say_it_may_not_say_later(
    cast: Cast, recorded: Any, fields: dict[str, str], code: str, field: str
) -> None:
    row = made(cast)
    before = (state(), recorded())
    for act in (lambda: changed(row, **fields), lambda: made(cast, **({"name": "新"} | fields))):
        with pytest.raises(RuleViolation) as refusal:
            act()
        assert (refusal.value.code, refusal.value.errors[0].field) == (code, field)
    assert (state(), recorded()) == before


def test_line_breaks_in_the_text_stay(cast: Cast) -> None:
    assert made(cast, content="一\n二").content == "一\n二"


def test_there_is_an_end_to_them(cast: Cast, recorded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MOST", 2)
    for name in ("一", "二"):
        made(cast, name)
    before = (state(), recorded())
    with pytest.raises(Conflict) as refusal:
        made(cast, "三")
    assert refusal.value.code == "too_many_templates"
    assert (state(), recorded()) == before


def test_a_version_that_has_passed_is_refused(cast: Cast, recorded: Any) -> None:
    row = made(cast)
    changed(row, order=5)
    stale = FollowUpTemplate.objects.get()
    before = (state(), recorded())
    with pytest.raises(PreconditionFailed):
        changed(stale, order=6, if_version=1)
    with pytest.raises(PreconditionFailed):
        templates.delete_template(template=stale, if_version=1, **AS)
    assert (state(), recorded()) == before


def test_one_that_is_taken_away_leaves_what_was_written_from_it(cast: Cast, recorded: Any) -> None:
    row = made(cast)
    follow_up = make.follow_up(make.customer(cast.corp, cast.owner), content=row.content)
    pk = row.pk
    templates.delete_template(template=row, **AS)
    assert not FollowUpTemplate.objects.exists()
    assert recorded()[-1] == ("followup_template.deleted", pk, {"templateId": pk})
    follow_up.refresh_from_db()
    assert follow_up.content == "已电话介绍产品"


def test_taking_it_away_twice_finds_nothing(cast: Cast, recorded: Any) -> None:
    row = made(cast)
    stale = FollowUpTemplate.objects.get()
    templates.delete_template(template=row, **AS)
    before = recorded()
    with pytest.raises(FollowUpTemplate.DoesNotExist):
        templates.delete_template(template=stale, **AS)
    assert recorded() == before
