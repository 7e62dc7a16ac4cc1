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
function fillOptions(select2, options) {
  select2.replaceChildren();
  for (const [value, text] of options) append(select2, "option", "", String(text)).value = String(value);
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
function followPresenting(root, signal, changed = () => {
}) {
  const follow = () => {
    root.classList.toggle("lv-presenting", isPresenting());
    changed();
  };
  document.addEventListener(EVENT, follow, { signal });
  follow();
}

// longformer_viz/widget/lesson/bar.js
var Bar = class {
  /**
   * @param {HTMLElement} parent
   * @param {BarActions} actions
   */
  constructor(parent, actions) {
    this.actions = actions;
    this.root = append(parent, "div", "le-bar");
    this.back = appendButton(this.root, "le-button", "Back", actions.back, "Left arrow key");
    this.play = appendButton(this.root, "le-button", "Play", actions.play, "Space");
    this.next = appendButton(this.root, "le-button le-primary", "Next", actions.next, "Right arrow key");
    this.dots = append(this.root, "div", "le-dots");
    this.tryIt = append(this.root, "a", "le-try");
    this.tryIt.target = "_self";
  }
  /**
   * @param {Chapter | undefined} chapter
   * @param {Place} place
   * @param {{ playing: boolean, isFirst: boolean, isLast: boolean, steps: number }} about
   */
  render(chapter, place, { playing, isFirst, isLast, steps }) {
    this.back.disabled = isFirst;
    this.next.disabled = isLast;
    this.next.textContent = place.step === steps && !isLast ? "Next chapter" : "Next";
    this.play.textContent = playing ? "Pause" : "Play";
    while (this.dots.childElementCount > steps) this.dots.lastElementChild?.remove();
    while (this.dots.childElementCount < steps) {
      const step = this.dots.childElementCount + 1;
      appendButton(this.dots, "le-dot", "", () => this.actions.go(step)).setAttribute("aria-label", `Step ${step}`);
    }
    ;
    [...this.dots.children].forEach((dot, index) => {
      if (index + 1 === place.step) dot.setAttribute("aria-current", "step");
      else dot.removeAttribute("aria-current");
    });
    this.tryIt.hidden = !chapter;
    if (!chapter) return;
    this.tryIt.textContent = `${chapter.try_it.label} →`;
    const back = new URLSearchParams({ lesson: `${place.chapter}.${place.step}` });
    this.tryIt.href = `${chapter.try_it.address}&${back}`;
  }
};

// longformer_viz/widget/shared/numbers.js
function countText(number) {
  const digits2 = String(Math.abs(number)).replace(/\B(?=(\d{3})+$)/g, ",");
  return number < 0 ? `−${digits2}` : digits2;
}
function percentText(share) {
  if (share === null) return "–";
  const percent = 100 * share;
  return `${percent.toFixed(percent >= 9.95 || percent === 0 ? 0 : percent < 0.1 ? 2 : 1)}%`;
}
function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

// longformer_viz/widget/shared/focus.js
function moveFocus(event, buttons, index, steps) {
  const by = steps[event.key];
  if (!by) return null;
  event.preventDefault();
  const to = clamp(index + by, 0, buttons.length - 1);
  buttons[index].tabIndex = -1;
  buttons[to].tabIndex = 0;
  buttons[to].focus();
  return to;
}

// longformer_viz/widget/lesson/svg.js
var SPACE = "http://www.w3.org/2000/svg";
function draw(parent, tag, attributes = {}, text = "") {
  const made = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== void 0) made.setAttribute(name, String(value));
  if (text) made.textContent = text;
  parent.append(made);
  return made;
}
var NARROW = 520;
function isNarrow(parent) {
  return parent.clientWidth > 0 && parent.clientWidth < NARROW;
}
function drawing(parent, width, height, alt) {
  const name = isNarrow(parent) ? "le-drawing le-narrow" : "le-drawing";
  return draw(parent, "svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": alt, class: name });
}

// longformer_viz/widget/lesson/contents.js
var RADIUS = 13;
var AROUND = 2 * Math.PI * (RADIUS - 2);
var STEPS = { ArrowDown: 1, ArrowUp: -1 };
var Contents = class {
  /**
   * @param {HTMLElement} parent
   * @param {(place: Place) => void} go
   */
  constructor(parent, go) {
    this.go = go;
    this.root = append(parent, "nav", "le-contents");
    this.root.setAttribute("aria-label", "Chapters");
    this.list = append(this.root, "ol", "le-chapters");
    this.built = "";
    this.buttons = [];
  }
  /**
   * @param {LessonData} data
   * @param {Place} place
   * @param {Progress} progress
   */
  render(data, place, progress) {
    const names = JSON.stringify(data.contents);
    if (names !== this.built) this.build(data);
    this.built = names;
    data.contents.forEach(({ slug, steps, title }, index) => {
      const button = this.buttons[index];
      const read = Math.min(steps, progress.read[slug] ?? 0);
      const here = slug === place.chapter;
      if (here) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
      button.tabIndex = here ? 0 : -1;
      button.classList.toggle("le-done", read === steps);
      button.title = `${title}: ${read} of ${steps} steps read`;
      const arc = button.querySelector(".le-arc");
      arc?.setAttribute("stroke-dasharray", `${AROUND * read / steps} ${AROUND}`);
      const done = button.querySelector(".le-done-mark");
      if (done) done.textContent = read === steps ? "✓" : "";
    });
    this.show(this.buttons[data.contents.findIndex(({ slug }) => slug === place.chapter)]);
  }
  /**
   * Bring a chapter into sight where the chapters stand in one row, on a narrow screen.
   *
   * @param {HTMLElement} button
   */
  show(button) {
    const { left, right } = this.list.getBoundingClientRect();
    const box = button.getBoundingClientRect();
    if (box.left < left || box.right > right) this.list.scrollLeft += (box.left + box.right - left - right) / 2;
  }
  /** @param {LessonData} data */
  build({ contents }) {
    this.list.replaceChildren();
    this.buttons = contents.map(({ slug, title }, index) => {
      const button = appendButton(append(this.list, "li"), "le-chapter", "", () => this.go({ chapter: slug, step: 1 }));
      const mark = draw(button, "svg", { viewBox: "0 0 26 26", width: 26, height: 26, "aria-hidden": "true" });
      draw(mark, "circle", { cx: 13, cy: 13, r: RADIUS - 2, class: "le-disc" });
      draw(mark, "circle", { cx: 13, cy: 13, r: RADIUS - 2, class: "le-arc", transform: "rotate(-90 13 13)" });
      draw(mark, "text", { x: 13, y: 17, "text-anchor": "middle", class: "le-disc-number" }, String(index + 1));
      append(button, "span", "le-chapter-title", title);
      append(button, "span", "le-done-mark");
      button.onkeydown = (event) => moveFocus(event, this.buttons, index, STEPS);
      return button;
    });
  }
};

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

// longformer_viz/widget/lesson/fit.js
var LEAST_HEIGHT = 520;
var PRESENTER_ZOOM = 1.5;
var BEYOND = { left: 56, right: 56 };
function fitScreen(root) {
  const room = roomOf(root, BEYOND);
  const height = isPresenting() ? (innerHeight - 40) / PRESENTER_ZOOM : Math.max(LEAST_HEIGHT, room.height);
  root.style.setProperty("--le-height", `${height}px`);
  root.style.marginLeft = isPresenting() ? "" : `${-room.left}px`;
  root.style.width = isPresenting() ? "" : `calc(100% + ${room.left + room.right}px)`;
}

// longformer_viz/widget/lesson/state.js
var STORED = "longformer_viz.lesson";
var VERDICTS = ["right", "wrong", "skipped"];
function emptyProgress() {
  return { last: null, read: {}, verdicts: {} };
}
function parseProgress(text) {
  const progress = emptyProgress();
  let kept;
  try {
    kept = JSON.parse(text ?? "");
  } catch {
    return progress;
  }
  if (typeof kept !== "object" || kept?.version !== 1) return progress;
  for (const [slug, step] of Object.entries(kept.read ?? {})) if (isStep(step)) progress.read[slug] = step;
  for (const [name, verdict] of Object.entries(kept.verdicts ?? {})) {
    if (VERDICTS.includes(
      /** @type {Verdict} */
      verdict
    )) progress.verdicts[name] = /** @type {Verdict} */
    verdict;
  }
  const { last } = kept;
  if (typeof last?.chapter === "string" && isStep(last.step)) progress.last = { chapter: last.chapter, step: last.step };
  return progress;
}
function progressText(progress) {
  return JSON.stringify({ version: 1, ...progress });
}
function mergeProgress(own, other) {
  const read = { ...own.read };
  for (const [slug, step] of Object.entries(other.read)) read[slug] = Math.max(read[slug] ?? 0, step);
  return { last: own.last, read, verdicts: { ...other.verdicts, ...own.verdicts } };
}
function followProgress(own, other) {
  return { ...mergeProgress(own, other), verdicts: other.verdicts };
}
function withRead(progress, place) {
  const { chapter, step } = place;
  return { ...progress, last: place, read: { ...progress.read, [chapter]: Math.max(progress.read[chapter] ?? 0, step) } };
}
function existingPlace(place, contents) {
  const entry = contents.find(({ slug }) => slug === place?.chapter);
  if (!entry) return { chapter: contents[0].slug, step: 1 };
  return { chapter: entry.slug, step: Math.min(Math.max(1, place?.step ?? 1), entry.steps) };
}
function movedPlace({ chapter, step }, by, contents) {
  const index = contents.findIndex(({ slug }) => slug === chapter);
  const to = step + by;
  if (to >= 1 && to <= contents[index].steps) return { chapter, step: to };
  const neighbour = contents[index + by];
  return neighbour ? { chapter: neighbour.slug, step: by > 0 ? 1 : neighbour.steps } : null;
}
function missingStep(wanted, shown) {
  if (!wanted || wanted.chapter !== shown.chapter || wanted.step === shown.step) return "";
  return `This chapter has ${shown.step} steps, so there is no step ${wanted.step}. The last step is shown.`;
}
function missingChapter({ contents, chapters }, place) {
  const index = contents.findIndex(({ slug }) => slug === place.chapter);
  return [contents[index], contents[index + 1]].find((entry) => entry && !chapters[entry.slug])?.slug;
}
function nameOf({ chapter, step }) {
  return `${chapter}/${step}`;
}
function isAsking(chapter, step, progress) {
  const name = nameOf({ chapter: chapter.slug, step });
  return Boolean(chapter.steps[step - 1]?.prediction) && !progress.verdicts[name];
}
function openSteps(chapter, progress) {
  const first = chapter.steps.findIndex((_, index) => isAsking(chapter, index + 1, progress));
  return first < 0 ? chapter.steps.length : first;
}
function placeOf(search) {
  const values = new URLSearchParams(search);
  const chapter = values.get("chapter");
  if (!chapter) return null;
  const step = Number(values.get("at") ?? 1);
  return { chapter, step: isStep(step) ? step : 1 };
}
function playMs(say) {
  return 2500 + 330 * say.split(/\s+/).length;
}
function isStep(value) {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 99;
}

// longformer_viz/widget/lesson/keeping.js
function keptProgress() {
  try {
    return parseProgress(localStorage.getItem(STORED));
  } catch {
    return emptyProgress();
  }
}
function keepProgress(progress) {
  try {
    localStorage.setItem(STORED, progressText({ ...mergeProgress(progress, keptProgress()), verdicts: progress.verdicts }));
  } catch {
  }
  return progress;
}
function onOtherTab(signal, take) {
  addEventListener(
    "storage",
    (event) => {
      if (event.key === STORED) take(parseProgress(event.newValue));
    },
    { signal }
  );
}

// longformer_viz/widget/lesson/keys.js
var COMMANDS = {
  ArrowRight: "next",
  PageDown: "next",
  ArrowLeft: "back",
  PageUp: "back",
  Home: "first",
  End: "last",
  " ": "toggle",
  Escape: "pause",
  n: "notes",
  N: "notes"
};
function commandOf(event) {
  const target = event.composedPath()[0];
  if (target instanceof HTMLInputElement) return null;
  const isControl = target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;
  return event.key === " " && isControl ? null : COMMANDS[event.key] ?? null;
}

// longformer_viz/widget/lesson/judge.js
function isAllowed(codes, key) {
  return codes[key] !== ".";
}
function judgeBand({ tokens, codes, why, reasons }, painted) {
  const wrong = tokens.map((_, key) => key).filter((key) => painted.has(key) !== isAllowed(codes, key));
  const agreement = (tokens.length - wrong.length) / tokens.length;
  const byReason = /* @__PURE__ */ new Map();
  for (const key of wrong) byReason.set(why[key], [...byReason.get(why[key]) ?? [], key]);
  const said = [...byReason].map(([name, keys]) => {
    const missed = isAllowed(codes, keys[0]) ? "Missed" : "Too many";
    return `${missed}: ${quoted(keys.map((key) => tokens[key]))}. ${reasons[name]}`;
  });
  return {
    verdict: wrong.length ? "wrong" : "right",
    headline: wrong.length ? `${Math.round(100 * agreement)}% of the cells agree` : "All cells agree",
    reasons: said
  };
}
function judgeEstimate({ truth, said, factor, too_low, too_high, traps }, value) {
  const off = value / truth;
  if (off <= factor * (1 + 1e-9) && off >= 1 / factor / (1 + 1e-9)) return { verdict: "right", headline: `Right: ${said}`, reasons: [] };
  const nearest = traps.map((trap) => ({ ...trap, away: Math.abs(Math.log(value / trap.value)) }));
  nearest.sort((one, other) => one.away - other.away);
  const reason = nearest.length && nearest[0].away < Math.log(1.2) ? nearest[0].reason : value < truth ? too_low : too_high;
  return { verdict: "wrong", headline: `The answer is ${said}`, reasons: [reason] };
}
function judgeChoice({ options, several }, chosen) {
  const wrong = options.filter(({ right: right2 }, index) => right2 !== chosen.has(index));
  if (!wrong.length) {
    const reasons = options.filter(({ right: right2 }) => right2 && !several).map(({ reason }) => reason);
    return { verdict: "right", headline: "Right", reasons: reasons.map((reason) => reason.replace(/^Right: /, "")).map(capital) };
  }
  const about = several ? wrong : options.filter((_, index) => chosen.has(index));
  const right = options.filter((option) => option.right).map(({ text }) => text);
  return {
    verdict: "wrong",
    headline: several ? `${options.length - wrong.length} of ${options.length} are right` : `The answer is ${quoted(right)}`,
    reasons: about.map(({ text, reason }) => several ? `${text}: ${reason}` : reason)
  };
}
function quoted(texts) {
  return texts.map((text) => `“${text}”`).join(", ");
}
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
var SCALES = /* @__PURE__ */ new Map([["k", 1e3], ["m", 1e6], ["g", 1e9], ["t", 1e12]]);
function readEstimate(text, { low, high, unit }) {
  const plain = text.trim().replace(/[,\s_]/g, "");
  const match = /^([0-9]*\.?[0-9]+(?:e[0-9]{1,2})?)(k|m|g|t)?b?$/i.exec(plain);
  const value = match ? Number(match[1]) * (SCALES.get((match[2] ?? "").toLowerCase()) ?? 1) : NaN;
  if (!(value >= low && value <= high)) {
    const range = `from ${numberText(low, unit)} to ${numberText(high, unit)}`;
    throw new Error(`The estimate must be a number ${range}. You entered “${text.trim().slice(0, 30)}”. Move the slider instead.`);
  }
  return value;
}
function numberText(value, unit) {
  if (unit === "bytes") {
    for (
      const [scale, name] of
      /** @type {[number, string][]} */
      [[1e12, "TB"], [1e9, "GB"], [1e6, "MB"], [1e3, "kB"]]
    ) {
      if (value >= scale) return `${digits(value / scale)} ${name}`;
    }
  }
  for (
    const [scale, name] of
    /** @type {[number, string][]} */
    [[1e9, "billion "], [1e6, "million "]]
  ) {
    if (value >= scale) return `${digits(value / scale)} ${name}${unit}`;
  }
  if (unit === "%") return `${digits(value)}%`;
  if (value === 1) return `1 ${unit.replace(/s$/, "")}`;
  return `${value >= 100 ? countText(Math.round(value)) : digits(value)} ${unit}`;
}
function digits(value) {
  return value >= 100 ? countText(Math.round(value)) : String(Number(value.toPrecision(2)));
}
function answerText(prediction) {
  if (prediction.kind === "estimate") return `The answer is ${prediction.said}`;
  if (prediction.kind === "choice") {
    const right = prediction.options.filter((option) => option.right);
    return `The answer is ${quoted(right.map(({ text }) => text))}`;
  }
  if (prediction.kind === "globals") return "The usual choice: all tokens of the question";
  const keys = prediction.tokens.filter((_, key) => isAllowed(prediction.codes, key));
  return `The keys are ${quoted(keys)}`;
}

// longformer_viz/widget/lesson/pictures/charts.js
var WIDTH = 680;
var LABEL = 200;
var NARROW_WIDTH = 400;
var SAID = 110;
function drawBars(parent, { alt, title, bars, log }) {
  const narrow = isNarrow(parent);
  const [width, label] = narrow ? [NARROW_WIDTH, 0] : [WIDTH, LABEL];
  const line = narrow ? 52 : Math.min(64, 360 / bars.length);
  append(parent, "p", "le-title", log ? `${title} (logarithmic scale)` : title);
  const box = drawing(parent, width, line * bars.length + 8, alt);
  const values = bars.map(({ value }) => value);
  const [low, high] = [Math.min(...values) / 4, Math.max(...values)];
  bars.forEach(({ label: name, value, said, colour }, index) => {
    const y = line * index;
    const bar = narrow ? { y: y + 22, height: 22 } : { y: y + line * 0.16, height: line * 0.68 };
    const part = log ? Math.log(value / low) / Math.log(high / low) : value / high;
    const long = Math.max(3, (width - label - SAID) * part);
    const place = narrow ? { x: 0, y: y + 16 } : { x: label - 12, y: y + line / 2 + 5, "text-anchor": "end" };
    draw(box, "text", { ...place, class: "le-label" }, name);
    draw(box, "rect", { x: label, ...bar, width: long, rx: 3, class: `le-cell le-${colour[0]}` });
    draw(box, "text", { x: label + long + 10, y: bar.y + bar.height / 2 + 5, class: "le-label le-strong" }, said);
  });
}
var WIDE = { width: WIDTH, left: 92, right: 150, top: 16, bottom: 362, words: 14 };
var NARROW2 = { width: NARROW_WIDTH, left: 74, right: 106, top: 16, bottom: 300, words: 12 };
function drawCurves(parent, { alt, title, lengths, series, unit }) {
  const { width, left, right, top, bottom, words } = isNarrow(parent) ? NARROW2 : WIDE;
  append(parent, "p", "le-title", title);
  const box = drawing(parent, width, bottom + 48, alt);
  const all = series.flatMap(({ values }) => values);
  const first = Math.floor(Math.log10(Math.min(...all)));
  const last = Math.ceil(Math.log10(Math.max(...all)));
  const x = (length) => left + (width - right - left) * Math.log(length / lengths[0]) / Math.log(lengths[lengths.length - 1] / lengths[0]);
  const y = (value) => bottom - (bottom - top) * (Math.log10(value) - first) / (last - first);
  const said = (value) => numberText(value, unit === "bytes" ? "bytes" : "").trim();
  for (let power = first; power <= last; power++) {
    draw(box, "line", { x1: left, x2: width - right, y1: y(10 ** power), y2: y(10 ** power), class: "le-grid" });
    draw(box, "text", { x: left - 10, y: y(10 ** power) + 5, class: "le-axis", "text-anchor": "end" }, said(10 ** power));
  }
  for (const length of lengths) {
    draw(box, "text", { x: x(length), y: bottom + 22, class: "le-axis", "text-anchor": "middle" }, countText(length));
  }
  const middle = (left + width - right) / 2;
  draw(box, "text", { x: middle, y: bottom + 44, class: "le-axis", "text-anchor": "middle" }, "tokens; both scales are logarithmic");
  series.forEach(({ name, values, colour }, index) => {
    const points = values.map((value, at) => `${x(lengths[at])},${y(value)}`).join(" ");
    draw(box, "polyline", { points, class: `le-line le-line-${colour[0]}`, "stroke-dasharray": index ? "9 5" : "none" });
    values.forEach((value, at) => draw(box, "circle", { cx: x(lengths[at]), cy: y(value), r: 5, class: `le-cell le-${colour[0]}` }));
    const end = y(values[values.length - 1]);
    const told = [...name.split(", "), said(values[values.length - 1])];
    told.forEach((text, row) => {
      const at = { x: width - right + 12, y: end - 2 + row * (words + 4) };
      draw(box, "text", { ...at, class: row ? "le-axis" : "le-label le-strong" }, text);
    });
  });
}

// longformer_viz/widget/lesson/pictures/layers.js
var WIDE2 = { width: 680, left: 78, right: 0, words: 46, known: 10, other: 6, ring: 15 };
var NARROW3 = { width: 400, left: 52, right: 24, words: 70, known: 8, other: 5, ring: 12 };
function drawLayers(parent, { alt, tokens, reached, edges, target }) {
  const narrow = isNarrow(parent);
  const { width, left, right, words, known, other, ring } = narrow ? NARROW3 : WIDE2;
  const depth = reached.length - 1;
  const gap = Math.min(110, 330 / depth);
  const box = drawing(parent, width, 40 + gap * depth + words, alt);
  const wide = (width - left - right) / tokens.length;
  const x = (token) => left + wide * (token + 0.5);
  const y = (layer) => 24 + gap * (depth - layer);
  for (const [layer, query, key] of edges) {
    draw(box, "line", { x1: x(query), y1: y(layer), x2: x(key), y2: y(layer - 1), class: "le-edge" });
  }
  reached.forEach((positions, layer) => {
    const name = layer ? `layer ${layer}` : "input";
    draw(box, "text", { x: 0, y: y(layer) + 5, class: "le-axis" }, name);
    const inside = new Set(positions);
    for (let token = 0; token < tokens.length; token++) {
      const isKnown = inside.has(token);
      draw(box, "circle", { cx: x(token), cy: y(layer), r: isKnown ? known : other, class: isKnown ? "le-node le-known" : "le-node" });
    }
  });
  const top = reached[depth][0];
  draw(box, "circle", { cx: x(top), cy: y(depth), r: ring, class: "le-ring" });
  if (target !== null) draw(box, "circle", { cx: x(target), cy: y(0), r: ring, class: "le-ring le-ring-target" });
  tokens.forEach((token, at) => {
    const name = at === top || at === target ? "le-label le-strong" : "le-label";
    const place = narrow ? { x: x(at) - 4, y: y(0) + 24, transform: `rotate(55 ${x(at) - 4} ${y(0) + 24})` } : { x: x(at), y: y(0) + 36, "text-anchor": "middle" };
    draw(box, "text", { ...place, class: name }, token);
  });
}

// longformer_viz/widget/lesson/kinds.js
var KINDS = {
  l: { name: "window", cue: "" },
  d: { name: "dilated window", cue: "slash" },
  g: { name: "global", cue: "bar" },
  r: { name: "random", cue: "dot" },
  h: { name: "same hash bucket", cue: "cross" },
  c: { name: "same chunk", cue: "frame" },
  f: { name: "full attention", cue: "" }
};
function drawCell(parent, letter, { x, y, width, height }) {
  draw(parent, "rect", { x, y, width, height, class: `le-cell le-${letter === "." ? "none" : letter}` });
  const cue = KINDS[letter]?.cue;
  const [mx, my, r] = [x + width / 2, y + height / 2, Math.min(width, height) * 0.22];
  const line = ([x1, y1, x2, y2]) => draw(parent, "line", { x1, y1, x2, y2, class: "le-cue" });
  if (cue === "slash") line([mx - r, my + r, mx + r, my - r]);
  else if (cue === "bar") line([mx - r, my, mx + r, my]);
  else if (cue === "dot") draw(parent, "circle", { cx: mx, cy: my, r: r / 2, class: "le-cue" });
  else if (cue === "cross") {
    line([mx - r, my - r, mx + r, my + r]);
    line([mx - r, my + r, mx + r, my - r]);
  } else if (cue === "frame") {
    draw(parent, "rect", { x: mx - r, y: my - r, width: 2 * r, height: 2 * r, class: "le-cue le-cue-frame" });
  }
}
function lettersIn(rows) {
  const all = rows.join("");
  return Object.keys(KINDS).filter((letter) => all.includes(letter));
}

// longformer_viz/widget/lesson/pictures/matrix.js
var WIDE3 = { width: 680, left: 84, right: 4, top: 50, line: 29, tall: 80 };
var NARROW4 = { width: 400, left: 64, right: 24, top: 92, line: 25, tall: 70 };
function drawMatrix(parent, picture) {
  const { tokens, cells, row, column } = picture;
  const narrow = isNarrow(parent);
  const { width, left, right, top, line, tall: numberHeight } = narrow ? NARROW4 : WIDE3;
  const wide = (width - left - right) / tokens.length;
  const numbered = picture.numbers.findIndex((values) => values.some((value) => value !== null));
  const height = top + line * (tokens.length - Number(numbered >= 0)) + (numbered >= 0 ? numberHeight : 0) + 4;
  const box = drawing(parent, width, height, picture.alt);
  draw(box, "text", { x: left, y: 15, class: "le-axis" }, "key: the token attended to →");
  draw(box, "text", { x: 0, y: top - 10, class: "le-axis" }, "query ↓");
  tokens.forEach((token, key) => {
    const at = { x: left + wide * (key + 0.5), y: top - 10 };
    const turned = narrow ? { transform: `rotate(-55 ${at.x} ${at.y})` } : { "text-anchor": "middle" };
    draw(box, "text", { ...at, ...turned, class: labelClass(key === column) }, token);
  });
  let y = top;
  tokens.forEach((token, query) => {
    const tall = query === numbered ? numberHeight : line;
    const faint = row !== null && query !== row;
    const group = draw(box, "g", faint ? { class: "le-faint" } : {});
    const name = faint ? "le-axis" : labelClass(query === row);
    draw(box, "text", { x: left - 10, y: y + tall / 2 + 5, class: name, "text-anchor": "end" }, token);
    for (let key = 0; key < tokens.length; key++) {
      const cell = { x: left + wide * key + 1, y: y + 1, width: wide - 2, height: tall - 2 };
      if (query === numbered) drawNumber(group, picture, query, key, cell);
      else drawCell(group, cells[query][key], cell);
    }
    if (query === row && column !== null) {
      draw(box, "rect", { x: left + wide * column, y, width: wide, height: tall, class: "le-frame le-frame-cell" });
    }
    if (query === row) {
      draw(box, "rect", { x: left - 1, y: y - 1, width: wide * tokens.length + 2, height: tall + 2, class: "le-frame" });
    }
    y += tall;
  });
  drawLegend(parent, lettersIn(cells));
}
function labelClass(strong) {
  return strong ? "le-label le-strong" : "le-label";
}
function drawNumber(group, { cells, numbers, percent }, query, key, cell) {
  const value = numbers[query][key];
  const letter = cells[query][key];
  draw(group, "rect", { ...cell, class: value === null ? "le-cell le-none" : "le-cell le-ground" });
  const { x, y, width, height } = cell;
  if (value === null) return;
  const largest = Math.max(1e-9, ...numbers[query].map((each) => each ?? 0));
  const tall = Math.max(2, (height - 28) * Math.max(0, value / (percent ? 1 : largest)));
  draw(group, "rect", { x: x + 3, y: y + height - tall - 2, width: width - 6, height: tall, class: `le-cell le-${letter}` });
  const text = percent ? percentText(value) : String(Number(value.toFixed(2)));
  draw(group, "text", { x: x + width / 2, y: y + 19, class: "le-number", "text-anchor": "middle" }, text);
}
function drawPanels(parent, { alt, panels }) {
  const list = append(parent, "div", "le-panels");
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", alt);
  for (const [title, matrix] of panels) {
    const card = append(list, "figure", "le-panel");
    append(card, "figcaption", "", title);
    const count = matrix.tokens.length;
    const box = drawing(card, 200, 200, matrix.alt);
    const side = 200 / count;
    matrix.cells.forEach((letters, query) => {
      ;
      [...letters].forEach((letter, key) => {
        drawCell(box, letter, { x: side * key + 0.5, y: side * query + 0.5, width: side - 1, height: side - 1 });
      });
    });
    if (matrix.row !== null) draw(box, "rect", { x: 0, y: side * matrix.row, width: 200, height: side, class: "le-frame" });
  }
  const legend = drawLegend(parent, lettersIn(panels.flatMap(([, matrix]) => matrix.cells)));
  append(legend, "span", "", "row: query, column: key");
}
function drawLegend(parent, letters) {
  const legend = append(parent, "div", "le-legend");
  for (const letter of letters) {
    const entry = append(legend, "span", "le-legend-entry");
    const box = draw(entry, "svg", { viewBox: "0 0 22 22", width: 18, height: 18, "aria-hidden": "true" });
    drawCell(box, letter, { x: 1, y: 1, width: 20, height: 20 });
    append(entry, "span", "", KINDS[letter].name);
  }
  return legend;
}

// longformer_viz/widget/lesson/pictures/words.js
function drawTable(parent, { alt, head, rows, marked }) {
  const scroll = append(parent, "div", "le-table-box");
  const table = append(scroll, "table", rows.length > 4 ? "le-table le-table-long" : "le-table");
  table.setAttribute("aria-label", alt);
  const names = append(append(table, "thead"), "tr");
  for (const name of head) append(names, name ? "th" : "td", "", name);
  const body = append(table, "tbody");
  rows.forEach((cells, index) => {
    const line = append(body, "tr", marked.includes(index) ? "le-marked" : "");
    cells.forEach((cell, column) => append(line, column ? "td" : "th", "", cell));
  });
}
function drawText(parent, { alt, tokens, shades, marked, said }) {
  if (said) append(parent, "p", "le-said", said);
  const text = append(parent, "p", "le-text");
  text.setAttribute("role", "img");
  text.setAttribute("aria-label", alt);
  tokens.forEach((token, index) => {
    const piece = append(text, "span", marked.includes(index) ? "le-piece le-piece-marked" : "le-piece", token);
    if (shades[index]) piece.style.setProperty("--le-shade", `${Math.round(12 + 68 * shades[index])}%`);
  });
}
function drawDecision(parent, { lengths, needs, advice }) {
  const form = append(parent, "div", "le-decision");
  const length = select(form, "My document has", lengths.map((count) => [count, `${countText(count)} tokens`]));
  const need = select(form, "The task needs", needs.map((name) => [name, name]));
  const said = append(parent, "p", "le-advice");
  said.setAttribute("aria-live", "polite");
  const place = append(parent, "div");
  const show = () => {
    const found = advice.find((each) => each.length === Number(length.value) && each.need === need.value);
    if (!found) return;
    said.textContent = found.say;
    place.replaceChildren();
    drawTable(place, found.table);
  };
  length.value = String(lengths[Math.floor(lengths.length / 2)]);
  for (const control of [length, need]) control.onchange = show;
  show();
}
function select(parent, name, options) {
  const label = append(parent, "label", "le-field", name);
  const control = append(label, "select");
  fillOptions(control, options);
  return control;
}

// longformer_viz/widget/lesson/pictures/index.js
var DRAW = {
  matrix: drawMatrix,
  panels: drawPanels,
  table: drawTable,
  text: drawText,
  layers: drawLayers,
  bars: drawBars,
  curves: drawCurves,
  decision: drawDecision
};
function drawPicture(parent, picture) {
  parent.dataset.kind = picture.kind;
  DRAW[picture.kind](parent, picture);
}

// longformer_viz/widget/lesson/predictions/panel.js
function askQuestion(parent, question) {
  append(parent, "p", "le-predict", "Predict");
  append(parent, "h3", "le-question", question);
}
function answerButtons(parent, text, check, asking) {
  const row = append(parent, "div", "le-answer-buttons");
  const button = appendButton(row, "le-button le-primary", text, check);
  appendButton(row, "le-button", "Skip and show the answer", () => asking.skipped());
  return button;
}
function tellOutcome(parent, { verdict, headline, reasons }, again) {
  const box = append(parent, "div", `le-outcome le-outcome-${verdict}`);
  box.setAttribute("role", "status");
  const sign = { right: "✓", wrong: "✗", skipped: "" }[verdict];
  append(box, "b", "", sign ? `${sign} ${headline}` : headline);
  for (const reason of reasons) append(box, "p", "", reason);
  appendButton(box, "le-button le-again", "Predict again", again);
}

// longformer_viz/widget/lesson/predictions/band.js
var STEPS2 = { ArrowRight: 1, ArrowLeft: -1 };
function askBand(parent, prediction, asking, painted) {
  askQuestion(parent, prediction.question);
  const row = append(parent, "div", "le-band");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", `Keys that “${prediction.tokens[prediction.query]}” may attend to`);
  let setting = null;
  const buttons = prediction.tokens.map((token, key) => {
    const button = append(row, "button", "le-key", token);
    button.type = "button";
    if (key === prediction.query) button.classList.add("le-query");
    return button;
  });
  const render = () => {
    buttons.forEach((button, key) => button.setAttribute("aria-pressed", String(painted.has(key))));
  };
  const paint = (key, on) => {
    if (on) painted.add(key);
    else painted.delete(key);
    render();
  };
  buttons.forEach((button, key) => {
    button.tabIndex = key === prediction.query ? 0 : -1;
    button.onpointerdown = (event) => {
      button.releasePointerCapture?.(event.pointerId);
      setting = !painted.has(key);
      paint(key, setting);
    };
    button.onpointerenter = (event) => {
      if (setting !== null && event.buttons) paint(key, setting);
    };
    button.onclick = (event) => {
      if (!event.detail) paint(key, !painted.has(key));
    };
    button.onkeydown = (event) => {
      const to = moveFocus(event, buttons, key, STEPS2);
      if (to !== null && event.shiftKey) paint(to, true);
    };
  });
  row.onpointerup = row.onpointerleave = () => setting = null;
  append(parent, "p", "le-hint", "Click or drag. On the keyboard, arrow keys move, and Space paints.");
  answerButtons(parent, "Check", () => asking.answered(judgeBand(prediction, painted)), asking);
  render();
}
function showBand(parent, { tokens, query, codes }, painted) {
  const row = append(parent, "div", "le-band");
  row.setAttribute("role", "img");
  const wrong = tokens.filter((_, key) => painted.has(key) !== isAllowed(codes, key));
  const list = wrong.map((token) => `“${token}”`).join(", ");
  row.setAttribute("aria-label", wrong.length ? `Cells that differ: ${list}.` : "Your row equals the true one.");
  tokens.forEach((token, key) => {
    const allowed = isAllowed(codes, key);
    const cell = append(row, "span", `le-key le-told ${allowed ? `le-true-${codes[key]}` : ""}`, token);
    if (key === query) cell.classList.add("le-query");
    if (painted.has(key) !== allowed) append(cell, "i", "le-miss", allowed ? "missed" : "not a key");
  });
}

// longformer_viz/widget/lesson/predictions/choice.js
function askChoice(parent, prediction, asking) {
  askQuestion(parent, prediction.question);
  const chosen = /* @__PURE__ */ new Set();
  const list = append(parent, "div", "le-options");
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", prediction.several ? "Choose all that are right" : "Choose one");
  const buttons = prediction.options.map(({ text }, index) => {
    const button = append(list, "button", "le-option", text);
    button.type = "button";
    button.onclick = () => {
      if (!prediction.several) chosen.clear();
      if (chosen.has(index)) chosen.delete(index);
      else chosen.add(index);
      render();
    };
    return button;
  });
  if (prediction.several) append(parent, "p", "le-hint", "Choose all that are right.");
  const check = answerButtons(parent, "Check", () => asking.answered(judgeChoice(prediction, chosen)), asking);
  const render = () => {
    buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(chosen.has(index))));
    check.disabled = !chosen.size && !prediction.several;
  };
  render();
}

// longformer_viz/widget/lesson/predictions/estimate.js
var STEPS3 = 400;
function askEstimate(parent, prediction, asking) {
  const { low, high, unit } = prediction;
  const isCount = high < 1e3;
  askQuestion(parent, prediction.question);
  const told = append(parent, "output", "le-estimate");
  const slider = append(parent, "input", "le-slider");
  Object.assign(slider, { type: "range", min: "0", max: String(STEPS3), step: "1", value: "0" });
  slider.setAttribute("aria-label", `Estimate, ${unit}`);
  const ends = append(parent, "div", "le-ends");
  append(ends, "span", "", numberText(low, unit));
  append(ends, "span", "", "logarithmic scale");
  append(ends, "span", "", numberText(high, unit));
  const label = append(parent, "label", "le-field", "or type a number ");
  const typed = append(label, "input", "le-typed");
  typed.inputMode = "decimal";
  const problem = append(parent, "p", "le-problem");
  problem.setAttribute("role", "alert");
  const value = () => {
    const exact = low * Math.pow(high / low, Number(slider.value) / STEPS3);
    return isCount ? Math.round(exact) : exact;
  };
  const render = () => {
    told.textContent = numberText(value(), unit);
    slider.setAttribute("aria-valuetext", told.textContent);
  };
  slider.oninput = () => {
    typed.value = "";
    problem.textContent = "";
    render();
  };
  const check = () => {
    try {
      const estimate = typed.value.trim() ? readEstimate(typed.value, prediction) : value();
      asking.answered(judgeEstimate(prediction, estimate));
    } catch (fault) {
      problem.textContent = /** @type {Error} */
      fault.message;
    }
  };
  typed.onkeydown = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    check();
  };
  answerButtons(parent, "Check", check, asking);
  render();
}

// longformer_viz/widget/lesson/predictions/globals.js
var STEPS4 = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 };
function askGlobals(parent, prediction, asking, chosen, judged, waiting) {
  askQuestion(parent, prediction.question);
  const text = append(parent, "div", "le-text le-globals");
  text.setAttribute("role", "group");
  text.setAttribute("aria-label", "Tokens of the question and the document");
  const buttons = prediction.tokens.map((token, index) => {
    if (token.startsWith(" ")) text.append(" ");
    const button2 = append(text, "button", "le-token", token.trim());
    button2.type = "button";
    button2.tabIndex = index ? -1 : 0;
    button2.onclick = () => {
      if (chosen.has(index)) chosen.delete(index);
      else if (chosen.size < prediction.most) chosen.add(index);
      render();
    };
    button2.onkeydown = (event) => moveFocus(event, buttons, index, STEPS4);
    return button2;
  });
  const count = append(parent, "p", "le-hint");
  const run = () => asking.run([...chosen].sort((one, other) => one - other));
  const button = answerButtons(parent, "Run the model", run, asking);
  button.disabled = waiting;
  if (waiting) button.textContent = "Running …";
  const told = append(parent, "div", "le-run");
  told.setAttribute("role", "status");
  if (judged?.problem) append(told, "p", "le-problem", judged.problem);
  else if (judged && !waiting) tellRun(told, judged);
  const render = () => {
    buttons.forEach((each, index) => each.setAttribute("aria-pressed", String(chosen.has(index))));
    count.textContent = `${chosen.size} of at most ${prediction.most} global tokens. Arrow keys move, Space chooses.`;
  };
  render();
}
function tellRun(parent, { answer, probability, right, reason }) {
  append(parent, "b", "", `${right ? "✓" : "✗"} Answer: “${shorter(answer)}”, probability ${percentText(probability)}`);
  append(parent, "p", "", reason);
}
function shorter(text) {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

// longformer_viz/widget/lesson/stage.js
function newAnswer() {
  return { chosen: /* @__PURE__ */ new Set(), outcome: null, judged: null, waiting: false };
}
function showQuestion(stage, { prediction }, answer, asking) {
  if (!prediction) return;
  stage.replaceChildren();
  const card = append(stage, "section", "le-ask");
  card.setAttribute("aria-label", "Prediction");
  if (prediction.kind === "band") askBand(card, prediction, asking, answer.chosen);
  else if (prediction.kind === "choice") askChoice(card, prediction, asking);
  else if (prediction.kind === "estimate") askEstimate(card, prediction, asking);
  else askGlobals(card, prediction, asking, answer.chosen, answer.judged, answer.waiting);
}
function showStep(stage, step, answer, verdict, again) {
  stage.replaceChildren();
  const { prediction } = step;
  if (prediction && verdict) {
    tellOutcome(stage, answer.outcome ?? { verdict: "skipped", headline: answerText(prediction), reasons: [] }, again);
    if (prediction.kind === "band" && answer.outcome && verdict !== "skipped") {
      showBand(stage, prediction, answer.chosen);
      if (answer.outcome.reasons.length > 1) return;
    }
    if (prediction.kind === "globals" && answer.judged && verdict !== "skipped") {
      tellRun(append(stage, "div", "le-run"), answer.judged);
    }
  }
  drawPicture(append(stage, "div", "le-picture"), step.picture);
}

// longformer_viz/widget/lesson/notes/channel.js
var CHANNEL = "longformer_viz.lesson_notes";
var TAB = "longformer_viz.lesson_tab";
var SIZE = "popup,width=720,height=640";
function followedTab(search) {
  const tab2 = new URLSearchParams(search).get("notes") ?? "";
  return /^[a-z0-9]{4,16}$/.test(tab2) ? tab2 : "";
}
function openChannel(signal, take) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => take(data);
  signal.addEventListener("abort", () => channel.close());
  return channel;
}
var LessonTab = class {
  /**
   * @param {AbortSignal} signal
   * @param {{ where(): Place, move(by: 1 | -1): void }} lesson
   */
  constructor(signal, lesson) {
    this.lesson = lesson;
    this.name = tabName();
    this.channel = openChannel(signal, (message) => {
      if (message.tab !== this.name) return;
      if (message.is === "asking") this.tell();
      if (message.is === "moving") lesson.move(message.by);
    });
  }
  tell() {
    const place = this.lesson.where();
    if (place.chapter) this.channel.postMessage({ tab: this.name, is: "at", place });
  }
  openNotes() {
    const address = new URL(location.pathname, location.href);
    address.searchParams.set("notes", this.name);
    open(address, `lesson_notes_${this.name}`, SIZE);
  }
};
function tabName() {
  const made = Math.random().toString(36).slice(2, 12).padEnd(4, "0");
  try {
    const kept = sessionStorage.getItem(TAB) ?? made;
    sessionStorage.setItem(TAB, kept);
    return kept;
  } catch {
    return made;
  }
}

// longformer_viz/widget/lesson/story.js
function tellStory(list, chapter, step, progress, go) {
  list.replaceChildren();
  const open2 = openSteps(chapter, progress);
  chapter.steps.forEach(({ say }, index) => {
    const number = index + 1;
    const item = append(list, "li", number === step ? "le-now" : number < step ? "le-read" : "");
    const asking = isAsking(chapter, number, progress);
    const text = asking ? "Predict, then see." : index < open2 || number <= step ? say : "…";
    const button = appendButton(item, "le-say", text, () => go(number));
    if (text === "…") button.setAttribute("aria-label", `Step ${number}, after the prediction`);
    if (number === step) button.setAttribute("aria-current", "step");
  });
}

// longformer_viz/widget/lesson/app.js
var LessonApp = class {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.tell = { setStateValue() {
    }, setTriggerValue() {
    } };
    this.data = null;
    this.place = { chapter: "", step: 1 };
    this.progress = keptProgress();
    this.answers = /* @__PURE__ */ new Map();
    this.asked = /* @__PURE__ */ new Set();
    this.shown = "";
    this.runs = 0;
    this.timer = 0;
    this.listeners = new AbortController();
    this.root = append(parent, "div", "le-root");
    this.contents = new Contents(this.root, (place) => this.go(place));
    const main = append(this.root, "section", "le-main");
    this.number = append(main, "p", "le-count");
    this.tab = new LessonTab(this.listeners.signal, { where: () => this.place, move: (by) => this.move(by) });
    appendButton(main, "le-open-notes", "Teacher’s notes", () => this.tab.openNotes(), "Open them in a second window (N)");
    this.title = append(main, "h2", "le-heading");
    this.idea = append(main, "p", "le-idea");
    this.notice = append(main, "p", "le-notice");
    this.notice.setAttribute("role", "status");
    const body = append(main, "div", "le-body");
    this.stage = append(body, "div", "le-stage");
    this.story = append(body, "ol", "le-story");
    this.story.setAttribute("aria-label", "Steps");
    this.bar = new Bar(main, {
      back: () => this.move(-1),
      next: () => this.move(1),
      play: () => this.timer ? this.pause() : this.play(),
      go: (step) => this.go({ ...this.place, step })
    });
    this.spoken = append(main, "p", "le-spoken");
    this.spoken.setAttribute("aria-live", "polite");
    this.listen();
  }
  listen() {
    const { signal } = this.listeners;
    onPageKey(signal, (event) => this.key(event));
    addEventListener("popstate", () => this.follow(), { signal });
    addEventListener("resize", () => this.fit(), { signal });
    followPresenting(this.root, signal, () => this.fit());
    onOtherTab(signal, (other) => {
      this.progress = followProgress(this.progress, other);
      if (this.data) this.contents.render(this.data, this.place, this.progress);
    });
  }
  /** Fill the screen; the picture is drawn again where another layout fits it better. */
  fit() {
    fitScreen(this.root);
    if (this.data) this.render();
  }
  /** @param {LessonData} data */
  show(data) {
    const isFirst = !this.data;
    this.data = data;
    if (isFirst) {
      const wanted = data.place ?? placeOf(location.search);
      this.go(wanted ?? this.progress.last ?? { chapter: "", step: 1 });
      this.notice.textContent = missingStep(wanted, this.place);
      fitScreen(this.root);
    } else {
      this.takeRun();
      this.render();
    }
  }
  /** Take the result of a run with the learner's global tokens. */
  takeRun() {
    const judged = this.data?.judged;
    const answer = this.answer();
    if (!judged || !answer.waiting || judged.number !== this.runs) return;
    Object.assign(answer, { judged, waiting: false });
    if (judged.right) this.tellVerdict({ verdict: "right", headline: "The model finds the answer", reasons: [] });
  }
  answer() {
    const name = nameOf(this.place);
    const answer = this.answers.get(name) ?? newAnswer();
    this.answers.set(name, answer);
    return answer;
  }
  /** @param {Place} place */
  go(place) {
    if (!this.data) return;
    this.stop();
    this.moveTo(existingPlace(place, this.data.contents));
  }
  /** @param {Place} place */
  moveTo(place) {
    this.place = place;
    this.notice.textContent = "";
    const address = new URL(location.href);
    address.searchParams.set("chapter", place.chapter);
    address.searchParams.set("at", String(place.step));
    history.replaceState(history.state, "", address);
    this.progress = keepProgress(withRead(this.progress, place));
    this.render();
    this.tab.tell();
    const step = this.chapter()?.steps[place.step - 1];
    this.spoken.textContent = (this.isAsking() ? step?.prediction?.question : step?.say) ?? "";
  }
  /** Go where the address says, after the browser's Back. */
  follow() {
    const place = placeOf(location.search);
    if (place && nameOf(place) !== nameOf(this.place)) this.go(place);
  }
  /** @param {1 | -1} by */
  move(by) {
    if (!this.data) return;
    this.pause();
    if (by > 0 && this.isAsking()) return this.skip();
    const place = movedPlace(this.place, by, this.data.contents);
    if (place) this.moveTo(place);
  }
  /** @returns {Chapter | undefined} */
  chapter() {
    return this.data?.chapters[this.place.chapter];
  }
  isAsking() {
    const chapter = this.chapter();
    return Boolean(chapter && isAsking(chapter, this.place.step, this.progress));
  }
  play() {
    if (!this.data || this.isAsking()) return;
    const say = this.chapter()?.steps[this.place.step - 1]?.say ?? "";
    this.timer = setTimeout(() => {
      this.timer = 0;
      const place = this.data && movedPlace(this.place, 1, this.data.contents);
      if (!place) return this.renderBar();
      this.moveTo(place);
      this.play();
    }, playMs(say));
    this.renderBar();
  }
  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
  }
  pause() {
    this.stop();
    this.renderBar();
  }
  skip() {
    this.answer().outcome = null;
    this.setVerdict("skipped");
    this.render();
  }
  /** @param {Outcome} outcome */
  tellVerdict(outcome) {
    this.answer().outcome = outcome;
    this.setVerdict(outcome.verdict);
  }
  /** @param {Verdict | null} verdict */
  setVerdict(verdict) {
    const verdicts = { ...this.progress.verdicts };
    if (verdict) verdicts[nameOf(this.place)] = verdict;
    else delete verdicts[nameOf(this.place)];
    this.progress = keepProgress({ ...this.progress, verdicts });
  }
  /** @param {KeyboardEvent} event */
  key(event) {
    const command = commandOf(event);
    if (command === "next") this.move(1);
    else if (command === "back") this.move(-1);
    else if (command === "first") this.go({ ...this.place, step: 1 });
    else if (command === "last") this.go({ ...this.place, step: 99 });
    else if (command === "toggle") this.bar.actions.play();
    else if (command === "notes") this.tab.openNotes();
    else if (command === "pause" && this.timer && !isPresenting()) this.pause();
    else return false;
    return true;
  }
  /** Ask the server for this chapter where it has not arrived, else for the next one. */
  fetch() {
    if (!this.data) return;
    const missing = missingChapter(this.data, this.place);
    if (!missing || this.data.problems[missing] || this.asked.has(missing)) return;
    this.asked.add(missing);
    this.tell.setStateValue("wanted", [...this.asked]);
  }
  render() {
    const { data, place } = this;
    if (!data) return;
    const chapter = this.chapter();
    const index = data.contents.findIndex(({ slug }) => slug === place.chapter);
    this.number.textContent = `Chapter ${index + 1} of ${data.contents.length}`;
    this.title.textContent = data.contents[index].title;
    this.idea.textContent = chapter?.idea ?? "";
    this.contents.render(data, place, this.progress);
    this.renderBar();
    this.fetch();
    if (!chapter) {
      this.story.replaceChildren();
      this.stage.replaceChildren();
      this.shown = "";
      append(this.stage, "p", "le-waiting", data.problems[place.chapter] ?? "Running the built-in model for this chapter …");
      return;
    }
    tellStory(this.story, chapter, place.step, this.progress, (step) => this.go({ ...place, step }));
    this.renderStage(chapter);
  }
  /** @param {Chapter} chapter */
  renderStage(chapter) {
    const step = chapter.steps[this.place.step - 1];
    const answer = this.answer();
    const verdict = this.progress.verdicts[nameOf(this.place)];
    const layout = verdict || !step.prediction ? isNarrow(this.stage) : null;
    const shown = JSON.stringify([this.place, verdict, answer.waiting, answer.judged, layout]);
    if (shown === this.shown) return;
    this.shown = shown;
    if (step.prediction && !verdict) {
      showQuestion(this.stage, step, answer, {
        answered: (outcome) => {
          this.tellVerdict(outcome);
          this.render();
          this.stage.querySelector("button")?.focus();
        },
        skipped: () => this.skip(),
        run: (positions) => this.run(positions)
      });
      return;
    }
    showStep(this.stage, step, answer, verdict, () => {
      Object.assign(answer, { ...newAnswer(), chosen: answer.chosen });
      this.setVerdict(null);
      this.render();
    });
  }
  /** @param {number[]} positions */
  run(positions) {
    this.runs += 1;
    this.answer().waiting = true;
    this.tell.setTriggerValue("placed", { positions, number: this.runs });
    this.render();
  }
  renderBar() {
    if (!this.data) return;
    const { contents } = this.data;
    const steps = contents.find(({ slug }) => slug === this.place.chapter)?.steps ?? 1;
    const isFirst = !movedPlace(this.place, -1, contents);
    const isLast = !movedPlace(this.place, 1, contents) && !this.isAsking();
    this.bar.render(this.chapter(), this.place, { playing: Boolean(this.timer), isFirst, isLast, steps });
  }
  destroy() {
    clearTimeout(this.timer);
    this.listeners.abort();
    this.root.remove();
  }
};

// longformer_viz/widget/lesson/notes/times.js
function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
function noteAt(contents, place) {
  return contents.find(({ slug }) => slug === place?.chapter)?.notes[(place?.step ?? 0) - 1];
}
function plannedSeconds(notes) {
  return notes.reduce((sum, { seconds }) => sum + seconds, 0);
}

// longformer_viz/widget/lesson/notes/app.js
var TICK_MS = 500;
var PATIENCE_MS = 3e3;
var NotesApp = class {
  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {string} tab The tab of the lesson that they follow.
   */
  constructor(parent, tab2) {
    this.tell = { setStateValue() {
    }, setTriggerValue() {
    } };
    this.data = null;
    this.place = null;
    this.tab = tab2;
    this.opened = Date.now();
    this.start = this.opened;
    this.stepStart = this.opened;
    this.listeners = new AbortController();
    this.root = append(parent, "dialog", "le-root le-notes");
    this.root.setAttribute("aria-label", "Teacher’s notes");
    this.root.addEventListener("cancel", (event) => event.preventDefault());
    this.where = append(this.root, "p", "le-notes-where");
    this.title = append(this.root, "h2", "le-heading");
    this.note = append(this.root, "p", "le-notes-now");
    this.note.setAttribute("aria-live", "polite");
    const times = append(this.root, "dl", "le-notes-times");
    this.stepTime = appendTime(times, "This step");
    this.chapterTime = appendTime(times, "Chapter, planned");
    this.elapsed = appendTime(times, "Elapsed");
    this.next = append(this.root, "p", "le-notes-next");
    const bar = append(this.root, "div", "le-bar");
    appendButton(bar, "le-button", "Back", () => this.move(-1), "Left arrow key");
    appendButton(bar, "le-button le-primary", "Next", () => this.move(1), "Right arrow key");
    appendButton(bar, "le-button", "Restart the clock", () => this.restart());
    this.channel = openChannel(this.listeners.signal, (message) => {
      if (message.tab === tab2 && message.is === "at") this.follow(message.place);
    });
    onPageKey(this.listeners.signal, (event) => this.key(event));
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.root.showModal();
  }
  /** @param {LessonData} data */
  show(data) {
    this.data = data;
    this.ask();
    this.render();
  }
  ask() {
    this.channel.postMessage({ tab: this.tab, is: "asking" });
  }
  /** @param {Place} place */
  follow(place) {
    if (!this.place) this.restart();
    if (!this.place || nameOf(place) !== nameOf(this.place)) this.stepStart = Date.now();
    this.place = place;
    this.render();
  }
  restart() {
    this.start = this.stepStart = Date.now();
    this.tick();
  }
  /** @param {1 | -1} by */
  move(by) {
    this.channel.postMessage({ tab: this.tab, is: "moving", by });
  }
  /** @param {KeyboardEvent} event */
  key(event) {
    const command = commandOf(event);
    if (command === "next") this.move(1);
    else if (command === "back") this.move(-1);
    else return false;
    return true;
  }
  tick() {
    const note = this.data && noteAt(this.data.contents, this.place);
    if (!note) {
      this.ask();
      if (Date.now() - this.opened > PATIENCE_MS) this.note.textContent = "No lesson answers. Press N in the lesson to open its notes.";
      return;
    }
    const seconds = (Date.now() - this.stepStart) / 1e3;
    this.stepTime.textContent = `${clockText(seconds)} of ${clockText(note.seconds)}`;
    this.stepTime.classList.toggle("le-notes-late", seconds > note.seconds);
    this.elapsed.textContent = clockText((Date.now() - this.start) / 1e3);
  }
  render() {
    const { data, place } = this;
    const note = data && noteAt(data.contents, place);
    if (!data || !place || !note) {
      this.title.textContent = "Teacher’s notes";
      this.note.textContent = "Looking for the lesson …";
      return;
    }
    const index = data.contents.findIndex(({ slug }) => slug === place.chapter);
    const { title, steps, notes } = data.contents[index];
    this.where.textContent = `Chapter ${index + 1} of ${data.contents.length}, step ${place.step} of ${steps}`;
    this.title.textContent = title;
    this.note.textContent = note.say;
    this.chapterTime.textContent = clockText(plannedSeconds(notes));
    const next = movedPlace(place, 1, data.contents);
    const said = next && noteAt(data.contents, next);
    const from = data.contents.find(({ slug }) => slug === next?.chapter)?.title;
    this.next.textContent = next && said ? `Next: ${from}, step ${next.step}. ${said.say}` : "This is the last step.";
    this.tick();
  }
  destroy() {
    clearInterval(this.timer);
    this.listeners.abort();
    this.root.remove();
  }
};
function appendTime(list, name) {
  const group = append(list, "div");
  append(group, "dt", "", name);
  return append(group, "dd", "", "–");
}

// longformer_viz/widget/lesson/index.js
var tab = followedTab(location.search);
var lesson_default = mountOnce((parent) => tab ? new NotesApp(parent, tab) : new LessonApp(parent));
export {
  lesson_default as default
};
