// Tokens as a reader sees them.

// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u001f\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/**
 * A token's text with invisible characters written out, cut to a number of characters.
 *
 * @param {string} piece
 * @param {number} [limit]
 */
export function plainPiece(piece, limit = 24) {
  const start = piece.length > 4 * limit ? piece.slice(0, 4 * limit) : piece
  const seen = start.replace(UNSEEN, (unseen) => "\\u" + unseen.charCodeAt(0).toString(16).padStart(4, "0"))
  const characters = [...seen]
  return characters.length > limit ? characters.slice(0, limit - 1).join("") + "…" : seen
}
