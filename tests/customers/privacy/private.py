"""A customer with personal custom fields beside others, as each who looks at them may see them."""

from typing import Any

from corps.choices import Masking
from customers.choices import CustomKind
from customers.models import Customer, CustomField
from tests import make
from tests.conftest import Cast
from tests.customers.privacy.people import numbered

K = CustomKind
# Key → (kind, what is held, how it is starred out). Choices' options are made with them.
HELD: dict[str, tuple[int, Any, str]] = {
    "idCard": (K.TEXT, "440301199005011234", "440****1234"),
    "nick": (K.TEXT, "豆豆子", "****"),
    "phone2": (K.PHONE, "0755-26881234", "075****1234"),
    "mail": (K.EMAIL, "zhang.san@example.com", "zha****.com"),
    "diary": (K.LONG_TEXT, "今天他说了很多关于家里的事情。", "****"),
    "salary": (K.NUMBER, 31234, "****"),
    "birthday": (K.DATE, "1990-05-01", "****"),
    "met": (K.DATE_TIME, "2026-01-31T00:30:00Z", "****"),
    "married": (K.FLAG, False, "****"),
    "illness": (K.CHOICE, "糖尿病", "****"),
    "beliefs": (K.CHOICES, ["佛教"], "****"),
    "page": (K.LINK, "https://example.com/zhangsan", "****"),
}
OPEN = {"hobby": "钓鱼竿收藏爱好者协会会员"}
NOTE = ("habit", "每天早上八点以前给他打电话", "每天早****他打电话")
# What may be in no answer to who sees stars; the flag's is too common a word.
SECRETS = ["19900501", "豆豆子", "26881234", "zhang.san", "家里的事情", "31234", "1990-05", "2026-01-31", "zhangsan"]
SECRETS += ["八点以前"]
# Who sees them whole, of a customer whom the owner follows.
SEES: dict[Masking, set[str]] = {
    Masking.OFF: {"owner", "colleague", "manager", "admin"},
    Masking.OTHERS: {"owner", "admin"},
    Masking.PEOPLE: {"admin"},
    Masking.ALL: {"admin"},
}


def private(cast: Cast) -> tuple[Customer, dict[str, Any]]:
    """A customer of the owner's whom the colleague may read along; and what they hold, as JSON."""
    customer, sent = numbered(cast), dict(OPEN)
    make.custom_field(cast.corp, "hobby")
    make.custom_field(cast.corp, NOTE[0], subject="relation", personal=True)
    for key, (kind, value, _stars) in HELD.items():
        labels = [value] if kind == K.CHOICE else value if kind == K.CHOICES else []
        field = make.custom_field(cast.corp, key, *labels, kind=kind, personal=True)
        sent[key] = _ids(field, value) if labels else value
    make.filled(customer, **sent)
    return make.filled(customer, cast.owner, **{NOTE[0]: NOTE[1]}), sent


def starred() -> dict[str, str]:
    """What who sees stars gets in a detail."""
    return OPEN | {key: stars for key, (_kind, _value, stars) in HELD.items()}


def leaks(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def _ids(field: CustomField, value: Any) -> Any:
    ids = list(field.options.values_list("pk", flat=True))
    return ids if isinstance(value, list) else ids[0]
