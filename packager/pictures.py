"""Images in the text: found among the manuscript's files, told by their bytes, alone in a paragraph set as figures."""

from collections.abc import Mapping
from urllib.parse import unquote

from lxml import etree

from packager import images, rawhtml
from packager.book import Asset
from packager.notices import Notices
from packager.trees import add_class, classes, cut, elements, plain, take, text_of, unwrap

NETWORK = ("http", "https", "ftp")
KINDS = ("jpeg", "png", "gif", "svg", "webp")

_REMEDIES = {
    "is larger": "save it with fewer pixels, or as JPEG",
    "cannot be read": "change the file's permissions, so that you may read it",
    "": "correct the path, relative to this file",
}
"""How the reason begins why an image cannot be had -> what helps."""


def place(root: etree._Element, assets: Mapping[str, Asset], notices: Notices) -> None:
    """Point every image at its file, relative to the manuscript; those that cannot be shown are told and left out."""
    for image in elements(root, "img"):
        source = image.get("src", "")
        needles = (source, unquote(source).split("/")[-1], "![", "<img")
        path = _find(image, source, assets, notices, needles)
        if path is None:
            cut(image)
            continue
        image.set("src", path)
        image.set("alt", image.get("alt", ""))
        parent = image.getparent()
        held = parent is not None and parent.get("class") == "captioned"
        if not image.get("alt", "").strip() and "decorative" not in classes(image):
            how = 'say it in its braces: fig-alt="…"' if held else "write it between the brackets: ![description](…)"
            message = f"the image {path} has no description"
            notices.warn(image, "image-alt", message, f"{how}, or add {{.decorative}}", *needles)
        _width(image)
        _frame(image, held)


def _frame(image: etree._Element, held: bool) -> None:
    """Set an image that stands alone as a figure; `held` is one with a caption of its own, in a span with it."""
    holder = image.getparent() if held else image
    paragraph = None if holder is None else holder.getparent()
    if holder is None or paragraph is None:
        return
    frame = paragraph.getparent()
    if paragraph.tag == "p" and _stands_alone(holder, paragraph):
        if frame is not None and frame.tag == "figure":
            unwrap(paragraph)
        else:
            _set_figure(paragraph, image, holder[-1] if held else None)
            return
    if held:
        _settle(holder, image)


def resolve(section_path: str, target: str) -> str:
    """Return a target's path relative to the manuscript's folder; empty where it leaves the folder or names nothing."""
    if not target or "\\" in target or "\0" in target or target.startswith("/"):
        return ""
    parts = section_path.split("/")[:-1]
    for part in target.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _find(
    image: etree._Element, source: str, assets: Mapping[str, Asset], notices: Notices, needles: tuple[str, ...]
) -> str | None:
    """Return the asset's path, or None where the reason has been told."""
    scheme = rawhtml.scheme_of(source)
    if scheme == "data":
        hint = "save it as a file: ![description](file.png)"
        notices.warn(image, "image-embedded", "an image written into the text is left out", hint, *needles)
        return None
    if scheme or source.startswith("//"):
        remote = scheme in NETWORK or not scheme
        where = "is on the network: a build fetches nothing" if remote else f"is a {scheme}: address"
        hint = "save it beside the text and name it by a relative path"
        notices.fail(image, "image-remote", f"the image {source} {where}", hint, *needles)
        return None
    # A name may hold what in a URL would be an escape or a query, so the name as written is tried as well.
    bare = source.partition("#")[0].partition("?")[0]
    paths = [resolve(notices.section.path, name) for name in (unquote(source), source, unquote(bare))]
    asset = next((assets[path] for path in paths if path and path in assets), None)
    if asset is None:
        fault = getattr(assets, "fault", None)
        reason = fault(paths[0]) if fault and paths[0] else ""
        reason = reason or ("does not exist" if paths[0] else "lies outside the manuscript's folder")
        hint = next((hint for begins, hint in _REMEDIES.items() if reason.startswith(begins)), _REMEDIES[""])
        notices.fail(image, "image-missing", f"the image {source or 'without a name'} {reason}", hint, *needles)
        return None
    return asset.path if _shows(image, source, asset, notices, needles) else None


def _shows(image: etree._Element, source: str, asset: Asset, notices: Notices, needles: tuple[str, ...]) -> bool:
    """Say whether the bytes are an image editions can show; tell what is odd about them."""
    try:
        info = images.probe(asset.data)
    except images.ImageFault as broken:
        hint = "save it again as PNG, JPEG or SVG"
        notices.fail(image, "image-unreadable", f"the image {source} {broken}", hint, *needles)
        return False
    suffix = asset.path.rpartition(".")[2].lower().replace("jpg", "jpeg")
    if info.kind != suffix and suffix in KINDS:
        message = f"the image {source} is a {info.kind.upper()} by its content"
        notices.warn(image, "image-type", message, "rename it, so that other programs open it", *needles)
    if info.removed:
        message = f"the image {source} holds {', '.join(info.removed)}, which is left out"
        notices.warn(image, "image-active", message, "save it as plain SVG", *needles)
    if info.animated:
        notices.warn(image, "image-animated", f"the image {source} moves: print shows its first picture", "", *needles)
    return True


def _width(image: etree._Element) -> None:
    """Turn `width=50%` into a class that themes know: `width-50`, in steps of five."""
    if image.get("height", "").endswith("%"):
        take(image, "height")
    if image.get("width", "").endswith("%"):
        share = float(take(image, "width")[:-1] or 100)
        add_class(image, f"width-{min(100, max(5, round(share / 5) * 5))}")


def _stands_alone(image: etree._Element, parent: etree._Element) -> bool:
    return len(parent) == 1 and not (parent.text or "").strip() and not (image.tail or "").strip()


def _set_figure(paragraph: etree._Element, image: etree._Element, caption: etree._Element | None) -> None:
    """Set an image alone in its paragraph as a figure; without a caption of its own, its title is the caption."""
    paragraph.tag = "figure"
    paragraph.text = image.tail = None
    paragraph.set("class", f"figure {take(image, 'class')}".strip())
    title = take(image, "title")
    if caption is not None:
        paragraph[:] = [image]
        if text_of(caption).strip() or len(caption):
            caption.tag = "figcaption"
            paragraph.append(caption)
    elif title:
        etree.SubElement(paragraph, "figcaption").text = title
    if name := take(image, "id"):
        paragraph.set("id", name)


def _settle(holder: etree._Element, image: etree._Element) -> None:
    """Leave an image in the midst of text what it is; its caption describes it where nothing else does."""
    caption = holder[-1]
    if not image.get("alt", "").strip():
        image.set("alt", plain(caption))
    holder.remove(caption)
    unwrap(holder)
