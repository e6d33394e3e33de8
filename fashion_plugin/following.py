"""Keeping to the live generation: a process whose encoder is no longer the live one loads the one that is.

What is asked stands in one vector space from beginning to end: the store refuses whatever is of another, and
then the question is asked anew in the space that is live by then.
"""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from fashion_plugin.answering import check_space
from fashion_plugin.encoders import DEFAULT, PRESETS, load_encoder
from fashion_plugin.encoders.base import Encoder
from fashion_plugin.errors import EncoderMismatch, FashionPluginError
from fashion_plugin.looks.parser import GarmentParser
from fashion_plugin.looks.shop import ShopLooks
from fashion_plugin.looks.subject import Looking, Subjects
from fashion_plugin.searching import Searcher
from fashion_plugin.store.base import GenerationInfo, VectorStore

__all__ = ["Follower", "Running", "encoder_of", "load_for", "looking_of", "source_of", "space_of"]

T = TypeVar("T")

_TRIES = 4  # switches that may come between one try to answer and the next


@dataclass(frozen=True, slots=True)
class Running:
    """An encoder, the vector space of what it embeds, and the store and the searches in that space."""

    encoder: Encoder
    space: GenerationInfo
    store: VectorStore
    searcher: Searcher


class Follower:
    """Holds what a process answers with; usable from every thread.

    Args:
        store: the whole store.
        encoder: what to begin with.
        parser: finds the garments in photos.
        source: what loads the encoder in another process, empty when nothing does.

    Raises:
        EncoderMismatch: the live generation is another encoder's.
    """

    def __init__(
        self, store: VectorStore, encoder: Encoder, parser: GarmentParser | None, source: str = ""
    ) -> None:
        self._store = store
        self._parser = parser
        self._lock = threading.Lock()
        self._encoders: dict[str, Encoder] = {}
        self.current = self._running(encoder, source)
        check_space(store.generation(), self.current.space)

    def learn(self, encoder: Encoder, source: str = "") -> GenerationInfo:
        """Remember an encoder for the time when its generation is live; returns its vector space."""
        space = space_of(encoder, self._parser, source)
        self._encoders[space.fingerprint] = encoder
        return space

    def looking(self) -> Looking | None:
        """How product photos are looked at before they are embedded, None without a parser."""
        return looking_of(self._store, self._parser)

    def encoder(self, space: GenerationInfo) -> Encoder | None:
        """The encoder of a generation, None where it cannot be had in this process."""
        known = self._encoders.get(space.fingerprint)
        if known is not None:
            return known
        try:
            return self._load(space)
        except FashionPluginError:
            return None

    def ask(self, question: Callable[[Running], T]) -> T:
        """Ask in the live vector space; what a switch interrupts is asked again.

        Raises:
            EncoderMismatch: the live generation is of an encoder that this process cannot load.
        """
        running = self.current
        for _ in range(_TRIES):
            try:
                return question(running)
            except EncoderMismatch:
                running = self.follow(running)
        return question(running)

    def follow(self, left: Running) -> Running:
        """Take the encoder of the live generation in place of one that is live no more.

        Raises:
            EncoderMismatch: it cannot be loaded here.
        """
        # While one thread loads, the others wait here: their questions have no answer before.
        with self._lock:
            live = self._store.generation()
            if self.current is left and live is not None and live != left.space:
                encoder = self._encoders.get(live.fingerprint) or self._load(live)
                self.current = self._running(encoder, live.source)
            return self.current

    def _load(self, space: GenerationInfo) -> Encoder:
        encoder = load_for(space, self._parser)
        self._encoders[space.fingerprint] = encoder
        return encoder

    def _running(self, encoder: Encoder, source: str) -> Running:
        space = self.learn(encoder, source)
        store = self._store.within(space)
        return Running(encoder, space, store, Searcher(store, encoder, self._parser))


def looking_of(store: VectorStore, parser: GarmentParser | None) -> Looking | None:
    """How product photos are looked at before they are embedded, None without a parser."""
    return Looking(Subjects(parser), ShopLooks(store).told()) if parser else None


def load_for(space: GenerationInfo, parser: GarmentParser | None = None) -> Encoder:
    """Load the encoder of a generation.

    Raises:
        EncoderMismatch: it is not there, or is another one by now.
    """
    lacking = (
        f"the embeddings are of the encoder {space.encoder!r} ({space.fingerprint[:12]}), "
        "which this process cannot load"
    )
    try:
        encoder = load_encoder(encoder_of(space))
    except FashionPluginError as error:
        raise EncoderMismatch(
            f"{lacking} ({error}): open the shop again with that encoder, or go back with  "
            "fashion-plugin reembed --rollback"
        ) from error
    found = space_of(encoder, parser)
    if found.fingerprint != space.fingerprint:
        raise EncoderMismatch(
            f"{lacking}: {encoder_of(space)!r} is another one by now ({found.fingerprint[:12]}). Put the "
            "encoder's file back, open the shop again with it, or change the database over with  "
            f"fashion-plugin reembed --encoder {encoder_of(space)}"
        )
    return encoder


def space_of(encoder: Encoder, parser: GarmentParser | None = None, source: str = "") -> GenerationInfo:
    """The vector space that an encoder's embeddings are of; a parser decides what is cut out before."""
    return GenerationInfo(encoder.name, encoder.fingerprint, encoder.dim, source)


def source_of(encoder: "str | os.PathLike[str] | Encoder | None") -> str:
    """What loads an encoder in another process: a preset's name or a whole path; empty for an object."""
    if encoder is None:
        return DEFAULT
    if isinstance(encoder, str) and encoder.partition("@")[0] in PRESETS:
        return encoder
    if isinstance(encoder, str | os.PathLike):
        return str(Path(encoder).absolute())
    return ""


def encoder_of(space: GenerationInfo) -> str:
    """What loads the encoder of a generation."""
    return space.source or space.encoder
