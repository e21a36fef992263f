"""The way to one file of a customer's: what the actor may not see is not there."""

from django.utils.translation import gettext as _

from core.errors import Forbidden, NotFound
from corps.actors import Actor
from customers.models import Customer, CustomFile
from customers.privacy import masking


def file(customer: Customer, file_id: int, actor: Actor) -> CustomFile:
    """A file in a field of this customer, or of a relation of theirs, whom the actor may see.

    Raises:
        NotFound: there is no such file in any field.
        Forbidden: ``number_masked``: the actor sees what the field holds starred out.
    """
    rows = CustomFile.objects.filter(customer=customer).select_related("field", "relation")
    row = rows.filter(pk=file_id).exclude(field=None).first()
    if row is None or row.field is None:
        raise NotFound
    if row.field.personal and masking.hides(customer.pk, actor):
        raise Forbidden("number_masked", _("You see this field starred out."))
    return row
