"""The welcome message: within seconds, and once (page 92599)."""

from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.codes import Failure

_KINDS = {"image", "link", "miniprogram", "video", "file"}
_LONGEST_BYTES = 4000
_MOST_ATTACHMENTS = 9


def send_welcome(call: Call) -> Answer:
    code = call.text("welcome_code", missing=41049)
    text, attachments = str(call.object("text").get("content") or ""), call.objects("attachments")
    if not text and not attachments:
        raise Failure(40063)
    if len(text.encode()) > _LONGEST_BYTES:
        raise Failure(40058, "text too long")
    if len(attachments) > _MOST_ATTACHMENTS:
        raise Failure(41064)
    if any(row.get("msgtype") not in _KINDS or row["msgtype"] not in row for row in attachments):
        raise Failure(41065)
    welcome, company = call.company.welcomes.get(code), call.company
    if welcome is not None and welcome.used:
        raise Failure(41051)
    if welcome is None or company.clock.now() - welcome.issued > company.switches.welcome_seconds:
        raise Failure(41050)
    welcome.used = True
    welcome.said = text
    return {}


ROUTES = {"externalcontact/send_welcome_msg": Route(send_welcome)}
