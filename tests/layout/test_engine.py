"""The layout engine is loaded without what it does not need, and lacks nothing of it when it does."""

import subprocess
import sys


def _told(script: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.split()


def test_loading_starts_no_program_and_leaves_the_subsetter() -> None:
    script = (
        "import sys\nstarted = []\n"
        "sys.addaudithook(lambda event, about: started.append(event) if event == 'subprocess.Popen' else None)\n"
        "import packager.layout.worker\n"
        "heavy = {'fontTools.subset', 'fontTools.varLib', 'ssl', 'packager.galley', 'pydantic'}\n"
        "print(*started, *sorted(heavy & sys.modules.keys()), 'loaded')"
    )
    assert _told(script) == ["loaded"]


def test_what_is_loaded_later_is_the_real_thing() -> None:
    script = (
        "import packager.layout.engine\n"
        "from weasyprint.pdf import fonts\n"
        "options = fonts.subset.Options(hinting=False)\n"
        "import fontTools.subset, fontTools.varLib.instancer\n"
        "print(type(options) is fontTools.subset.Options)\n"
        "fontTools.varLib.instancer.instantiateVariableFont = lambda *about, **named: (about, named)\n"
        "print(*fonts.instantiateVariableFont(1, static=2))"
    )
    assert _told(script) == ["True", "(1,)", "{'static':", "2}"]


def test_types_are_read_at_once_as_they_are_read_one_by_one() -> None:
    script = (
        "from packager.layout import engine\n"
        "ffi, read = engine.ffi, []\n"
        "parse = ffi._parser.parse_type\n"
        "ffi._parser.parse_type = lambda name: read.append(name) or parse(name)\n"
        "named = [ffi.typeof(name) for name in engine._TYPES]\n"
        "print(len(read), named == [ffi.typeof(f' {name}') for name in engine._TYPES], len(read) == len(named))"
    )
    assert _told(script) == ["0", "True", "True"]
