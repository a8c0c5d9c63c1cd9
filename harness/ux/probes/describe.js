// Says which element it is in words that survive an upgrade: role, name, column; class names as a last resort.
(element) => {
  const clean = (text) => (text || "").replace(/\s+/g, " ").trim().slice(0, 60);
  const roles = { A: "link", BUTTON: "button", SELECT: "combobox", TEXTAREA: "textbox", IMG: "img",
    TH: "columnheader", TD: "cell", LABEL: "label", TABLE: "table", UL: "list", LI: "listitem" };
  const inputs = { checkbox: "checkbox", radio: "radio", button: "button", submit: "button" };
  const role = (item) => item.getAttribute("role")
    || (item.tagName === "INPUT" ? inputs[item.type] || "textbox" : roles[item.tagName])
    || item.tagName.toLowerCase();
  const referenced = (item) => (item.getAttribute("aria-labelledby") || "").split(/\s+/)
    .map((id) => id && document.getElementById(id)).filter(Boolean).map((label) => label.textContent).join(" ");
  const data = (item) => item.closest("tbody td, [role=gridcell]");
  // Text names only what is a word or two anyway; a panel's text is all that is on it.
  const worded = (item) => /^(a|button|th|label|h[1-6]|span|small|option|summary)$/i.test(item.tagName)
    || /^(button|link|tab|menuitem|option|columnheader|heading)$/.test(item.getAttribute("role") || "");
  const name = (item) => clean(item.getAttribute("aria-label") || referenced(item)
    || [...(item.labels || [])].map((label) => label.innerText).join(" ")
    || item.getAttribute("title") || item.getAttribute("alt") || item.getAttribute("placeholder")
    || (worded(item) && !data(item) ? item.innerText : "") || item.getAttribute("name"));
  const called = (item) => `${role(item)} "${name(item)}"`;
  const classes = (item) => item.tagName.toLowerCase() + (item.tagName === "INPUT" ? `[${item.type}]` : "")
    + [...item.classList].filter((word) => !/\d|^(in|active|open|focus|fade)$/.test(word)).sort()
      .map((word) => `.${word}`).join("");
  const cell = data(element);
  if (cell) {
    const header = cell.closest("table")?.querySelectorAll("thead tr:last-child > *")[cell.cellIndex];
    const place = cell.closest("nav, [role=navigation]") ? "navigation" : `column "${clean(header?.textContent)}"`;
    return `${element === cell ? "cell" : classes(element)} in ${place}`;
  }
  if (name(element)) return called(element);
  for (let item = element.parentElement; item && item !== document.body; item = item.parentElement) {
    if (item.matches("a, button, [role=button], th, label, fieldset, [role=dialog], [role=tabpanel], nav")
      && name(item)) return `${classes(element)} in ${called(item)}`;
  }
  const header = element.closest("th, legend, summary");
  return classes(element) + (header ? " in a heading" : "");
}
