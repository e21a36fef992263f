from wecom.sandbox.state import Impossible, State, act
from wecom.sandbox.things import Tag, TagGroup


class Tagging(State):
    """The company's tags one by one, as an administrator keeps them (events: page 96361)."""

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

    def tags_of(self, group_id: str) -> list[Tag]:
        """The group's living tags, as the list shows them: larger order first."""
        rows = [tag for tag in self.tags.values() if tag.group_id == group_id and not tag.deleted]
        return sorted(rows, key=lambda tag: -tag.order)

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
