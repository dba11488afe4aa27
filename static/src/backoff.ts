/// How long to wait before the next attempt, in milliseconds: doubling from half a second
/// to 20 s, of which a random half is taken off, so that a restarted server isn't met by
/// everybody at once. What the server asked for is waited at the least.
export const delay = (attempt: number, asked = 0, random = Math.random()): number => {
  const longest = Math.min(20_000, 500 * 2 ** Math.min(attempt, 10))
  return asked + longest * (1 - random / 2)
}

/// What the reason of a close frame asks for, "retry-ms=N".
export const askedDelay = (reason: string): number => Number(/^retry-ms=(\d{1,6})$/.exec(reason)?.[1] ?? 0)
