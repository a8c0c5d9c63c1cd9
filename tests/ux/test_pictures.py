"""Two screenshots and their difference, in Allure's form."""

import json
from base64 import b64decode
from io import BytesIO

from PIL import Image

from harness.model import Attachment
from harness.ux.pictures import MEDIA_TYPE, changed_share, image_diffs


def picture(size: tuple[int, int], dark: tuple[int, int, int, int] | None = None) -> bytes:
    """White, with a dark rectangle."""
    made = Image.new("RGB", size, "white")
    if dark:
        made.paste((20, 20, 20), dark)
    stream = BytesIO()
    made.save(stream, "PNG")
    return stream.getvalue()


def test_what_differs_is_marked() -> None:
    """Its share of the picture, also where one picture is larger."""
    plain, marked, larger = picture((100, 50)), picture((100, 50), (0, 0, 50, 25)), picture((100, 100))

    assert changed_share(plain, plain) == 0
    assert changed_share(plain, marked) == 0.25
    assert changed_share(marked, plain) == 0.25
    assert changed_share(plain, larger) == 0


def test_screens_of_both_sides_are_shown_beside_each_other() -> None:
    """One attachment per screen that both have; sensitive as the pictures are."""
    source = [Attachment("form.png", "image/png", picture((10, 10)), sensitive=True)]
    target = [*source, Attachment("list.png", "image/png", picture((10, 10)), sensitive=True)]

    (shown,) = image_diffs(source, target)

    assert (shown.name, shown.media_type, shown.sensitive) == ("form.imagediff", MEDIA_TYPE, True)
    content = json.loads(shown.content)
    assert set(content) == {"expected", "actual", "diff"}
    head, _, data = content["diff"].partition(",")
    assert head == "data:image/png;base64"
    assert Image.open(BytesIO(b64decode(data))).size == (10, 10)
