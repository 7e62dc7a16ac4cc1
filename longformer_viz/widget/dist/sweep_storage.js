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

// longformer_viz/widget/sweep_storage/storage.js
var PREFIX = "longformer_viz.sweep.";
var ID = /^[0-9a-f]{16}$/;
function keptSweeps(storage) {
  const found = {};
  if (storage === null) return found;
  for (let index = 0; index < storage.length; index++) {
    const key = storage.key(index) ?? "";
    const id = key.slice(PREFIX.length);
    if (key.startsWith(PREFIX) && ID.test(id)) found[id] = storage.getItem(key) ?? "";
  }
  return found;
}
function applyChanges(storage, changes) {
  const known = Object.entries(changes).filter(([id]) => ID.test(id));
  const kept = known.filter(([, text]) => text !== null);
  if (storage === null) return kept.map(([id]) => id);
  for (const [id, text] of known) if (text === null) storage.removeItem(PREFIX + id);
  const failed = [];
  for (const [id, text] of kept) {
    try {
      storage.setItem(PREFIX + id, text ?? "");
    } catch {
      failed.push(id);
    }
  }
  return failed;
}
function fingerprint(sweeps) {
  let hash = 2166136261;
  const text = JSON.stringify(Object.entries(sweeps).sort(([one], [other]) => one < other ? -1 : 1));
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 16777619);
  }
  return `${text.length}-${(hash >>> 0).toString(16)}`;
}

// longformer_viz/widget/sweep_storage/app.js
var NOTHING = fingerprint({});
var SweepStorageApp = class {
  constructor() {
    this.tell = { setStateValue() {
    }, setTriggerValue() {
    } };
    this.known = null;
    this.onStorage = this.onStorage.bind(this);
    addEventListener("storage", this.onStorage);
  }
  /** @param {Data} data */
  show({ changes, known, wanted }) {
    const storage = browserStorage();
    const failed = applyChanges(storage, changes);
    this.known = known ?? (wanted ? null : NOTHING);
    this.report(failed, Object.keys(changes).length > 0);
  }
  /**
   * Another tab kept or deleted a sweep.
   *
   * @param {StorageEvent} event
   */
  onStorage({ key }) {
    if (key === null || key.startsWith(PREFIX)) this.report([], false);
  }
  /**
   * @param {string[]} failed Sweeps that the browser could not keep.
   * @param {boolean} isAsked Whether the page waits for an answer.
   */
  report(failed, isAsked) {
    const sweeps = keptSweeps(browserStorage());
    const found = fingerprint(sweeps);
    if (found === this.known && !isAsked) return;
    this.known = found;
    this.tell.setTriggerValue("told", { sweeps, fingerprint: found, failed });
  }
  destroy() {
    removeEventListener("storage", this.onStorage);
  }
};
function browserStorage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

// longformer_viz/widget/sweep_storage/index.js
var sweep_storage_default = mountOnce(() => new SweepStorageApp());
export {
  sweep_storage_default as default
};
