// The document's text, linked to the map: hover lights words up, a click locks one and shades the rest by its row.
// Only the stretches near the visible part have an element for each token, so that 16,384 tokens stay quick.

class TextView {
  constructor(root, store, actions) {
    this.root = root
    this.store = store
    this.actions = actions
    this.lit = []
    this.shades = null
    this.globals = new Set()
    root.classList.add("lv-text")
    this.bar = lvTextElement("div", "lv-text-bar")
    this.status = lvTextElement("span", "lv-text-status")
    this.status.setAttribute("role", "status")
    this.globalButton = lvTextElement("button", "lv-button lv-text-global")
    this.globalButton.type = "button"
    this.bar.append(this.status, this.globalButton)
    this.box = lvTextElement("div", "lv-text-box")
    this.box.tabIndex = 0
    this.box.setAttribute("role", "group")
    this.box.setAttribute(
      "aria-label",
      "Document text. Arrow keys move from token to token, Enter locks one, Escape unlocks, G makes it global or not.",
    )
    root.replaceChildren(this.bar, this.box)
    this.listeners = new AbortController()
    this.listen()
    this.buildLater()
  }

  buildLater() {
    this.ready = false
    lvAfterFrame(() => {
      if (this.ready || this.listeners.signal.aborted) return
      this.ready = true
      this.build(this.store.get().data)
      this.render(this.store.get(), null)
    })
  }

  listen() {
    const on = (target, type, handler) => target.addEventListener(type, handler, { signal: this.listeners.signal })
    on(this.box, "pointermove", (event) => this.hover(this.tokenAt(event)))
    on(this.box, "pointerleave", () => this.hover(null))
    on(this.box, "click", (event) => {
      const token = this.tokenAt(event)
      // Words that were marked with the mouse are being copied, not picked.
      if (token === null || event.detail > 1 || this.selecting()) return
      this.actions.lock(this.store.get().locked === token ? null : token)
    })
    on(this.box, "dblclick", (event) => {
      const token = this.tokenAt(event)
      if (token === null) return
      this.root.getRootNode().getSelection?.()?.removeAllRanges()
      window.getSelection()?.removeAllRanges()
      this.actions.toggleGlobal(token)
    })
    on(this.box, "keydown", (event) => this.key(event))
    on(this.globalButton, "click", () => {
      const { locked } = this.store.get()
      if (locked !== null) this.actions.toggleGlobal(locked)
    })
  }

  selecting() {
    const selection = this.root.getRootNode().getSelection?.() ?? window.getSelection()
    return Boolean(selection && !selection.isCollapsed && String(selection).length > 1)
  }

  tokenAt(event) {
    const element = event.target instanceof Element ? event.target.closest("[data-token]") : null
    return element ? Number(element.dataset.token) : null
  }

  // With a row locked, the word under the pointer is its key: the map then tells the weight between the two.
  hover(token) {
    const { hover, locked } = this.store.get()
    const next = token === null ? null : locked === null ? { query: token, key: null } : { query: locked, key: token }
    if (next?.query !== hover?.query || next?.key !== hover?.key) this.store.set({ hover: next })
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const { data, hover, locked } = this.store.get()
    if (!data?.tokens) return
    const last = data.tokens - 1
    const current = (locked === null ? hover?.query : hover?.key) ?? locked
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }
    let next = null
    if (event.key in steps) next = current === null ? 0 : Math.max(0, Math.min(last, current + steps[event.key]))
    else if (event.key === "Home") next = 0
    else if (event.key === "End") next = last
    else if (event.key === "Enter" || event.key === " ") {
      if (current !== null) this.actions.lock(current === locked ? null : current)
    } else if (event.key === "Escape") this.actions.lock(null)
    else if (event.key.toLowerCase() === "g") {
      if (current !== null) this.actions.toggleGlobal(current)
    } else return
    event.preventDefault()
    if (next === null) return
    this.hover(next)
    this.reveal(next)
  }

  render(state, previous) {
    if (!this.ready) return
    if (previous && state.data !== previous.data && !lvSameText(state.data, previous.data)) return this.buildLater()
    const shading = ["data", "view", "locked", "scale", "percent", "theme", "globals"]
    if (!previous || shading.some((name) => state[name] !== previous[name])) this.shade(state)
    this.light(state)
    if (!previous || ["data", "locked", "globals"].some((name) => state[name] !== previous[name])) this.tell(state)
    if (state.locked !== null && (!previous || state.locked !== previous.locked)) this.reveal(state.locked)
  }

  build(data) {
    this.observer?.disconnect()
    this.data = data // between a new document and its text there is a frame in which the store is ahead
    this.live = new Set()
    this.lit = []
    this.shades = null
    this.layout = data?.tokens ? lvTextLayout(data) : null
    this.box.replaceChildren()
    this.box.scrollTop = 0
    if (!this.layout) return
    const near = { root: this.box, rootMargin: "400px 0px" }
    this.observer = new IntersectionObserver((entries) => this.seen(entries), near)
    const all = document.createDocumentFragment()
    for (const paragraph of this.layout.paragraphs) {
      const element = lvTextElement("p", "lv-text-paragraph")
      element.classList.toggle("lv-text-goes-on", paragraph.goesOn === true)
      element.dir = "auto"
      for (const chunk of paragraph.chunks) {
        chunk.element = lvTextElement("span", "lv-text-chunk", data.text.slice(chunk.start, chunk.stop))
        chunk.element.lvChunk = chunk
        element.append(chunk.element)
      }
      all.append(element)
    }
    if (this.layout.cut) all.append(lvTextElement("p", "lv-text-cut", "The text goes on; the model read it to here."))
    this.box.append(all)
    for (const chunk of this.layout.chunks.slice(0, 4)) this.enliven(chunk) // what is seen first does not change again
    for (const chunk of this.layout.chunks) this.observer.observe(chunk.element)
  }

  seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const chunk = target.lvChunk
      if (isIntersecting) this.enliven(chunk)
      else if (chunk.spans && this.live.size > LV_TEXT_LIVE) this.flatten(chunk)
    }
  }

  // One element for each token of a stretch.
  enliven(chunk) {
    if (chunk.spans) return
    const { data } = this
    const { start, stop, owner } = this.layout
    const parts = document.createDocumentFragment()
    chunk.spans = []
    let at = chunk.start
    for (let token = chunk.from; token < chunk.to; token += 1) {
      if (owner[token] !== token) continue
      const chip = start[token] === stop[token]
      const span = lvTextElement("span", chip ? "lv-token lv-chip" : "lv-token")
      span.dataset.token = token
      if (chip) {
        span.dir = "ltr"
        span.textContent = lvChipText(data.pieces[token])
      } else {
        if (start[token] > at) parts.append(data.text.slice(at, start[token]))
        span.textContent = data.text.slice(start[token], stop[token])
        at = stop[token]
      }
      chunk.spans[token - chunk.from] = span
      parts.append(span)
    }
    if (chunk.stop > at) parts.append(data.text.slice(at, chunk.stop))
    chunk.element.replaceChildren(parts)
    this.live.add(chunk)
    this.shadeChunk(chunk)
    for (const [token, ...names] of this.lit) this.spanOf(token)?.classList.add(...names)
  }

  flatten(chunk) {
    if (this.selecting()) return
    chunk.spans = null
    chunk.element.textContent = this.data.text.slice(chunk.start, chunk.stop)
    this.live.delete(chunk)
  }

  spanOf(token) {
    const chunk = this.layout?.chunks[this.layout.chunkOf[token]]
    return chunk?.spans?.[this.layout.owner[token] - chunk.from] ?? null
  }

  // What every token is shaded with, told once a lock; elements are touched only where they are.
  shade(state) {
    const { data, locked } = state
    this.globals = new Set(state.globals ?? lvView(state)?.globals ?? [])
    this.shades = null
    if (this.layout && locked !== null && locked < data.tokens) {
      const codes = lvRowCodes(state, locked)
      if (codes) {
        this.shades = Uint8Array.from(codes)
        this.layout.owner.forEach((owner, token) => {
          if (owner !== token) this.shades[owner] = Math.max(this.shades[owner], codes[token])
        })
        this.css = lvShades(state)
      }
    }
    this.live?.forEach((chunk) => this.shadeChunk(chunk))
  }

  shadeChunk(chunk) {
    chunk.spans.forEach((span, index) => {
      const token = chunk.from + index
      const code = this.shades ? this.shades[token] : 0
      const css = code ? this.css[code] : ""
      if ((span.lvCss ?? "") !== css) span.style.cssText = span.lvCss = css
      span.classList.toggle("lv-global", this.globals.has(token))
    })
  }

  light(state) {
    const { hover, locked } = state
    const lit = []
    if (locked !== null) lit.push([locked, "lv-locked"])
    if (hover) {
      if (hover.query !== null) lit.push([hover.query, "lv-query"])
      if (hover.key !== null) {
        lit.push([hover.key, "lv-key", `lv-key-${pairKind(lvView(state), hover.query, hover.key)}`])
      }
    }
    if (String(lit) === String(this.lit)) return
    for (const [token, ...names] of this.lit) this.spanOf(token)?.classList.remove(...names)
    for (const [token, ...names] of lit) this.spanOf(token)?.classList.add(...names)
    this.lit = lit
  }

  // The line above the text: what is locked. What is under the pointer, the map's own line tells.
  tell({ data, locked }) {
    const isLocked = locked !== null && locked < (data?.tokens ?? 0)
    const line = isLocked
      ? `Row of ${locked.toLocaleString("en")} “${plainPiece(data.pieces[locked], 16)}”`
      : "Click a word: its row shades the text."
    if (this.status.textContent !== line) this.status.textContent = line
    this.globalButton.hidden = !isLocked
    const isGlobal = isLocked && this.globals.has(locked)
    this.globalButton.textContent = isGlobal ? "Not global" : "Make global"
    this.globalButton.title = isGlobal ? "Attend in the window again (G)" : "Attend everywhere (G)"
  }

  // Scrolls within the box alone: the page stays where it is.
  reveal(token) {
    const chunk = this.layout?.chunks[this.layout.chunkOf[token]]
    if (!chunk) return
    this.enliven(chunk)
    const place = this.spanOf(token).getBoundingClientRect()
    const box = this.box.getBoundingClientRect()
    if (place.top < box.top + 8 || place.bottom > box.bottom - 8) {
      this.box.scrollTop += (place.top + place.bottom) / 2 - (box.top + box.bottom) / 2
    }
  }

  destroy() {
    this.listeners.abort()
    this.observer?.disconnect()
    this.root.replaceChildren()
    this.root.classList.remove("lv-text")
  }
}
