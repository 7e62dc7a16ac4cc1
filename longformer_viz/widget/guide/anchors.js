// Finds parts of the page, those inside the components' shadow trees too.

/**
 * The first element that a selector names and that has a size.
 *
 * @param {string} selector
 * @returns {Element | null}
 */
export function findPart(selector) {
  for (const scope of [document, ...shadowTrees()]) {
    for (const found of scope.querySelectorAll(selector)) {
      if (found.getClientRects().length) return found
    }
  }
  return null
}

/** @returns {ShadowRoot[]} */
function shadowTrees() {
  const found = []
  for (const element of document.querySelectorAll("[data-testid^=stBidiComponent] *, [data-testid^=stBidiComponent]")) {
    if (element.shadowRoot) found.push(element.shadowRoot)
  }
  return found
}
