"""WeCom's codes about one customer or one employee (pages 96325, 90313), as the transfers' own reasons."""

from customers.transfers import reasons

ON_ITS_WAY = (40100, 40129)
_REASONS = {
    40003: reasons.EMPLOYEE_UNKNOWN,
    40096: reasons.CUSTOMER_UNKNOWN,
    40097: reasons.NOT_LEFT,
    40098: reasons.TAKER_UNPROVEN,
    40099: reasons.TAKER_FULL,
    40100: reasons.TRANSFERRING,
    40128: reasons.TOO_OFTEN,
    40129: reasons.TRANSFERRING,
    40130: reasons.SAME_EMPLOYEE,
    40131: reasons.NOT_FOLLOWED,
    40143: reasons.TAKER_BANNED,
    40205: reasons.LOGIN_EXPIRED,
    60011: reasons.EMPLOYEE_UNKNOWN,
    60111: reasons.EMPLOYEE_UNKNOWN,
    84061: reasons.NOT_FOLLOWED,
    84074: reasons.TAKER_NOT_ALLOWED,
}


def reason_of(code: int) -> str:
    return _REASONS.get(code, reasons.WECOM_REFUSED)
