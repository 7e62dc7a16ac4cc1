// The button of the tour beside the heading, the welcome of a first visit, and the tour itself.
/** @import { App, Tell, Theme } from "../shared/types.js" */
/** @import { Way } from "./welcome.js" */
import { append, appendButton } from "../shared/element.js"
import { followPresenting, isPresenting } from "../shared/presenting.js"
import { themeOf } from "../shared/theme.js"
import { openDocuments, openPage } from "./page.js"
import { askForTour, isWelcomed, noteWelcomed, takeTourAsked } from "./seen.js"
import { Tour } from "./tour.js"
import { Welcome } from "./welcome.js"

/**
 * @typedef {{ hasTour: boolean, theme: Theme }} Data
 *   hasTour: whether this is the page that the tour shows; theme: the one that the page was made for.
 */

const local = () => localStorage
const ofTab = () => sessionStorage

/** @implements {App<Data>} */
export class GuideApp {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    /** @type {Tell} */
    this.tell = { setStateValue() {}, setTriggerValue() {} }
    this.listeners = new AbortController()
    this.hasTour = false
    this.isNew = true
    /** @type {Theme | null} */
    this.toldTheme = null
    /** @type {Tour | null} */
    this.tour = null
    /** @type {Welcome | null} */
    this.welcome = null
    this.root = append(parent, "div", "lg-root")
    this.button = appendButton(this.root, "lg-tour", "Tour", () => this.learn(), "A one-minute tour of the Attention page")
    followPresenting(this.root, this.listeners.signal, () => this.follow())
  }

  /** @param {Data} data */
  show({ hasTour, theme }) {
    this.hasTour = hasTour
    this.tellTheme(theme)
    if (!this.isNew) return
    this.isNew = false
    if (hasTour && takeTourAsked(ofTab)) this.learn()
    this.follow()
  }

  /** @param {Theme} known The theme that the page was made for. */
  tellTheme(known) {
    const theme = themeOf(this.root, known)
    if (theme === known) this.toldTheme = null
    else if (theme !== this.toldTheme) {
      this.toldTheme = theme // once, so that a page that cannot follow is not run again and again
      this.tell.setStateValue("theme", theme)
    }
  }

  /** Show the welcome to a first visitor, and neither it nor the tour in front of a room. */
  follow() {
    if (isPresenting()) {
      this.tour?.end()
      this.welcome?.destroy()
      this.welcome = null
    } else if (!this.isNew && !this.tour && !this.welcome && !isWelcomed(local)) {
      this.welcome = new Welcome(this.root, (way) => this.choose(way))
    }
  }

  /** @param {Way | null} way */
  choose(way) {
    noteWelcomed(local)
    this.welcome?.destroy()
    this.welcome = null
    if (way === "learn") this.learn()
    else if (way === "explore") openDocuments()
    else if (way === "decide") openPage("compare")
    else this.button.focus({ preventScroll: true })
  }

  learn() {
    this.welcome?.destroy()
    this.welcome = null
    noteWelcomed(local)
    if (!this.hasTour) {
      askForTour(ofTab)
      openPage("")
    } else if (!this.tour) {
      this.tour = new Tour(this.root, () => {
        this.tour = null
        this.button.focus({ preventScroll: true })
      })
    }
  }

  destroy() {
    this.listeners.abort()
    this.tour?.destroy()
    this.welcome?.destroy()
    this.root.remove()
  }
}
