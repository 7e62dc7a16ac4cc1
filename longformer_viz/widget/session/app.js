// Buttons that copy the page's link, show it as a QR code, save the session to a file, and open such a file.
/** @import { App, QrCode, Tell } from "../shared/types.js" */
import { saveBlob } from "../shared/download.js"
import { append, appendButton } from "../shared/element.js"
import { QrDialog } from "../shared/qr_dialog.js"
import { KEY } from "../tab_memory/storage.js"
import { keepText, readSession, sessionFile, withMap } from "./file.js"

/**
 * @typedef {{ ownText: boolean, map: Record<string, string>, qr?: QrCode | null }} Data ownText: whether the page shows
 *   the reader's own text; map: what the Attention page wrote into the address, such as pinned runs; qr: of the link
 *   that was asked for last.
 */

/** @implements {App<Data>} */
export class SessionApp {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    /** @type {Tell} */
    this.tell = { setStateValue() {}, setTriggerValue() {} }
    this.ownText = false
    /** @type {Record<string, string>} */
    this.map = {}
    this.qr = new QrDialog()
    this.root = append(parent, "div", "ls-root")
    const buttons = append(this.root, "div", "ls-buttons")
    appendButton(buttons, "ls-button", "Copy link", () => this.copyLink())
    appendButton(buttons, "ls-button", "Show QR code", () => this.qr.ask(this.tell))
    appendButton(buttons, "ls-button", "Save session", () => this.save())
    appendButton(buttons, "ls-button", "Open session", () => this.input.click())
    this.input = append(this.root, "input")
    this.input.type = "file"
    this.input.accept = ".json,application/json"
    this.input.hidden = true
    this.input.onchange = () => this.open()
    this.said = append(this.root, "p", "ls-said")
    this.said.setAttribute("role", "status")
    this.link = append(this.root, "input", "ls-link")
    this.link.readOnly = true
    this.link.hidden = true
    this.link.setAttribute("aria-label", "Link to this page")
  }

  /** @param {Data} data */
  show(data) {
    this.ownText = data.ownText
    this.map = data.map
    this.qr.show(data.qr)
  }

  destroy() {
    this.root.remove()
  }

  async copyLink() {
    const about = this.ownText ? " It does not contain your text. To keep your text, save a session file." : ""
    try {
      await navigator.clipboard.writeText(location.href)
      this.link.hidden = true
      this.say(`Link copied.${about}`)
    } catch {
      this.link.hidden = false // the browser refuses the clipboard on an address without encryption
      this.link.value = location.href
      this.link.select()
      this.say(`Copy the selected link with Ctrl+C.${about}`)
    }
  }

  save() {
    const path = location.pathname.split("/").pop() ?? ""
    const text = this.ownText ? storedText() : null
    if (this.ownText && text === null) {
      this.say("This browser cannot store your text, so the session file would not contain it. Save the text separately.")
      return
    }
    const search = withMap(location.search, path, this.map)
    const file = sessionFile({ path, search, text }, new Date())
    saveBlob(new Blob([file.content], { type: "application/json" }), file.name)
    this.say(`Session saved: settings${text === null ? " and selection" : ", selection and your own text"}.`)
  }

  async open() {
    const file = this.input.files?.[0]
    this.input.value = "" // so that the same file can be chosen again
    if (!file) return
    try {
      const session = readSession(await file.text())
      keepText(session, sessionStorage)
      const folder = location.pathname.slice(0, location.pathname.lastIndexOf("/") + 1)
      location.assign(folder + session.path + session.search)
    } catch (problem) {
      this.say(problem instanceof Error ? problem.message : String(problem))
    }
  }

  /** @param {string} sentence */
  say(sentence) {
    this.said.textContent = sentence
  }
}

function storedText() {
  try {
    return sessionStorage.getItem(KEY)
  } catch {
    return null
  }
}
