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

// longformer_viz/widget/shared/presenting.js
var FLAG = "lvPresenter";
var EVENT = "lv-presenter";
function isPresenting() {
  return FLAG in document.documentElement.dataset;
}
function followPresenting(root, signal, changed = () => {
}) {
  const follow = () => {
    root.classList.toggle("lv-presenting", isPresenting());
    changed();
  };
  document.addEventListener(EVENT, follow, { signal });
  follow();
}

// longformer_viz/widget/shared/theme.js
var KNOWN = /* @__PURE__ */ new Map();
function rgbOf(hex) {
  let found = KNOWN.get(hex);
  if (!found) {
    found = /** @type {Rgb} */
    [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
    KNOWN.set(hex, found);
  }
  return found;
}
function themeOf(element2, fallback) {
  const background = getComputedStyle(element2).getPropertyValue("--st-background-color").trim();
  if (!/^#[0-9a-f]{6}$/i.test(background)) return fallback;
  const [red, green, blue] = rgbOf(background);
  return 0.3 * red + 0.6 * green + 0.1 * blue < 110 ? "dark" : "light";
}

// longformer_viz/widget/guide/page.js
var LINK = "[data-testid=stTopNavLink], [data-testid=stSidebarNavLink]";
function openPage(path) {
  const folder = location.pathname.slice(0, location.pathname.lastIndexOf("/") + 1);
  for (const link of document.querySelectorAll(LINK)) {
    if (link instanceof HTMLAnchorElement && new URL(link.href).pathname === folder + path) return link.click();
  }
  location.assign(folder + path);
}
function openDocuments() {
  const closed = document.querySelector("[data-testid=stExpandSidebarButton]");
  if (closed instanceof HTMLElement) closed.click();
  requestAnimationFrame(() => {
    const field = document.querySelector("[data-testid=stSidebar] [data-testid=stSelectbox] input");
    if (!(field instanceof HTMLElement)) return;
    field.scrollIntoView({ block: "nearest" });
    field.focus();
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, cancelable: true }));
  });
}

// longformer_viz/widget/guide/seen.js
var WELCOMED = "longformer_viz.welcomed";
var TOUR_ASKED = "longformer_viz.tour_asked";
function isWelcomed(storage) {
  try {
    return storage().getItem(WELCOMED) !== null;
  } catch {
    return false;
  }
}
function noteWelcomed(storage) {
  keep(storage, WELCOMED);
}
function askForTour(storage) {
  keep(storage, TOUR_ASKED);
}
function takeTourAsked(storage) {
  try {
    const asked = storage().getItem(TOUR_ASKED) !== null;
    storage().removeItem(TOUR_ASKED);
    return asked;
  } catch {
    return false;
  }
}
function keep(storage, key) {
  try {
    storage().setItem(key, "yes");
  } catch {
  }
}

// longformer_viz/widget/guide/anchors.js
function findPart(selector) {
  for (const scope of [document, ...shadowTrees()]) {
    for (const found of scope.querySelectorAll(selector)) {
      if (found.getClientRects().length) return found;
    }
  }
  return null;
}
function shadowTrees() {
  const found = [];
  for (const element2 of document.querySelectorAll("[data-testid^=stBidiComponent] *, [data-testid^=stBidiComponent]")) {
    if (element2.shadowRoot) found.push(element2.shadowRoot);
  }
  return found;
}

// longformer_viz/widget/shared/numbers.js
function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

// longformer_viz/widget/guide/placing.js
var GAP = 14;
var EDGE = 10;
var RING = 6;
function around(boxes) {
  if (!boxes.length) return null;
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}
function ringOf(box, view) {
  const x = clamp(box.x - RING, 2, view.width);
  const y = clamp(box.y - RING, 2, view.height);
  const right = clamp(box.x + box.width + RING, x, view.width - 2);
  const bottom = clamp(box.y + box.height + RING, y, view.height - 2);
  return { x, y, width: right - x, height: bottom - y };
}
function placeCard(box, card, view) {
  const last = { x: view.width - card.width - EDGE, y: view.height - card.height - EDGE };
  const inside = (x, y) => ({ x: clamp(x, EDGE, Math.max(EDGE, last.x)), y: clamp(y, EDGE, Math.max(EDGE, last.y)) });
  if (!box) return inside((view.width - card.width) / 2, (view.height - card.height) / 2);
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  const [middle, centre] = [box.y + (box.height - card.height) / 2, box.x + (box.width - card.width) / 2];
  if (right + GAP <= last.x) return inside(right + GAP, middle);
  if (box.x - GAP - card.width >= EDGE) return inside(box.x - GAP - card.width, middle);
  if (bottom + GAP <= last.y) return inside(centre, bottom + GAP);
  if (box.y - GAP - card.height >= EDGE) return inside(centre, box.y - GAP - card.height);
  return inside(centre, last.y);
}

// longformer_viz/widget/guide/stops.js
var STOPS = [
  {
    title: "The document",
    text: "The model reads the text as tokens, which are words and pieces of words. Click a word to see what it attends to.",
    parts: [".lv-text-pane"]
  },
  {
    title: "The attention map",
    text: "Each row is a token that attends, each column a token it attends to. The colour is the attention weight.",
    parts: [".lv-map-pane"]
  },
  {
    title: "Layer and head",
    text: "Each layer has several heads, and each head attends in its own way. Choose another one to see the difference.",
    parts: [".lv-toolbar .lv-group"]
  },
  {
    title: "The window",
    text: "Apart from global tokens, each token attends only to tokens inside its window. Drag the slider to change the band on the map.",
    parts: [
      ".lv-pattern-name",
      ".lv-pattern-range[aria-label='Window']",
      ".lv-number[aria-label='Window, exact value']"
    ]
  },
  {
    title: "Global tokens",
    text: "A global token attends to every token, and every token attends to it. Choose which tokens are global.",
    parts: [".lv-pattern-name:has(+ .lv-pattern-choice)", ".lv-pattern-choice"]
  }
];
function stopAfter(key, stop, count) {
  if (key === "Escape") return null;
  if (key === "ArrowRight") return stop + 1 < count ? stop + 1 : stop;
  if (key === "ArrowLeft") return Math.max(0, stop - 1);
  return void 0;
}

// longformer_viz/widget/guide/tour.js
var LOOK_MS = 150;
var CONTROLS = 2;
var Tour = class {
  /**
   * @param {HTMLElement} parent
   * @param {() => void} ended
   */
  constructor(parent, ended) {
    this.ended = ended;
    this.stop = 0;
    this.parts = [];
    this.listeners = new AbortController();
    this.ring = append(parent, "div", "lg-ring");
    this.ring.setAttribute("aria-hidden", "true");
    this.card = append(parent, "div", "lg-card");
    this.card.setAttribute("role", "dialog");
    this.card.setAttribute("aria-labelledby", "lg-stop-title");
    this.card.setAttribute("aria-describedby", "lg-stop-text");
    this.count = append(this.card, "p", "lg-count");
    this.title = append(this.card, "h2", "lg-title");
    this.title.id = "lg-stop-title";
    this.text = append(this.card, "p", "lg-text");
    this.text.id = "lg-stop-text";
    this.text.setAttribute("aria-live", "polite");
    const buttons = append(this.card, "div", "lg-buttons");
    appendButton(buttons, "lg-button lg-quiet", "End tour", () => this.end(), "End the tour (Esc)");
    this.back = appendButton(buttons, "lg-button", "Back", () => this.show(this.stop - 1), "Back (←)");
    this.next = appendButton(buttons, "lg-button lg-main", "Next", () => this.forward(), "Next (→)");
    for (const part of [this.ring, this.card]) {
      part.popover = "manual";
      part.showPopover?.();
    }
    const { signal } = this.listeners;
    document.addEventListener("keydown", (event) => this.key(event), { signal, capture: true });
    window.addEventListener("resize", () => this.place(), { signal });
    document.addEventListener("scroll", () => this.place(), { signal, capture: true, passive: true });
    this.timer = setInterval(() => this.place(), LOOK_MS);
    this.show(0);
  }
  /** @param {number} stop */
  show(stop) {
    this.stop = stop;
    const { title, text } = STOPS[stop];
    this.count.textContent = `${stop + 1} of ${STOPS.length}`;
    this.title.textContent = title;
    this.text.textContent = text;
    this.back.disabled = stop === 0;
    this.next.textContent = stop === STOPS.length - 1 ? "Done" : "Next";
    this.ring.classList.toggle("lg-light", stop >= CONTROLS);
    this.parts = [];
    this.find();
    this.parts[0]?.scrollIntoView({ block: "nearest" });
    this.place();
    this.next.focus({ preventScroll: true });
  }
  forward() {
    if (this.stop === STOPS.length - 1) this.end();
    else this.show(this.stop + 1);
  }
  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isHere = event.composedPath().includes(this.card);
    if (!isHere && event.key !== "Escape") return;
    const next = stopAfter(event.key, this.stop, STOPS.length);
    if (next === void 0) return;
    event.preventDefault();
    event.stopPropagation();
    if (next === null) this.end();
    else this.show(next);
  }
  find() {
    if (this.parts.length && this.parts.every((part) => part.isConnected)) return;
    this.parts = STOPS[this.stop].parts.map(findPart).filter((part) => part !== null);
  }
  place() {
    this.find();
    const view = { width: window.innerWidth, height: window.innerHeight };
    const box = around(this.parts.map((part) => part.getBoundingClientRect()));
    this.ring.classList.toggle("lg-nowhere", !box);
    if (box) setBox(this.ring, ringOf(box, view));
    const { x, y } = placeCard(box, { width: this.card.offsetWidth, height: this.card.offsetHeight }, view);
    this.card.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }
  end() {
    this.destroy();
    this.ended();
  }
  destroy() {
    clearInterval(this.timer);
    this.listeners.abort();
    this.ring.remove();
    this.card.remove();
  }
};
function setBox({ style }, { x, y, width, height }) {
  style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  style.width = `${Math.round(width)}px`;
  style.height = `${Math.round(height)}px`;
}

// longformer_viz/widget/guide/welcome.js
var WAYS = [
  ["learn", "Tour", "Take a one-minute tour."],
  ["explore", "Explore", "Open a sample or your own text."],
  ["decide", "Decide", "Compare patterns side by side."]
];
var Welcome = class {
  /**
   * @param {HTMLElement} parent
   * @param {(way: Way | null) => void} choose Called once: null where the visitor closes the card.
   */
  constructor(parent, choose) {
    this.root = append(parent, "section", "lg-welcome");
    this.root.setAttribute("aria-labelledby", "lg-welcome-title");
    const head = append(this.root, "div", "lg-welcome-head");
    append(head, "h2", "lg-title", "New here?").id = "lg-welcome-title";
    const close = appendButton(head, "lg-close", "×", () => choose(null), "Close the welcome");
    close.setAttribute("aria-label", "Close the welcome");
    for (const [way, name, sentence] of WAYS) {
      const button = appendButton(this.root, `lg-way lg-${way}`, "", () => choose(way));
      append(button, "strong", "", name);
      append(button, "span", "", sentence);
    }
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      choose(null);
    });
    this.root.popover = "manual";
    this.root.showPopover?.();
  }
  destroy() {
    this.root.remove();
  }
};

// longformer_viz/widget/guide/app.js
var local = () => localStorage;
var ofTab = () => sessionStorage;
var GuideApp = class {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.tell = { setStateValue() {
    }, setTriggerValue() {
    } };
    this.listeners = new AbortController();
    this.hasTour = false;
    this.isNew = true;
    this.toldTheme = null;
    this.tour = null;
    this.welcome = null;
    this.root = append(parent, "div", "lg-root");
    this.button = appendButton(this.root, "lg-tour", "Tour", () => this.learn(), "A one-minute tour of the Attention page");
    followPresenting(this.root, this.listeners.signal, () => this.follow());
  }
  /** @param {Data} data */
  show({ hasTour, theme }) {
    this.hasTour = hasTour;
    this.tellTheme(theme);
    if (!this.isNew) return;
    this.isNew = false;
    if (hasTour && takeTourAsked(ofTab)) this.learn();
    this.follow();
  }
  /** @param {Theme} known The theme that the page was made for. */
  tellTheme(known) {
    const theme = themeOf(this.root, known);
    if (theme === known) this.toldTheme = null;
    else if (theme !== this.toldTheme) {
      this.toldTheme = theme;
      this.tell.setStateValue("theme", theme);
    }
  }
  /** Show the welcome to a first visitor, and neither it nor the tour in front of a room. */
  follow() {
    if (isPresenting()) {
      this.tour?.end();
      this.welcome?.destroy();
      this.welcome = null;
    } else if (!this.isNew && !this.tour && !this.welcome && !isWelcomed(local)) {
      this.welcome = new Welcome(this.root, (way) => this.choose(way));
    }
  }
  /** @param {Way | null} way */
  choose(way) {
    noteWelcomed(local);
    this.welcome?.destroy();
    this.welcome = null;
    if (way === "learn") this.learn();
    else if (way === "explore") openDocuments();
    else if (way === "decide") openPage("compare");
    else this.button.focus({ preventScroll: true });
  }
  learn() {
    this.welcome?.destroy();
    this.welcome = null;
    noteWelcomed(local);
    if (!this.hasTour) {
      askForTour(ofTab);
      openPage("");
    } else if (!this.tour) {
      this.tour = new Tour(this.root, () => {
        this.tour = null;
        this.button.focus({ preventScroll: true });
      });
    }
  }
  destroy() {
    this.listeners.abort();
    this.tour?.destroy();
    this.welcome?.destroy();
    this.root.remove();
  }
};

// longformer_viz/widget/guide/index.js
var guide_default = mountOnce((parent) => new GuideApp(parent));
export {
  guide_default as default
};
