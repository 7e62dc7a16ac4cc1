"""The text of a Rich Text (.rtf) file, as its reader sees it."""

import re
from collections import Counter
from dataclasses import dataclass, replace

from longformer_viz.documents.contract import ProblemError, ReadDocument, ReadOptions
from longformer_viz.documents.limits import Limits
from longformer_viz.documents.parsers.counts import counted, left_out
from longformer_viz.documents.parsers.rich_text_words import CODE_PAGES, NOT_SHOWN, SHOWN_THOUGH_OPTIONAL, TEXT_OF
from longformer_viz.documents.parsers.superscripts import superscript

_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<sign>[^A-Za-z])|"
    r"(?P<brace>[{}])|[\r\n]+|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
_SIGNS = {"~": "\xa0", "_": "-", "-": "", "\n": "\n\n", "\r": "\n\n"}
_DEEPEST_GROUP = 10_000


@dataclass(frozen=True, slots=True)
class _State:
    """The state that a group inherits from the group around it."""

    shown: bool = True
    hidden: bool = False
    deleted: bool = False
    raised: bool = False
    in_table: bool = False
    in_fonts: bool = False
    code_page: str = "cp1252"
    skipped_after_unicode: int = 1
    opens: str = ""  # the buffer that this group opened


def read(data: bytes, limits: Limits, options: ReadOptions) -> ReadDocument:
    """Read a Rich Text file as its reader sees it, with tracked changes accepted. The format has no archive to limit.

    The parameters are those of `contract.Parser`.
    """
    reader = _Reader()
    text = reader.text(data.decode("latin-1"))
    running = {kind: [each for each in dict.fromkeys(reader.running[kind]) if each] for kind in ("header", "footer")}
    notes = []
    for kind, where in (("header", "start"), ("footer", "end")):
        count = len(running[kind])
        if options.leave_out_running_headers:
            notes += left_out(count, kind, f"{kind}s")
        else:
            placed = f"shown once, at the {where} of the text."
            notes += counted(count, f"{kind} is {placed}", f"{kind}s are {placed}")
    if not options.leave_out_running_headers:
        text = "\n\n".join([*running["header"], text, *running["footer"]])
    count = sum(map(len, running.values()))
    return ReadDocument(text, (*notes, *_notes(reader.tally)), running_headers=count)


class _Reader:
    """Reads one file; groups in braces inherit the state of the group around them."""

    def __init__(self) -> None:
        self.tally: Counter[str] = Counter()
        self.running: dict[str, list[str]] = {"header": [], "footer": []}
        self._state = _State()
        self._stack: list[_State] = []
        self._buffers: list[list[str]] = [[]]
        self._bytes = bytearray()  # bytes so far of a multi-byte character
        self._notes: list[str] = []
        self._note_count = 0
        self._is_optional = False
        self._to_skip = 0
        self._font = 0
        self._code_pages: dict[int, str] = {}
        self._own_code_page = "cp1252"

    def text(self, source: str) -> str:
        """Return the text of a file whose bytes are given as characters of Latin-1."""
        place = 0
        while (match := _TOKEN.match(source, place)) is not None:
            place = match.end()
            if match["byte"]:
                self._character(bytes.fromhex(match["byte"]))
            elif match["text"]:
                self._plain(match["text"])
            else:
                self._flush()
                if match["brace"] == "{":
                    self._open()
                elif match["brace"] == "}":
                    self._close()
                elif match["sign"]:
                    self._sign(match["sign"])
                elif match["word"] == "bin":
                    place += max(0, int(match["number"] or 0))
                elif match["word"]:
                    self._word(match["word"], match["number"])
        self._flush()
        if self._stack:
            raise ProblemError("damaged")
        self._end_paragraph()
        return _tidy("".join(self._buffers[0]))

    def _open(self) -> None:
        if len(self._stack) >= _DEEPEST_GROUP:
            raise ProblemError("damaged")
        self._stack.append(self._state)
        self._state = replace(self._state, opens="")
        self._is_optional = False
        self._to_skip = 0

    def _close(self) -> None:
        opened = self._state.opens
        if opened:
            text = _tidy("".join(self._buffers.pop()))
            if opened == "note":
                self._notes.append(text)
            else:
                self.running[opened].append(text)
        if self._stack:
            self._state = self._stack.pop()
        self._to_skip = 0

    def _word(self, word: str, number: str | None) -> None:
        is_optional, self._is_optional = self._is_optional, False
        value = 1 if number is None else int(number)
        if word == "u":
            if self._to_skip == 0:
                self._show(chr(value % 65536))
            self._to_skip = self._state.skipped_after_unicode
        elif word in TEXT_OF:
            self._show(TEXT_OF[word])
        elif word in ("par", "sect", "page", "row", "nestrow", "cell", "nestcell"):
            self._end(word)
        elif word in ("footnote", "annotation") or word.startswith(("header", "footer")):
            self._destination(word)
        elif word in NOT_SHOWN or (is_optional and word not in SHOWN_THOUGH_OPTIONAL):
            self._set(shown=False, in_fonts=word == "fonttbl")
            self.tally["pictures"] += word == "pict" and self._stack[-1].shown if self._stack else 0
            self.tally["objects"] += word == "objdata" and self._stack[-1].shown if self._stack else 0
        else:
            self._format(word, value, number)

    def _format(self, word: str, value: int, number: str | None) -> None:
        """Apply a control word for characters, paragraphs or the encodings of fonts."""
        is_on = number != "0"
        match word:
            case "ansicpg":
                self._own_code_page = f"cp{value}"
                self._set(code_page=self._own_code_page)
            case "f":
                self._font = value
                if not self._state.in_fonts:
                    self._set(code_page=self._code_pages.get(value, self._own_code_page))
            case "fcharset" if self._state.in_fonts and value in CODE_PAGES:
                self._code_pages[self._font] = CODE_PAGES[value]
            case "uc":
                self._set(skipped_after_unicode=max(0, value))
            case "v":
                self.tally["hidden passages"] += is_on and self._state.shown and not self._state.hidden
                self._set(hidden=is_on)
            case "deleted":
                self.tally["deletions"] += is_on and self._state.shown and not self._state.deleted
                self._set(deleted=is_on)
            case "revised":
                self.tally["insertions"] += is_on and self._state.shown
            case "super":
                self._set(raised=is_on)
            case "nosupersub":
                self._set(raised=False)
            case "plain":
                self._set(hidden=False, deleted=False, raised=False, code_page=self._own_code_page)
            case "pard":
                self._set(in_table=False)
            case "intbl":
                self._set(in_table=True)

    def _destination(self, word: str) -> None:
        """Start a note, a header or a comment, whose text has its own buffer."""
        if word == "annotation":
            self.tally["comments"] += 1
            self._set(shown=False)
        elif word == "footnote" and self._state.shown:
            self._note_count += 1
            mark = f"({self._note_count})"
            self._show(mark)
            self._buffers.append([f"{mark} "])
            self._set(opens="note", raised=False)
        elif word in ("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"):
            self._buffers.append([])
            self._set(opens=word[:6])

    def _set(self, **changes: bool | int | str) -> None:
        self._state = replace(self._state, **changes)

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._is_optional = True
        else:
            self._show(_SIGNS.get(sign, sign if sign in "\\{}" else ""))

    def _character(self, byte: bytes) -> None:
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._bytes += byte

    def _plain(self, text: str) -> None:
        skipped = min(self._to_skip, len(text))
        self._to_skip -= skipped
        self._bytes += text[skipped:].encode("latin-1")

    def _flush(self) -> None:
        if self._bytes:
            try:
                text = self._bytes.decode(self._state.code_page, "replace")
            except LookupError:
                text = self._bytes.decode("cp1252", "replace")
            self._bytes.clear()
            self._show(text)

    def _show(self, text: str) -> None:
        if self._state.shown and not self._state.hidden and not self._state.deleted and text:
            self._buffers[-1].append(superscript(text) if self._state.raised else text)

    def _end(self, word: str) -> None:
        """End a paragraph, a cell or a row."""
        if not self._state.shown:
            return
        if word in ("cell", "nestcell"):
            self._buffers[-1].append("\t")
        elif word in ("row", "nestrow"):
            self._buffers[-1].append("\r")
        elif len(self._buffers) > 1 or self._state.in_table:
            self._buffers[-1].append("\n")
        else:
            self._end_paragraph()

    def _end_paragraph(self) -> None:
        self.tally["footnotes"] += len(self._notes)
        self._buffers[-1] += [f"\n{note}" for note in self._notes] + ["\n\n"]
        self._notes.clear()


def _tidy(text: str) -> str:
    """Put table rows on lines of their own, and allow at most one blank line."""
    text = re.sub(r"\t?\r", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _notes(tally: Counter[str]) -> list[str]:
    return [
        *counted(
            tally["footnotes"],
            "footnote was moved to the end of its paragraph.",
            "footnotes were moved to the end of their paragraph.",
        ),
        *counted(tally["insertions"], "tracked insertion was accepted.", "tracked insertions were accepted."),
        *counted(tally["deletions"], "tracked deletion was accepted.", "tracked deletions were accepted."),
        *left_out(tally["comments"], "comment", "comments"),
        *left_out(tally["hidden passages"], "passage of hidden text", "passages of hidden text"),
        *left_out(tally["pictures"], "picture", "pictures"),
        *left_out(tally["objects"], "object of another program", "objects of other programs"),
    ]
