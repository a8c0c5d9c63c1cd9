// Follows the focus while Tab is pressed: where it goes, whether one sees it, and what it never reaches.
([act, say]) => {
  const state = window.__harness;
  const said = (0, eval)(say);
  const sides = ["Top", "Right", "Bottom", "Left"].flatMap((side) => [`border${side}Color`, `border${side}Width`]);
  const looks = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "backgroundColor", "color",
    "textDecorationLine", ...sides];
  // The element or what is drawn around it may show the focus.
  const look = (item) => [item, item.parentElement, item.parentElement?.parentElement].filter(Boolean)
    .map((each) => {
      const style = getComputedStyle(each);
      const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      return looks.filter((name) => drawn || !name.startsWith("outline")).map((name) => style[name]).join("|");
    }).join("||");
  if (act === "start") {
    const still = new CSSStyleSheet();
    still.replaceSync("*, *::before, *::after { transition: none !important; animation-duration: 0s !important; }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
    // Rows of data are alike: the first two stand for the others. What scrolls goes back afterwards.
    const skipped = [...document.querySelectorAll("tbody")].filter((body) => !body.closest("nav, [role=navigation]"))
      .flatMap((body) => [...body.querySelectorAll(":scope > tr:not([inert])")].slice(2));
    skipped.forEach((row) => { row.inert = true; });
    const scrolled = [...document.querySelectorAll("*")]
      .filter((item) => item.scrollHeight > item.clientHeight || item.scrollWidth > item.clientWidth)
      .map((item) => [item, item.scrollTop, item.scrollLeft]);
    const walk = { skipped, scrolled, still, before: document.activeElement, stops: [], presses: 0, since: 0, over: false };
    walk.listener = (event) => {
      const item = event.target;
      if (walk.over || !(item instanceof Element)) return;
      const known = walk.stops.findIndex((stop) => stop.item === item);
      if (known >= 0) { walk.again = Math.min(walk.again ?? known, known); return; }
      walk.stops.push({ item, focused: look(item), place: [scrollX, scrollY] });
      walk.since = 0;
    };
    walk.examining = state.examining;
    state.examining = true;
    state.walk = walk;
    addEventListener("focusin", walk.listener, true);
    return false;
  }
  const walk = state.walk;
  if (act === "look") {
    // Nothing new for a whole round of presses: it has come round, or it is caught.
    walk.since += 1;
    walk.over = walk.over || walk.since > 1;
    return walk.over;
  }
  removeEventListener("focusin", walk.listener, true);
  const at = document.activeElement;
  const visible = (item) => item.checkVisibility({ visibilityProperty: true });
  const stops = walk.stops.map((stop) => stop.item);
  at?.blur?.();
  const seen = walk.stops.filter(({ item }) => item.isConnected && visible(item)).map(({ item, focused }) => [
    said(item), look(item) !== focused,
  ]);
  const dialogs = [...document.querySelectorAll("[role=dialog], [role=alertdialog], dialog[open]")].filter(visible);
  const root = dialogs.at(-1) || document.body;
  const left = [...root.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, [tabindex]")]
    .filter((item) => item.tabIndex >= 0 && !item.disabled && visible(item) && !item.closest("[inert]")
      && item.type !== "radio" && !stops.includes(item));
  // Whoever comes to the first stop again has been everywhere; only one stop is none.
  const round = walk.again === 0 && stops.length > 1;
  walk.before?.focus?.({ preventScroll: true });
  walk.skipped.forEach((row) => { row.inert = false; });
  for (const [item, top, left] of walk.scrolled) Object.assign(item, { scrollTop: top, scrollLeft: left });
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== walk.still);
  state.examining = walk.examining;
  delete state.walk;
  return {
    stops: seen, missed: left.map(said), over: walk.over,
    caught: walk.over && at && at !== document.body && left.length && !round ? said(at) : null,
  };
}
