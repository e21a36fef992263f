"""A company in which every kind of act and of refusal is possible, with ids that tables can name."""

from dataclasses import dataclass
from typing import Any

from wecom.sandbox.company import Company

BELOW_SECRET = "secret-of-the-narrow-app"
WAY = {"type": 2, "scene": 2, "state": "expo", "user": ["lina"], "party": []}


@dataclass
class Furnished:
    """``names``: the ids that were drawn, by what tables call them, as ``CHAT``; the others are fixed.

    People: ``lina`` and ``bob`` of department 2, ``carl`` at the root, ``plain`` who may have no customers, ``gone``
    who has left. Outside: ``wm1`` lina's customer, ``wm2`` half added by her, ``wm3`` nobody's any more, ``wm4`` whom
    the leaver left behind. Department 3 is empty, 4 holds carl alone.
    """

    company: Company
    names: dict[str, str]

    def __getattr__(self, name: str) -> str:
        return self.names[name.upper()]

    def filled(self, value: Any) -> Any:
        """The same with ids in place of their names."""
        if isinstance(value, dict):
            return {key: self.filled(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.filled(one) for one in value]
        return self.names.get(value, value) if isinstance(value, str) else value


def furnish(company: Company) -> Furnished:
    """On top of the fixture ``company``; its events so far are forgotten."""
    company.add_app(agent_id=1000003, secret=BELOW_SECRET, sees=[4])
    company.add_department("空", id=3)
    company.add_department("角落", id=4)
    company.hire("carl", "高飞", [4])
    company.hire("plain", "何平", [1], contact=False)
    company.hire("gone", "已离职", [2])
    company.befriend("lina", "wm1", name="海洋")
    company.half_add("lina", "wm2")
    company.befriend("bob", "wm3")
    company.delete_by_employee("bob", "wm3")
    company.befriend("gone", "wm4")
    company.open_chat("gone", ["wm4"])
    company.fire("gone")
    names = _catalogue(company) | _chats(company)
    names["WAY"] = company.make_way(dict(WAY)).config_id
    company.take_events()
    return Furnished(company, names)


def _catalogue(company: Company) -> dict[str, str]:
    group = company.add_tag_group("等级", ["甲", "乙"])
    alone = company.add_tag_group("独一", ["丙"])
    first, second = (tag.id for tag in company.tags_of(group.id))
    (only,) = (tag.id for tag in company.tags_of(alone.id))
    return {"GROUP": group.id, "ALONE": alone.id, "TAG": first, "OTHER": second, "ONLY": only}


def _chats(company: Company) -> dict[str, str]:
    orphan = next(iter(company.chats))
    chat, over = company.open_chat("lina", ["wm1", "bob"]), company.open_chat("lina")
    company.dismiss(over)
    return {"CHAT": chat, "OVER": over, "ORPHAN": orphan}
