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

// longformer_viz/widget/shared/keys.js
function onPageKey(signal, act, root) {
  document.addEventListener(
    "keydown",
    (event) => {
      const cell = root?.closest(".lv-notebook");
      if (cell && !event.composedPath().includes(cell)) return;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      if (act(event)) event.preventDefault();
    },
    { signal }
  );
}
function isTyping(event) {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["range", "checkbox", "radio", "button"].includes(target.type);
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

// longformer_viz/widget/shared/presenting.js
var FLAG = "lvPresenter";
var EVENT = "lv-presenter";
function isPresenting() {
  return FLAG in document.documentElement.dataset;
}
function present(on) {
  if (on === isPresenting()) return;
  if (on) document.documentElement.dataset[FLAG] = "";
  else delete document.documentElement.dataset[FLAG];
  document.dispatchEvent(new CustomEvent(EVENT));
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

// longformer_viz/widget/shared/qr_dialog.js
var STYLE = `
dialog.lv-qr {
  box-sizing: border-box; max-width: 92vw; max-height: 94vh; padding: 20px 28px; border: 0; border-radius: 12px;
  background: #ffffff; color: #1a1c22; font: 18px / 1.4 system-ui, sans-serif; text-align: center;
}
dialog.lv-qr::backdrop { background: rgba(0, 0, 0, 0.6); }
.lv-qr img { display: block; width: min(62vh, 78vw); height: auto; margin: 0 auto; }
.lv-qr p { max-width: 620px; margin: 8px auto 14px; overflow-wrap: anywhere; }
.lv-qr button {
  min-height: 40px; padding: 4px 18px; border: 1px solid #6b7280; border-radius: 8px; background: #ffffff;
  color: inherit; font: inherit; cursor: pointer;
}
.lv-qr button:focus-visible { outline: 3px solid #0072b2; outline-offset: 1px; }
`;
var QrDialog = class {
  constructor() {
    this.isWanted = false;
    this.last = null;
    this.dialog = null;
  }
  get isOpen() {
    return this.dialog?.open ?? false;
  }
  /**
   * Ask the server for the code of the address that the page has now.
   *
   * @param {Tell} tell
   */
  ask(tell) {
    if (this.last?.link === location.href) {
      this.open(this.last);
      return;
    }
    this.isWanted = true;
    tell.setTriggerValue("qr_link", location.href);
  }
  /**
   * Show a code that was asked for; one that was not is from an earlier run of the page.
   *
   * @param {QrCode | null | undefined} code
   */
  show(code) {
    if (!this.isWanted || !code || code.link !== location.href) return;
    this.isWanted = false;
    this.last = code;
    this.open(code);
  }
  /** @param {QrCode} code */
  open(code) {
    this.close();
    const dialog = element("dialog", "lv-qr");
    dialog.setAttribute("aria-label", "QR code of this page");
    append(dialog, "style", "", STYLE);
    if (code.picture) {
      const picture = append(dialog, "img");
      picture.alt = `QR code of ${code.address}`;
      picture.src = code.picture;
    }
    append(dialog, "p", "", code.problem || code.address);
    appendButton(dialog, "", "Close", () => dialog.close());
    const listeners = new AbortController();
    window.addEventListener("keydown", (event) => closeOnEscape(event, dialog), {
      signal: listeners.signal,
      capture: true
    });
    dialog.onclose = () => {
      listeners.abort();
      dialog.remove();
    };
    document.body.append(dialog);
    dialog.showModal();
    this.dialog = dialog;
  }
  close() {
    this.dialog?.close();
    this.dialog = null;
  }
};
function closeOnEscape(event, dialog) {
  if (event.key !== "Escape") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  dialog.close();
}

// longformer_viz/widget/shared/full_screen.js
var ASKED = "lv-full-screen-asked";
var CLAIM = { none: 0, sight: 1, focus: 2, on: 3 };
function answerFullScreenKey(signal, bid, root) {
  document.addEventListener(ASKED, (event) => (
    /** @type {CustomEvent<Bid[]>} */
    event.detail.push(bid())
  ), { signal });
  onPageKey(signal, (event) => {
    if (event.key.toLowerCase() !== "f" || event.shiftKey) return false;
    const bids = [];
    document.dispatchEvent(new CustomEvent(ASKED, { detail: bids }));
    const best = bids.filter(({ claim }) => claim > CLAIM.none).sort(compareBids)[0];
    best?.toggle();
    return Boolean(best);
  }, root);
}
function compareBids(one, other) {
  if (one.claim !== other.claim) return other.claim - one.claim;
  return one.claim === CLAIM.focus ? one.area - other.area : other.area - one.area;
}
function claimOf(root, isOn) {
  const { top, bottom, width } = root.getBoundingClientRect();
  const area = width * Math.max(0, Math.min(bottom, window.innerHeight) - Math.max(top, 0));
  if (isOn) return { claim: CLAIM.on, area };
  if (!area) return { claim: CLAIM.none, area };
  return { claim: root.matches(":focus-within") ? CLAIM.focus : CLAIM.sight, area };
}

// longformer_viz/widget/presenter/charts.js
var CHART = "[data-testid=stPlotlyChart]";
var ENLARGE = '[data-title="Fullscreen"]';
var REDUCE = '[data-title="Close fullscreen"]';
function answerForCharts(signal) {
  answerFullScreenKey(signal, largestChart);
}
function largestChart() {
  const bids = [...document.querySelectorAll(CHART)].map((chart) => {
    const large = chart.querySelector(REDUCE);
    const button = large ?? chart.querySelector(ENLARGE);
    const isShown = chart instanceof HTMLElement && button;
    const claim = isShown ? claimOf(chart, Boolean(large)) : { claim: 0, area: 0 };
    return { ...claim, toggle: () => button?.dispatchEvent(new MouseEvent("click", { bubbles: true })) };
  });
  return bids.sort((one, other) => other.claim - one.claim || other.area - one.area)[0] ?? { claim: 0, area: 0, toggle() {
  } };
}

// longformer_viz/widget/presenter/page_style.js
var CONTROLS = [
  "stSelectbox",
  "stSlider",
  "stButton",
  "stDownloadButton",
  "stNumberInput",
  "stTextInput",
  "stPopover",
  "stCheckbox",
  "stButtonGroup",
  "stExpander",
  "stTextArea",
  "stMultiSelect",
  "stFileUploader"
];
var LABELS = ".st-key-evidence";
var AWAY = ["stSidebar", "stHeader", "stExpandSidebarButton", "stStatusWidget"];
var ON = "html[data-lv-presenter]";
function named(ids) {
  return ids.map((id) => `[data-testid=${id}]`).join(", ");
}
var PAGE_STYLE = `
${ON} :is(${named(AWAY)}, ${LABELS}), ${ON} [data-testid=stMain] :is(${named(CONTROLS)}) { display: none !important; }
${ON} [data-testid=stMainBlockContainer] { zoom: 1.5; max-width: none; padding: 12px 24px 24px; }
${ON} [data-testid=stMain]::before { display: none; }
/* What is hidden leaves no room, and the values of a run stand in one row. */
${ON} [data-testid=stElementContainer]:has(> :is(${named(CONTROLS)})), ${ON} [data-testid=stMetric] .stTooltipIcon { display: none; }
${ON} [data-testid=stMain] [data-testid=stVerticalBlock] { gap: 8px; }
${ON} [data-testid=stElementContainer]:has(> .stMetric), ${ON} .stMetric { width: auto; }
${ON} [data-testid=stElementContainer]:has(> .stMetric) ~ [data-testid=stElementContainer]:has(.stMarkdownBadge) { display: none; }
/* A chart is drawn as wide as its room on the screen, which is zoomed already: its type and lines are not. */
${ON} .js-plotly-plot { zoom: calc(1 / 1.5); }
${ON} .js-plotly-plot .main-svg { overflow: visible !important; }
${ON} .js-plotly-plot .main-svg text { font-size: 15px !important; }
${ON} .js-plotly-plot .scatterlayer .js-line { stroke-width: 3px !important; }
${ON}, ${ON} body * { cursor: none; }
${ON} .lv-laser {
  position: fixed; z-index: 2147483647; inset: 0 auto auto 0; width: 26px; height: 26px; margin: 0; padding: 0; border: 0;
  border-radius: 50%; overflow: visible;
  background: radial-gradient(circle, #ffffff 0 12%, #ff2a1a 26%, rgba(255, 42, 26, 0.55) 46%, rgba(255, 42, 26, 0) 70%);
  box-shadow: 0 0 18px 6px rgba(255, 42, 26, 0.35); pointer-events: none; opacity: 0; transition: opacity 300ms;
}
${ON} .lv-leave {
  position: fixed; z-index: 2147483646; inset: auto 16px 12px auto; margin: 0; padding: 6px 14px; border: 1px solid #9a9a9a; border-radius: 8px;
  background: rgba(20, 20, 20, 0.82); color: #ffffff; font: 600 15px system-ui, sans-serif; opacity: 0;
  transition: opacity 300ms;
}
${ON} .lv-code { inset: auto auto 12px 16px; }
${ON} .lv-leave:focus-visible, ${ON} .lv-seen { opacity: 1; }
`;

// longformer_viz/widget/presenter/app.js
var POINTER_MS = 2500;
var POINTER_SIZE = 26;
var PresenterApp = class {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.tell = { setStateValue() {
    }, setTriggerValue() {
    } };
    this.root = append(parent, "div", "lv-presenter");
    this.button = appendButton(this.root, "lv-present", "Presenter view", () => present(true), "Presenter view (P)");
    append(this.button, "kbd", "", "P");
    this.style = element("style", "", PAGE_STYLE);
    document.head.append(this.style);
    this.pointer = element("div", "lv-laser");
    this.pointer.setAttribute("aria-hidden", "true");
    this.leave = element("button", "lv-leave", "Leave presenter view (P)");
    this.leave.type = "button";
    this.leave.onclick = () => present(false);
    this.code = element("button", "lv-leave lv-code", "QR code (Q)");
    this.code.type = "button";
    this.code.onclick = () => this.qr.ask(this.tell);
    this.seen = [this.pointer, this.leave, this.code];
    this.qr = new QrDialog();
    this.timer = 0;
    onPageKey(signal, (event) => this.key(event));
    answerForCharts(signal);
    document.addEventListener("pointermove", (event) => this.point(event), { signal, passive: true });
    document.addEventListener("fullscreenchange", () => this.follow(), { signal });
    followPresenting(this.root, signal, () => this.follow());
  }
  /** @param {Data} data */
  show(data) {
    this.qr.show(data?.qr);
  }
  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key.toLowerCase() === "p") present(!isPresenting());
    else if (event.key === "Escape" && isPresenting()) present(false);
    else if (event.key.toLowerCase() === "q" && isPresenting()) this.switchCode();
    else return false;
    return true;
  }
  switchCode() {
    if (this.qr.isOpen) this.qr.close();
    else this.qr.ask(this.tell);
  }
  follow() {
    if (!isPresenting()) this.qr.close();
    for (const part of this.seen) {
      part.remove();
      if (!isPresenting()) continue;
      part.popover = "manual";
      document.body.append(part);
      part.showPopover?.();
    }
  }
  /** @param {PointerEvent} event */
  point({ clientX, clientY }) {
    if (!isPresenting()) return;
    const { style } = this.pointer;
    style.transform = `translate(${clientX - POINTER_SIZE / 2}px, ${clientY - POINTER_SIZE / 2}px)`;
    for (const part of this.seen) part.classList.add("lv-seen");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      for (const part of this.seen) part.classList.remove("lv-seen");
    }, POINTER_MS);
  }
  destroy() {
    clearTimeout(this.timer);
    present(false);
    this.qr.close();
    this.listeners.abort();
    for (const part of [this.root, this.style, ...this.seen]) part.remove();
  }
};

// longformer_viz/widget/presenter/index.js
var presenter_default = mountOnce((parent) => new PresenterApp(parent));
export {
  presenter_default as default
};
