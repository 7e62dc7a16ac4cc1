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
function fillOptions(select, options) {
  select.replaceChildren();
  for (const [value, text] of options) append(select, "option", "", String(text)).value = String(value);
}
function contextOf(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("This browser cannot draw on a canvas.");
  return context;
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

// longformer_viz/widget/shared/full_screen.js
var CLASS = "lv-full-screen";
var ASKED = "lv-full-screen-asked";
var REFUSED = "The browser refused full screen, so this fills the window. Press Esc to leave.";
var NOTE_MS = 6e3;
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
var FullScreen = class {
  /**
   * @param {HTMLElement} root The component, which gets a class while it is large.
   * @param {() => void} changed
   */
  constructor(root, changed) {
    this.root = root;
    this.changed = changed;
    this.listeners = new AbortController();
    this.note = element("div", "lv-full-screen-note", REFUSED);
    this.note.setAttribute("role", "status");
    this.timer = 0;
    const { signal } = this.listeners;
    document.addEventListener("fullscreenchange", () => this.follow(), { signal });
    answerFullScreenKey(signal, () => ({ ...claimOf(root, this.on), toggle: () => void this.toggle() }), root);
    onPageKey(signal, (event) => {
      const isOurs = event.key === "Escape" && this.isInPage;
      if (isOurs) this.set(false);
      return isOurs;
    }, root);
  }
  get on() {
    return this.root.classList.contains(CLASS);
  }
  /** Whether it fills the window because the browser refused the screen. */
  get isInPage() {
    return this.on && !this.holdsScreen();
  }
  holdsScreen() {
    const scope = (
      /** @type {Document | ShadowRoot} */
      this.root.getRootNode()
    );
    return scope.fullscreenElement === this.root;
  }
  async toggle() {
    if (this.holdsScreen()) return document.exitFullscreen();
    if (this.on) return this.set(false);
    try {
      await this.root.requestFullscreen();
    } catch {
      this.set(true);
      this.root.append(this.note);
      this.timer = setTimeout(() => this.note.remove(), NOTE_MS);
    }
  }
  follow() {
    if (this.holdsScreen() !== this.on) this.set(this.holdsScreen());
  }
  /** @param {boolean} on */
  set(on) {
    clearTimeout(this.timer);
    this.note.remove();
    this.root.classList.toggle(CLASS, on);
    this.changed();
  }
  destroy() {
    clearTimeout(this.timer);
    this.listeners.abort();
    if (this.holdsScreen()) void document.exitFullscreen();
  }
};

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

// longformer_viz/widget/shared/blocks.js
var KINDS = (
  /** @type {const} */
  ["paragraph", "heading", "item", "row", "lines", "code"]
);
var FIELDS = 6;
function blocksOf(table) {
  let count = 0;
  let last = 0;
  return Array.from({ length: table.length / FIELDS }, (_, index) => {
    const [start, stop, first, end, code, level] = table.subarray(FIELDS * index, FIELDS * (index + 1));
    const kind = KINDS[code] ?? KINDS[0];
    const [from, to] = end > first ? [first, end] : [last, last];
    last = to;
    const isNumbered = to > from && kind !== "heading" && kind !== "row";
    return { start, stop, from, to, kind, level, number: isNumbered ? count += 1 : 0 };
  });
}

// longformer_viz/widget/shared/crc32.js
var TABLES = (() => {
  const first = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? value >>> 1 ^ 3988292384 : value >>> 1;
    first[byte] = value;
  }
  const tables = [first];
  for (let table = 1; table < 8; table++) {
    tables.push(tables[table - 1].map((value) => value >>> 8 ^ first[value & 255]));
  }
  return tables;
})();
function crc32(bytes, start) {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
  let crc = -1;
  let position = start;
  const aligned = (bytes.byteOffset + start) % 4 === 0;
  const length = aligned ? bytes.length - start >> 2 : 0;
  const words = new Int32Array(bytes.buffer, aligned ? bytes.byteOffset + start : 0, length);
  for (let word = 0; word + 1 < words.length; word += 2) {
    const low = crc ^ words[word];
    const high = words[word + 1];
    crc = t7[low & 255] ^ t6[low >>> 8 & 255] ^ t5[low >>> 16 & 255] ^ t4[low >>> 24] ^ t3[high & 255] ^ t2[high >>> 8 & 255] ^ t1[high >>> 16 & 255] ^ t0[high >>> 24];
    position += 8;
  }
  for (; position < bytes.length; position++) crc = crc >>> 8 ^ t0[(crc ^ bytes[position]) & 255];
  return (crc ^ -1) >>> 0;
}

// longformer_viz/widget/shared/payload.js
var ARRAY_TYPES = (
  /** @type {Record<string, typeof Uint8Array | typeof Int32Array | typeof Float32Array>} */
  {
    u1: Uint8Array,
    i4: Int32Array,
    f4: Float32Array
  }
);
var NONE = new Uint8Array(0);
var CUT = "The data arrived incomplete, so nothing is drawn. Reload the page.";
var DAMAGED = "The data was damaged during transfer, so nothing is drawn. Reload the page.";
var OTHER_VERSION = "This page reads another version of the data. Reload the page.";
var PayloadFault = class extends Error {
};
function decodePayload(given) {
  let bytes = given instanceof Uint8Array ? given : given ? new Uint8Array(given) : NONE;
  if (bytes.byteOffset % 4) bytes = bytes.slice();
  const { header, start } = readHeader(bytes);
  if (!header.tokens) throw new PayloadFault("This document has no tokens, so there is nothing to draw.");
  const arrays = {};
  for (const [name, array] of Object.entries(header.arrays)) {
    arrays[name] = readArray(
      bytes,
      start,
      /** @type {ArrayHeader} */
      array
    );
  }
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  return {
    crc: header.crc32,
    tokens: header.tokens,
    layers: header.layers,
    heads: header.heads,
    trainedTokens: header.trained_tokens,
    controls: header.controls ?? {},
    grid: header.grid ?? null,
    arrays,
    text: utf8.decode(arrays.text),
    offsets: arrays.offsets,
    pieces: JSON.parse(utf8.decode(arrays.pieces)),
    blocks: blocksOf(arrays.blocks),
    sentences: arrays.sentences,
    views: header.views.map((view) => readView(view, arrays, header.tokens))
  };
}
function readHeader(bytes) {
  if (bytes.length < 12) throw new PayloadFault(CUT);
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== "LVM1") throw new PayloadFault(OTHER_VERSION);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  const start = 8 + length;
  if (start > bytes.length) throw new PayloadFault(CUT);
  let header;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
  } catch {
    throw new PayloadFault(DAMAGED);
  }
  if (header.version !== 1) throw new PayloadFault(OTHER_VERSION);
  if (header.bytes !== bytes.length) throw new PayloadFault(CUT);
  if (crc32(bytes, start) !== header.crc32) throw new PayloadFault(DAMAGED);
  return { header, start };
}
function readArray(bytes, start, { dtype, shape, start: offset }) {
  const Type = ARRAY_TYPES[dtype];
  const count = shape.reduce((product, side) => product * side, 1);
  const from = start + offset;
  if (!Type || from + count * Type.BYTES_PER_ELEMENT > bytes.length) throw new PayloadFault(DAMAGED);
  if (dtype === "u1") return bytes.subarray(from, from + count);
  return new Type(bytes.slice(from, from + count * Type.BYTES_PER_ELEMENT).buffer);
}
function readView(header, arrays, tokens) {
  const array = (name) => arrays[header.arrays[name]] ?? NONE;
  const view = {
    label: header.label,
    layer: header.layer,
    head: header.head,
    window: header.window,
    dilation: header.dilation,
    half: header.half,
    reach: header.half * header.dilation,
    globals: Int32Array.from(header.globals),
    globalIndex: new Map(header.globals.map((position, index) => [position, index])),
    ownPattern: header.own_pattern,
    difference: header.difference,
    causal: header.causal === true,
    blocks: header.blocks ?? null,
    overBudget: header.over_budget === true,
    tile: header.tile ?? null,
    row: header.row ?? null,
    mean: header.mean ?? null,
    band: array("band"),
    columns: array("columns"),
    rows: array("rows"),
    overview: array("overview"),
    straight: array("straight"),
    tileCodes: array("tile_codes"),
    rowCodes: array("row_codes"),
    meanCodes: array("mean_codes"),
    sink: array("sink")
  };
  const width = 2 * view.half + 1;
  if (!view.overBudget && (view.band.length !== tokens * width || view.rows.length !== tokens * view.globals.length)) {
    throw new PayloadFault(DAMAGED);
  }
  return view;
}

// longformer_viz/widget/shared/store.js
function createStore(initial) {
  let state = { ...initial };
  const listeners = /* @__PURE__ */ new Set();
  return {
    get: () => state,
    set(patch) {
      const names = (
        /** @type {(keyof State)[]} */
        Object.keys(patch)
      );
      if (!names.some((name) => !Object.is(state[name], patch[name]))) return;
      const previous = state;
      state = { ...state, ...patch };
      for (const listener of [...listeners]) listener(state, previous);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    }
  };
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

// longformer_viz/widget/shared/codes.js
var FLOOR = 1e-4;
var FAULT = 255;
var WEIGHTS = Float64Array.from({ length: 256 }, (_, code) => {
  if (code === FAULT) return NaN;
  return code === 0 ? 0 : FLOOR * Math.pow(1 / FLOOR, (code - 1) / 253);
});
var DIFFERENCES = Float64Array.from({ length: 256 }, (_, code) => {
  if (code === FAULT) return NaN;
  if (code === 0) return 0;
  const size = FLOOR * Math.pow(1 / FLOOR, (Math.ceil(code / 2) - 1) / 126);
  return code % 2 ? -size : size;
});
function codeOf(value, difference) {
  if (Number.isNaN(value)) return FAULT;
  const size = Math.abs(value);
  if (size < FLOOR) return 0;
  const part = Math.min(1, Math.log(size / FLOOR) / Math.log(1 / FLOOR));
  if (!difference) return 1 + Math.round(253 * part);
  return 2 * (1 + Math.round(126 * part)) - (value < 0 ? 1 : 0);
}
function codeWeights(view) {
  return view.difference ? DIFFERENCES : WEIGHTS;
}

// longformer_viz/widget/shared/colours.js
var KIND_COLOURS = {
  local: "#0072B2",
  dilated: "#56B4E9",
  global: "#E69F00",
  random: "#009E73",
  hashed: "#CC79A7",
  outside: "#8A8A8A",
  fault: "#D55E00"
};
var OUTSIDE_COLOUR = { light: "#ECECEC", dark: "#2A2D34" };
var TEXT_COLOUR = { light: "#31333F", dark: "#FAFAFA" };
var EMBERS = ["#0b0724", "#2a115c", "#57157e", "#862781", "#b73779", "#e75263", "#fc8961", "#fec488", "#fcfdbf"];
var LOWER = "#CC79A7";
var HIGHER = "#009E73";
var SAME = { light: "#FBFBFB", dark: "#14161B" };
function blend(stops, part) {
  const along = Math.min(1, Math.max(0, part)) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(along));
  const from = rgbOf(stops[index]);
  const to = rgbOf(stops[index + 1]);
  return (
    /** @type {Rgb} */
    from.map((value, channel) => Math.round(value + (to[channel] - value) * (along - index)))
  );
}
function scalePosition(code, difference, scale, largest) {
  if (code === 0) return 0;
  if (scale === "linear") return (difference ? DIFFERENCES : WEIGHTS)[code] / largest;
  if (!difference) return (code - 1) / 253;
  const size = (Math.ceil(code / 2) + 3) / 130;
  return code % 2 ? -size : size;
}
function scaleColour(position, difference, theme) {
  if (!difference) return blend(EMBERS, theme === "dark" ? position : 1 - position);
  return blend([SAME[theme], position < 0 ? LOWER : HIGHER], Math.abs(position));
}
function colourTable(view, theme, scale, largest) {
  const table = new Uint32Array(257);
  const bytes = new Uint8Array(table.buffer);
  for (let entry = 0; entry < 257; entry++) {
    let colour;
    if (entry === 0) colour = rgbOf(OUTSIDE_COLOUR[theme]);
    else if (entry === FAULT + 1) colour = rgbOf(KIND_COLOURS.fault);
    else colour = scaleColour(scalePosition(entry - 1, view.difference, scale, largest), view.difference, theme);
    bytes.set([...colour, 255], 4 * entry);
  }
  return table;
}
var LARGEST = /* @__PURE__ */ new WeakMap();
function scaleEnd(views, scale) {
  if (scale !== "linear") return 1;
  const ends = views.map((view) => {
    const known = LARGEST.get(view) ?? largestWeight(view);
    LARGEST.set(view, known);
    return known;
  });
  return Math.max(...ends);
}
function largestWeight(view) {
  let largest = 0;
  for (const codes of [view.band, view.columns, view.rows, view.overview]) {
    for (let index = 0; index < codes.length; index++) {
      if (codes[index] > largest && codes[index] !== FAULT) largest = codes[index];
    }
  }
  const weight = Math.abs(codeWeights(view)[largest]) || 1;
  const digit = Math.pow(10, Math.floor(Math.log10(weight)));
  return Math.min(1, Math.ceil(weight / digit - 0.05) * digit);
}

// longformer_viz/widget/shared/frames.js
function afterFrame(act) {
  requestAnimationFrame(() => setTimeout(act));
}

// longformer_viz/widget/shared/sight.js
var LEAST_SEEN = 0.6;
function bringIntoSight(root, part) {
  const pane = root?.querySelector(part);
  if (!root || !pane) return;
  const { top, bottom, height } = pane.getBoundingClientRect();
  const seen = Math.min(bottom, window.innerHeight) - Math.max(top, 0);
  if (seen >= LEAST_SEEN * height) return;
  const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  root.scrollIntoView({ block: "start", behavior: isStill ? "auto" : "smooth" });
}

// longformer_viz/widget/shared/numbers.js
function countText(number) {
  const digits = String(Math.abs(number)).replace(/\B(?=(\d{3})+$)/g, ",");
  return number < 0 ? `−${digits}` : digits;
}
function percentText(share) {
  if (share === null) return "–";
  const percent = 100 * share;
  return `${percent.toFixed(percent >= 9.95 || percent === 0 ? 0 : percent < 0.1 ? 2 : 1)}%`;
}
function secondsText(seconds) {
  if (seconds >= 90) return `${Math.round(seconds / 60)} min`;
  return `${Number(seconds.toPrecision(2))} s`;
}
function bytesText(bytes) {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.round(bytes / 1e3)} KB`;
}
function weightText(weight) {
  if (weight >= 0.9995) return "1";
  if (weight < 1e-4) return "below 0.0001";
  return weight.toFixed(Math.max(2, 2 - Math.floor(Math.log10(weight))));
}
function distanceText(distance) {
  if (distance === 0) return "itself";
  const tokens = Math.abs(distance);
  return `${countText(tokens)} token${tokens === 1 ? "" : "s"} ${distance < 0 ? "back" : "ahead"}`;
}
function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

// longformer_viz/widget/grid/figures.js
function headFigure(grid, name, index) {
  const value = grid[name][index];
  if (value === null) return "–";
  if (name === "entropy") return `${value.toFixed(1)} bit`;
  if (name === "distance") return `${value < 10 ? value.toFixed(1) : countText(Math.round(value))} tok`;
  return percentText(value);
}
function headText(grid, index, layer, head) {
  const said = (name, format) => {
    const value = grid[name][index];
    return value === null ? "none" : format(value);
  };
  const entropy = said("entropy", (value) => `${value.toFixed(2)} bits`);
  const distance = said("distance", (value) => `${value.toFixed(1)} tokens`);
  const share = said("share", percentText);
  return `Layer ${layer}, head ${head}: entropy ${entropy}, mean distance ${distance}, weight on global tokens ${share}`;
}
function isSameGrid(data, other) {
  const [grid, before] = [data.grid, other.grid];
  if (!grid || !before) return grid === before;
  if (data.heads !== other.heads || data.tokens !== other.tokens) return false;
  const [codes, others] = [data.arrays.grid_thumbs, other.arrays.grid_thumbs];
  return JSON.stringify(grid) === JSON.stringify(before) && codes.every((code, index) => code === others[index]);
}
function insideOf(tokens, rows, columns, half, dilation) {
  const width = 2 * half + 1;
  return (row, column) => {
    const [from, to] = [Math.ceil(row * tokens / rows), Math.ceil((row + 1) * tokens / rows) - 1];
    const left = Math.floor(column * width / columns);
    const right = Math.min(width - 1, Math.ceil((column + 1) * width / columns));
    return to + (right - half) * dilation >= 0 && from + (left - half) * dilation < tokens;
  };
}
function columnsFor(heads, room) {
  let columns = Math.min(heads, room);
  while (columns * 2 > room && columns > 1 && heads % columns) columns -= 1;
  return heads % columns ? Math.min(heads, room) : columns;
}

// longformer_viz/widget/grid/view.js
var SORTS = [
  ["layer", "layer and head"],
  ["entropy", "entropy"],
  ["distance", "mean distance"],
  ["share", "weight on global tokens"]
];
var NAMES = { entropy: "entropy, in bits", distance: "mean distance, in tokens", share: "weight on global tokens" };
var HELP = {
  entropy: "How evenly a head spreads its attention, in bits. It is 0 when one key gets all of it.",
  distance: "How far apart query and key are, averaged by attention weight.",
  share: "A token that attends to every token and that every token attends to."
};
var CELL_WIDTH = 58;
var CELL_GAP = 5;
var GridView = class {
  /**
   * @param {HTMLElement} root
   * @param {Store<MapState>} store
   * @param {Actions} actions
   */
  constructor(root, store, actions) {
    this.root = root;
    this.store = store;
    this.actions = actions;
    this.cells = /* @__PURE__ */ new Map();
    this.ready = false;
    this.columns = 1;
    this.painted = "";
    this.told = null;
    root.classList.add("lv-grid");
    root.replaceChildren();
    const fold = append(root, "details", "lv-grid-fold");
    fold.open = true;
    append(fold, "summary", "lv-grid-title", "All layers and heads");
    const head = append(fold, "div", "lv-grid-head");
    const label = append(head, "label", "lv-grid-sort", "Sort by ");
    this.select = append(label, "select", "lv-select");
    fillOptions(this.select, SORTS);
    this.legend = append(head, "span", "lv-grid-legend");
    this.caption = append(head, "span", "lv-grid-caption");
    this.list = append(fold, "div", "lv-grid-cells");
    this.list.setAttribute("role", "group");
    this.list.setAttribute("aria-label", "All layers and heads. Arrow keys move, Enter opens a head.");
    this.empty = append(fold, "p", "lv-grid-empty", "The thumbnails are being computed.");
    this.listeners = new AbortController();
    this.listen();
    this.sized = new ResizeObserver(() => this.fit());
    this.sized.observe(this.list);
    this.buildLater();
  }
  buildLater() {
    this.ready = false;
    afterFrame(() => {
      if (this.ready || this.listeners.signal.aborted) return;
      this.ready = true;
      this.painted = "";
      this.build(this.store.get().data);
      this.render(this.store.get(), null);
    });
  }
  listen() {
    const { list, select } = this;
    const { signal } = this.listeners;
    const cellOf = (event) => {
      const button2 = event.target instanceof Element ? event.target.closest(".lv-head") : null;
      return (button2 && this.cells.get(button2)) ?? null;
    };
    select.addEventListener(
      "change",
      () => {
        this.actions.choose({ sort: (
          /** @type {Sort} */
          select.value
        ) });
      },
      { signal }
    );
    list.addEventListener(
      "click",
      (event) => {
        const cell = cellOf(event);
        if (!cell) return;
        this.makeFocusable(cell);
        this.actions.openHead(cell.layer, cell.head);
        bringIntoSight(this.root.parentElement, ".lv-map-pane");
      },
      { signal }
    );
    list.addEventListener("pointerover", (event) => this.tell(cellOf(event)), { signal });
    list.addEventListener("pointerleave", () => this.tell(null), { signal });
    list.addEventListener(
      "focusin",
      (event) => {
        const cell = cellOf(event);
        if (cell) this.makeFocusable(cell);
        this.tell(cell);
      },
      { signal }
    );
    list.addEventListener("focusout", () => this.tell(null), { signal });
    list.addEventListener("keydown", (event) => this.key(event), { signal });
  }
  /** @param {KeyboardEvent} event */
  key(event) {
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns };
    const order = [...this.list.children];
    const at = order.findIndex((button3) => event.target instanceof Node && button3.contains(event.target));
    let next = null;
    if (event.key in steps) next = at + steps[event.key];
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = order.length - 1;
    if (next === null || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const button2 = order[next];
    if (button2 instanceof HTMLElement) button2.focus();
  }
  /**
   * @param {MapState} state
   * @param {MapState | null} previous
   */
  render(state, previous) {
    if (!this.ready) return;
    const { data } = state;
    if (previous && data !== previous.data && !isSameGrid(data, previous.data)) return this.buildLater();
    this.empty.hidden = data.grid !== null;
    this.list.hidden = this.select.disabled = data.grid === null;
    if (!data.grid) return;
    if (previous && state.sort !== previous.sort) this.arrange();
    const looks = `${state.theme} ${state.scale}`;
    if (this.painted !== looks) this.paint(state);
    this.painted = looks;
    this.open(state);
    this.mark(state);
  }
  /** @param {Payload} data */
  build({ grid, heads }) {
    this.list.replaceChildren();
    this.cells.clear();
    if (!grid) return;
    for (let index = 0; index < grid.entropy.length; index += 1) {
      const [layer, head] = [Math.floor(index / heads), index % heads];
      const button2 = element("button", "lv-head");
      button2.type = "button";
      button2.tabIndex = -1;
      button2.dataset.head = `${layer}.${head}`;
      button2.title = headText(grid, index, layer, head);
      button2.setAttribute("aria-label", `Open ${button2.title.charAt(0).toLowerCase()}${button2.title.slice(1)}`);
      const canvas = append(append(button2, "span", "lv-head-picture"), "canvas", "lv-head-canvas");
      canvas.width = grid.columns;
      canvas.height = grid.rows;
      const words = append(button2, "span", "lv-head-words");
      append(words, "span", "lv-head-name", `${layer}.${head}`);
      const figure = append(words, "span", "lv-head-figure");
      this.cells.set(button2, { index, layer, head, button: button2, canvas, figure });
    }
    this.arrange();
  }
  /** Sort the cells: the largest figure first, those without one last. */
  arrange() {
    const { data, sort } = this.store.get();
    const { grid } = data;
    this.select.value = sort;
    if (!grid) return;
    const order = [...this.cells.values()];
    if (sort !== "layer") {
      order.sort((a, b) => (grid[sort][b.index] ?? -1) - (grid[sort][a.index] ?? -1) || a.index - b.index);
    }
    const figure = sort === "layer" ? "share" : sort;
    this.legend.textContent = `Below each head: ${NAMES[figure]}.`;
    this.legend.title = HELP[figure];
    for (const cell of order) cell.figure.textContent = headFigure(grid, figure, cell.index);
    const focused = this.activeElement();
    this.list.append(...order.map(({ button: button2 }) => button2));
    if (focused && this.cells.has(focused)) this.cells.get(focused)?.button.focus();
    this.fit();
    this.tell(null);
  }
  activeElement() {
    return (
      /** @type {Document | ShadowRoot} */
      this.root.getRootNode().activeElement
    );
  }
  fit() {
    if (!this.cells.size || !this.list.clientWidth) return;
    const room = Math.max(1, Math.floor((this.list.clientWidth + CELL_GAP) / (CELL_WIDTH + CELL_GAP)));
    this.columns = columnsFor(this.store.get().data.heads, room);
    this.list.style.setProperty("--lv-columns", String(this.columns));
  }
  /** @param {MapState} state */
  paint(state) {
    const { data } = state;
    if (!data.grid) return;
    const { rows, columns, half, dilation } = data.grid;
    const table = colourTable({ difference: false }, state.theme, state.scale, 1);
    for (const { index, canvas } of this.cells.values()) {
      const image = new ImageData(columns, rows);
      const pixels = new Uint32Array(image.data.buffer);
      const first = index * rows * columns;
      const inside = insideOf(data.tokens, rows, columns, half[index], dilation[index]);
      for (let cell = 0; cell < pixels.length; cell += 1) {
        const code = data.arrays.grid_thumbs[first + cell];
        const drawn = code || inside(Math.floor(cell / columns), cell % columns);
        pixels[cell] = table[drawn ? code + 1 : 0];
      }
      contextOf(canvas).putImageData(image, 0, 0);
    }
  }
  /** @param {MapState} state */
  open({ layer, head }) {
    const hasFocus = this.list.contains(this.activeElement());
    for (const cell of this.cells.values()) {
      const isOpen = cell.layer === layer && cell.head === head;
      if (cell.button.getAttribute("aria-pressed") === String(isOpen)) continue;
      cell.button.classList.toggle("lv-open", isOpen);
      cell.button.setAttribute("aria-pressed", String(isOpen));
      if (isOpen && !hasFocus) this.makeFocusable(cell);
    }
    const cells = [...this.cells.values()];
    if (cells.length && !cells.some(({ button: button2 }) => button2.tabIndex === 0)) cells[0].button.tabIndex = 0;
    if (!this.told) this.tell(null);
  }
  /**
   * Make one cell the one that the Tab key reaches.
   *
   * @param {Cell} chosen
   */
  makeFocusable(chosen) {
    for (const { button: button2 } of this.cells.values()) if (button2.tabIndex === 0) button2.tabIndex = -1;
    chosen.button.tabIndex = 0;
  }
  /**
   * Mark the query pointed at and the selected one: two properties, from which every thumbnail draws its lines.
   *
   * @param {MapState} state
   */
  mark({ data, hover, locked }) {
    const position = (token) => token === null || token === void 0 ? "-9" : String((token + 0.5) / data.tokens);
    const { style } = this.list;
    const marks = { "--lv-hovered": position(hover?.query), "--lv-locked": position(locked) };
    for (const [name, value] of Object.entries(marks)) {
      if (style.getPropertyValue(name) !== value) style.setProperty(name, value);
    }
  }
  /** @param {Cell | null} cell null for the open head. */
  tell(cell) {
    this.told = cell;
    const { data, layer, head } = this.store.get();
    const shown = cell ?? [...this.cells.values()].find((one) => one.layer === layer && one.head === head);
    const text = data.grid && shown ? headText(data.grid, shown.index, shown.layer, shown.head) : "";
    if (this.caption.textContent !== text) this.caption.textContent = text;
  }
  destroy() {
    this.listeners.abort();
    this.sized.disconnect();
    this.root.replaceChildren();
    this.root.classList.remove("lv-grid");
  }
};

// longformer_viz/widget/shared/selection.js
var UNITS = ["token", "sentence", "paragraph"];
var NAMES2 = (
  /** @type {Record<string, string>} */
  { heading: "heading", row: "table row" }
);
function unitAt({ blocks, sentences }, token, unit) {
  if (unit === "sentence") {
    const found = lastAtMost(sentences.length / 2, (index) => sentences[2 * index], token);
    if (found >= 0 && token < sentences[2 * found + 1]) {
      return { from: sentences[2 * found], to: sentences[2 * found + 1], unit, name: "sentence", number: found + 1 };
    }
  }
  if (unit === "paragraph") {
    const block = blocks[lastAtMost(blocks.length, (index) => blocks[index].from, token)];
    if (block && isIn(block, token)) {
      return { from: block.from, to: block.to, unit, name: NAMES2[block.kind] ?? "paragraph", number: block.number };
    }
  }
  return { from: token, to: token + 1, unit: "token", name: "token", number: 0 };
}
function lastAtMost(count, at, value) {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = low + high >> 1;
    if (at(middle) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
function selectionOf({ data, locked, unit }) {
  return locked === null || locked >= data.tokens ? null : unitAt(data, locked, unit);
}
function toggled(state, token) {
  const selection = selectionOf(state);
  return selection && isIn(selection, token) ? null : token;
}
function isIn({ from, to }, token) {
  return token >= from && token < to;
}
function selectionText({ from, to, name, number }) {
  const count = to - from;
  return `${name}${number ? ` ${countText(number)}` : ""} (${countText(count)} token${count === 1 ? "" : "s"})`;
}

// longformer_viz/widget/shared/pairs.js
var OUTSIDE = -1;
var ELSEWHERE = -2;
function pairKind(view, query, key) {
  if (view.globalIndex.has(query) || view.globalIndex.has(key)) return "global";
  if (view.causal && key > query) return "outside";
  if (view.blocks) return blockKind(view.blocks, query, key);
  const distance = Math.abs(key - query);
  if (distance > view.reach || distance % view.dilation) return "outside";
  return view.dilation > 1 ? "dilated" : "local";
}
function blockKind([size, last], query, key) {
  if (Math.min(query, key) < size || Math.max(query, key) >= last) return "global";
  return Math.abs(Math.floor(query / size) - Math.floor(key / size)) <= 1 ? "local" : "outside";
}
function pairCode(view, tokens, query, key) {
  const kind = pairKind(view, query, key);
  if (kind === "outside") return OUTSIDE;
  if (view.overBudget) return farCode(view, query, key);
  const row = view.globalIndex.get(query);
  if (row !== void 0) return view.rows[row * tokens + key];
  const column = view.globalIndex.get(key);
  if (column !== void 0) return view.columns[query * view.globals.length + column];
  return view.band[query * (2 * view.half + 1) + view.half + (key - query) / view.dilation];
}
function farCode(view, query, key) {
  if (view.row === query) return view.rowCodes[key] === 1 ? 0 : view.rowCodes[key];
  const { tile } = view;
  if (!tile || tile.steps[0] > 1 || tile.steps[1] > 1) return ELSEWHERE;
  const row = query - tile.rows[0];
  const column = (tile.straight ? key - query : key) - tile.columns[0];
  const width = tile.columns[1] - tile.columns[0];
  if (query < tile.rows[0] || query >= tile.rows[1] || column < 0 || column >= width) return ELSEWHERE;
  const code = view.tileCodes[row * width + column];
  return code === 1 ? 0 : code;
}
function bandKeys(view, tokens, query) {
  const keys = [...view.globals];
  for (let key = query - view.reach; key <= query + view.reach; key += view.dilation) {
    if (key >= 0 && key < tokens) keys.push(key);
  }
  return keys;
}

// longformer_viz/widget/shared/mean_row.js
var LAST = /* @__PURE__ */ new WeakMap();
function meanWeights(view, tokens, { from, to }) {
  const last = LAST.get(view);
  if (last && last.from === from && last.to === to) return last.weights;
  const weights = view.overBudget ? arrivedMean(view, { from, to }) : computedMean(view, tokens, { from, to });
  if (weights) LAST.set(view, { from, to, weights });
  return weights;
}
function arrivedMean(view, { from, to }) {
  if (view.mean?.[0] !== from || view.mean[1] !== to) return null;
  const table = codeWeights(view);
  return Float64Array.from(view.meanCodes, (code) => code === 1 ? 0 : table[code]);
}
function computedMean(view, tokens, { from, to }) {
  const { band, columns, rows, globals, globalIndex, half, dilation } = view;
  const table = codeWeights(view);
  const sums = new Float64Array(tokens);
  const width = 2 * half + 1;
  for (let query = from; query < to; query += 1) {
    const row = globalIndex.get(query);
    if (row !== void 0) {
      for (let key = 0; key < tokens; key += 1) sums[key] += table[rows[row * tokens + key]];
      continue;
    }
    globals.forEach((key, column) => sums[key] += table[columns[query * globals.length + column]]);
    for (let column = 0; column < width; column += 1) {
      const key = query + (column - half) * dilation;
      if (key >= 0 && key < tokens && !globalIndex.has(key)) sums[key] += table[band[query * width + column]];
    }
  }
  return sums.map((sum) => sum / (to - from));
}
function meanKind(view, { from, to }, key) {
  let found = "outside";
  for (let query = from; query < to; query += 1) {
    const kind = pairKind(view, query, key);
    if (kind === "local" || kind === "dilated") return kind;
    if (kind === "global") found = kind;
  }
  return found;
}

// longformer_viz/widget/shared/pieces.js
var UNSEEN = /[\u0000-\u001f\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
function plainPiece(piece, limit = 24) {
  const start = piece.length > 4 * limit ? piece.slice(0, 4 * limit) : piece;
  const seen = start.replace(UNSEEN, (unseen) => "\\u" + unseen.charCodeAt(0).toString(16).padStart(4, "0"));
  const characters = [...seen];
  return characters.length > limit ? characters.slice(0, limit - 1).join("") + "…" : seen;
}

// longformer_viz/widget/map/readout.js
var HINT = "Point at a pair to read its weight. Click a row, or a word in the text, to see what it attends to. Scroll to zoom, drag to move.";
var KIND_TEXT = {
  local: "window",
  dilated: "dilated",
  global: "global",
  outside: "forbidden by the pattern"
};
function mapDescription(data) {
  const [view] = data.views;
  const count = view.globals.length;
  const globals = `${countText(count)} global token${count === 1 ? "" : "s"}`;
  const dilation = view.dilation > 1 ? `, dilation ${view.dilation}` : "";
  const others = data.views.slice(1).map(({ label }) => label);
  const other = others.length ? ` Beside it: ${others.join(", ")}.` : "";
  return `Attention map of ${inSentence(view.label)}: ${countText(data.tokens)} by ${countText(data.tokens)} pairs, window ${countText(view.window)}${dilation}, ${globals}.${other} Arrow keys move the view, plus and minus zoom, Home shows the whole document. Shift with an arrow key moves the crosshair, Enter selects its query token, Escape clears the selection.`;
}
function inSentence(label) {
  return label.charAt(0).toLowerCase() + label.slice(1);
}
function codeText(view, code) {
  if (code === ELSEWHERE) return "zoom in to read the weight";
  if (code === FAULT) return "not a number: the run has a fault";
  const value = codeWeights(view)[code];
  if (view.difference) {
    if (code === 0) return "no difference";
    return `${weightText(Math.abs(value))} ${value < 0 ? "lower" : "higher"}`;
  }
  return code === 0 ? "weight below 0.0001" : `weight ${weightText(value)}`;
}
function firstWords({ text, offsets }, { from, to }) {
  const words = text.slice(offsets[2 * from], offsets[2 * to - 1]).slice(0, 200);
  return plainPiece(words.replace(/\s+/g, " "), 22);
}
function meanText(view, mean) {
  if (Number.isNaN(mean)) return "not a number: the run has a fault";
  if (!view.difference) return `mean weight ${weightText(mean)}`;
  return `mean difference: ${Math.abs(mean) < FLOOR ? "none" : `${weightText(Math.abs(mean))} ${mean < 0 ? "lower" : "higher"}`}`;
}
function sinkText(view, query) {
  return view.sink.length ? `, sink ${percentText(codeWeights(view)[view.sink[query]])}` : "";
}
var Readout = class {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    root.setAttribute("aria-live", "polite");
    root.setAttribute("aria-atomic", "true");
    this.said = "";
  }
  /** @param {MapState} state */
  say(state) {
    const { data, hover, locked, preview, waiting } = state;
    if (preview && !hover) return this.change(preview, waiting);
    const selection = selectionOf(state);
    if (selection && selection.to - selection.from > 1 && (!hover || hover.mean || isIn(selection, hover.query) && hover.key === null)) {
      return this.mean(data, selection, hover?.key ?? null);
    }
    const pair = hover ?? (locked === null ? null : { query: locked, key: null });
    const said = JSON.stringify([data.crc, pair, locked]);
    if (said === this.said) return;
    this.said = said;
    this.root.replaceChildren();
    if (!pair || pair.query >= data.tokens) {
      append(this.root, "span", "lv-hint", HINT);
      return;
    }
    const pairRow = append(this.root, "span", "lv-pair");
    this.token(pairRow, "query", data, pair.query);
    if (pair.key === null) {
      append(this.root, "span", "lv-hint", pair.query === locked ? "selected" : "");
      return;
    }
    append(pairRow, "span", "lv-arrow", "→");
    this.token(pairRow, "key", data, pair.key);
    const facts = append(this.root, "span", "lv-facts");
    append(facts, "span", "", distanceText(pair.key - pair.query));
    for (const view of data.views) {
      const code = pairCode(view, data.tokens, pair.query, pair.key);
      const weight = code === OUTSIDE ? "" : `, ${codeText(view, code)}`;
      const words = weight + sinkText(view, pair.query);
      this.fact(this.lineOf(facts, data), data, view, pairKind(view, pair.query, pair.key), words, code === FAULT);
    }
  }
  /**
   * Where the weight of one map is read out: several maps have a line each, so that their weights stand one below the
   * other.
   *
   * @param {HTMLElement} facts The line of what all maps share.
   * @param {Payload} data
   */
  lineOf(facts, { views }) {
    return views.length > 1 ? append(this.root, "span", "lv-facts") : facts;
  }
  /**
   * The mean attention of a sentence or paragraph, on a key where one is pointed at.
   *
   * @param {Payload} data
   * @param {Selection} selection
   * @param {number | null} key
   */
  mean(data, selection, key) {
    const said = JSON.stringify([data.crc, selection, key]);
    if (said === this.said) return;
    this.said = said;
    this.root.replaceChildren();
    const line = append(this.root, "span", "lv-pair");
    append(line, "b", "lv-piece", firstWords(data, selection)).dir = "auto";
    append(line, "span", "lv-role", `${selectionText(selection)}, mean attention`);
    if (key === null) {
      append(this.root, "span", "lv-hint", "Point at a word in the text to read the mean weight on it.");
      return;
    }
    const target = append(this.root, "span", "lv-pair");
    append(target, "span", "lv-arrow", "→");
    this.token(target, "key", data, key);
    const facts = append(this.root, "span", "lv-facts");
    for (const view of data.views) {
      const mean = meanWeights(view, data.tokens, selection)?.[key];
      const kind = meanKind(view, selection, key);
      const words = mean === void 0 ? "the mean weight is being computed" : meanText(view, mean);
      this.fact(this.lineOf(facts, data), data, view, kind, kind === "outside" ? "" : `, ${words}`, Number.isNaN(mean));
    }
  }
  /**
   * What a pattern would change that was chosen and has not been run.
   *
   * @param {Preview} preview
   * @param {boolean} waiting
   */
  change(preview, waiting) {
    const { window: window2, dilation, share, shareBefore, seconds, bytes } = preview;
    const said = JSON.stringify([window2, dilation, share, waiting]);
    if (said === this.said) return;
    this.said = said;
    this.root.replaceChildren();
    const line = append(this.root, "span", "lv-change");
    append(line, "b", "", `${percentText(shareBefore)} → ${percentText(share)} of the pairs`);
    const cost = `${waiting ? "Running" : "Estimate"}: ${secondsText(seconds)}, ${bytesText(bytes)}`;
    append(this.root, "span", "lv-change", cost);
    append(this.root, "span", "lv-hint", "Hatched: lost pairs. Outlined: gained pairs.");
  }
  /**
   * @param {HTMLElement} facts
   * @param {Payload} data
   * @param {View} view
   * @param {PairKind} kind
   * @param {string} weight In words.
   * @param {boolean} isFault
   */
  fact(facts, data, view, kind, weight, isFault) {
    const name = data.views.length > 1 ? `${view.label}: ` : "";
    const fact = append(facts, "span", facts.childElementCount ? "lv-fact" : "");
    const swatch2 = append(fact, "span", `lv-swatch lv-${kind}`, kind === "global" ? "G" : "");
    swatch2.setAttribute("aria-hidden", "true");
    append(fact, "span", isFault ? "lv-fault" : "", `${name}${KIND_TEXT[kind]}${weight}`);
  }
  /**
   * @param {HTMLElement} parent
   * @param {"query" | "key"} role
   * @param {Payload} data
   * @param {number} position
   */
  token(parent, role, data, position) {
    append(parent, "b", "lv-piece", plainPiece(data.pieces[position], 22)).dir = "auto";
    append(parent, "span", "lv-role", `${role} ${countText(position)}`);
  }
};

// longformer_viz/widget/map/picture/levels.js
var Levels = class {
  /**
   * @param {Uint8Array} codes
   * @param {number} rows
   * @param {number} columns
   */
  constructor(codes, rows, columns) {
    this.rows = rows;
    this.columns = columns;
    this.made = /* @__PURE__ */ new Map([["0,0", { codes, rows, columns }]]);
  }
  /**
   * Blocks of 2 ** down rows by 2 ** across columns.
   *
   * @param {number} down
   * @param {number} across
   * @returns {Level}
   */
  at(down, across) {
    const name = `${down},${across}`;
    const known = this.made.get(name);
    if (known) return known;
    const level = across >= down && across > 0 ? halveColumns(this.at(down, across - 1)) : halveRows(this.at(down - 1, across));
    this.made.set(name, level);
    return level;
  }
};
function halveRows({ codes, rows, columns }) {
  const half = rows + 1 >> 1;
  const found = new Uint8Array(half * columns);
  for (let row = 0; row < half; row++) {
    const first = 2 * row * columns;
    const to = row * columns;
    if (2 * row + 1 === rows) {
      found.set(codes.subarray(first, first + columns), to);
      continue;
    }
    for (let column = 0; column < columns; column++) {
      const a = codes[first + column];
      const b = codes[first + columns + column];
      found[to + column] = a > b ? a : b;
    }
  }
  return { codes: found, rows: half, columns };
}
function halveColumns({ codes, rows, columns }) {
  const half = columns + 1 >> 1;
  const found = new Uint8Array(rows * half);
  const odd = columns & 1;
  for (let row = 0; row < rows; row++) {
    let from = row * columns;
    let to = row * half;
    const stop = to + half - odd;
    while (to < stop) {
      const a = codes[from++];
      const b = codes[from++];
      found[to++] = a > b ? a : b;
    }
    if (odd) found[to] = codes[from];
  }
  return { codes: found, rows, columns: half };
}
function coarseness(scale) {
  return scale >= 0.5 ? 0 : Math.floor(Math.log2(0.5 / scale));
}

// longformer_viz/widget/map/picture/source.js
var Source = class {
  /**
   * @param {View} view
   * @param {number} tokens
   */
  constructor(view, tokens) {
    this.view = view;
    this.tokens = tokens;
    this.percent = 100;
    this.band = new Levels(view.band, tokens, 2 * view.half + 1);
    this.columns = new Levels(view.columns, tokens, view.globals.length);
    this.rows = new Levels(view.rows, view.globals.length, tokens);
  }
  /**
   * @param {Uint8Array} band
   * @param {Uint8Array} columns
   * @param {Uint8Array} rows
   */
  take(band, columns, rows) {
    const count = this.view.globals.length;
    this.band = new Levels(band, this.tokens, 2 * this.view.half + 1);
    this.columns = new Levels(columns, this.tokens, count);
    this.rows = new Levels(rows, count, this.tokens);
  }
  /**
   * Keep only the strongest pairs of each row that together carry this share of it; the others count as 0.
   *
   * @param {number} percent
   */
  keep(percent) {
    if (percent === this.percent || this.view.overBudget) return;
    this.percent = percent;
    const { view, tokens } = this;
    if (percent >= 100) return this.take(view.band, view.columns, view.rows);
    const width = 2 * view.half + 1;
    const count = view.globals.length;
    const [band, columns, rows] = [view.band, view.columns, view.rows].map((codes) => Uint8Array.from(codes));
    const sizes = codeWeights(view).map(Math.abs);
    const tally = new Uint32Array(256);
    const share = percent / 100;
    for (let row = 0; row < tokens; row++) {
      if (view.globalIndex.has(row)) continue;
      const own = [band.subarray(row * width, (row + 1) * width), columns.subarray(row * count, (row + 1) * count)];
      keepStrongest(own, sizes, tally, share);
    }
    for (let row = 0; row < count; row++) {
      keepStrongest([rows.subarray(row * tokens, (row + 1) * tokens)], sizes, tally, share);
    }
    this.take(band, columns, rows);
  }
};
function keepStrongest(parts, sizes, tally, share) {
  const threshold = strongestThreshold(parts, sizes, tally, share);
  for (const codes of parts) {
    for (let index = 0; index < codes.length; index++) if (codes[index] < threshold) codes[index] = 0;
  }
}
function strongestThreshold(parts, sizes, tally, share) {
  tally.fill(0);
  for (const codes of parts) for (let index = 0; index < codes.length; index++) tally[codes[index]]++;
  let total = 0;
  for (let code2 = 1; code2 < FAULT; code2++) total += tally[code2] * sizes[code2];
  let carried = 0;
  let code = FAULT;
  while (code > 1 && carried < share * total) {
    code--;
    carried += tally[code] * sizes[code];
  }
  return code;
}

// longformer_viz/widget/text/row_codes.js
function shownView(state) {
  return state.data.views[state.view] ?? state.data.views[0];
}
function shadeCodes(state, queries) {
  const { data, percent } = state;
  const view = shownView(state);
  const codes = queries.to - queries.from > 1 ? meanCodes(view, data.tokens, queries) : rowCodes(view, data.tokens, queries.from);
  if (codes && percent < 100) {
    const least = strongestThreshold([codes], codeWeights(view).map(Math.abs), new Uint32Array(256), percent / 100);
    codes.forEach((code, key) => codes[key] = code < least ? 0 : code);
  }
  return codes;
}
function meanCodes(view, tokens, queries) {
  const weights = meanWeights(view, tokens, queries);
  return weights && Uint8Array.from(weights, (weight) => codeOf(weight, view.difference));
}
function rowCodes(view, tokens, query) {
  const codes = new Uint8Array(tokens);
  if (view.overBudget) {
    if (view.row !== query) return null;
    view.rowCodes.forEach((code, key) => codes[key] = code === 1 ? 0 : code);
  } else {
    const keys = view.globalIndex.has(query) ? codes.keys() : bandKeys(view, tokens, query);
    for (const key of keys) codes[key] = Math.max(0, pairCode(view, tokens, query, key));
  }
  return codes;
}
function codeStyles(state) {
  const table = colourTable(shownView(state), state.theme, state.scale, scaleEnd(state.data.views, state.scale));
  const bytes = new Uint8Array(table.buffer);
  return Array.from({ length: 256 }, (_, code) => {
    const rgb = bytes.subarray(4 * (code + 1), 4 * (code + 1) + 3);
    return `background-color: rgb(${rgb.join(" ")}); color: ${inkOn(rgb)}`;
  });
}
function inkOn(rgb) {
  const [red, green, blue] = [...rgb].map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}

// longformer_viz/widget/text/lit.js
var MOST_MARKED = 300;
function foundTokens(matches) {
  return matches.slice(0, MOST_MARKED).flatMap((match) => tokensOf(match, "lv-found"));
}
function litTokens(state, selection) {
  const { data, hover, unit } = state;
  const lit = [];
  if (selection && isSeveral(selection)) lit.push(...tokensOf(selection, "lv-chosen"));
  else if (selection) lit.push([selection.from, "lv-locked"]);
  if (!hover) return lit;
  if (!hover.mean && !(selection && isIn(selection, hover.query) && hover.key === null)) {
    const pointed = selection ? null : unitAt(data, hover.query, unit);
    if (pointed && isSeveral(pointed)) lit.push(...tokensOf(pointed, "lv-pointed"));
    else lit.push([hover.query, "lv-query"]);
  }
  if (hover.key !== null) lit.push([hover.key, "lv-key", `lv-key-${kindOf(state, selection, hover, hover.key)}`]);
  return lit;
}
function isSeveral({ from, to }) {
  return to - from > 1;
}
function tokensOf({ from, to }, name) {
  return Array.from({ length: to - from }, (_, index) => [from + index, name]);
}
function kindOf(state, selection, { query, mean }, key) {
  const view = shownView(state);
  return mean && selection ? meanKind(view, selection, key) : pairKind(view, query, key);
}

// longformer_viz/widget/text/layout.js
var CHUNK_TOKENS = 96;
var LONG_PARAGRAPH = 3e3;
function layoutOf({ text, offsets, tokens, blocks }) {
  let last = 0;
  for (let token = 0; token < tokens; token += 1) last = Math.max(last, offsets[2 * token + 1]);
  const builder = new Builder(text, tokens, blocks);
  for (let token = 0; token < tokens; token += 1) builder.add(token, offsets[2 * token], offsets[2 * token + 1]);
  return builder.finish(/\S/.test(text.slice(last, last + 1e4)));
}
var LINE_ENDS = /^\s*[\r\n]\s*/;
var NO_BLOCK = { start: 0, stop: 0, from: 0, to: 0, kind: "paragraph", level: 0, number: 0 };
function paragraphOf(text, block, before) {
  const { start, stop, kind } = block;
  const words = text.slice(start, stop);
  return {
    start,
    stop,
    chunks: [],
    goesOn: false,
    block,
    isApart: /(\r\n?|\n)\s*[\r\n]/.test(text.slice(before, start)),
    isWrapped: (kind === "paragraph" || kind === "item") && /[\r\n]/.test(words),
    cells: kind === "row" ? cellsOf(words).map((cell) => start + cell) : []
  };
}
function cellsOf(row) {
  const cells = [0];
  const separator = row.trim().includes("	") ? /\t/g : /\S\s*\|(?=\s*\S)/g;
  for (const match of row.matchAll(separator)) cells.push(match.index + match[0].length);
  return cells;
}
var Builder = class {
  /**
   * @param {string} text
   * @param {number} tokens
   * @param {Block[]} blocks
   */
  constructor(text, tokens, blocks) {
    this.text = text;
    this.paragraphs = blocks.map((block, index) => paragraphOf(text, block, index ? blocks[index - 1].stop : 0));
    if (!this.paragraphs.length) this.paragraphs.push(paragraphOf(text, NO_BLOCK, 0));
    this.chunks = [];
    this.chunkOf = new Int32Array(tokens);
    this.start = new Int32Array(tokens);
    this.stop = new Int32Array(tokens);
    this.owner = Int32Array.from({ length: tokens }, (_, token) => token);
    this.number = 0;
    this.cursor = 0;
    this.worded = -1;
  }
  /**
   * @param {number} token
   * @param {number} from
   * @param {number} to
   */
  add(token, from, to) {
    if (to > from && to <= this.cursor && this.worded >= 0) {
      this.owner[token] = this.worded;
      this.chunkOf[token] = this.chunkOf[this.worded];
      this.chunks[this.chunkOf[token]].to = token + 1;
      return;
    }
    if (to > from) {
      from = Math.max(from, this.cursor);
      this.advance(from, to);
      from = Math.max(from, this.paragraphs[this.number].start);
      this.cursor = Math.max(this.cursor, to);
      to = Math.min(to, this.paragraphs[this.number].stop);
      if (to > from) from += LINE_ENDS.exec(this.text.slice(from, to))?.[0].length ?? 0;
    }
    const isChip = to <= from;
    if (!isChip) this.worded = token;
    if (!isChip) this.breakLongParagraph(from);
    const chunk = this.chunkFor(token, from);
    this.start[token] = isChip ? chunk.stop : from;
    this.stop[token] = isChip ? chunk.stop : to;
    chunk.stop = this.stop[token];
    chunk.to = token + 1;
    this.chunkOf[token] = this.chunks.length - 1;
  }
  /**
   * Go to the paragraph of the characters [from, to).
   *
   * @param {number} from
   * @param {number} to
   */
  advance(from, to) {
    const { paragraphs } = this;
    while (this.number + 1 < paragraphs.length && paragraphs[this.number + 1].start < to && paragraphs[this.number].stop <= from) {
      this.number += 1;
    }
  }
  /** @param {number} from */
  breakLongParagraph(from) {
    const paragraph = this.paragraphs[this.number];
    const chunk = paragraph.chunks[paragraph.chunks.length - 1];
    if (from - paragraph.start <= LONG_PARAGRAPH || !chunk || !/\s/.test(this.text[from - 1])) return;
    chunk.stop = from;
    this.number += 1;
    this.paragraphs.splice(this.number, 0, { ...paragraph, start: from, chunks: [], goesOn: true });
    paragraph.stop = from;
  }
  /**
   * The last chunk of the paragraph, or a new one where that is full or another cell begins.
   *
   * @param {number} token
   * @param {number} character
   * @returns {Chunk}
   */
  chunkFor(token, character) {
    const { chunks, cells, start: first } = this.paragraphs[this.number];
    const last = chunks[chunks.length - 1];
    const cell = Math.max(last?.cell ?? 0, cells.findLastIndex((start2) => start2 <= character));
    if (last && last.cell === cell && token - last.from < CHUNK_TOKENS) return last;
    if (last && last.cell < cell) last.stop = cells[cell];
    const start = last ? last.stop : first;
    const made = { start, stop: start, from: token, to: token, cell, element: null, spans: null };
    chunks.push(made);
    this.chunks.push(made);
    return made;
  }
  /**
   * @param {boolean} cut
   * @returns {Layout}
   */
  finish(cut) {
    const paragraphs = this.paragraphs.filter(({ chunks: chunks2 }) => chunks2.length);
    for (const { chunks: chunks2, stop: stop2 } of paragraphs) chunks2[chunks2.length - 1].stop = stop2;
    const { chunks, chunkOf, start, stop, owner } = this;
    return { paragraphs, chunks, chunkOf, start, stop, owner, cut };
  }
};
function isSameText(data, other) {
  if (data.tokens !== other.tokens || data.text !== other.text) return false;
  return data.offsets.every((offset, index) => offset === other.offsets[index]);
}
function chipText(piece) {
  return /^[\sĊčĠ▁]*$/u.test(piece) ? "↵" : plainPiece(piece);
}

// longformer_viz/widget/text/matches.js
var MOST = 2e3;
function matchesOf({ text, offsets, tokens }, words) {
  const wanted = folded(words.trim());
  if (!wanted) return [];
  const within = folded(text);
  const found = [];
  let token = 0;
  for (let at = within.indexOf(wanted); at >= 0 && found.length < MOST; at = within.indexOf(wanted, at + wanted.length)) {
    const end = at + wanted.length;
    while (token < tokens && (offsets[2 * token + 1] <= at || offsets[2 * token] === offsets[2 * token + 1])) token += 1;
    if (token >= tokens) break;
    if (offsets[2 * token] >= end) continue;
    let to = token + 1;
    while (to < tokens && offsets[2 * to] < end && offsets[2 * to + 1] > offsets[2 * to]) to += 1;
    found.push({ from: token, to });
  }
  return found;
}
function folded(text) {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text;
}
function firstFrom(matches, token) {
  const found = matches.findIndex(({ to }) => to > token);
  return found < 0 ? 0 : found;
}

// longformer_viz/widget/text/search.js
var Search = class {
  /**
   * @param {HTMLElement} root
   * @param {Store<MapState>} store
   * @param {Actions} actions
   * @param {{ signal: AbortSignal, changed: () => void, leave: () => void }} host
   *   What hears of new occurrences, and where the keyboard goes on afterwards.
   */
  constructor(root, store, actions, { signal, changed, leave }) {
    this.root = root;
    this.store = store;
    this.actions = actions;
    this.changed = changed;
    this.leave = leave;
    this.matches = [];
    this.number = 0;
    this.row = append(root, "div", "lv-search");
    this.row.setAttribute("role", "search");
    this.field = append(this.row, "input", "lv-search-field");
    Object.assign(this.field, { type: "search", placeholder: "Find in the document ( / )", autocomplete: "off" });
    this.field.setAttribute("aria-label", "Find in the document");
    this.count = append(this.row, "output", "lv-search-count");
    this.count.setAttribute("aria-live", "polite");
    appendButton(this.row, "lv-button lv-step", "‹", () => this.go(-1), "Previous occurrence");
    appendButton(this.row, "lv-button lv-step", "›", () => this.go(1), "Next occurrence");
    this.field.addEventListener("input", () => this.find());
    this.field.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "f" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.focus();
    });
    onPageKey(signal, (event) => event.key === "/" && this.focus(), root);
  }
  /** Go to the field; returns whether there is one in sight. */
  focus() {
    if (!this.field.offsetParent) return false;
    this.field.focus();
    this.field.select();
    return true;
  }
  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Enter") this.go(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") {
      this.field.value = "";
      this.find();
      this.leave();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
  find() {
    const { data, locked } = this.store.get();
    this.matches = matchesOf(data, this.field.value);
    this.number = firstFrom(this.matches, locked ?? 0);
    this.select();
  }
  /** @param {number} by */
  go(by) {
    if (!this.matches.length) return;
    this.number = (this.number + by + this.matches.length) % this.matches.length;
    this.select();
  }
  select() {
    const match = this.matches[this.number];
    const wanted = this.field.value.trim();
    this.count.textContent = match ? `${countText(this.number + 1)} of ${countText(this.matches.length)}` : wanted ? "not found" : "";
    this.changed();
    if (match && this.store.get().locked !== match.from) this.actions.lock(match.from);
  }
  /**
   * Look again in another document, without selecting anything.
   *
   * @param {Payload} data
   */
  renew(data) {
    this.matches = matchesOf(data, this.field.value);
    this.number = 0;
    this.count.textContent = this.matches.length ? `${countText(this.matches.length)} found` : "";
  }
};

// longformer_viz/widget/text/blocks.js
var GROUP_LINES = 40;
var LINE_CHARACTERS = 40;
var CLASS2 = { paragraph: "", heading: "lv-text-heading", item: "lv-text-item", row: "lv-text-row", lines: "", code: "lv-text-code" };
function blockElements(layout, text) {
  const all = document.createDocumentFragment();
  let table = null;
  let group = append(all, "div", "lv-text-group");
  let lines = 0;
  for (const paragraph of layout.paragraphs) {
    const isRow = paragraph.block.kind === "row";
    if (lines >= GROUP_LINES && !(isRow && table)) {
      group = append(all, "div", "lv-text-group");
      lines = 0;
    }
    lines += 1 + Math.ceil((paragraph.stop - paragraph.start) / LINE_CHARACTERS);
    group.style.setProperty("--lv-lines", String(lines));
    if (isRow && (!table || paragraph.isApart)) table = tableElement(group, paragraph);
    if (!isRow) table = null;
    const made = paragraphElement(table ?? group, paragraph);
    for (const chunk of paragraph.chunks) {
      const place = isRow ? cellElement(made, chunk.cell) : made;
      chunk.element = append(place, "span", "lv-text-chunk", text.slice(chunk.start, chunk.stop));
    }
  }
  return all;
}
function paragraphElement(parent, { block, goesOn, isApart, isWrapped, cells }) {
  const made = append(parent, "div", `lv-text-paragraph ${CLASS2[block.kind]}`.trim());
  made.dir = "auto";
  if (goesOn) made.previousElementSibling?.classList.add("lv-text-continued");
  made.classList.toggle("lv-text-apart", isApart && !goesOn);
  made.classList.toggle("lv-text-wrapped", isWrapped);
  made.style.setProperty("--lv-level", String(block.level));
  if (block.kind === "heading") {
    made.setAttribute("role", "heading");
    made.setAttribute("aria-level", String(block.level));
  }
  if (block.kind === "row") {
    made.setAttribute("role", "row");
    widen(parent, cells.length);
  }
  if (block.number && !goesOn) {
    const button2 = appendButton(made, "lv-text-number", "", () => {
    }, `Select paragraph ${countText(block.number)}`);
    button2.dataset.number = String(block.number);
    button2.dataset.from = String(block.from);
    button2.setAttribute("aria-label", button2.title);
    button2.tabIndex = -1;
  }
  return made;
}
function tableElement(parent, { isApart }) {
  const table = append(parent, "div", "lv-text-table");
  table.classList.toggle("lv-text-apart", isApart);
  table.setAttribute("role", "table");
  return table;
}
function widen(table, columns) {
  const most = Math.max(columns, Number(table.style.getPropertyValue("--lv-columns")));
  table.style.setProperty("--lv-columns", String(most));
}
function cellElement(row, cell) {
  const last = row.lastElementChild;
  if (last instanceof HTMLElement && last.dataset.cell === String(cell)) return last;
  const made = element("span", "lv-text-cell");
  made.dataset.cell = String(cell);
  made.style.gridColumn = String(cell + 1);
  made.setAttribute("role", "cell");
  row.append(made);
  return made;
}

// longformer_viz/widget/text/spans.js
var LIVE_CHUNKS = 24;
var SCROLLS = 5;
var TokenSpans = class {
  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    this.lit = [];
    this.shades = null;
    this.styles = [];
    this.globals = /* @__PURE__ */ new Set();
    this.styleOf = /* @__PURE__ */ new WeakMap();
    this.live = /* @__PURE__ */ new Set();
    this.chunkOf = /* @__PURE__ */ new Map();
    this.data = null;
    this.layout = null;
    this.observer = null;
    this.chosen = null;
    this.revealed = -1;
  }
  /** @param {Payload} data */
  build(data) {
    this.destroy();
    this.data = data;
    this.live.clear();
    this.chunkOf.clear();
    this.lit = [];
    this.shades = null;
    this.chosen = null;
    const layout = layoutOf(data);
    this.layout = layout;
    this.box.replaceChildren();
    this.box.scrollTop = 0;
    this.observer = new IntersectionObserver((entries) => this.seen(entries), {
      root: this.box,
      rootMargin: "400px 0px"
    });
    const all = blockElements(layout, data.text);
    for (const chunk of layout.chunks) if (chunk.element) this.chunkOf.set(chunk.element, chunk);
    if (layout.cut) append(all, "p", "lv-text-cut", "The model read the document up to this point. The rest is not shown.");
    this.box.append(all);
    for (const chunk of layout.chunks.slice(0, 4)) this.enliven(chunk);
    for (const chunkElement of this.chunkOf.keys()) this.observer.observe(chunkElement);
  }
  /** @param {IntersectionObserverEntry[]} entries */
  seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const chunk = this.chunkOf.get(target);
      if (chunk && isIntersecting) this.enliven(chunk);
      else if (chunk?.spans && this.live.size > LIVE_CHUNKS) this.flatten(chunk);
    }
  }
  /**
   * Give each token of a chunk an element.
   *
   * @param {Chunk} chunk
   */
  enliven(chunk) {
    const { data, layout } = this;
    if (chunk.spans || !layout || !data) return;
    const { start, stop, owner } = layout;
    const parts = document.createDocumentFragment();
    chunk.spans = [];
    let at = chunk.start;
    for (let token = chunk.from; token < chunk.to; token += 1) {
      if (owner[token] !== token) continue;
      const isChip = start[token] === stop[token];
      const span = element("span", isChip ? "lv-token lv-chip" : "lv-token");
      span.dataset.token = String(token);
      if (isChip) {
        span.dir = "ltr";
        span.textContent = chipText(data.pieces[token]);
      } else {
        if (start[token] > at) parts.append(data.text.slice(at, start[token]));
        span.textContent = data.text.slice(start[token], stop[token]);
        at = stop[token];
      }
      chunk.spans[token - chunk.from] = span;
      parts.append(span);
    }
    if (chunk.stop > at) parts.append(data.text.slice(at, chunk.stop));
    chunk.element?.replaceChildren(parts);
    this.live.add(chunk);
    this.shadeChunk(chunk);
    for (const [token, ...names] of this.lit) this.spanOf(token)?.classList.add(...names);
  }
  /**
   * Turn a chunk back into plain text.
   *
   * @param {Chunk} chunk
   */
  flatten(chunk) {
    if (this.isMarking()) return;
    chunk.spans = null;
    if (chunk.element && this.data) chunk.element.textContent = this.data.text.slice(chunk.start, chunk.stop);
    this.live.delete(chunk);
  }
  /** @param {number} token */
  spanOf(token) {
    const chunk = this.layout?.chunks[this.layout.chunkOf[token]];
    if (!this.layout || !chunk?.spans) return null;
    return chunk.spans[this.layout.owner[token] - chunk.from] ?? null;
  }
  /**
   * Shade every token by its code; elements are touched only where they are.
   *
   * @param {Uint8Array | null} codes null without a selection.
   * @param {string[]} styles Of each code.
   * @param {Set<number>} globals
   */
  shade(codes, styles, globals) {
    this.globals = globals;
    this.styles = styles;
    this.shades = codes && Uint8Array.from(codes);
    this.layout?.owner.forEach((owner, token) => {
      if (owner !== token && codes && this.shades) this.shades[owner] = Math.max(this.shades[owner], codes[token]);
    });
    this.live.forEach((chunk) => this.shadeChunk(chunk));
  }
  /** @param {Chunk} chunk */
  shadeChunk(chunk) {
    chunk.spans?.forEach((span, index) => {
      if (!span) return;
      const token = chunk.from + index;
      const code = this.shades ? this.shades[token] : 0;
      const style = code ? this.styles[code] : "";
      if ((this.styleOf.get(span) ?? "") !== style) {
        span.style.cssText = style;
        this.styleOf.set(span, style);
      }
      span.classList.toggle("lv-global", this.globals.has(token));
    });
  }
  /**
   * Light tokens up.
   *
   * @param {[number, ...string[]][]} lit Tokens and the classes of each.
   */
  light(lit) {
    if (String(lit) === String(this.lit)) return;
    for (const [token, ...names] of this.lit) this.spanOf(token)?.classList.remove(...names);
    for (const [token, ...names] of lit) this.spanOf(token)?.classList.add(...names);
    this.lit = lit;
  }
  /**
   * Mark the element of the selected paragraph.
   *
   * @param {Span | null} chosen Its tokens.
   */
  choose(chosen) {
    const chunk = chosen && this.layout?.chunks[this.layout.chunkOf[chosen.from]];
    const next = chunk?.element?.closest(".lv-text-paragraph") ?? null;
    if (next === this.chosen) return;
    this.chosen?.classList.remove("lv-text-chosen");
    next?.classList.add("lv-text-chosen");
    this.chosen = next;
  }
  /**
   * Scroll a token into sight, inside the box alone: the page stays where it is.
   *
   * @param {number} token
   */
  reveal(token) {
    const chunk = this.layout?.chunks[this.layout.chunkOf[token]];
    if (!chunk) return;
    this.revealed = token;
    this.scrollTo(token, SCROLLS);
  }
  /**
   * @param {number} token
   * @param {number} times What comes into sight on the way may be taller or lower than was guessed.
   */
  scrollTo(token, times) {
    if (token !== this.revealed || !times) return;
    const chunk = this.layout?.chunks[this.layout.chunkOf[token]];
    if (chunk) this.enliven(chunk);
    const span = this.spanOf(token)?.getBoundingClientRect();
    const box = this.box.getBoundingClientRect();
    if (!span || span.top >= box.top + 8 && span.bottom <= box.bottom - 8) return;
    this.box.scrollTop += (span.top + span.bottom) / 2 - (box.top + box.bottom) / 2;
    afterFrame(() => this.scrollTo(token, times - 1));
  }
  isMarking() {
    const selection = selectionIn(this.box);
    return Boolean(selection && !selection.isCollapsed && String(selection).length > 1);
  }
  destroy() {
    this.observer?.disconnect();
  }
};
function selectionIn(element2) {
  const root = (
    /** @type {{ getSelection?: () => Selection | null }} */
    element2.getRootNode()
  );
  return root.getSelection?.() ?? window.getSelection();
}

// longformer_viz/widget/text/units.js
var NAMES3 = { token: "Token", sentence: "Sentence", paragraph: "Paragraph" };
var TITLES = {
  token: "Select a token and read what it attends to (key 1)",
  sentence: "Select a sentence and read the mean attention of its tokens (key 2)",
  paragraph: "Select a paragraph and read the mean attention of its tokens (key 3)"
};
var UnitControl = class {
  /**
   * @param {HTMLElement} parent
   * @param {Store<MapState>} store
   * @param {Actions} actions
   */
  constructor(parent, store, actions) {
    this.store = store;
    this.actions = actions;
    this.root = append(parent, "div", "lv-label lv-unit");
    append(this.root, "span", "", "Select");
    const group = append(this.root, "div", "lv-group lv-joined");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "Select");
    this.buttons = UNITS.map((unit) => appendButton(group, "lv-button", NAMES3[unit], () => this.choose(unit), TITLES[unit]));
  }
  /** @param {Unit} unit */
  choose(unit) {
    if (unit !== this.store.get().unit) this.actions.choose({ unit });
  }
  /**
   * Choose by the keys 1, 2 and 3; returns whether it was one of them.
   *
   * @param {string} key
   */
  key(key) {
    const unit = UNITS[Number(key) - 1];
    if (unit) this.choose(unit);
    return Boolean(unit);
  }
  /** @param {MapState} state */
  render({ unit }) {
    this.buttons.forEach((button2, index) => button2.setAttribute("aria-pressed", String(UNITS[index] === unit)));
  }
};

// longformer_viz/widget/text/view.js
var SHADING = ["data", "view", "locked", "unit", "scale", "percent", "theme", "globals"];
var LIT = ["data", "view", "hover", "locked", "unit"];
var BAR = ["data", "locked", "unit", "globals"];
var TextView = class {
  /**
   * @param {HTMLElement} root
   * @param {Store<MapState>} store
   * @param {Actions} actions
   */
  constructor(root, store, actions) {
    this.root = root;
    this.store = store;
    this.actions = actions;
    this.ready = false;
    root.classList.add("lv-text");
    root.replaceChildren();
    const bar = append(root, "div", "lv-text-bar");
    this.units = new UnitControl(bar, store, actions);
    this.clear = appendButton(bar, "lv-button lv-clear", "✕", () => this.actions.lock(null), "Clear selection (Escape)");
    appendButton(bar, "lv-button lv-text-large", "", () => void this.full.toggle(), "Full screen (F)").setAttribute(
      "aria-label",
      "Enlarge the text"
    );
    this.readout = null;
    this.box = append(root, "div", "lv-text-box");
    this.box.tabIndex = 0;
    this.box.setAttribute("role", "group");
    this.box.setAttribute(
      "aria-label",
      "Document text. Left and right arrows move from token to token, up and down arrows by what is selected. Enter selects a token, sentence or paragraph, as 1, 2 and 3 choose. Escape clears the selection. G makes the token global or local."
    );
    this.spans = new TokenSpans(this.box);
    this.listeners = new AbortController();
    this.search = new Search(root, store, actions, {
      signal: this.listeners.signal,
      changed: () => this.light(this.store.get()),
      leave: () => this.box.focus()
    });
    root.insertBefore(this.search.row, this.box);
    this.globalButton = appendButton(this.search.row, "lv-button lv-text-global", "", () => {
      const { locked } = this.store.get();
      if (locked !== null) this.actions.toggleGlobal(locked);
    });
    this.full = new FullScreen(root, () => this.fit());
    this.listen();
    this.buildLater();
  }
  buildLater() {
    this.ready = false;
    afterFrame(() => {
      if (this.ready || this.listeners.signal.aborted) return;
      this.ready = true;
      this.spans.build(this.store.get().data);
      this.search.renew(this.store.get().data);
      this.render(this.store.get(), null);
    });
  }
  listen() {
    const { box } = this;
    const { signal } = this.listeners;
    box.addEventListener("pointermove", (event) => this.hover(tokenAt(event)), { signal });
    box.addEventListener("pointerleave", () => this.hover(null), { signal });
    box.addEventListener("keydown", (event) => this.key(event), { signal });
    box.addEventListener(
      "click",
      (event) => {
        const number = numberAt(event);
        if (number !== null) return this.selectParagraph(number);
        const token = tokenAt(event);
        if (token !== null && event.detail <= 1 && !this.spans.isMarking()) this.select(token);
      },
      { signal }
    );
    box.addEventListener(
      "dblclick",
      (event) => {
        const token = tokenAt(event);
        if (token === null) return;
        selectionIn(this.box)?.removeAllRanges();
        window.getSelection()?.removeAllRanges();
        this.actions.toggleGlobal(token);
      },
      { signal }
    );
  }
  /** The text becomes large or small: what is selected stays in sight. */
  fit() {
    const { locked } = this.store.get();
    this.readout?.root.remove();
    this.readout = this.full.on ? new Readout(append(this.root, "div", "lv-readout")) : null;
    if (this.readout) this.root.insertBefore(this.readout.root, this.search.row);
    if (locked !== null) this.spans.reveal(locked);
    this.render(this.store.get(), null);
  }
  /**
   * Select a token, sentence or paragraph, or clear the selection where the token belongs to it already.
   *
   * @param {number} token
   */
  select(token) {
    this.actions.lock(toggled(this.store.get(), token));
  }
  /**
   * Select a paragraph by its number in the margin.
   *
   * @param {number} first Its first token.
   */
  selectParagraph(first) {
    const state = this.store.get();
    if (state.unit !== "paragraph") this.actions.choose({ unit: "paragraph", locked: first });
    else this.select(first);
  }
  /**
   * Point at a token. It is the key of the selection where there is one: the map then reads out their weight.
   *
   * @param {number | null} token
   */
  hover(token) {
    const state = this.store.get();
    const { hover, locked } = state;
    const selection = selectionOf(state);
    let next = null;
    if (token !== null && locked === null) next = { query: token, key: null };
    else if (token !== null && locked !== null) next = { query: locked, key: token };
    if (next && selection && selection.to - selection.from > 1) next = { ...next, query: selection.from, mean: true };
    if (JSON.stringify(next) !== JSON.stringify(hover)) this.store.set({ hover: next });
  }
  /**
   * The first token of the unit after, or before, the one that a token belongs to.
   *
   * @param {number} token
   * @param {number} by 1 or -1.
   */
  stepUnit(token, by) {
    const { data, unit } = this.store.get();
    const { from, to } = unitAt(data, token, unit);
    const next = clamp(by > 0 ? to : from - 1, 0, data.tokens - 1);
    return unitAt(data, next, unit).from;
  }
  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { data, hover, locked } = this.store.get();
    const last = data.tokens - 1;
    const current = (locked === null ? hover?.query : hover?.key) ?? locked;
    const steps = { ArrowRight: 1, ArrowLeft: -1 };
    const strides = { ArrowDown: 1, ArrowUp: -1 };
    let next = null;
    if (event.key in steps) next = current === null ? 0 : clamp(current + steps[event.key], 0, last);
    else if (event.key in strides) next = current === null ? 0 : this.stepUnit(current, strides[event.key]);
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = last;
    else if (event.key === "Enter" || event.key === " ") {
      if (current !== null) this.select(current);
    } else if (event.key === "Escape") {
      if (locked === null) return;
      this.actions.lock(null);
    } else if (event.key.toLowerCase() === "g") {
      if (current !== null) this.actions.toggleGlobal(current);
    } else if (!this.units.key(event.key)) return;
    event.preventDefault();
    if (next === null) return;
    this.hover(next);
    this.spans.reveal(next);
  }
  /**
   * @param {MapState} state
   * @param {MapState | null} previous
   */
  render(state, previous) {
    if (!this.ready) return;
    if (previous && state.data !== previous.data && !isSameText(state.data, previous.data)) return this.buildLater();
    const changed = (names) => !previous || names.some((name) => state[name] !== previous[name]);
    if (changed(SHADING)) this.shade(state);
    if (changed(LIT)) this.light(state);
    if (changed(BAR)) this.renderBar(state);
    this.readout?.say(state);
    if (state.locked !== null && changed(["locked"])) this.spans.reveal(state.locked);
  }
  /** @param {MapState} state */
  shade(state) {
    const selection = selectionOf(state);
    const codes = selection && shadeCodes(state, selection);
    this.spans.shade(codes, codes ? codeStyles(state) : [], new Set(state.globals));
  }
  /** @param {MapState} state */
  light(state) {
    const selection = selectionOf(state);
    this.spans.light([...foundTokens(this.search.matches), ...litTokens(state, selection)]);
    this.spans.choose(selection?.unit === "paragraph" ? selection : null);
  }
  /**
   * Show what a click selects, and what can be done with the selection.
   *
   * @param {MapState} state
   */
  renderBar(state) {
    const selection = selectionOf(state);
    this.units.render(state);
    this.clear.hidden = !selection;
    this.globalButton.hidden = selection?.unit !== "token";
    const isGlobal = selection !== null && state.globals.includes(selection.from);
    this.globalButton.textContent = isGlobal ? "Make local" : "Make global";
    this.globalButton.title = isGlobal ? "Let this token attend inside its window only (G)" : "Let this token attend to every token, and every token to it (G)";
  }
  destroy() {
    this.listeners.abort();
    this.full.destroy();
    this.spans.destroy();
    this.root.replaceChildren();
    this.root.classList.remove("lv-text");
  }
};
function tokenAt(event) {
  const found = event.target instanceof Element ? event.target.closest("[data-token]") : null;
  return found instanceof HTMLElement ? Number(found.dataset.token) : null;
}
function numberAt(event) {
  const found = event.target instanceof HTMLElement && event.target.classList.contains("lv-text-number");
  return found ? Number(
    /** @type {HTMLElement} */
    event.target.dataset.from
  ) : null;
}

// longformer_viz/widget/map/picture/eye.js
var LARGEST_CELL = 44;
var WIDEST_SHAPE = 1.5;
function widestReach(views) {
  return Math.max(...views.map((view) => view.reach));
}
function marginOf(reach) {
  return Math.ceil(0.02 * reach);
}
function fitScales(mode, tokens, reach, box) {
  if (mode === "square") {
    const side = WIDEST_SHAPE * Math.min(box.width, box.height);
    return [Math.min(box.width, side) / tokens, Math.min(box.height, side) / tokens];
  }
  const across = box.width / (2 * (reach + marginOf(reach)) + 1);
  return [Math.min(across, 2 * LARGEST_CELL), Math.min(box.height / tokens, 2 * LARGEST_CELL)];
}
function scalesAt(fit, zoom) {
  const [across, down] = fit.map((scale) => Math.max(scale, Math.min(LARGEST_CELL, scale * zoom)));
  return [across, down];
}
function zoomLimit(fit) {
  return Math.max(1, LARGEST_CELL / Math.min(...fit));
}
function extentOf(mode, tokens, reach) {
  if (mode === "square") return [0, tokens, 0, tokens];
  const far = reach + marginOf(reach);
  return [-far, far + 1, 0, tokens];
}
function boundedPlace([x, y, wanted], mode, tokens, reach, box) {
  const fit = fitScales(mode, tokens, reach, box);
  const zoom = clamp(wanted, 1, zoomLimit(fit));
  const [scaleX, scaleY] = scalesAt(fit, zoom);
  const [left, right, top, bottom] = extentOf(mode, tokens, reach);
  return [boundedMiddle(x, left, right, box.width / scaleX), boundedMiddle(y, top, bottom, box.height / scaleY), zoom];
}
function boundedMiddle(middle, low, high, seen) {
  if (!Number.isFinite(middle) || seen >= high - low) return (low + high) / 2;
  return clamp(middle, low + seen / 2, high - seen / 2);
}
function eyeAt(place, mode, tokens, reach, box) {
  const [scaleX, scaleY] = scalesAt(fitScales(mode, tokens, reach, box), place[2]);
  return {
    turn: mode === "square" ? 0 : 1,
    originX: place[0] - box.width / 2 / scaleX,
    originY: place[1] - box.height / 2 / scaleY,
    scaleX,
    scaleY
  };
}
function eyeBetween(from, to, part, box) {
  const mix = (a, b) => a + (b - a) * part;
  const grow = (a, b) => a * Math.pow(b / a, part);
  const scaleX = grow(from.scaleX, to.scaleX);
  const scaleY = grow(from.scaleY, to.scaleY);
  const middle = (eye) => [eye.originX + box.width / 2 / eye.scaleX, eye.originY + box.height / 2 / eye.scaleY];
  const [fromX, fromY] = middle(from);
  const [toX, toY] = middle(to);
  return {
    turn: mix(from.turn, to.turn),
    originX: mix(fromX, toX) - box.width / 2 / scaleX,
    originY: mix(fromY, toY) - box.height / 2 / scaleY,
    scaleX,
    scaleY
  };
}
function turnedPlace([x, y, zoom], from, to, tokens, reach, box) {
  if (from === to) return [x, y, zoom];
  const scale = scalesAt(fitScales(from, tokens, reach, box), zoom)[1];
  const turned = to === "square" ? x + y : x - y;
  const whole = zoom <= 1.001;
  return boundedPlace([turned, y, whole ? 1 : scale / fitScales(to, tokens, reach, box)[1]], to, tokens, reach, box);
}
function pairAt(eye, x, y, tokens) {
  const query = Math.floor(eye.originY + y / eye.scaleY);
  const key = Math.floor(eye.originX + x / eye.scaleX + eye.turn * query);
  return query < 0 || query >= tokens || key < 0 || key >= tokens ? null : { query, key };
}
function pointOf(eye, query, key) {
  return [(key - eye.turn * query - eye.originX) * eye.scaleX, (query - eye.originY) * eye.scaleY];
}

// longformer_viz/widget/map/camera.js
var TURN_MS = 600;
var Camera = class {
  /**
   * @param {Store<MapState>} store
   * @param {Actions} actions
   */
  constructor(store, actions) {
    this.store = store;
    this.actions = actions;
    this.reach = 0;
    this.box = null;
    this.turning = null;
    this.reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");
  }
  /**
   * The box, for what happens only once the map has a size.
   *
   * @returns {Size}
   */
  get size() {
    return this.box ?? { width: 1, height: 1 };
  }
  /** @returns {Place} */
  place() {
    const { data, mode, place } = this.store.get();
    return boundedPlace(place ?? [NaN, NaN, 1], mode, data.tokens, this.reach, this.size);
  }
  /** @returns {Eye} */
  eye() {
    const { data, mode } = this.store.get();
    const to = eyeAt(this.place(), mode, data.tokens, this.reach, this.size);
    return this.turning ? eyeBetween(this.turning.from, to, this.turning.part, this.size) : to;
  }
  /**
   * Go to a place; returns whether that changed anything.
   *
   * @param {Place} place
   */
  goTo(place) {
    const { data, mode } = this.store.get();
    const bounded = boundedPlace(place, mode, data.tokens, this.reach, this.size);
    const before = this.place();
    this.turning = null;
    if (bounded.every((value, index) => Math.abs(value - before[index]) < 1e-6)) return false;
    this.actions.setPlace(bounded);
    return true;
  }
  /**
   * Move by CSS pixels.
   *
   * @param {number} x
   * @param {number} y
   */
  pan(x, y) {
    const { scaleX, scaleY } = this.eye();
    const [column, row, zoom] = this.place();
    return this.goTo([column + x / scaleX, row + y / scaleY, zoom]);
  }
  /**
   * Zoom about a point of the box.
   *
   * @param {number} factor
   * @param {number} x
   * @param {number} y
   */
  zoom(factor, x, y) {
    const { data, mode } = this.store.get();
    const before = this.place();
    const eye = eyeAt(before, mode, data.tokens, this.reach, this.size);
    const column = eye.originX + x / eye.scaleX;
    const row = eye.originY + y / eye.scaleY;
    const fit = fitScales(mode, data.tokens, this.reach, this.size);
    const zoom = clamp(before[2] * factor, 1, zoomLimit(fit));
    const [scaleX, scaleY] = scalesAt(fit, zoom);
    return this.goTo([column + (this.size.width / 2 - x) / scaleX, row + (this.size.height / 2 - y) / scaleY, zoom]);
  }
  fit() {
    this.turning = null;
    this.actions.setPlace(null);
  }
  /**
   * @param {number} column
   * @param {number} row
   */
  centre(column, row) {
    this.goTo([column, row, this.place()[2]]);
  }
  /**
   * Bring a query's row into sight, where it is not.
   *
   * @param {number} query
   */
  reveal(query) {
    if (!this.box || this.store.get().place === null) return;
    const { originY, scaleY } = this.eye();
    if (query >= originY && query + 1 <= originY + this.size.height / scaleY) return;
    const [column, , zoom] = this.place();
    const { mode } = this.store.get();
    this.goTo([mode === "square" ? query : column, query, zoom]);
  }
  /** @param {Mode} mode */
  turnTo(mode) {
    const { data, mode: before, place: set } = this.store.get();
    if (mode === before) return;
    const from = this.box ? this.eye() : null;
    const place = turnedPlace(this.place(), before, mode, data.tokens, this.reach, this.size);
    this.turning = from && !this.reducedMotion.matches ? { from, part: 0, start: null } : null;
    this.store.set({ mode, place: set === null ? null : place });
    this.actions.modeChanged();
  }
  /**
   * Take the turn on to a moment; returns whether it goes on.
   *
   * @param {number} now
   */
  turnOn(now) {
    const { turning } = this;
    if (!turning) return false;
    turning.start ??= now;
    const part = Math.min(1, (now - turning.start) / TURN_MS);
    turning.part = part < 0.5 ? 4 * part ** 3 : 1 - (2 - 2 * part) ** 3 / 2;
    if (part === 1) this.turning = null;
    return part < 1;
  }
};

// longformer_viz/widget/map/pattern/strips.js
function hasOffset({ reach, dilation }, offset) {
  return Math.abs(offset) <= reach && offset % dilation === 0;
}
function stripsOnlyIn(band, other, tokens) {
  const far = Math.min(band.reach, tokens - 1);
  const found = [];
  for (let offset = -far; offset <= far; offset++) {
    if (!hasOffset(band, offset) || hasOffset(other, offset)) continue;
    const last = found[found.length - 1];
    if (last && last[1] === offset) last[1] = offset + 1;
    else found.push([offset, offset + 1]);
  }
  return found;
}
function seenStrips(strips, least) {
  const found = [];
  for (const [from, to] of strips) {
    const last = found[found.length - 1];
    if (last && from - last.to < least) {
      last.counted += to - from;
      last.to = to;
    } else found.push({ from, to, counted: to - from });
  }
  return found;
}
function stripOutline(from, to, tokens) {
  const rows = [0, tokens, -from, -to, tokens - from, tokens - to].filter((row) => row >= 0 && row <= tokens).sort((a, b) => a - b);
  const inside = (key) => Math.min(tokens, Math.max(0, key));
  const left = rows.map((row) => [inside(row + from), row]);
  const right = rows.map((row) => [inside(row + to), row]);
  return [...left, ...right.reverse()];
}
function steppedOutline(from, to, tokens, [first, last]) {
  const inside = (key) => Math.min(tokens, Math.max(0, key));
  const left = [];
  const right = [];
  for (let row = first; row < last; row++) {
    left.push([inside(row + from), row], [inside(row + from), row + 1]);
    right.push([inside(row + to), row], [inside(row + to), row + 1]);
  }
  return [...left, ...right.reverse()];
}
function countPairs(tokens, { reach, dilation }, globals) {
  const half = Math.floor(reach / dilation);
  const isGlobal = new Uint8Array(tokens);
  for (const position of globals) if (position < tokens) isGlobal[position] = 1;
  const before = new Int32Array(tokens);
  let count = 0;
  for (let token = 0; token < tokens; token++) {
    count += isGlobal[token];
    before[token] = isGlobal[token] + (token >= dilation ? before[token - dilation] : 0);
  }
  let pairs = count * tokens;
  for (let query = 0; query < tokens; query++) {
    if (isGlobal[query]) continue;
    const back = Math.min(half, Math.floor(query / dilation));
    const ahead = Math.min(half, Math.floor((tokens - 1 - query) / dilation));
    const first = query - back * dilation;
    const inBand = before[query + ahead * dilation] - (first >= dilation ? before[first - dilation] : 0);
    pairs += back + ahead + 1 + count - inBand;
  }
  return pairs;
}

// longformer_viz/widget/map/pattern/preview.js
var COUNTED = /* @__PURE__ */ new Map();
var MOST_COUNTED = 200;
function previewOf(values, data, globals = null) {
  const { pattern } = data.controls;
  const [view] = data.views;
  if (!pattern || view.difference) return null;
  const positions = globals ?? positionsOf(values, pattern, data.tokens);
  if (!positions) return null;
  const window2 = pattern.fixed.window ? view.window : values.window;
  const dilation = pattern.fixed.dilation ? view.dilation : values.dilation;
  const isRun = window2 === view.window && dilation === view.dilation && String(positions) === String([...view.globals]);
  if (isRun) return null;
  const share = shareOf(values, pattern, data.tokens, positions);
  const reach = Math.min(Math.floor(window2 / 2), Math.floor((data.tokens - 1) / dilation)) * dilation;
  const ratio = secondsOf(values.window, positions.length, pattern) / secondsOf(null, view.globals.length, pattern);
  return {
    window: window2,
    dilation,
    reach,
    globals: positions,
    share,
    shareBefore: pattern.run.share,
    seconds: pattern.run.seconds * ratio,
    bytes: pattern.run.bytes + globalBytes(positions.length, pattern) - globalBytes(view.globals.length, pattern)
  };
}
function toggledPreview(data, position) {
  const { pattern } = data.controls;
  if (!pattern) return null;
  const [view] = data.views;
  const others = [...view.globals].filter((one) => one !== position);
  const globals = view.globalIndex.has(position) ? others : [...others, position].sort((a, b) => a - b);
  return previewOf(pattern, data, globals);
}
function shareOf(values, { groups, fixed }, tokens, globals) {
  let pairs = 0;
  let heads = 0;
  for (const [ownWindow, ownDilation, count] of groups) {
    const window2 = fixed.window ? ownWindow : values.window;
    const dilation = fixed.dilation ? ownDilation : values.dilation;
    pairs += count * counted(tokens, window2, dilation, globals);
    heads += count;
  }
  return pairs / heads / tokens ** 2;
}
function counted(tokens, window2, dilation, globals) {
  const name = `${tokens} ${window2} ${dilation} ${globals}`;
  let found = COUNTED.get(name);
  if (found === void 0) {
    if (COUNTED.size >= MOST_COUNTED) COUNTED.clear();
    found = countPairs(tokens, { reach: Math.floor(window2 / 2) * dilation, dilation }, globals);
    COUNTED.set(name, found);
  }
  return found;
}
function secondsOf(window2, globals, { cost, groups, fixed, tokens }) {
  let keys = 0;
  let heads = 0;
  for (const [own, , count] of groups) {
    keys += count * Math.min(window2 === null || fixed.window ? own : window2, tokens);
    heads += count;
  }
  return cost.seconds + cost.secondsAKey * (keys / heads) + cost.secondsAGlobal * globals;
}
function globalBytes(globals, { cost }) {
  return cost.bytesAGlobal * Math.min(globals, cost.mostGlobals);
}
function positionsOf({ preset, step, positions }, { presets }, tokens) {
  if (preset === "Typed positions") return typedPositions(positions, tokens);
  if (preset !== "Every k-th token") return presets[preset] ?? null;
  if (!Number.isInteger(step) || step < 1) return null;
  return Array.from({ length: Math.ceil(tokens / step) }, (_, index) => index * step);
}
function typedPositions(text, tokens) {
  const found = /* @__PURE__ */ new Set();
  for (const part of text.split(/[,;\s]+/).filter(Boolean)) {
    const range = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part);
    if (!range) return null;
    const [from, to] = [Number(range[1]), Number(range[2] ?? range[1])];
    if (to < from || to >= tokens) return null;
    for (let position = from; position <= to; position++) found.add(position);
  }
  return [...found].sort((a, b) => a - b);
}

// longformer_viz/widget/map/actions.js
var WAIT_MS = { choice: 300, place: 800, mode: TURN_MS + 100, pattern: 350 };
function actionsOf(app, store) {
  let wished = null;
  let told = null;
  let timer = 0;
  const pattern = patternRunner(app, store);
  const tell = () => {
    const { layer, head, locked, unit, mode, scale, sort, percent, place } = store.get();
    const choice = { layer, head, ...wished, locked, unit, mode, scale, sort, percent, place };
    const shown = { generation: app.generation, ...choice };
    const key = JSON.stringify(shown);
    if (key === told) return;
    told = key;
    app.tell.setStateValue("shown", shown);
  };
  const report = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(tell, wait);
  };
  const actions = {
    /** @type {Actions["openHead"]} */
    openHead(layer, head) {
      wished = { layer, head };
      report(0);
    },
    /** @type {Actions["lock"]} */
    lock(query) {
      store.set({ locked: query });
      report(WAIT_MS.choice);
    },
    /** @type {Actions["setPlace"]} */
    setPlace(place) {
      store.set({ place });
      report(WAIT_MS.place);
    },
    /** @type {Actions["choose"]} */
    choose(patch) {
      store.set(patch);
      report(WAIT_MS.choice);
    },
    modeChanged: () => report(WAIT_MS.mode),
    /** @type {Actions["toggleGlobal"]} */
    toggleGlobal(position) {
      const preview = toggledPreview(store.get().data, position);
      if (preview) store.set({ preview, waiting: true });
      app.tell.setTriggerValue("global_toggled", position);
    },
    runPattern: pattern.run,
    /** @type {Actions["askTile"]} */
    askTile: ({ rows, columns, steps, straight }) => app.tell.setStateValue("tile", { rows, columns, steps, straight })
  };
  const forget = () => {
    wished = null;
    told = null;
  };
  const headAfter = (arrived) => {
    if (wished?.layer === arrived.layer && wished.head === arrived.head) wished = null;
    return wished ?? arrived;
  };
  const stop = () => {
    clearTimeout(timer);
    pattern.stop();
  };
  return { actions, forget, headAfter, stop };
}
function patternRunner(app, store) {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  return {
    run(values) {
      stop();
      timer = setTimeout(() => {
        store.set({ waiting: store.get().preview !== null });
        app.tell.setTriggerValue("pattern", { ...values });
      }, WAIT_MS.pattern);
    },
    stop
  };
}

// longformer_viz/widget/shared/fold.js
function foldable(parent, name, title) {
  const fold = append(parent, "details", "lv-fold");
  const button2 = append(fold, "summary", "lv-button lv-fold-button", name);
  button2.title = title;
  const menu = append(fold, "div", "lv-fold-menu");
  fold.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !fold.open) return;
    fold.open = false;
    button2.focus();
    event.stopPropagation();
  });
  fold.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !fold.contains(relatedTarget)) fold.open = false;
  });
  fold.addEventListener("toggle", () => {
    const elsewhere = (event) => {
      if (event.composedPath().includes(fold)) return;
      fold.open = false;
      document.removeEventListener("pointerdown", elsewhere);
    };
    if (fold.open) document.addEventListener("pointerdown", elsewhere);
  });
  return menu;
}

// longformer_viz/widget/shared/image_size.js
var WIDEST_PNG = 4e3;
var SCREEN_TIMES = 2;
var WIDTHS = [0, 1280, 1920, 2560, WIDEST_PNG];
function exportRatio(width, height, pixels) {
  const most = Math.min(WIDEST_PNG / width, WIDEST_PNG / height);
  return Math.min(pixels ? pixels / width : SCREEN_TIMES * (window.devicePixelRatio || 1), most);
}
function widthSelect(parent, className) {
  const select = append(parent, "select", className);
  select.setAttribute("aria-label", "Image width");
  fillOptions(select, WIDTHS.map((pixels) => [pixels, pixels ? `${pixels} pixels` : "Screen size × 2"]));
  return select;
}

// longformer_viz/widget/shared/download.js
function saveBlob(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1e4);
}
function saveCanvas(canvas, name) {
  canvas.toBlob((blob) => {
    if (blob) saveBlob(blob, name);
  }, "image/png");
}

// longformer_viz/widget/map/picture/legend.js
var ROW_HEIGHT = 28;
var TWO_ROWS_BELOW = 480;
var SCALE_LEFT = 62;
function legendHeight(width) {
  return width < TWO_ROWS_BELOW ? ROW_HEIGHT + 18 : ROW_HEIGHT;
}
var FAULTY = /* @__PURE__ */ new WeakMap();
function legendTicks(difference, scale, largest) {
  if (scale === "linear") {
    const ends = difference ? [-1, -0.5, 0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1];
    return ends.map((position) => [position, tickText(position * largest)]);
  }
  if (!difference) return [[0, "≤ 0.0001"], [0.25, "0.001"], [0.5, "0.01"], [0.75, "0.1"], [1, "1"]];
  return [[-1, "−1"], [-0.515, "−0.01"], [0, "0"], [0.515, "+0.01"], [1, "+1"]];
}
function tickText(value) {
  return String(Number(value.toPrecision(2))).replace("-", "−");
}
function legendMarks(panels, { scale, theme }, largest, width, ink) {
  const { view } = panels[0];
  const marks = [];
  const text = (
    /** @type {const} */
    { kind: "text", size: 10.5, fill: ink.faint }
  );
  const isNarrow = width < TWO_ROWS_BELOW;
  const left = SCALE_LEFT;
  const long = Math.min(220, isNarrow ? width - left - 24 : width * 0.38);
  marks.push({ ...text, text: view.difference ? "difference" : "weight", x: left - 12, y: 8, align: "right" });
  for (let step = 0; step < 64; step++) {
    const position = view.difference ? 2 * (step + 0.5) / 64 - 1 : (step + 0.5) / 64;
    const fill2 = `rgb(${scaleColour(position, view.difference, theme)})`;
    marks.push({ kind: "rect", x: left + step * long / 64, y: 3, width: long / 64 + 0.6, height: 9, fill: fill2 });
  }
  marks.push({ kind: "rect", x: left - 0.5, y: 2.5, width: long + 1, height: 10, stroke: ink.border });
  for (const [position, words] of legendTicks(view.difference, scale, largest)) {
    const x2 = left + long * (view.difference ? (position + 1) / 2 : position);
    marks.push({ ...text, text: words, x: x2, y: 21, align: "center" });
  }
  const row = isNarrow ? ROW_HEIGHT + 4 : 0;
  let x = isNarrow ? 8 : left + long + 22;
  for (const [name, words] of legendKinds(panels)) {
    if (x > width - 40) break;
    marks.push(...swatch(name, x, row, theme));
    marks.push({ ...text, fill: ink.text, text: words, x: x + 20, y: row + 8, align: "left" });
    x += 30 + words.length * 5.6;
  }
  return marks;
}
function legendKinds(panels) {
  const kinds = [];
  if (panels.some(({ view }) => view.dilation === 1)) kinds.push(["local", "window"]);
  if (panels.some(({ view }) => view.dilation > 1)) kinds.push(["dilated", "dilated"]);
  if (panels.some(({ view }) => view.globals.length)) kinds.push(["global", "global"]);
  kinds.push(["outside", "forbidden"]);
  if (panels.some(({ view }) => hasFault(view))) kinds.push(["fault", "not a number"]);
  return kinds;
}
function hasFault(view) {
  let found = FAULTY.get(view);
  if (found === void 0) {
    found = [view.band, view.columns, view.rows, view.overview].some((codes) => codes.includes(FAULT));
    FAULTY.set(view, found);
  }
  return found;
}
function swatch(name, x, y, theme) {
  const colour = KIND_COLOURS[name];
  if (name === "local" || name === "dilated") {
    const dash = name === "dilated" ? [5, 3] : null;
    return [{ kind: "path", points: [[x, y + 8], [x + 15, y + 8]], stroke: colour, line: 2, dash }];
  }
  if (name === "global") {
    const letter = { kind: "text", text: "G", size: 10, bold: true, fill: TEXT_COLOUR[theme], x: x + 10, y: y + 8, align: "center" };
    return [{ kind: "path", points: [[x + 1, y + 2], [x + 1, y + 13]], stroke: colour, line: 3 }, letter];
  }
  const fill2 = name === "outside" ? OUTSIDE_COLOUR[theme] : colour;
  return [{ kind: "rect", x: x + 2.5, y: y + 3.5, width: 12, height: 9, fill: fill2, stroke: "#8A8A8A" }];
}
function legendText(panels, { scale }, largest) {
  const { difference } = panels[0].view;
  const ticks = legendTicks(difference, scale, largest);
  const kinds = legendKinds(panels).map(([, words]) => words);
  const measure = difference ? "difference of weights" : "attention weight";
  return `Colour: ${measure} from ${ticks[0][1]} to ${ticks[ticks.length - 1][1]}, ${scale} scale. Kinds of pairs: ${kinds.join(", ")}.`;
}

// longformer_viz/widget/map/picture/panel.js
function drawPanel(context, { box, source, table }, raster, eye, ratio) {
  raster.resize(Math.round(box.width * ratio), Math.round(box.height * ratio));
  const device = { ...eye, scaleX: eye.scaleX * ratio, scaleY: eye.scaleY * ratio };
  const image = raster.draw(source, device, table, Math.max(1, Math.round(ratio)));
  context.putImageData(image, Math.round(box.x * ratio), Math.round(box.y * ratio));
}

// longformer_viz/widget/map/picture/pens.js
function drawMarks(context, marks, font) {
  for (const mark of marks) {
    context.save();
    if (mark.clip) {
      context.beginPath();
      context.rect(mark.clip.x, mark.clip.y, mark.clip.width, mark.clip.height);
      context.clip();
    }
    context.globalAlpha = mark.alpha ?? 1;
    context.lineWidth = mark.line ?? 1;
    context.setLineDash(mark.dash ?? []);
    if (mark.kind === "path") drawPath(context, mark);
    else if (mark.kind === "rect") drawRect(context, mark);
    else drawWords(context, mark, font);
    context.restore();
  }
}
function drawPath(context, { points, stroke = "" }) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.strokeStyle = stroke;
  context.stroke();
}
function drawRect(context, { x, y, width, height, stroke, fill: fill2 }) {
  if (fill2) {
    context.fillStyle = fill2;
    context.fillRect(x, y, width, height);
  }
  if (stroke) {
    context.strokeStyle = stroke;
    context.strokeRect(x, y, width, height);
  }
}
function drawWords(context, mark, font) {
  context.font = `${mark.bold ? "600 " : ""}${mark.size}px ${font}`;
  context.textBaseline = "middle";
  context.textAlign = mark.kind === "chip" ? mark.centred ? "center" : "left" : mark.align;
  context.translate(mark.x, mark.y);
  if (mark.turned) context.rotate(-Math.PI / 2);
  if (mark.kind === "chip") {
    const wide = context.measureText(mark.text).width + 6;
    context.fillStyle = mark.ground;
    context.globalAlpha = 0.85;
    if (mark.centred) context.fillRect(-wide / 2, -6, wide, 12);
    else context.fillRect(0, -16, wide + 4, 16);
    context.globalAlpha = 1;
    if (!mark.centred) context.translate(5, -8);
  }
  context.fillStyle = mark.fill;
  context.fillText(mark.text, 0, 0);
}
function svgOf(marks, font) {
  const clips = /* @__PURE__ */ new Map();
  const body = marks.map((mark) => {
    let clip = "";
    if (mark.clip) {
      const { x, y, width, height } = mark.clip;
      const shape = `<rect x="${x}" y="${y}" width="${width}" height="${height}"/>`;
      if (!clips.has(shape)) clips.set(shape, `clip${clips.size}`);
      clip = ` clip-path="url(#${clips.get(shape)})"`;
    }
    return svgMark(mark, clip, font);
  });
  const defined = [...clips].map(([shape, name]) => `<clipPath id="${name}">${shape}</clipPath>`);
  return `<defs>${defined.join("")}</defs>${body.join("")}`;
}
function svgMark(mark, clip, font) {
  const stroke = mark.stroke ? `stroke="${escapeXml(mark.stroke)}" stroke-width="${mark.line ?? 1}"` : "";
  const dash = mark.dash ? ` stroke-dasharray="${mark.dash.join(" ")}"` : "";
  const fade = mark.alpha ? ` opacity="${mark.alpha}"` : "";
  if (mark.kind === "path") {
    const points = mark.points.map(([x, y]) => `${hundredths(x)},${hundredths(y)}`).join(" ");
    return `<polyline points="${points}" fill="none" ${stroke}${dash}${fade}${clip}/>`;
  }
  if (mark.kind === "rect") {
    const [x, y, width, height] = [mark.x, mark.y, mark.width, mark.height].map(hundredths);
    const box = `x="${x}" y="${y}" width="${width}" height="${height}"`;
    return `<rect ${box} fill="${mark.fill ? escapeXml(mark.fill) : "none"}" ${stroke}${clip}/>`;
  }
  return svgWords(mark, font);
}
function svgWords(mark, font) {
  const isChip = mark.kind === "chip";
  const align = isChip ? mark.centred ? "center" : "left" : mark.align;
  const anchor = align === "center" ? "middle" : align === "right" ? "end" : "start";
  const [x, y] = (isChip && !mark.centred ? [mark.x + 5, mark.y - 8] : [mark.x, mark.y]).map(hundredths);
  const turned = mark.turned ? ` transform="rotate(-90 ${x} ${y})"` : "";
  const face = `font-family="${escapeXml(font)}" font-size="${mark.size}"${mark.bold ? ' font-weight="600"' : ""}`;
  return `<text x="${x}" y="${y}" dy="0.35em" text-anchor="${anchor}" ${face} fill="${escapeXml(mark.fill)}"${turned}>${escapeXml(mark.text)}</text>`;
}
function hundredths(value) {
  return Math.round(value * 100) / 100;
}
var NAMES4 = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
var NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/g;
function escapeXml(text) {
  return text.replace(NOT_XML, "�").replace(/[&<>"']/g, (character) => NAMES4[character]);
}

// longformer_viz/widget/map/picture/forbidden.js
var FAINT = 1;
var OUTSIDE2 = 0;
function markForbidden(entries, width, view, tokens, { originX, originY, scaleX, scaleY, turn }) {
  if (!view.causal && !view.blocks) return;
  for (let y = 0; y * width < entries.length; y++) {
    const query = Math.floor(originY + (y + 0.5) / scaleY);
    if (query < 0 || query >= tokens) continue;
    const start = originX + turn * query;
    for (let x = 0; x < width; x++) {
      if (entries[y * width + x] !== FAINT) continue;
      if (pairKind(view, query, Math.floor(start + (x + 0.5) / scaleX)) === "outside") entries[y * width + x] = OUTSIDE2;
    }
  }
}

// longformer_viz/widget/map/picture/raster.js
var Raster = class {
  constructor() {
    this.width = 0;
    this.height = 0;
    this.entries = new Uint16Array(0);
    this.line = new Uint16Array(0);
    this.image = new ImageData(1, 1);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }
  /**
   * @param {number} width
   * @param {number} height
   */
  resize(width, height) {
    if (width === this.width && height === this.height) return;
    this.width = width;
    this.height = height;
    this.entries = new Uint16Array(width * height);
    this.line = new Uint16Array(width);
    this.image = new ImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }
  /**
   * Draw one head.
   *
   * @param {Source} source
   * @param {Eye} eye
   * @param {Uint32Array} table The pixel of each entry.
   * @param {number} thin The least width of a global line, in device pixels.
   */
  draw(source, eye, table, thin) {
    this.entries.fill(0);
    if (source.view.overBudget) this.far(source.view, source.tokens, eye);
    else this.near(source, eye, thin);
    this.colour(source.tokens, eye, table);
    return this.image;
  }
  /**
   * @param {Source} source
   * @param {Eye} eye
   * @param {number} thin
   */
  near(source, eye, thin) {
    const { view, tokens } = source;
    const { half, dilation } = view;
    const down = coarseness(eye.scaleY);
    const band = source.band.at(down, coarseness(eye.scaleX * dilation));
    const step = 1 << down;
    const across = 1 << coarseness(eye.scaleX * dilation);
    this.scatter(eye, {
      ...band,
      rowStart: 0,
      rowStep: step,
      columnStart: -half * dilation,
      columnStep: dilation * across,
      cell: across > 1 ? dilation * across : 1,
      lean: 1 - eye.turn,
      added: 1,
      // Columns of these rows that fall inside the document.
      inside: (row) => [
        Math.max(0, Math.floor((half - Math.floor(Math.min(tokens - 1, row * step + step - 1) / dilation)) / across)),
        Math.min(band.columns, Math.floor((half + Math.floor((tokens - 1 - row * step) / dilation)) / across) + 1)
      ]
    });
    markForbidden(this.entries, this.width, view, tokens, eye);
    if (!view.globals.length) return;
    this.lines(eye, source.columns.at(down, 0), view.globals, step, thin);
    const along = coarseness(eye.scaleX);
    this.rows(eye, source.rows.at(0, along), view.globals, 1 << along, thin);
  }
  /**
   * Draw a head that is too large for one payload: its overview, and over it the region that came in full sharpness.
   *
   * @param {View} view
   * @param {number} tokens
   * @param {Eye} eye
   */
  far(view, tokens, eye) {
    const straight = eye.turn === 1;
    const overview = straight ? view.straight : view.overview;
    const rows = Math.min(1024, tokens);
    const columns = overview.length / rows;
    const span = straight ? 2 * view.reach + 1 : tokens;
    this.scatter(eye, {
      codes: overview,
      rows,
      columns,
      rowStart: 0,
      rowStep: tokens / rows,
      columnStart: straight ? -view.reach : 0,
      columnStep: span / columns,
      cell: span / columns,
      lean: straight ? 0 : -eye.turn,
      added: 0
    });
    const { tile } = view;
    if (!tile || eye.turn !== (tile.straight ? 1 : 0)) return;
    const [rowStep, columnStep] = tile.steps;
    this.clear(eye, tile);
    this.scatter(eye, {
      codes: view.tileCodes,
      rows: Math.ceil((tile.rows[1] - tile.rows[0]) / rowStep),
      columns: Math.ceil((tile.columns[1] - tile.columns[0]) / columnStep),
      rowStart: tile.rows[0],
      rowStep,
      columnStart: tile.columns[0],
      columnStep,
      cell: columnStep,
      lean: 0,
      added: 0
    });
  }
  /**
   * @param {Eye} eye
   * @param {Region} region
   */
  clear(eye, { rows, columns }) {
    const [top, bottom] = rows.map((row) => Math.floor((row - eye.originY) * eye.scaleY));
    const [left, right] = columns.map((column) => Math.floor((column - eye.originX) * eye.scaleX));
    for (let y = Math.max(0, top); y < Math.min(this.height, bottom); y++) {
      this.entries.fill(0, y * this.width + Math.max(0, left), y * this.width + Math.max(0, Math.min(this.width, right)));
    }
  }
  /**
   * @param {Eye} eye
   * @param {Cells} cells
   */
  scatter(eye, cells) {
    const { codes, rows, columns, rowStart, rowStep, columnStart, columnStep, cell, lean, added, inside } = cells;
    const { originX, originY, scaleX, scaleY } = eye;
    const { width, height, entries, line } = this;
    const from = Math.max(0, Math.floor((originY - rowStart) / rowStep) - 1);
    const to = Math.min(rows, Math.ceil((originY + height / scaleY - rowStart) / rowStep) + 1);
    const stepX = columnStep * scaleX;
    const cellX = cell * scaleX;
    for (let row = from; row < to; row++) {
      const first = rowStart + row * rowStep;
      let top;
      let bottom;
      if (rowStep * scaleY < 1) {
        top = Math.floor((first + rowStep / 2 - originY) * scaleY);
        bottom = top + 1;
      } else {
        top = Math.floor((first - originY) * scaleY);
        bottom = Math.max(top + 1, Math.floor((first + rowStep - originY) * scaleY));
      }
      if (bottom <= 0 || top >= height) continue;
      top = Math.max(0, top);
      bottom = Math.min(height, bottom);
      let start = (columnStart + lean * (first + (rowStep - 1) / 2) - originX) * scaleX;
      if (stepX < 1) start += cellX / 2;
      let [low, high] = inside ? inside(row) : [0, columns];
      low = Math.max(low, Math.floor((-start - Math.max(1, cellX)) / stepX));
      high = Math.min(high, Math.ceil((width - start) / stepX) + 1);
      if (low >= high) continue;
      const alone = bottom - top === 1;
      const into = alone ? entries : line;
      const shift = alone ? top * width : 0;
      if (!alone) line.fill(0);
      const base = row * columns;
      if (stepX < 1) {
        for (let column = low; column < high; column++) {
          const x = Math.floor(start + column * stepX);
          if (x < 0 || x >= width) continue;
          const entry = codes[base + column] + added;
          if (entry > into[shift + x]) into[shift + x] = entry;
        }
      } else {
        for (let column = low; column < high; column++) {
          const entry = codes[base + column] + added;
          const left = Math.floor(start + column * stepX);
          const right = Math.min(width, Math.max(left + 1, Math.floor(start + column * stepX + cellX)));
          for (let x = left < 0 ? 0 : left; x < right; x++) if (entry > into[shift + x]) into[shift + x] = entry;
        }
      }
      if (!alone) this.repeat(top, bottom);
    }
  }
  /** Copy the line just made to every pixel line that its row covers. @param {number} top @param {number} bottom */
  repeat(top, bottom) {
    const { width, entries, line } = this;
    for (let y = top; y < bottom; y++) {
      const shift = y * width;
      for (let x = 0; x < width; x++) if (line[x] > entries[shift + x]) entries[shift + x] = line[x];
    }
  }
  /**
   * Draw what every query gives to global tokens: lines down the picture that never vanish.
   *
   * @param {Eye} eye
   * @param {Level} level
   * @param {Int32Array} positions
   * @param {number} step
   * @param {number} thin
   */
  lines(eye, { codes, rows, columns }, positions, step, thin) {
    const { originX, originY, scaleX, scaleY, turn } = eye;
    const { width, height, entries } = this;
    const from = Math.max(0, Math.floor(originY / step) - 1);
    const to = Math.min(rows, Math.ceil((originY + height / scaleY) / step) + 1);
    const wide = Math.max(thin, scaleX);
    for (let row = from; row < to; row++) {
      const first = row * step;
      let top = Math.floor((step * scaleY < 1 ? first + step / 2 - originY : first - originY) * scaleY);
      const bottom = Math.min(height, Math.max(top + 1, Math.floor((first + step - originY) * scaleY)));
      top = Math.max(0, top);
      const lean = turn * (first + (step - 1) / 2);
      for (let index = 0; index < columns; index++) {
        const left = Math.floor((positions[index] - lean - originX) * scaleX);
        if (left >= width || left + wide <= 0) continue;
        const entry = codes[row * columns + index] + 1;
        const right = Math.min(width, Math.max(left + thin, Math.floor((positions[index] + 1 - lean - originX) * scaleX)));
        for (let y = top; y < bottom; y++) {
          for (let x = left < 0 ? 0 : left; x < right; x++) {
            if (entry > entries[y * width + x]) entries[y * width + x] = entry;
          }
        }
      }
    }
  }
  /**
   * Draw what global tokens give to every key: lines across.
   *
   * @param {Eye} eye
   * @param {Level} level
   * @param {Int32Array} positions
   * @param {number} across
   * @param {number} thin
   */
  rows(eye, level, positions, across, thin) {
    const { originY, scaleY } = eye;
    for (let index = 0; index < positions.length; index++) {
      const top = (positions[index] - originY) * scaleY;
      if (top >= this.height || top + Math.max(thin, scaleY) <= 0) continue;
      this.scatter(eye, {
        codes: level.codes.subarray(index * level.columns, (index + 1) * level.columns),
        rows: 1,
        columns: level.columns,
        rowStart: positions[index],
        rowStep: Math.max(1, thin / scaleY),
        columnStart: -eye.turn * positions[index],
        columnStep: across,
        cell: across,
        lean: 0,
        added: 1
      });
    }
  }
  /**
   * Turn entries into pixels inside the document; beyond it nothing is drawn.
   *
   * @param {number} tokens
   * @param {Eye} eye
   * @param {Uint32Array} table
   */
  colour(tokens, eye, table) {
    const { originX, originY, scaleX, scaleY, turn } = eye;
    const { width, height, entries, pixels } = this;
    for (let y = 0; y < height; y++) {
      const query = originY + (y + 0.5) / scaleY;
      const shift = y * width;
      let left = 0;
      let right = 0;
      if (query >= 0 && query < tokens) {
        const start = -turn * (scaleY >= 1 ? Math.floor(query) : query) - originX;
        left = Math.min(width, Math.max(0, Math.floor(start * scaleX)));
        right = Math.max(left, Math.min(width, Math.floor((start + tokens) * scaleX)));
        if (right === left && left < width) right = left + 1;
      }
      pixels.fill(0, shift, shift + left);
      for (let x = shift + left; x < shift + right; x++) pixels[x] = table[entries[x]];
      pixels.fill(0, shift + right, shift + width);
    }
  }
};

// longformer_viz/widget/map/export.js
var TITLE_HEIGHT = 26;
function fileName(data, ending) {
  const [view] = data.views;
  return `attention-layer-${view.layer}-head-${view.head}.${ending}`;
}
function framed(map) {
  const state = map.store.get();
  const { width, height } = map.stageSize;
  const { data, scale } = state;
  const { view } = map.panels[0];
  const dilation = view.dilation > 1 ? `, dilation ${view.dilation}` : "";
  const heads = data.views.map(({ label }) => label).join(" | ");
  const text = `${heads} · ${countText(data.tokens)} tokens · window ${countText(view.window)}${dilation} · ${scale} scale`;
  const title = { kind: "text", text, x: 12, y: 15, size: 12, align: "left", fill: map.ink.text };
  const legend = legendMarks(map.panels, state, map.largest, width, map.ink);
  const marks = map.marks({ ...state, hover: null }, map.camera.eye());
  return { data, width, height, title, legend, marks, total: TITLE_HEIGHT + height + legendHeight(width) };
}
function weightsAt(map, ratio) {
  const { width, height } = map.stageSize;
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  const context = contextOf(canvas);
  const eye = map.camera.eye();
  for (const panel of map.panels) drawPanel(context, panel, new Raster(), eye, ratio);
  map.lanes.draw(context, eye, ratio);
  return canvas;
}
function savePng(map, pixels = 0) {
  const { data, width, height, title, legend, marks, total } = framed(map);
  const ratio = exportRatio(width, total, pixels);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(total * ratio) });
  const context = contextOf(canvas);
  context.fillStyle = map.ink.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(weightsAt(map, ratio), 0, Math.round(TITLE_HEIGHT * ratio));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawMarks(context, [title], map.font);
  context.translate(0, TITLE_HEIGHT);
  drawMarks(context, marks, map.font);
  context.translate(0, height);
  drawMarks(context, legend, map.font);
  saveCanvas(canvas, fileName(data, "png"));
}
function saveSvg(map) {
  const { data, width, height, title, legend, marks, total } = framed(map);
  const image = map.picture.toDataURL("image/png");
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" role="img">`,
    `<title>${escapeXml(title.text)}</title>`,
    `<rect width="${width}" height="${total}" fill="${escapeXml(map.ink.background)}"/>`,
    svgOf([title], map.font),
    `<g transform="translate(0 ${TITLE_HEIGHT})"><image width="${width}" height="${height}" href="${image}"/>`,
    `${svgOf(marks, map.font)}</g>`,
    `<g transform="translate(0 ${TITLE_HEIGHT + height})">${svgOf(legend, map.font)}</g></svg>`
  ];
  saveBlob(new Blob(parts, { type: "image/svg+xml" }), fileName(data, "svg"));
}

// longformer_viz/widget/map/controls.js
var HELP2 = {
  layer: "One step of the model. Each layer reads the output of the layer below it.",
  head: "One of several attention computations that a layer runs side by side."
};
var Controls = class {
  /**
   * @param {HTMLElement} root
   * @param {Store<MapState>} store
   * @param {Actions} actions
   * @param {MapView} map
   * @param {FullScreen} full
   */
  constructor(root, store, actions, map, full) {
    this.root = root;
    root.setAttribute("role", "toolbar");
    root.setAttribute("aria-label", "Attention map");
    const heads = this.group(root);
    this.layer = labelledSelect(heads, "Layer", HELP2.layer, (value) => actions.openHead(value, store.get().head));
    this.head = labelledSelect(heads, "Head", HELP2.head, (value) => actions.openHead(store.get().layer, value));
    const views = this.group(root, "lv-joined");
    this.square = button(views, "All pairs", "Rows are queries, columns are keys", () => map.camera.turnTo("square"));
    this.straight = button(
      views,
      "Band",
      "Rows are queries, columns are offsets to the key: the window is an upright strip",
      () => map.camera.turnTo("straight")
    );
    button(this.group(root), "Fit", "Show the whole document", () => map.camera.fit());
    button(this.group(root), "Full screen", "Full screen (F)", () => void full.toggle());
    const more = foldable(this.group(root), "Options", "Zoom, colour scale, strongest pairs, and image files");
    const zooms = this.group(append(more, "div", "lv-row", "Zoom"), "lv-joined");
    button(zooms, "−", "Zoom out", () => map.moves.zoomStep(-1));
    button(zooms, "+", "Zoom in", () => map.moves.zoomStep(1));
    const scale = append(more, "label", "lv-row", "Colour scale");
    this.scale = append(scale, "select", "lv-select");
    this.scale.setAttribute("aria-label", "Colour scale");
    fillOptions(this.scale, [["log", "Logarithmic"], ["linear", "Linear"]]);
    this.scale.onchange = () => actions.choose({ scale: (
      /** @type {Scale} */
      this.scale.value
    ) });
    const share = append(more, "label", "lv-row", "Show the strongest pairs");
    share.title = "Draw only the strongest pairs of each row, until they carry this share of its weight";
    this.percent = append(share, "input", "lv-range");
    Object.assign(this.percent, { type: "range", min: 50, max: 100, step: 1 });
    this.percent.setAttribute("aria-label", "Share of each row's weight that the drawn pairs carry, in per cent");
    this.carried = append(share, "output", "lv-output");
    this.percent.oninput = () => actions.choose({ percent: Number(this.percent.value) });
    this.files(more, map);
    this.render(store.get());
  }
  /**
   * @param {HTMLElement} parent
   * @param {string[]} more Classes besides its own.
   */
  group(parent, ...more) {
    return append(parent, "div", ["lv-group", ...more].join(" "));
  }
  /**
   * @param {HTMLElement} parent
   * @param {MapView} map
   */
  files(parent, map) {
    const wide = append(parent, "label", "lv-row", "Image width");
    const width = widthSelect(wide, "lv-select");
    const files = this.group(append(parent, "div", "lv-row", "Download"), "lv-joined");
    button(files, "PNG", "Download this view as a PNG image", () => savePng(map, Number(width.value)));
    button(files, "SVG", "Download this view as an SVG drawing", () => saveSvg(map));
  }
  /** @param {MapState} state */
  render(state) {
    const { data, layer, head, mode, scale, percent } = state;
    fillNumbers(this.layer, data.layers, layer);
    fillNumbers(this.head, data.heads, head);
    this.square.setAttribute("aria-pressed", String(mode === "square"));
    this.straight.setAttribute("aria-pressed", String(mode === "straight"));
    this.scale.value = scale;
    this.percent.value = String(percent);
    this.percent.disabled = data.views.every((view) => view.overBudget);
    this.carried.textContent = `${percent}%`;
  }
  destroy() {
    this.root.replaceChildren();
  }
};
function button(parent, text, title, act) {
  return appendButton(parent, "lv-button", text, act, title);
}
function labelledSelect(parent, name, help, act) {
  const label = append(parent, "label", "lv-label");
  label.title = help;
  append(label, "span", "", name);
  const select = append(label, "select", "lv-select");
  select.setAttribute("aria-label", name);
  select.onchange = () => act(Number(select.value));
  return select;
}
function fillNumbers(select, count, chosen) {
  if (select.options.length !== count) fillOptions(select, Array.from({ length: count }, (_, index) => [index, index]));
  select.value = String(chosen);
}

// longformer_viz/widget/shared/room.js
var EDGE = { left: 0, right: 22, bottom: 10 };
function hostOf(root) {
  const node = root.getRootNode();
  return node instanceof ShadowRoot ? node.host : root.parentElement ?? root;
}
function pageOf(root) {
  return hostOf(root).closest("[data-testid=stMainBlockContainer]");
}
function roomOf(root, wanted) {
  const host = hostOf(root);
  const page = host.closest("[data-testid=stMain]");
  const box = host.getBoundingClientRect();
  const scrolled = page ? page.scrollTop : window.scrollY;
  const height = window.innerHeight - (box.top + scrolled) - EDGE.bottom;
  const block = pageOf(root);
  if (!page || !block || !isWhole(box, block)) return { left: 0, right: 0, height };
  const outer = page.getBoundingClientRect();
  return {
    left: clamp(box.left - outer.left - EDGE.left, 0, wanted.left),
    right: clamp(outer.right - box.right - EDGE.right, 0, wanted.right),
    height
  };
}
function isWhole(box, block) {
  const style = getComputedStyle(block);
  const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
  return box.width >= block.clientWidth - padding - 2;
}
function paneWidth(room, around, above, panels) {
  const least = Math.max(SIDE_LEAST, Math.min(SIDE_SHARE * room.width, SIDE_MOST));
  if (room.width < NARROW || panels > 1 && room.width < NARROW_PAIR) return null;
  const widest = room.width - least - PANE_GAP;
  if (panels > 1) return widest;
  const height = room.height - above;
  return Math.min(widest, around + Math.min(Math.max(PANEL_LEAST, SHAPE * height), WIDEST_SHAPE2 * height));
}
var PANE_GAP = 18;
var PANEL_LEAST = 560;
var SHAPE = 1.25;
var WIDEST_SHAPE2 = 1.5;
var SIDE_LEAST = 284;
var SIDE_MOST = 380;
var SIDE_SHARE = 0.22;
var NARROW = 820;
var NARROW_PAIR = 1180;

// longformer_viz/widget/map/picture/boxes.js
var GUTTER = { left: 64, top: 46, right: 10, bottom: 6 };
var GAP = 14;
var LEAST_SIDE = 20;
function panelBoxes(stage, count, ratio, beside) {
  const whole = (value) => Math.round(value * ratio) / ratio;
  const room = stage.width - GUTTER.left - GUTTER.right - beside;
  const across = (room - GAP * (count - 1)) / count;
  const width = whole(Math.max(LEAST_SIDE, across));
  const height = whole(Math.max(LEAST_SIDE, stage.height - GUTTER.top - GUTTER.bottom));
  return Array.from({ length: count }, (_, index) => ({
    x: whole(GUTTER.left + index * (across + GAP)),
    y: whole(GUTTER.top),
    width,
    height
  }));
}

// longformer_viz/widget/map/frame.js
var HEIGHT = { least: 470, most: 1500 };
var MARGIN = { left: GUTTER.left, right: 56 };
var STACKED_SHAPE = 0.92;
var STACKED_LEAST = 330;
var TALLEST_SHAPE = 1.4;
var FULL_EDGE = 14;
var BAR_MARGIN = 6;
var LEGEND_HEIGHT = 28;
var Frame = class {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.panels = 1;
    this.tokens = 0;
    this.height = null;
    this.body = append(root, "div", "lv-body");
    this.pane = append(this.body, "div", "lv-map-pane");
    this.bar = append(this.pane, "div", "lv-toolbar");
    this.map = append(this.pane, "div");
    this.side = append(this.body, "div", "lv-side");
    this.pattern = append(this.side, "div", "lv-pattern");
    this.title = append(this.side, "div", "lv-title");
    this.words = append(this.side, "div", "lv-words");
    this.text = append(this.side, "div", "lv-text-pane");
    this.grid = append(root, "div", "lv-grid-pane");
    this.fit = this.fit.bind(this);
    this.observer = new ResizeObserver(this.fit);
    this.observer.observe(root);
    const page = pageOf(root);
    if (page) this.observer.observe(page);
    window.addEventListener("resize", this.fit);
    this.fit();
  }
  /** Give map and text the room that the screen has. */
  fit() {
    const { style } = this.root;
    const full = this.root.classList.contains("lv-full-screen");
    const zoom = this.root.offsetWidth ? this.root.getBoundingClientRect().width / this.root.offsetWidth : 1;
    const room = full ? { left: 0, right: 0, height: window.innerHeight - 2 * FULL_EDGE } : roomOf(this.root, MARGIN);
    style.setProperty("--lv-left", `${-room.left / zoom}px`);
    style.setProperty("--lv-right", `${-room.right / zoom}px`);
    const fitting = clamp(room.height / zoom, HEIGHT.least / zoom, HEIGHT.most);
    const size = { width: this.body.clientWidth, height: full ? fitting : this.height ?? fitting };
    if (!size.width) return;
    const wide = paneWidth(size, GUTTER.left + GUTTER.right, this.above, this.panels);
    this.body.classList.toggle("lv-stacked", wide === null);
    const square = Math.max(STACKED_LEAST, STACKED_SHAPE * size.width / this.panels);
    const stacked = Math.min(size.height - this.pattern.offsetHeight - PANE_GAP, square + this.above);
    style.setProperty("--lv-readout-lines", String(Math.max(3, 2 + this.panels)));
    style.setProperty("--lv-height", `${Math.round(wide === null ? stacked : this.besideText(size.height, wide))}px`);
    style.setProperty("--lv-map-width", wide === null ? "auto" : `${Math.round(wide)}px`);
    style.setProperty("--lv-gap", `${PANE_GAP}px`);
  }
  /** CSS pixels above and below the panels: toolbar, labels and legend. */
  get above() {
    const bar = this.bar.offsetHeight ? this.bar.offsetHeight + BAR_MARGIN : 0;
    return bar + GUTTER.top + GUTTER.bottom + LEGEND_HEIGHT;
  }
  /**
   * The height of the maps where the text stands beside them, without empty space above and below the document.
   *
   * @param {number} height CSS pixels that there are.
   * @param {number} width CSS pixels of all maps.
   */
  besideText(height, width) {
    const each = (width - GUTTER.left - GUTTER.right) / this.panels;
    return Math.min(height, Math.max(HEIGHT.least, TALLEST_SHAPE * each + this.above));
  }
  /**
   * Make room for maps of a document; another document may have moved the map up or down.
   *
   * @param {number} panels
   * @param {number} tokens
   * @param {number | null} height CSS pixels; null for the height of the screen.
   */
  hold(panels, tokens, height) {
    if (panels === this.panels && tokens === this.tokens && height === this.height) return;
    Object.assign(this, { panels, tokens, height });
    this.fit();
  }
  destroy() {
    this.observer.disconnect();
    window.removeEventListener("resize", this.fit);
  }
};

// longformer_viz/widget/map/page_keys.js
var STEPS = (
  /** @type {Record<string, [number, number]>} */
  { l: [1, 0], L: [-1, 0], h: [0, 1], H: [0, -1] }
);
var REMOTE = (
  /** @type {Record<string, number>} */
  { PageDown: 1, PageUp: -1 }
);
var PageKeys = class {
  /**
   * @param {HTMLElement} root
   * @param {Store<MapState>} store
   * @param {Actions} actions
   */
  constructor(root, store, actions) {
    this.store = store;
    this.actions = actions;
    this.listeners = new AbortController();
    onPageKey(this.signal, (event) => this.key(event), root);
  }
  get signal() {
    return this.listeners.signal;
  }
  /** @param {KeyboardEvent} event */
  key({ key }) {
    const { data, layer, head } = this.store.get();
    const { layers, heads } = data;
    const around = (value, count) => (value + count) % count;
    if (key in STEPS) {
      const [byLayer, byHead] = STEPS[key];
      this.open(around(layer + byLayer, layers), around(head + byHead, heads));
    } else if (key in REMOTE && isPresenting()) {
      const next = around(layer * heads + head + REMOTE[key], layers * heads);
      this.open(Math.floor(next / heads), next % heads);
    } else return false;
    return true;
  }
  /**
   * @param {number} layer
   * @param {number} head
   */
  open(layer, head) {
    this.store.set({ layer, head });
    this.actions.openHead(layer, head);
  }
  destroy() {
    this.listeners.abort();
  }
};

// longformer_viz/widget/map/pattern/controls.js
var LIMITS = { window: [2, 131072, 2], dilation: [1, 16384, 1], step: [1, 16384, 1] };
var NAMES5 = { window: "Window", dilation: "Dilation", step: "Step between global tokens" };
var HELP3 = {
  window: "Each token attends to the tokens around it, half of the window on each side.",
  dilation: "The step between the keys of a window. Without gaps it is 1.",
  preset: "A token that attends to every token and that every token attends to."
};
var PatternBar = class {
  /**
   * @param {HTMLElement} root
   * @param {Store<MapState>} store
   * @param {Actions} actions
   */
  constructor(root, store, actions) {
    this.root = root;
    this.store = store;
    this.actions = actions;
    this.own = null;
    this.steps = { window: [], dilation: [] };
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Attention pattern");
    this.sliders = { window: this.slider("Window", "window"), dilation: this.slider("Dilation", "dilation") };
    const label = append(root, "label", "lv-pattern-name", "Global tokens");
    label.title = HELP3.preset;
    const choice = append(root, "div", "lv-pattern-choice");
    this.preset = append(choice, "select", "lv-select");
    this.preset.setAttribute("aria-label", "Global tokens");
    this.preset.title = HELP3.preset;
    this.preset.onchange = () => this.choose({ preset: this.preset.value }, true);
    this.step = this.box(choice, "Step between global tokens", "step");
    this.positions = append(choice, "input", "lv-number lv-positions");
    this.positions.setAttribute("aria-label", "Positions of global tokens");
    this.positions.placeholder = "0, 5, 17-20";
    this.positions.oninput = () => this.choose({ positions: this.positions.value }, false);
    this.positions.onchange = () => this.choose({ positions: this.positions.value }, true);
    this.problem = append(root, "div", "lv-pattern-problem");
    this.problem.setAttribute("role", "alert");
    this.render(store.get(), null);
  }
  /** The values that the controls show. */
  get values() {
    const { pattern } = this.store.get().data.controls;
    return this.own ?? (pattern ? valuesOf(pattern) : null);
  }
  /**
   * A slider with the same value beside it as a number.
   *
   * @param {string} name
   * @param {Slid} key
   */
  slider(name, key) {
    const label = append(this.root, "span", "lv-pattern-name", name);
    label.title = HELP3[key];
    label.setAttribute("aria-hidden", "true");
    const range = append(this.root, "input", "lv-range lv-pattern-range");
    Object.assign(range, { type: "range", min: "0", step: "1", title: HELP3[key] });
    range.setAttribute("aria-label", name);
    range.oninput = () => this.choose({ [key]: this.steps[key][Number(range.value)] }, false);
    range.onchange = () => this.choose({ [key]: this.steps[key][Number(range.value)] }, true);
    return { range, number: this.box(this.root, `${name}, exact value`, key) };
  }
  /**
   * A box for a number; a number that is none is said, and neither shown nor run.
   *
   * @param {HTMLElement} parent
   * @param {string} name
   * @param {keyof typeof LIMITS} key
   */
  box(parent, name, key) {
    const number = append(parent, "input", "lv-number");
    const [min, max, step] = LIMITS[key];
    Object.assign(number, { type: "number", min, max, step, inputMode: "numeric" });
    number.setAttribute("aria-label", name);
    number.oninput = () => {
      if (number.value && number.validity.valid) this.choose({ [key]: Number(number.value) }, false, number);
    };
    number.onchange = () => {
      if (number.value && number.validity.valid) this.choose({ [key]: Number(number.value) }, true);
      else this.refuse(number, key);
    };
    return number;
  }
  /**
   * Show the pattern of changed values, and run it where the reader has let go.
   *
   * @param {Partial<PatternValues>} patch
   * @param {boolean} isFinal
   * @param {HTMLElement | null} [typing] The box that is being typed in: its text stays.
   */
  choose(patch, isFinal, typing = null) {
    const { values } = this;
    if (!values) return;
    this.own = { ...values, ...patch };
    this.store.set({ preview: previewOf(this.own, this.store.get().data) });
    this.fill(typing);
    if (isFinal) this.actions.runPattern(this.own);
  }
  /**
   * Say why a typed number is not run, and go back to the value before.
   *
   * @param {HTMLInputElement} number
   * @param {keyof typeof LIMITS} key
   */
  refuse(number, key) {
    const problem = problemOf(key, number.value);
    this.forget();
    this.problem.textContent = problem;
  }
  forget() {
    this.own = null;
    this.store.set({ preview: this.answered() });
    this.fill();
  }
  /** What the host's own values change of the run that it shows, such as after a run that was refused. */
  answered() {
    const { data } = this.store.get();
    const { pattern } = data.controls;
    return pattern ? previewOf(valuesOf(pattern), data) : null;
  }
  /**
   * @param {MapState} state
   * @param {MapState | null} previous
   */
  render(state, previous) {
    const { pattern } = state.data.controls;
    this.root.hidden = !pattern;
    if (!pattern || state.data === previous?.data) return;
    if (this.own && isSame(this.own, valuesOf(pattern))) this.own = null;
    const preview = this.own ? previewOf(this.own, state.data) : this.answered();
    this.store.set({ preview, waiting: this.own ? state.waiting : false });
    fillOptions(this.preset, pattern.names.map((name) => [name, name]));
    this.fill();
  }
  /** @param {HTMLElement | null} [typing] */
  fill(typing = null) {
    const { values } = this;
    const { pattern } = this.store.get().data.controls;
    if (!values || !pattern) return;
    this.problem.textContent = "";
    for (
      const key of
      /** @type {Slid[]} */
      ["window", "dilation"]
    ) {
      this.fillSlider(key, values[key], pattern, typing);
    }
    this.preset.value = values.preset;
    this.step.hidden = values.preset !== "Every k-th token";
    this.positions.hidden = values.preset !== "Typed positions";
    if (this.step !== typing) this.step.value = String(values.step);
    if (this.positions.value !== values.positions) this.positions.value = values.positions;
  }
  /**
   * @param {Slid} key
   * @param {number} value
   * @param {PatternControls} pattern
   * @param {HTMLElement | null} typing
   */
  fillSlider(key, value, pattern, typing) {
    const { range, number } = this.sliders[key];
    const steps = [.../* @__PURE__ */ new Set([...pattern[key === "window" ? "windows" : "dilations"], value])].sort((a, b) => a - b);
    this.steps[key] = steps;
    range.max = String(steps.length - 1);
    range.value = String(steps.indexOf(value));
    range.setAttribute("aria-valuetext", countText(value));
    if (number !== typing) number.value = String(value);
    range.disabled = number.disabled = pattern.fixed[key];
    range.title = pattern.fixed[key] ? "More settings sets this value layer by layer" : HELP3[key];
  }
  destroy() {
    this.root.replaceChildren();
  }
};
function problemOf(key, typed) {
  const [min, max, step] = LIMITS[key];
  const kind = step === 2 ? "an even number" : "a whole number";
  const rule = `${NAMES5[key]} must be ${kind} from ${countText(min)} to ${countText(max)}.`;
  if (!typed) return rule;
  const near = Math.min(max, Math.max(min, step * Math.ceil(Number(typed) / step)));
  return `${rule} You entered ${typed}. Try ${countText(near)}.`;
}
function valuesOf({ window: window2, dilation, preset, step, positions }) {
  return { window: window2, dilation, preset, step, positions };
}
function isSame(one, other) {
  const names = (
    /** @type {(keyof PatternValues)[]} */
    ["window", "dilation", "preset", "step", "positions"]
  );
  return names.every((name) => one[name] === other[name]);
}

// longformer_viz/widget/map/title.js
var Title = class {
  /**
   * @param {HTMLElement} root
   * @param {MapState} state
   */
  constructor(root, state) {
    this.root = root;
    this.render(state);
  }
  /** @param {MapState} state */
  render({ data }) {
    const [view] = data.views;
    const dilation = view.dilation > 1 ? `, dilation ${view.dilation}` : "";
    this.root.textContent = `${data.views.map(({ label }) => label).join(" | ")} · window ${countText(view.window)}${dilation}`;
  }
  destroy() {
    this.root.replaceChildren();
  }
};

// longformer_viz/widget/map/crosshair.js
var Crosshair = class {
  /** @param {MapView} map */
  constructor(map) {
    this.map = map;
  }
  /**
   * @param {number} x
   * @param {number} y
   */
  panelAt(x, y) {
    if (!this.map.box) return null;
    const found = this.map.panels.find(
      ({ box }) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height
    );
    return found ?? null;
  }
  /**
   * The pair under a point of the map.
   *
   * @param {number} x
   * @param {number} y
   */
  pairAt(x, y) {
    const { camera, lanes, store } = this.map;
    const panel = this.panelAt(x, y);
    if (!panel) return this.map.box ? lanes.pairAt(x, y, camera.eye()) : null;
    return pairAt(camera.eye(), x - panel.box.x, y - panel.box.y, store.get().data.tokens);
  }
  /** @param {Pair | null} pair */
  moveTo(pair) {
    const { hover } = this.map.store.get();
    if (pair?.query !== hover?.query || pair?.key !== hover?.key) this.map.store.set({ hover: pair });
  }
  moveToMiddle() {
    const { camera, store } = this.map;
    this.moveTo(pairAt(camera.eye(), camera.size.width / 2, camera.size.height / 2, store.get().data.tokens));
  }
  /**
   * Move by a token, or by a pixel where tokens are finer; the view follows.
   *
   * @param {number} x
   * @param {number} y
   */
  step(x, y) {
    const { camera, store } = this.map;
    const { hover, data, mode } = store.get();
    if (!hover || hover.key === null) return this.moveToMiddle();
    const eye = camera.eye();
    const { width, height } = camera.size;
    const step = (scale) => Math.max(1, Math.round(1 / scale));
    const query = clamp(hover.query + y * step(eye.scaleY), 0, data.tokens - 1);
    const lean = mode === "straight" ? query - hover.query : 0;
    const key = clamp(hover.key + x * step(eye.scaleX) + lean, 0, data.tokens - 1);
    this.moveTo({ query, key });
    const [px, py] = pointOf(eye, query, key);
    if (px >= 0 && py >= 0 && px <= width - eye.scaleX && py <= height - eye.scaleY) return;
    const [column, row, zoom] = camera.place();
    camera.goTo([column + x * width / 4 / eye.scaleX, row + y * height / 4 / eye.scaleY, zoom]);
  }
};

// longformer_viz/widget/map/moves.js
var CLICK_REACH = 4;
var KEY_ZOOM = 1.6;
var Moves = class {
  /**
   * @param {MapView} map
   * @param {HTMLCanvasElement} canvas
   */
  constructor(map, canvas) {
    this.map = map;
    this.canvas = canvas;
    this.pointers = /* @__PURE__ */ new Map();
    this.drag = null;
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.up(event));
    canvas.addEventListener("pointercancel", (event) => this.up(event, true));
    canvas.addEventListener("pointerleave", (event) => this.leave(event));
    canvas.addEventListener("dblclick", (event) => this.twice(event));
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.key(event));
  }
  /**
   * @param {MouseEvent} event
   * @returns {Two}
   */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const { unit } = this.map;
    return [(event.clientX - box.left) / unit, (event.clientY - box.top) / unit];
  }
  /** @param {PointerEvent} event */
  down(event) {
    if (event.button > 0) return;
    const [x, y] = this.at(event);
    this.pointers.set(event.pointerId, [x, y]);
    try {
      this.canvas.setPointerCapture(event.pointerId);
    } catch {
    }
    const mini = this.map.minimap.at(x, y, false);
    this.drag = { start: [x, y], last: [x, y], moved: this.pointers.size > 1, mini: Boolean(mini) };
    if (mini) this.map.camera.centre(...mini);
  }
  /** @param {PointerEvent} event */
  move(event) {
    const [x, y] = this.at(event);
    const { drag } = this;
    const before = this.pointers.get(event.pointerId);
    if (!before || !drag) return this.hover(x, y);
    if (this.pointers.size === 2) this.pinch(event.pointerId, before, [x, y]);
    this.pointers.set(event.pointerId, [x, y]);
    if (this.pointers.size > 1) return;
    if (drag.mini) {
      const mini = this.map.minimap.at(x, y, true);
      if (mini) this.map.camera.centre(...mini);
      return;
    }
    const far = Math.hypot(x - drag.start[0], y - drag.start[1]) > CLICK_REACH;
    if (!drag.moved && !far) return;
    drag.moved = true;
    this.canvas.classList.add("lv-grabbing");
    this.map.camera.pan(drag.last[0] - x, drag.last[1] - y);
    drag.last = [x, y];
    this.hover(x, y);
  }
  /**
   * @param {number} moving The pointer that moves.
   * @param {Two} from
   * @param {Two} to
   */
  pinch(moving, from, to) {
    const other = [...this.pointers].find(([id]) => id !== moving)?.[1] ?? from;
    const length = (point) => Math.max(8, Math.hypot(point[0] - other[0], point[1] - other[1]));
    const middle = (point) => [(point[0] + other[0]) / 2, (point[1] + other[1]) / 2];
    const [before, after] = [middle(from), middle(to)];
    this.map.camera.pan(before[0] - after[0], before[1] - after[1]);
    this.zoom(length(to) / length(from), ...after);
    if (this.drag) this.drag.moved = true;
  }
  /**
   * @param {PointerEvent} event
   * @param {boolean} [cancelled]
   */
  up(event, cancelled = false) {
    const { drag } = this;
    this.pointers.delete(event.pointerId);
    if (this.pointers.size === 1 && drag) {
      drag.last = [...this.pointers.values()][0];
      return;
    }
    if (this.pointers.size) return;
    this.drag = null;
    this.canvas.classList.remove("lv-grabbing");
    if (cancelled || !drag || drag.moved || drag.mini) return;
    const [x, y] = this.at(event);
    this.hover(x, y);
    const pair = this.map.crosshair.pairAt(x, y);
    if (pair) this.select(pair.query);
  }
  /**
   * Select a query, or clear the selection where it belongs to it already.
   *
   * @param {number} query
   */
  select(query) {
    this.map.actions.lock(toggled(this.map.store.get(), query));
  }
  /** @param {PointerEvent} event */
  leave(event) {
    if (this.drag || event.pointerType === "touch") return;
    this.map.store.set({ hover: null });
  }
  /** @param {MouseEvent} event */
  twice(event) {
    const [x, y] = this.at(event);
    if (this.map.crosshair.panelAt(x, y)) this.zoom(event.shiftKey ? 1 / 2.5 : 2.5, x, y);
  }
  /** @param {WheelEvent} event */
  wheel(event) {
    const [x, y] = this.at(event);
    if (!this.map.crosshair.panelAt(x, y)) return;
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1);
    const factor = Math.exp(-clamp(pixels, -240, 240) * (event.ctrlKey ? 0.012 : 22e-4));
    if (this.zoom(factor, x, y) || event.ctrlKey) event.preventDefault();
    this.hover(x, y);
  }
  /**
   * Zoom about a point of the map.
   *
   * @param {number} factor
   * @param {number} x
   * @param {number} y
   */
  zoom(factor, x, y) {
    const { box } = this.map.crosshair.panelAt(x, y) ?? this.map.panels[0];
    return this.map.camera.zoom(factor, x - box.x, y - box.y);
  }
  /**
   * Zoom about the middle.
   *
   * @param {number} direction 1 for in, -1 for out.
   */
  zoomStep(direction) {
    const { camera, crosshair: crosshair2 } = this.map;
    camera.zoom(KEY_ZOOM ** direction, camera.size.width / 2, camera.size.height / 2);
    crosshair2.moveToMiddle();
  }
  /**
   * Pan by eighths of the box.
   *
   * @param {number} x
   * @param {number} y
   */
  panStep(x, y) {
    const { camera, crosshair: crosshair2 } = this.map;
    const step = Math.min(camera.size.width, camera.size.height) / 8;
    camera.pan(x * step, y * step);
    crosshair2.moveToMiddle();
  }
  /**
   * @param {number} x
   * @param {number} y
   */
  hover(x, y) {
    this.map.crosshair.moveTo(this.map.crosshair.pairAt(x, y));
    this.canvas.classList.toggle("lv-on-mini", Boolean(this.map.minimap.at(x, y, false)));
  }
  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { map } = this;
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const { hover, locked } = map.store.get();
    if (event.key in steps) {
      if (event.shiftKey) map.crosshair.step(...steps[event.key]);
      else this.panStep(...steps[event.key]);
    } else if (event.key === "PageDown" || event.key === "PageUp") this.panStep(0, event.key === "PageDown" ? 6 : -6);
    else if (event.key === "+" || event.key === "=") this.zoomStep(1);
    else if (event.key === "-" || event.key === "_") this.zoomStep(-1);
    else if (event.key === "Home" || event.key === "0") map.camera.fit();
    else if (event.key === "Enter" || event.key === " ") {
      if (hover) this.select(hover.query);
    } else if (event.key === "Escape") {
      if (locked === null) return;
      map.actions.lock(null);
    } else return;
    event.preventDefault();
  }
};

// longformer_viz/widget/map/pattern/draw.js
var LEAST_SEEN2 = 3;
var HATCH = 7;
var LEAST_LINE = 3;
var STEPPED = 5;
var PreviewPen = class {
  constructor() {
    this.hatch = null;
  }
  /**
   * @param {CanvasRenderingContext2D} context Scaled to units.
   * @param {View} view The run.
   * @param {Preview} preview
   * @param {{ box: Box, eye: Eye, tokens: number, ink: Ink, ratio: number }} at
   */
  draw(context, view, preview, at) {
    const { box, eye, tokens, ink } = at;
    const least = LEAST_SEEN2 / eye.scaleX;
    const hatch = this.hatching(context, ink, at.ratio);
    const outline = preview.dilation > 1 ? KIND_COLOURS.dilated : KIND_COLOURS.local;
    context.save();
    context.beginPath();
    context.rect(box.x, box.y, box.width, box.height);
    context.clip();
    for (const strip of seenStrips(stripsOnlyIn(view, preview, tokens), least)) {
      context.globalAlpha = 0.35 + 0.65 * (strip.counted / (strip.to - strip.from));
      fill(context, strip, at, hatch);
    }
    for (const strip of seenStrips(stripsOnlyIn(preview, view, tokens), least)) {
      context.globalAlpha = 0.1 + 0.16 * (strip.counted / (strip.to - strip.from));
      fill(context, strip, at, outline);
      context.globalAlpha = 1;
      context.strokeStyle = outline;
      context.lineWidth = 2;
      context.setLineDash(strip.counted < strip.to - strip.from ? [6, 4] : []);
      context.stroke();
      context.setLineDash([]);
    }
    context.globalAlpha = 1;
    const chosen = new Set(preview.globals);
    for (const position of view.globals) {
      if (!chosen.has(position)) this.line(context, position, at, (frame) => fillFrame(context, frame, hatch));
    }
    for (const position of preview.globals) {
      if (view.globalIndex.has(position)) continue;
      this.line(context, position, at, (frame) => strokeFrame(context, frame, KIND_COLOURS.global));
    }
    context.restore();
  }
  /**
   * Draw the row and, in the square view, the column of a global token.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {number} position
   * @param {{ box: Box, eye: Eye, tokens: number }} at
   * @param {(frame: Box) => void} act
   */
  line(context, position, { box, eye }, act) {
    const thick = { x: Math.max(LEAST_LINE, eye.scaleX), y: Math.max(LEAST_LINE, eye.scaleY) };
    const y = box.y + (position + 0.5 - eye.originY) * eye.scaleY - thick.y / 2;
    act({ x: box.x, y, width: box.width, height: thick.y });
    if (eye.turn > 0) return;
    const x = box.x + (position + 0.5 - eye.originX) * eye.scaleX - thick.x / 2;
    act({ x, y: box.y, width: thick.x, height: box.height });
  }
  /**
   * Diagonal lines on a ground that lets the weights below fade.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Ink} ink
   * @param {number} ratio
   */
  hatching(context, ink, ratio) {
    const known = this.hatch;
    if (known && known.ink === ink.text && known.ground === ink.background && known.ratio === ratio) return known.pattern;
    const side = Math.max(4, Math.round(HATCH * ratio));
    const tile = document.createElement("canvas");
    Object.assign(tile, { width: side, height: side });
    const pen = contextOf(tile);
    pen.globalAlpha = 0.62;
    pen.fillStyle = ink.background;
    pen.fillRect(0, 0, side, side);
    pen.globalAlpha = 0.9;
    pen.strokeStyle = ink.text;
    pen.lineWidth = Math.max(1, 1.1 * ratio);
    pen.beginPath();
    for (const shift of [-side, 0, side]) {
      pen.moveTo(shift - 1, side + 1);
      pen.lineTo(shift + side + 1, -1);
    }
    pen.stroke();
    const pattern = (
      /** @type {CanvasPattern} */
      context.createPattern(tile, "repeat")
    );
    pattern.setTransform(new DOMMatrix().scale(1 / ratio));
    this.hatch = { ink: ink.text, ground: ink.background, ratio, pattern };
    return pattern;
  }
};
function fill(context, { from, to }, { box, eye, tokens }, style) {
  context.beginPath();
  const first = Math.max(0, Math.floor(eye.originY));
  const last = Math.min(tokens, Math.ceil(eye.originY + box.height / eye.scaleY));
  const outline = eye.scaleY >= STEPPED ? steppedOutline(from, to, tokens, [first, last]) : stripOutline(from, to, tokens);
  for (const [key, query] of outline) context.lineTo(...placeOf(key, query, box, eye));
  context.closePath();
  context.fillStyle = style;
  context.fill();
}
function placeOf(key, query, box, eye) {
  return [
    box.x + (key - eye.turn * query - eye.originX) * eye.scaleX,
    box.y + (query - eye.originY) * eye.scaleY
  ];
}
function fillFrame(context, { x, y, width, height }, style) {
  context.fillStyle = style;
  context.fillRect(x, y, width, height);
}
function strokeFrame(context, { x, y, width, height }, colour) {
  context.lineWidth = 1.5;
  context.strokeStyle = colour;
  context.strokeRect(x, y, width, height);
}

// longformer_viz/widget/map/picture/lanes.js
var WIDTH = 26;
var GAP2 = 8;
var MOST_LANES = 5;
var LEAST_STAGE = 330;
var GlobalLanes = class {
  /** @param {MapView} map */
  constructor(map) {
    this.map = map;
    this.image = null;
  }
  /** Whether there is anything to show, and room for it. */
  get wanted() {
    const { panels, store, stageSize } = this.map;
    if (store.get().mode !== "straight" || panels.length !== 1 || stageSize.width < LEAST_STAGE) return false;
    return !panels[0].view.overBudget && panels[0].view.globals.length > 0;
  }
  /** CSS pixels that they take on the right of the panel. */
  get room() {
    return this.wanted ? WIDTH + GAP2 : 0;
  }
  /**
   * The box beside the only panel, or null where there is nothing to show.
   *
   * @returns {Box | null}
   */
  box() {
    if (!this.wanted || this.map.camera.turning) return null;
    const { box } = this.map.panels[0];
    return { x: box.x + box.width + GAP2, y: box.y, width: WIDTH, height: box.height };
  }
  /**
   * The global tokens [from, to) of each lane: one each, or as many as share one.
   *
   * @returns {Two[]}
   */
  groups() {
    const count = this.map.panels[0].view.globals.length;
    const lanes = Math.min(MOST_LANES, count);
    return Array.from({ length: lanes }, (_, lane) => [
      Math.floor(lane * count / lanes),
      Math.floor((lane + 1) * count / lanes)
    ]);
  }
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Eye} eye
   * @param {number} ratio Pixels of a unit.
   */
  draw(context, eye, ratio) {
    const box = this.box();
    if (!box) return;
    const { source, table } = this.map.panels[0];
    const [width, height] = [box.width, box.height].map((side) => Math.round(side * ratio));
    const kept = this.image?.width === width && this.image.height === height ? this.image : new ImageData(width, height);
    this.image = kept;
    const pixels = new Uint32Array(kept.data.buffer);
    const scale = eye.scaleY * ratio;
    const down = coarseness(scale);
    const { codes, columns, rows } = source.columns.at(down, 0);
    const own = source.view.globalIndex;
    const groups = this.groups();
    pixels.fill(0);
    for (let y = 0; y < height; y++) {
      const top = (eye.originY + y / scale) / 2 ** down;
      const bottom = (eye.originY + (y + 1) / scale) / 2 ** down;
      groups.forEach(([from, to], lane) => {
        let largest = -1;
        for (let row = Math.max(0, Math.floor(top)); row < Math.min(rows, Math.max(Math.floor(top) + 1, bottom)); row++) {
          const global = down === 0 ? own.get(row) : void 0;
          for (let column = from; column < to; column++) {
            const code = global === void 0 ? codes[row * columns + column] : source.view.rows[global * source.tokens + source.view.globals[column]];
            if (code > largest) largest = code;
          }
        }
        if (largest < 0) return;
        const left = Math.floor(lane * width / groups.length);
        const right = Math.floor((lane + 1) * width / groups.length) - (groups.length > 1 ? 1 : 0);
        pixels.fill(table[largest + 1], y * width + left, y * width + right);
      });
    }
    context.putImageData(kept, Math.round(box.x * ratio), Math.round(box.y * ratio));
  }
  /**
   * @param {Ink} ink
   * @returns {Mark[]}
   */
  marks(ink) {
    const box = this.box();
    if (!box) return [];
    const middle = box.x + box.width / 2;
    return [
      { kind: "rect", x: box.x - 0.5, y: box.y - 0.5, width: box.width + 1, height: box.height + 1, stroke: ink.border },
      { kind: "path", points: [[box.x, box.y - 2], [box.x + box.width, box.y - 2]], stroke: KIND_COLOURS.global, line: 3 },
      { kind: "text", text: "Global", x: middle, y: box.y - 12, size: 10, bold: true, fill: ink.text, align: "center" }
    ];
  }
  /**
   * The query under a point, and of the global tokens of that lane the one that it attends to most.
   *
   * @param {number} x
   * @param {number} y
   * @param {Eye} eye
   * @returns {Pair | null}
   */
  pairAt(x, y, eye) {
    const box = this.box();
    if (!box || x < box.x || x >= box.x + box.width || y < box.y || y >= box.y + box.height) return null;
    const { view, source } = this.map.panels[0];
    const query = Math.floor(eye.originY + (y - box.y) / eye.scaleY);
    if (query < 0 || query >= source.tokens) return null;
    const groups = this.groups();
    const [from, to] = groups[Math.min(groups.length - 1, Math.floor((x - box.x) / box.width * groups.length))];
    let best = view.globals[from];
    for (let index = from; index < to; index++) {
      const key = view.globals[index];
      if (pairCode(view, source.tokens, query, key) > pairCode(view, source.tokens, query, best)) best = key;
    }
    return { query, key: best };
  }
};

// longformer_viz/widget/map/picture/selection_marks.js
function selectionMarks(eye, box, state, ink) {
  const { data, hover } = state;
  const selection = selectionOf(state);
  const marks = selection ? selectedRows(eye, box, selection, ink) : [];
  if (selection && hover?.mean && hover.key !== null) marks.push(keyLine(eye, box, selection, hover.key, ink));
  else if (hover && hover.query < data.tokens) marks.push(...crosshair(eye, box, hover, ink));
  return marks;
}
function selectedRows(eye, box, { from, to }, ink) {
  const y = box.y + (from - eye.originY) * eye.scaleY - 1;
  const height = Math.max(2, (to - from) * eye.scaleY) + 2;
  return outlined({ x: box.x - 1, y, width: box.width + 2, height }, box, ink);
}
function crosshair(eye, box, { query, key }, ink) {
  const y = box.y + (query + 0.5 - eye.originY) * eye.scaleY;
  const style = (
    /** @type {const} */
    { kind: "path", stroke: ink.text, line: 1, alpha: 0.55, clip: box }
  );
  const marks = [{ ...style, points: [[box.x, y], [box.x + box.width, y]] }];
  if (key === null) return marks;
  const [left, top] = pointOf(eye, query, key);
  const x = box.x + left + eye.scaleX / 2;
  marks.push({ ...style, points: [[x, box.y], [x, box.y + box.height]] });
  const [width, height] = [Math.max(6, eye.scaleX), Math.max(6, eye.scaleY)];
  const cell = { x: x - width / 2, y: box.y + top + eye.scaleY / 2 - height / 2, width, height };
  return [...marks, ...outlined(cell, box, ink)];
}
function keyLine(eye, box, { from, to }, key, ink) {
  const points = [from, to - 1].map((query, end) => {
    const [left, top] = pointOf(eye, query, key);
    return (
      /** @type {Two} */
      [box.x + left + eye.scaleX / 2, box.y + top + end * eye.scaleY]
    );
  });
  return { kind: "path", points, stroke: ink.text, line: Math.max(2, eye.scaleX), alpha: 0.55, clip: box };
}
function outlined(frame, clip, ink) {
  const rect = (
    /** @type {const} */
    { kind: "rect", ...frame, clip }
  );
  return [{ ...rect, stroke: ink.background, line: 3 }, { ...rect, stroke: ink.text, line: 1.25 }];
}

// longformer_viz/widget/map/picture/marks.js
var LABEL_SIZE = 11;
var LABEL_ROOM = 12;
function panelMarks(panel, eye, state, ink, titled) {
  const { data, mode } = state;
  const { view, box } = panel;
  const { tokens } = data;
  const marks = [
    ...edgeMarks(view, eye, box, tokens),
    ...rowLabels(panel, eye, data, ink),
    ...columnLabels(panel, eye, data, ink, mode),
    ...globalMarks(panel, eye, ink)
  ];
  if (titled) {
    const at = { x: box.x, y: box.y - 24 };
    marks.push({ kind: "chip", ...at, text: view.label, size: 11, fill: ink.text, ground: ink.background });
  }
  marks.push(...selectionMarks(eye, box, state, ink));
  marks.push({ kind: "rect", x: box.x - 0.5, y: box.y - 0.5, width: box.width + 1, height: box.height + 1, stroke: ink.border });
  return marks;
}
function edgeMarks(view, eye, box, tokens) {
  if (view.reach >= tokens - 1) return [];
  const marks = [];
  const stroke = view.dilation > 1 ? KIND_COLOURS.dilated : KIND_COLOURS.local;
  const dash = view.dilation > 1 ? [5, 4] : null;
  const [first, last] = rowsInSight(eye, box, tokens);
  for (const side of [-view.reach, view.reach + 1]) {
    const from = side < 0 ? Math.max(first, -side) : first;
    const to = side < 0 ? last : Math.min(last, tokens - side);
    if (from >= to) continue;
    const columnOf = (query) => box.x + (side + query * (1 - eye.turn) - eye.originX) * eye.scaleX;
    const rowOf = (query) => box.y + (query - eye.originY) * eye.scaleY;
    const points = [];
    if (eye.scaleY >= 5) {
      for (let query = from; query < to; query++) {
        points.push([columnOf(query), rowOf(query)], [columnOf(query), rowOf(query + 1)]);
      }
    } else {
      points.push([columnOf(from), rowOf(from)], [columnOf(to), rowOf(to)]);
    }
    marks.push({ kind: "path", points, stroke, dash, line: 1.5, clip: box });
  }
  return marks;
}
function rowsInSight(eye, box, tokens) {
  const first = Math.max(0, Math.floor(eye.originY));
  return [first, Math.min(tokens, Math.ceil(eye.originY + box.height / eye.scaleY))];
}
function rowLabels({ view, box, first: isFirst }, eye, data, ink) {
  if (!isFirst) return [];
  const marks = [];
  const text = (
    /** @type {const} */
    { kind: "text", size: LABEL_SIZE, align: "right" }
  );
  const y = (row) => box.y + (row + 0.5 - eye.originY) * eye.scaleY;
  if (eye.scaleY >= LABEL_ROOM) {
    const [from, to] = rowsInSight(eye, box, data.tokens);
    for (let row = from; row < to; row++) {
      if (y(row) < box.y + 2 || y(row) > box.y + box.height - 2) continue;
      marks.push({ ...text, text: tokenLabel(view, data, row, 10), x: box.x - 9, y: y(row), fill: ink.text });
    }
    return marks;
  }
  for (const row of ticksIn(eye.originY, box.height, eye.scaleY, 44, 0, data.tokens - 1)) {
    marks.push({ ...text, text: countText(row), x: box.x - 9, y: y(row), fill: ink.faint });
    marks.push({ kind: "path", points: [[box.x - 5, y(row)], [box.x, y(row)]], stroke: ink.faint, line: 1 });
  }
  return marks;
}
function columnLabels({ view, box, reach }, eye, data, ink, mode) {
  if (eye.turn > 0 && eye.turn < 1) return [];
  const marks = [];
  const text = (
    /** @type {const} */
    { kind: "text", size: LABEL_SIZE }
  );
  const x = (column) => box.x + (column + 0.5 - eye.originX) * eye.scaleX;
  const straight = mode === "straight";
  if (!straight && eye.scaleX >= LABEL_ROOM) {
    const from = Math.max(0, Math.floor(eye.originX));
    const to = Math.min(data.tokens, Math.ceil(eye.originX + box.width / eye.scaleX));
    for (let column = from; column < to; column++) {
      if (x(column) < box.x + 2 || x(column) > box.x + box.width - 2) continue;
      const label = tokenLabel(view, data, column, 8);
      marks.push({ ...text, text: label, x: x(column), y: box.y - 9, fill: ink.text, align: "left", turned: true });
    }
    return marks;
  }
  const [low, high] = straight ? [-reach, reach] : [0, data.tokens - 1];
  for (const column of ticksIn(eye.originX, box.width, eye.scaleX, 56, low, high)) {
    const label = straight && column > 0 ? `+${countText(column)}` : countText(column);
    marks.push({ ...text, text: label, x: x(column), y: box.y - 13, fill: ink.faint, align: "center" });
    marks.push({ kind: "path", points: [[x(column), box.y - 5], [x(column), box.y]], stroke: ink.faint, line: 1 });
  }
  return marks;
}
function tokenLabel(view, data, token, limit) {
  const isGlobal = view.globalIndex.has(token);
  return isGlobal ? `G ${plainPiece(data.pieces[token], limit - 2)}` : plainPiece(data.pieces[token], limit);
}
function ticksIn(origin, length, scale, room, low, high) {
  const least = room / scale;
  const power = Math.pow(10, Math.floor(Math.log10(least)));
  const round = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= least) ?? least;
  const step = Math.max(1, round);
  const found = [];
  const stop = Math.min(high, origin + length / scale - 0.5);
  for (let tick = Math.ceil(Math.max(low, origin - 0.5) / step) * step; tick <= stop; tick += step) found.push(tick);
  return found;
}
function globalMarks({ view, box }, eye, ink) {
  const marks = [];
  const written = { x: -Infinity, y: -Infinity };
  const style = (
    /** @type {const} */
    { kind: "path", stroke: KIND_COLOURS.global, line: 3 }
  );
  for (const position of view.globals) {
    const y = box.y + (position + 0.5 - eye.originY) * eye.scaleY;
    if (y >= box.y - 0.5 && y <= box.y + box.height + 0.5) {
      marks.push({ ...style, points: [[box.x - 6, y], [box.x, y]] });
      if (y - written.y >= 12 && eye.scaleY < LABEL_ROOM) {
        marks.push(letterG(box.x - 11, y, ink));
        written.y = y;
      }
    }
    if (eye.turn > 0) continue;
    const x = box.x + (position + 0.5 - eye.originX) * eye.scaleX;
    if (x >= box.x - 0.5 && x <= box.x + box.width + 0.5) {
      marks.push({ ...style, points: [[x, box.y - 6], [x, box.y]] });
      if (x - written.x >= 12 && eye.scaleX < LABEL_ROOM) {
        marks.push(letterG(x, box.y - 12, ink));
        written.x = x;
      }
    }
  }
  return marks;
}
function letterG(x, y, ink) {
  return { kind: "chip", text: "G", x, y, size: 10, bold: true, fill: ink.text, ground: ink.background, centred: true };
}
function cornerMarks(box, mode, ink) {
  const text = (
    /** @type {const} */
    { kind: "text", size: 10.5, fill: ink.faint, x: 8, align: "left" }
  );
  return [
    { ...text, text: mode === "square" ? "key →" : "offset →", y: box.y - 30 },
    { ...text, text: "query ↓", y: box.y - 15 }
  ];
}

// longformer_viz/widget/map/picture/minimap.js
var SIDE = 84;
var INSET = 10;
var STRIP = 30;
var LEAST_PANEL = 250;
var Minimap = class {
  /** @param {MapView} map */
  constructor(map) {
    this.map = map;
    this.raster = new Raster();
    this.canvas = document.createElement("canvas");
    this.made = [];
  }
  /** Whether it is there: only while a part is in sight, and not where the map itself is small. */
  get shown() {
    const { box } = this.map.panels[this.map.panels.length - 1];
    return this.map.store.get().place !== null && this.map.camera.place()[2] > 1.05 && box.width >= LEAST_PANEL;
  }
  /**
   * Its box in the upper right corner of the last panel.
   *
   * @returns {Box}
   */
  box() {
    const last = this.map.panels[this.map.panels.length - 1].box;
    const { mode } = this.map.store.get();
    const [width, height] = mode === "square" ? [SIDE, SIDE] : [STRIP, last.height - 2 * INSET];
    return { x: last.x + last.width - INSET - width, y: last.y + INSET, width, height };
  }
  /** @returns {Eye} */
  eye() {
    const { data, mode } = this.map.store.get();
    const box = this.box();
    const [left, right] = extentOf(mode, data.tokens, this.map.camera.reach);
    return {
      turn: mode === "square" ? 0 : 1,
      originX: left,
      originY: 0,
      scaleX: box.width / (right - left),
      scaleY: box.height / data.tokens
    };
  }
  /**
   * The column and row under a point, or null; a drag that left the box goes on.
   *
   * @param {number} x
   * @param {number} y
   * @param {boolean} dragged
   * @returns {Two | null}
   */
  at(x, y, dragged) {
    if (!this.shown) return null;
    const box = this.box();
    const inside = x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
    if (!inside && !dragged) return null;
    const eye = this.eye();
    return [eye.originX + (x - box.x) / eye.scaleX, eye.originY + (y - box.y) / eye.scaleY];
  }
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Eye} seen
   * @param {MapState} state
   */
  draw(context, seen, state) {
    if (!this.shown || this.map.camera.turning) return;
    const box = this.box();
    this.drawPicture(box, state);
    drawMarks(context, [{ kind: "rect", ...grown(box, 4), fill: this.map.ink.background, alpha: 0.9 }], "");
    context.drawImage(this.canvas, box.x, box.y, box.width, box.height);
    drawMarks(context, this.frame(box, seen), this.map.font);
  }
  /**
   * The small picture, drawn anew only where something in it changed.
   *
   * @param {Box} box
   * @param {MapState} state
   */
  drawPicture(box, state) {
    const panel = this.map.panels[this.map.panels.length - 1];
    const { ratio } = this.map;
    const parts = [panel.table, panel.source.band, state.mode, box.width, box.height, ratio];
    if (parts.every((part, index) => part === this.made[index])) return;
    this.made = parts;
    const eye = this.eye();
    this.raster.resize(Math.round(box.width * ratio), Math.round(box.height * ratio));
    const device = { ...eye, scaleX: eye.scaleX * ratio, scaleY: eye.scaleY * ratio };
    const image = this.raster.draw(panel.source, device, panel.table, 1);
    Object.assign(this.canvas, { width: image.width, height: image.height });
    contextOf(this.canvas).putImageData(image, 0, 0);
  }
  /**
   * @param {Box} box
   * @param {Eye} seen
   * @returns {Mark[]}
   */
  frame(box, seen) {
    const panel = this.map.panels[this.map.panels.length - 1].box;
    const { ink } = this.map;
    const eye = this.eye();
    const left = clamp((seen.originX - eye.originX) * eye.scaleX, 0, box.width - 3);
    const top = clamp((seen.originY - eye.originY) * eye.scaleY, 0, box.height - 3);
    const right = clamp((seen.originX + panel.width / seen.scaleX - eye.originX) * eye.scaleX, left + 3, box.width);
    const bottom = clamp((seen.originY + panel.height / seen.scaleY - eye.originY) * eye.scaleY, top + 3, box.height);
    const rect = (
      /** @type {const} */
      { kind: "rect" }
    );
    const frame = { ...rect, x: box.x + left, y: box.y + top, width: right - left, height: bottom - top };
    return [
      { ...rect, x: box.x - 0.5, y: box.y - 0.5, width: box.width + 1, height: box.height + 1, stroke: ink.border },
      { ...frame, stroke: ink.background, line: 4 },
      { ...frame, stroke: ink.text, line: 1.75 }
    ];
  }
};
function grown({ x, y, width, height }, by) {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

// longformer_viz/widget/map/picture/tiles.js
function wishFor(eye, mode, box, ratio, tokens, reach) {
  const straight = mode === "straight";
  const stepOf = (scale) => 2 ** Math.max(0, Math.floor(Math.log2(1 / (scale * ratio))));
  const steps = (
    /** @type {Two} */
    [stepOf(eye.scaleY), stepOf(eye.scaleX)]
  );
  const span = (origin, length, scale, low, high, step) => {
    const margin = 0.25 * length / scale;
    const grid = (value) => Math.floor(value / (8 * step)) * 8 * step;
    const from = Math.max(low, grid(origin - margin));
    return [from, Math.min(high, grid(origin + length / scale + margin) + 8 * step)];
  };
  const [left, right] = straight ? [-reach, reach + 1] : [0, tokens];
  return {
    rows: span(eye.originY, box.height, eye.scaleY, 0, tokens, steps[0]),
    columns: span(eye.originX, box.width, eye.scaleX, left, right, steps[1]),
    seen: [
      Math.max(0, eye.originY),
      Math.min(tokens, eye.originY + box.height / eye.scaleY),
      Math.max(left, eye.originX),
      Math.min(right, eye.originX + box.width / eye.scaleX)
    ],
    steps,
    straight
  };
}
function servesWish(tile, wish) {
  if (!tile || tile.straight !== wish.straight) return false;
  const [top, bottom, left, right] = wish.seen;
  const covers = tile.rows[0] <= top && tile.rows[1] >= bottom && tile.columns[0] <= left && tile.columns[1] >= right;
  const same = String([tile.rows, tile.columns]) === String([wish.rows, wish.columns]);
  return covers && (same || tile.steps[0] <= wish.steps[0] && tile.steps[1] <= wish.steps[1]);
}

// longformer_viz/widget/map/view.js
var NOWHERE = { x: 0, y: 0, width: 1, height: 1 };
var MapView = class {
  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} words Where the line that reads the map out stands.
   * @param {Store<MapState>} store
   * @param {Actions} actions
   */
  constructor(root, words, store, actions) {
    this.root = root;
    this.store = store;
    this.actions = actions;
    this.camera = new Camera(store, actions);
    this.panels = [];
    this.times = { draw: 0, picture: 0, pictures: 0, finished: 0, decode: 0 };
    this.frame = 0;
    this.asking = 0;
    this.ratio = 0;
    this.unit = 1;
    this.largest = 1;
    this.font = "";
    this.ink = { text: "", faint: "", border: "", background: "" };
    this.isPictureStale = false;
    this.isLegendStale = true;
    root.classList.add("lv-map");
    this.stage = append(root, "div", "lv-stage");
    this.picture = append(this.stage, "canvas", "lv-picture");
    this.over = append(this.stage, "canvas", "lv-over");
    this.picture.setAttribute("aria-hidden", "true");
    this.over.setAttribute("role", "img");
    this.over.tabIndex = 0;
    this.readout = new Readout(append(words, "div", "lv-readout"));
    this.legend = append(root, "canvas", "lv-legend");
    this.legend.setAttribute("role", "img");
    this.pictureContext = contextOf(this.picture, { willReadFrequently: true });
    this.overContext = contextOf(this.over);
    this.legendContext = contextOf(this.legend);
    this.minimap = new Minimap(this);
    this.lanes = new GlobalLanes(this);
    this.previewPen = new PreviewPen();
    this.crosshair = new Crosshair(this);
    this.moves = new Moves(this, this.over);
    this.observer = new ResizeObserver(() => this.layout());
    this.observer.observe(this.stage);
    this.render(store.get(), null);
  }
  destroy() {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.asking);
    this.root.replaceChildren();
  }
  /**
   * @param {MapState} state
   * @param {MapState | null} previous
   */
  render(state, previous) {
    const changed = (...names) => !previous || names.some((name) => state[name] !== previous[name]);
    if (changed("data")) this.take(state.data);
    if (changed("mode")) this.arrange();
    const reach = Math.max(widestReach(state.data.views), state.preview?.reach ?? 0);
    const isWider = reach !== this.camera.reach;
    if (isWider) for (const panel of this.panels) panel.reach = reach;
    this.camera.reach = reach;
    if (previous && state.locked !== null && changed("locked")) this.camera.reveal(state.locked);
    if (changed("percent", "data")) for (const { source } of this.panels) source.keep(state.percent);
    if (changed("data", "scale", "theme")) this.paint(state);
    this.request(changed("data", "place", "mode", "scale", "percent", "theme") || isWider && state.mode === "straight");
  }
  /**
   * Take new data; the old picture stays until the next one is drawn.
   *
   * @param {Payload} data
   */
  take(data) {
    const reach = widestReach(data.views);
    this.panels = data.views.map((view, index) => ({
      view,
      index,
      first: index === 0,
      reach,
      source: new Source(view, data.tokens),
      raster: this.panels[index]?.raster ?? new Raster(),
      box: this.panels[index]?.box ?? NOWHERE,
      table: new Uint32Array(0)
    }));
    this.camera.reach = reach;
    this.over.setAttribute("aria-label", mapDescription(data));
    this.arrange();
  }
  /** @param {MapState} state */
  paint(state) {
    const style = getComputedStyle(this.root);
    const text = style.color;
    const background = style.getPropertyValue("--st-background-color").trim();
    this.font = style.fontFamily;
    this.ink = {
      text,
      faint: style.getPropertyValue("--lv-faint").trim() || text,
      border: style.getPropertyValue("--lv-line").trim() || "#8A8A8A",
      background: background || (state.theme === "dark" ? "#0E1117" : "#FFFFFF")
    };
    this.largest = scaleEnd(state.data.views, state.scale);
    this.isLegendStale = true;
    for (const panel of this.panels) panel.table = colourTable(panel.view, state.theme, state.scale, this.largest);
  }
  /** Fit canvases and panels to the element, in whole device pixels. */
  layout() {
    const { clientWidth, clientHeight } = this.stage;
    if (clientWidth < 60 || clientHeight < 60) return;
    this.unit = this.stage.getBoundingClientRect().width / clientWidth;
    this.ratio = (window.devicePixelRatio || 1) * this.unit;
    const [width, height] = [clientWidth, clientHeight].map((side) => Math.round(side * this.ratio));
    if (this.box && this.times.pictures && this.picture.width === width && this.picture.height === height) return;
    for (const canvas of [this.picture, this.over]) {
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    }
    this.isLegendStale = true;
    this.arrange();
    this.draw(true);
  }
  /** The stage in units. */
  get stageSize() {
    return { width: this.stage.clientWidth, height: this.stage.clientHeight };
  }
  arrange() {
    if (!this.ratio) return;
    const boxes = panelBoxes(this.stageSize, this.panels.length, this.ratio, this.lanes.room);
    for (const panel of this.panels) panel.box = boxes[panel.index];
    this.camera.box = this.box;
  }
  /**
   * The box of the first panel, once the map has a size.
   *
   * @returns {Box | null}
   */
  get box() {
    return this.ratio ? this.panels[0].box : null;
  }
  /** @param {boolean} picture Whether the weights must be drawn anew, not only what lies over them. */
  request(picture) {
    this.isPictureStale ||= picture;
    if (!this.frame) this.frame = requestAnimationFrame((now) => this.tick(now));
  }
  /** @param {number} now */
  tick(now) {
    this.frame = 0;
    const wasTurning = Boolean(this.camera.turning);
    if (this.camera.turnOn(now)) this.request(true);
    this.draw(this.isPictureStale || wasTurning);
    if (this.camera.turning) this.request(true);
  }
  /** @param {boolean} picture */
  draw(picture) {
    if (!this.box || !this.panels[0].table.length) return;
    const start = performance.now();
    this.isPictureStale = false;
    const state = this.store.get();
    const eye = this.camera.eye();
    if (picture) this.drawPicture(eye);
    if (this.times.pictures) this.drawOver(state, eye);
    else this.request(false);
    const finished = performance.now();
    this.times.draw = finished - start;
    if (picture) Object.assign(this.times, { picture: finished - start, pictures: this.times.pictures + 1, finished });
    if (picture && !this.camera.turning) this.askTiles(eye, state);
  }
  /** @param {Eye} eye */
  drawPicture(eye) {
    this.pictureContext.clearRect(0, 0, this.picture.width, this.picture.height);
    for (const panel of this.panels) drawPanel(this.pictureContext, panel, panel.raster, eye, this.ratio);
    this.lanes.draw(this.pictureContext, eye, this.ratio);
  }
  /**
   * @param {MapState} state
   * @param {Eye} eye
   */
  drawOver(state, eye) {
    this.overContext.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.overContext.clearRect(0, 0, this.stageSize.width, this.stageSize.height);
    this.drawPreview(state, eye);
    drawMarks(this.overContext, this.marks(state, eye), this.font);
    this.minimap.draw(this.overContext, eye, state);
    this.readout.say(state);
    if (this.isLegendStale) this.drawLegend(state);
  }
  /**
   * @param {MapState} state
   * @param {Eye} eye
   */
  drawPreview({ preview, data }, eye) {
    if (!preview) return;
    const { ink, ratio } = this;
    for (const { view, box } of this.panels.slice(0, 1)) {
      this.previewPen.draw(this.overContext, view, preview, { box, eye, tokens: data.tokens, ink, ratio });
    }
  }
  /**
   * @param {MapState} state
   * @param {Eye} eye
   * @returns {Mark[]}
   */
  marks(state, eye) {
    const titled = this.panels.length > 1 || this.panels[0].view.difference;
    const marks = this.panels.flatMap((panel) => panelMarks(panel, eye, state, this.ink, titled));
    return [...marks, ...this.lanes.marks(this.ink), ...cornerMarks(this.panels[0].box, state.mode, this.ink)];
  }
  /** @param {MapState} state */
  drawLegend(state) {
    this.isLegendStale = false;
    const width = this.legend.clientWidth;
    const height = legendHeight(width);
    this.legend.style.height = `${height}px`;
    Object.assign(this.legend, { width: Math.round(width * this.ratio), height: Math.round(height * this.ratio) });
    this.legendContext.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    drawMarks(this.legendContext, legendMarks(this.panels, state, this.largest, width, this.ink), this.font);
    this.legend.setAttribute("aria-label", legendText(this.panels, state, this.largest));
  }
  /**
   * Ask for what is in sight of a head that is too large for one payload, as sharp as the screen is, once one rests.
   *
   * @param {Eye} eye
   * @param {MapState} state
   */
  askTiles(eye, { mode }) {
    clearTimeout(this.asking);
    const far = this.panels.filter(({ view }) => view.overBudget);
    if (!far.length) return;
    this.asking = setTimeout(() => {
      const wish = wishFor(eye, mode, this.camera.size, this.ratio, this.store.get().data.tokens, this.camera.reach);
      if (far.some(({ view }) => !servesWish(view.tile, wish))) this.actions.askTile(wish);
    }, 250);
  }
};

// longformer_viz/widget/map/app.js
var PARTS_WAIT_MS = 30;
var START = {
  view: 0,
  hover: null,
  locked: null,
  unit: "token",
  mode: "square",
  scale: "log",
  sort: "layer",
  percent: 100,
  place: null,
  preview: null,
  waiting: false
};
var MapApp = class {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    parent.querySelector(".lv-room")?.remove();
    this.root = append(parent, "div", "lv-root");
    this.tell = { setStateValue() {
    }, setTriggerValue() {
    } };
    this.bytes = null;
    this.generation = null;
    this.built = null;
  }
  /** @param {Uint8Array} bytes */
  show(bytes) {
    const theme = themeOf(this.root, this.built?.store.get().theme ?? "light");
    if (this.built && bytes === this.bytes) return this.built.store.set({ theme });
    this.bytes = bytes;
    let data;
    const start = performance.now();
    try {
      if (!document.createElement("canvas").getContext("2d")) {
        throw new PayloadFault("This browser cannot draw on a canvas, so it cannot show the map.");
      }
      data = decodePayload(bytes);
    } catch (fault) {
      if (!(fault instanceof PayloadFault)) throw fault;
      return this.say(fault.message);
    }
    const decoded = performance.now() - start;
    const known = this.built?.store.get().data;
    if (this.built && known && isShown(data, known) && this.generation === data.controls.generation) {
      return this.built.store.set({ theme });
    }
    const patch = this.patch(data, theme);
    if (this.built) this.built.store.set(patch);
    else this.built = new Built(this, { ...START, ...patch });
    this.built.map.times.decode = decoded;
    this.built.controls.render(this.built.store.get());
  }
  /**
   * What new data changes: the head always, the rest only when Python asks for it anew.
   *
   * @param {Payload} data
   * @param {Theme} theme
   * @returns {Required<Pick<MapState, "data" | "theme" | "layer" | "head" | "globals">> & Partial<MapState>}
   */
  patch(data, theme) {
    const { controls } = data;
    const known = this.built?.store.get();
    const { layer = data.views[0].layer, head = data.views[0].head } = controls;
    const patch = { data, theme, layer, head, globals: [...data.views[0].globals] };
    if (known && controls.generation === this.generation) {
      Object.assign(patch, this.built?.reports.headAfter({ layer, head }));
    }
    const isSameLength = known?.data.tokens === data.tokens;
    if (!known || controls.generation !== this.generation) {
      this.generation = controls.generation;
      this.built?.reports.forget();
      Object.assign(patch, {
        view: 0,
        locked: controls.locked ?? null,
        unit: controls.unit ?? "token",
        mode: controls.mode === "straight" ? "straight" : "square",
        scale: controls.scale === "linear" ? "linear" : "log",
        sort: controls.sort ?? "layer",
        percent: controls.percent ?? 100,
        place: controls.place ?? null
      });
    } else if (!isSameLength) Object.assign(patch, { locked: null, place: null });
    if (!isSameLength) patch.hover = null;
    if ((patch.locked ?? -1) >= data.tokens) patch.locked = null;
    return patch;
  }
  /** @param {string} sentence */
  say(sentence) {
    this.clear();
    append(this.root, "p", "lv-note", sentence).setAttribute("role", "alert");
  }
  clear() {
    this.built?.destroy();
    this.built = null;
    this.generation = null;
    this.root.replaceChildren();
  }
  destroy() {
    this.clear();
    this.root.remove();
  }
};
var Built = class {
  /**
   * @param {MapApp} app
   * @param {MapState} state
   */
  constructor(app, state) {
    const { root } = app;
    root.replaceChildren();
    root.dataset.theme = state.theme;
    this.store = createStore(state);
    this.frame = new Frame(root);
    const { map, words, bar, pattern, text, grid } = this.frame;
    this.reports = actionsOf(app, this.store);
    const { actions } = this.reports;
    this.map = new MapView(map, words, this.store, actions);
    this.full = new FullScreen(root, this.frame.fit);
    this.controls = new Controls(bar, this.store, actions, this.map, this.full);
    this.keys = new PageKeys(root, this.store, actions);
    followPresenting(root, this.keys.signal, this.frame.fit);
    this.parts = [this.map, this.controls, new PatternBar(pattern, this.store, actions), new Title(this.frame.title, state)];
    const arrange = (now) => {
      this.frame.hold(now.data.views.length, now.data.tokens, now.data.controls.height ?? null);
      grid.hidden = !now.data.grid;
    };
    this.stop = this.store.subscribe((now, previous) => {
      if (now.theme !== previous.theme) root.dataset.theme = now.theme;
      root.classList.toggle("lv-waiting", now.waiting);
      arrange(now);
      for (const part of this.parts) part.render(now, previous);
    });
    arrange(state);
    this.map.layout();
    this.timer = setTimeout(() => {
      this.parts.push(new TextView(text, this.store, actions), new GridView(grid, this.store, actions));
    }, PARTS_WAIT_MS);
    Object.defineProperty(root, "lvMap", { configurable: true, value: this.hook() });
  }
  /** What a test reads: the state, times, and where a pair is on the screen. */
  hook() {
    const { map, store } = this;
    return {
      store,
      state: () => store.get(),
      box: () => ({ ...map.box }),
      panels: () => map.panels.map(({ box }) => ({ ...box })),
      times: () => ({ ...map.times }),
      /** @type {(query: number, key: number, panel?: number) => number[]} */
      pointOf: (query, key, panel = 0) => {
        const { box } = map.panels[panel];
        const eye = map.camera.eye();
        const [x, y] = pointOf(eye, query, key);
        const canvas = map.over.getBoundingClientRect();
        const [right, down] = [box.x + x + eye.scaleX / 2, box.y + y + eye.scaleY / 2];
        return [canvas.left + map.unit * right, canvas.top + map.unit * down];
      }
    };
  }
  destroy() {
    this.stop();
    clearTimeout(this.timer);
    this.reports.stop();
    this.frame.destroy();
    this.full.destroy();
    this.keys.destroy();
    for (const part of this.parts) part.destroy();
  }
};
function isShown(data, known) {
  const told = (one) => {
    return JSON.stringify([one.controls.pattern, one.views.map(({ label, window: window2, dilation }) => [label, window2, dilation])]);
  };
  return data.crc === known.crc && told(data) === told(known);
}

// longformer_viz/widget/map/index.js
var map_default = mountOnce((parent) => new MapApp(parent));
export {
  map_default as default
};
