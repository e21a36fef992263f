"""How a relation ended, as conditions on a stay or its deletion record, told apart as statistics count them."""

from django.db.models import Q

from customers.choices import RelationStatus

HANDED_OVER = Q(ended_by=RelationStatus.ENDED_BY_TRANSFER)
# Nobody told how: not by a transfer, as far as is known.
UNTOLD = Q(ended_by=None)
LOST = UNTOLD | ~HANDED_OVER
