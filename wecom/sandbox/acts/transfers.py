from wecom.sandbox.acts.relations import Relations
from wecom.sandbox.state import Impossible, act
from wecom.sandbox.things import Follow, Transfer

_DAY = 86_400
DONE, REFUSED, FULL, NO_RECORD = 1, 3, 4, 5


class Transfers(Relations):
    """Customers handed over: 24 hours in which they may refuse, then it is done (pages 96325, 96331)."""

    @act
    def start_transfer(self, handover: str, takeover: str, external_userid: str, *, resigned: bool) -> Transfer:
        """Begin one; whoever calls has checked that it may begin. A leaver's customer stops being unassigned now."""
        now = self.clock.now()
        transfer = Transfer(resigned, handover, takeover, external_userid, now, now + self.switches.transfer_seconds)
        self.transfers.append(transfer)
        self.open_transfers.append(transfer)
        if resigned:
            waiting = self.unassigned[handover]
            del waiting[external_userid]
            if not waiting:
                del self.unassigned[handover]
        return transfer

    @act
    def refuse_transfer(self, takeover: str, external_userid: str) -> None:
        """The customer says no: stays with an employee who is still here, and with nobody otherwise."""
        self._fail(self._on_the_way(takeover, external_userid), REFUSED, self.clock.now())

    @act
    def forget_transfer(self, takeover: str, external_userid: str) -> None:
        """WeCom knows nothing of it any more and tells nobody: status 5 on the job, a leaver's isn't listed at all."""
        self._close(self._on_the_way(takeover, external_userid), NO_RECORD, 0)

    @act
    def finish_transfers(self) -> int:
        """Put the clock forward to where every transfer has ended. Returns how many did."""
        ending = len(self.open_transfers)
        if ending:
            self.clock.advance(max(0, max(transfer.due for transfer in self.open_transfers) - self.clock.now()))
            self.settle()
        return ending

    def waiting(self, external_userid: str) -> Transfer | None:
        return next((t for t in self.open_transfers if t.external_userid == external_userid), None)

    def _on_the_way(self, takeover: str, external_userid: str) -> Transfer:
        transfer = self.waiting(external_userid)
        if transfer is None or transfer.takeover != takeover:
            raise Impossible(f"{external_userid} isn't on the way to {takeover}")
        return transfer

    def settle(self) -> None:
        """End the transfers whose time has come, in the order in which it came."""
        if not self.open_transfers:
            return
        now = self.clock.now()
        due = [transfer for transfer in self.open_transfers if transfer.due <= now]
        for transfer in sorted(due, key=lambda row: row.due):
            self.changes += 1
            self._end(transfer)

    def _end(self, transfer: Transfer) -> None:
        taker, external = self.employees[transfer.takeover], transfer.external_userid
        old = self.follows.get(transfer.handover, {}).get(external)
        # Nobody to be handed over, or a customer who had deleted the employee: seen as a refusal.
        lost = not transfer.resigned and (old is None or old.customer_gone)
        if taker.left_at is not None or lost:
            self._fail(transfer, REFUSED, transfer.due)
        elif len(self.follows.get(taker.userid, {})) >= taker.customer_limit:
            self._fail(transfer, FULL, transfer.due)
        else:
            self._hand_over(transfer)

    def _hand_over(self, transfer: Transfer) -> None:
        external, at = transfer.external_userid, transfer.due
        self._close(transfer, DONE, at)
        back = self._was_handed_away(transfer)
        if not transfer.resigned:
            self.drop_follow(transfer.handover, external)
            self.close_episode(transfer.handover, external, at, "transfer")
            self._tell("del_external_contact", transfer.handover, transfer, at, Source="DELETE_BY_TRANSFER")
        had = self.follows.get(transfer.takeover, {}).get(external)
        if had and not had.customer_gone:
            return
        self.begin(Follow(self.next_serial(), transfer.takeover, external, at, 202, oper_userid=transfer.takeover))
        if not back and (not transfer.resigned or self.switches.resigned_add_event):
            self._tell("add_external_contact", transfer.takeover, transfer, at)

    def _was_handed_away(self, transfer: Transfer) -> bool:
        """Whether the customer went from the taker by a transfer before: the return brings no add event."""
        pair = (transfer.takeover, transfer.external_userid)
        return any((t.handover, t.external_userid) == pair and t.outcome == DONE for t in self.transfers)

    def _fail(self, transfer: Transfer, outcome: int, at: int) -> None:
        self._close(transfer, outcome, 0)
        reason = "customer_refused" if outcome == REFUSED else "customer_limit_exceed"
        if self.employees[transfer.takeover].left_at is None:
            self._tell("transfer_fail", transfer.takeover, transfer, at, FailReason=reason)

    def _close(self, transfer: Transfer, outcome: int, finished: int) -> None:
        transfer.outcome, transfer.finished = outcome, finished
        self.open_transfers.remove(transfer)

    def _tell(self, change: str, userid: str, transfer: Transfer, at: int, **fields: str) -> None:
        external = transfer.external_userid
        self.emit("change_external_contact", change, at=at, UserID=userid, ExternalUserID=external, **fields)

    def handed_lately(self, external_userid: str) -> int:
        """Transfers of the customer between working members within 90 natural days, refused ones not counted."""
        since = self.clock.now() - 90 * _DAY
        mine = (t for t in self.transfers if t.external_userid == external_userid and not t.resigned)
        return sum(1 for t in mine if t.started >= since and t.outcome in (None, DONE))
