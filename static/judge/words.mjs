// What people type: Latin, Hangul in syllables and in parts, Han, emoji of one, two and
// more code points, combining marks, and halves of surrogate pairs as a clumsy program
// leaves them.
export const snippets = [
  'a', 'b', ' ', 'the ', 'word', 'sentence. ', 'x', '\n', 'hello world ',
  '가', '나', '다람쥐', '한국어 ', '헌법 제1조 ', 'ㅎ', 'ㅏ', 'ㄴ', '각',
  '漢字', 'é', 'é', 'ß', '\u200d', '\u00a0', '‮',
  '😀', '👩‍👩‍👧‍👦', '🇰🇷', '𝒳', '👍🏽', '𠮷野家',
  '\ud83d', '\ude00', 'a\udc00b', '\ud800\ud800',
  '<b>', '"quoted"', '\\', '\u0000',
]

export const values = [
  null, undefined, true, false, 0, -0, 1, -1, 63, 64, -64, 127, 128, 2 ** 31 - 1, -(2 ** 31 - 1), 2 ** 31,
  2 ** 53 - 1, -(2 ** 53 - 1), 0.5, 0.1, -1.5, 1e300, NaN, Infinity, -Infinity,
  '', 'string', '한글', '😀', '\ud83d', 123n, -(2n ** 63n), 2n ** 63n - 1n,
  [], {}, [1, 'two', null, [true]], { a: 1, b: { c: [undefined, 1.25] }, 한: '글' },
  { bytes: new Uint8Array([0, 127, 255]), numbers: [5n, -0, NaN] },
]

/// Values JSON can carry, for marks and embeds.
export const jsonValues = [
  true, 'x', 'https://example.org/한글', 0, -1, 0.1, 1e300, '😀', { href: 'https://example.org', title: null },
  {}, { id: 7 }, { nested: { deep: [1, 2] } }, [1, 2],
]
