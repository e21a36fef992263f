from wecom.sandbox.state import Impossible, State, act
from wecom.sandbox.things import Tag, TagGroup


class Catalogue(State):
    """The company's tags, as an administrator keeps them (events: page 96361)."""

    @act
    def add_tag_group(self, name: str, tags: list[str], *, order: int = 0, agent_id: int = 0) -> TagGroup:
        """A group with its first tags: several events of one second."""
        if not tags:
            raise Impossible("a group without tags can't be made")
        if any(group.name == name for group in self.tag_groups.values() if not group.deleted):
            raise Impossible(f"a group {name} exists")
        group = TagGroup(self.ids.tag(), name, self.clock.now(), order, agent_id=agent_id)
        self.tag_groups[group.id] = group
        self._tag_event("create", group.id, "tag_group")
        for text in tags:
            self.add_tag(group.id, text, agent_id=agent_id)
        return group

    @act
    def add_tag(self, group_id: str, name: str, *, order: int = 0, agent_id: int = 0) -> Tag:
        if any(tag.name == name for tag in self.tags_of(self._group(group_id).id)):
            raise Impossible(f"a tag {name} exists")
        tag = Tag(self.ids.tag(), group_id, name, self.clock.now(), order, agent_id=agent_id)
        self.tags[tag.id] = tag
        self._tag_event("create", tag.id, "tag")
        return tag

    @act
    def rename_tag(self, tag_id: str, name: str) -> None:
        tag = self._tag(tag_id)
        if any(other.name == name for other in self.tags_of(tag.group_id) if other is not tag):
            raise Impossible(f"a tag {name} exists")
        tag.name = name
        self._tag_event("update", tag_id, "tag")

    @act
    def rename_group(self, group_id: str, name: str) -> None:
        group = self._group(group_id)
        if any(other.name == name for other in self.tag_groups.values() if other is not group and not other.deleted):
            raise Impossible(f"a group {name} exists")
        group.name = name
        self._tag_event("update", group_id, "tag_group")

    @act
    def delete_tag(self, tag_id: str) -> None:
        """Off the list and off every customer. The group goes with its last tag."""
        tag = self._tag(tag_id)
        tag.deleted = True
        self._take_off({tag_id})
        if self.tags_of(tag.group_id):
            self._tag_event("delete", tag_id, "tag")
        else:
            self.tag_groups[tag.group_id].deleted = True
            self._tag_event("delete", tag.group_id, "tag_group")

    @act
    def delete_group(self, group_id: str) -> None:
        """One event for the group; its tags go silently."""
        tags = self.tags_of(self._group(group_id).id)
        for tag in tags:
            tag.deleted = True
        self._take_off({tag.id for tag in tags})
        self.tag_groups[group_id].deleted = True
        self._tag_event("delete", group_id, "tag_group")

    @act
    def shuffle(self, group_id: str = "") -> None:
        """Turn the order round: of a group's tags, or of the groups themselves."""
        tags = self.tags_of(self._group(group_id).id) if group_id else []
        rows: list[Tag | TagGroup] = [*tags] if group_id else [*self.living_groups()]
        for number, row in enumerate(rows):
            row.order = number
        self.emit("change_external_tag", "shuffle", Id=group_id)

    def tags_of(self, group_id: str) -> list[Tag]:
        """The group's living tags, as the list shows them: larger order first."""
        rows = [tag for tag in self.tags.values() if tag.group_id == group_id and not tag.deleted]
        return sorted(rows, key=lambda tag: -tag.order)

    def living_groups(self) -> list[TagGroup]:
        return sorted(
            (group for group in self.tag_groups.values() if not group.deleted), key=lambda group: -group.order
        )

    def _tag_event(self, change: str, id: str, kind: str) -> None:
        self.emit("change_external_tag", change, Id=id, TagType=kind)

    def _take_off(self, tag_ids: set[str]) -> None:
        for rows in self.follows.values():
            for follow in rows.values():
                if not tag_ids.isdisjoint(follow.tags):
                    follow.tags = [tag for tag in follow.tags if tag not in tag_ids]

    def _tag(self, tag_id: str) -> Tag:
        if tag_id not in self.tags or self.tags[tag_id].deleted:
            raise Impossible(f"no tag {tag_id}")
        return self.tags[tag_id]

    def _group(self, group_id: str) -> TagGroup:
        if group_id not in self.tag_groups or self.tag_groups[group_id].deleted:
            raise Impossible(f"no tag group {group_id}")
        return self.tag_groups[group_id]
