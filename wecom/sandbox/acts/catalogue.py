from wecom.sandbox.acts.tagging import Tagging
from wecom.sandbox.state import Impossible, act
from wecom.sandbox.things import Tag, TagGroup


class Catalogue(Tagging):
    """Groups of tags, and the order of them all (events: page 96361)."""

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
    def rename_group(self, group_id: str, name: str) -> None:
        group = self._group(group_id)
        if any(other.name == name for other in self.tag_groups.values() if other is not group and not other.deleted):
            raise Impossible(f"a group {name} exists")
        group.name = name
        self._tag_event("update", group_id, "tag_group")

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

    def living_groups(self) -> list[TagGroup]:
        return sorted(
            (group for group in self.tag_groups.values() if not group.deleted), key=lambda group: -group.order
        )
