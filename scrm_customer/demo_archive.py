"""The demo's message archive: some days of messages in the sandbox, read as they would be of a company."""

import random

import httpx

from core.time import now
from corps.models import Corp
from customers.choices import RelationStatus
from customers.models import FollowRelation
from wecom.archive import reading
from wecom.models import MessageArchive

PAIRS, MOST, DAYS = 40, 4, 5


def add(corp: Corp, address: str) -> None:
    """Have some employees and customers write to each other, and read it."""
    dice = random.Random(corp.name)  # noqa: S311
    rows = FollowRelation.objects.of_corp(corp.pk).filter(status=RelationStatus.ACTIVE).order_by("pk")
    pairs = list(rows.values_list("employee__userid", "customer__external_userid")[:PAIRS])
    with httpx.Client(base_url=address) as sandbox:
        for userid, external in pairs:
            for _n in range(dice.randrange(1, MOST)):
                at = int(now().timestamp()) - dice.randrange(DAYS * 86_400)
                said = {"userid": userid, "external_userid": external, "theirs": dice.random() < 0.5, "at": at}
                sandbox.post("/sandbox/acts", json={"act": "say", "args": said}).raise_for_status()
    given = {"source": MessageArchive.Source.SANDBOX}
    reading.read(MessageArchive.objects.get_or_create(corp=corp, defaults=given)[0])
