// The text of the reach: an element for each token, whose class says after how many layers it is known.
/** @import { Payload } from "../shared/types.js" */
import { element } from "../shared/element.js"

export class ReachText {
  /**
   * @param {HTMLElement} box
   * @param {(token: number) => void} onPick
   * @param {(token: number) => string} titleOf
   */
  constructor(box, onPick, titleOf) {
    this.box = box
    box.tabIndex = 0
    box.setAttribute("role", "document")
    /** @type {(HTMLElement | null)[]} */
    this.spans = []
    box.onclick = (event) => {
      const span = tokenSpan(event)
      if (span) onPick(Number(span.dataset.token))
    }
    box.onmousemove = (event) => {
      const span = tokenSpan(event)
      if (span) span.title = titleOf(Number(span.dataset.token))
    }
  }

  /**
   * Write the text once; the classes of its tokens change, so that one more layer costs nothing.
   *
   * @param {Payload<any>} data
   */
  write({ text, offsets, tokens }) {
    this.spans = new Array(tokens).fill(null)
    const parts = document.createDocumentFragment()
    let position = 0
    for (let token = 0; token < tokens; token++) {
      const [start, stop] = [offsets[2 * token], offsets[2 * token + 1]]
      if (stop <= start || start < position) continue
      // Spaces belong to the word before them, so that the shading has no gaps; the ends of lines do not.
      const between = text.slice(position, start)
      if (parts.lastElementChild && /^ +$/.test(between)) parts.lastElementChild.textContent += between
      else parts.append(between)
      const span = element("span", "", text.slice(start, stop))
      span.dataset.token = String(token)
      parts.append(span)
      this.spans[token] = span
      position = stop
    }
    parts.append(text.slice(position))
    this.box.replaceChildren(parts)
  }

  /**
   * Class every token by the layers after which it is known, and mark the two chosen ones.
   *
   * @param {Uint8Array} layers
   * @param {number} looking
   * @param {number} wanted
   */
  colour(layers, looking, wanted) {
    this.spans.forEach((span, token) => {
      if (!span) return
      const roles = `${token === looking ? " rv-is-looking" : ""}${token === wanted ? " rv-is-wanted" : ""}`
      const className = `rv-l${layers[token]}${roles}`
      if (span.className !== className) span.className = className
    })
  }

  /** @param {number} token */
  scrollTo(token) {
    const span = this.spans[token]
    if (!span) return
    const top = span.getBoundingClientRect().top - this.box.getBoundingClientRect().top + this.box.scrollTop
    this.box.scrollTo({ top: top - this.box.clientHeight * 0.4, behavior: "instant" })
  }
}

/** @param {Event} event */
function tokenSpan(event) {
  const { target } = event
  return target instanceof HTMLElement && target.dataset.token !== undefined ? target : null
}
