// The keys of the lesson, and what each one does.

/** @typedef {"next" | "back" | "first" | "last" | "toggle" | "pause" | "notes"} Command */

/** @type {Record<string, Command>} */
const COMMANDS = {
  ArrowRight: "next",
  PageDown: "next",
  ArrowLeft: "back",
  PageUp: "back",
  Home: "first",
  End: "last",
  " ": "toggle",
  Escape: "pause",
  n: "notes",
  N: "notes",
}

/**
 * The command of a key; null where the key belongs to the control in focus, or to nothing.
 *
 * @param {KeyboardEvent} event
 * @returns {Command | null}
 */
export function commandOf(event) {
  const target = event.composedPath()[0]
  if (target instanceof HTMLInputElement) return null
  const isControl = target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement
  return event.key === " " && isControl ? null : (COMMANDS[event.key] ?? null)
}
