"""Tells a unit's supervisors that there is unusual use to look into.

Threat: mail is read on lock screens, forwarded, and kept by others. So it names no officer and no
case: counts, and a link that asks for a sign-in.
"""

from __future__ import annotations

from datetime import date

from chalicelib.access.units.colleagues import Colleagues
from chalicelib.dynamodb.table import NEW, ConditionFailed, Table, Write
from chalicelib.notifications.notices import Notice, Notices
from chalicelib.notifications.rendering import MessageSender, compose_message
from chalicelib.oversight.use_store import UseStore, told_key


class UseMails:
    """Writes to the supervisors of units, once for each unit and day."""

    def __init__(
        self,
        table: Table,
        store: UseStore,
        colleagues: Colleagues,
        notices: Notices,
        sender: MessageSender,
    ) -> None:
        self._table = table
        self._store = store
        self._colleagues = colleagues
        self._notices = notices
        self._sender = sender

    def tell_supervisors(self, day: date) -> None:
        """Tell the supervisors of each unit of what was new in it on a day. A repeat tells nobody
        twice: that they were told is written in one transaction with what is to be sent."""
        for unit in filter(None, self._store.units()):
            lines = [one for one in self._store.of_unit(unit, day, day) if one.is_new]
            notices, writes = list[Notice](), list[Write]()
            for chief in self._colleagues.supervisors_of(unit) if lines else ():
                # Nobody is told of their own line.
                others = [one for one in lines if one.officer_id != chief.officer.id]
                if others and chief.email:
                    message = compose_message(
                        self._sender,
                        "unusual_use",
                        chief.email,
                        name=chief.name,
                        officers=len({one.officer_id for one in others}),
                        findings=sum(len(one.kinds) for one in others),
                        day=day,
                        link=f"{self._sender.base_url}/console/unit/use",
                    )
                    notice, write = self._notices.record_notice(message)
                    notices.append(notice)
                    writes.append(write)
            if not notices:
                continue
            try:
                told = self._table.put_write(told_key(day, unit), when=NEW)
                self._table.transact_with_retry(told, *writes)
            except ConditionFailed:
                continue  # They were told before.
            for notice in notices:
                self._notices.queue(notice)
