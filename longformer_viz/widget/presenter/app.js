// The presenter view of any page: controls away, everything half as large again, and a pointer that a room can see.
/** @import { App, QrCode, Tell } from "../shared/types.js" */
import { append, appendButton, element } from "../shared/element.js"
import { onPageKey } from "../shared/keys.js"
import { followPresenting, isPresenting, present } from "../shared/presenting.js"
import { QrDialog } from "../shared/qr_dialog.js"
import { answerForCharts } from "./charts.js"
import { PAGE_STYLE } from "./page_style.js"

/** Milliseconds that the pointer is seen after its last move. */
const POINTER_MS = 2500
/** CSS pixels of the pointer. */
const POINTER_SIZE = 26

/** @typedef {{ qr: QrCode | null } | null} Data qr: of the link that was asked for last. */

/** @implements {App<Data>} */
export class PresenterApp {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.listeners = new AbortController()
    const { signal } = this.listeners
    /** @type {Tell} */
    this.tell = { setStateValue() {}, setTriggerValue() {} }
    this.root = append(parent, "div", "lv-presenter")
    this.button = appendButton(this.root, "lv-present", "Presenter view", () => present(true), "Presenter view (P)")
    append(this.button, "kbd", "", "P")
    this.style = element("style", "", PAGE_STYLE)
    document.head.append(this.style)
    this.pointer = element("div", "lv-laser")
    this.pointer.setAttribute("aria-hidden", "true")
    this.leave = element("button", "lv-leave", "Leave presenter view (P)")
    this.leave.type = "button"
    this.leave.onclick = () => present(false)
    this.code = element("button", "lv-leave lv-code", "QR code (Q)")
    this.code.type = "button"
    this.code.onclick = () => this.qr.ask(this.tell)
    /** What is seen while the pointer moves. */
    this.seen = [this.pointer, this.leave, this.code]
    this.qr = new QrDialog()
    this.timer = 0
    onPageKey(signal, (event) => this.key(event))
    answerForCharts(signal)
    document.addEventListener("pointermove", (event) => this.point(event), { signal, passive: true })
    document.addEventListener("fullscreenchange", () => this.follow(), { signal })
    followPresenting(this.root, signal, () => this.follow())
  }

  /** @param {Data} data */
  show(data) {
    this.qr.show(data?.qr)
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key.toLowerCase() === "p") present(!isPresenting())
    else if (event.key === "Escape" && isPresenting()) present(false)
    else if (event.key.toLowerCase() === "q" && isPresenting()) this.switchCode()
    else return false
    return true
  }

  switchCode() {
    if (this.qr.isOpen) this.qr.close()
    else this.qr.ask(this.tell)
  }

  follow() {
    if (!isPresenting()) this.qr.close()
    for (const part of this.seen) {
      part.remove()
      if (!isPresenting()) continue
      // Above everything, a component in full screen too.
      part.popover = "manual"
      document.body.append(part)
      part.showPopover?.()
    }
  }

  /** @param {PointerEvent} event */
  point({ clientX, clientY }) {
    if (!isPresenting()) return
    const { style } = this.pointer
    style.transform = `translate(${clientX - POINTER_SIZE / 2}px, ${clientY - POINTER_SIZE / 2}px)`
    for (const part of this.seen) part.classList.add("lv-seen")
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      for (const part of this.seen) part.classList.remove("lv-seen")
    }, POINTER_MS)
  }

  destroy() {
    clearTimeout(this.timer)
    present(false)
    this.qr.close()
    this.listeners.abort()
    for (const part of [this.root, this.style, ...this.seen]) part.remove()
  }
}
