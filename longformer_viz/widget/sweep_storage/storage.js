// A reader's own sweeps in this browser's storage, which all its tabs share and which survives a restart of the server.

export const PREFIX = "longformer_viz.sweep."
const ID = /^[0-9a-f]{16}$/

/** @typedef {Record<string, string>} Sweeps The JSON of each sweep by its id. */
/** @typedef {Record<string, string | null>} Changes A sweep to keep, or null to delete it, by its id. */

/**
 * All kept sweeps. Without access to the storage there are none.
 *
 * @param {Storage | null} storage
 */
export function keptSweeps(storage) {
  /** @type {Sweeps} */
  const found = {}
  if (storage === null) return found
  for (let index = 0; index < storage.length; index++) {
    const key = storage.key(index) ?? ""
    const id = key.slice(PREFIX.length)
    if (key.startsWith(PREFIX) && ID.test(id)) found[id] = storage.getItem(key) ?? ""
  }
  return found
}

/**
 * Keep and delete sweeps. Deletions come first, because they make room.
 *
 * @param {Storage | null} storage
 * @param {Changes} changes
 * @returns {string[]} The ids of sweeps that the browser could not keep.
 */
export function applyChanges(storage, changes) {
  const known = Object.entries(changes).filter(([id]) => ID.test(id))
  const kept = known.filter(([, text]) => text !== null)
  if (storage === null) return kept.map(([id]) => id)
  for (const [id, text] of known) if (text === null) storage.removeItem(PREFIX + id)
  const failed = []
  for (const [id, text] of kept) {
    try {
      storage.setItem(PREFIX + id, text ?? "")
    } catch {
      failed.push(id) // over the browser's quota
    }
  }
  return failed
}

/**
 * A short text that differs where the sweeps differ.
 *
 * @param {Sweeps} sweeps
 */
export function fingerprint(sweeps) {
  let hash = 0x811c9dc5 // FNV-1a
  const text = JSON.stringify(Object.entries(sweeps).sort(([one], [other]) => (one < other ? -1 : 1)))
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return `${text.length}-${(hash >>> 0).toString(16)}`
}
