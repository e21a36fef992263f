"""Fields that matter for some choices only, in a real browser: shown with their choice alone, whatever is refused."""

from typing import Any

import pytest
from django.urls import reverse

from tests.conftest import Cast
from tests.console.test_browser import CHROMIUM, Visit, visit  # noqa: F401
from tests.console.test_condition_browser import enter

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NOT RUN: there is no {CHROMIUM}"),
]

TRIGGER = ["channels", "employees", "add_ways", "trigger_tags", "stages", "chats", "segments", "hour", "reached"]
TRIGGER += ["days", "words", "match", "event", "customer_path", "customer_by", "compare"]
ACTIONS = ["add_tags", "add_for", "exclusive", "remove_tags", "remove_for", "stage", "remark", "warn", "follow_up"]


def seen(tab: Any, names: list[str]) -> list[str]:
    place = "(name) => document.getElementsByName(name)[0].closest('.group').offsetHeight > 0"
    return [name for name in names if tab.evaluate(place, name)]


def test_a_rule_shows_what_its_trigger_and_its_actions_take(cast: Cast, visit: Visit) -> None:  # noqa: F811
    tab = enter(visit, cast.users["admin"], reverse("admin:segments_tagrule_add"))
    for kind, fields in {
        "followed": ["channels", "employees", "add_ways"],
        "tagged": ["trigger_tags"],
        "daily": ["hour", "reached", "days"],
        "segmentLeft": ["segments"],
        "keyword": ["words", "match"],
    }.items():
        tab.select_option("select[name=kind]", kind)
        assert seen(tab, TRIGGER) == fields, kind
    assert seen(tab, ACTIONS) == []
    tab.check("input[name=does][value=addTags]")
    tab.check("input[name=does][value=warn]")
    assert seen(tab, ACTIONS) == ["add_tags", "add_for", "exclusive", "warn"]
    tab.uncheck("input[name=does][value=addTags]")
    assert seen(tab, ACTIONS) == ["warn"]
    # Sent without words: what is refused is in sight.
    tab.fill("input[name=name]", "N")
    tab.check("input[name=does][value=remark]")
    tab.click("[name=_save]")
    assert tab.input_value("select[name=kind]") == "keyword"
    assert seen(tab, ACTIONS) == ["remark", "warn"]


def test_a_segment_is_a_condition_or_a_file(cast: Cast, visit: Visit) -> None:  # noqa: F811
    tab = enter(visit, cast.users["admin"], reverse("admin:segments_segment_add"))
    assert seen(tab, ["condition", "file"]) == ["condition"]
    tab.select_option("select[name=kind]", "static")
    assert seen(tab, ["condition", "file"]) == ["file"]


def test_a_transfer_asks_for_what_its_choice_needs(cast: Cast, visit: Visit) -> None:  # noqa: F811
    tab = enter(visit, cast.users["admin"], reverse("admin:customers_transferjob_draw"))
    for which, fields in {"all": [], "tagged": ["tags"], "segment": ["segment"], "file": ["file"]}.items():
        tab.select_option("select[name=which]", which)
        assert seen(tab, ["tags", "segment", "file"]) == fields, which


def test_without_scripts_all_fields_are_there(cast: Cast, client: Any) -> None:
    client.force_login(cast.users["admin"], "django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("admin:segments_tagrule_add")).content.decode()
    assert all(f'name="{name}"' in page for name in [*TRIGGER, *ACTIONS])
    assert "display: none" not in page
