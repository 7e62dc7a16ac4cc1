// The presenter view: one flag on the page, which the components follow.

const FLAG = "lvPresenter"
const EVENT = "lv-presenter"

/** Whether the page is shown to a room. */
export function isPresenting() {
  return FLAG in document.documentElement.dataset
}

/** @param {boolean} on */
export function present(on) {
  if (on === isPresenting()) return
  if (on) document.documentElement.dataset[FLAG] = ""
  else delete document.documentElement.dataset[FLAG]
  document.dispatchEvent(new CustomEvent(EVENT))
}

/**
 * Mark a component while the page is presented.
 *
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 * @param {() => void} [changed]
 */
export function followPresenting(root, signal, changed = () => {}) {
  const follow = () => {
    root.classList.toggle("lv-presenting", isPresenting())
    changed()
  }
  document.addEventListener(EVENT, follow, { signal })
  follow()
}
