"""The demo: the sandbox's company, read through the mirror as a real one would be, and a small neighbour beside it."""

import threading
from pathlib import Path

from django.conf import settings

from corps.actors import SYSTEM
from corps.models import Corp, Employee
from scrm_customer import demo_archive, demo_extras, demo_stats
from scrm_customer import demo_words as words
from wecom import connecting
from wecom.models import SyncRun, WecomApp
from wecom.sandbox import access as sandbox_access
from wecom.sandbox.access import Access
from wecom.sandbox.running import Plan, Sandbox
from wecom.sync import asking, leases, running

CUSTOMERS, EMPLOYEES, SEED = 2_000, 20, 7002


def access() -> Access:
    """How the sandbox's company is reached: this installation's own."""
    return sandbox_access.of(settings.SECRET_KEY, SEED)


def company() -> Corp | None:
    """The demo company, if it is there, read or not."""
    return Corp.objects.filter(wecom_corpid=access().corpid).first()


def sandbox(*, service: str = "", port: int = 0, rate: float = 0) -> Sandbox:
    """The company's WeCom, listening on this machine.

    Args:
        service: where this service answers, for callbacks; without it none are sent.
        port: by default any that is free.
        rate: acts a minute.

    Raises:
        OSError: the port is taken.
    """
    told = access()
    return Sandbox(
        Plan(
            access=told,
            state=Path(settings.DATA_DIR) / "sandbox.json",
            callback=f"{service}/wecom/callback/{told.corpid}/" if service else "",
            port=port,
            rate=rate,
            customers=CUSTOMERS,
            employees=EMPLOYEES,
            seed=SEED,
        )
    )


def fill(address: str) -> Corp:
    """Connect the company to the sandbox at ``address`` and read what is there, unless that was done before.

    Every step may be done twice, so one that broke off is finished by the next start.
    """
    corp = company() or Corp.objects.create(name=words.COMPANY, wecom_corpid=access().corpid)
    _connect(corp, address)
    if not demo_extras.stand():
        _read(corp)
        demo_extras.add(corp)
        demo_archive.add(corp, address)
        demo_stats.add(corp)
    return corp


def leader_and_member(corp: Corp) -> tuple[Employee, Employee]:
    """The head of the first department and somebody who works there: whom the demo's manager and staff logins are."""
    people = Employee.objects.of_corp(corp.pk).order_by("userid")
    leader = people.filter(memberships__is_leader=True)[0]
    room = leader.departments.first()
    return leader, people.filter(departments=room).exclude(pk=leader.pk)[0]


def _connect(corp: Corp, address: str) -> None:
    """The app of the sandbox, at the port that it has this time."""
    told = access()
    app = WecomApp.objects.of_corp(corp.pk).filter(sandbox=True).first()
    if app:
        connecting.change_app(app=app, api_base=address, by=SYSTEM)
        return
    connecting.connect_app(
        corp=corp,
        name=words.APP,
        corpid=told.corpid,
        agent_id=told.agent_id,
        secret=told.secret,
        callback_token=told.token,
        callback_key=told.aes_key,
        api_base=address,
        sandbox=True,
        welcome_text=words.WELCOME,
        by=SYSTEM,
    )


def _read(corp: Corp) -> None:
    """The first full sync, as the console's button would start it. A broken-off one is gone on with."""
    for kind in asking.ORDER:
        unfinished = SyncRun.objects.of_corp(corp.pk).filter(kind=kind, finished_at=None).first()
        run = leases.take((unfinished or asking.ask(corp_id=corp.pk, kind=kind, by=SYSTEM)).pk)
        if run:
            running.work(run, stopping=threading.Event())
