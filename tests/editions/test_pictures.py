"""Images in print: no finer than paper shows at their size, told where they are too coarse, grey for one ink."""

import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pikepdf
from PIL import Image

from packager import build

Write = Callable[[Mapping[str, str | bytes]], Path]
HEAD = "---\ntitle: Hills\nauthor: Ann Lee\nlang: en-GB\ntrim: 6x9\n{}---\n"
COLOURED = re.compile(rb"\s(?:rg|RG|sc|SC)\s|(?<!0 0 0)\s[\d.]+ (?:k|K|scn|SCN)\s")


def picture(width: int, height: int, kind: str = "JPEG") -> bytes:
    data = BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").point(lambda v: v // 2 + 60).save(data, kind)
    return data.getvalue()


def streams(pdf: pikepdf.Pdf) -> list[pikepdf.Stream]:
    return [each for each in pdf.objects if isinstance(each, pikepdf.Stream)]


def drawing() -> bytes:
    inner = b64encode(picture(40, 40, "PNG")).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90"><defs><linearGradient id="g"><stop offset="0" '
        'stop-color="red"/><stop offset="1" stop-color="#00f" stop-opacity="0.5"/></linearGradient></defs>'
        '<rect width="40" height="40" fill="url(#g)"/><circle cx="60" cy="60" r="20" stroke="green" '
        f'fill="hsl(9 9% 9%)" opacity="0.5"/><image href="data:image/png;base64,{inner}" x="50" width="30" '
        'height="30"/></svg>'
    ).encode()


def made(folder: Path, out: Path, *editions: str) -> tuple[Path, list[str]]:
    report = build(folder, to=editions or ("print",), out=out)
    assert report.ok
    return report.made[0].path, [str(problem) for problem in report.problems]


def test_images_are_embedded_as_fine_as_their_size_asks(manuscript: Write, tmp_path: Path) -> None:
    text = "# One\n\n![A](a.jpg){width=50%}\n\n![B](b.png){width=50%}\n\n![C](c.webp){width=20%}\n"
    folder = manuscript({
        "book.md": HEAD.format(""), "one.md": text, "a.jpg": picture(1700, 850),
        "b.png": picture(1000, 500, "PNG"), "c.webp": picture(300, 300, "WEBP"),
    })  # fmt: skip
    file, problems = made(folder, tmp_path / "dist")
    assert not [told for told in problems if "inch" in told]
    with pikepdf.open(file) as pdf:
        shown = [each for each in streams(pdf) if each.get("/Subtype") == "/Image"]
        sizes = {int(image.Width): str(image.get("/Filter")) for image in shown}
    (photograph,) = [width for width, filter_ in sizes.items() if filter_ == "/DCTDecode" and width > 500]
    # The measure of a page of six inches is some four and a half.
    assert 550 < photograph < 750
    assert sizes[1000] == "/FlateDecode"


def test_a_coarse_image_is_told_for_print_alone(manuscript: Write, tmp_path: Path) -> None:
    folder = manuscript({
        "book.md": HEAD.format(""), "one.md": "# One\n\nText.\n\n![A](a.jpg){width=100%}\n", "a.jpg": picture(200, 100)
    })  # fmt: skip
    _, problems = made(folder, tmp_path / "dist")
    (told,) = [each for each in problems if "pixels to the inch" in each]
    assert "one.md:5: a.jpg has" in told
    assert not [each for each in made(folder, tmp_path / "dist", "screen")[1] if "pixels to the inch" in each]


def test_an_interior_for_one_ink_holds_no_colour(manuscript: Write, tmp_path: Path) -> None:
    folder = manuscript({
        "book.md": HEAD.format("interior: mono\n"), 
        "style.css": ".red { color: red; background: device-cmyk(0 0.5 1 0) }",
        "one.md": "# One\n\n[Red]{.red} ink.\n\n![A](a.jpg)\n\n![D](d.svg)\n\n![W](w.webp)\n",
        "a.jpg": picture(900, 900), "d.svg": drawing(), "w.webp": picture(900, 900, "WEBP"),
    })  # fmt: skip
    file, _ = made(folder, tmp_path / "dist")
    with pikepdf.open(file) as pdf:
        spaces = {str(each.get("/ColorSpace")) for each in streams(pdf) if each.get("/Subtype") == "/Image"}
        assert spaces == {"/DeviceGray"}
        for each in streams(pdf):
            if each.get("/Subtype") == "/Form" or each.get("/Type") is None:
                assert not COLOURED.search(each.read_bytes()), each.read_bytes()[:200]
    if shutil.which("gs"):
        command = ["gs", "-q", "-o", "-", "-sDEVICE=inkcov", str(file)]
        inks = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert all(line.split()[:3] == ["0.00000"] * 3 for line in inks.splitlines() if "CMYK" in line)
        assert any(float(line.split()[3]) > 0.05 for line in inks.splitlines() if "CMYK" in line)
