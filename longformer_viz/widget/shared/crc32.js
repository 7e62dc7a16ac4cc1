// The checksum of a payload. Eight bytes are taken at a time, so that 8 MB take a few milliseconds.

const TABLES = (() => {
  const first = new Int32Array(256)
  for (let byte = 0; byte < 256; byte++) {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
    first[byte] = value
  }
  const tables = [first]
  for (let table = 1; table < 8; table++) {
    tables.push(tables[table - 1].map((value) => (value >>> 8) ^ first[value & 255]))
  }
  return tables
})()

/**
 * CRC-32 of the bytes from a position on, as zlib computes it.
 *
 * @param {Uint8Array} bytes
 * @param {number} start
 */
export function crc32(bytes, start) {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES
  let crc = -1
  let position = start
  // Words can be read where they lie at a multiple of four bytes, as every payload of this version does.
  const aligned = (bytes.byteOffset + start) % 4 === 0
  const length = aligned ? (bytes.length - start) >> 2 : 0
  const words = new Int32Array(bytes.buffer, aligned ? bytes.byteOffset + start : 0, length)
  for (let word = 0; word + 1 < words.length; word += 2) {
    const low = crc ^ words[word]
    const high = words[word + 1]
    crc =
      t7[low & 255] ^
      t6[(low >>> 8) & 255] ^
      t5[(low >>> 16) & 255] ^
      t4[low >>> 24] ^
      t3[high & 255] ^
      t2[(high >>> 8) & 255] ^
      t1[(high >>> 16) & 255] ^
      t0[high >>> 24]
    position += 8
  }
  for (; position < bytes.length; position++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[position]) & 255]
  return (crc ^ -1) >>> 0
}
