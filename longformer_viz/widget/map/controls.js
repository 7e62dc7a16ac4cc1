// The toolbar over the map: head, view, zoom, scale, share, unlocking and files.

class MapControls {
  constructor(root, store, actions, map) {
    this.root = root
    this.store = store
    this.actions = actions
    root.setAttribute("role", "toolbar")
    root.setAttribute("aria-label", "Attention map")
    const group = () => this.add("div", "lv-group")

    const heads = group()
    this.layer = this.select(heads, "Layer", (value) => actions.openHead(value, store.get().head))
    this.head = this.select(heads, "Head", (value) => actions.openHead(store.get().layer, value))

    const views = group()
    views.classList.add("lv-joined")
    this.square = this.button(views, "Square", "Every pair, to scale", () => map.turnTo("square"))
    this.straight = this.button(views, "Straight", "The band laid straight: token against offset", () =>
      map.turnTo("straight"),
    )

    const zooms = group()
    zooms.classList.add("lv-joined")
    this.button(zooms, "−", "Zoom out", () => map.zoomKeys(1 / 1.6))
    this.button(zooms, "+", "Zoom in", () => map.zoomKeys(1.6))
    this.button(zooms, "Fit", "Show the whole document", () => map.fit())

    const scales = group()
    this.scale = this.add("select", "lv-select", "", scales)
    this.scale.setAttribute("aria-label", "Scale of the colours")
    this.fill(this.scale, [["log", "Log scale"], ["linear", "Linear scale"]])
    this.scale.onchange = () => actions.choose({ scale: this.scale.value })

    const share = this.add("label", "lv-group lv-share")
    share.title = "Of each row, draw only the strongest pairs that together carry this share of it"
    this.add("span", "", "Strongest", share)
    this.percent = this.add("input", "lv-range", "", share)
    Object.assign(this.percent, { type: "range", min: 50, max: 100, step: 1 })
    this.percent.setAttribute("aria-label", "Share of each row that the pairs drawn carry together, in percent")
    this.carried = this.add("output", "lv-output", "", share)
    this.percent.oninput = () => actions.choose({ percent: Number(this.percent.value) })

    this.unlock = this.button(group(), "Unlock", "Unlock the row (Escape)", () => actions.lock(null))
    this.unlock.classList.add("lv-unlock")

    const files = group()
    files.classList.add("lv-joined", "lv-files")
    this.button(files, "PNG", "Save the view as a PNG image", () => mapSavePng(map))
    this.button(files, "SVG", "Save the view as an SVG drawing", () => mapSaveSvg(map))
    this.render(store.get())
  }

  add(name, className, text = "", parent = this.root) {
    const element = document.createElement(name)
    element.className = className
    element.textContent = text
    parent.append(element)
    return element
  }

  button(parent, text, title, act) {
    const button = this.add("button", "lv-button", text, parent)
    Object.assign(button, { type: "button", title, onclick: act })
    if (text.length < 2) button.setAttribute("aria-label", title)
    return button
  }

  select(parent, word, act) {
    const label = this.add("label", "lv-label", "", parent)
    this.add("span", "", word, label)
    const select = this.add("select", "lv-select", "", label)
    select.setAttribute("aria-label", word)
    select.onchange = () => act(Number(select.value))
    return select
  }

  fill(select, options) {
    select.replaceChildren()
    for (const [value, text] of options) this.add("option", "", text, select).value = value
  }

  render(state) {
    const { data, layer, head, mode, scale, percent, locked } = state
    for (const [select, count, value] of [[this.layer, data.layers, layer], [this.head, data.heads, head]]) {
      if (select.options.length !== count) this.fill(select, Array.from({ length: count }, (_, index) => [index, index]))
      select.value = value
    }
    this.square.setAttribute("aria-pressed", String(mode === "square"))
    this.straight.setAttribute("aria-pressed", String(mode === "straight"))
    this.scale.value = scale
    this.percent.value = percent
    const whole = data.views.every((view) => view.overBudget)
    this.percent.disabled = whole
    this.carried.textContent = `${percent} %`
    this.unlock.hidden = locked === null
    if (locked !== null && locked < data.tokens) this.unlock.textContent = `Unlock “${plainPiece(data.pieces[locked], 12)}”`
  }

  destroy() {
    this.root.replaceChildren()
  }
}
