// What a page complains of now: its words, whether they can be seen, and the fields that it marks as wrong.
([messages, fields]) => {
  const either = (theirs, ours) => [theirs, ours].filter(Boolean).join(", ");
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const clean = (text) => (text || "").replace(/\s+/g, " ").trim();
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const inputs = "input, select, textarea, [contenteditable=true], [role=textbox], [role=combobox]";
  const named = (input) => clean(
    [...(input.labels || [])].map((label) => label.textContent).join(" ")
    || (input.getAttribute("aria-labelledby") || "").split(/\s+/)
      .map((id) => id && document.getElementById(id)?.textContent).filter(Boolean).join(" ")
    || input.getAttribute("aria-label") || input.name);
  const marked = new Set(all(either(fields, "[aria-invalid=true]"))
    .map((item) => (item.matches(inputs) ? item : item.querySelector(inputs)) || item));
  const described = new Set([...marked].flatMap((input) =>
    `${input.getAttribute("aria-describedby") || ""} ${input.getAttribute("aria-errormessage") || ""}`
      .split(/\s+/).filter(Boolean)));
  // A message far from its field is not read with it; this is about three lines of a form.
  const near = (box) => [...marked].some((input) => {
    const field = input.getBoundingClientRect();
    const across = Math.max(0, field.left - box.right, box.left - field.right);
    return across < 40 && Math.max(0, field.top - box.bottom, box.top - field.bottom) < 60;
  });
  const inside = (box) => box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
    && box.top < innerHeight && box.left < innerWidth;
  const found = all(messages || "[role=alert], [role=alertdialog], [aria-live=assertive]");
  return {
    fields: [...marked].map(named).filter(Boolean),
    messages: found.filter((item) => !found.some((other) => other !== item && other.contains(item)))
      .map((item) => {
        const box = item.getBoundingClientRect();
        return { words: clean(item.innerText), seen: inside(box), near: near(box) || described.has(item.id) };
      }),
  };
}
