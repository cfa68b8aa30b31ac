"""Signed links to the desk: who has one may read and answer a case, without a login."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

LINK_DAYS = 30


@dataclass(frozen=True, slots=True)
class CaseLink:
    """What a link to one case allows until its end: this case, in the name of this team."""

    case_id: int
    team: str
    end: datetime


@dataclass(frozen=True, slots=True)
class TeamLink:
    """What a link to a queue allows until its end: the open cases of this team."""

    team: str
    end: datetime


@dataclass(frozen=True, slots=True)
class DeskAddresses:
    """The addresses that stand in a mail to a team, and until when they open."""

    case: str
    queue: str
    until: datetime


class DeskLinks:
    """Makes and reads the tokens of links to the desk.

    A token stands in the path of an address: pages must work without JavaScript, which rules out the
    fragment, and proxies log a query as readily as a path. Our own log leaves it out.

    :param secret_key: signs the tokens; with another key old links open nothing.
    :param public_url: the address of the pages.
    :param days: how long a link opens.
    """

    def __init__(self, secret_key: str, public_url: str, days: int = LINK_DAYS) -> None:
        self._cases = URLSafeSerializer(secret_key, salt="desk case")
        self._teams = URLSafeSerializer(secret_key, salt="desk team")
        self._url = public_url.rstrip("/")
        self._life = timedelta(days=days)

    def addresses(self, case_id: int, team: str, *, now: datetime) -> DeskAddresses:
        """Return the links to a case and to the queue of a team."""
        return DeskAddresses(
            case=f"{self._url}/desk/{self.case_token(case_id, team, now=now)}",
            queue=f"{self._url}/desk/team/{self.team_token(team, now=now)}",
            until=now + self._life,
        )

    def case_token(self, case_id: int, team: str, *, now: datetime, end: datetime | None = None) -> str:
        """Return a token for one case, good no longer than the link with this ``end`` that led to it."""
        return str(self._cases.dumps([case_id, team, self._end(now, end)]))

    def team_token(self, team: str, *, now: datetime, end: datetime | None = None) -> str:
        """Return a token for the queue of a team, good no longer than the link that led to it."""
        return str(self._teams.dumps([team, self._end(now, end)]))

    def read_case(self, token: str, *, now: datetime) -> CaseLink | None:
        """Return what a token opens, ``None`` when it is forged, altered or expired."""
        match _loaded(self._cases, token):
            case [int(case_id), str(team), int(end)] if now < (until := datetime.fromtimestamp(end, UTC)):
                return CaseLink(case_id, team, until)
        return None

    def read_team(self, token: str, *, now: datetime) -> TeamLink | None:
        """Return the queue that a token opens, ``None`` when it is forged, altered or expired."""
        match _loaded(self._teams, token):
            case [str(team), int(end)] if now < (until := datetime.fromtimestamp(end, UTC)):
                return TeamLink(team, until)
        return None

    def _end(self, now: datetime, end: datetime | None) -> int:
        latest = now + self._life
        return int(min(end or latest, latest).timestamp())


def _loaded(serializer: URLSafeSerializer, token: str) -> object:
    try:
        return serializer.loads(token)
    except BadData:
        return None
