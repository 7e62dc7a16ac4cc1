// What a click in the text selects: a token, its sentence, or its paragraph.
/** @import { Actions, MapState, Store, Unit } from "../shared/types.js" */
import { append, appendButton } from "../shared/element.js"
import { UNITS } from "../shared/selection.js"

const NAMES = { token: "Token", sentence: "Sentence", paragraph: "Paragraph" }
const TITLES = {
  token: "Select a token and read what it attends to (key 1)",
  sentence: "Select a sentence and read the mean attention of its tokens (key 2)",
  paragraph: "Select a paragraph and read the mean attention of its tokens (key 3)",
}

export class UnitControl {
  /**
   * @param {HTMLElement} parent
   * @param {Store<MapState>} store
   * @param {Actions} actions
   */
  constructor(parent, store, actions) {
    this.store = store
    this.actions = actions
    this.root = append(parent, "div", "lv-label lv-unit")
    append(this.root, "span", "", "Select")
    const group = append(this.root, "div", "lv-group lv-joined")
    group.setAttribute("role", "group")
    group.setAttribute("aria-label", "Select")
    this.buttons = UNITS.map((unit) => appendButton(group, "lv-button", NAMES[unit], () => this.choose(unit), TITLES[unit]))
  }

  /** @param {Unit} unit */
  choose(unit) {
    if (unit !== this.store.get().unit) this.actions.choose({ unit })
  }

  /**
   * Choose by the keys 1, 2 and 3; returns whether it was one of them.
   *
   * @param {string} key
   */
  key(key) {
    const unit = UNITS[Number(key) - 1]
    if (unit) this.choose(unit)
    return Boolean(unit)
  }

  /** @param {MapState} state */
  render({ unit }) {
    this.buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(UNITS[index] === unit)))
  }
}
