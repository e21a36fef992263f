"""The custom fields of customers as columns of a table that is taken along, read for many customers at once."""

from collections.abc import Collection

from corps.actors import Actor
from corps.models import Corp
from customers.choices import CustomSubject
from customers.custom import history, values
from customers.custom.finding import fields_of
from customers.custom.starring import stars_of
from customers.custom.tells import words
from customers.models import CustomField, CustomValue
from customers.privacy import masking


class Columns:
    """The fields in use, in the company's order, as the actor may see what they hold."""

    def __init__(self, corp: Corp, actor: Actor) -> None:
        self._actor, self._zone = actor, corp.zone
        self.fields: list[CustomField] = list(fields_of(corp.pk, CustomSubject.CUSTOMER).filter(active=True))
        self._labels = history.labels_of(corp.pk) if self.fields else {}

    def heading(self) -> list[str]:
        return [field.name for field in self.fields]

    def cells(self, customer_ids: Collection[int]) -> dict[int, list[str]]:
        """Customer → a cell for each field, in words. Two statements for however many, one more where some of it may be
        starred out."""
        if not self.fields:
            return {pk: [] for pk in customer_ids}
        own = {field.pk: field for field in self.fields}
        places = {pk: place for place, pk in enumerate(own)}
        personal = any(field.personal for field in self.fields)
        hidden = masking.hidden_among(customer_ids, self._actor) if personal else set()
        found = {pk: [""] * len(places) for pk in customer_ids}
        rows = CustomValue.objects.filter(customer_id__in=list(customer_ids), field_id__in=list(own), relation_key=0)
        for row in values.with_chosen(rows):
            field = own[row.field_id]
            if row.kind == field.kind:
                starred = field.personal and row.customer_id in hidden
                said = stars_of(row) if starred else words(row.kind, values.held(row), self._labels, self._zone)
                found[row.customer_id][places[field.pk]] = said
        return found
