// The QR code of the page's link, large enough for a room. The server makes it, because it knows its own address.
/** @import { QrCode, Tell } from "./types.js" */
import { append, appendButton, element } from "./element.js"

const STYLE = `
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
`

/** Asks for QR codes and shows them. */
export class QrDialog {
  constructor() {
    this.isWanted = false
    /** @type {QrCode | null} */
    this.last = null
    /** @type {HTMLDialogElement | null} */
    this.dialog = null
  }

  get isOpen() {
    return this.dialog?.open ?? false
  }

  /**
   * Ask the server for the code of the address that the page has now.
   *
   * @param {Tell} tell
   */
  ask(tell) {
    if (this.last?.link === location.href) {
      this.open(this.last)
      return
    }
    this.isWanted = true
    tell.setTriggerValue("qr_link", location.href)
  }

  /**
   * Show a code that was asked for; one that was not is from an earlier run of the page.
   *
   * @param {QrCode | null | undefined} code
   */
  show(code) {
    if (!this.isWanted || !code || code.link !== location.href) return
    this.isWanted = false
    this.last = code
    this.open(code)
  }

  /** @param {QrCode} code */
  open(code) {
    this.close()
    const dialog = element("dialog", "lv-qr")
    dialog.setAttribute("aria-label", "QR code of this page")
    append(dialog, "style", "", STYLE)
    if (code.picture) {
      const picture = append(dialog, "img")
      picture.alt = `QR code of ${code.address}`
      picture.src = code.picture
    }
    append(dialog, "p", "", code.problem || code.address)
    appendButton(dialog, "", "Close", () => dialog.close())
    const listeners = new AbortController()
    // Before the page sees it: there it would close the menu below, or leave the presenter view.
    window.addEventListener("keydown", (event) => closeOnEscape(event, dialog), {
      signal: listeners.signal,
      capture: true,
    })
    dialog.onclose = () => {
      listeners.abort()
      dialog.remove()
    }
    document.body.append(dialog)
    dialog.showModal()
    this.dialog = dialog
  }

  close() {
    this.dialog?.close()
    this.dialog = null
  }
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLDialogElement} dialog
 */
function closeOnEscape(event, dialog) {
  if (event.key !== "Escape") return
  event.preventDefault()
  event.stopImmediatePropagation()
  dialog.close()
}
