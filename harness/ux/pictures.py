"""Screenshots of both sides beside each other, as Allure shows them: for people to judge.

Pixels differ by design from one version to the next, so no number of them is a finding.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable
from io import BytesIO

from PIL import Image, ImageChops

from harness.model import Attachment

MEDIA_TYPE = "application/vnd.allure.image.diff"
PICTURE = ".png"
_FAINT = 0.25  # how much of the target's picture shows through
_MARK = (224, 0, 64)
_NOTICED = 24  # of 255: what smoothing of letters changes is less


def image_diffs(source: Iterable[Attachment], target: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """One per screen of which both pictures are kept."""
    theirs = {item.name: item.content for item in target if item.name.endswith(PICTURE)}
    return tuple(
        Attachment(
            f"{item.name.removesuffix(PICTURE)}.imagediff",
            MEDIA_TYPE,
            image_diff(item.content, theirs[item.name]),
            sensitive=True,
        )
        for item in source
        if item.name in theirs
    )


def image_diff(source: bytes, target: bytes) -> bytes:
    """Allure's form: what was expected, what is there, and where they differ, as addresses of data."""
    pictures = {"expected": source, "actual": target, "diff": marked(source, target)}
    return json.dumps({name: _address(content) for name, content in pictures.items()}).encode()


def marked(source: bytes, target: bytes) -> bytes:
    """The target's picture, faint, with every pixel marked that is another on the source."""
    one, other = (Image.open(BytesIO(content)).convert("RGB") for content in (source, target))
    size = max(one.width, other.width), max(one.height, other.height)
    one, other = (_on_white(picture, size) for picture in (one, other))
    differs = (
        ImageChops.difference(one, other).convert("L").point([255 * (at > _NOTICED) for at in range(256)])
    )
    faint = Image.blend(Image.new("RGB", size, "white"), other, _FAINT)
    faint.paste(Image.new("RGB", size, _MARK), mask=differs)
    return _png(faint)


def changed_share(source: bytes, target: bytes) -> float:
    """The share of pixels that are marked."""
    picture = Image.open(BytesIO(marked(source, target))).convert("RGB")
    colours = picture.getcolors(picture.width * picture.height) or []
    return sum(count for count, colour in colours if colour == _MARK) / (picture.width * picture.height)


def _on_white(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if picture.size == size:
        return picture
    ground = Image.new("RGB", size, "white")
    ground.paste(picture)
    return ground


def _png(picture: Image.Image) -> bytes:
    stream = BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def _address(content: bytes) -> str:
    return f"data:image/png;base64,{b64encode(content).decode()}"
