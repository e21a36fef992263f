from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from corps.actors import SYSTEM
from corps.models import Employee
from customers import remarks, tagging
from customers.models import Customer, FollowRelation
from messaging.models import Command
from tags import catalog, grouping
from tags.models import Tag, TagGroup
from tests.wecom import sandboxed
from tests.wecom.sandboxed import Sandboxed
from wecom.client import pacing
from wecom.push import executing, lanes

BY_HAND: Any = {"by": SYSTEM, "source": "operator"}


@dataclass
class Shop:
    """A company of the sandbox with two employees, customers and a group of tags, and its mirror, in step."""

    box: Sandboxed
    externals: list[str]

    @property
    def corp_id(self) -> int:
        return self.box.corp.pk

    def employee(self, userid: str = "lina") -> Employee:
        return Employee.objects.get(corp_id=self.corp_id, userid=userid)

    def customer(self, n: int = 0) -> Customer:
        return Customer.objects.get(corp_id=self.corp_id, external_userid=self.externals[n])

    def tag(self, name: str) -> Tag:
        return Tag.objects.get(corp_id=self.corp_id, name=name, deleted_at=None)

    def group(self, name: str = "等级") -> TagGroup:
        return TagGroup.objects.get(corp_id=self.corp_id, name=name, deleted_at=None)

    def put(self, *names: str, n: int = 0, userid: str = "lina") -> None:
        ids = [self.tag(name).pk for name in names]
        follower = self.employee(userid).pk
        tagging.add_tags(customer=self.customer(n), tag_ids=ids, follower_id=follower, **BY_HAND)

    def take_off(self, *names: str, n: int = 0, userid: str = "lina") -> None:
        ids = [self.tag(name).pk for name in names]
        follower = self.employee(userid).pk
        tagging.remove_tags(customer=self.customer(n), tag_ids=ids, follower_id=follower, **BY_HAND)

    def note(self, n: int = 0, userid: str = "lina", **fields: Any) -> FollowRelation:
        return remarks.change_remark(
            customer=self.customer(n), employee_id=self.employee(userid).pk, **fields, **BY_HAND
        )

    def create(self, name: str, group: str = "等级") -> Tag:
        return catalog.create_tag(group=self.group(group), name=name, **BY_HAND)

    def create_group(self, name: str, *tags: str) -> TagGroup:
        return grouping.create_group(corp_id=self.corp_id, name=name, tag_names=tags, **BY_HAND)

    def follow(self, n: int = 0, userid: str = "lina") -> Any:
        """The pair as WeCom has it."""
        return self.box.company.follows[userid][self.externals[n]]

    def theirs(self, n: int = 0, userid: str = "lina") -> list[str]:
        """The names of the tags that WeCom shows on the pair."""
        return sorted(self.box.company.tags[tag].name for tag in self.follow(n, userid).tags)

    def catalogue(self) -> dict[str, list[str]]:
        """WeCom's groups and their tags in its order."""
        company = self.box.company
        return {group.name: [tag.name for tag in company.tags_of(group.id)] for group in company.living_groups()}

    def calls(self, api: str) -> int:
        return self.box.server.calls[f"externalcontact/{api}"]

    def push(self) -> int:
        """Work on what is due until nothing is. Returns how many calls' worth that was."""
        worked = 0
        while found := [hold for at in lanes.due() if (hold := lanes.take(*at))]:
            worked += len(found)
            for hold in found:
                executing.work(hold)
        return worked

    def states(self) -> list[tuple[str, str]]:
        return list(Command.objects.order_by("id").values_list("kind", "state"))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "sleep", lambda seconds: None)


@pytest.fixture
def shop(db: None, settings: Any) -> Iterator[Shop]:
    settings.SYNC_CALLS_AT_ONCE = 1
    yield opened(3)
    sandboxed.disconnect()


def opened(customers: int, **fields: Any) -> Shop:
    box = sandboxed.connected(**fields)
    company = box.company
    company.hire("lina", "林娜")
    company.hire("wang", "王五")
    company.add_tag_group("等级", ["甲", "乙", "丙"])
    externals = [company.befriend("lina", name=f"客户{n}") for n in range(customers)]
    company.befriend("wang", externals[0])
    box.sync()
    Command.objects.all().delete()
    box.server.calls.clear()
    return Shop(box, externals)
