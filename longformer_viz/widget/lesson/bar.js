// The bar below the picture: back, play, next, the steps of the chapter, and the way to the real page.
/** @import { Chapter, Place } from "./types.js" */
import { append, appendButton } from "../shared/element.js"

/** @typedef {{ back(): void, next(): void, play(): void, go(step: number): void }} BarActions */

export class Bar {
  /**
   * @param {HTMLElement} parent
   * @param {BarActions} actions
   */
  constructor(parent, actions) {
    this.actions = actions
    this.root = append(parent, "div", "le-bar")
    this.back = appendButton(this.root, "le-button", "Back", actions.back, "Left arrow key")
    this.play = appendButton(this.root, "le-button", "Play", actions.play, "Space")
    this.next = appendButton(this.root, "le-button le-primary", "Next", actions.next, "Right arrow key")
    this.dots = append(this.root, "div", "le-dots")
    this.tryIt = append(this.root, "a", "le-try")
    this.tryIt.target = "_self"
  }

  /**
   * @param {Chapter | undefined} chapter
   * @param {Place} place
   * @param {{ playing: boolean, isFirst: boolean, isLast: boolean, steps: number }} about
   */
  render(chapter, place, { playing, isFirst, isLast, steps }) {
    this.back.disabled = isFirst
    this.next.disabled = isLast
    this.next.textContent = place.step === steps && !isLast ? "Next chapter" : "Next"
    this.play.textContent = playing ? "Pause" : "Play"
    while (this.dots.childElementCount > steps) this.dots.lastElementChild?.remove()
    while (this.dots.childElementCount < steps) {
      const step = this.dots.childElementCount + 1
      appendButton(this.dots, "le-dot", "", () => this.actions.go(step)).setAttribute("aria-label", `Step ${step}`)
    }
    ;[...this.dots.children].forEach((dot, index) => {
      if (index + 1 === place.step) dot.setAttribute("aria-current", "step")
      else dot.removeAttribute("aria-current")
    })
    this.tryIt.hidden = !chapter
    if (!chapter) return
    this.tryIt.textContent = `${chapter.try_it.label} →`
    const back = new URLSearchParams({ lesson: `${place.chapter}.${place.step}` })
    this.tryIt.href = `${chapter.try_it.address}&${back}`
  }
}
