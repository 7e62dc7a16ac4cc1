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

// longformer_viz/widget/shared/download.js
function saveBlob(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1e4);
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

// longformer_viz/widget/tab_memory/storage.js
var KEY = "longformer_viz.own_text";

// longformer_viz/widget/session/file.js
var FORMAT = 1;
var NAME = "longformer_viz_session";
function sessionFile(session, now) {
  const page = session.path.split("/").pop() || "attention";
  const day = now.toISOString().slice(0, 10);
  const content = JSON.stringify({ [NAME]: FORMAT, saved: now.toISOString(), ...session }, null, 1);
  return { name: `longformer_viz_${page}_${day}.json`, content };
}
function withMap(search, path, map) {
  if (!path) return search;
  const all = new URLSearchParams(search);
  for (const [name, value] of Object.entries(map)) if (!all.has(name)) all.set(name, value);
  return all.size ? `?${all}` : "";
}
function readSession(content) {
  let found;
  try {
    found = JSON.parse(content);
  } catch {
    throw new Error("A session file must be complete. This file is damaged or has another format. Save the session again.");
  }
  const format = found?.[NAME];
  if (format === void 0) {
    throw new Error("This file is not a session of Longformer Viz. Choose a file saved with Save session.");
  }
  if (format !== FORMAT) {
    throw new Error(
      `This version opens session files of format ${FORMAT}. This file has format ${JSON.stringify(format)}. Open it with the version that saved it.`
    );
  }
  const { path, search, text } = found;
  const isWhole = typeof path === "string" && typeof search === "string" && (text === null || typeof text === "string");
  if (!isWhole || !/^[a-z]*$/.test(path) || !(search === "" || search.startsWith("?"))) {
    throw new Error("A session file must name a page, its settings and its text. This file is damaged. Save it again.");
  }
  return { path, search, text };
}
function keepText(session, storage) {
  if (session.text === null) return;
  try {
    storage.setItem(KEY, session.text);
  } catch {
    const size = session.text.length.toLocaleString("en-US");
    throw new Error(
      `This browser cannot keep the session's text of ${size} characters. Paste the text into the app instead.`
    );
  }
}

// longformer_viz/widget/session/app.js
var SessionApp = class {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.tell = { setStateValue() {
    }, setTriggerValue() {
    } };
    this.ownText = false;
    this.map = {};
    this.qr = new QrDialog();
    this.root = append(parent, "div", "ls-root");
    const buttons = append(this.root, "div", "ls-buttons");
    appendButton(buttons, "ls-button", "Copy link", () => this.copyLink());
    appendButton(buttons, "ls-button", "Show QR code", () => this.qr.ask(this.tell));
    appendButton(buttons, "ls-button", "Save session", () => this.save());
    appendButton(buttons, "ls-button", "Open session", () => this.input.click());
    this.input = append(this.root, "input");
    this.input.type = "file";
    this.input.accept = ".json,application/json";
    this.input.hidden = true;
    this.input.onchange = () => this.open();
    this.said = append(this.root, "p", "ls-said");
    this.said.setAttribute("role", "status");
    this.link = append(this.root, "input", "ls-link");
    this.link.readOnly = true;
    this.link.hidden = true;
    this.link.setAttribute("aria-label", "Link to this page");
  }
  /** @param {Data} data */
  show(data) {
    this.ownText = data.ownText;
    this.map = data.map;
    this.qr.show(data.qr);
  }
  destroy() {
    this.root.remove();
  }
  async copyLink() {
    const about = this.ownText ? " It does not contain your text. To keep your text, save a session file." : "";
    try {
      await navigator.clipboard.writeText(location.href);
      this.link.hidden = true;
      this.say(`Link copied.${about}`);
    } catch {
      this.link.hidden = false;
      this.link.value = location.href;
      this.link.select();
      this.say(`Copy the selected link with Ctrl+C.${about}`);
    }
  }
  save() {
    const path = location.pathname.split("/").pop() ?? "";
    const text = this.ownText ? storedText() : null;
    if (this.ownText && text === null) {
      this.say("This browser cannot store your text, so the session file would not contain it. Save the text separately.");
      return;
    }
    const search = withMap(location.search, path, this.map);
    const file = sessionFile({ path, search, text }, /* @__PURE__ */ new Date());
    saveBlob(new Blob([file.content], { type: "application/json" }), file.name);
    this.say(`Session saved: settings${text === null ? " and selection" : ", selection and your own text"}.`);
  }
  async open() {
    const file = this.input.files?.[0];
    this.input.value = "";
    if (!file) return;
    try {
      const session = readSession(await file.text());
      keepText(session, sessionStorage);
      const folder = location.pathname.slice(0, location.pathname.lastIndexOf("/") + 1);
      location.assign(folder + session.path + session.search);
    } catch (problem) {
      this.say(problem instanceof Error ? problem.message : String(problem));
    }
  }
  /** @param {string} sentence */
  say(sentence) {
    this.said.textContent = sentence;
  }
};
function storedText() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

// longformer_viz/widget/session/index.js
var session_default = mountOnce((parent) => new SessionApp(parent));
export {
  session_default as default
};
