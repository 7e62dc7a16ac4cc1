// The map in a notebook: the same component as in the app, with an anywidget model as its host.
/** @import { Host } from "../shared/types.js" */
import mountMap from "../map/index.js"
import { append } from "../shared/element.js"

/**
 * @typedef {object} Model What anywidget gives: the traits of the Python object.
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(event: string, act: () => void) => void} on
 * @property {(event: string, act: () => void) => void} off
 */

const FINISHED = "This map shows a finished run. To change its global tokens, run the model again with another spec."

/**
 * A copy of a trait's bytes, aligned as the decoder needs them.
 *
 * @param {DataView} view
 */
function bytesOf(view) {
  return new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength))
}

/**
 * Show the map of a model in a cell.
 *
 * @param {{ model: Model, el: HTMLElement }} cell
 * @returns {() => void} Takes the map down.
 */
function render({ model, el }) {
  const home = append(el, "div", "lv-notebook")
  home.dataset.lmSuppressShortcuts = "true" // JupyterLab's own keys, such as L, would act as well
  const place = append(home, "div")
  const note = append(home, "p", "lv-notebook-note")
  note.setAttribute("role", "status")
  /** @type {Omit<Host<Uint8Array>, "data">} */
  const host = {
    parentElement: place,
    setStateValue(name, value) {
      model.set(name, value)
      model.save_changes()
    },
    setTriggerValue() {
      note.textContent = FINISHED
    },
  }
  let unmount = () => {}
  const show = () => {
    home.dataset.theme = model.get("theme")
    unmount = mountMap({ ...host, data: bytesOf(model.get("payload")) })
  }
  model.on("change:payload", show)
  show()
  return () => {
    model.off("change:payload", show)
    unmount()
  }
}

export default { render }
