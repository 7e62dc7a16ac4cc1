// The elements of the text. Only the chunks near the visible part have an element for each token, so that 16,384 tokens
// stay quick.
/** @import { Payload, Span } from "../shared/types.js" */
/** @import { Chunk, Layout } from "./layout.js" */
import { append, element } from "../shared/element.js"
import { afterFrame } from "../shared/frames.js"
import { blockElements } from "./blocks.js"
import { chipText, layoutOf } from "./layout.js"

/** Chunks that keep an element for each token. */
const LIVE_CHUNKS = 24
/** Scrolls until a token is in sight, at most. */
const SCROLLS = 5

export class TokenSpans {
  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box
    /** @type {[number, ...string[]][]} Tokens that are lit, and their classes. */
    this.lit = []
    /** @type {Uint8Array | null} */
    this.shades = null
    /** @type {string[]} */
    this.styles = []
    /** @type {Set<number>} */
    this.globals = new Set()
    /** @type {WeakMap<HTMLElement, string>} */
    this.styleOf = new WeakMap()
    /** @type {Set<Chunk>} */
    this.live = new Set()
    /** @type {Map<Element, Chunk>} */
    this.chunkOf = new Map()
    /** @type {Payload | null} */
    this.data = null
    /** @type {Layout | null} */
    this.layout = null
    /** @type {IntersectionObserver | null} */
    this.observer = null
    /** @type {Element | null} The selected paragraph. */
    this.chosen = null
    this.revealed = -1
  }

  /** @param {Payload} data */
  build(data) {
    this.destroy()
    this.data = data
    this.live.clear()
    this.chunkOf.clear()
    this.lit = []
    this.shades = null
    this.chosen = null
    const layout = layoutOf(data)
    this.layout = layout
    this.box.replaceChildren()
    this.box.scrollTop = 0
    this.observer = new IntersectionObserver((entries) => this.seen(entries), {
      root: this.box,
      rootMargin: "400px 0px",
    })
    const all = blockElements(layout, data.text)
    for (const chunk of layout.chunks) if (chunk.element) this.chunkOf.set(chunk.element, chunk)
    if (layout.cut) append(all, "p", "lv-text-cut", "The model read the document up to this point. The rest is not shown.")
    this.box.append(all)
    // What is seen first must not change again.
    for (const chunk of layout.chunks.slice(0, 4)) this.enliven(chunk)
    for (const chunkElement of this.chunkOf.keys()) this.observer.observe(chunkElement)
  }

  /** @param {IntersectionObserverEntry[]} entries */
  seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const chunk = this.chunkOf.get(target)
      if (chunk && isIntersecting) this.enliven(chunk)
      else if (chunk?.spans && this.live.size > LIVE_CHUNKS) this.flatten(chunk)
    }
  }

  /**
   * Give each token of a chunk an element.
   *
   * @param {Chunk} chunk
   */
  enliven(chunk) {
    const { data, layout } = this
    if (chunk.spans || !layout || !data) return
    const { start, stop, owner } = layout
    const parts = document.createDocumentFragment()
    chunk.spans = []
    let at = chunk.start
    for (let token = chunk.from; token < chunk.to; token += 1) {
      if (owner[token] !== token) continue
      const isChip = start[token] === stop[token]
      const span = element("span", isChip ? "lv-token lv-chip" : "lv-token")
      span.dataset.token = String(token)
      if (isChip) {
        span.dir = "ltr"
        span.textContent = chipText(data.pieces[token])
      } else {
        if (start[token] > at) parts.append(data.text.slice(at, start[token]))
        span.textContent = data.text.slice(start[token], stop[token])
        at = stop[token]
      }
      chunk.spans[token - chunk.from] = span
      parts.append(span)
    }
    if (chunk.stop > at) parts.append(data.text.slice(at, chunk.stop))
    chunk.element?.replaceChildren(parts)
    this.live.add(chunk)
    this.shadeChunk(chunk)
    for (const [token, ...names] of this.lit) this.spanOf(token)?.classList.add(...names)
  }

  /**
   * Turn a chunk back into plain text.
   *
   * @param {Chunk} chunk
   */
  flatten(chunk) {
    if (this.isMarking()) return
    chunk.spans = null
    if (chunk.element && this.data) chunk.element.textContent = this.data.text.slice(chunk.start, chunk.stop)
    this.live.delete(chunk)
  }

  /** @param {number} token */
  spanOf(token) {
    const chunk = this.layout?.chunks[this.layout.chunkOf[token]]
    if (!this.layout || !chunk?.spans) return null
    return chunk.spans[this.layout.owner[token] - chunk.from] ?? null
  }

  /**
   * Shade every token by its code; elements are touched only where they are.
   *
   * @param {Uint8Array | null} codes null without a selection.
   * @param {string[]} styles Of each code.
   * @param {Set<number>} globals
   */
  shade(codes, styles, globals) {
    this.globals = globals
    this.styles = styles
    this.shades = codes && Uint8Array.from(codes)
    this.layout?.owner.forEach((owner, token) => {
      if (owner !== token && codes && this.shades) this.shades[owner] = Math.max(this.shades[owner], codes[token])
    })
    this.live.forEach((chunk) => this.shadeChunk(chunk))
  }

  /** @param {Chunk} chunk */
  shadeChunk(chunk) {
    chunk.spans?.forEach((span, index) => {
      if (!span) return
      const token = chunk.from + index
      const code = this.shades ? this.shades[token] : 0
      const style = code ? this.styles[code] : ""
      if ((this.styleOf.get(span) ?? "") !== style) {
        span.style.cssText = style
        this.styleOf.set(span, style)
      }
      span.classList.toggle("lv-global", this.globals.has(token))
    })
  }

  /**
   * Light tokens up.
   *
   * @param {[number, ...string[]][]} lit Tokens and the classes of each.
   */
  light(lit) {
    if (String(lit) === String(this.lit)) return
    for (const [token, ...names] of this.lit) this.spanOf(token)?.classList.remove(...names)
    for (const [token, ...names] of lit) this.spanOf(token)?.classList.add(...names)
    this.lit = lit
  }

  /**
   * Mark the element of the selected paragraph.
   *
   * @param {Span | null} chosen Its tokens.
   */
  choose(chosen) {
    const chunk = chosen && this.layout?.chunks[this.layout.chunkOf[chosen.from]]
    const next = chunk?.element?.closest(".lv-text-paragraph") ?? null
    if (next === this.chosen) return
    this.chosen?.classList.remove("lv-text-chosen")
    next?.classList.add("lv-text-chosen")
    this.chosen = next
  }

  /**
   * Scroll a token into sight, inside the box alone: the page stays where it is.
   *
   * @param {number} token
   */
  reveal(token) {
    const chunk = this.layout?.chunks[this.layout.chunkOf[token]]
    if (!chunk) return
    this.revealed = token
    this.scrollTo(token, SCROLLS)
  }

  /**
   * @param {number} token
   * @param {number} times What comes into sight on the way may be taller or lower than was guessed.
   */
  scrollTo(token, times) {
    if (token !== this.revealed || !times) return
    const chunk = this.layout?.chunks[this.layout.chunkOf[token]]
    if (chunk) this.enliven(chunk)
    const span = this.spanOf(token)?.getBoundingClientRect()
    const box = this.box.getBoundingClientRect()
    if (!span || (span.top >= box.top + 8 && span.bottom <= box.bottom - 8)) return
    this.box.scrollTop += (span.top + span.bottom) / 2 - (box.top + box.bottom) / 2
    afterFrame(() => this.scrollTo(token, times - 1))
  }

  isMarking() {
    const selection = selectionIn(this.box)
    return Boolean(selection && !selection.isCollapsed && String(selection).length > 1)
  }

  destroy() {
    this.observer?.disconnect()
  }
}

/**
 * What is marked with the mouse; a shadow tree has a selection of its own in some browsers.
 *
 * @param {Element} element
 * @returns {Selection | null}
 */
export function selectionIn(element) {
  const root = /** @type {{ getSelection?: () => Selection | null }} */ (element.getRootNode())
  return root.getSelection?.() ?? window.getSelection()
}
