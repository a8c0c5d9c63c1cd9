// Runs in every document before the page's own scripts. It counts and never records what is typed.
(() => {
  if (window.__harness) return;
  const state = { activity: Date.now(), dialogs: 0, shift: 0, lcp: null, fcp: null, examining: false };
  Object.defineProperty(window, "__harness", { value: state });

  // Input: only what the browser trusts as coming from a person. A move is input to another element.
  let latest = null;
  let keyed = false;
  const report = (kind, element, amount) => {
    if (state.examining) return;  // the harness itself is pressing keys
    const moved = element !== latest;
    latest = element;
    if (window.__harnessInput) window.__harnessInput(kind, moved, amount, Date.now(), state.activity);
  };
  addEventListener("pointerdown", (event) => {
    if (event.isTrusted) report("pointer", event.target, 1);
  }, true);
  addEventListener("keydown", (event) => {
    if (!event.isTrusted || event.repeat) return;
    keyed = !event.isComposing && event.key.length === 1;
    report("key", event.target, 1);
  }, true);
  // Text without a key is what an input method, or a paste, writes: each character counts.
  addEventListener("beforeinput", (event) => {
    const typed = event.isTrusted && event.data && event.inputType.startsWith("insert");
    if (typed && !keyed) report("text", event.target, [...event.data].length);
    keyed = false;
  }, true);

  // Activity and dialogs: when the page last changed, and how often a dialog has opened.
  const dialog = "[role=dialog], [role=alertdialog], dialog[open]";
  let open = 0;
  const visible = (element) => element.checkVisibility({ visibilityProperty: true });
  const look = () => {
    const now = [...document.querySelectorAll(dialog)].filter(visible).length;
    if (now > open) state.dialogs += now - open;
    open = now;
  };
  const watch = () => {
    new MutationObserver(() => { state.activity = Date.now(); look(); }).observe(document, {
      subtree: true, childList: true, attributes: true, characterData: true,
    });
    look();
  };
  watch();

  // Vitals: how soon something and the largest thing was painted, and what moved without being asked.
  const observe = (type, use) => {
    if (!(PerformanceObserver.supportedEntryTypes || []).includes(type)) return;
    new PerformanceObserver((list) => list.getEntries().forEach(use)).observe({ type, buffered: true });
  };
  observe("paint", (entry) => { if (entry.name === "first-contentful-paint") state.fcp = entry.startTime; });
  observe("largest-contentful-paint", (entry) => { state.lcp = entry.startTime; });
  state.bytes = 0;
  const add = (entry) => { state.bytes += entry.transferSize || 0; };
  observe("navigation", add);
  observe("resource", add);
  observe("layout-shift", (entry) => { if (!entry.hadRecentInput) state.shift += entry.value; });
})();
