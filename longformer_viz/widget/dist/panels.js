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

// longformer_viz/widget/panels/rules.js
var NONE2 = "outside";
var RULES = {
  full: () => () => "full",
  band({ half, dilation, globals }, arrays, tokens) {
    const isGlobal = new Uint8Array(tokens);
    for (const position of globals) isGlobal[position] = 1;
    const reach = half * dilation;
    const near = dilation > 1 ? "dilated" : "local";
    return (query, key) => {
      if (isGlobal[query] || isGlobal[key]) return "global";
      const distance = query < key ? key - query : query - key;
      return distance <= reach && distance % dilation === 0 ? near : NONE2;
    };
  },
  chunks: ({ size, stride }) => (query, key) => {
    const [early, late] = query < key ? [query, key] : [key, query];
    return late < Math.floor(early / stride) * stride + size ? "chunk" : NONE2;
  },
  blocks({ size, half, first, last, random }, { drawn }) {
    const isGlobal = (block) => block < first || block >= last;
    return (query, key) => {
      const [row, column] = [Math.floor(query / size), Math.floor(key / size)];
      if (isGlobal(row) || isGlobal(column)) return "global";
      if (Math.abs(row - column) <= half) return "local";
      for (let index = row * random; index < (row + 1) * random; index++) {
        if (drawn[index] === column) return "random";
      }
      return NONE2;
    };
  },
  reach({ left, right }, arrays, tokens) {
    const isFull = left === tokens - 1 && (right === 0 || right === tokens - 1);
    const kind = isFull ? "full" : "local";
    return (query, key) => query - key <= left && key - query <= right ? kind : NONE2;
  },
  hashed({ rounds, chunks }, { chunk }, tokens) {
    return (query, key) => {
      for (let round = 0; round < rounds; round++) {
        const queryChunk = chunk[round * tokens + query];
        const keyChunk = chunk[round * tokens + key];
        if (keyChunk === queryChunk || keyChunk === queryChunk - 1) return "hashed";
        const before = (round + rounds - 1) % rounds;
        if (queryChunk === 0 && chunk[before * tokens + key] === chunks - 1) return "hashed";
      }
      return NONE2;
    };
  }
};
function kindOfRule(rule, arrays, tokens) {
  const kindOf = RULES[rule.kind](rule, arrays, tokens);
  return rule.causal ? (query, key) => key > query ? NONE2 : kindOf(query, key) : kindOf;
}

// longformer_viz/widget/panels/data.js
function pairsText({ pairs, full_pairs }) {
  return percentText(pairs / full_pairs);
}
var PanelData = class {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    const { crc, tokens, pieces, grid, arrays } = decodePayload(bytes);
    const header = (
      /** @type {PanelsHeader} */
      grid
    );
    this.crc = crc;
    this.tokens = tokens;
    this.pieces = pieces;
    this.layer = header.layer;
    this.head = header.head;
    this.side = header.side;
    this.size = header.size;
    this.names = header.kinds;
    this.queries = arrays.queries;
    this.keys = arrays.keys;
    this.bias = arrays.bias;
    this.softcap = header.softcap;
    this.leftOut = new Uint8Array(tokens);
    for (const position of header.left_out) this.leftOut[position] = 1;
    this.panels = header.panels.map((panel, number) => {
      const own = (name) => arrays[name + number];
      return {
        ...panel,
        codes: own("codes"),
        kinds: own("kinds"),
        shares: own("shares"),
        lse: own("lse"),
        kindOf: kindOfRule(panel.rule, { drawn: own("drawn"), chunk: own("chunk") }, tokens)
      };
    });
  }
  /**
   * The attention score of a pair, the same in every panel.
   *
   * @param {number} query
   * @param {number} key
   */
  score(query, key) {
    const { queries, keys, size, softcap, bias, tokens } = this;
    let sum = 0;
    for (let index = 0; index < size; index++) sum += queries[query * size + index] * keys[key * size + index];
    if (softcap) sum = softcap * Math.tanh(sum / softcap);
    return bias ? sum + bias[key - query + tokens - 1] : sum;
  }
  /**
   * Kind and weight of a pair in a panel; the weight is null outside the pattern and in rows that are left out.
   *
   * @param {number} number
   * @param {number} query
   * @param {number} key
   */
  pair(number, query, key) {
    const panel = this.panels[number];
    const kind = panel.kindOf(query, key);
    const seen = kind !== NONE2 && !this.leftOut[query];
    return { kind, weight: seen ? Math.exp(this.score(query, key) - panel.lse[query]) : null };
  }
};

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

// longformer_viz/widget/panels/kinds.js
var KINDS2 = {
  local: { text: "local", colour: KIND_COLOURS.local, isLighter: () => false },
  dilated: { text: "dilated", colour: KIND_COLOURS.dilated, isLighter: (x) => x % 4 === 0 },
  global: { text: "global", colour: KIND_COLOURS.global, isLighter: (x, y) => y % 4 === 0 },
  random: { text: "random", colour: KIND_COLOURS.random, isLighter: (x, y) => x % 3 === 0 && y % 3 === 0 },
  hashed: { text: "hashed", colour: KIND_COLOURS.hashed, isLighter: (x, y) => (x + y) % 5 === 0 },
  chunk: { text: "same chunk", colour: KIND_COLOURS.local, isLighter: (x, y) => (x + 4096 - y) % 5 === 0 },
  full: { text: "full", colour: KIND_COLOURS.outside, isLighter: (x, y) => x % 6 === 0 || y % 6 === 0 }
};
var SWATCH_SIDE = 14;
function pixelOf(colour) {
  return new Uint32Array(new Uint8Array([...colour, 255]).buffer)[0];
}
function kindTables(theme) {
  const outside = rgbOf(OUTSIDE_COLOUR[theme]);
  const tables = {};
  for (const [kind, { colour }] of Object.entries(KINDS2)) {
    const own = rgbOf(colour);
    const blend2 = (part) => outside.map((from, channel) => Math.round(from + (own[channel] - from) * part));
    tables[kind] = [1, 0.45].map(
      (light) => Uint32Array.from({ length: 32 }, (_, step) => pixelOf(blend2(light * (0.45 + 0.55 * step / 31))))
    );
  }
  return { tables, outside: pixelOf(outside) };
}
function drawSwatch(canvas, kind, theme) {
  canvas.width = canvas.height = SWATCH_SIDE;
  const { tables } = kindTables(theme);
  const image = contextOf(canvas).createImageData(SWATCH_SIDE, SWATCH_SIDE);
  const pixels = new Uint32Array(image.data.buffer);
  for (let index = 0; index < pixels.length; index++) {
    const isLighter = KINDS2[kind].isLighter(index % SWATCH_SIDE, Math.floor(index / SWATCH_SIDE));
    pixels[index] = tables[kind][isLighter ? 1 : 0][31];
  }
  contextOf(canvas).putImageData(image, 0, 0);
}

// longformer_viz/widget/panels/card.js
var PanelCard = class {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.root = append(parent, "div", "lp-card");
    this.title = append(this.root, "div", "lp-title");
    this.words = append(this.root, "div", "lp-words");
    this.value = append(this.root, "div", "lp-value");
    this.value.hidden = true;
    this.numbers = append(this.root, "div", "lp-numbers");
    this.stage = append(this.root, "div", "lp-stage");
    this.picture = append(this.stage, "canvas", "lp-picture");
    this.over = append(this.stage, "canvas", "lp-over");
    this.over.tabIndex = 0;
    this.over.setAttribute("role", "img");
  }
  /**
   * @param {PanelData} data
   * @param {number} number
   */
  say(data, number) {
    const panel = data.panels[number];
    const pairs = pairsText(panel);
    const kept = percentText(panel.kept);
    this.title.replaceChildren();
    append(this.title, "b", "", panel.name);
    const badge = append(this.title, "span", panel.own ? "lp-badge lp-own" : "lp-badge lp-other");
    badge.textContent = panel.own ? "pattern of the run" : "same weights, other pattern";
    this.words.textContent = this.words.title = panel.words;
    this.numbers.replaceChildren();
    append(this.numbers, "b", "", pairs);
    this.numbers.append(" of the pairs, ");
    append(this.numbers, "b", "", kept);
    this.numbers.append(" captured mass");
    this.numbers.title = `${pairs} of the pairs carry ${kept} of full attention's weight: the captured mass`;
    if (panel.blind) this.numbers.append(`, ${countText(panel.blind)} rows without a key`);
    this.over.setAttribute(
      "aria-label",
      `${panel.name}, ${panel.words}: layer ${data.layer}, head ${data.head} over ${countText(data.tokens)} tokens. Its ${pairs} of the pairs carry ${kept} of full attention. Arrow keys move the cursor, plus and minus zoom, Home shows the whole document, Enter selects a pair, Escape clears the selection.`
    );
  }
  /**
   * @param {Size} size CSS pixels.
   * @param {number} ratio Device pixels of a CSS pixel.
   */
  size({ width, height }, ratio) {
    Object.assign(this.stage.style, { width: `${width}px`, height: `${height}px` });
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    for (const canvas of [this.picture, this.over]) {
      if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
    }
  }
  /**
   * Read out the weight at the cursor; it takes the place of the settings.
   *
   * @param {PanelData} data
   * @param {number} number
   * @param {Pair | null} pair
   */
  read(data, number, pair) {
    this.value.hidden = !pair;
    this.words.hidden = Boolean(pair);
    this.value.replaceChildren();
    if (!pair) return;
    const { kind, weight } = data.pair(number, pair.query, pair.key);
    append(this.value, "i", "lp-dot").style.background = KINDS2[kind]?.colour ?? "transparent";
    const told = kind === NONE2 ? "" : weight === null ? ": row of a global token, not computed" : `: ${weightText(weight)}`;
    this.value.append(`${KINDS2[kind]?.text ?? "forbidden"}${told}`);
    this.value.dataset.kind = kind;
    this.value.dataset.weight = weight === null ? "" : String(weight);
  }
  /**
   * Draw the cursor's cross.
   *
   * @param {Sight} sight
   * @param {Pair | null} pair
   * @param {boolean} isSelected
   * @param {number} ratio
   * @param {Theme} theme
   */
  cross(sight, pair, isSelected, ratio, theme) {
    const context = contextOf(this.over);
    const { width: across, height: down } = this.over;
    context.clearRect(0, 0, across, down);
    if (!pair) return;
    const at = (token, origin, pixels) => Math.round((token + 0.5 - origin) / sight.span * pixels) + 0.5;
    const [x, y] = [at(pair.key, sight.x, across), at(pair.query, sight.y, down)];
    const [halo, ink] = theme === "dark" ? ["#000000aa", "#ffffff"] : ["#ffffffcc", "#1a1a1a"];
    for (const { width, colour } of [{ width: 3 * ratio, colour: halo }, { width: ratio, colour: ink }]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.setLineDash(isSelected ? [] : [4 * ratio, 3 * ratio]);
      context.beginPath();
      context.moveTo(0, y);
      context.lineTo(across, y);
      context.moveTo(x, 0);
      context.lineTo(x, down);
      context.stroke();
    }
  }
};

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

// longformer_viz/widget/panels/export.js
var [EDGE2, LINE] = [14, 17];
var LINES = 3;
function savePanels(app, pixels) {
  if (!app.shown) return;
  const { data, cards } = app.shown;
  const { columns } = app;
  const { width, height } = app.size;
  const [wide, tall] = [width + EDGE2, height + LINES * LINE + EDGE2];
  const size = [columns * wide + EDGE2, Math.ceil(cards.length / columns) * tall + EDGE2];
  const ratio = exportRatio(size[0], size[1], pixels);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.round(size[0] * ratio), height: Math.round(size[1] * ratio) });
  const context = contextOf(canvas);
  const style = getComputedStyle(app.root);
  context.fillStyle = style.getPropertyValue("--st-background-color").trim() || "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = style.color;
  const pictures = picturesAt(app, ratio);
  cards.forEach((_, number) => {
    const panel = data.panels[number];
    const [left, top] = [EDGE2 + number % columns * wide, EDGE2 + Math.floor(number / columns) * tall];
    panelLines(panel).forEach((text, row) => {
      context.font = `${row ? "" : "bold "}${12 * ratio}px ${style.fontFamily || "sans-serif"}`;
      context.fillText(text, left * ratio, (top + (row + 0.7) * LINE) * ratio, width * ratio);
    });
    context.drawImage(pictures[number], Math.round(left * ratio), Math.round((top + LINES * LINE) * ratio));
  });
  saveCanvas(canvas, `patterns_layer_${data.layer}_head_${data.head}.png`);
}
function panelLines(panel) {
  return [panel.name, panel.words, `${pairsText(panel)} of the pairs, ${percentText(panel.kept)} captured mass`];
}
function picturesAt(app, ratio) {
  const shown = (
    /** @type {NonNullable<PanelsApp["shown"]>} */
    app.shown
  );
  const canvases = shown.cards.map(() => {
    const canvas = document.createElement("canvas");
    const { width, height } = app.size;
    return Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  });
  app.raster.draw(shown.data, canvases, app.state.sight, app.state.mode);
  return canvases;
}

// longformer_viz/widget/panels/moves.js
var CLICK_REACH = 4;
var PanelMoves = class {
  /**
   * @param {PanelsApp} app
   * @param {HTMLCanvasElement} over
   */
  constructor(app, over) {
    this.app = app;
    this.over = over;
    this.drag = null;
    over.addEventListener("pointerdown", (event) => this.down(event));
    over.addEventListener("pointermove", (event) => this.move(event));
    over.addEventListener("pointerup", (event) => this.up(event));
    over.addEventListener("pointerleave", () => app.hover(null));
    over.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    over.addEventListener("dblclick", () => app.lookAtAll());
    over.addEventListener("keydown", (event) => this.key(event));
  }
  get tokens() {
    return this.app.shown?.data.tokens ?? 1;
  }
  /**
   * @param {MouseEvent} event
   * @returns {Pair}
   */
  pairAt(event) {
    const box = this.over.getBoundingClientRect();
    const { sight } = this.app.state;
    const token = (part, origin) => clamp(Math.floor(origin + part * sight.span), 0, this.tokens - 1);
    return {
      query: token((event.clientY - box.top) / box.height, sight.y),
      key: token((event.clientX - box.left) / box.width, sight.x)
    };
  }
  /** @param {PointerEvent} event */
  down(event) {
    this.drag = { x: event.clientX, y: event.clientY, sight: this.app.state.sight, moved: false };
    this.over.setPointerCapture(event.pointerId);
  }
  /** @param {PointerEvent} event */
  move(event) {
    const { drag } = this;
    if (drag && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > CLICK_REACH) drag.moved = true;
    if (!drag?.moved) return this.app.hover(this.pairAt(event));
    const { span } = drag.sight;
    const box = this.over.getBoundingClientRect();
    this.app.look({
      ...drag.sight,
      x: drag.sight.x - (event.clientX - drag.x) * span / box.width,
      y: drag.sight.y - (event.clientY - drag.y) * span / box.height
    });
  }
  /** @param {PointerEvent} event */
  up(event) {
    if (this.drag && !this.drag.moved) {
      const { selected } = this.app.state;
      const pair = this.pairAt(event);
      const isSame = selected?.query === pair.query && selected.key === pair.key;
      this.app.select(isSame ? null : pair);
    }
    this.drag = null;
  }
  /** @param {WheelEvent} event */
  wheel(event) {
    event.preventDefault();
    const box = this.over.getBoundingClientRect();
    const [across, down] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    this.app.zoom(Math.exp(event.deltaY * 25e-4), across, down);
  }
  /** @param {KeyboardEvent} event */
  key(event) {
    const { app, tokens } = this;
    const { sight, hover, selected } = app.state;
    const middle = { query: Math.floor(sight.y + sight.span / 2), key: Math.floor(sight.x + sight.span / 2) };
    const step = Math.max(1, Math.round(sight.span / app.size.width)) * (event.shiftKey ? 10 : 1);
    const moves = { ArrowLeft: [0, -step], ArrowRight: [0, step], ArrowUp: [-step, 0], ArrowDown: [step, 0] };
    if (event.key in moves) {
      const pair = hover ?? selected ?? middle;
      const [down, across] = moves[event.key];
      app.hover({ query: clamp(pair.query + down, 0, tokens - 1), key: clamp(pair.key + across, 0, tokens - 1) });
    } else if (event.key === "+" || event.key === "=") app.zoom(0.7);
    else if (event.key === "-") app.zoom(1 / 0.7);
    else if (event.key === "Home") app.lookAtAll();
    else if (event.key === "Enter") app.select(hover ?? selected ?? middle);
    else if (event.key === "Escape" && selected) app.select(null);
    else return;
    event.preventDefault();
  }
};

// longformer_viz/widget/panels/sizes.js
var GAP = 16;
var TEXT_HEIGHT = 64;
var WIDEST_SHAPE = 1.65;
var LEAST_SIDE = 120;
var LEAST_COLUMN = 190;
var SCROLLED_SIDE = 240;
function panelSizes(room, count) {
  let best = { columns: 0, width: 0, height: 0 };
  for (let columns2 = 1; columns2 <= count; columns2 += 1) {
    const across = (room.width - GAP * (columns2 - 1)) / columns2;
    if (columns2 > 1 && across < LEAST_COLUMN) break;
    const height = Math.floor(Math.min(across, room.height / Math.ceil(count / columns2) - TEXT_HEIGHT));
    const width = Math.floor(Math.min(across, WIDEST_SHAPE * height));
    if (height >= LEAST_SIDE && width * height > best.width * best.height) best = { columns: columns2, width, height };
  }
  if (best.columns) return best;
  const columns = clamp(Math.round(room.width / SCROLLED_SIDE), 1, count);
  const side = Math.max(LEAST_SIDE, Math.floor((room.width - GAP * (columns - 1)) / columns));
  return { columns, width: side, height: side };
}

// longformer_viz/widget/panels/raster.js
var NEAR = 1.5;
var LOG_FLOOR = Math.log(FLOOR);
var PanelRaster = class {
  /** @param {Theme} theme */
  constructor(theme) {
    this.weights = colourTable({ difference: false }, theme, "log", 1);
    this.kinds = kindTables(theme);
  }
  /**
   * Draw all panels; returns whether every pair was computed.
   *
   * @param {PanelData} data
   * @param {HTMLCanvasElement[]} canvases All of one size.
   * @param {Sight} sight
   * @param {PanelMode} mode
   */
  draw(data, canvases, sight, mode) {
    const size = { width: canvases[0].width, height: canvases[0].height };
    const near = sight.span <= NEAR * Math.min(size.width, size.height);
    const images = canvases.map((canvas) => contextOf(canvas).createImageData(size.width, size.height));
    const pixels = images.map((image) => new Uint32Array(image.data.buffer));
    if (near) this.near(data, pixels, size, sight, mode);
    else data.panels.forEach((panel, number) => this.far(data, panel, pixels[number], size, sight, mode));
    canvases.forEach((canvas, number) => contextOf(canvas).putImageData(images[number], 0, 0));
    return near;
  }
  /**
   * @param {PanelData} data
   * @param {Panel} panel
   * @param {Uint32Array} pixels
   * @param {Size} size Pixels.
   * @param {Sight} sight
   * @param {PanelMode} mode
   */
  far(data, panel, pixels, { width, height }, sight, mode) {
    const { tokens, names } = data;
    const toCell = (token) => token * data.side / tokens;
    const rows = cellsOf(height, sight.y, sight.span, toCell, data.side);
    const columns = cellsOf(width, sight.x, sight.span, toCell, data.side);
    for (let y = 0; y < height; y++) {
      const [top, bottom] = [rows[2 * y], rows[2 * y + 1]];
      for (let x = 0; x < width; x++) {
        const [left, right] = [columns[2 * x], columns[2 * x + 1]];
        let code = 0;
        let share = 0;
        let kind = 255;
        for (let row = top; row < bottom; row++) {
          for (let column = left; column < right; column++) {
            const cell = row * data.side + column;
            if (panel.codes[cell] > code) code = panel.codes[cell];
            if (panel.shares[cell] > share) {
              share = panel.shares[cell];
              kind = panel.kinds[cell];
            }
          }
        }
        pixels[y * width + x] = mode === "weights" ? this.weights[code] : this.kindPixel(names[kind], share / 255, x, y);
      }
    }
  }
  /**
   * @param {PanelData} data
   * @param {Uint32Array[]} pixels Of each panel.
   * @param {Size} size Pixels.
   * @param {Sight} sight
   * @param {PanelMode} mode
   */
  near(data, pixels, { width, height }, sight, mode) {
    const { tokens, panels, leftOut } = data;
    const rows = cellsOf(height, sight.y, sight.span, (token) => token, tokens);
    const columns = cellsOf(width, sight.x, sight.span, (token) => token, tokens);
    const isWeights = mode === "weights";
    const best = new Float64Array(panels.length);
    const found = new Array(panels.length);
    for (let y = 0; y < height; y++) {
      const [top, bottom] = [rows[2 * y], rows[2 * y + 1]];
      for (let x = 0; x < width; x++) {
        const [left, right] = [columns[2 * x], columns[2 * x + 1]];
        const pixel = y * width + x;
        const sameRow = y > 0 && rows[2 * y - 2] === top && rows[2 * y - 1] === bottom;
        const sameColumn = x > 0 && columns[2 * x - 2] === left && columns[2 * x - 1] === right;
        if (isWeights && (sameRow || sameColumn)) {
          const copied = sameColumn ? pixel - 1 : pixel - width;
          for (const own of pixels) own[pixel] = own[copied];
          continue;
        }
        best.fill(-Infinity);
        found.fill(NONE2);
        for (let query = top; query < bottom; query++) {
          const isLeftOut = leftOut[query];
          for (let key = left; key < right; key++) {
            let score = NaN;
            for (let number = 0; number < panels.length; number++) {
              const kind = panels[number].kindOf(query, key);
              if (kind === NONE2) continue;
              found[number] = kind;
              if (!isWeights || isLeftOut) continue;
              if (Number.isNaN(score)) score = data.score(query, key);
              const log = score - panels[number].lse[query];
              if (log > best[number]) best[number] = log;
            }
          }
        }
        for (let number = 0; number < panels.length; number++) {
          pixels[number][pixel] = isWeights ? this.weights[entryOf(best[number])] : this.kindPixel(found[number], 1, x, y);
        }
      }
    }
  }
  /**
   * @param {string} kind
   * @param {number} share
   * @param {number} x
   * @param {number} y
   */
  kindPixel(kind, share, x, y) {
    if (!KINDS2[kind]) return this.kinds.outside;
    const hatched = KINDS2[kind].isLighter(x, y) ? 1 : 0;
    return this.kinds.tables[kind][hatched][Math.min(31, Math.round(31 * Math.sqrt(share)))];
  }
};
function cellsOf(pixels, origin, span, toCell, count) {
  const found = new Int32Array(2 * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const low = Math.floor(toCell(origin + pixel * span / pixels) + 1e-9);
    const high = Math.ceil(toCell(origin + (pixel + 1) * span / pixels) - 1e-9);
    const first = clamp(low, 0, count - 1);
    found[2 * pixel] = first;
    found[2 * pixel + 1] = Math.min(count, Math.max(first + 1, high));
  }
  return found;
}
function entryOf(log) {
  if (log === -Infinity) return 0;
  if (log < LOG_FLOOR) return 1;
  return 2 + Math.min(253, Math.round(253 * (1 - Math.min(0, log) / LOG_FLOOR)));
}

// longformer_viz/widget/shared/pieces.js
var UNSEEN = /[\u0000-\u001f\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
function plainPiece(piece, limit = 24) {
  const start = piece.length > 4 * limit ? piece.slice(0, 4 * limit) : piece;
  const seen = start.replace(UNSEEN, (unseen) => "\\u" + unseen.charCodeAt(0).toString(16).padStart(4, "0"));
  const characters = [...seen];
  return characters.length > limit ? characters.slice(0, limit - 1).join("") + "…" : seen;
}

// longformer_viz/widget/panels/tools.js
var MODES = [["weights", "Weights"], ["kinds", "Kinds of pairs"]];
var PanelTools = class {
  /**
   * @param {HTMLElement} parent
   * @param {{
   *   mode: (mode: PanelMode) => void, clear: () => void, whole: () => void, full: () => void,
   *   png: (pixels: number) => void,
   * }} act
   */
  constructor(parent, act) {
    this.root = append(parent, "div", "lp-tools");
    const joined = append(this.root, "div", "lp-joined");
    this.modes = MODES.map(([mode, text]) => ({
      mode,
      button: appendButton(joined, "lp-button", text, () => act.mode(mode))
    }));
    this.legend = append(this.root, "div", "lp-legend");
    const files = append(this.root, "div", "lp-files");
    this.clear = appendButton(files, "lp-button", "Clear selection", act.clear, "Clear the selected pair (Escape)");
    this.whole = appendButton(files, "lp-button", "Show whole document", act.whole);
    appendButton(files, "lp-button", "Full screen", act.full, "Full screen (F)");
    const width = widthSelect(files, "lp-button");
    appendButton(files, "lp-button", "PNG", () => act.png(Number(width.value)), "Download all panels as a PNG image");
    this.shown = "";
  }
  /**
   * @param {PanelData} data
   * @param {PanelsState} state
   * @param {Theme} theme
   */
  render(data, { mode, sight, selected }, theme) {
    for (const { mode: own, button } of this.modes) button.setAttribute("aria-pressed", String(own === mode));
    this.clear.hidden = !selected;
    this.whole.hidden = sight.span >= data.tokens;
    const shown = `${mode} ${theme} ${data.crc}`;
    if (this.shown === shown) return;
    this.shown = shown;
    this.legend.replaceChildren();
    if (mode === "weights") this.scale(theme);
    else this.swatches(data, theme);
    append(this.legend, "i", "lp-swatch").style.background = OUTSIDE_COLOUR[theme];
    append(this.legend, "span", "", "forbidden");
  }
  /** @param {Theme} theme */
  scale(theme) {
    append(this.legend, "span", "", "weight 0.0001");
    const stops = Array.from({ length: 9 }, (_, step) => `rgb(${scaleColour(step / 8, false, theme)})`);
    append(this.legend, "i", "lp-scale").style.background = `linear-gradient(90deg, ${stops.join(", ")})`;
    append(this.legend, "span", "", "1");
  }
  /**
   * @param {PanelData} data
   * @param {Theme} theme
   */
  swatches(data, theme) {
    const seen = /* @__PURE__ */ new Set();
    for (const panel of data.panels) for (const kind of panel.kinds) seen.add(kind);
    for (const kind of data.names.filter((_, number) => seen.has(number))) {
      drawSwatch(append(this.legend, "canvas", "lp-swatch"), kind, theme);
      append(this.legend, "span", "", KINDS2[kind].text);
    }
  }
};
var PanelReadout = class {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.root = append(parent, "div", "lp-readout");
    this.root.setAttribute("aria-live", "polite");
  }
  /**
   * @param {PanelData} data
   * @param {Pair | null} pair
   * @param {boolean} isSelected
   */
  say(data, pair, isSelected) {
    this.root.replaceChildren();
    if (!pair) {
      append(
        this.root,
        "span",
        "lp-hint",
        "Row = query (the token that attends), column = key (the token it attends to). Point at a pair to read it in every panel. Click to select it, scroll to zoom, drag to move."
      );
      return;
    }
    this.token(data, "query", pair.query);
    append(this.root, "span", "lp-hint", "attends to");
    this.token(data, "key", pair.key);
    const distance = distanceText(pair.key - pair.query);
    append(this.root, "span", "lp-hint", isSelected ? `${distance} · selected` : distance);
  }
  /**
   * @param {PanelData} data
   * @param {"query" | "key"} role
   * @param {number} position
   */
  token(data, role, position) {
    append(this.root, "b", "lp-piece", plainPiece(data.pieces[position], 22)).dir = "auto";
    append(this.root, "span", "lp-hint", `${role} ${countText(position)}`);
  }
};

// longformer_viz/widget/panels/app.js
var TOOLS_HEIGHT = 66;
var FULL_EDGE = 28;
var LEAST_HEIGHT = 370;
var LEAST_SPAN = 8;
var PanelsApp = class {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.root = append(parent, "div", "lp-root");
    this.tell = { setStateValue() {
    }, setTriggerValue() {
    } };
    this.state = { mode: "weights", sight: { x: 0, y: 0, span: 1 }, hover: null, selected: null, near: false };
    this.bytes = null;
    this.shown = null;
    this.theme = "light";
    this.raster = new PanelRaster(this.theme);
    this.size = { width: 0, height: 0 };
    this.columns = 1;
    this.ratio = 1;
    this.times = { picture: 0 };
    this.layoutFrame = 0;
    this.drawFrame = 0;
    this.full = new FullScreen(this.root, () => this.layout());
    this.listeners = new AbortController();
    followPresenting(this.root, this.listeners.signal, () => this.layoutLater());
    this.observer = new ResizeObserver(() => this.layoutLater());
    this.observer.observe(this.root);
    const page = pageOf(this.root);
    if (page) this.observer.observe(page);
    this.onResize = () => this.layoutLater();
    window.addEventListener("resize", this.onResize);
    Object.defineProperty(this.root, "lpPanels", { configurable: true, value: this.hook() });
  }
  /** What a test reads: the state, any pair, and the numbers of the panels. */
  hook() {
    return {
      state: () => ({ ...this.state, ...this.size, tokens: this.shown?.data.tokens }),
      /** @type {PanelData["pair"]} */
      pair: (number, query, key) => (
        /** @type {Shown} */
        this.shown.data.pair(number, query, key)
      ),
      panels: () => this.shown?.data.panels.map(({ name, words, own, pairs, kept, blind }) => ({ name, words, own, pairs, kept, blind })),
      times: () => ({ ...this.times }),
      /** @type {(x: number, y: number, span: number) => void} */
      zoom: (x, y, span) => this.look({ x, y, span })
    };
  }
  /** @param {Uint8Array} bytes */
  show(bytes) {
    const theme = themeOf(this.root, this.theme);
    if (bytes === this.bytes && theme === this.theme) return;
    this.bytes = bytes;
    let data;
    try {
      data = new PanelData(bytes);
    } catch (fault) {
      if (!(fault instanceof PayloadFault)) throw fault;
      this.root.replaceChildren();
      this.shown = null;
      append(this.root, "p", "lp-note", fault.message).setAttribute("role", "alert");
      return;
    }
    this.theme = theme;
    this.root.dataset.theme = theme;
    this.raster = new PanelRaster(theme);
    if (this.shown?.data.tokens !== data.tokens) {
      Object.assign(this.state, { sight: { x: 0, y: 0, span: data.tokens }, hover: null, selected: null });
    }
    this.shown ??= new Shown(this, data);
    this.shown.take(data);
    this.layout();
  }
  /** Give the pictures the room that the screen has. */
  layout() {
    const width = this.root.clientWidth;
    if (!this.shown || !width) return;
    const { cards, grid } = this.shown;
    const room = this.full.on ? window.innerHeight - FULL_EDGE : roomOf(this.root, { left: 0, right: 0 }).height;
    const zoom = this.root.getBoundingClientRect().width / this.root.offsetWidth;
    const inside = parseFloat(getComputedStyle(this.root).paddingLeft) * 2;
    const height = Math.max(LEAST_HEIGHT, room / zoom - TOOLS_HEIGHT);
    const { columns, ...size } = panelSizes({ width: width - inside, height }, cards.length);
    Object.assign(this, { size, columns });
    grid.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    for (const card of cards) card.size(size, this.ratio);
    this.draw();
  }
  layoutLater() {
    cancelAnimationFrame(this.layoutFrame);
    this.layoutFrame = requestAnimationFrame(() => this.layout());
  }
  draw() {
    if (!this.shown) return;
    const start = performance.now();
    const { data, cards, tools } = this.shown;
    const { sight, mode } = this.state;
    const canvases = cards.map((card) => card.picture);
    this.state.near = this.raster.draw(data, canvases, sight, mode);
    this.times.picture = performance.now() - start;
    tools.render(data, this.state, this.theme);
    this.point();
  }
  /** Show the pair under the cursor, else the selected one, in all panels. */
  point() {
    if (!this.shown) return;
    const { data, cards, readout } = this.shown;
    const { hover, selected, sight } = this.state;
    const pair = hover ?? selected;
    const isSelected = Boolean(selected && !hover);
    cards.forEach((card, number) => {
      card.read(data, number, pair);
      card.cross(sight, pair, isSelected, this.ratio, this.theme);
    });
    readout.say(data, pair, isSelected);
  }
  /** @param {Pair | null} pair */
  hover(pair) {
    this.state.hover = pair;
    this.point();
  }
  /** @param {Pair | null} pair */
  select(pair) {
    Object.assign(this.state, { selected: pair, hover: null });
    if (this.shown) this.shown.tools.render(this.shown.data, this.state, this.theme);
    this.point();
  }
  /**
   * Look at a part of the document.
   *
   * @param {Sight} sight
   */
  look({ x, y, span: wanted }) {
    const tokens = this.shown?.data.tokens ?? 1;
    const span = clamp(wanted, Math.min(LEAST_SPAN, tokens), tokens);
    this.state.sight = { span, x: clamp(x, 0, tokens - span), y: clamp(y, 0, tokens - span) };
    cancelAnimationFrame(this.drawFrame);
    this.drawFrame = requestAnimationFrame(() => this.draw());
  }
  lookAtAll() {
    this.look({ x: 0, y: 0, span: this.shown?.data.tokens ?? 1 });
  }
  /**
   * Zoom about a point of a panel.
   *
   * @param {number} factor
   * @param {number} [acrossPart] From 0 to 1.
   * @param {number} [downPart] From 0 to 1.
   */
  zoom(factor, acrossPart = 0.5, downPart = 0.5) {
    const { x, y, span } = this.state.sight;
    const tokens = this.shown?.data.tokens ?? 1;
    const wanted = clamp(span * factor, Math.min(LEAST_SPAN, tokens), tokens);
    this.look({ x: x + (span - wanted) * acrossPart, y: y + (span - wanted) * downPart, span: wanted });
  }
  destroy() {
    this.listeners.abort();
    this.observer.disconnect();
    this.full.destroy();
    window.removeEventListener("resize", this.onResize);
    cancelAnimationFrame(this.layoutFrame);
    cancelAnimationFrame(this.drawFrame);
    this.root.remove();
  }
};
var Shown = class {
  /**
   * @param {PanelsApp} app
   * @param {PanelData} data
   */
  constructor(app, data) {
    this.app = app;
    this.data = data;
    app.root.replaceChildren();
    this.tools = new PanelTools(app.root, {
      mode: (mode) => {
        app.state.mode = mode;
        app.draw();
      },
      clear: () => app.select(null),
      whole: () => app.lookAtAll(),
      full: () => void app.full.toggle(),
      png: (pixels) => savePanels(app, pixels)
    });
    this.grid = append(app.root, "div", "lp-grid");
    this.readout = new PanelReadout(app.root);
    this.cards = [];
  }
  /** @param {PanelData} data */
  take(data) {
    this.data = data;
    while (this.cards.length > data.panels.length) this.cards.pop()?.root.remove();
    while (this.cards.length < data.panels.length) {
      const card = new PanelCard(this.grid);
      new PanelMoves(this.app, card.over);
      this.cards.push(card);
    }
    this.cards.forEach((card, number) => card.say(data, number));
  }
};

// longformer_viz/widget/panels/index.js
var panels_default = mountOnce((parent) => new PanelsApp(parent));
export {
  panels_default as default
};
