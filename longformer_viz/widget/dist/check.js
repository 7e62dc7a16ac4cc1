// longformer_viz/widget/shared/mount.js
function mountOnce(create) {
  const mounted = /* @__PURE__ */ new WeakMap();
  return ({ data, parentElement, setStateValue = ignore, setTriggerValue = ignore }) => {
    const app = mounted.get(parentElement) ?? create(parentElement);
    mounted.set(parentElement, app);
    app.tell = { setStateValue, setTriggerValue };
    app.show(data);
    return () => {
      app.destroy();
      mounted.delete(parentElement);
    };
  };
}
function ignore() {
}

// longformer_viz/widget/shared/element.js
function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
function append(parent, tag, className = "", text = "") {
  const made = element(tag, className, text);
  parent.append(made);
  return made;
}
function appendButton(parent, className, text, act, title = "") {
  const made = append(parent, "button", className, text);
  made.type = "button";
  made.onclick = act;
  if (title) made.title = title;
  if (title && text.length === 1) made.setAttribute("aria-label", title);
  return made;
}

// longformer_viz/widget/check/state.js
var VERSION = 1;
function begin({ before, after }) {
  return { version: VERSION, before, after, answers: { before: [], after: [] } };
}
function read(text) {
  let found;
  try {
    found = JSON.parse(text ?? "null");
  } catch {
    return null;
  }
  const isWhole = found?.version === VERSION && ["before", "after"].every((round) => {
    const questions = found[round];
    const answers = found.answers?.[round];
    return Array.isArray(questions) && questions.length > 0 && questions.every(isQuestion) && Array.isArray(answers) && answers.length <= questions.length && answers.every((answer) => answer === null || typeof answer === "string");
  });
  return isWhole ? found : null;
}
function isQuestion(question) {
  return ["topic", "text", "unit", "truth"].every((name) => typeof question?.[name] === "string") && Array.isArray(question.choices) && typeof question.reasons?.[question.truth] === "string";
}
function answered(kept2, round, answer) {
  return { ...kept2, answers: { ...kept2.answers, [round]: [...kept2.answers[round], answer] } };
}
function isDone(kept2, round) {
  return kept2.answers[round].length === kept2[round].length;
}
function wholeNumber(entered) {
  const digits = entered.trim().replace(/(?<=\d)[,.\u202f\u00a0 ](?=\d{3}(\D|$))/g, "");
  return /^\d{1,12}$/.test(digits) ? String(Number(digits)) : null;
}
function reasonFor(question, answer) {
  return question.reasons[answer ?? question.truth] ?? question.reasons[question.truth] ?? "";
}
function gains(kept2) {
  const found = /* @__PURE__ */ new Map();
  for (
    const round of
    /** @type {Round[]} */
    ["before", "after"]
  ) {
    kept2[round].forEach((question, number) => {
      const gain = found.get(question.topic) ?? { topic: question.topic, questions: 0, before: 0, after: 0 };
      if (round === "before") gain.questions += 1;
      if (kept2.answers[round][number] === question.truth) gain[round] += 1;
      found.set(question.topic, gain);
    });
  }
  return [...found.values()];
}

// longformer_viz/widget/check/keeping.js
var KEY = "longformer_viz.check";
function kept() {
  try {
    return read(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}
function keep(check) {
  try {
    if (check) localStorage.setItem(KEY, JSON.stringify(check));
    else localStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}

// longformer_viz/widget/check/result.js
function appendResult(parent, check) {
  const rows = gains(check);
  const before = rows.reduce((sum, row) => sum + row.before, 0);
  const after = rows.reduce((sum, row) => sum + row.after, 0);
  const all = check.before.length;
  append(parent, "p", "lc-total", `${before} of ${all} right before the lesson, ${after} of ${all} after it.`);
  const table = append(parent, "table", "lc-table");
  const head = append(append(table, "thead"), "tr");
  for (const name of ["Topic", "Before", "After", "Gain"]) append(head, "th", "", name).scope = "col";
  const body = append(table, "tbody");
  for (const row of rows) {
    const line = append(body, "tr");
    append(line, "th", "", row.topic).scope = "row";
    append(line, "td", "", `${row.before} of ${row.questions}`);
    append(line, "td", "", `${row.after} of ${row.questions}`);
    append(line, "td", row.after > row.before ? "lc-gain" : "", signed(row.after - row.before));
  }
  appendReview(parent, check, "before", "Your answers before the lesson");
  appendReview(parent, check, "after", "Your answers after the lesson");
}
function appendReview(parent, check, round, title) {
  const details = append(parent, "details", "lc-review");
  append(details, "summary", "", title);
  const list = append(details, "ol");
  check[round].forEach((question, number) => {
    const answer = check.answers[round][number] ?? null;
    const item = append(list, "li");
    append(item, "div", "", question.text);
    const truth = `${question.truth} ${question.unit}`.trim();
    const said = answer === null ? "Skipped." : answer === question.truth ? "Right." : `You answered ${answer}.`;
    append(item, "div", "lc-reason", `${said} The answer is ${truth}. ${reasonFor(question, answer)}`);
  });
}
function signed(gain) {
  return gain > 0 ? `+${gain}` : String(gain).replace("-", "−");
}

// longformer_viz/widget/check/app.js
var CheckApp = class {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.tell = { setStateValue() {
    }, setTriggerValue() {
    } };
    this.questions = { before: [], after: [] };
    this.root = append(parent, "section", "lc-root");
    this.root.setAttribute("aria-label", "Check yourself");
    this.check = kept();
    this.isAfter = false;
    this.isKept = true;
    this.isBegun = false;
    this.listeners = new AbortController();
    window.addEventListener("storage", ({ key }) => key === KEY && this.restart(kept()), {
      signal: this.listeners.signal
    });
  }
  /** @param {Questions} data */
  show(data) {
    this.questions = data;
    if (!this.isBegun) this.draw();
    this.isBegun = true;
  }
  destroy() {
    this.listeners.abort();
    this.root.remove();
  }
  /** @param {Kept | null} check */
  restart(check) {
    this.check = check;
    this.isAfter = false;
    this.draw();
  }
  /** @param {boolean} [moves] Whether the visitor moved on, so that the focus follows. */
  draw(moves = false) {
    this.root.replaceChildren();
    const { check } = this;
    if (!check) this.drawStart();
    else if (!isDone(check, "before")) this.drawQuestion(check, "before");
    else if (this.isAfter || check.answers.after.length > 0) this.drawAfter(check);
    else this.drawPause();
    if (!this.isKept) this.say("This browser cannot keep your answers. They are lost when you leave this page.");
    if (moves) this.root.querySelector("h3")?.focus();
  }
  drawStart() {
    this.heading("Twelve questions before the lesson, and twelve after it");
    this.say("The second twelve ask the same questions with different numbers, so you see what you learned in each topic.");
    this.say("Your answers stay in this browser. You can skip any question, or the whole check.");
    this.buttons(["Start", () => this.change(begin(this.questions))]);
  }
  drawPause() {
    this.heading("Now take the lesson");
    this.say("Your answers are kept in this browser. The second twelve questions show you what was right.");
    this.buttons(
      ["Answer the questions after the lesson", () => this.enterAfter()],
      ["Start over", () => this.reset()]
    );
  }
  /** @param {Kept} check */
  drawAfter(check) {
    if (!isDone(check, "after")) {
      this.drawQuestion(check, "after");
      return;
    }
    this.heading("What you gained");
    appendResult(this.root, check);
    this.buttons(["Start over with new questions", () => this.reset()]);
  }
  /**
   * @param {Kept} check
   * @param {Round} round
   */
  drawQuestion(check, round) {
    const number = check.answers[round].length;
    const question = (
      /** @type {Question} */
      check[round][number]
    );
    append(this.root, "p", "lc-place", `Question ${number + 1} of ${check[round].length} · ${question.topic}`);
    this.heading(question.text);
    const form = question.choices.length ? this.choices(question, round) : this.entry(question, round);
    this.root.append(form);
    this.buttons(["Skip this question", () => this.answer(question, round, null)], ["Start over", () => this.reset()]);
  }
  /**
   * @param {Question} question
   * @param {Round} round
   */
  choices(question, round) {
    const list = element("div", "lc-choices");
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", "Answers");
    for (const choice of question.choices) {
      appendButton(list, "lc-choice", choice, () => this.answer(question, round, choice));
    }
    return list;
  }
  /**
   * @param {Question} question
   * @param {Round} round
   */
  entry(question, round) {
    const form = element("form", "lc-entry");
    const input = append(form, "input", "lc-number");
    input.inputMode = "numeric";
    input.autocomplete = "off";
    input.setAttribute("aria-label", `Your answer, in ${question.unit}`);
    append(form, "span", "", question.unit);
    append(form, "button", "lc-button lc-first", "Answer");
    const problem = append(form, "span", "lc-problem");
    problem.setAttribute("role", "alert");
    form.onsubmit = (event) => {
      event.preventDefault();
      const entered = wholeNumber(input.value);
      if (entered === null) problem.textContent = "An answer must be a whole number, such as 8.";
      else this.answer(question, round, entered);
    };
    return form;
  }
  /**
   * @param {Question} question
   * @param {Round} round
   * @param {string | null} answer
   */
  answer(question, round, answer) {
    if (!this.check) return;
    this.check = answered(this.check, round, answer);
    this.isKept = keep(this.check);
    if (round === "before") this.draw(true);
    else this.drawVerdict(question, answer);
  }
  /**
   * @param {Question} question
   * @param {string | null} answer
   */
  drawVerdict(question, answer) {
    const isRight = answer === question.truth;
    this.root.replaceChildren();
    append(this.root, "p", "lc-place", question.topic);
    append(this.root, "p", "lc-asked", question.text);
    const verdict = isRight ? "Right" : answer === null ? "Skipped" : "Not quite";
    this.heading(`${verdict}: ${isRight ? answer : `the answer is ${question.truth}`} ${question.unit}`.trim());
    if (!isRight && answer !== null) {
      const mistake = question.reasons[answer] ?? "";
      this.say(`You answered ${answer}. ${mistake}`.trim());
    }
    this.say(reasonFor(question, null));
    this.buttons(["Next", () => this.draw(true)]);
    this.root.querySelector("h3")?.focus();
  }
  enterAfter() {
    this.isAfter = true;
    this.draw(true);
  }
  /** @param {Kept | null} check */
  change(check) {
    this.check = check;
    this.isKept = keep(check);
    this.draw(true);
  }
  reset() {
    this.isAfter = false;
    this.change(null);
    this.tell.setTriggerValue("again", true);
  }
  /** @param {string} text */
  heading(text) {
    append(this.root, "h3", "lc-heading", text).tabIndex = -1;
  }
  /** @param {string} sentence */
  say(sentence) {
    append(this.root, "p", "lc-said", sentence);
  }
  /** @param {[string, () => void][]} actions */
  buttons(...actions) {
    const row = append(this.root, "div", "lc-buttons");
    actions.forEach(([text, act], number) => {
      const isFirst = number === 0 && !text.startsWith("Skip");
      appendButton(row, isFirst ? "lc-button lc-first" : "lc-button", text, act);
    });
  }
};

// longformer_viz/widget/check/index.js
var check_default = mountOnce((parent) => new CheckApp(parent));
export {
  check_default as default
};
