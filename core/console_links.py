"""Links in the console's lists and pages."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html


def link(address: str, text: Any) -> str:
    """A link that looks like one."""
    return format_html('<a class="text-link" href="{}">{}</a>', address, text)


def page_link(page: str, pk: Any, text: Any) -> str:
    """To the page of one row; ``page`` is its app and model: ``customers_customer``."""
    return link(reverse(f"admin:{page}_change", args=[pk]), text)


def list_link(page: str, query: str, text: Any) -> str:
    """To a list, narrowed by ``query``: ``tag=5``."""
    return link(f"{reverse(f'admin:{page}_changelist')}?{query}", text)
