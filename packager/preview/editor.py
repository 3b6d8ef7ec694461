"""The author's editor, opened at a line: a command with `{file}` and `{line}`, or one that is known. Never a shell."""

import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from packager.problems import PackagerError, Problem, error

_PLACE = re.compile(r"\{file\}|\{line\}")
_GOTO = ("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf", "positron")
_COLON = ("subl", "sublime_text", "zed", "zeditor", "lapce", "atom", "pulsar")
_PLUS = (
    "gvim", "mvim", "nvim-qt", "emacs", "emacsclient", "gedit", "gnome-text-editor", "xed", "pluma", "mousepad",
    "leafpad",
)  # fmt: skip
_LINE = ("kate", "kwrite", "mate", "idea", "pycharm", "webstorm", "geany")
_INLINE = {
    **dict.fromkeys(("vi", "vim", "nvim", "nano", "kak", "joe", "ne", "jed", "mg"), "+{line} {file}"),
    **dict.fromkeys(("hx", "helix", "micro"), "{file}:{line}"),
}
"""Editors that show themselves in a terminal, which a click in a browser has none of."""


@dataclass(frozen=True, slots=True)
class Editor:
    """How an editor is called."""

    words: tuple[str, ...]
    """The command's words, `{file}` and `{line}` among them."""

    def command(self, file: Path, line: int) -> list[str]:
        """Give the words of the call for a place in a file."""
        places = {"{file}": str(file), "{line}": str(line)}
        return [_PLACE.sub(lambda match: places[match[0]], word) for word in self.words]

    def open(self, file: Path, line: int) -> None:
        """Open a place; raises OSError where the editor cannot be started."""
        started = subprocess.Popen(
            self.command(file, line),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        # Whoever starts a process has to ask how it ended, or its number stays taken.
        Thread(target=started.wait, daemon=True).start()


def known(command: str) -> Editor:
    """Read a command; where it does not say where the line goes, know it from the editor's name.

    Raises PackagerError for one that is not there.
    """
    try:
        words = shlex.split(command)
    except ValueError as fault:
        raise PackagerError(_fault(f"the editor's command cannot be read: {fault}")) from fault
    if not words or shutil.which(words[0]) is None:
        raise PackagerError(_fault(f"there is no command {words[0] if words else 'given'}"))
    if any("{file}" in word for word in words):
        return Editor(tuple(words))
    name = Path(words[0]).name.lower().removesuffix(".exe").removesuffix(".cmd")
    if place := _INLINE.get(name):
        wanted = f'--editor "xterm -e {command} {place}"'
        raise PackagerError(_fault(f"{name} wants a terminal to show itself in", f"name one that opens: {wanted}"))
    if name in _GOTO:
        ending = ["-g", "{file}:{line}"]
    elif name in _COLON:
        ending = ["{file}:{line}"]
    elif name in _PLUS:
        ending = ["+{line}", "{file}"]
    elif name in _LINE:
        ending = ["--line", "{line}", "{file}"]
    else:
        ending = ["{file}"]
    return Editor((*words, *ending))


def _fault(message: str, hint: str = 'name one that is installed: --editor "code -g {file}:{line}"') -> Problem:
    return error("editor-unknown", message, hint=hint)
