"""Hands on a keyboard and no mouse: Tab, Enter, Space, arrows, and what is typed."""

from playwright.sync_api import Locator, Page, expect

#: Tabs until somebody would give up looking for something on a page.
PATIENCE = 150
#: Enter on a button makes a click, but only a mouse or a finger makes these.
NO_MOUSE = """
for (const kind of ["pointerdown", "mousedown", "touchstart"])
    addEventListener(kind, () => console.error(`used: ${kind}`), true);
"""


def without_a_mouse(visitor):
    """Whoever points at something from here on makes a fault of the page."""
    visitor.page.add_init_script(NO_MOUSE)
    return visitor


def reach(target: Locator) -> None:
    """Tab until the target has the focus: proof that it can be reached without a mouse."""
    for _ in range(PATIENCE):
        if target.evaluate("element => element === document.activeElement"):
            return
        target.page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached by the Tab key")


def press(target: Locator, key: str = "Enter") -> None:
    reach(target)
    target.page.keyboard.press(key)


def write(target: Locator, words: str) -> None:
    """Type into a field; what stood in it is typed over."""
    reach(target)
    target.page.keyboard.press("Control+A")
    target.page.keyboard.type(words)


def choose(page: Page, name: str, value: str) -> None:
    """A radio button: Tab into the group, arrows to the one that is meant."""
    group = page.locator(f"input[type=radio][name={name}]")
    values = [one.get_attribute("value") for one in group.all()]
    checked = group.and_(page.locator(":checked"))
    start = checked.get_attribute("value") if checked.count() else values[0]
    reach(checked if checked.count() else group.first)
    page.keyboard.press("Space")
    steps = values.index(value) - values.index(start)
    for _ in range(abs(steps)):
        page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
    expect(page.locator(f"input[name={name}][value='{value}']")).to_be_checked()


def pick(page: Page, name: str, value: str) -> None:
    """A list: arrows to the entry that is meant."""
    select = page.locator(f"select[name='{name}']")
    reach(select)
    values = select.evaluate("element => [...element.options].map(option => option.value)")
    here = values.index(select.input_value())
    for _ in range(abs(values.index(value) - here)):
        page.keyboard.press("ArrowDown" if values.index(value) > here else "ArrowUp")
    expect(select).to_have_value(value)


def tick(page: Page, name: str, values: list[str]) -> None:
    """Boxes; one that is ticked already stays as it is."""
    for box in page.locator(f"input[type=checkbox][name={name}]").all():
        if box.get_attribute("value") in values and not box.is_checked():
            press(box, "Space")
