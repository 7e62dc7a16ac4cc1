// The teacher's notes in a window of their own: they follow the step that the lesson shows to the class.
/** @import { App, Tell } from "../../shared/types.js" */
/** @import { LessonData, Place } from "../types.js" */
import { append, appendButton } from "../../shared/element.js"
import { onPageKey } from "../../shared/keys.js"
import { commandOf } from "../keys.js"
import { movedPlace, nameOf } from "../state.js"
import { openChannel } from "./channel.js"
import { clockText, noteAt, plannedSeconds } from "./times.js"

/** Milliseconds between two looks at the clock, and until the notes say that no lesson answers. */
const TICK_MS = 500
const PATIENCE_MS = 3000

/** @implements {App<LessonData>} */
export class NotesApp {
  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {string} tab The tab of the lesson that they follow.
   */
  constructor(parent, tab) {
    /** @type {Tell} */
    this.tell = { setStateValue() {}, setTriggerValue() {} }
    /** @type {LessonData | null} */
    this.data = null
    /** @type {Place | null} */
    this.place = null
    this.tab = tab
    this.opened = Date.now()
    this.start = this.opened
    this.stepStart = this.opened
    this.listeners = new AbortController()
    // A dialog covers the page around it, and takes it out of reach of the keyboard.
    this.root = append(parent, "dialog", "le-root le-notes")
    this.root.setAttribute("aria-label", "Teacher’s notes")
    this.root.addEventListener("cancel", (event) => event.preventDefault())
    this.where = append(this.root, "p", "le-notes-where")
    this.title = append(this.root, "h2", "le-heading")
    this.note = append(this.root, "p", "le-notes-now")
    this.note.setAttribute("aria-live", "polite")
    const times = append(this.root, "dl", "le-notes-times")
    this.stepTime = appendTime(times, "This step")
    this.chapterTime = appendTime(times, "Chapter, planned")
    this.elapsed = appendTime(times, "Elapsed")
    this.next = append(this.root, "p", "le-notes-next")
    const bar = append(this.root, "div", "le-bar")
    appendButton(bar, "le-button", "Back", () => this.move(-1), "Left arrow key")
    appendButton(bar, "le-button le-primary", "Next", () => this.move(1), "Right arrow key")
    appendButton(bar, "le-button", "Restart the clock", () => this.restart())
    this.channel = openChannel(this.listeners.signal, (message) => {
      if (message.tab === tab && message.is === "at") this.follow(message.place)
    })
    onPageKey(this.listeners.signal, (event) => this.key(event))
    this.timer = setInterval(() => this.tick(), TICK_MS)
    this.root.showModal()
  }

  /** @param {LessonData} data */
  show(data) {
    this.data = data
    this.ask()
    this.render()
  }

  ask() {
    this.channel.postMessage({ tab: this.tab, is: "asking" })
  }

  /** @param {Place} place */
  follow(place) {
    if (!this.place) this.restart()
    if (!this.place || nameOf(place) !== nameOf(this.place)) this.stepStart = Date.now()
    this.place = place
    this.render()
  }

  restart() {
    this.start = this.stepStart = Date.now()
    this.tick()
  }

  /** @param {1 | -1} by */
  move(by) {
    this.channel.postMessage({ tab: this.tab, is: "moving", by })
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const command = commandOf(event)
    if (command === "next") this.move(1)
    else if (command === "back") this.move(-1)
    else return false
    return true
  }

  tick() {
    const note = this.data && noteAt(this.data.contents, this.place)
    if (!note) {
      this.ask()
      if (Date.now() - this.opened > PATIENCE_MS) this.note.textContent = "No lesson answers. Press N in the lesson to open its notes."
      return
    }
    const seconds = (Date.now() - this.stepStart) / 1000
    this.stepTime.textContent = `${clockText(seconds)} of ${clockText(note.seconds)}`
    this.stepTime.classList.toggle("le-notes-late", seconds > note.seconds)
    this.elapsed.textContent = clockText((Date.now() - this.start) / 1000)
  }

  render() {
    const { data, place } = this
    const note = data && noteAt(data.contents, place)
    if (!data || !place || !note) {
      this.title.textContent = "Teacher’s notes"
      this.note.textContent = "Looking for the lesson …"
      return
    }
    const index = data.contents.findIndex(({ slug }) => slug === place.chapter)
    const { title, steps, notes } = data.contents[index]
    this.where.textContent = `Chapter ${index + 1} of ${data.contents.length}, step ${place.step} of ${steps}`
    this.title.textContent = title
    this.note.textContent = note.say
    this.chapterTime.textContent = clockText(plannedSeconds(notes))
    const next = movedPlace(place, 1, data.contents)
    const said = next && noteAt(data.contents, next)
    const from = data.contents.find(({ slug }) => slug === next?.chapter)?.title
    this.next.textContent = next && said ? `Next: ${from}, step ${next.step}. ${said.say}` : "This is the last step."
    this.tick()
  }

  destroy() {
    clearInterval(this.timer)
    this.listeners.abort()
    this.root.remove()
  }
}

/**
 * @param {HTMLElement} list
 * @param {string} name
 */
function appendTime(list, name) {
  const group = append(list, "div")
  append(group, "dt", "", name)
  return append(group, "dd", "", "–")
}
