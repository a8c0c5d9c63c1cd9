"""The selection of combinations: every two values meet, what is most usual is run, and it stays small."""

from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st

from harness.config.ux import UxTable
from harness.messages import Language, render
from harness.ux.matrix import pairwise, selected, universe

KINDS = st.lists(
    st.integers(1, 4).map(lambda count: [f"v{number}" for number in range(count)]), min_size=1, max_size=5
)


@given(KINDS)
def test_every_two_values_meet(values: list[list[str]]) -> None:
    """Whatever there is to combine; and nothing is chosen twice."""
    chosen = pairwise(values)

    met = {pair for each in chosen for pair in combinations(enumerate(each), 2)}
    wanted = {pair for each in product(*values) for pair in combinations(enumerate(each), 2)}
    assert met == wanted
    assert len(set(chosen)) == len(chosen)
    assert chosen[0] == tuple(kind[0] for kind in values)


def test_the_default_selection_is_small_and_known() -> None:
    """As many as the two largest kinds make, or one more; each a check with a title in both languages."""
    chosen = selected(UxTable())

    assert chosen[0].name == "chromium.desktop.en.Asia-Shanghai"
    assert 6 <= len(chosen) <= 7
    assert {each.spec().id for each in chosen} <= {
        f"compatibility.{item.item}" for item in universe(UxTable())
    }
    assert len(universe(UxTable())) == 24


def test_all_of_them_on_request() -> None:
    """Then nothing is left that is not verified."""
    settings = UxTable(all_combinations=True)

    assert [each.name for each in selected(settings)] == [item.item for item in universe(settings)]


def test_a_combination_changes_how_the_browser_is_opened_and_nothing_else() -> None:
    settings = UxTable(margin="0.5")  # type: ignore[arg-type]
    applied = selected(settings)[0].applied(settings)

    assert (applied.browser, applied.viewport, applied.locale) == ("chromium", (1920, 1080), "en")
    assert applied.margin == settings.margin
    assert render(selected(settings)[0].spec().title, Language.ZH).startswith("从登录到保存客户")
