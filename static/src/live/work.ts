/// While very much comes in, a form asks a browser for a little work: a number that makes
/// the SHA-256 of a text begin with zeros (app/flood says which, and why it is a speed bump
/// only). It is done in slices, so that the page stays usable; a form that is sent before it
/// is done waits to be looked at, as one does where no scripts run.
export const doWork = (): void => {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-work]')) {
    const text = form.querySelector<HTMLInputElement>('[name=challenge]')?.value
    const answer = form.querySelector<HTMLInputElement>('[name=number]')
    const bits = Number(form.dataset.work)
    if (!text || !answer) continue
    let number = 0
    const slice = (): void => {
      for (const end = performance.now() + 20; performance.now() < end; number++) {
        if (zeros(`${text}:${number}`) >= bits) {
          answer.value = String(number)
          return
        }
      }
      setTimeout(slice)
    }
    slice()
  }
}

/// The constants of SHA-256: the first 32 bits of the fractions of roots of primes (FIPS
/// 180-4, 4.2.2 and 5.3.3).
const roots: number[] = []
const first: number[] = []
for (let n = 2; roots.length < 64; n++) {
  let isPrime = true
  for (let d = 2; d * d <= n; d++) if (n % d === 0) isPrime = false
  if (!isPrime) continue
  if (first.length < 8) first.push((n ** (1 / 2) * 2 ** 32) | 0)
  roots.push((n ** (1 / 3) * 2 ** 32) | 0)
}

const words = new Int32Array(64)

/// How many zero bits the SHA-256 of a text of ASCII letters begins with, of its first 32
/// (FIPS 180-4, 6.2).
export const zeros = (text: string): number => {
  const blocks = Math.ceil((text.length + 9) / 64)
  const message = new DataView(new ArrayBuffer(blocks * 64))
  for (let i = 0; i < text.length; i++) message.setUint8(i, text.charCodeAt(i))
  message.setUint8(text.length, 0x80)
  message.setUint32(blocks * 64 - 4, text.length * 8)
  let hash = first
  for (let block = 0; block < blocks; block++) {
    let [a, b, c, d, e, f, g, h] = hash as [number, number, number, number, number, number, number, number]
    for (let i = 0; i < 64; i++) {
      if (i < 16) words[i] = message.getInt32(block * 64 + i * 4)
      else {
        const w15 = words[i - 15]!, w2 = words[i - 2]!
        words[i] = (words[i - 16]! + words[i - 7]! + (turn(w15, 7) ^ turn(w15, 18) ^ w15 >>> 3) + (turn(w2, 17) ^ turn(w2, 19) ^ w2 >>> 10)) | 0
      }
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e & f ^ ~e & g) + roots[i]! + words[i]!) | 0
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a & b ^ a & c ^ b & c)) | 0
      h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0
    }
    const mixed = [a, b, c, d, e, f, g, h]
    hash = hash.map((value, i) => (value + mixed[i]!) | 0)
  }
  return Math.clz32(hash[0]!)
}

const turn = (value: number, by: number): number => value >>> by | value << (32 - by)
