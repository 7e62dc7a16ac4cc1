// Keys that act anywhere on the page, except where the reader types or holds a modifier key.

/**
 * Act on keys of the whole page.
 *
 * @param {AbortSignal} signal Ends it.
 * @param {(event: KeyboardEvent) => boolean} act Returns whether the key was its own.
 * @param {Element} [root] The component. A notebook has keys of its own, so there a key acts only inside the cell.
 */
export function onPageKey(signal, act, root) {
  document.addEventListener(
    "keydown",
    (event) => {
      const cell = root?.closest(".lv-notebook")
      if (cell && !event.composedPath().includes(cell)) return
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return
      if (act(event)) event.preventDefault()
    },
    { signal },
  )
}

/**
 * Whether a key goes into a field or a list of choices.
 *
 * @param {KeyboardEvent} event
 */
function isTyping(event) {
  const target = event.composedPath()[0]
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !["range", "checkbox", "radio", "button"].includes(target.type)
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}
