// longformer_viz/widget/shared/mount.js
function mountOnce(create) {
  const mounted = /* @__PURE__ */ new WeakMap();
  return ({ data, parentElement, setStateValue = ignore, setTriggerValue = ignore }) => {
    const app = mounted.get(parentElement) ?? create(parentElement);
    mounted.set(parentElement, app);
    app.tell = { setStateValue, setTriggerValue };
    app.show(data);
    return () => {
      app.destroy();
      mounted.delete(parentElement);
    };
  };
}
function ignore() {
}

// longformer_viz/widget/shared/element.js
function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
function append(parent, tag, className = "", text = "") {
  const made = element(tag, className, text);
  parent.append(made);
  return made;
}
function appendButton(parent, className, text, act, title = "") {
  const made = append(parent, "button", className, text);
  made.type = "button";
  made.onclick = act;
  if (title) made.title = title;
  if (title && text.length === 1) made.setAttribute("aria-label", title);
  return made;
}

// longformer_viz/widget/shared/blocks.js
var KINDS = (
  /** @type {const} */
  ["paragraph", "heading", "item", "row", "lines", "code"]
);

// longformer_viz/widget/shared/numbers.js
function percentText(share) {
  if (share === null) return "–";
  const percent = 100 * share;
  return `${percent.toFixed(percent >= 9.95 || percent === 0 ? 0 : percent < 0.1 ? 2 : 1)}%`;
}

// longformer_viz/widget/marked_text/app.js
var MarkedTextApp = class {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.tell = { setStateValue() {
    }, setTriggerValue() {
    } };
    this.root = append(parent, "div", "mt");
    this.frame = element("div", "mt-frame");
    this.box = element("div", "mt-box");
    this.marks = /* @__PURE__ */ new Map();
    this.signature = "";
    this.isUnfolded = false;
    this.held = void 0;
    this.resizing = new ResizeObserver(() => this.fit());
  }
  /** @param {MarkedText} data */
  show(data) {
    const signature = JSON.stringify(data);
    if (signature === this.signature) return;
    this.signature = signature;
    this.root.replaceChildren();
    this.root.style.setProperty("--mt-colour", data.colour);
    this.root.style.setProperty("--mt-ink", data.ink);
    this.root.classList.toggle("mt-alone", !data.rows.length);
    this.frame = append(this.root, "div", "mt-frame");
    this.box = append(this.frame, "div", "mt-box");
    this.box.style.height = `${data.height}px`;
    this.box.tabIndex = 0;
    this.box.setAttribute("role", "document");
    this.box.setAttribute("aria-label", data.label);
    this.write(data);
    if (data.rows.length) this.list(data);
    this.held = this.marks.get(1)?.[0];
    for (const moved of ["wheel", "touchmove", "pointerdown", "keydown"]) {
      this.box.addEventListener(moved, () => {
        this.held = void 0;
      }, { passive: true });
    }
    this.resizing.disconnect();
    this.resizing.observe(this.box);
  }
  /** Fit what depends on the width, first and whenever it changes: the strip, and what is in sight. */
  fit() {
    this.strip();
    if (this.held) this.scrollTo(this.held, "instant");
  }
  /** @param {MarkedText} data */
  write({ blocks, numbered }) {
    this.marks.clear();
    for (const [kind, level2, number, isApart, parts] of blocks) {
      const block = append(this.box, "div", `mt-block mt-is-${KINDS[kind]}`);
      block.dir = "auto";
      block.classList.toggle("mt-apart", isApart);
      block.style.setProperty("--mt-level", String(level2));
      if (number) block.dataset.paragraph = String(number);
      if (KINDS[kind] === "heading") {
        block.setAttribute("role", "heading");
        block.setAttribute("aria-level", String(level2));
      }
      for (const part of parts) this.writePart(block, part, numbered);
    }
    for (const places of this.marks.values()) places.sort((one, other) => level(other) - level(one));
  }
  /**
   * @param {HTMLElement} block
   * @param {Part} part
   * @param {number} numbered
   */
  writePart(block, [text, rank, strength, title], numbered) {
    if (!strength) return block.append(text);
    const mark = append(block, "mark", strength < 0 ? "mt-against" : `mt-level-${strength}`, text);
    mark.dataset.mark = String(rank);
    mark.dataset.level = String(strength);
    if (strength > 0 && rank <= numbered) mark.dataset.number = String(rank);
    mark.title = title;
    this.marks.set(rank, [...this.marks.get(rank) ?? [], mark]);
  }
  /** @param {MarkedText} data */
  list(data) {
    const { rows, chosen, folded } = data;
    const side = append(this.root, "div", "mt-side");
    side.style.height = `${data.height}px`;
    const made = rows.map((row, number) => this.row(row, number, chosen));
    const isFolded = folded !== null && !this.isUnfolded && (chosen === null || chosen < folded);
    side.append(...made.slice(0, isFolded ? folded : made.length));
    if (!isFolded || folded >= made.length) return;
    const rest = rows.slice(folded);
    const sum = rest.reduce((total, [, , , , share]) => total + (share ?? 0), 0);
    const more = rowElement(["", `${rest.length} more`, "", percentText(sum), sum, "more", 0], () => {
      this.isUnfolded = true;
      more.replaceWith(...made.slice(folded));
      made[folded].focus();
    });
    more.title = "Show all";
    side.append(more);
  }
  /**
   * @param {Row} row
   * @param {number} number
   * @param {number | null} chosen
   */
  row(row, number, chosen) {
    const [, text, remark, , , kind, rank] = row;
    if (kind === "passage") {
      const places = this.marks.get(rank) ?? [];
      let next = 0;
      const made2 = rowElement(row, () => this.flash(places[next++ % places.length]));
      made2.title = places.length > 1 ? "Go to the next occurrence of this passage" : "Go to this passage";
      return made2;
    }
    const made = rowElement(row, () => {
      if (number === chosen) this.flash(this.marks.get(1)?.[0]);
      else this.tell.setTriggerValue("choice", number);
    });
    if (kind === "choice") {
      made.title = `Show the evidence for ${text} ${remark}`.replace(/\s+/g, " ").trim();
      made.setAttribute("aria-pressed", String(number === chosen));
    }
    return made;
  }
  /** Show beside the scroll bar where in the document the marks stand. */
  strip() {
    this.frame.querySelector(".mt-strip")?.remove();
    if (!this.marks.size) return;
    const strip = append(this.frame, "div", "mt-strip");
    strip.setAttribute("aria-hidden", "true");
    const from = this.box.getBoundingClientRect().top - this.box.scrollTop;
    for (const mark of [...this.marks.values()].flat().reverse()) {
      if (level(mark) < 1) continue;
      const { top, height } = mark.getBoundingClientRect();
      const tick = append(strip, "i", `mt-tick-${level(mark)}`);
      tick.style.top = `${100 * (top - from + height / 2) / this.box.scrollHeight}%`;
      tick.title = mark.title;
      tick.onclick = () => this.flash(mark);
    }
  }
  /** @param {HTMLElement | undefined} mark */
  flash(mark) {
    if (!mark) return;
    this.held = mark;
    this.scrollTo(mark, "smooth");
    mark.classList.remove("mt-seen");
    void mark.offsetWidth;
    mark.classList.add("mt-seen");
  }
  /**
   * @param {HTMLElement} mark
   * @param {ScrollBehavior} behavior
   */
  scrollTo(mark, behavior) {
    const { box } = this;
    const top = mark.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
    box.scrollTo({ top: top - box.clientHeight * 0.4, behavior });
  }
  destroy() {
    this.resizing.disconnect();
    this.root.remove();
  }
};
function level(mark) {
  return Number(mark.dataset.level);
}
function rowElement([lead, text, remark, told, share, kind], act) {
  const className = `mt-row mt-${kind}`;
  const parts = document.createDocumentFragment();
  const made = kind === "plain" ? append(parts, "div", className) : appendButton(parts, className, "", act);
  if (lead) append(made, "span", "mt-lead", lead);
  const words = append(made, "span", "mt-row-text", text);
  if (remark) {
    words.append(" ");
    append(words, "small", "", remark);
  }
  append(made, "span", "mt-told", told);
  if (share !== null) {
    const part = append(append(made, "span", "mt-bar"), "i");
    part.style.width = `${Math.min(100, Math.max(0, 100 * share))}%`;
  }
  return made;
}

// longformer_viz/widget/marked_text/index.js
var marked_text_default = mountOnce((parent) => new MarkedTextApp(parent));
export {
  marked_text_default as default
};
