// A document with passages marked, and a list of bars. All of a reader's words are set as text, never as HTML.
const shown = new WeakMap() // what each place showed last, so that a run that changes nothing leaves the scroll alone

function element(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

function goTo(box, mark, smooth) {
  const top = mark.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop
  box.scrollTo({ top: top - box.clientHeight * 0.4, behavior: smooth ? "smooth" : "instant" })
}

function flash(box, mark) {
  if (!mark) return
  goTo(box, mark, true)
  mark.classList.remove("mt-seen")
  void mark.offsetWidth
  mark.classList.add("mt-seen")
}

function row([lead, text, remark, told, share, kind]) {
  const made = element(kind === "plain" ? "div" : "button", `mt-row mt-${kind}`)
  if (lead) made.append(element("span", "mt-lead", lead))
  const words = element("span", "mt-row-text", text)
  if (remark) words.append(" ", element("small", "", remark))
  made.append(words, element("span", "mt-told", told))
  if (share !== null) {
    const bar = element("span", "mt-bar")
    const part = element("i")
    part.style.width = `${Math.min(100, Math.max(0, 100 * share))}%`
    bar.append(part)
    made.append(bar)
  }
  if (kind !== "plain") made.type = "button"
  return made
}

// Where in the document the marks stand, beside its scroll bar.
function strip(box, marks) {
  const made = element("div", "mt-strip")
  made.setAttribute("aria-hidden", "true")
  for (const mark of [...marks].reverse()) {
    const level = Number(mark.dataset.level)
    if (level < 1) continue
    const tick = element("i", `mt-tick-${level}`)
    tick.style.top = `${(100 * (mark.offsetTop + mark.offsetHeight / 2)) / box.scrollHeight}%`
    tick.title = mark.title
    tick.onclick = () => flash(box, mark)
    made.append(tick)
  }
  return made
}

export default function ({ data, parentElement, setTriggerValue }) {
  const last = shown.get(parentElement)
  const signature = JSON.stringify(data)
  if (last?.signature === signature) return
  parentElement.querySelector(".mt")?.remove()

  const root = element("div", "mt")
  root.style.setProperty("--mt-colour", data.colour)
  root.style.setProperty("--mt-ink", data.ink)
  const frame = element("div", "mt-frame")
  const box = element("div", "mt-box")
  box.style.height = `${data.height}px`
  box.tabIndex = 0
  box.setAttribute("role", "document")
  box.setAttribute("aria-label", data.label)
  const marks = new Map()
  for (const [text, rank, level, title] of data.parts) {
    if (!level) {
      box.append(text)
      continue
    }
    const mark = element("mark", level < 0 ? "mt-against" : `mt-level-${level}`, text)
    mark.dataset.mark = rank
    mark.dataset.level = level
    if (level > 0 && rank <= data.numbered) mark.dataset.number = rank
    mark.title = title
    marks.set(rank, mark)
    box.append(mark)
  }
  frame.append(box)
  root.append(frame)

  const state = { signature, unfolded: last?.unfolded ?? false }
  shown.set(parentElement, state)
  if (data.rows.length) {
    const side = element("div", "mt-side")
    side.style.height = `${data.height}px`
    const made = data.rows.map((each, number) => {
      const [, , , , , kind, rank] = each
      const line = row(each)
      if (kind === "passage") {
        line.title = "Go to this passage"
        line.onclick = () => flash(box, marks.get(rank))
      }
      if (kind === "choice") {
        line.title = `${each[1]} ${each[2]}: see what speaks for it`.replace(/\s+/g, " ")
        line.setAttribute("aria-pressed", String(number === data.chosen))
        line.onclick = () => {
          if (number === data.chosen) flash(box, marks.get(1))
          else setTriggerValue("choice", number)
        }
      }
      return line
    })
    const folded = data.folded === null || state.unfolded || data.chosen >= data.folded ? made.length : data.folded
    side.append(...made.slice(0, folded))
    if (folded < made.length) {
      const rest = data.rows.slice(folded)
      const sum = rest.reduce((total, each) => total + (each[4] ?? 0), 0)
      const more = row(["", `${rest.length} more`, "", `${(100 * sum).toFixed(sum < 0.0995 ? 1 : 0)}%`, sum, "more"])
      more.title = "Show all"
      more.onclick = () => {
        state.unfolded = true
        more.replaceWith(...made.slice(folded))
        made[folded].focus()
      }
      side.append(more)
    }
    root.append(side)
  } else {
    root.classList.add("mt-alone")
  }
  parentElement.append(root)
  requestAnimationFrame(() => {
    if (marks.size) frame.append(strip(box, marks.values()))
    if (marks.has(1)) goTo(box, marks.get(1), false)
  })
}
