// Where the reader is in the lesson, and what the browser keeps of it. No part of this knows the page.
/** @import { Chapter, LessonData, Place, Progress, Verdict } from "./types.js" */

/** @typedef {LessonData["contents"]} Contents */

export const STORED = "longformer_viz.lesson"
/** @type {Verdict[]} */
const VERDICTS = ["right", "wrong", "skipped"]

/** @returns {Progress} */
export function emptyProgress() {
  return { last: null, read: {}, verdicts: {} }
}

/**
 * Read what the browser kept; whatever is damaged or of another version counts as nothing.
 *
 * @param {string | null} text
 * @returns {Progress}
 */
export function parseProgress(text) {
  const progress = emptyProgress()
  let kept
  try {
    kept = JSON.parse(text ?? "")
  } catch {
    return progress
  }
  if (typeof kept !== "object" || kept?.version !== 1) return progress
  for (const [slug, step] of Object.entries(kept.read ?? {})) if (isStep(step)) progress.read[slug] = step
  for (const [name, verdict] of Object.entries(kept.verdicts ?? {})) {
    if (VERDICTS.includes(/** @type {Verdict} */ (verdict))) progress.verdicts[name] = /** @type {Verdict} */ (verdict)
  }
  const { last } = kept
  if (typeof last?.chapter === "string" && isStep(last.step)) progress.last = { chapter: last.chapter, step: last.step }
  return progress
}

/** @param {Progress} progress */
export function progressText(progress) {
  return JSON.stringify({ version: 1, ...progress })
}

/**
 * Join the progress of two tabs: the furthest steps, and the verdicts of both.
 *
 * @param {Progress} own
 * @param {Progress} other
 * @returns {Progress}
 */
export function mergeProgress(own, other) {
  const read = { ...own.read }
  for (const [slug, step] of Object.entries(other.read)) read[slug] = Math.max(read[slug] ?? 0, step)
  return { last: own.last, read, verdicts: { ...other.verdicts, ...own.verdicts } }
}

/**
 * Take over what another tab just kept: the furthest steps of both, and its verdicts, which are the newest.
 *
 * @param {Progress} own
 * @param {Progress} other
 * @returns {Progress}
 */
export function followProgress(own, other) {
  return { ...mergeProgress(own, other), verdicts: other.verdicts }
}

/**
 * Note that a place was read.
 *
 * @param {Progress} progress
 * @param {Place} place
 * @returns {Progress}
 */
export function withRead(progress, place) {
  const { chapter, step } = place
  return { ...progress, last: place, read: { ...progress.read, [chapter]: Math.max(progress.read[chapter] ?? 0, step) } }
}

/**
 * The place that exists: unknown chapters become the first, and steps beyond the last become the last.
 *
 * @param {Place | null} place
 * @param {Contents} contents
 * @returns {Place}
 */
export function existingPlace(place, contents) {
  const entry = contents.find(({ slug }) => slug === place?.chapter)
  if (!entry) return { chapter: contents[0].slug, step: 1 }
  return { chapter: entry.slug, step: Math.min(Math.max(1, place?.step ?? 1), entry.steps) }
}

/**
 * The place one step on or back, in the neighbouring chapter at a chapter's end; null at the end of the lesson.
 *
 * @param {Place} place
 * @param {1 | -1} by
 * @param {Contents} contents
 * @returns {Place | null}
 */
export function movedPlace({ chapter, step }, by, contents) {
  const index = contents.findIndex(({ slug }) => slug === chapter)
  const to = step + by
  if (to >= 1 && to <= contents[index].steps) return { chapter, step: to }
  const neighbour = contents[index + by]
  return neighbour ? { chapter: neighbour.slug, step: by > 0 ? 1 : neighbour.steps } : null
}

/**
 * What is said where an address asks for a step that its chapter does not have; empty where it exists.
 *
 * @param {Place | null} wanted
 * @param {Place} shown The place that is shown instead.
 */
export function missingStep(wanted, shown) {
  if (!wanted || wanted.chapter !== shown.chapter || wanted.step === shown.step) return ""
  return `This chapter has ${shown.step} steps, so there is no step ${wanted.step}. The last step is shown.`
}

/**
 * The chapter that has not arrived yet: the one shown, or else the next.
 *
 * @param {LessonData} data
 * @param {Place} place
 */
export function missingChapter({ contents, chapters }, place) {
  const index = contents.findIndex(({ slug }) => slug === place.chapter)
  return [contents[index], contents[index + 1]].find((entry) => entry && !chapters[entry.slug])?.slug
}

/** @param {Place} place */
export function nameOf({ chapter, step }) {
  return `${chapter}/${step}`
}

/**
 * Whether a place asks for a prediction that has no verdict yet.
 *
 * @param {Chapter} chapter
 * @param {number} step Counted from 1.
 * @param {Progress} progress
 */
export function isAsking(chapter, step, progress) {
  const name = nameOf({ chapter: chapter.slug, step })
  return Boolean(chapter.steps[step - 1]?.prediction) && !progress.verdicts[name]
}

/**
 * How many steps' texts may be shown: those before the first prediction that is open, so that none gives it away.
 *
 * @param {Chapter} chapter
 * @param {Progress} progress
 */
export function openSteps(chapter, progress) {
  const first = chapter.steps.findIndex((_, index) => isAsking(chapter, index + 1, progress))
  return first < 0 ? chapter.steps.length : first
}

/**
 * Read a place from an address; null where it names no chapter.
 *
 * @param {string} search
 * @returns {Place | null}
 */
export function placeOf(search) {
  const values = new URLSearchParams(search)
  const chapter = values.get("chapter")
  if (!chapter) return null
  const step = Number(values.get("at") ?? 1)
  return { chapter, step: isStep(step) ? step : 1 }
}

/**
 * Milliseconds that a step stays while playing: time to see it, and to read its words.
 *
 * @param {string} say
 */
export function playMs(say) {
  return 2500 + 330 * say.split(/\s+/).length
}

/**
 * @param {unknown} value
 * @returns {value is number}
 */
function isStep(value) {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 99
}
