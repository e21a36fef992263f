"""What a company consists of, in WeCom's own words. Times are Unix seconds."""

from wecom.sandbox.things.chats import Chat, Member, Stay
from wecom.sandbox.things.errands import ContactWay, Transfer, Welcome
from wecom.sandbox.things.house import App, Department, Employee
from wecom.sandbox.things.people import Episode, Follow, Person
from wecom.sandbox.things.tags import Tag, TagGroup

__all__ = [
    "App",
    "Chat",
    "ContactWay",
    "Department",
    "Employee",
    "Episode",
    "Follow",
    "Member",
    "Person",
    "Stay",
    "Tag",
    "TagGroup",
    "Transfer",
    "Welcome",
]
