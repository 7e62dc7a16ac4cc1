// The lesson's logic: where the reader is, what the browser keeps, and how predictions are marked.
import assert from "node:assert/strict"
import { test } from "node:test"
import { answerText, judgeBand, judgeChoice, judgeEstimate, numberText, readEstimate } from "../../longformer_viz/widget/lesson/judge.js"
import { followedTab } from "../../longformer_viz/widget/lesson/notes/channel.js"
import { clockText, noteAt, plannedSeconds } from "../../longformer_viz/widget/lesson/notes/times.js"
import {
  emptyProgress,
  existingPlace,
  followProgress,
  isAsking,
  mergeProgress,
  missingChapter,
  missingStep,
  movedPlace,
  openSteps,
  parseProgress,
  placeOf,
  progressText,
  withRead,
} from "../../longformer_viz/widget/lesson/state.js"

const CONTENTS = [
  { slug: "why", title: "Why", steps: 2, notes: [{ seconds: 60, say: "Ask." }, { seconds: 95, say: "Tell." }] },
  { slug: "window", title: "Window", steps: 3, notes: [] },
]
const CHAPTER = /** @type {any} */ ({ slug: "window", steps: [{ prediction: null }, { prediction: {} }, { prediction: null }] })

test("a step leads to the next, and a chapter's end to the next chapter", () => {
  assert.deepEqual(movedPlace({ chapter: "why", step: 1 }, 1, CONTENTS), { chapter: "why", step: 2 })
  assert.deepEqual(movedPlace({ chapter: "why", step: 2 }, 1, CONTENTS), { chapter: "window", step: 1 })
  assert.deepEqual(movedPlace({ chapter: "window", step: 1 }, -1, CONTENTS), { chapter: "why", step: 2 })
  assert.equal(movedPlace({ chapter: "why", step: 1 }, -1, CONTENTS), null)
  assert.equal(movedPlace({ chapter: "window", step: 3 }, 1, CONTENTS), null)
})

test("a place that does not exist becomes one that does", () => {
  assert.deepEqual(existingPlace({ chapter: "gone", step: 2 }, CONTENTS), { chapter: "why", step: 1 })
  assert.deepEqual(existingPlace({ chapter: "window", step: 99 }, CONTENTS), { chapter: "window", step: 3 })
  assert.deepEqual(existingPlace(null, CONTENTS), { chapter: "why", step: 1 })
})

for (const [search, place] of /** @type {[string, any][]} */ ([
  ["?chapter=window&at=2", { chapter: "window", step: 2 }],
  ["?chapter=window", { chapter: "window", step: 1 }],
  ["?chapter=window&at=-3", { chapter: "window", step: 1 }],
  ["?chapter=window&at=two", { chapter: "window", step: 1 }],
  ["?at=2", null],
])) {
  test(`the address ${search} is read`, () => assert.deepEqual(placeOf(search), place))
}

test("a step that does not exist is named, and a chapter that does not exist is not", () => {
  assert.match(missingStep({ chapter: "window", step: 40 }, { chapter: "window", step: 3 }), /has 3 steps, so there is no step 40/)
  assert.equal(missingStep({ chapter: "window", step: 2 }, { chapter: "window", step: 2 }), "")
  assert.equal(missingStep({ chapter: "gone", step: 2 }, { chapter: "why", step: 1 }), "")
  assert.equal(missingStep(null, { chapter: "why", step: 1 }), "")
})

test("the chapter that is shown is asked for first, then the next", () => {
  const data = (/** @type {string[]} */ ...slugs) =>
    /** @type {any} */ ({ contents: CONTENTS, chapters: Object.fromEntries(slugs.map((slug) => [slug, CHAPTER])) })
  assert.equal(missingChapter(data(), { chapter: "why", step: 1 }), "why")
  assert.equal(missingChapter(data("why"), { chapter: "why", step: 1 }), "window")
  assert.equal(missingChapter(data("why", "window"), { chapter: "why", step: 1 }), undefined)
  assert.equal(missingChapter(data("window"), { chapter: "window", step: 1 }), undefined)
})

test("what was kept is read again", () => {
  const progress = withRead({ ...emptyProgress(), verdicts: { "window/2": "wrong" } }, { chapter: "window", step: 2 })
  assert.deepEqual(parseProgress(progressText(progress)), progress)
  assert.equal(withRead(progress, { chapter: "window", step: 1 }).read.window, 2)
})

for (const text of [null, "", "{", "null", "[]", '{"version":2,"read":{"why":1}}', '{"version":1,"read":{"why":"x"},"verdicts":{"a":"b"},"last":3}']) {
  test(`damaged progress counts as none: ${text}`, () => assert.deepEqual(parseProgress(text), emptyProgress()))
}

test("two tabs share the furthest steps and the verdicts", () => {
  const one = { last: { chapter: "why", step: 1 }, read: { why: 1, window: 3 }, verdicts: { "window/2": /** @type {const} */ ("right") } }
  const other = { last: null, read: { why: 2 }, verdicts: { "why/1": /** @type {const} */ ("wrong") } }
  assert.deepEqual(mergeProgress(one, other), {
    last: one.last,
    read: { why: 2, window: 3 },
    verdicts: { "window/2": "right", "why/1": "wrong" },
  })
})

test("texts after an open prediction are held back", () => {
  assert.equal(openSteps(CHAPTER, emptyProgress()), 1)
  assert.equal(isAsking(CHAPTER, 2, emptyProgress()), true)
  const told = { ...emptyProgress(), verdicts: { "window/2": /** @type {const} */ ("skipped") } }
  assert.equal(openSteps(CHAPTER, told), 3)
  assert.equal(isAsking(CHAPTER, 2, told), false)
})

const BAND = /** @type {any} */ ({
  kind: "band",
  tokens: ["a", "b", "c", "d"],
  query: 1,
  codes: "lll.",
  why: ["before", "itself", "after", "far"],
  reasons: { before: "Before.", itself: "Itself.", after: "After.", far: "Far." },
})

test("a painted row is compared cell by cell", () => {
  assert.equal(judgeBand(BAND, new Set([0, 1, 2])).verdict, "right")
  const outcome = judgeBand(BAND, new Set([1, 3]))
  assert.equal(outcome.verdict, "wrong")
  assert.equal(outcome.headline, "25% of the cells agree")
  assert.deepEqual(outcome.reasons, ["Missed: “a”. Before.", "Missed: “c”. After.", "Too many: “d”. Far."])
})

const ESTIMATE = /** @type {any} */ ({
  kind: "estimate",
  unit: "bytes",
  low: 100,
  high: 1e12,
  truth: 16e6,
  said: "16 MB",
  factor: 1.3,
  too_low: "Too low.",
  too_high: "Too high.",
  traps: [{ value: 4e6, reason: "Four times." }],
})

test("an estimate is right within its factor, and a known mistake has its reason", () => {
  assert.equal(judgeEstimate(ESTIMATE, 20e6).verdict, "right")
  assert.equal(judgeEstimate(ESTIMATE, 12.5e6).verdict, "right")
  assert.deepEqual(judgeEstimate(ESTIMATE, 4.2e6).reasons, ["Four times."])
  assert.deepEqual(judgeEstimate(ESTIMATE, 1e3).reasons, ["Too low."])
  assert.deepEqual(judgeEstimate(ESTIMATE, 1e9).reasons, ["Too high."])
})

test("a typed estimate is read with its unit, and an impossible one is refused in a sentence", () => {
  assert.equal(readEstimate("16 MB", ESTIMATE), 16e6)
  assert.equal(readEstimate("16,000,000", ESTIMATE), 16e6)
  assert.equal(readEstimate("1.6e7", ESTIMATE), 1.6e7)
  for (const text of ["-5", "0", "many", "1e99", "NaN", "", "<b>7</b>"]) {
    assert.throws(() => readEstimate(text, ESTIMATE), /must be a number from 100 bytes to 1 TB/)
  }
})

const CHOICE = /** @type {any} */ ({
  kind: "choice",
  several: false,
  options: [
    { text: "A", right: false, reason: "No A." },
    { text: "B", right: true, reason: "Right: yes B." },
  ],
})

test("a wrong choice gets the reason of the chosen option", () => {
  assert.deepEqual(judgeChoice(CHOICE, new Set([0])), { verdict: "wrong", headline: "The answer is “B”", reasons: ["No A."] })
  assert.deepEqual(judgeChoice(CHOICE, new Set([1])), { verdict: "right", headline: "Right", reasons: ["Yes B."] })
})

test("of several, each wrong one gets its reason", () => {
  const several = { ...CHOICE, several: true }
  assert.equal(judgeChoice(several, new Set([1])).verdict, "right")
  const outcome = judgeChoice(several, new Set([0]))
  assert.equal(outcome.headline, "0 of 2 are right")
  assert.deepEqual(outcome.reasons, ["A: No A.", "B: Right: yes B."])
})

test("who skips a prediction is told the answer", () => {
  assert.equal(answerText(ESTIMATE), "The answer is 16 MB")
  assert.equal(answerText(CHOICE), "The answer is “B”")
  assert.equal(answerText(BAND), "The keys are “a”, “b”, “c”")
})

test("numbers have their unit", () => {
  assert.equal(numberText(1_600_000_000, "bytes"), "1.6 GB")
  assert.equal(numberText(16_777_216, "pairs"), "17 million pairs")
  assert.equal(numberText(262_144, "pairs"), "262,144 pairs")
  assert.equal(numberText(4, "layers"), "4 layers")
  assert.equal(numberText(1, "layers"), "1 layer")
  assert.equal(numberText(45, "%"), "45%")
})

test("a prediction that another tab takes back stays taken back", () => {
  const own = { last: { chapter: "why", step: 2 }, read: { why: 2 }, verdicts: { "why/2": /** @type {const} */ ("right") } }
  const other = { last: { chapter: "why", step: 1 }, read: { why: 1, window: 2 }, verdicts: {} }
  assert.deepEqual(followProgress(own, other), { last: { chapter: "why", step: 2 }, read: { why: 2, window: 2 }, verdicts: {} })
})

test("the notes belong to a step, and say how long a step and a chapter take", () => {
  assert.equal(noteAt(CONTENTS, { chapter: "why", step: 2 })?.say, "Tell.")
  assert.equal(noteAt(CONTENTS, { chapter: "why", step: 3 }), undefined)
  assert.equal(noteAt(CONTENTS, null), undefined)
  assert.equal(clockText(plannedSeconds(CONTENTS[0].notes)), "2:35")
  assert.deepEqual([-1, 0, 59.9, 60, 3605].map(clockText), ["0:00", "0:00", "0:59", "1:00", "60:05"])
})

for (const [search, tab] of [["?notes=k3x9a2", "k3x9a2"], ["?notes=", ""], ["?notes=on", ""], ["?notes=<b>tab</b>", ""], ["", ""]]) {
  test(`the address ${search} names the tab that the notes follow`, () => assert.equal(followedTab(search), tab))
}
