"""The only module that knows Ray: reaching a cluster, and renderers that live there. Called by the link's threads."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import warnings
from pathlib import Path
from typing import Any, Protocol

from liveriff import __version__
from liveriff.render.environment import VARIABLES
from liveriff.render.ray.clause import clause
from liveriff.render.ray.desk import Sent
from liveriff.wire.slots import SlotSpec

LOCAL = "local"
STORE_BYTES = 256 << 20  # of a cluster that is started here: chunks are a few megabytes and stay for a moment
OPEN_S = 120.0  # a renderer's process may take so long to begin
ANSWER_S = 8.0  # beyond what it was told to wait: a renderer that does not answer for so long is lost
KNOCK_S = 5.0
MOST_ON_CPU = 16  # renderers without a GPU, unless more are asked for
THREADS = 4  # two that hear, one that says, one to spare
GRACE_S = 8
"""A connection that was lost holds its renderers and their processors so long; Ray's own 30 s keep out the next."""
DEAF = (
    "it answers, but not as a Ray cluster for us: is this the port for clients (10001), and does this machine know the "
    "cluster's token (RAY_AUTH_TOKEN)?"
)


class GoneError(Exception):
    """A renderer is no more; one clause says why."""


class AwayError(Exception):
    """The cluster is no more, or cannot be reached; one clause says why."""


class Hired(Protocol):
    """A renderer that lives elsewhere. GoneError or AwayError from every method."""

    where: str

    def say(self, message: object) -> None:
        """Tell it something; does not wait."""

    def hear(self, turn: int, patience_s: float) -> object:
        """Begin to ask it what it has to say, see ``Remote.hear``; for ``take``."""

    def take(self, asked: object, patience_s: float) -> list[Sent]:
        """The answer; waits for it."""

    def dismiss(self) -> None:
        """End it."""


class Cluster(Protocol):
    """Where renderers live."""

    count: int

    def hire(self, spec: SlotSpec, model: str) -> Hired:
        """One more renderer; waits until it lives."""

    def close(self) -> None:
        """Leave."""


def reach(address: str, count: int | None) -> Cluster:
    """The cluster at an address ("local": one that is started here and ends with this process); AwayError if it cannot
    be had. count: how many renderers there shall be, None for one on each GPU, or each processor but one."""
    os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"  # a cluster that is lost must not be replaced by one of Ray's choice
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
    os.environ.setdefault("RAY_CLIENT_RECONNECT_GRACE_PERIOD", str(GRACE_S))
    if address != LOCAL:
        _show_token()
    warnings.filterwarnings("ignore", module="ray")  # a performer is told in one sentence, by us
    try:
        import ray
    except ImportError:
        raise AwayError("ray is not installed here: pip install 'liveriff[ray]'") from None
    quiet: dict[str, Any] = {"logging_level": "ERROR", "log_to_driver": False}
    try:
        if address == LOCAL:
            os.environ.update(VARIABLES)  # its processes are ours: cheaper than to ask for others that have them
            processors = count or max((os.cpu_count() or 2) - 1, 1)
            ray.init("local", num_cpus=processors, include_dashboard=False, object_store_memory=STORE_BYTES, **quiet)
        else:
            _knock(address)
            _enter(ray, address, quiet)
        return RayCluster(ray, count, {} if address == LOCAL else dict(VARIABLES))
    except AwayError:
        raise
    except Exception as error:
        raise AwayError(clause(error)) from error


def _show_token() -> None:
    """A cluster wants the token that its head has, where that has one; Ray's client shows ours only when told to."""
    known = "RAY_AUTH_TOKEN" in os.environ or "RAY_AUTH_TOKEN_PATH" in os.environ
    if known or (Path.home() / ".ray" / "auth_token").is_file():
        os.environ.setdefault("RAY_AUTH_MODE", "token")


def _enter(ray: Any, address: str, quiet: dict[str, Any]) -> None:
    try:
        ray.init(address, **quiet)
    except ConnectionAbortedError:
        raise  # the cluster says why
    except ConnectionError as error:
        raise AwayError(DEAF) from error


def _knock(address: str) -> None:
    """OSError where nobody listens; Ray itself would find that out after half a minute."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    socket.create_connection((host.strip("[]"), int(port)), KNOCK_S).close()


class RayCluster:
    """A cluster that has been reached."""

    def __init__(self, ray: Any, count: int | None, variables: dict[str, str]) -> None:
        """Ask what it has. variables: of the environment, that its processes lack."""
        self._ray = ray
        self._environment = {"runtime_env": {"env_vars": variables}} if variables else {}
        resources = ray.cluster_resources()
        self._gpus = int(resources.get("GPU", 0))
        self.count = count or self._gpus or min(max(int(resources.get("CPU", 1)), 1), MOST_ON_CPU)

    def hire(self, spec: SlotSpec, model: str) -> RayHired:
        """See ``Cluster``."""
        from liveriff.render.ray.remote import Remote

        gpu = self._gpus > 0
        options = {"num_cpus": 1, "num_gpus": int(gpu), "max_concurrency": THREADS, "max_restarts": 0}
        made = self._ray.remote(Remote).options(**self._environment, **options)
        actor = None
        try:
            actor = made.remote(spec, model, "cuda" if gpu else "cpu")
            version, where, _ = self._ray.get(actor.about.remote(), timeout=OPEN_S)
            _agree(version, where)
        except Exception as error:
            if actor is not None:
                RayHired(self, self._ray, actor, "").dismiss()
            raise self._unhired(error) from error
        return RayHired(self, self._ray, actor, where)

    def close(self) -> None:
        """See ``Cluster``."""
        with contextlib.suppress(Exception):
            self._ray.shutdown()

    def _unhired(self, error: Exception) -> GoneError | AwayError:
        if isinstance(error, self._ray.exceptions.GetTimeoutError):
            return GoneError(f"the cluster had no room for it within {OPEN_S:.0f} s")
        return self.sorted(error)

    def sorted(self, error: Exception) -> GoneError | AwayError:
        """Whether a renderer is gone or all of them: Ray's own errors are about an actor, its node or what these had to
        hand over, but for those of the system; others are about the way."""
        if isinstance(error, GoneError):
            return error
        exceptions = self._ray.exceptions
        one = isinstance(error, exceptions.RayError) and not isinstance(error, exceptions.RaySystemError)
        return (GoneError if one else AwayError)(clause(error))


def _agree(version: str, where: str) -> None:
    """A matter of this machine alone: the cluster's others may be as they should."""
    if version != __version__:
        raise GoneError(f"liveriff {version} is installed on {where}, {__version__} here: they must be the same")


class RayHired:
    """An actor."""

    def __init__(self, cluster: RayCluster, ray: Any, actor: Any, where: str) -> None:
        """One that lives."""
        self.where = where
        self._cluster, self._ray, self._actor = cluster, ray, actor
        self._turns = itertools.count()

    def say(self, message: object) -> None:
        """See ``Hired``; from one thread."""
        turn = next(self._turns)
        self._told(lambda: self._actor.say.remote(turn, message))

    def hear(self, turn: int, patience_s: float) -> object:
        """See ``Hired``."""
        return self._told(lambda: self._actor.hear.remote(turn, patience_s))

    def take(self, asked: object, patience_s: float) -> list[Sent]:
        """See ``Hired``."""
        said: list[Sent] = self._told(lambda: self._ray.get(asked, timeout=patience_s + ANSWER_S))
        return said

    def dismiss(self) -> None:
        """See ``Hired``."""
        with contextlib.suppress(Exception):
            self._ray.kill(self._actor)

    def _told(self, call: Any) -> Any:
        try:
            return call()
        except Exception as error:
            raise self._cluster.sorted(error) from error
