// Where each token stands in the text, in paragraphs and in stretches short enough to be built at a glance.

const LV_TEXT_CHUNK = 96 // tokens in a stretch
const LV_TEXT_LIVE = 24 // stretches that keep an element for each token
const LV_TEXT_LONG = 3000 // characters after which a paragraph goes on in a block of its own: a browser lays out blocks

function lvTextElement(tag, name, text = "") {
  const element = document.createElement(tag)
  element.className = name
  if (text) element.textContent = text
  return element
}

// {paragraphs: [{chunks, goesOn}], chunks: [{start, stop, from, to}], chunkOf, start, stop, owner, cut}. A token
// without characters of its own (special ones, line breaks) has start = stop and is shown as a chip; one that shares
// another's characters (bytes of one letter) belongs to that one, its owner.
function lvTextLayout({ text, offsets, tokens }) {
  let last = 0
  for (let token = 0; token < tokens; token += 1) last = Math.max(last, offsets[2 * token + 1])
  const lines = [...text.slice(0, last).matchAll(/[^\r\n]+/g)]
  const paragraphs = lines.map((line) => ({ start: line.index, stop: line.index + line[0].length, chunks: [] }))
  if (!paragraphs.length) paragraphs.push({ start: 0, stop: 0, chunks: [] })
  const layout = {
    paragraphs,
    chunks: [],
    chunkOf: new Int32Array(tokens),
    start: new Int32Array(tokens),
    stop: new Int32Array(tokens),
    owner: Int32Array.from({ length: tokens }, (_, token) => token),
    cut: /\S/.test(text.slice(last, last + 10_000)),
  }
  let number = 0
  let cursor = 0
  let worded = -1 // the last token with characters
  for (let token = 0; token < tokens; token += 1) {
    let [from, to] = [offsets[2 * token], offsets[2 * token + 1]]
    if (to > from && to <= cursor && worded >= 0) {
      layout.owner[token] = worded
      layout.chunkOf[token] = layout.chunkOf[worded]
      layout.chunks[layout.chunkOf[token]].to = token + 1
      continue
    }
    if (to > from) {
      from = Math.max(from, cursor)
      while (number + 1 < paragraphs.length && paragraphs[number + 1].start < to && paragraphs[number].stop <= from) {
        number += 1
      }
      from = Math.max(from, paragraphs[number].start)
      cursor = Math.max(cursor, to)
      to = Math.min(to, paragraphs[number].stop)
    }
    const chip = to <= from
    if (!chip) worded = token
    let paragraph = paragraphs[number]
    let chunk = paragraph.chunks.at(-1)
    if (!chip && from - paragraph.start > LV_TEXT_LONG && chunk && /\s/.test(text[from - 1])) {
      paragraph.chunks.at(-1).stop = from
      paragraph = { start: from, stop: paragraph.stop, chunks: [], goesOn: true }
      paragraphs.splice(++number, 0, paragraph)
      paragraphs[number - 1].stop = from
      chunk = undefined
    }
    if (!chunk || token - chunk.from >= LV_TEXT_CHUNK) {
      chunk = { start: chunk ? chunk.stop : paragraph.start, stop: 0, from: token, to: token, spans: null }
      chunk.stop = chunk.start
      paragraph.chunks.push(chunk)
      layout.chunks.push(chunk)
    }
    layout.start[token] = chip ? chunk.stop : from
    layout.stop[token] = chip ? chunk.stop : to
    chunk.stop = layout.stop[token]
    chunk.to = token + 1
    layout.chunkOf[token] = layout.chunks.length - 1
  }
  for (const { chunks, stop } of paragraphs) if (chunks.length) chunks.at(-1).stop = stop
  layout.paragraphs = paragraphs.filter(({ chunks }) => chunks.length)
  return layout
}

// A new head or layer brings the same words: then the text stays where it was scrolled to.
function lvSameText(data, other) {
  if (data?.tokens !== other?.tokens || data?.text !== other?.text) return false
  return data.offsets.every((offset, index) => offset === other.offsets[index])
}

function lvChipText(piece) {
  return /^[\sĊčĠ▁]*$/u.test(piece) ? "↵" : plainPiece(piece)
}
