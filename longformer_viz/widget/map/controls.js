// The toolbar of the map: head, view, fit and full screen; zoom, colours, strongest pairs and files are under Options.
/** @import { Actions, MapState, Scale, Store } from "../shared/types.js" */
/** @import { FullScreen } from "../shared/full_screen.js" */
/** @import { MapView } from "./view.js" */
import { append, appendButton, fillOptions } from "../shared/element.js"
import { foldable } from "../shared/fold.js"
import { widthSelect } from "../shared/image_size.js"
import { savePng, saveSvg } from "./export.js"
/** As the glossary explains the terms. */
const HELP = {
  layer: "One step of the model. Each layer reads the output of the layer below it.",
  head: "One of several attention computations that a layer runs side by side.",
}

export class Controls {
  /**
   * @param {HTMLElement} root
   * @param {Store<MapState>} store
   * @param {Actions} actions
   * @param {MapView} map
   * @param {FullScreen} full
   */
  constructor(root, store, actions, map, full) {
    this.root = root
    root.setAttribute("role", "toolbar")
    root.setAttribute("aria-label", "Attention map")

    const heads = this.group(root)
    this.layer = labelledSelect(heads, "Layer", HELP.layer, (value) => actions.openHead(value, store.get().head))
    this.head = labelledSelect(heads, "Head", HELP.head, (value) => actions.openHead(store.get().layer, value))

    const views = this.group(root, "lv-joined")
    this.square = button(views, "All pairs", "Rows are queries, columns are keys", () => map.camera.turnTo("square"))
    this.straight = button(views, "Band", "Rows are queries, columns are offsets to the key: the window is an upright strip", () =>
      map.camera.turnTo("straight"),
    )

    button(this.group(root), "Fit", "Show the whole document", () => map.camera.fit())
    button(this.group(root), "Full screen", "Full screen (F)", () => void full.toggle())
    const more = foldable(this.group(root), "Options", "Zoom, colour scale, strongest pairs, and image files")
    const zooms = this.group(append(more, "div", "lv-row", "Zoom"), "lv-joined")
    button(zooms, "−", "Zoom out", () => map.moves.zoomStep(-1))
    button(zooms, "+", "Zoom in", () => map.moves.zoomStep(1))
    const scale = append(more, "label", "lv-row", "Colour scale")
    this.scale = append(scale, "select", "lv-select")
    this.scale.setAttribute("aria-label", "Colour scale")
    fillOptions(this.scale, [["log", "Logarithmic"], ["linear", "Linear"]])
    this.scale.onchange = () => actions.choose({ scale: /** @type {Scale} */ (this.scale.value) })
    const share = append(more, "label", "lv-row", "Show the strongest pairs")
    share.title = "Draw only the strongest pairs of each row, until they carry this share of its weight"
    this.percent = append(share, "input", "lv-range")
    Object.assign(this.percent, { type: "range", min: 50, max: 100, step: 1 })
    this.percent.setAttribute("aria-label", "Share of each row's weight that the drawn pairs carry, in per cent")
    this.carried = append(share, "output", "lv-output")
    this.percent.oninput = () => actions.choose({ percent: Number(this.percent.value) })
    this.files(more, map)
    this.render(store.get())
  }

  /**
   * @param {HTMLElement} parent
   * @param {string[]} more Classes besides its own.
   */
  group(parent, ...more) {
    return append(parent, "div", ["lv-group", ...more].join(" "))
  }

  /**
   * @param {HTMLElement} parent
   * @param {MapView} map
   */
  files(parent, map) {
    const wide = append(parent, "label", "lv-row", "Image width")
    const width = widthSelect(wide, "lv-select")
    const files = this.group(append(parent, "div", "lv-row", "Download"), "lv-joined")
    button(files, "PNG", "Download this view as a PNG image", () => savePng(map, Number(width.value)))
    button(files, "SVG", "Download this view as an SVG drawing", () => saveSvg(map))
  }

  /** @param {MapState} state */
  render(state) {
    const { data, layer, head, mode, scale, percent } = state
    fillNumbers(this.layer, data.layers, layer)
    fillNumbers(this.head, data.heads, head)
    this.square.setAttribute("aria-pressed", String(mode === "square"))
    this.straight.setAttribute("aria-pressed", String(mode === "straight"))
    this.scale.value = scale
    this.percent.value = String(percent)
    this.percent.disabled = data.views.every((view) => view.overBudget)
    this.carried.textContent = `${percent}%`
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
 * @param {string} help
 * @param {(value: number) => void} act
 */
function labelledSelect(parent, name, help, act) {
  const label = append(parent, "label", "lv-label")
  label.title = help
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
