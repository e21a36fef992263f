"""Connect a company to a sandbox with its callbacks, and read it whole: ``python -m bench.within furnish …``."""

import json
import sys
from collections.abc import Sequence

from bench import syncing
from customers.choices import RelationStatus
from customers.models import FollowRelation
from wecom.sandbox.access import Access
from wecom.sync import asking


def main(arguments: Sequence[str]) -> None:
    """Print ``[[userid, external_userid], …]``, one pair for each customer."""
    address, access = arguments[0], Access(**json.loads(arguments[1]))
    corp = syncing.connect(address, access)
    for kind in asking.ORDER[:3]:
        syncing.run(corp, kind)
    relations = FollowRelation.objects.of_corp(corp.pk).filter(status=RelationStatus.ACTIVE).order_by("pk")
    found = {external: userid for userid, external in relations.values_list(*_PAIR)}
    sys.stdout.write(json.dumps([[userid, external] for external, userid in found.items()]) + "\n")


_PAIR = ("employee__userid", "customer__external_userid")
