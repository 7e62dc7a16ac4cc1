// The lesson: chapters, steps, predictions and keys. A step is drawn here, without the server.
/** @import { App, Tell } from "../shared/types.js" */
/** @import { Chapter, LessonData, Outcome, Place, Verdict } from "./types.js" */
/** @import { Answer } from "./stage.js" */
import { append, appendButton } from "../shared/element.js"
import { onPageKey } from "../shared/keys.js"
import { followPresenting, isPresenting } from "../shared/presenting.js"
import { Bar } from "./bar.js"
import { Contents } from "./contents.js"
import { fitScreen } from "./fit.js"
import { keepProgress, keptProgress, onOtherTab } from "./keeping.js"
import { commandOf } from "./keys.js"
import { newAnswer, showQuestion, showStep } from "./stage.js"
import { isNarrow } from "./svg.js"
import { LessonTab } from "./notes/channel.js"
import { existingPlace, followProgress, isAsking, missingChapter, missingStep, movedPlace, nameOf, placeOf, playMs, withRead } from "./state.js"
import { tellStory } from "./story.js"

/** @implements {App<LessonData>} */
export class LessonApp {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    /** @type {Tell} */
    this.tell = { setStateValue() {}, setTriggerValue() {} }
    /** @type {LessonData | null} */
    this.data = null
    /** @type {Place} */
    this.place = { chapter: "", step: 1 }
    this.progress = keptProgress()
    /** @type {Map<string, Answer>} */
    this.answers = new Map()
    this.asked = new Set()
    /** What the stage shows, to draw it again only where it changes. */
    this.shown = ""
    this.runs = 0
    this.timer = 0
    this.listeners = new AbortController()
    this.root = append(parent, "div", "le-root")
    this.contents = new Contents(this.root, (place) => this.go(place))
    const main = append(this.root, "section", "le-main")
    this.number = append(main, "p", "le-count")
    this.tab = new LessonTab(this.listeners.signal, { where: () => this.place, move: (by) => this.move(by) })
    appendButton(main, "le-open-notes", "Teacher’s notes", () => this.tab.openNotes(), "Open them in a second window (N)")
    this.title = append(main, "h2", "le-heading")
    this.idea = append(main, "p", "le-idea")
    this.notice = append(main, "p", "le-notice")
    this.notice.setAttribute("role", "status")
    const body = append(main, "div", "le-body")
    this.stage = append(body, "div", "le-stage")
    this.story = append(body, "ol", "le-story")
    this.story.setAttribute("aria-label", "Steps")
    this.bar = new Bar(main, {
      back: () => this.move(-1),
      next: () => this.move(1),
      play: () => (this.timer ? this.pause() : this.play()),
      go: (step) => this.go({ ...this.place, step }),
    })
    this.spoken = append(main, "p", "le-spoken")
    this.spoken.setAttribute("aria-live", "polite")
    this.listen()
  }

  listen() {
    const { signal } = this.listeners
    onPageKey(signal, (event) => this.key(event))
    addEventListener("popstate", () => this.follow(), { signal })
    addEventListener("resize", () => this.fit(), { signal })
    followPresenting(this.root, signal, () => this.fit())
    onOtherTab(signal, (other) => {
      this.progress = followProgress(this.progress, other)
      if (this.data) this.contents.render(this.data, this.place, this.progress)
    })
  }

  /** Fill the screen; the picture is drawn again where another layout fits it better. */
  fit() {
    fitScreen(this.root)
    if (this.data) this.render()
  }

  /** @param {LessonData} data */
  show(data) {
    const isFirst = !this.data
    this.data = data
    if (isFirst) {
      const wanted = data.place ?? placeOf(location.search)
      this.go(wanted ?? this.progress.last ?? { chapter: "", step: 1 })
      this.notice.textContent = missingStep(wanted, this.place)
      fitScreen(this.root)
    } else {
      this.takeRun()
      this.render()
    }
  }

  /** Take the result of a run with the learner's global tokens. */
  takeRun() {
    const judged = this.data?.judged
    const answer = this.answer()
    if (!judged || !answer.waiting || judged.number !== this.runs) return
    Object.assign(answer, { judged, waiting: false })
    if (judged.right) this.tellVerdict({ verdict: "right", headline: "The model finds the answer", reasons: [] })
  }

  answer() {
    const name = nameOf(this.place)
    const answer = this.answers.get(name) ?? newAnswer()
    this.answers.set(name, answer)
    return answer
  }

  /** @param {Place} place */
  go(place) {
    if (!this.data) return
    this.stop()
    this.moveTo(existingPlace(place, this.data.contents))
  }

  /** @param {Place} place */
  moveTo(place) {
    this.place = place
    this.notice.textContent = ""
    const address = new URL(location.href)
    address.searchParams.set("chapter", place.chapter)
    address.searchParams.set("at", String(place.step))
    history.replaceState(history.state, "", address)
    this.progress = keepProgress(withRead(this.progress, place))
    this.render()
    this.tab.tell()
    const step = this.chapter()?.steps[place.step - 1]
    this.spoken.textContent = (this.isAsking() ? step?.prediction?.question : step?.say) ?? ""
  }

  /** Go where the address says, after the browser's Back. */
  follow() {
    const place = placeOf(location.search)
    if (place && nameOf(place) !== nameOf(this.place)) this.go(place)
  }

  /** @param {1 | -1} by */
  move(by) {
    if (!this.data) return
    this.pause()
    if (by > 0 && this.isAsking()) return this.skip()
    const place = movedPlace(this.place, by, this.data.contents)
    if (place) this.moveTo(place)
  }

  /** @returns {Chapter | undefined} */
  chapter() {
    return this.data?.chapters[this.place.chapter]
  }

  isAsking() {
    const chapter = this.chapter()
    return Boolean(chapter && isAsking(chapter, this.place.step, this.progress))
  }

  play() {
    if (!this.data || this.isAsking()) return
    const say = this.chapter()?.steps[this.place.step - 1]?.say ?? ""
    this.timer = setTimeout(() => {
      this.timer = 0
      const place = this.data && movedPlace(this.place, 1, this.data.contents)
      if (!place) return this.renderBar()
      this.moveTo(place)
      this.play()
    }, playMs(say))
    this.renderBar()
  }

  stop() {
    clearTimeout(this.timer)
    this.timer = 0
  }

  pause() {
    this.stop()
    this.renderBar()
  }

  skip() {
    this.answer().outcome = null
    this.setVerdict("skipped")
    this.render()
  }

  /** @param {Outcome} outcome */
  tellVerdict(outcome) {
    this.answer().outcome = outcome
    this.setVerdict(outcome.verdict)
  }

  /** @param {Verdict | null} verdict */
  setVerdict(verdict) {
    const verdicts = { ...this.progress.verdicts }
    if (verdict) verdicts[nameOf(this.place)] = verdict
    else delete verdicts[nameOf(this.place)]
    this.progress = keepProgress({ ...this.progress, verdicts })
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const command = commandOf(event)
    if (command === "next") this.move(1)
    else if (command === "back") this.move(-1)
    else if (command === "first") this.go({ ...this.place, step: 1 })
    else if (command === "last") this.go({ ...this.place, step: 99 })
    else if (command === "toggle") this.bar.actions.play()
    else if (command === "notes") this.tab.openNotes()
    else if (command === "pause" && this.timer && !isPresenting()) this.pause()
    else return false
    return true
  }

  /** Ask the server for this chapter where it has not arrived, else for the next one. */
  fetch() {
    if (!this.data) return
    const missing = missingChapter(this.data, this.place)
    if (!missing || this.data.problems[missing] || this.asked.has(missing)) return
    this.asked.add(missing)
    this.tell.setStateValue("wanted", [...this.asked])
  }

  render() {
    const { data, place } = this
    if (!data) return
    const chapter = this.chapter()
    const index = data.contents.findIndex(({ slug }) => slug === place.chapter)
    this.number.textContent = `Chapter ${index + 1} of ${data.contents.length}`
    this.title.textContent = data.contents[index].title
    this.idea.textContent = chapter?.idea ?? ""
    this.contents.render(data, place, this.progress)
    this.renderBar()
    this.fetch()
    if (!chapter) {
      this.story.replaceChildren()
      this.stage.replaceChildren()
      this.shown = ""
      append(this.stage, "p", "le-waiting", data.problems[place.chapter] ?? "Running the built-in model for this chapter …")
      return
    }
    tellStory(this.story, chapter, place.step, this.progress, (step) => this.go({ ...place, step }))
    this.renderStage(chapter)
  }

  /** @param {Chapter} chapter */
  renderStage(chapter) {
    const step = chapter.steps[this.place.step - 1]
    const answer = this.answer()
    const verdict = this.progress.verdicts[nameOf(this.place)]
    // What the reader typed or painted stays when data arrives that changes nothing here.
    const layout = verdict || !step.prediction ? isNarrow(this.stage) : null
    const shown = JSON.stringify([this.place, verdict, answer.waiting, answer.judged, layout])
    if (shown === this.shown) return
    this.shown = shown
    if (step.prediction && !verdict) {
      showQuestion(this.stage, step, answer, {
        answered: (outcome) => {
          this.tellVerdict(outcome)
          this.render()
          this.stage.querySelector("button")?.focus()
        },
        skipped: () => this.skip(),
        run: (positions) => this.run(positions),
      })
      return
    }
    showStep(this.stage, step, answer, verdict, () => {
      Object.assign(answer, { ...newAnswer(), chosen: answer.chosen })
      this.setVerdict(null)
      this.render()
    })
  }

  /** @param {number[]} positions */
  run(positions) {
    this.runs += 1
    this.answer().waiting = true
    this.tell.setTriggerValue("placed", { positions, number: this.runs })
    this.render()
  }

  renderBar() {
    if (!this.data) return
    const { contents } = this.data
    const steps = contents.find(({ slug }) => slug === this.place.chapter)?.steps ?? 1
    const isFirst = !movedPlace(this.place, -1, contents)
    const isLast = !movedPlace(this.place, 1, contents) && !this.isAsking()
    this.bar.render(this.chapter(), this.place, { playing: Boolean(this.timer), isFirst, isLast, steps })
  }

  destroy() {
    clearTimeout(this.timer)
    this.listeners.abort()
    this.root.remove()
  }
}
