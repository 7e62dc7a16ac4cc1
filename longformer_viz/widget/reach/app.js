// What one token can know after each layer: a strip a layer for each pattern, and the text, both growing together.
const REACH_MOUNTED = new WeakMap()
const REACH_NEVER = 255
const REACH_STEP_MS = 900
const REACH_COLOURS = { known: "#0072B2", wanted: "#F0E442", ground: { light: "#ECECEC", dark: "#2A2D34" } }

export default function ({ data, parentElement, setTriggerValue }) {
  let app = REACH_MOUNTED.get(parentElement)
  if (!app) {
    app = new ReachApp(parentElement)
    REACH_MOUNTED.set(parentElement, app)
  }
  app.tell = setTriggerValue
  app.show(data)
  return () => {
    app.destroy()
    REACH_MOUNTED.delete(parentElement)
  }
}

function reachElement(parent, name, className, text = "") {
  const made = document.createElement(name)
  made.className = className
  made.textContent = text
  parent.append(made)
  return made
}

class ReachApp {
  constructor(parent) {
    this.root = reachElement(parent, "div", "rv-root")
    this.bar = reachElement(this.root, "div", "rv-bar")
    this.play = this.button("Play", () => (this.timer ? this.pause() : this.start()))
    this.back = this.button("Step back", () => this.step(-1))
    this.forward = this.button("Step", () => this.step(1))
    this.told = reachElement(this.bar, "b", "rv-told")
    this.told.setAttribute("aria-live", "polite")
    const roles = reachElement(this.bar, "span", "rv-roles", "A click in the text sets ")
    this.role = "looking"
    this.roles = [["looking", "who looks"], ["wanted", "what it looks for"]].map(([role, words]) => {
      const button = reachElement(roles, "button", `rv-button rv-${role}`, words)
      button.type = "button"
      button.onclick = () => {
        this.role = role
        this.render()
      }
      return [role, button]
    })
    this.button("PNG", () => this.save())
    this.body = reachElement(this.root, "div", "rv-body")
    this.strips = reachElement(this.body, "div", "rv-strips")
    this.box = reachElement(this.body, "div", "rv-text")
    this.box.tabIndex = 0
    this.box.setAttribute("role", "document")
    this.shownPattern = 0
    this.at = null
    this.observer = new ResizeObserver(() => this.later())
    this.observer.observe(this.strips)
    this.root.lvReach = {
      state: () => ({ at: this.at, playing: Boolean(this.timer), pattern: this.shownPattern, ...this.data?.grid }),
      layers: (number) => [...this.data.arrays[`layers${number}`]],
    }
  }

  button(text, act) {
    const button = reachElement(this.bar, "button", "rv-button", text)
    button.type = "button"
    button.onclick = act
    return button
  }

  show(bytes) {
    if (bytes === this.bytes) return this.render()
    this.bytes = bytes
    let data
    try {
      data = decodePayload(bytes)
    } catch (fault) {
      if (!(fault instanceof PayloadFault)) throw fault
      this.told.textContent = fault.message
      return
    }
    const before = this.data
    this.data = data
    if (this.at === null || this.at > data.layers || before?.layers !== data.layers) this.at = data.layers
    this.shownPattern = Math.min(this.shownPattern, data.grid.names.length - 1)
    this.build()
    if (!before || before.text !== data.text) this.write()
    this.colour()
    this.render()
    if (!before || before.grid.looking !== data.grid.looking) this.scroll()
  }

  start() {
    if (this.at >= this.data.layers) this.at = 0
    this.timer = setInterval(() => {
      this.at += 1
      if (this.at >= this.data.layers) this.pause()
      this.render()
    }, REACH_STEP_MS)
    this.render()
  }

  pause() {
    clearInterval(this.timer)
    this.timer = null
    this.render()
  }

  step(by) {
    clearInterval(this.timer)
    this.timer = null
    this.at = Math.min(this.data.layers, Math.max(0, this.at + by))
    this.render()
  }

  build() {
    this.strips.replaceChildren()
    this.canvases = this.data.grid.names.map((name, number) => {
      const row = reachElement(this.strips, "button", "rv-strip")
      row.type = "button"
      row.title = `Show ${name} over the text`
      row.onclick = () => {
        this.shownPattern = number
        this.colour()
        this.render()
      }
      const words = reachElement(row, "span", "rv-words")
      reachElement(words, "b", "", name)
      reachElement(words, "span", "rv-when")
      const canvas = reachElement(row, "canvas", "rv-canvas")
      canvas.setAttribute("role", "img")
      return canvas
    })
  }

  // The text once, a span for each token; what is known is a class, so that a layer more costs nothing.
  write() {
    const { text, offsets, tokens } = this.data
    this.spans = new Array(tokens).fill(null)
    const parts = document.createDocumentFragment()
    let place = 0
    for (let token = 0; token < tokens; token++) {
      const [start, stop] = [offsets[2 * token], offsets[2 * token + 1]]
      if (stop <= start || start < place) continue
      // Blanks belong to the word before them, so that shading has no gaps; not so the ends of lines.
      const between = text.slice(place, start)
      if (parts.lastElementChild && /^ +$/.test(between)) parts.lastElementChild.textContent += between
      else parts.append(between)
      const span = document.createElement("span")
      span.textContent = text.slice(start, stop)
      span.dataset.token = token
      parts.append(span)
      this.spans[token] = span
      place = stop
    }
    parts.append(text.slice(place))
    this.box.replaceChildren(parts)
    this.box.onclick = (event) => {
      const token = event.target.dataset?.token
      if (token !== undefined) this.tell("picked", { role: this.role, position: Number(token) })
    }
    this.box.onmousemove = (event) => {
      const token = event.target.dataset?.token
      if (token !== undefined) event.target.title = this.wordsFor(Number(token))
    }
  }

  wordsFor(token) {
    const told = this.data.grid.names.map((name, number) => {
      const layers = this.data.arrays[`layers${number}`][token]
      return `${name}: ${layers === REACH_NEVER ? "never" : `after ${layers} layer${layers === 1 ? "" : "s"}`}`
    })
    return `token ${token}\n${told.join("\n")}`
  }

  colour() {
    const layers = this.data.arrays[`layers${this.shownPattern}`]
    const { looking, wanted } = this.data.grid
    this.spans.forEach((span, token) => {
      if (!span) return
      const roles = `${token === looking ? " rv-is-looking" : ""}${token === wanted ? " rv-is-wanted" : ""}`
      const wantedClass = `rv-l${layers[token]}${roles}`
      if (span.className !== wantedClass) span.className = wantedClass
    })
  }

  render() {
    if (!this.data) return
    const { layers: depth, grid, tokens, arrays } = this.data
    const theme = this.theme()
    this.play.textContent = this.timer ? "Pause" : "Play"
    this.back.disabled = this.at <= 0
    this.forward.disabled = this.at >= depth
    this.told.textContent = this.at ? `after ${this.at} of ${depth} layers` : "before the first layer"
    for (const [role, button] of this.roles) button.setAttribute("aria-pressed", String(role === this.role))
    if (!this.sheet) this.sheet = reachElement(this.root, "style", "")
    const known = Array.from({ length: this.at + 1 }, (_, layer) => `.rv-text .rv-l${layer}`)
    this.sheet.textContent = `${known.join(", ")} { background: color-mix(in srgb, ${REACH_COLOURS.known} ${theme === "dark" ? 55 : 26}%, transparent) }`
    this.box.setAttribute("aria-label", `The document; shaded: what token ${grid.looking} can know ${this.told.textContent} under ${grid.names[this.shownPattern]}`)
    this.canvases.forEach((canvas, number) => {
      const row = canvas.parentElement
      row.setAttribute("aria-pressed", String(number === this.shownPattern))
      const found = arrays[`layers${number}`]
      let count = 0
      for (let token = 0; token < tokens; token++) if (found[token] <= this.at) count += 1
      const when = found[grid.wanted]
      const met = when === REACH_NEVER ? "never meets it" : when <= this.at ? `met it after ${when}` : "not yet"
      row.querySelector(".rv-when").textContent = ` knows ${count.toLocaleString("en")} tokens, ${met}`
      canvas.setAttribute("aria-label", `${grid.names[number]}: ${this.told.textContent} it${row.querySelector(".rv-when").textContent}.`)
      this.strip(canvas, found, theme)
    })
  }

  // A row for each layer, the first on top; marks where the two tokens stand.
  strip(canvas, found, theme) {
    const { layers: depth, tokens, grid } = this.data
    const ratio = Math.min(2, window.devicePixelRatio || 1)
    const width = Math.round(Math.max(120, canvas.clientWidth) * ratio)
    const [tall, top] = [Math.max(3, Math.min(8, Math.floor(64 / (depth + 1)))) * ratio, 9 * ratio]
    const height = top + (depth + 1) * tall
    if (canvas.width !== width) canvas.width = width
    if (canvas.height !== height) canvas.height = height
    canvas.style.height = `${height / ratio}px`
    const context = canvas.getContext("2d")
    context.clearRect(0, 0, width, height)
    // For each pixel the layer at which any of its tokens is known.
    const first = new Uint8Array(width).fill(REACH_NEVER)
    for (let token = 0; token < tokens; token++) {
      const from = Math.min(width - 1, Math.floor((token * width) / tokens))
      const to = Math.max(from + 1, Math.floor(((token + 1) * width) / tokens))
      for (let x = from; x < to && x < width; x++) if (found[token] < first[x]) first[x] = found[token]
    }
    for (let layer = 0; layer <= depth; layer++) {
      const y = top + layer * tall
      context.fillStyle = REACH_COLOURS.ground[theme]
      context.fillRect(0, y, width, tall - ratio)
      if (layer > this.at) continue
      context.fillStyle = REACH_COLOURS.known
      for (let x = 0; x < width; ) {
        if (first[x] > layer) {
          x += 1
          continue
        }
        let end = x
        while (end < width && first[end] <= layer) end += 1
        context.fillRect(x, y, Math.max(end - x, 2 * ratio), tall - ratio)
        x = end
      }
    }
    const ink = theme === "dark" ? "#FAFAFA" : "#31333F"
    this.mark(context, ((grid.looking + 0.5) * width) / tokens, top, height, ink, ink, ratio)
    this.mark(context, ((grid.wanted + 0.5) * width) / tokens, top, height, REACH_COLOURS.wanted, ink, ratio, true)
  }

  mark(context, x, top, height, fill, ink, ratio, isWanted = false) {
    const half = 4.5 * ratio
    x = Math.min(context.canvas.width - half, Math.max(half, x))
    context.fillStyle = fill
    context.strokeStyle = ink
    context.lineWidth = ratio
    context.beginPath()
    context.moveTo(x - half, 0.5)
    context.lineTo(x + half, 0.5)
    context.lineTo(x, top - ratio)
    context.closePath()
    context.fill()
    context.stroke()
    context.setLineDash(isWanted ? [3 * ratio, 2 * ratio] : [])
    context.beginPath()
    context.moveTo(x, top)
    context.lineTo(x, height)
    context.strokeStyle = isWanted ? fill : ink
    context.stroke()
    context.setLineDash([])
  }

  scroll() {
    const span = this.spans[this.data.grid.looking]
    if (!span) return
    const top = span.getBoundingClientRect().top - this.box.getBoundingClientRect().top + this.box.scrollTop
    this.box.scrollTo({ top: top - this.box.clientHeight * 0.4, behavior: "instant" })
  }

  save() {
    const ratio = Math.min(2, window.devicePixelRatio || 1)
    const line = 18 * ratio
    const tall = this.canvases[0].height + line + 8 * ratio
    const canvas = document.createElement("canvas")
    canvas.width = this.canvases[0].width + 16 * ratio
    canvas.height = tall * this.canvases.length + 16 * ratio
    const context = canvas.getContext("2d")
    const style = getComputedStyle(this.root)
    context.fillStyle = style.getPropertyValue("--st-background-color").trim() || "#ffffff"
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.fillStyle = style.color
    context.font = `${12 * ratio}px sans-serif`
    this.canvases.forEach((strip, number) => {
      const y = 8 * ratio + number * tall
      context.fillText(strip.parentElement.querySelector(".rv-words").textContent, 8 * ratio, y + 0.75 * line)
      context.drawImage(strip, 8 * ratio, y + line)
    })
    canvas.toBlob((blob) => {
      const link = document.createElement("a")
      link.href = URL.createObjectURL(blob)
      link.download = `reach_after_${this.at}_layers.png`
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 10000)
    })
  }

  later() {
    cancelAnimationFrame(this.frame)
    this.frame = requestAnimationFrame(() => this.render())
  }

  theme() {
    const found = getComputedStyle(this.root).getPropertyValue("--st-background-color").trim()
    if (!/^#[0-9a-f]{6}$/i.test(found)) return "light"
    const [red, green, blue] = [1, 3, 5].map((start) => parseInt(found.slice(start, start + 2), 16))
    return 0.3 * red + 0.6 * green + 0.1 * blue < 110 ? "dark" : "light"
  }

  destroy() {
    clearInterval(this.timer)
    cancelAnimationFrame(this.frame)
    this.observer.disconnect()
    this.root.remove()
  }
}
