// The parts of a Word document, and a document made of parts, for tests that edit one as
// somebody would in an office program.
import { inflateRawSync } from 'node:zlib'

/// Returns the parts of a ZIP file by their names (APPNOTE.TXT 4.3).
export const partsOf = file => {
  const end = file.lastIndexOf(Buffer.from('PK\x05\x06'))
  const parts = new Map()
  let at = file.readUInt32LE(end + 16)
  for (let left = file.readUInt16LE(end + 10); left > 0; left--) {
    const [method, packed, name, extra, comment] = [[10, 2], [20, 4], [28, 2], [30, 2], [32, 2]].map(([from, bytes]) => file.readUIntLE(at + from, bytes))
    const local = file.readUInt32LE(at + 42)
    const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
    const content = file.subarray(start, start + packed)
    parts.set(file.toString('utf8', at + 46, at + 46 + name), method === 8 ? inflateRawSync(content) : content)
    at += 46 + name + extra + comment
  }
  return parts
}

const crc = bytes => {
  let sum = ~0
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum >>> 1 ^ (sum & 1 ? 0xEDB88320 : 0)
  }
  return ~sum >>> 0
}

const fields = (...list) => Buffer.concat(list.map(([value, bytes]) => {
  const field = Buffer.alloc(bytes)
  field.writeUIntLE(value, 0, bytes)
  return field
}))

/// Makes a ZIP file of parts, which are stored as they are.
export const fileOf = parts => {
  const locals = [], centrals = []
  let at = 0
  for (const [name, content] of parts) {
    const called = Buffer.from(name)
    const common = fields([20, 2], [0, 2], [0, 2], [0, 2], [0x21, 2], [crc(content), 4], [content.length, 4], [content.length, 4], [called.length, 2], [0, 2])
    locals.push(Buffer.from('PK\x03\x04'), common, called, content)
    centrals.push(Buffer.from('PK\x01\x02'), fields([20, 2]), common, fields([0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), called)
    at += 4 + common.length + called.length + content.length
  }
  const central = Buffer.concat(centrals)
  return Buffer.concat([...locals, central, Buffer.from('PK\x05\x06'), fields([0, 2], [0, 2], [parts.size, 2], [parts.size, 2], [central.length, 4], [at, 4], [0, 2])])
}
