// A session file: the address of a page, which holds every setting, and the reader's own text. It is made and opened in
// the browser, so the server never stores it.
import { KEY } from "../tab_memory/storage.js"

const FORMAT = 1
const NAME = "longformer_viz_session"

/**
 * @typedef {{ path: string, search: string, text: string | null }} Session path: of the page, relative to the app's
 *   address; search: the query string with its question mark, or nothing; text: the reader's own text.
 */

/**
 * Write a session as a file.
 *
 * @param {Session} session
 * @param {Date} now
 */
export function sessionFile(session, now) {
  const page = session.path.split("/").pop() || "attention"
  const day = now.toISOString().slice(0, 10)
  const content = JSON.stringify({ [NAME]: FORMAT, saved: now.toISOString(), ...session }, null, 1)
  return { name: `longformer_viz_${page}_${day}.json`, content }
}

/**
 * The address of a page, with what the address of the Attention page had: its pinned runs and the map's view.
 *
 * @param {string} search The query string.
 * @param {string} path The page; the Attention page's is empty, and its address has everything.
 * @param {Record<string, string>} map
 */
export function withMap(search, path, map) {
  if (!path) return search
  const all = new URLSearchParams(search)
  for (const [name, value] of Object.entries(map)) if (!all.has(name)) all.set(name, value)
  return all.size ? `?${all}` : ""
}

/**
 * Read a session file.
 *
 * @param {string} content
 * @returns {Session}
 * @throws {Error} The file is no session file of this version; the message says what to do.
 */
export function readSession(content) {
  let found
  try {
    found = JSON.parse(content)
  } catch {
    throw new Error("A session file must be complete. This file is damaged or has another format. Save the session again.")
  }
  const format = found?.[NAME]
  if (format === undefined) {
    throw new Error("This file is not a session of Longformer Viz. Choose a file saved with Save session.")
  }
  if (format !== FORMAT) {
    throw new Error(
      `This version opens session files of format ${FORMAT}. This file has format ${JSON.stringify(format)}. ` +
        "Open it with the version that saved it.",
    )
  }
  const { path, search, text } = found
  const isWhole =
    typeof path === "string" && typeof search === "string" && (text === null || typeof text === "string")
  // Only a page's own name and a query string, so that no file leads to another site.
  if (!isWhole || !/^[a-z]*$/.test(path) || !(search === "" || search.startsWith("?"))) {
    throw new Error("A session file must name a page, its settings and its text. This file is damaged. Save it again.")
  }
  return { path, search, text }
}

/**
 * Keep a session's text in this tab, where the page finds it after it loads.
 *
 * @param {Session} session
 * @param {Storage} storage
 * @throws {Error} The browser has no room for it.
 */
export function keepText(session, storage) {
  if (session.text === null) return
  try {
    storage.setItem(KEY, session.text)
  } catch {
    const size = session.text.length.toLocaleString("en-US")
    throw new Error(
      `This browser cannot keep the session's text of ${size} characters. Paste the text into the app instead.`,
    )
  }
}
