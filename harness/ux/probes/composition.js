// An empty field of plain text that anybody may type in; what it holds afterwards is nothing again.
([act, say]) => {
  const state = window.__harness;
  if (act === "choose") {
    const said = (0, eval)(say);
    const visible = (item) => item.checkVisibility({ visibilityProperty: true });
    const dialogs = [...document.querySelectorAll("[role=dialog], [role=alertdialog], dialog[open]")].filter(visible);
    const root = dialogs.at(-1) || document.body;
    // What looks for something else while one types, or takes numbers only, is no plain text.
    const searching = "tbody td, .input-group:has(button, a), [role=combobox], [aria-autocomplete], [aria-haspopup]";
    const plain = (item) => !item.value && !item.readOnly && !item.disabled && !item.list && visible(item)
      && item.getBoundingClientRect().width > 20 && !item.closest(searching)
      && !/date|time|number|code|phone|mail/i.test(`${item.inputMode} ${item.name} ${item.className}`);
    const kinds = "input[type=text], input:not([type]), input[type=search], textarea";
    const found = [...root.querySelectorAll(kinds)].find(plain);
    if (!found) return null;
    state.composed = { item: found, before: document.activeElement, examining: state.examining };
    state.examining = true;
    found.focus({ preventScroll: true });
    return said(found);
  }
  const { item, before, examining } = state.composed;
  const value = item.value;
  item.value = "";
  item.dispatchEvent(new Event("input", { bubbles: true }));
  if (before === item) item.blur(); else before?.focus?.({ preventScroll: true });
  state.examining = examining;
  delete state.composed;
  return value;
}
