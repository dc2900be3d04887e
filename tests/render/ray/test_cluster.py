"""What Ray says, and what is made of it; with a Ray that is a few classes."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from liveriff import __version__
from liveriff.render.ray import cluster
from liveriff.render.ray.clause import clause
from liveriff.render.ray.cluster import DEAF, AwayError, GoneError, RayCluster
from liveriff.wire.slots import SlotSpec

SPEC = SlotSpec("none", 1, 100)
BROKEN = "GRPC connection failed"


class RayError(Exception):
    """As Ray's."""


class RaySystemError(RayError):
    """As Ray's."""


class ObjectLostError(RayError):
    """As Ray's: what a node had to hand over went with it."""


class GetTimeoutError(RayError, TimeoutError):
    """As Ray's."""


class Actor:
    """Remembers whether it was killed."""

    def __init__(self, version: str) -> None:
        self.killed = False
        self.about = SimpleNamespace(remote=lambda: (version, "node7", 1))


class Ray:
    """A Ray whose actors come as they are told; raises: what it says in place of an answer."""

    def __init__(self, version: str = __version__, raises: Exception | None = None) -> None:
        self.exceptions = SimpleNamespace(
            RayError=RayError, RaySystemError=RaySystemError, GetTimeoutError=GetTimeoutError
        )
        self.actor, self.raises = Actor(version), raises

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 2.0}

    def remote(self, kind: type) -> Any:
        options = SimpleNamespace(remote=lambda *_: self.actor)
        return SimpleNamespace(options=lambda **_: options)

    def get(self, asked: object, timeout: float) -> object:
        if self.raises:
            raise self.raises
        return asked

    def kill(self, actor: Actor) -> None:
        actor.killed = True


def test_one_machine_with_another_version_costs_one_renderer_and_not_the_cluster() -> None:
    ray = Ray(version="0.0.1")
    with pytest.raises(GoneError, match=f"^liveriff 0.0.1 is installed on node7, {__version__} here: they must be"):
        RayCluster(ray, 2, {}).hire(SPEC, "embedded")
    assert ray.actor.killed


def test_a_cluster_without_room_says_so() -> None:
    ray = Ray(raises=GetTimeoutError("Get timed out: some object(s) not ready."))
    with pytest.raises(GoneError, match="the cluster had no room for it within 120 s"):
        RayCluster(ray, 2, {}).hire(SPEC, "embedded")
    assert ray.actor.killed


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ObjectLostError("it went with its node"), GoneError),
        (GetTimeoutError("it does not answer"), GoneError),
        (RaySystemError("the raylet is gone"), AwayError),
        (ConnectionError(BROKEN), AwayError),
    ],
)
def test_what_is_lost_with_a_node_is_a_renderer_and_what_breaks_the_way_is_all(
    error: Exception, kind: type[Exception]
) -> None:
    hired = RayCluster(ray := Ray(), 2, {}).hire(SPEC, "embedded")
    ray.raises = error
    with pytest.raises(kind):
        hired.take(object(), 1.0)


def test_a_lost_connection_is_told_in_plain_words() -> None:
    text = (
        "Request can't be sent because the Ray client has already been disconnected due to an error. Last exception: "
        "Failed to reconnect within the reconnection grace period (8s)"
    )
    assert clause(ConnectionError(text)) == "the connection to it is lost"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ray client\ntold at length.", "ray client"),
        ("Initialization failure from server:\nTraceback\nRuntimeError: it failed.\n", "RuntimeError: it failed"),
        (
            "The actor died because of an error raised in its creation task, \x1b[36mray::Remote.__init__()\x1b[39m\n"
            "  File\nModuleNotFoundError: No module named 'liveriff'",
            "ModuleNotFoundError: No module named 'liveriff'",
        ),
        ("\x1b[31mred\x1b[0m", "red"),
        ("", "ValueError"),
    ],
)
def test_a_performer_is_told_one_clause(text: str, said: str) -> None:
    assert clause(ValueError(text)) == said


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home of our own, and no word of a token."""
    for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.setenv(name, "")  # so that it is put back
        monkeypatch.delenv(name)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return tmp_path


def test_a_token_is_shown_where_there_is_one(environment: Path) -> None:
    cluster._show_token()
    assert "RAY_AUTH_MODE" not in os.environ
    (environment / ".ray").mkdir()
    (environment / ".ray" / "auth_token").write_text("secret")
    cluster._show_token()
    assert os.environ["RAY_AUTH_MODE"] == "token"


def test_who_has_decided_about_tokens_is_obeyed(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_AUTH_TOKEN", "secret")
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    cluster._show_token()
    assert os.environ["RAY_AUTH_MODE"] == "disabled"


def test_a_port_that_is_no_clusters_is_told_apart_from_a_cluster_that_refuses() -> None:
    def enter(error: Exception) -> None:
        def init(*_: object, **__: object) -> None:
            raise error

        cluster._enter(SimpleNamespace(init=init), "ray://there:1", {})

    with pytest.raises(AwayError) as told:
        enter(ConnectionError("ray client connection timeout"))
    assert str(told.value) == DEAF
    with pytest.raises(ConnectionAbortedError):
        enter(ConnectionAbortedError("Initialization failure from server:\nRuntimeError: no room"))
