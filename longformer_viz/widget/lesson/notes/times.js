// Times of the teacher's notes.
/** @import { Contents } from "../state.js" */
/** @import { Note, Place } from "../types.js" */

/**
 * Seconds as minutes and seconds, such as "1:30".
 *
 * @param {number} seconds
 */
export function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`
}

/**
 * The note on a step; undefined where there is no such step.
 *
 * @param {Contents} contents
 * @param {Place | null} place
 * @returns {Note | undefined}
 */
export function noteAt(contents, place) {
  return contents.find(({ slug }) => slug === place?.chapter)?.notes[(place?.step ?? 0) - 1]
}

/**
 * The planned seconds of a chapter.
 *
 * @param {Note[]} notes
 */
export function plannedSeconds(notes) {
  return notes.reduce((sum, { seconds }) => sum + seconds, 0)
}
