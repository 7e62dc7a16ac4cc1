// A menu that opens over the page and closes when the reader goes on elsewhere.
import { append } from "./element.js"

/**
 * Make a button that opens a menu; returns the menu.
 *
 * @param {HTMLElement} parent
 * @param {string} name
 * @param {string} title
 */
export function foldable(parent, name, title) {
  const fold = append(parent, "details", "lv-fold")
  const button = append(fold, "summary", "lv-button lv-fold-button", name)
  button.title = title
  const menu = append(fold, "div", "lv-fold-menu")
  fold.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !fold.open) return
    fold.open = false
    button.focus()
    event.stopPropagation()
  })
  fold.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !fold.contains(relatedTarget)) fold.open = false
  })
  fold.addEventListener("toggle", () => {
    /** @param {Event} event */
    const elsewhere = (event) => {
      if (event.composedPath().includes(fold)) return
      fold.open = false
      document.removeEventListener("pointerdown", elsewhere)
    }
    if (fold.open) document.addEventListener("pointerdown", elsewhere)
  })
  return menu
}
