"""The accessible structure becomes the things that can be used on a screen."""

import pytest

from harness.ux.snapshot import Element, elements

LIST = """\
- navigation:
  - table:
    - rowgroup:
      - row "Parties":
        - cell
        - cell "Parties":
          - img
      - row "Addresses Add to favorites":
        - cell "Addresses"
        - cell "Add to favorites":
          - button "Add to favorites"
- toolbar:
  - button "Save" [disabled]
  - button "Attachment (2)"
- table:
  - rowgroup:
    - row "Menu Code Name":
      - columnheader "Menu":
        - img
      - columnheader:
        - checkbox
      - columnheader "Code"
  - rowgroup:
    - row "24 Acme 021":
      - cell "24"
      - cell "Acme":
        - button "Open"
- textbox "Name:": Acme [disabled]
- 'button "Street: city" [disabled]':
  - img
- 'link "It''s \\"quoted\\""'
- text: button "not one"
"""


def test_a_list_gives_its_controls_and_no_data() -> None:
    """Rows are data; headings and the entries of navigation are not."""
    assert elements(LIST) == (
        Element("menu entry", "Parties"),
        Element("menu entry", "Addresses"),
        Element("button", "Save", enabled=False),
        Element("button", "Attachment"),
        Element("columnheader", "Menu"),
        Element("columnheader", ""),
        Element("checkbox", ""),
        Element("columnheader", "Code"),
        Element("textbox", "Name:"),
        Element("button", "Street: city", enabled=False),
        Element("link", 'It\'s "quoted"'),
    )


@pytest.mark.parametrize("nothing", ["", "- text: hello", "- img"])
def test_nothing_to_use(nothing: str) -> None:
    """Texts and pictures are no controls."""
    assert elements(nothing) == ()
