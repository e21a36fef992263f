"""WeCom's error codes: what each one is to this client, and what a person can do about it (pages 90313 and 90455).

An advice is left out where the kind's own says it. What the client does about each kind stands in transport.py.
"""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from wecom.client import errors as e

_HINT, _ADDRESS = re.compile(r"hint: \[([^\]]{1,80})\]"), re.compile(r"from ip: ([0-9a-fA-F.:]{3,45})")
OK = 0
SECRET_REFUSED = 40001
_RANGE = _("Put the member into the app's visible range in WeCom's admin pages, or give the customers to one who is.")
_IP = _("Enter this server's address under Trusted IPs (企业可信IP) of the app. It takes about a minute to work.")
_RIGHTS = _("Add the app under Customer contact (客户联系), Apps that may call (可调用接口的应用), then check again.")
_SECRET = _("Copy the app's secret from WeCom's admin pages again and enter it here. It may have been reset there.")
_ENABLE = _("Switch the app on in WeCom's admin pages, then check again.")
_PAUSE = _("This customer was handed over too often. Wait: two times in 90 days are allowed.")
_SOON = _("It is being handed over already. Wait for the result of that.")
_UNPROVEN = _("The identity of the employee is not proven in WeCom. Let the person do it in the WeCom app.")
_TEXTS = _("WeCom's spam filter stopped the text. Word it differently.")
_WELCOME_OVER = _("The welcome message came too late or was sent already. Nothing can be done for this customer.")
_TAKEN = _("A tag or group of this name exists. Choose another name.")
_REFRESH = _("This handover is not possible any more: the group chat has changed. Read it again first.")
_FIELD = _("A value was missing or malformed. This is a fault of the service: report it with the code.")

_TABLE: dict[type[e.WecomError], dict[int, Any]] = {
    e.TokenRefused: {40014: None, 42001: None},
    e.Busy: {
        -1: None,
        6000: _("Somebody else changed the same thing at this moment. Nothing needs doing: it is tried again."),
        41063: _("The message is still being distributed. Ask for its result later."),
        41096: _("Another app is sending a welcome message at this moment. It is tried again."),
        81026: _("WeCom is maintaining this function. Nothing needs doing: it is tried again."),
    },
    e.Crowded: {45033: None},
    e.Closed: {45009: None},
    e.AppRefused: {
        40013: _("The corp id is wrong. Copy it from My company (我的企业) in WeCom's admin pages."),
        40056: _("The agent id is wrong. Copy it from the app's page in WeCom's admin pages."),
        40091: _SECRET,
        45031: _("WeCom asks for a new secret of this app. Reset it in WeCom's admin pages and enter it here."),
        50003: _ENABLE,
        50006: _ENABLE,
        60020: _IP,
        60031: _("This app may not call the API. Connect a self-built app (自建应用)."),
        90308: _IP,
        301042: _IP,
    },
    e.CallRefused: {
        48001: _RIGHTS,
        48002: _RIGHTS,
        48004: _("The right to this function was withdrawn. Grant it to the app again in WeCom's admin pages."),
        48005: _("WeCom has retired this call. Install a newer version of this service."),
        48006: _("WeCom withdrew the right because it was not used for long. Grant it to the app again."),
        48009: _("This server may not read details with the contact-sync secret. Use the secret of a self-built app."),
    },
    e.OutOfRange: {
        50002: _RANGE,
        60011: _RANGE,
        60021: _RANGE,
        60030: _RANGE,
        81011: _("The app may not use this tag. Tags can be changed by the app that made them, and in WeCom itself."),
        84074: _("The member lacks the customer-contact function (客户联系功能). Grant it in WeCom's admin pages."),
        301002: _("Another app made this. Change it with that app, or in WeCom itself."),
        701008: _("The member has no licence. Buy or assign one in WeCom's admin pages."),
        701099: _("There is no licence for this call. Buy one in WeCom's admin pages."),
    },
    e.NoRelation: {
        40096: _("WeCom does not know this customer here: of another company, or all followers out of visible range."),
        40131: _("The employee who hands over does not follow this customer (any more)."),
        84061: None,
        84084: None,
        610004: _("This person is no customer (any more)."),
    },
    e.Gone: {
        40003: _("WeCom does not know this member: gone, or the userid has changed. Read the employees again."),
        40007: _("The file has expired in WeCom after three days. Upload it again."),
        40050: None,
        40068: _("WeCom does not know this tag (any more). Read the tags again."),
        41044: _("WeCom does not know this contact code (any more)."),
        41047: None,
        46004: _("WeCom does not know this member (any more). Read the employees again."),
        49008: _("The group chat has been dismissed."),
        60003: _("WeCom does not know this department (any more). Read the departments again."),
        60111: _("WeCom does not know this member: gone, or out of the app's visible range."),
        60123: _("WeCom does not know this department (any more). Read the departments again."),
        81013: _("None of the members or departments is known or visible to the app. Check its visible range."),
        90501: _("This group chat is no customer group."),
        90509: _("This group chat is no customer group."),
        90511: None,
        301021: _("WeCom does not know one of these members (any more). Read the employees again."),
    },
    e.Refused: {
        40029: _("This way in was used already, or is too old. Open the page in WeCom once more."),
        40071: _TAKEN,
        40072: _("The name of the tag is too long for WeCom, or empty. 30 characters are allowed."),
        40097: _("This employee has not left. Hand the customers over as those of a working employee."),
        40098: _UNPROVEN,
        40099: _("The employee who takes over has as many customers as WeCom allows. Choose another one."),
        40100: _SOON,
        40126: _("The company has as many tags as WeCom allows. Delete some first."),
        40128: _PAUSE,
        40129: _SOON,
        40130: _("Both employees are the same. Choose another one to take over."),
        40143: _("The employee who takes over is banned in WeCom. Choose another one."),
        40201: _TEXTS,
        40204: _TEXTS,
        40205: _("The employee has not logged in to WeCom for a year. Let the person log in, or choose another one."),
        41041: _("More than 100 employees are behind this contact code. Take fewer."),
        41045: _("The company has as many contact codes as WeCom allows. Delete some first."),
        41048: _("There is nobody to send this to."),
        41050: _WELCOME_OVER,
        41051: _WELCOME_OVER,
        41053: _("The customer has not agreed to the archiving of chats. The message is sent when they do."),
        41054: _UNPROVEN,
        41055: _("The company has as many group welcome messages as WeCom allows. Delete some first."),
        41057: _("No WeChat developer account is bound. Bind one under Customer contact, Customers, API."),
        41058: _("Another app made this. Change it with that app, or in WeCom itself."),
        41091: _("A join code leads to five group chats at most. Take fewer."),
        41093: _("The message was called back already."),
        41094: _("The employees were reminded three times today. Wait until tomorrow."),
        41095: _("The company has as many acquisition links as WeCom allows. Delete some first."),
        90500: _("The owner of this group chat has not left. Hand it over as one of a working employee."),
        90502: _("The owner of this group chat has left. Hand it over as one of a leaver."),
        90503: _("The group chat is full. The owner must remove somebody in the WeCom app first."),
        90504: _("The owner would stay the same. Choose another one."),
        90507: _REFRESH,
        90508: _REFRESH,
        90510: _("Nobody of the company has used WeCom for a year. Let somebody log in first."),
    },
    e.BadArgument: {
        41049: _WELCOME_OVER,
        600018: _("These days can't be asked for: from yesterday back 180 days, at most 30 at once."),
    }
    | dict.fromkeys([40031, 40032, 40035, 40058, 40063, 40066, 40203, 41001, 41002, 41004, 41009, 41017], _FIELD)
    | dict.fromkeys([41018, 41019, 41024, 41035, 41037, 41038, 41039, 41040, 41042, 41043, 41046], _FIELD)
    | dict.fromkeys([41056, 41065, 600041, 610014], _FIELD),
    e.TooBig: {
        40206: None,
        41064: _("More than nine attachments. Take fewer."),
        45002: _("The text is too long for WeCom. Shorten it."),
        45029: None,
        81017: None,
    },
}
CODES = {code: (kind, advice) for kind, codes in _TABLE.items() for code, advice in codes.items()}


def error_of(code: int, api: str, errmsg: str = "") -> e.WecomError:
    """The error for an answer's ``errcode``. Of the message only hint and address stay: the rest may name people."""
    hint, address = _HINT.search(errmsg), _ADDRESS.search(errmsg)
    kind, advice = CODES.get(code, (e.WecomError, None))
    if code == SECRET_REFUSED:
        # Of gettoken it is the secret; of all other calls it means the token (page 90313).
        kind, advice = (e.AppRefused, _SECRET) if api == "gettoken" else (e.TokenRefused, None)
    error = kind(code, api, hint[1] if hint else "", advice=advice)
    error.seen_from = address[1] if address else ""
    return error


def advice_on(code: int) -> Any:
    """What a person can do about a stored code, translated; for a code of nothing WeCom said, nothing."""
    if code == SECRET_REFUSED:
        return _SECRET
    kind, advice = CODES.get(code, (e.Unreachable if code == OK else e.WecomError, None))
    return advice or kind.advice
