"""One run of the bench, from the choice of works to the tables."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bench import browser, deliveries, exchanges, report
from bench.contenders import (
    BARE,
    Contender,
    ceilings,
    database_of,
    earlier,
    ours,
    snapshot,
    start_paydesk,
)
from bench.peers.contenders import PEERS
from bench.rounds import EVERYTHING, Book, Field, Plan, play, probe, running
from bench.servers import Cores, NotRun, on_core
from bench.works import OWN_WORKS, SHARED_WORKS, Work


@dataclass(frozen=True, slots=True)
class Match:
    """What to measure, how, and where the files of the servers lie."""

    plan: Plan
    only: Sequence[str]
    cores: Cores
    folder: Path
    console: Console
    book: Book

    def run(self, against: str | None, page: Path | None) -> None:
        """Measure and tell. Raises Failed, NotRun or RuntimeError; then there is no result."""
        snapshot(self._source)
        load_before = os.getloadavg()[0]
        lines = report.machine(self.plan, load_before)
        self._say(*lines)
        with ExitStack() as stack:
            rivals = []
            if against is not None:
                rivals.append(stack.enter_context(earlier(self.cores.server, against, self.folder)))
            with on_core(self.cores.load):
                mine = [ours(self.cores.server, self._source), *rivals]
                fields = self._fields(mine)
                self._play(fields, mine)
        grids = self._grids(fields, rivals)
        notes = report.remarks(self.book)
        report.show(self.console, grids)
        self._say(*notes)
        if page is not None:
            report.write_page(page, report.markdown(lines, grids, notes))

    @property
    def _source(self) -> Path:
        return self.folder / "source"

    def _wants(self, name: str) -> bool:
        return not self.only or any(part in name for part in self.only)

    def _chosen(self, works: Sequence[Work]) -> list[Work]:
        return [work for work in works if self._wants(work.name)]

    def _fields(self, mine: Sequence[Contender]) -> list[Field]:
        """What is measured beside what. `mine` are our server and earlier commits of it."""
        fields = []
        if own := self._chosen(OWN_WORKS):
            fields.append(Field("Beside the ceilings", own, [*mine, *self._ceilings(own)]))
        if shared := self._chosen(SHARED_WORKS):
            fields.append(Field("Beside the peers", shared, [*mine, *self._peers()]))
        return fields

    def _ceilings(self, works: Sequence[Work]) -> list[Contender]:
        """Made of what our server says to each work just before the measurement."""
        folder = self.folder / "exchanges"
        server = start_paydesk(folder, self.cores.server, self._source)
        try:
            taken = exchanges.take(works, server.port, database_of(folder))
        finally:
            server.stop()
        self._say(*map(str, taken))
        saved = self.folder / "exchanges.json"
        exchanges.save(taken, saved)
        return ceilings(self.cores.server, self._source, saved, taken)

    def _peers(self) -> list[Contender]:
        found = []
        for peer in PEERS:
            self._say(f"installing {peer.name}, if it is not there yet")
            try:
                found.append(peer.enter(self.cores.server))
            except NotRun as reason:
                self.book.refuse(peer.name, EVERYTHING, reason)
        return found

    def _play(self, fields: Sequence[Field], mine: Sequence[Contender]) -> None:
        everybody = {one.name: one for part in fields for one in part.contenders}
        for number in range(self.plan.rounds):
            self._say(f"round {number + 1} of {self.plan.rounds}")
            folder = self.folder / f"round-{number + 1}"
            starting = [one for one in everybody.values() if self.book.can(one.name, EVERYTHING)]
            with running(starting, folder, self.book) as servers:
                if number == 0:
                    probe(fields, servers, self.book)
                for part in fields:
                    play(part, servers, self.plan, self.book, random.Random(number))
                for name, server in servers.items():
                    self.book.peak_mebibytes[name] = server.peak_mebibytes()
            if self._wants(browser.WORK):
                self._change_in_a_browser(folder / browser.WORK)
            if self._wants(deliveries.WORK):
                core = self.cores.server
                deliveries.play(mine, self.plan.deliveries, folder, core, self.book)

    def _change_in_a_browser(self, folder: Path) -> None:
        server = start_paydesk(folder, self.cores.server, self._source)
        try:
            self.book.round_trips.append(browser.measure(server))
        except NotRun as reason:
            self.book.refuse("paydesk", browser.WORK, reason)
        finally:
            server.stop()

    def _grids(self, fields: Sequence[Field], rivals: Sequence[Contender]) -> list[report.Grid]:
        grids = [report.grid(part, self.plan, self.book) for part in fields]
        if self.book.round_trips:
            grids.append(report.browser_grid(self.book))
        if self._wants(deliveries.WORK):
            yardsticks = [BARE, *(one.name for one in rivals)]
            grids.append(report.deliveries_grid(self.book, deliveries.ENDPOINTS, yardsticks))
        return grids

    def _say(self, *lines: str) -> None:
        for line in lines:
            self.console.print(line, markup=False)
