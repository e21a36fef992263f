"""Files of custom fields in the console: shown with the customer, added and taken out on a page, read by who may."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from corps.choices import Masking
from customers import collaborating
from customers.models import CustomField, CustomFile
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page
from tests.customers.custom.common import K, everything
from tests.customers.privacy.people import choose


def place(customer: Any, field: CustomField, relation: Any = None) -> str:
    return page(customer, "custom_files") + f"?field={field.pk}" + (f"&relation={relation.pk}" if relation else "")


def test_files_are_added_read_and_taken_out(cast: Cast) -> None:
    papers = make.custom_field(cast.corp, "papers", kind=K.FILES, name="合同文件")
    customer = make.customer(cast.corp, cast.owner)
    client = entered(cast.users["owner"])
    shown = client.get(page(customer, "change"))
    assert place(customer, papers) in shown.content.decode()
    sent = {"file": SimpleUploadedFile("报价.txt", b"42 yuan")}
    assert client.post(place(customer, papers), sent).status_code == 302
    row = CustomFile.objects.get()
    read = reverse("admin:customers_customer_custom_file", args=[customer.pk, row.pk])
    assert read in client.get(page(customer, "change")).content.decode()
    assert "报价.txt" in client.get(page(customer, "tab_custom_values")).content.decode()
    assert b"".join(client.get(read).streaming_content) == b"42 yuan"
    # Saving the customer's page leaves them.
    before = everything()
    url = page(customer, "change")
    assert client.post(url, form_of(client.get(url))).status_code == 302
    assert everything() == before
    refused = client.post(place(customer, papers), {"file": SimpleUploadedFile("a.html", b"<b>")})
    assert list(refused.context["form"].errors) == ["file"]
    assert client.post(place(customer, papers), {"gone": [row.pk]}).status_code == 302
    row.refresh_from_db()
    assert (row.field_id, client.get(read).status_code) == (None, 404)


def test_of_a_relation_only_who_may_change_it(cast: Cast) -> None:
    notes = make.custom_field(cast.corp, "notes", kind=K.FILES, subject="relation")
    customer = make.customer(cast.corp, cast.owner)
    mine, theirs = customer.relations.get(), make.relation(customer, cast.colleague)
    client = entered(cast.users["owner"])
    form = client.get(page(customer, "relation_fields")).content.decode()
    assert place(customer, notes, mine).replace("&", "&amp;") in form
    sent = {"file": SimpleUploadedFile("a.txt", b"x")}
    assert client.post(place(customer, notes, theirs), sent).status_code == 404
    assert client.post(place(customer, notes, mine), {"file": SimpleUploadedFile("a.txt", b"x")}).status_code == 302
    assert CustomFile.objects.get().relation_id == mine.pk


def test_who_may_only_read_reads_and_a_personal_field_is_hidden(cast: Cast) -> None:
    papers, customer = make.custom_field(cast.corp, "papers", kind=K.FILES), make.customer(cast.corp, cast.owner)
    row = make.custom_file(customer, "papers")
    who: Any = {"employee_ids": [cast.colleague.pk], "by": cast.actor("admin"), "source": "operator"}
    collaborating.add_collaborators(customer=customer, **who)
    read = reverse("admin:customers_customer_custom_file", args=[customer.pk, row.pk])
    reader = entered(cast.users["colleague"])
    assert reader.get(read).status_code == 200
    assert reader.get(place(customer, papers)).status_code == 403
    CustomField.objects.update(personal=True)
    choose(cast, Masking.PEOPLE)
    client = entered(cast.users["owner"])
    assert client.get(read).status_code == 403
    assert client.get(place(customer, papers)).status_code == 403
    assert row.name not in client.get(page(customer, "change")).content.decode()
    # Of another company there is nothing.
    assert entered(cast.users["stranger"]).get(read).status_code == 302
