"""What texts can name: parameters, the language and the data of the call, the place in a queue, and answers."""

from __future__ import annotations

from collections.abc import Iterable

from flowc.ir.walk import DATA, PLACE
from flowc.language.flow.subjects import LANGUAGE
from flowc.resolve.names import Answers, Declared, Names


class Nameable:
    """Of a flow. `data` are the names of what a call is started with; None if that is not known because something is
    broken.
    """

    def __init__(
        self, hours: Declared, languages: Declared, answers: Answers, data: Iterable[str] | None, *, has_queues: bool
    ) -> None:
        self.hours = hours
        self.languages = languages
        self._answers = answers
        self._is_data_open = data is None
        self._data = tuple(data or ())
        self._has_queues = has_queues

    def in_texts(self, names: Names | None) -> Names | None:
        """What texts that nobody speaks can name: these parameters, the language of the call, and its data; None if
        that is not known because something is broken.
        """
        if names is None or self._is_data_open:
            return None
        language = () if self.languages.known and not self.languages.listed else (LANGUAGE,)
        return Names(names.kind, (*names.names, *language, *self.data_names), self.hours)

    @property
    def data_names(self) -> list[str]:
        """What a call is started with, as texts name it."""
        return [f"{DATA}{name}" for name in self._data]

    def with_place(self, names: Names | None) -> Names | None:
        """What prompts can name besides, if they are an announcement in a queue: where they are none is said there."""
        return names if names is None or not self._has_queues else Names(names.kind, (*names.names, *PLACE), self.hours)

    def with_answers(self, names: Names | None) -> Names | None:
        """What texts can name that are filled in in the course of steps: what webhooks have answered as well."""
        return None if names is None else Names(names.kind, names.names, self.hours, self._answers)
