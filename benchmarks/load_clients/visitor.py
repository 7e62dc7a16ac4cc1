"""A visitor of the load benchmark: thinks, does what the cards say, and notes how long each answer took."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from benchmarks.load_clients.checking import SeenAnswers, SeenMap, Settings, seen_answers, seen_map, shows
from benchmarks.load_clients.protocol import Tab
from benchmarks.load_clients.replies import Reply
from benchmarks.load_clients.texts import ForeignWords, questions, texts
from longformer_viz.documents.samples import DEFAULT_SAMPLE, sample
from longformer_viz.spec import InputError

# One deck of twenty cards, shuffled again and again: 60% head changes, 25% windows, 10% texts, 5% questions.
DECK = ("head_change",) * 12 + ("new_spec",) * 5 + ("new_text",) * 2 + ("question",)
WINDOWS = (128, 256, 512)
_CHOICE = ("generation", "layer", "head", "locked", "unit", "mode", "scale", "sort", "percent", "place")
_MAP, _ANSWERS = "", "answers"  # addresses


@dataclass(slots=True)
class Event:
    """One thing that a visitor did.

    Attributes:
        kind: What it was.
        settings: What the answer must show.
        seconds: From sending the message to the answer; None without one.
        question: The question, on the Answers page.
        seen: What the answer showed.
        error: Why there was no answer; empty for none.
        is_wrong: Whether the answer was found wrong.
        is_checked: Whether weights or answers were compared with the library's.
    """

    kind: str
    settings: Settings
    seconds: float | None = None
    question: str = ""
    seen: SeenMap | SeenAnswers | None = None
    error: str = ""
    is_wrong: bool = False
    is_checked: bool = False


class Visitor:
    """A visitor with a text of their own.

    Args:
        url: The address of the app.
        word: The word that only this visitor's texts have.
        foreign: Finds the words of others.
        tokens: The approximate length of a text.
        chance: The random numbers.
        patience: Seconds to wait for an answer at most.
    """

    def __init__(
        self, url: str, word: str, foreign: ForeignWords, tokens: int, chance: random.Random, patience: float
    ) -> None:
        self.url, self.word, self.patience = url, word, patience
        self.events: list[Event] = []
        self.foreign_messages = 0
        self._foreign, self._chance = foreign, chance
        self._texts, self._questions = texts(word, tokens, chance), questions(chance)
        self._cards: list[str] = []
        self._tab: Tab | None = None
        self._map: SeenMap | None = None
        self._heads = (1, 1)
        self._settings = Settings("")
        self._is_away = False

    async def stay(self, start: float, until: float, think: tuple[float, float]) -> None:
        """Come, and go on until the time is over.

        Args:
            start: When to come, on the clock of `time.perf_counter`.
            until: When to begin nothing more.
            think: The shortest and the longest time between two actions, in seconds.
        """
        await asyncio.sleep(max(0.0, start - time.perf_counter()))
        try:
            while time.perf_counter() < until:
                await self.act("arrival" if self._tab is None else self._next())
                await asyncio.sleep(min(self._chance.uniform(*think), max(0.0, until - time.perf_counter())))
        finally:
            await self.leave()

    def _next(self) -> str:
        if not self._has_own_text():
            return "first_text"
        self._cards = self._cards or self._chance.sample(DECK, len(DECK))
        return self._cards.pop()

    def _has_own_text(self) -> bool:
        return self.word in self._settings.text

    async def act(self, kind: str) -> None:
        """Do one thing, and note what came of it. After an error or a wrong answer the visitor opens the app anew.

        Args:
            kind: One of the cards, "arrival" or "first_text".
        """
        actions: dict[str, Callable[[], Awaitable[None]]] = {
            "arrival": self._arrive,
            "first_text": lambda: self._paste("first_text"),
            "new_text": lambda: self._paste("new_text"),
            "new_spec": self._choose_window,
            "head_change": self._choose_head,
            "question": self._ask,
        }
        try:
            if self._is_away and kind != "question":
                await self._return()
            await actions[kind]()
        except (OSError, LookupError) as problem:  # a TimeoutError is an OSError
            told = f"{kind}: {type(problem).__name__}: {problem}".rstrip(": ")
            self.events.append(Event(kind, self._settings, error=told))
        except InputError:  # a payload that cannot be decoded
            self.events.append(Event(kind, self._settings, is_wrong=True))
        if self.events[-1].error or self.events[-1].is_wrong:
            await self.leave()

    async def leave(self) -> None:
        """Close the tab."""
        tab, self._tab, self._is_away = self._tab, None, False
        if tab is not None:
            await tab.close()

    def _watch(self, message: bytes) -> None:
        self.foreign_messages += self._foreign.found(message, self.word)

    @property
    def _open_tab(self) -> Tab:
        if self._tab is None:
            raise ConnectionError("The tab is closed.")
        return self._tab

    async def _arrive(self) -> None:
        self._settings = Settings(sample(DEFAULT_SAMPLE).text)
        self._tab = await Tab.opened(self.url, self._watch)
        self._note_map("arrival", await self._tab.rerun(self.patience), self._settings)

    async def _paste(self, kind: str) -> None:
        """Open the popover, paste a new text and close it with Ctrl+Enter, which the app does."""
        tab = self._open_tab
        tab.set_value(tab.find("popover", "own_popover"), "bool_value", True)
        await tab.rerun(self.patience)
        text = next(self._texts)
        tab.set_value(tab.find("text_area", "pasted"), "string_value", text)
        self._note_map(kind, await tab.rerun(self.patience), replace(self._settings, text=text))

    async def _choose_window(self) -> None:
        """Choose a window beside the map, as a release of its slider does."""
        component = self._open_tab.find("bidi_component", "map")
        seen = self._shown_map()
        pattern = seen.controls["pattern"]
        window = self._chance.choice([each for each in WINDOWS if each != pattern["window"]])
        kept = {name: pattern[name] for name in ("dilation", "preset", "step", "positions")}
        self._open_tab.trigger(component, "pattern", {"window": window, **kept})
        reply = await self._open_tab.rerun(self.patience, component.fragment)
        self._note_map("new_spec", reply, replace(self._settings, window=window))

    async def _choose_head(self) -> None:
        """Click another head in the grid."""
        component = self._open_tab.find("bidi_component", "map")
        controls = self._shown_map().controls
        layers, heads = self._heads
        number = controls["layer"] * heads + controls["head"]
        layer, head = divmod((number + self._chance.randrange(1, layers * heads)) % (layers * heads), heads)
        choice = {name: controls.get(name) for name in _CHOICE} | {"layer": layer, "head": head}
        self._open_tab.set_state(component, "shown", choice)
        reply = await self._open_tab.rerun(self.patience, component.fragment)
        self._note_map("head_change", reply, replace(self._settings, layer=layer, head=head))

    async def _ask(self) -> None:
        """Open the Answers page, which answers its own question at first, and type another one."""
        tab = self._open_tab
        if not self._is_away:
            self._is_away = True
            reply = await tab.open_page(self.patience, _ANSWERS)
            self._note_answers("answers_page", reply, tab.value(tab.find("text_input", "question")))
        field = tab.find("text_input", "question")
        question = next(each for each in self._questions if each != tab.value(field))
        tab.set_value(field, "string_value", question)
        self._note_answers("question", await tab.rerun(self.patience), question)

    async def _return(self) -> None:
        self._is_away = False
        self._note_map("return", await self._open_tab.open_page(self.patience, _MAP), self._settings)

    def _shown_map(self) -> SeenMap:
        if self._map is None:
            raise LookupError("The page must show a map. It does not.")
        return self._map

    def _note_map(self, kind: str, reply: Reply, settings: Settings) -> None:
        """Note the first payload that shows what was asked for, or else that the last one does not."""
        arrived = [(shown.seconds, seen_map(shown.proto.bytes)) for shown in reply.of("map")]
        event = Event(kind, settings, error=_problems(kind, reply, bool(arrived)))
        self.events.append(event)
        if not arrived:
            return
        _, self._map = arrived[-1]
        self._heads = (self._map.layers, self._map.heads)
        window = self._map.controls["pattern"]["window"]
        self._settings = event.settings = replace(settings, window=settings.window or window)
        event.seen = self._map
        event.is_wrong = not event.error and not shows(self._map, event.settings)
        event.seconds = next((at - reply.sent for at, seen in arrived if shows(seen, event.settings)), None)

    def _note_answers(self, kind: str, reply: Reply, question: str) -> None:
        arrived = reply.of("answer_text")
        event = Event(kind, self._settings, question=question, error=_problems(kind, reply, bool(arrived)))
        self.events.append(event)
        if arrived:
            event.seen = seen_answers(arrived[-1].proto.json)
            event.seconds = arrived[-1].seconds - reply.sent


def _problems(kind: str, reply: Reply, has_answer: bool) -> str:
    missing = [] if has_answer else ["nothing was shown"]
    problems = reply.problems or missing
    return f"{kind}: {'; '.join(problems)}" if problems else ""
