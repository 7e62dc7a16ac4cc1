// Whether a pattern allows a pair, and of which kind it is, by the few numbers of its rule.
const PANEL_NONE = "outside"

// Each returns (query, key) => kind; "outside" where the pair is never scored.
const PANEL_RULES = {
  full: () => () => "full",

  band({ half, dilation, globals }, arrays, tokens) {
    const isGlobal = new Uint8Array(tokens)
    for (const position of globals) isGlobal[position] = 1
    const reach = half * dilation
    const near = dilation > 1 ? "dilated" : "local"
    return (query, key) => {
      if (isGlobal[query] || isGlobal[key]) return "global"
      const distance = query < key ? key - query : query - key
      return distance <= reach && distance % dilation === 0 ? near : PANEL_NONE
    }
  },

  chunks: ({ size, stride }) => (query, key) => {
    const [early, late] = query < key ? [query, key] : [key, query]
    return late < Math.floor(early / stride) * stride + size ? "chunk" : PANEL_NONE
  },

  blocks({ size, half, first, last, random }, { drawn }) {
    const isGlobal = (block) => block < first || block >= last
    return (query, key) => {
      const [row, column] = [Math.floor(query / size), Math.floor(key / size)]
      if (isGlobal(row) || isGlobal(column)) return "global"
      if (Math.abs(row - column) <= half) return "local"
      for (let place = row * random; place < (row + 1) * random; place++) {
        if (drawn[place] === column) return "random"
      }
      return PANEL_NONE
    }
  },

  hashed({ rounds, chunks }, { chunk }, tokens) {
    return (query, key) => {
      for (let round = 0; round < rounds; round++) {
        const asking = chunk[round * tokens + query]
        const asked = chunk[round * tokens + key]
        if (asked === asking || asked === asking - 1) return "hashed"
        // Before the first chunk of a round lies the last one of the round before.
        if (asking === 0 && chunk[((round + rounds - 1) % rounds) * tokens + key] === chunks - 1) return "hashed"
      }
      return PANEL_NONE
    }
  },
}

function panelRule(rule, arrays, tokens) {
  return PANEL_RULES[rule.kind](rule, arrays, tokens)
}

// What the payload says, ready to be asked for any pair: score once, weight in each panel.
class PanelData {
  constructor(bytes) {
    const data = decodePayload(bytes)
    const { grid, arrays } = data
    Object.assign(this, { crc: data.crc, tokens: data.tokens, pieces: data.pieces, trained: data.trainedTokens })
    Object.assign(this, { layer: grid.layer, head: grid.head, side: grid.side, size: grid.size, names: grid.kinds })
    this.queries = arrays.queries
    this.keys = arrays.keys
    this.leftOut = new Uint8Array(data.tokens)
    for (const position of grid.left_out) this.leftOut[position] = 1
    this.panels = grid.panels.map((panel, number) => {
      const own = (name) => arrays[name + number]
      return {
        ...panel,
        codes: own("codes"),
        kinds: own("kinds"),
        shares: own("shares"),
        lse: own("lse"),
        kindOf: panelRule(panel.rule, { drawn: own("drawn"), chunk: own("chunk") }, data.tokens),
      }
    })
  }

  score(query, key) {
    const { queries, keys, size } = this
    let sum = 0
    for (let place = 0; place < size; place++) sum += queries[query * size + place] * keys[key * size + place]
    return sum
  }

  // {kind, weight}; weight is null outside the pattern and in rows that are left out.
  pair(number, query, key) {
    const panel = this.panels[number]
    const kind = panel.kindOf(query, key)
    const seen = kind !== PANEL_NONE && !this.leftOut[query]
    return { kind, weight: seen ? Math.exp(this.score(query, key) - panel.lse[query]) : null }
  }
}
