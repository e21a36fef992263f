"""Read one thing of WeCom and bring the mirror into step with it: for callbacks, for doubts of a sync, after refusals.

Each draws its ticket before the call and applies the answer in one transaction; no call is made inside one. Each raises
WecomError or NotConnected where it could not read.
"""

from wecom.refreshing.chats import apply_chat, read_chat, refresh_chat
from wecom.refreshing.customers import NO_RELATION, Reading, is_shown, read_customers, refresh_customer
from wecom.refreshing.house import refresh_departments, refresh_employee, refresh_followers
from wecom.refreshing.tags import forget, refresh_tags

__all__ = [
    "NO_RELATION",
    "Reading",
    "apply_chat",
    "forget",
    "is_shown",
    "read_chat",
    "read_customers",
    "refresh_chat",
    "refresh_customer",
    "refresh_departments",
    "refresh_employee",
    "refresh_followers",
    "refresh_tags",
]
