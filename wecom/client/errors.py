"""What a call to WeCom can end in, by what is to be done about it."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _


class WecomError(Exception):
    """WeCom refused a call. A plain one carries a code that this service doesn't know.

    Nothing of the request is kept: its address holds the token, its body may hold personal data.

    Attributes:
        code: WeCom's ``errcode``; 0 where WeCom gave none.
        api: the call, as ``externalcontact/get``.
        hint: what WeCom's support asks for.
        advice: a translated sentence that tells a person what to do.
        seen_from: the address of this server as WeCom saw it, where it told.
        passes: whether the same call may succeed later without anybody doing anything.
    """

    passes = False
    seen_from = ""
    advice: Any = _("WeCom gave a code that is not known here. Look it up in WeCom's error query tool by its number.")

    def __init__(self, code: int, api: str, hint: str = "", *, advice: Any = None) -> None:
        super().__init__(code, api, hint)
        self.code, self.api, self.hint = code, api, hint
        if advice is not None:
            self.advice = advice

    def __str__(self) -> str:
        return f"{self.api}: {self.code} {self.hint}".rstrip()


class Busy(WecomError):
    """Not now: busy, in conflict with another change, or under maintenance. Later it may work."""

    passes = True
    advice = _("WeCom is busy. Nothing needs doing: it is tried again.")


class Crowded(Busy):
    """Too many of this call at once (45033). The client makes fewer for a while."""

    advice = _("Too many calls of this kind ran at once. Nothing needs doing: fewer are made for a while.")


class TokenRefused(Busy):
    """The token was refused, and so was a fresh one."""

    advice = _("WeCom ended the access token twice in a row. If this stays, reset the app's secret and enter it here.")


class Closed(WecomError):
    """This call may not be made before ``until`` (UTC): a frequency limit, or a right that was missing a moment ago."""

    passes = True
    advice = _("The limit of calls is used up. Nothing needs doing: it goes on when the window opens again.")

    def __init__(
        self, code: int, api: str, hint: str = "", *, until: dt.datetime | None = None, advice: Any = None
    ) -> None:
        super().__init__(code, api, hint, advice=advice)
        self.until = until or dt.datetime.now(dt.UTC)


class Unreachable(WecomError):
    """No answer that can be read: no connection, no time, a status of 500, a cut body. Whether a write was done is
    not known then.

    ``hint`` names the kind of fault.
    """

    passes = True
    advice = _("WeCom's server did not answer properly. Look whether this server can reach it; it is tried again.")

    def __init__(self, code: int = 0, api: str = "", hint: str = "", *, advice: Any = None) -> None:
        super().__init__(code, api, hint, advice=advice)


class NotAllowed(WecomError):
    """A right is missing: a person must act in WeCom's admin pages."""

    advice = _("The app may not do this. Look at its rights in WeCom's admin pages.")


class AppRefused(NotAllowed):
    """The whole app is refused: its secret, its address, or it is switched off."""


class CallRefused(NotAllowed):
    """The app lacks the right to this family of calls."""


class OutOfRange(NotAllowed):
    """The app may not see this member, department or customer; others it may."""


class NoRelation(WecomError):
    """The employee and the customer have no relation (any more)."""

    advice = _("The employee and this customer are not connected in WeCom. The relation is read again.")


class Gone(WecomError):
    """There is no such member, tag, group chat or code (any more)."""

    advice = _("WeCom does not know this any more. It is read again.")


class BadArgument(WecomError):
    """The request was wrong: a mistake of this service, or data that is out of date."""

    advice = _("WeCom did not accept the request. This is a fault of the service: report it with the code.")


class Refused(BadArgument):
    """WeCom's own rules say no: a name that exists, a limit of the company, an unwelcome text."""


class TooBig(WecomError):
    """Too much was asked for or sent at once: ask for less."""

    advice = _("Too much was asked for at once. This is a fault of the service: report it with the code.")


class NotConnected(Exception):
    """The company has no active app that reads and writes, or its secret can't be opened."""

    advice = _("The company is not connected to WeCom. Add its app under WeCom, WeCom apps.")
