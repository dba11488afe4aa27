/// A repeatable source of chance: the same seed makes the same session.
export const random = seed => {
  let state = seed >>> 0
  const next = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = n => Math.floor(next() * n)
  return {
    below,
    chance: p => next() < p,
    of: list => list[below(list.length)],
    bits: () => Math.floor(next() * 4294967296),
    /// One of the functions, by weight.
    weighted: pairs => {
      let left = next() * pairs.reduce((sum, [weight]) => sum + weight, 0)
      return pairs.find(([weight]) => (left -= weight) < 0)[1]
    },
  }
}
