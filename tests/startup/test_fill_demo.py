"""The demo on databases that are not as it left them."""

import datetime as dt
import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from corps.choices import Role
from corps.models import ApiAccount, ApiKey, Corp, Department, Employee, User
from customers.models import Customer, CustomerTag, FollowRelation
from followups.models import FollowUp
from groups.models import GroupChat
from scrm_customer import demo, demo_access, demo_extras, demo_stats
from tags.models import Tag, TagGroup
from tests import make
from wecom.models import SyncRun, WecomApp

FEW = 40


@pytest.fixture(autouse=True)
def _few(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same company with fewer customers, in a folder of its own, read in this test's transaction."""
    settings.DATA_DIR, settings.SYNC_CALLS_AT_ONCE = tmp_path, 1
    monkeypatch.setattr(demo, "CUSTOMERS", FEW)
    monkeypatch.setattr(demo_extras, "FOLLOW_UPS", 10)
    monkeypatch.setattr(demo_stats, "DAYS", dt.timedelta(days=1))


def fill() -> str:
    out = io.StringIO()
    call_command("fill_demo", stdout=out)
    return out.getvalue()


def snapshot() -> list[Any]:
    """All that was filled, without what differs from one database to the next."""
    return [
        list(Department.objects.order_by("corp", "wecom_id").values_list("corp__name", "name", "wecom_id")),
        list(Employee.objects.order_by("corp", "userid").values_list("userid", "name", "position")),
        list(Tag.objects.order_by("corp", "group__order", "order").values_list("group__name", "name", "wecom_id")),
        list(Customer.objects.order_by("external_userid").values_list("external_userid", "name", "city", "version")),
        Counter(CustomerTag.objects.values_list("customer__external_userid", "tag__name", "follower__userid")),
        Counter(FollowRelation.objects.values_list("customer__external_userid", "remark", "add_way", "status")),
        Counter(FollowUp.objects.values_list("customer__external_userid", "content", "happened_at")),
    ]


def test_the_company_is_read_from_its_sandbox_by_full_syncs() -> None:
    fill()
    corp = demo.company()
    assert corp
    assert corp.mirrored
    counts = {
        model.__name__: model.objects.filter(corp=corp).count()  # type: ignore[attr-defined]
        for model in (Department, Employee, TagGroup, Tag, Customer, FollowUp)
    }
    assert counts == {"Department": 4, "Employee": 20, "TagGroup": 30, "Tag": 300, "Customer": FEW, "FollowUp": 10}
    assert GroupChat.objects.filter(corp=corp).exists()
    runs = SyncRun.objects.filter(corp=corp).order_by("pk").values_list("kind", "state")
    assert list(runs) == [(kind, "done") for kind in ("house", "tags", "customers", "groups")]


def test_a_second_call_reads_nothing_again_and_tells_the_same_logins() -> None:
    first = fill()
    before, runs = snapshot(), SyncRun.objects.count()
    keys = list(ApiKey.objects.values_list("prefix", "revoked_at"))
    again = fill()
    assert snapshot() == before
    assert SyncRun.objects.count() == runs
    assert list(ApiKey.objects.values_list("prefix", "revoked_at")) == keys
    assert first == again


def test_what_broke_off_in_the_middle_is_finished_by_the_next_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_corp: Corp) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(demo_extras, "add", breaks)
        with pytest.raises(KeyboardInterrupt):
            fill()
    assert not FollowUp.objects.exists()
    fill()
    assert FollowUp.objects.count() == 10
    assert Customer.objects.filter(corp=demo.company()).count() == FEW
    assert WecomApp.objects.count() == 1


def test_the_sandboxs_new_address_is_taken_over_at_each_start() -> None:
    with demo.sandbox() as first:
        demo.fill(first.url)
    with demo.sandbox() as second:
        demo.fill(second.url)
        assert WecomApp.objects.get().api_base == second.url


def test_the_demo_comes_beside_a_company_that_works_already() -> None:
    mine = make.corp()
    fill()
    assert Corp.objects.count() == 3
    assert not Customer.objects.filter(corp=mine).exists()


def test_a_login_name_that_is_taken_becomes_the_demos_own() -> None:
    """The names are the demo's; a second installation on the same data renews their passwords."""
    fill()
    corp = demo.company()
    assert corp
    first = demo_access.give(corp)
    demo_access.path().unlink()
    second = demo_access.give(corp)
    user = User.objects.get(username="demo-admin")
    assert user.check_password(second.logins["demo-admin"])
    assert not user.check_password(first.logins["demo-admin"])


def test_each_role_has_a_login_that_works() -> None:
    fill()
    corp = demo.company()
    assert corp
    logins = demo_access.give(corp).logins
    people = {name: User.objects.get(username=name) for name in logins}
    assert all(people[name].check_password(logins[name]) for name in logins)
    roles = {name: (user.role, user.is_superuser) for name, user in people.items()}
    assert roles.pop("demo-root")[1]
    assert roles == {
        "demo-admin": (Role.ADMIN, False),
        "demo-manager": (Role.MANAGER, False),
        "demo-staff": (Role.STAFF, False),
    }
    assert ApiAccount.objects.get().corp == corp


def test_telling_the_logins_again_costs_a_few_statements() -> None:
    fill()
    corp = demo.company()
    assert corp
    with CaptureQueriesContext(connection) as queries:
        demo_access.give(corp)
    assert len(queries) == 0


@pytest.mark.parametrize("command", ["fill_demo", "run_service"])
def test_production_is_refused_before_anything_is_touched(settings: Any, tmp_path: Path, command: str) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="roduction"):
        call_command(command)
    assert not Corp.objects.exists()
    assert not User.objects.exists()
    assert list(tmp_path.iterdir()) == []
