"""Which events somebody works off, and which are worked off together."""

from wecom.callbacks.envelope import Fields

CONTACT, CHAT, TAG, HOUSE = "change_external_contact", "change_external_chat", "change_external_tag", "change_contact"

# Event → its ChangeTypes that are worked off (pages 96361, 96302). Directory tags (update_tag) are not mirrored.
KNOWN: dict[str, frozenset[str]] = {
    CONTACT: frozenset(
        {
            "add_external_contact",
            "add_half_external_contact",
            "edit_external_contact",
            "del_external_contact",
            "del_follow_user",
            "transfer_fail",
            "msg_audit_approved",
        }
    ),
    CHAT: frozenset({"create", "update", "dismiss"}),
    TAG: frozenset({"create", "update", "delete", "shuffle"}),
    HOUSE: frozenset({"create_user", "update_user", "delete_user", "create_party", "update_party", "delete_party"}),
}


def mailbox_of(fields: Fields) -> str:
    """What one reading of WeCom serves: ``customer:wm…``, ``chat:wr…``, ``tags``, ``house``; empty for nobody's."""
    event = fields.get("event", "")
    if fields.get("changetype", "") not in KNOWN.get(event, ()):
        return ""
    if event == CONTACT:
        return _box("customer", fields.get("externaluserid", ""), most=100)
    if event == CHAT:
        return _box("chat", fields.get("chatid", ""), most=64)
    return "tags" if event == TAG else "house"


def _box(kind: str, ident: str, most: int) -> str:
    """A box of one thing. Without an id, or with one that is none, there is nothing to look at."""
    return f"{kind}:{ident}" if 0 < len(ident) <= most else ""
