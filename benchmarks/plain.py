"""Make a PDF of a document as WeasyPrint comes, in one process: `python -m benchmarks.plain FOLDER OUT`.

Nothing of ours is loaded. FOLDER holds `book.xhtml` and `book.css`, as `benchmarks.single` writes them.
"""

import os
import sys
from pathlib import Path
from xml.etree import ElementTree

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
"""


def main(folder: Path, out: Path) -> None:
    """Lay the document out and write it."""
    # No font of the system, as in ours: looking through them would cost WeasyPrint a second.
    config = out.with_suffix(".conf")
    config.write_text(FONTS)
    os.environ["FONTCONFIG_FILE"] = str(config)
    import cssselect2
    import weasyprint

    html = weasyprint.HTML(string="", base_url=f"{folder.resolve().as_uri()}/")
    # Parsed as XML: the HTML parser of WeasyPrint would end a paragraph where a note in it begins one.
    root = ElementTree.parse(folder / "book.xhtml").getroot()
    html.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
    html.etree_element = html.wrapper_element.etree_element
    html.write_pdf(out, stylesheets=[folder / "book.css"], presentational_hints=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
