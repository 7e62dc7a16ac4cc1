// The wire between a tab of the lesson and its window of teacher's notes. Each tab has notes of its own.
/** @import { Place } from "../types.js" */

const CHANNEL = "longformer_viz.lesson_notes"
const TAB = "longformer_viz.lesson_tab"
const SIZE = "popup,width=720,height=640"

/**
 * What the two windows tell each other: the lesson says where it is; the notes ask for it, or ask for a move.
 *
 * @typedef {{ tab: string, is: "at", place: Place } | { tab: string, is: "asking" } | { tab: string, is: "moving", by: 1 | -1 }} Message
 */

/**
 * The tab whose notes an address asks for; empty for none.
 *
 * @param {string} search
 */
export function followedTab(search) {
  const tab = new URLSearchParams(search).get("notes") ?? ""
  return /^[a-z0-9]{4,16}$/.test(tab) ? tab : ""
}

/**
 * @param {AbortSignal} signal Closes the channel.
 * @param {(message: Message) => void} take
 */
export function openChannel(signal, take) {
  const channel = new BroadcastChannel(CHANNEL)
  channel.onmessage = ({ data }) => take(data)
  signal.addEventListener("abort", () => channel.close())
  return channel
}

/** A tab of the lesson: it tells its notes where it is, and moves where they ask. */
export class LessonTab {
  /**
   * @param {AbortSignal} signal
   * @param {{ where(): Place, move(by: 1 | -1): void }} lesson
   */
  constructor(signal, lesson) {
    this.lesson = lesson
    this.name = tabName()
    this.channel = openChannel(signal, (message) => {
      if (message.tab !== this.name) return
      if (message.is === "asking") this.tell()
      if (message.is === "moving") lesson.move(message.by)
    })
  }

  tell() {
    const place = this.lesson.where()
    if (place.chapter) this.channel.postMessage({ tab: this.name, is: "at", place })
  }

  openNotes() {
    const address = new URL(location.pathname, location.href)
    address.searchParams.set("notes", this.name)
    open(address, `lesson_notes_${this.name}`, SIZE)
  }
}

/** The name of this tab, which a reload keeps. */
function tabName() {
  const made = Math.random().toString(36).slice(2, 12).padEnd(4, "0")
  try {
    const kept = sessionStorage.getItem(TAB) ?? made
    sessionStorage.setItem(TAB, kept)
    return kept
  } catch {
    return made // Storage is switched off: after a reload the notes must be opened again.
  }
}
