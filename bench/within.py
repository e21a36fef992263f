"""``python -m bench.within PART``: run a part of the bench inside Django, with the settings of the environment."""

import importlib
import os
import sys

import django

PARTS = (
    *("account", "behind", "bitmaps", "callbacks", "counting", "deliveries", "furnish", "inprocess", "relay"),
    *("reports", "rules", "syncing", "timelines"),
)

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in PARTS:
        raise SystemExit(f"usage: python -m bench.within {'|'.join(PARTS)}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scrm_customer.settings")
    django.setup()
    # Its models can only be imported once Django is set up.
    importlib.import_module(f"bench.{sys.argv[1]}").main(sys.argv[2:])
