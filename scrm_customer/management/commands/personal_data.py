"""``manage.py personal_data``: write down what every table holds of people."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.personal_page import page


class Command(BaseCommand):
    help = "Write docs/personal-data.md from the marks of all columns."

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.BASE_DIR / "docs" / "personal-data.md").write_text(page(), encoding="utf-8")
