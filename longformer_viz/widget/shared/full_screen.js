// A component over the whole screen; where the browser refuses, over the whole window.
import { element } from "./element.js"
import { onPageKey } from "./keys.js"

const CLASS = "lv-full-screen"
const ASKED = "lv-full-screen-asked"
const REFUSED = "The browser refused full screen, so this fills the window. Press Esc to leave."
/** Milliseconds that the message is shown. */
const NOTE_MS = 6000
/** How much a component wants the key F: it is large already, it has the keyboard, or it is in sight. */
const CLAIM = { none: 0, sight: 1, focus: 2, on: 3 }

/** @typedef {{ claim: number, area: number, toggle: () => void }} Bid */

/**
 * Answer the key F. Each component and chart is asked how much it wants the key; the one that wants it most becomes
 * large, or small again.
 *
 * @param {AbortSignal} signal Ends it.
 * @param {() => Bid} bid
 * @param {Element} [root] The component, for `onPageKey`.
 */
export function answerFullScreenKey(signal, bid, root) {
  document.addEventListener(ASKED, (event) => /** @type {CustomEvent<Bid[]>} */ (event).detail.push(bid()), { signal })
  onPageKey(signal, (event) => {
    if (event.key.toLowerCase() !== "f" || event.shiftKey) return false
    /** @type {Bid[]} */
    const bids = []
    document.dispatchEvent(new CustomEvent(ASKED, { detail: bids }))
    const best = bids.filter(({ claim }) => claim > CLAIM.none).sort(compareBids)[0]
    best?.toggle()
    return Boolean(best)
  }, root)
}

/**
 * The stronger claim comes first; of two parts with the keyboard the inner one, of two in sight the larger one.
 *
 * @param {Bid} one
 * @param {Bid} other
 */
export function compareBids(one, other) {
  if (one.claim !== other.claim) return other.claim - one.claim
  return one.claim === CLAIM.focus ? one.area - other.area : other.area - one.area
}

/**
 * How much an element wants the key F, and how large it is in sight.
 *
 * @param {HTMLElement} root
 * @param {boolean} isOn
 */
export function claimOf(root, isOn) {
  const { top, bottom, width } = root.getBoundingClientRect()
  const area = width * Math.max(0, Math.min(bottom, window.innerHeight) - Math.max(top, 0))
  if (isOn) return { claim: CLAIM.on, area }
  if (!area) return { claim: CLAIM.none, area }
  return { claim: root.matches(":focus-within") ? CLAIM.focus : CLAIM.sight, area }
}

export class FullScreen {
  /**
   * @param {HTMLElement} root The component, which gets a class while it is large.
   * @param {() => void} changed
   */
  constructor(root, changed) {
    this.root = root
    this.changed = changed
    this.listeners = new AbortController()
    this.note = element("div", "lv-full-screen-note", REFUSED)
    this.note.setAttribute("role", "status")
    this.timer = 0
    const { signal } = this.listeners
    document.addEventListener("fullscreenchange", () => this.follow(), { signal })
    answerFullScreenKey(signal, () => ({ ...claimOf(root, this.on), toggle: () => void this.toggle() }), root)
    onPageKey(signal, (event) => {
      const isOurs = event.key === "Escape" && this.isInPage
      if (isOurs) this.set(false)
      return isOurs
    }, root)
  }

  get on() {
    return this.root.classList.contains(CLASS)
  }

  /** Whether it fills the window because the browser refused the screen. */
  get isInPage() {
    return this.on && !this.holdsScreen()
  }

  holdsScreen() {
    const scope = /** @type {Document | ShadowRoot} */ (this.root.getRootNode())
    return scope.fullscreenElement === this.root
  }

  async toggle() {
    if (this.holdsScreen()) return document.exitFullscreen()
    if (this.on) return this.set(false)
    try {
      await this.root.requestFullscreen()
    } catch {
      this.set(true)
      this.root.append(this.note)
      this.timer = setTimeout(() => this.note.remove(), NOTE_MS)
    }
  }

  follow() {
    if (this.holdsScreen() !== this.on) this.set(this.holdsScreen())
  }

  /** @param {boolean} on */
  set(on) {
    clearTimeout(this.timer)
    this.note.remove()
    this.root.classList.toggle(CLASS, on)
    this.changed()
  }

  destroy() {
    clearTimeout(this.timer)
    this.listeners.abort()
    if (this.holdsScreen()) void document.exitFullscreen()
  }
}
