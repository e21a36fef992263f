"""The second factor of a console user: a code from an authenticator app, or one of ten codes on paper."""

import re

import django_otp
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.models import Device, VerifyNotAllowed
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.errors import Conflict, RuleViolation
from corps.actors import Actor
from corps.models import User

RECOVERY_CODES = 10
_CODE = re.compile(r"\d{6}")


def is_enrolled(user: User) -> bool:
    """Whether this user has an authenticator app that has proved itself once."""
    return TOTPDevice.objects.devices_for_user(user, confirmed=True).exists()


def offered_device(user: User) -> TOTPDevice:
    """The device whose QR code this user may scan now; it counts for nothing until it has proved itself.

    Raises:
        Conflict: ``already_enrolled``: whoever knows the password alone could else add a device of their own.
    """
    if is_enrolled(user):
        raise Conflict("already_enrolled", _("A second factor has been set up for this account already."))
    device = TOTPDevice.objects.devices_for_user(user, confirmed=False).first()
    return device or TOTPDevice.objects.create(user=user, name="app", confirmed=False)


def enrol(*, user: User, code: str) -> tuple[Device, list[str]]:
    """Take the offered device into use, once it has shown a right code, and give out new recovery codes.

    Raises:
        RuleViolation: ``code_wrong``, ``code_throttled``.
        Conflict: ``already_enrolled``.
    """
    device = offered_device(user)
    _check(device, _tidy(code))
    with transaction.atomic():
        TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
        codes = renew_codes(user=user)
    device.confirmed = True
    return device, codes


def verify(*, user: User, code: str) -> Device:
    """The device that this code proves: six digits are the app's, anything else is a recovery code, which is used up.

    Raises:
        RuleViolation: ``code_wrong``; ``code_throttled``: after a wrong one each next try has to wait twice as long.
    """
    text = _tidy(code)
    kind = TOTPDevice if _CODE.fullmatch(text) else StaticDevice
    device = kind.objects.devices_for_user(user, confirmed=True).first()
    if device is None:
        raise _wrong()
    _check(device, text)
    return device


@transaction.atomic
def renew_codes(*, user: User) -> list[str]:
    """Ten new recovery codes, shown once; those given out before are void."""
    device = StaticDevice.objects.get_or_create(user=user, defaults={"name": "paper"})[0]
    device.token_set.all().delete()
    codes = [StaticToken.random_token() for _n in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def codes_left(user: User) -> int:
    """How many recovery codes haven't been used."""
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def reset(*, user: User, by: Actor) -> None:
    """Forget this user's second factor, as when the phone is lost: sessions are unverified at once, and the next login
    sets up a new one."""
    for device in django_otp.devices_for_user(user, confirmed=None):
        device.delete()


def _check(device: Device, text: str) -> None:
    # The row is locked, so that two tries at once are two tries, and one code opens one session.
    with transaction.atomic():
        held = type(device).objects.select_for_update().get(pk=device.pk)
        allowed, why = held.verify_is_allowed()
        right = allowed and held.verify_token(text)
    if not allowed and why and why.get("reason") == VerifyNotAllowed.N_FAILED_ATTEMPTS:
        raise RuleViolation("code_throttled", _("Too many wrong codes. Wait a moment and try again."))
    if not right:
        raise _wrong()


def _wrong() -> RuleViolation:
    return RuleViolation("code_wrong", _("This code is not right. Wait for the next one and try again."))


def _tidy(code: str) -> str:
    return "".join(code.split()).lower()
