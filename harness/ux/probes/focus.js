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
  const visible = (item) => item.checkVisibility({ visibilityProperty: true });
  const WINDOWS = "[role=dialog], [role=alertdialog], dialog[open]";
  const windows = () => [...document.querySelectorAll(WINDOWS)].filter(visible);
  const opened = (walk) => windows().some((each) => !walk.windows.includes(each));
  // What Tab reaches inside one window, or in the page.
  const reachable = (root) => [
    ...root.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, [tabindex]"),
  ].filter((item) => item.tabIndex >= 0 && !item.disabled && visible(item) && !item.closest("[inert]"));
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
    const walk = {
      skipped, scrolled, still, before: document.activeElement, windows: windows(), stops: [], since: 0, over: false,
    };
    walk.listener = (event) => {
      const item = event.target;
      if (walk.over || !(item instanceof Element)) return;
      // A window that leaving a field has opened is no part of the way.
      if (!walk.windows.includes(item.closest(WINDOWS)) && item.closest(WINDOWS)) return;
      walk.latest = item;
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
  if (act === "windows") return opened(walk) ? "opened" : "";
  if (act === "enter") {
    // Keys are for the window only while the focus is in it.
    const last = windows().at(-1);
    if (last && !last.contains(document.activeElement)) reachable(last)[0]?.focus();
    return "";
  }
  if (act === "look") {
    // Nothing new for a whole round of presses: it has come round, or it is caught.
    walk.since += 1;
    walk.over = walk.over || walk.since > 1;
    return opened(walk) ? "opened" : walk.over ? "over" : "";
  }
  if (act === "pass") {
    // The field that opened it would open it again: on with the next one, after the last with the first.
    const all = reachable(walk.windows.at(-1) || document.body);
    all[(all.indexOf(walk.latest) + 1) % all.length]?.focus();
    walk.since = 0;
    walk.over = false;
    return "";
  }
  removeEventListener("focusin", walk.listener, true);
  const at = document.activeElement;
  const stops = walk.stops.map((stop) => stop.item);
  at?.blur?.();
  const seen = walk.stops.filter(({ item }) => item.isConnected && visible(item)).map(({ item, focused }) => [
    said(item), look(item) !== focused,
  ]);
  const left = reachable(windows().at(-1) || document.body)
    .filter((item) => item.type !== "radio" && !stops.includes(item));
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
