// A component over the whole screen; where the browser refuses, over the whole window.
import { onPageKey } from "./keys.js"

const CLASS = "lv-full-screen"

export class FullScreen {
  /**
   * @param {HTMLElement} root The component, which gets a class while it is large.
   * @param {() => void} changed
   */
  constructor(root, changed) {
    this.root = root
    this.changed = changed
    this.listeners = new AbortController()
    const { signal } = this.listeners
    document.addEventListener("fullscreenchange", () => this.follow(), { signal })
    onPageKey(signal, (event) => {
      const isOurs = event.key.toLowerCase() === "f" ? this.isInSight() : event.key === "Escape" && this.isInPage
      if (isOurs) this.toggle()
      return isOurs
    })
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

  isInSight() {
    const box = this.root.getBoundingClientRect()
    return this.on || (box.width > 0 && box.bottom > 0 && box.top < window.innerHeight)
  }

  async toggle() {
    if (this.holdsScreen()) return document.exitFullscreen()
    if (this.on) return this.set(false)
    try {
      await this.root.requestFullscreen()
    } catch {
      this.set(true)
    }
  }

  follow() {
    if (this.holdsScreen() !== this.on) this.set(this.holdsScreen())
  }

  /** @param {boolean} on */
  set(on) {
    this.root.classList.toggle(CLASS, on)
    this.changed()
  }

  destroy() {
    this.listeners.abort()
    if (this.holdsScreen()) void document.exitFullscreen()
  }
}
