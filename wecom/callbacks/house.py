"""What events of the directory lead to (page 96302): members and departments are read again."""

import datetime as dt
from collections.abc import Sequence

import structlog

from core.failpoints import failpoint
from corps import mirroring
from corps.actors import SYSTEM
from wecom import refreshing
from wecom.callbacks import claims
from wecom.callbacks.boxes import Box, Notice
from wecom.client.errors import WecomError

SOURCE = "callback"
_log = structlog.get_logger("scrm.callbacks")


def work(boxes: Sequence[Box]) -> None:
    """Work off a company's box of the house, each member and the tree by themselves."""
    for box in boxes:
        # The tree first: members are put into departments.
        if parties := [notice for notice in box.notices if notice.change.endswith("_party")]:
            _refresh_tree(box.corp_id, parties)
        if people := [notice for notice in box.notices if notice.change.endswith("_user")]:
            _refresh_people(box.corp_id, people)


def _refresh_people(corp_id: int, people: Sequence[Notice]) -> None:
    for notice in people:
        _rename(corp_id, notice)
    if any(notice.change == "create_user" for notice in people):
        # Before the receipts are marked: once they are, nobody would ask for it again.
        refreshing.refresh_followers(corp_id=corp_id, source=SOURCE)
    for userid in dict.fromkeys(map(_userid_now, people)):
        _refresh(corp_id, userid, [notice for notice in people if _userid_now(notice) == userid])


def _userid_now(notice: Notice) -> str:
    return notice["newuserid"] or notice.userid


def _rename(corp_id: int, notice: Notice) -> None:
    """A member has another userid now: all that is theirs goes with them."""
    if new := notice["newuserid"]:
        tally = mirroring.rename_employee(
            corp_id=corp_id, userid=notice.userid, new_userid=new, by=SYSTEM, source=SOURCE
        )
        if tally.refused:
            _log.warning("userid_not_changed", corp=corp_id, rows=tally.sample)


def _refresh(corp_id: int, userid: str, notices: Sequence[Notice]) -> None:
    receipts = [notice.receipt for notice in notices]
    left: dt.datetime | None = max((n.at for n in notices if n.change == "delete_user"), default=None)
    try:
        refreshing.refresh_employee(corp_id=corp_id, userid=userid, source=SOURCE, left_at=left)
    except WecomError as error:
        claims.failed(receipts, error)
    else:
        failpoint("callback.applied")
        claims.done(receipts)


def _refresh_tree(corp_id: int, notices: Sequence[Notice]) -> None:
    receipts = [notice.receipt for notice in notices]
    gone = [int(n["id"]) for n in notices if n.change == "delete_party" and n["id"].isdecimal()]
    try:
        refreshing.refresh_departments(corp_id=corp_id, source=SOURCE, gone=gone)
    except WecomError as error:
        claims.failed(receipts, error)
    else:
        claims.done(receipts)
