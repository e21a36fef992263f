from typing import Any

from wecom.sandbox.acts.relations import Relations
from wecom.sandbox.state import Impossible, act


class Noting(Relations):
    """What employees write down of their customers (events: page 96361)."""

    @act
    def edit_follow(
        self,
        userid: str,
        external_userid: str,
        *,
        remark: str | None = None,
        description: str | None = None,
        corp_name: str | None = None,
        mobiles: list[str] | None = None,
    ) -> None:
        """The employee notes something. No event when only the mobiles changed."""
        follow = self.pair(userid, external_userid)
        given = {"remark": remark, "description": description, "remark_corp_name": corp_name}
        changed = {name: text for name, text in given.items() if text is not None and text != getattr(follow, name)}
        for name, text in changed.items():
            setattr(follow, name, text)
        if mobiles is not None:
            follow.remark_mobiles = [number for number in mobiles if number]
        if changed:
            self.contact_event("edit_external_contact", userid, external_userid)

    @act
    def tag_follow(self, userid: str, external_userid: str, add: list[str] = (), remove: list[str] = ()) -> None:  # type: ignore[assignment]
        """The employee puts company tags on a customer, takes others off. An event only where something changed."""
        follow = self.pair(userid, external_userid)
        if unknown := [tag for tag in add if tag not in self.tags or self.tags[tag].deleted]:
            raise Impossible(f"no tags {unknown}")
        kept = [tag for tag in follow.tags if tag not in remove]
        after = kept + [tag for tag in dict.fromkeys(add) if tag not in kept]
        if after != follow.tags:
            follow.tags = after
            self.contact_event("edit_external_contact", userid, external_userid)

    @act
    def put_personal_tag(self, userid: str, external_userid: str, tag: str, group: str = "个人标签") -> None:
        """A tag of the employee's own, which no API can set and only externalcontact/get shows."""
        follow = self.pair(userid, external_userid)
        if [group, tag] not in follow.personal:
            follow.personal.append([group, tag])
            self.contact_event("edit_external_contact", userid, external_userid)

    @act
    def change_person(self, external_userid: str, **fields: Any) -> None:
        """The customer changes name, avatar, gender … in WeChat. No event tells it."""
        for name, value in fields.items():
            setattr(self.people[external_userid], name, value)
