// The diagram of chapters: the table of contents, with what was read.
/** @import { LessonData, Place, Progress } from "./types.js" */
import { append, appendButton } from "../shared/element.js"
import { moveFocus } from "../shared/focus.js"
import { draw } from "./svg.js"

const RADIUS = 13
const AROUND = 2 * Math.PI * (RADIUS - 2)
const STEPS = { ArrowDown: 1, ArrowUp: -1 }

export class Contents {
  /**
   * @param {HTMLElement} parent
   * @param {(place: Place) => void} go
   */
  constructor(parent, go) {
    this.go = go
    this.root = append(parent, "nav", "le-contents")
    this.root.setAttribute("aria-label", "Chapters")
    this.list = append(this.root, "ol", "le-chapters")
    this.built = ""
    /** @type {HTMLButtonElement[]} */
    this.buttons = []
  }

  /**
   * @param {LessonData} data
   * @param {Place} place
   * @param {Progress} progress
   */
  render(data, place, progress) {
    const names = JSON.stringify(data.contents)
    if (names !== this.built) this.build(data)
    this.built = names
    data.contents.forEach(({ slug, steps, title }, index) => {
      const button = this.buttons[index]
      const read = Math.min(steps, progress.read[slug] ?? 0)
      const here = slug === place.chapter
      if (here) button.setAttribute("aria-current", "page")
      else button.removeAttribute("aria-current")
      button.tabIndex = here ? 0 : -1
      button.classList.toggle("le-done", read === steps)
      button.title = `${title}: ${read} of ${steps} steps read`
      const arc = button.querySelector(".le-arc")
      arc?.setAttribute("stroke-dasharray", `${(AROUND * read) / steps} ${AROUND}`)
      const done = button.querySelector(".le-done-mark")
      if (done) done.textContent = read === steps ? "✓" : ""
    })
    this.show(this.buttons[data.contents.findIndex(({ slug }) => slug === place.chapter)])
  }

  /**
   * Bring a chapter into sight where the chapters stand in one row, on a narrow screen.
   *
   * @param {HTMLElement} button
   */
  show(button) {
    const { left, right } = this.list.getBoundingClientRect()
    const box = button.getBoundingClientRect()
    if (box.left < left || box.right > right) this.list.scrollLeft += (box.left + box.right - left - right) / 2
  }

  /** @param {LessonData} data */
  build({ contents }) {
    this.list.replaceChildren()
    this.buttons = contents.map(({ slug, title }, index) => {
      const button = appendButton(append(this.list, "li"), "le-chapter", "", () => this.go({ chapter: slug, step: 1 }))
      const mark = draw(button, "svg", { viewBox: "0 0 26 26", width: 26, height: 26, "aria-hidden": "true" })
      draw(mark, "circle", { cx: 13, cy: 13, r: RADIUS - 2, class: "le-disc" })
      draw(mark, "circle", { cx: 13, cy: 13, r: RADIUS - 2, class: "le-arc", transform: "rotate(-90 13 13)" })
      draw(mark, "text", { x: 13, y: 17, "text-anchor": "middle", class: "le-disc-number" }, String(index + 1))
      append(button, "span", "le-chapter-title", title)
      append(button, "span", "le-done-mark")
      button.onkeydown = (event) => moveFocus(event, this.buttons, index, STEPS)
      return button
    })
  }
}
