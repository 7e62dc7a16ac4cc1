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
function contextOf(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("This browser cannot draw on a canvas.");
  return context;
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

// longformer_viz/widget/shared/colours.js
var OUTSIDE_COLOUR = { light: "#ECECEC", dark: "#2A2D34" };
var TEXT_COLOUR = { light: "#31333F", dark: "#FAFAFA" };

// longformer_viz/widget/reach/strip.js
var NEVER = 255;
var KNOWN_COLOUR = "#0072B2";
var TARGET_COLOUR = "#F0E442";
function firstKnown(layers, width) {
  const tokens = layers.length;
  const first = new Uint8Array(width).fill(NEVER);
  for (let token = 0; token < tokens; token++) {
    const from = Math.min(width - 1, Math.floor(token * width / tokens));
    const to = Math.max(from + 1, Math.floor((token + 1) * width / tokens));
    for (let x = from; x < to && x < width; x++) if (layers[token] < first[x]) first[x] = layers[token];
  }
  return first;
}
function drawStrip(canvas, { layers: depth, tokens, grid }, layers, at, theme, room) {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const width = Math.round(Math.max(120, canvas.clientWidth) * ratio);
  const [tall, top] = [clamp(Math.floor(room.height / (depth + 1)), 3, room.tallest) * ratio, 9 * ratio];
  const height = top + (depth + 1) * tall;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.style.height = `${height / ratio}px`;
  const context = contextOf(canvas);
  context.clearRect(0, 0, width, height);
  const first = firstKnown(layers, width);
  for (let layer = 0; layer <= depth; layer++) {
    const y = top + layer * tall;
    context.fillStyle = OUTSIDE_COLOUR[theme];
    context.fillRect(0, y, width, tall - ratio);
    if (layer > at) continue;
    context.fillStyle = KNOWN_COLOUR;
    for (let x = 0; x < width; ) {
      if (first[x] > layer) {
        x += 1;
        continue;
      }
      let end = x;
      while (end < width && first[end] <= layer) end += 1;
      context.fillRect(x, y, Math.max(end - x, 2 * ratio), tall - ratio);
      x = end;
    }
  }
  if (!grid) return;
  const ink = TEXT_COLOUR[theme];
  const xOf = (token) => clamp((token + 0.5) * width / tokens, 4.5 * ratio, width - 4.5 * ratio);
  drawMark(context, xOf(grid.looking), top, height, { fill: ink, edge: ink, line: ink, dash: [] }, ratio);
  const target = { fill: TARGET_COLOUR, edge: ink, line: TARGET_COLOUR, dash: [3 * ratio, 2 * ratio] };
  drawMark(context, xOf(grid.wanted), top, height, target, ratio);
}
function drawMark(context, x, top, height, { fill, edge, line, dash }, ratio) {
  const half = 4.5 * ratio;
  context.fillStyle = fill;
  context.strokeStyle = edge;
  context.lineWidth = ratio;
  context.beginPath();
  context.moveTo(x - half, 0.5);
  context.lineTo(x + half, 0.5);
  context.lineTo(x, top - ratio);
  context.closePath();
  context.fill();
  context.stroke();
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, height);
  context.strokeStyle = line;
  context.stroke();
  context.setLineDash([]);
}

// longformer_viz/widget/reach/text.js
var ReachText = class {
  /**
   * @param {HTMLElement} box
   * @param {(token: number) => void} onPick
   * @param {(token: number) => string} titleOf
   */
  constructor(box, onPick, titleOf) {
    this.box = box;
    box.tabIndex = 0;
    box.setAttribute("role", "document");
    this.spans = [];
    box.onclick = (event) => {
      const span = tokenSpan(event);
      if (span) onPick(Number(span.dataset.token));
    };
    box.onmousemove = (event) => {
      const span = tokenSpan(event);
      if (span) span.title = titleOf(Number(span.dataset.token));
    };
  }
  /**
   * Write the text once; the classes of its tokens change, so that one more layer costs nothing.
   *
   * @param {Payload<any>} data
   */
  write({ text, offsets, tokens }) {
    this.spans = new Array(tokens).fill(null);
    const parts = document.createDocumentFragment();
    let position = 0;
    for (let token = 0; token < tokens; token++) {
      const [start, stop] = [offsets[2 * token], offsets[2 * token + 1]];
      if (stop <= start || start < position) continue;
      const between = text.slice(position, start);
      if (parts.lastElementChild && /^ +$/.test(between)) parts.lastElementChild.textContent += between;
      else parts.append(between);
      const span = element("span", "", text.slice(start, stop));
      span.dataset.token = String(token);
      parts.append(span);
      this.spans[token] = span;
      position = stop;
    }
    parts.append(text.slice(position));
    this.box.replaceChildren(parts);
  }
  /**
   * Class every token by the layers after which it is known, and mark the two chosen ones.
   *
   * @param {Uint8Array} layers
   * @param {number} looking
   * @param {number} wanted
   */
  colour(layers, looking, wanted) {
    this.spans.forEach((span, token) => {
      if (!span) return;
      const roles = `${token === looking ? " rv-is-looking" : ""}${token === wanted ? " rv-is-wanted" : ""}`;
      const className = `rv-l${layers[token]}${roles}`;
      if (span.className !== className) span.className = className;
    });
  }
  /** @param {number} token */
  scrollTo(token) {
    const span = this.spans[token];
    if (!span) return;
    const top = span.getBoundingClientRect().top - this.box.getBoundingClientRect().top + this.box.scrollTop;
    this.box.scrollTo({ top: top - this.box.clientHeight * 0.4, behavior: "instant" });
  }
};
function tokenSpan(event) {
  const { target } = event;
  return target instanceof HTMLElement && target.dataset.token !== void 0 ? target : null;
}

// longformer_viz/widget/reach/app.js
var STRIP = { height: 64, tallest: 8 };
var FULL = { around: 80, words: 48, tallest: 36 };
var STEP_MS = 900;
var ROLES = [["looking", "query token"], ["wanted", "key token"]];
var ReachApp = class {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.tell = { setStateValue() {
    }, setTriggerValue() {
    } };
    this.bytes = null;
    this.data = null;
    this.role = "looking";
    this.pattern = 0;
    this.at = Infinity;
    this.timer = null;
    this.frame = 0;
    this.strips = [];
    this.root = append(parent, "div", "rv-root");
    const bar = append(this.root, "div", "rv-bar");
    this.play = appendButton(bar, "rv-button", "Play", () => this.timer ? this.pause() : this.start());
    this.back = appendButton(bar, "rv-button", "Step back", () => this.step(-1));
    this.forward = appendButton(bar, "rv-button", "Step forward", () => this.step(1));
    this.told = append(bar, "b", "rv-told");
    this.told.setAttribute("aria-live", "polite");
    const roles = append(bar, "span", "rv-roles", "Click in the text to set the ");
    this.roles = ROLES.map(([role, text]) => ({
      role,
      button: appendButton(roles, `rv-button rv-${role}`, text, () => {
        this.role = role;
        this.render();
      })
    }));
    appendButton(bar, "rv-button", "Full screen", () => void this.full.toggle(), "Full screen (F)");
    appendButton(bar, "rv-button", "PNG", () => this.save(), "Download the strips as a PNG image");
    const body = append(this.root, "div", "rv-body");
    this.list = append(body, "div", "rv-strips");
    this.text = new ReachText(
      append(body, "div", "rv-text"),
      (position) => this.tell.setTriggerValue("picked", { role: this.role, position }),
      (token) => this.titleOf(token)
    );
    this.full = new FullScreen(this.root, () => this.renderLater());
    this.sheet = append(this.root, "style");
    this.observer = new ResizeObserver(() => this.renderLater());
    this.observer.observe(this.list);
    Object.defineProperty(this.root, "lvReach", { configurable: true, value: this.hook() });
  }
  /** What a test reads. */
  hook() {
    return {
      state: () => ({ at: this.at, playing: Boolean(this.timer), pattern: this.pattern, ...this.data?.grid }),
      /** @param {number} number */
      layers: (number) => [...this.layersOf(number)]
    };
  }
  /**
   * After how many layers each token reaches the query token under a pattern.
   *
   * @param {number} number
   * @returns {Uint8Array}
   */
  layersOf(number) {
    return this.data?.arrays[`layers${number}`] ?? new Uint8Array(0);
  }
  /** @param {Uint8Array} bytes */
  show(bytes) {
    if (bytes === this.bytes) return this.render();
    this.bytes = bytes;
    let data;
    try {
      data = /** @type {ReachData} */
      decodePayload(bytes);
    } catch (fault) {
      if (!(fault instanceof PayloadFault)) throw fault;
      this.told.textContent = fault.message;
      return;
    }
    const before = this.data;
    this.data = data;
    if (before?.layers !== data.layers) this.at = data.layers;
    this.pattern = Math.min(this.pattern, data.grid.names.length - 1);
    this.build(data);
    if (before?.text !== data.text) this.text.write(data);
    this.colour();
    this.render();
    if (before?.grid.looking !== data.grid.looking) this.text.scrollTo(data.grid.looking);
  }
  start() {
    const depth = this.data?.layers ?? 0;
    if (this.at >= depth) this.at = 0;
    this.timer = setInterval(() => {
      this.at += 1;
      if (this.at >= depth) this.pause();
      this.render();
    }, STEP_MS);
    this.render();
  }
  stop() {
    clearInterval(this.timer ?? void 0);
    this.timer = null;
  }
  pause() {
    this.stop();
    this.render();
  }
  /** @param {number} by */
  step(by) {
    this.stop();
    this.at = clamp(this.at + by, 0, this.data?.layers ?? 0);
    this.render();
  }
  /** @param {ReachData} data */
  build(data) {
    this.list.replaceChildren();
    this.strips = data.grid.names.map((name, number) => {
      const choose = () => {
        this.pattern = number;
        this.colour();
        this.render();
      };
      const row = appendButton(this.list, "rv-strip", "", choose, `Show the receptive field of ${name} in the text`);
      const words = append(row, "span", "rv-words");
      append(words, "b", "", name);
      const when = append(words, "span", "rv-when");
      const canvas = append(row, "canvas", "rv-canvas");
      canvas.setAttribute("role", "img");
      return { row, words, when, canvas };
    });
  }
  /** @param {number} token */
  titleOf(token) {
    const names = this.data?.grid.names ?? [];
    const told = names.map((name, number) => {
      const layers = this.layersOf(number)[token];
      return `${name}: ${layers === NEVER ? "never reaches the query token" : `reaches the query token after ${layersText(layers)}`}`;
    });
    return `token ${token}
${told.join("\n")}`;
  }
  colour() {
    if (this.data) this.text.colour(this.layersOf(this.pattern), this.data.grid.looking, this.data.grid.wanted);
  }
  render() {
    const { data } = this;
    if (!data) return;
    const { layers: depth, grid } = data;
    const theme = themeOf(this.root, "light");
    this.play.textContent = this.timer ? "Pause" : "Play";
    this.back.disabled = this.at <= 0;
    this.forward.disabled = this.at >= depth;
    const when = this.at ? `after ${this.at} of ${depth} layers` : "before the first layer";
    this.told.textContent = when;
    for (const { role, button } of this.roles) button.setAttribute("aria-pressed", String(role === this.role));
    const known = Array.from({ length: this.at + 1 }, (_, layer) => `.rv-text .rv-l${layer}`).join(", ");
    const shade = `color-mix(in srgb, ${KNOWN_COLOUR} ${theme === "dark" ? 55 : 26}%, transparent)`;
    this.sheet.textContent = `${known} { background: ${shade} }`;
    this.text.box.setAttribute(
      "aria-label",
      `The document. Shaded: the receptive field of token ${grid.looking} ${when}, ${grid.names[this.pattern]}.`
    );
    this.strips.forEach(({ row, when: status, canvas }, number) => {
      row.setAttribute("aria-pressed", String(number === this.pattern));
      const layers = this.layersOf(number);
      status.textContent = ` ${this.statusOf(layers, grid.wanted)}`;
      canvas.setAttribute("aria-label", `${grid.names[number]}, ${when}: ${status.textContent.trim()}.`);
      drawStrip(canvas, data, layers, this.at, theme, this.stripRoom());
    });
  }
  /** How tall a strip may be: in full screen the strips share the height of the screen. */
  stripRoom() {
    if (!this.full.on) return STRIP;
    const height = (window.innerHeight - FULL.around) / this.strips.length - FULL.words;
    return { height: Math.max(STRIP.height, height), tallest: FULL.tallest };
  }
  /**
   * The size of the receptive field so far, and whether the key token is in it.
   *
   * @param {Uint8Array} layers
   * @param {number} key
   */
  statusOf(layers, key) {
    let count = 0;
    for (const layer of layers) if (layer <= this.at) count += 1;
    const when = layers[key];
    const reached = when === NEVER ? "the key token is never reached" : when <= this.at ? `the key token is reached after ${layersText(when)}` : "the key token is not reached yet";
    return `${countText(count)} token${count === 1 ? "" : "s"}, ${reached}`;
  }
  save() {
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const line = 18 * ratio;
    const tall = this.strips[0].canvas.height + line + 8 * ratio;
    const canvas = document.createElement("canvas");
    canvas.width = this.strips[0].canvas.width + 16 * ratio;
    canvas.height = tall * this.strips.length + 16 * ratio;
    const context = contextOf(canvas);
    const style = getComputedStyle(this.root);
    context.fillStyle = style.getPropertyValue("--st-background-color").trim() || "#ffffff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = style.color;
    context.font = `${12 * ratio}px sans-serif`;
    this.strips.forEach(({ words, canvas: strip }, number) => {
      const y = 8 * ratio + number * tall;
      context.fillText(words.textContent ?? "", 8 * ratio, y + 0.75 * line);
      context.drawImage(strip, 8 * ratio, y + line);
    });
    saveCanvas(canvas, `reach_after_${this.at}_layers.png`);
  }
  renderLater() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.render());
  }
  destroy() {
    this.stop();
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
    this.full.destroy();
    this.root.remove();
  }
};
function layersText(count) {
  return `${count} layer${count === 1 ? "" : "s"}`;
}

// longformer_viz/widget/reach/index.js
var reach_default = mountOnce((parent) => new ReachApp(parent));
export {
  reach_default as default
};
