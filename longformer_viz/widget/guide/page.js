// Leads to a page of the app, and to its documents.

const LINK = "[data-testid=stTopNavLink], [data-testid=stSidebarNavLink]"

/**
 * Open a page without a reload where its link is there.
 *
 * @param {string} path As in the address; "" for the first page.
 */
export function openPage(path) {
  const folder = location.pathname.slice(0, location.pathname.lastIndexOf("/") + 1)
  for (const link of document.querySelectorAll(LINK)) {
    if (link instanceof HTMLAnchorElement && new URL(link.href).pathname === folder + path) return link.click()
  }
  location.assign(folder + path)
}

/** Lead to the documents: open the sidebar where it is closed, and the choice of samples in it. */
export function openDocuments() {
  const closed = document.querySelector("[data-testid=stExpandSidebarButton]")
  if (closed instanceof HTMLElement) closed.click()
  requestAnimationFrame(() => {
    const field = document.querySelector("[data-testid=stSidebar] [data-testid=stSelectbox] input")
    if (!(field instanceof HTMLElement)) return
    field.scrollIntoView({ block: "nearest" })
    field.focus()
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, cancelable: true })) // opens it
  })
}
