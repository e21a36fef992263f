"""Names that are scripts: shown as text on every page, by Django's escaping and not by luck."""

import itertools
from typing import Any

import pytest
from django.utils.html import escape

from core.time import now
from corps.models import User
from customers.models import Customer
from messaging.models import DeadLetter, OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page

TAGS = ["script", "img", "svg", "iframe", "a", "body", "input", "details", "video", "math"]
BAITS = [
    "<{t}>window.__xss=1</{t}>",
    "<{t} src=x onerror=window.__xss=1>",
    "<{t} onload='window.__xss=1'>",
    '"><{t} autofocus onfocus=window.__xss=1>',
    "'><{t} ontoggle=window.__xss=1 open>",
    "</textarea><{t} src=javascript:window.__xss=1>",
    "</title><{t} href='javascript:window.__xss=1'>x",
    "{{{{constructor.constructor('window.__xss=1')()}}}}<{t}>",
    "</script><{t} src=//x.example/x.js>",
    "<!--><{t} style='x:expression(window.__xss=1)'>",
    '<{t} x-data x-init="window.__xss=1">',
    "<{t} hx-get=/admin/ hx-trigger=load>",
    "&lt;{t}&gt;<{t} onpointerenter=window.__xss=1>",
    "`${{window.__xss=1}}`<{t}>",
    "<{t}/onload=window.__xss=1//",
    "<{t}\nonload=window.__xss=1>",
    "\\u003c{t}>window.__xss=1<{t}>",
    "%3C{t}%3E<{t} onmouseover=window.__xss=1>",
    "<{t} xlink:href=data:text/html,x>",
    "x' x-on:click='window.__xss=1'><{t}>",
]
HOSTILE = [bait.format(t=tag) for bait, tag in itertools.product(BAITS, TAGS)]


def hostile_rows(cast: Cast) -> dict[str, Any]:
    """A company whose every name is hostile. The names are cut to their columns."""
    names = itertools.cycle(HOSTILE)
    group = make.group(cast.corp, name=next(names)[:50])
    tags = [make.tag(group, name=next(names)[:50]) for _n in range(10)]
    employee = make.employee(cast.corp, cast.department, name=next(names), position=next(names), alias=next(names))
    customers = [
        make.customer(cast.corp, employee, name=name[:100], channel=name[:50], city=name[:50], external_userid=f"x{n}")
        for n, name in enumerate(HOSTILE)
    ]
    customer = make.tagged(customers[-1], *tags)
    make.relation(customer, cast.owner, remark=next(names)[:100], state=next(names)[:64])
    letter = DeadLetter.objects.create(
        corp_id=cast.corp.pk,
        digest="x",
        queue=next(names),
        routing_key=next(names),
        reason=next(names),
        headers={"x": next(names)},
        body=next(names).encode(),
    )
    people = [make.chat_member(f"y{n}", now(), name=name[:100]) for n, name in enumerate(HOSTILE)]
    facts = {"name": next(names)[:200], "notice": next(names), "admins": (next(names),)}
    chat = make.chat(cast.corp, employee, customer, chat_id="wrHostile", members=tuple(people), **facts)
    rows = [chat, group, tags[0], employee, customer, letter, make.account(cast.corp, name=next(names))]
    rows.append(make.user(cast.corp, username=next(names)[:100], name=next(names)[:100]))
    rows.append(OutboxEvent.objects.filter(corp_id=cast.corp.pk).last())
    return {row._meta.label_lower: row for row in rows}


def test_two_hundred_hostile_names_are_text_on_the_list(cast: Cast) -> None:
    assert len(HOSTILE) == 200
    hostile_rows(cast)
    client = entered(cast.users["admin"])
    shown = "".join(client.get(page(Customer, "changelist"), {"p": n}).content.decode() for n in range(1, 11))
    for name in HOSTILE:
        assert name[:100] not in shown
        assert escape(name[:100]) in shown


@pytest.mark.slow
def test_no_page_shows_a_hostile_name_as_markup(cast: Cast) -> None:
    rows = hostile_rows(cast)
    client = entered(cast.users["admin"])
    root = entered(User.objects.create_superuser("root", "correct horse battery"))
    for name, row in rows.items():
        for address in (page(type(row), "changelist"), page(row, "change"), page(row, "history"), page(row, "delete")):
            for visitor in (client, root):
                answer = visitor.get(address)
                assert answer.status_code in (200, 403), (name, address)
                content = answer.content.decode()
                assert not [bait for bait in HOSTILE if bait[:30] in content], (name, address)


def test_the_acts_show_hostile_names_as_text_too(cast: Cast) -> None:
    rows = hostile_rows(cast)
    client = entered(cast.users["admin"])
    customer = rows["customers.customer"]
    bulk = client.post(page(Customer, "changelist"), {"action": "add_tags", "_selected_action": [customer.pk]})
    answers = [
        bulk,
        client.get(page(customer, "change_tags")),
        client.get(page(rows["tags.tag"], "merge")),
        client.get(page(rows["corps.user"], "set_password")),
        client.post(page(rows["corps.apiaccount"], "issue_key")),
        client.get(page(rows["messaging.deadletter"], "replay")),
        client.get("/admin/"),
    ]
    for answer in answers:
        assert answer.status_code == 200
        content = answer.content.decode()
        assert not [bait for bait in HOSTILE if bait[:30] in content], answer.request["PATH_INFO"]
