// Looks at the screen and changes nothing: its words, values, pictures and columns, and what cannot be reached.
([say, onlyPlaces]) => {
  const said = (0, eval)(say);
  const HAN = /\p{Script=Han}/u;
  const visible = (item) => item.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const boxed = (item) => { const box = item.getBoundingClientRect(); return box.width > 2 && box.height > 2; };
  // What lies behind an open dialog is not to be used now.
  const dialogs = [...document.querySelectorAll("[role=dialog], [role=alertdialog], dialog[open]")]
    .filter((item) => visible(item) && boxed(item));
  const root = dialogs.at(-1) || document.body;
  const USED = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab],"
    + " [role=menuitem], [role=link], [role=checkbox], [role=combobox], [role=textbox], [role=switch]";
  const data = (item) => item.closest("tbody td, [role=gridcell]");
  const shown = (item) => visible(item) && boxed(item);

  // Where it is: cut off, beside the screen, or under something else. What can be scrolled to is reachable.
  const place = (item) => {
    let box = item.getBoundingClientRect(), away = false, scrolled = false;
    for (let up = item.parentElement; up && up !== document.documentElement; up = up.parentElement) {
      const style = getComputedStyle(up);
      const frame = up.getBoundingClientRect();
      const x = box.left + box.width / 2, y = box.top + box.height / 2;
      const beyondX = x < frame.left || x > frame.right, beyondY = y < frame.top || y > frame.bottom;
      const scrolls = (value) => value === "auto" || value === "scroll";
      scrolled ||= scrolls(style.overflowY) && up.scrollTop > 0;
      const hides = (value) => value === "hidden" || value === "clip";
      if (up !== document.body && frame.width && frame.height) {
        if (hides(style.overflowX) && beyondX || hides(style.overflowY) && beyondY) return "clipped";
        // Behind the beginning of what scrolls nobody can scroll.
        if (scrolls(style.overflowX) && x + up.scrollLeft < frame.left) return "off";
        if (scrolls(style.overflowX) && beyondX || scrolls(style.overflowY) && beyondY) {
          box = frame;
          away = true;
        }
      }
      if (style.position === "fixed") break;
    }
    const x = box.left + box.width / 2, y = box.top + box.height / 2;
    const wide = document.documentElement.clientWidth;
    const [right, down] = document.scrollingElement === document.body ? [0, 0]
      : [document.body.scrollLeft, document.body.scrollTop];
    if (x + scrollX + right < 0 || y + scrollY + down < 0 || x > wide) return "off";
    // What is scrolled out of its own frame lies under others now, but nobody has to use it there.
    if (away) return null;
    const seen = item.getBoundingClientRect();
    const cx = seen.left + seen.width / 2, cy = seen.top + seen.height / 2;
    if (cx < 0 || cy < 0 || cx > wide || cy > innerHeight) return null;
    const over = document.elementFromPoint(cx, cy);
    // A control that lies on its neighbour, as a date field on the picture of a calendar, takes its clicks.
    const instead = over && over !== item && over.parentElement === item.parentElement && over.matches(USED);
    const related = !over || instead || item.contains(over) || over.contains(item)
      || [...(item.labels || [])].some((label) => label.contains(over));
    return related || scrolled && sticks(over) ? null : "covered";
  };
  // A heading that stays lies over what is scrolled below it, for as long as it is there.
  const sticks = (over) => {
    for (let up = over; up; up = up.parentElement) {
      if (/sticky|fixed/.test(getComputedStyle(up).position)) return true;
    }
    return false;
  };
  // A button on which nothing is drawn is nothing to press; that it has no name is said elsewhere.
  const drawnOn = (item) => !item.matches("button, a[href]") || item.innerText.trim()
    || getComputedStyle(item).backgroundImage !== "none"
    || [...item.querySelectorAll("*")].some((part) => part.matches("svg, canvas, video") || part.naturalWidth
      || getComputedStyle(part, "::before").content !== "none" || getComputedStyle(part).backgroundImage !== "none")
    || getComputedStyle(item, "::before").content !== "none" || item.getAttribute("aria-label")?.trim();
  const used = [...root.querySelectorAll(USED)].filter((item) => !data(item) && shown(item) && drawnOn(item));
  const places = used.map((item) => [said(item), place(item)]).filter(([, problem]) => problem);
  if (onlyPlaces) return { places };

  // How much a text stands out from what is behind it; null where that cannot be told from the styles.
  const parts = (colour) => {
    const found = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(colour);
    return found && [...found.slice(1, 4).map(Number), found[4] === undefined ? 1 : Number(found[4])];
  };
  const over = (front, back) => [0, 1, 2].map((at) => front[at] * front[3] + back[at] * (1 - front[3]));
  const light = (colour) => colour.slice(0, 3).map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const contrast = (item, style) => {
    const layers = [];
    for (let up = item; up; up = up.parentElement) {
      const its = getComputedStyle(up);
      if (its.backgroundImage !== "none" || its.opacity !== "1") return null;
      const colour = parts(its.backgroundColor);
      if (!colour) return null;
      layers.push(colour);
      if (colour[3] === 1) break;
    }
    const text = parts(style.color);
    if (!text) return null;
    const ground = layers.reverse().reduce((back, front) => over(front, back), [255, 255, 255]);
    const [one, other] = [light(over(text, ground)), light(ground)].sort((first, second) => second - first);
    return (one + 0.05) / (other + 0.05);
  };
  const needed = (style) => {
    const size = parseFloat(style.fontSize);
    return size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
  };
  const pale = [];

  // Words that belong to the screen, not to its data: whose they are, and whether they can be read.
  const texts = [];
  const boxes = [];
  for (const item of root.querySelectorAll("*")) {
    if (/^(script|style|noscript|template|option|svg|path)$/i.test(item.tagName) || data(item)) continue;
    const own = [...item.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join(" ");
    const words = own.replace(/\s+/g, " ").trim();
    if (!words || !shown(item)) continue;
    const style = getComputedStyle(item);
    const hidden = (value) => value !== "visible";
    const cut = hidden(style.overflowX) && style.overflowX !== "auto" && style.overflowX !== "scroll"
        && item.scrollWidth > item.clientWidth + 1 && item.clientWidth > 0
      || style.overflowY === "hidden" && item.clientHeight > 0
        && item.scrollHeight > item.clientHeight + parseFloat(style.fontSize) / 2;
    texts.push({ where: said(item), text: words.slice(0, 60), problem: cut ? "cut" : "" });
    const ratio = contrast(item, style);
    const off = item.closest(":disabled, [aria-disabled=true], .disabled") || item.control?.disabled;
    if (ratio !== null && ratio < needed(style) && !off) pale.push(said(item));
    const range = document.createRange();
    range.selectNodeContents([...item.childNodes].find((node) => node.nodeType === 3 && node.data.trim()));
    boxes.push([item, range.getBoundingClientRect(), texts.length - 1]);
  }
  const placeholders = [...root.querySelectorAll("input[placeholder], textarea[placeholder]")].filter(shown);
  for (const item of placeholders) texts.push({ where: said(item), text: item.placeholder, problem: "" });
  // Two texts on top of each other: neither can be read.
  boxes.sort((one, two) => one[1].top - two[1].top);
  for (let first = 0; first < boxes.length; first++) {
    const [item, box, at] = boxes[first];
    for (let second = first + 1; second < boxes.length; second++) {
      const [other, next, index] = boxes[second];
      if (next.top > box.bottom) break;
      const over = Math.min(box.right, next.right) - Math.max(box.left, next.left);
      const down = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
      if (over < 4 || down < Math.min(box.height, next.height) / 2) continue;
      if (item.contains(other) || other.contains(item)) continue;
      const x = (Math.max(box.left, next.left) + Math.min(box.right, next.right)) / 2;
      const y = (Math.max(box.top, next.top) + Math.min(box.bottom, next.bottom)) / 2;
      // What is under something opaque, or scrolled away, is not on top of it.
      const all = document.elementsFromPoint(x, y);
      const between = all.slice(0, Math.max(all.indexOf(item), all.indexOf(other)));
      const covered = between.some((top) => top !== item && top !== other
        && !/^rgba\(.*, 0\)$|^transparent$/.test(getComputedStyle(top).backgroundColor));
      if (!covered && all.includes(item) && all.includes(other)) {
        texts[at].problem ||= "overlap";
        texts[index].problem ||= "overlap";
      }
    }
  }

  // Glyphs: characters that are all drawn alike, or as a character that no font has, are boxes.
  const context = Object.assign(document.createElement("canvas"), { width: 40, height: 40 })
    .getContext("2d", { willReadFrequently: true });
  const drawn = (character, font) => {
    context.clearRect(0, 0, 40, 40);
    context.font = font;
    context.textBaseline = "top";
    context.fillText(character, 4, 4);
    return context.getImageData(0, 0, 40, 40).data.join();
  };
  const fonts = new Map();
  for (const [item, , index] of boxes) {
    const characters = [...texts[index].text].filter((one) => HAN.test(one));
    if (!characters.length) continue;
    const style = getComputedStyle(item);
    const font = `${style.fontWeight} 24px ${style.fontFamily}`;
    const kept = fonts.get(font) || { characters: new Set(), where: texts[index].where };
    for (const one of characters) if (kept.characters.size < 6) kept.characters.add(one);
    fonts.set(font, kept);
  }
  const glyphs = [];
  for (const [font, { characters, where }] of fonts) {
    const none = drawn("\u{10FFFD}", font);
    const pictures = [...characters].map((one) => drawn(one, font));
    if (pictures.includes(none) || new Set(pictures).size < pictures.length) glyphs.push(where);
  }
  for (const { where, text } of texts) if (/[\uFFFD\u25A1]/.test(text)) glyphs.push(where);

  // Columns: the colours of what stands in them. Values: only their form leaves `survey.py`.
  const columns = [];
  const values = [];
  for (const table of root.querySelectorAll("table")) {
    if (!shown(table) || table.closest("nav, [role=navigation]")) continue;
    const headers = [...(table.querySelector("thead tr:last-child")?.children || [])];
    const rows = [...table.querySelectorAll("tbody > tr")].filter(visible).slice(0, 12);
    headers.forEach((header, at) => {
      const title = (header.textContent || "").replace(/\s+/g, " ").trim();
      if (!title || !shown(header)) return;
      let painted = false;
      for (const row of rows) {
        const cell = row.children[at];
        if (!cell) continue;
        const input = cell.querySelector("input:not([type=checkbox]), select, textarea");
        const content = (input ? input.value : cell.innerText) || "";
        if (!content.trim()) continue;
        values.push([`column "${title}"`, content.trim().slice(0, 40)]);
        if (painted) continue;
        const worded = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        const inner = input || [cell, ...cell.querySelectorAll("*")].find((one) => worded(one) && visible(one)) || cell;
        columns.push([title, `${getComputedStyle(inner).color} on ${getComputedStyle(cell).backgroundColor}`]);
        painted = true;
      }
    });
  }
  const fields = used.filter((item) => item.matches("input, select, textarea") && !/^(button|submit|image)$/.test(item.type));
  for (const item of fields) {
    if (/^(text|)$/.test(item.type) && item.value.trim()) values.push([said(item), item.value.trim().slice(0, 40)]);
  }
  // A picture is what the page loads and shows; its name without what a build puts into it.
  const pictured = (item) => {
    const source = (item.getAttribute("src") || "").split(/[?#]/)[0].split("/").at(-1);
    return source && !source.startsWith("data:") ? `${said(item)} (${source.slice(0, 60)})` : said(item);
  };
  return {
    places, texts, values, pale, columns, glyphs,
    images: [...root.querySelectorAll("img")]
      .filter((item) => visible(item) && item.getAttribute("src") && item.complete && !item.naturalWidth).map(pictured),
    fields: fields.map((item) => {
      const box = item.getBoundingClientRect();
      let x = box.left + scrollX, y = box.top + scrollY;
      // Where it is in the whole form, however far that is scrolled.
      for (let up = item.parentElement; up && up !== document.scrollingElement; up = up.parentElement) {
        x += up.scrollLeft;
        y += up.scrollTop;
      }
      return [said(item), Math.round(x), Math.round(y)];
    }),
  };
}
