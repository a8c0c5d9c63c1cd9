// Waits, not for long, until nothing moves: what slides in after a change of size is at its place then.
(still) => new Promise((go) => {
  if (still && !window.__harness.still) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*, *::before, *::after { transition: none !important; animation-duration: 0s !important; }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    window.__harness.still = sheet;
  }
  const where = () => [...document.querySelectorAll("button, a, input, select, textarea, [role=tab]")].slice(0, 400)
    .map((item) => { const box = item.getBoundingClientRect(); return `${box.left | 0},${box.top | 0}`; }).join(" ");
  let latest = where(), same = 0, looks = 0;
  const look = () => {
    const now = where();
    same = now === latest ? same + 1 : 0;
    latest = now;
    looks += 1;
    if (same < 2 && looks < 20) { setTimeout(look, 50); return; }
    if (!still && window.__harness.still) {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== window.__harness.still);
      delete window.__harness.still;
    }
    go(null);
  };
  setTimeout(look, 50);
})
