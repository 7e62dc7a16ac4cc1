// The toolbar over the map: head, view, zoom, colour scale, strongest pairs, the selection, and files.
/** @import { Actions, MapState, Scale, Store } from "../shared/types.js" */
/** @import { MapView } from "./view.js" */
import { append, appendButton, fillOptions } from "../shared/element.js"
import { savePng, saveSvg } from "./export.js"

export class Controls {
  /**
   * @param {HTMLElement} root
   * @param {Store<MapState>} store
   * @param {Actions} actions
   * @param {MapView} map
   */
  constructor(root, store, actions, map) {
    this.root = root
    root.setAttribute("role", "toolbar")
    root.setAttribute("aria-label", "Attention map")

    const heads = this.group()
    this.layer = labelledSelect(heads, "Layer", (value) => actions.openHead(value, store.get().head))
    this.head = labelledSelect(heads, "Head", (value) => actions.openHead(store.get().layer, value))

    const views = this.group("lv-joined")
    this.square = button(views, "Square", "Query against key, to scale", () => map.camera.turnTo("square"))
    this.straight = button(views, "Straight", "Query against offset: the band as an upright strip", () =>
      map.camera.turnTo("straight"),
    )

    const zooms = this.group("lv-joined")
    button(zooms, "−", "Zoom out", () => map.moves.zoomStep(-1))
    button(zooms, "+", "Zoom in", () => map.moves.zoomStep(1))
    button(zooms, "Fit", "Show the whole document", () => map.camera.fit())

    this.scale = append(this.group(), "select", "lv-select")
    this.scale.setAttribute("aria-label", "Colour scale")
    fillOptions(this.scale, [["log", "Log scale"], ["linear", "Linear scale"]])
    this.scale.onchange = () => actions.choose({ scale: /** @type {Scale} */ (this.scale.value) })

    const share = append(root, "label", "lv-group lv-share")
    share.title = "Draw only the strongest pairs of each row, until they carry this share of its weight"
    append(share, "span", "", "Strongest")
    this.percent = append(share, "input", "lv-range")
    Object.assign(this.percent, { type: "range", min: 50, max: 100, step: 1 })
    this.percent.setAttribute("aria-label", "Share of each row's weight that the drawn pairs carry, in per cent")
    this.carried = append(share, "output", "lv-output")
    this.percent.oninput = () => actions.choose({ percent: Number(this.percent.value) })

    this.clear = button(this.group(), "Clear selection", "Clear the selected token (Escape)", () => actions.lock(null))
    this.clear.classList.add("lv-clear")

    const files = this.group("lv-joined", "lv-files")
    button(files, "PNG", "Download this view as a PNG image", () => savePng(map))
    button(files, "SVG", "Download this view as an SVG drawing", () => saveSvg(map))
    this.render(store.get())
  }

  /** @param {string[]} more Classes besides its own. */
  group(...more) {
    return append(this.root, "div", ["lv-group", ...more].join(" "))
  }

  /** @param {MapState} state */
  render(state) {
    const { data, layer, head, mode, scale, percent, locked } = state
    fillNumbers(this.layer, data.layers, layer)
    fillNumbers(this.head, data.heads, head)
    this.square.setAttribute("aria-pressed", String(mode === "square"))
    this.straight.setAttribute("aria-pressed", String(mode === "straight"))
    this.scale.value = scale
    this.percent.value = String(percent)
    this.percent.disabled = data.views.every((view) => view.overBudget)
    this.carried.textContent = `${percent}%`
    this.clear.hidden = locked === null
  }

  destroy() {
    this.root.replaceChildren()
  }
}

/**
 * @param {HTMLElement} parent
 * @param {string} text
 * @param {string} title
 * @param {() => void} act
 */
function button(parent, text, title, act) {
  return appendButton(parent, "lv-button", text, act, title)
}

/**
 * @param {HTMLElement} parent
 * @param {string} name
 * @param {(value: number) => void} act
 */
function labelledSelect(parent, name, act) {
  const label = append(parent, "label", "lv-label")
  append(label, "span", "", name)
  const select = append(label, "select", "lv-select")
  select.setAttribute("aria-label", name)
  select.onchange = () => act(Number(select.value))
  return select
}

/**
 * @param {HTMLSelectElement} select
 * @param {number} count
 * @param {number} chosen
 */
function fillNumbers(select, count, chosen) {
  if (select.options.length !== count) fillOptions(select, Array.from({ length: count }, (_, index) => [index, index]))
  select.value = String(chosen)
}
