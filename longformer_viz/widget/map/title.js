// What the map shows, in one line: read where the controls are away, in the presenter view.
/** @import { MapPart, MapState } from "../shared/types.js" */
import { countText } from "../shared/numbers.js"

/** @implements {MapPart} */
export class Title {
  /**
   * @param {HTMLElement} root
   * @param {MapState} state
   */
  constructor(root, state) {
    this.root = root
    this.render(state)
  }

  /** @param {MapState} state */
  render({ data }) {
    const [view] = data.views
    const dilation = view.dilation > 1 ? `, dilation ${view.dilation}` : ""
    this.root.textContent = `${data.views.map(({ label }) => label).join(" | ")} · window ${countText(view.window)}${dilation}`
  }

  destroy() {
    this.root.replaceChildren()
  }
}
