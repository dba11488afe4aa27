// What the editor says about where the text is. Pure: events go in, a sentence's key
// comes out. It says "saved" only on the server's acknowledgement.

/// What there is to know. `unsaved` is whether something typed here awaits its
/// acknowledgement; `late`, whether it has awaited it for long.
export interface Standing {
  readonly line: 'opening' | 'open' | 'away'
  readonly end: End | null
  readonly mayWrite: boolean
  readonly isHere: boolean
  readonly unsaved: boolean
  readonly late: boolean
  /// The forum had no room for what is unsaved.
  readonly full: boolean
  /// What is unsaved is also kept on the device.
  readonly kept: boolean
}

/// Why a connection doesn't come back by itself.
export type End = 'session' | 'access' | 'gone' | 'outdated'

export type Event =
  | { readonly type: 'opened' }
  | { readonly type: 'closed' }
  | { readonly type: 'ended', readonly why: End }
  | { readonly type: 'resumed' }
  | { readonly type: 'role', readonly mayWrite: boolean }
  | { readonly type: 'arrived' }
  | { readonly type: 'renewed' }
  | { readonly type: 'typed' }
  | { readonly type: 'settled' }
  | { readonly type: 'late' }
  | { readonly type: 'full' }
  | { readonly type: 'kept', readonly kept: boolean }

/// A key of the catalogue below "editor.status.".
export type Status =
  | 'connecting' | 'saved' | 'saving' | 'unsaved' | 'kept' | 'reading' | 'offline' | 'offline_unsaved' | 'offline_kept' | 'full_unsaved' | 'full_kept'
  | 'session' | 'session_unsaved' | 'session_kept' | 'access' | 'gone' | 'outdated'

export const beginning = (mayWrite: boolean): Standing =>
  ({ line: 'opening', end: null, mayWrite, isHere: false, unsaved: false, late: false, full: false, kept: false })

/// The standing after an event.
export const after = (s: Standing, e: Event): Standing => {
  switch (e.type) {
    case 'opened': return { ...s, line: 'open', end: null }
    case 'closed': return { ...s, line: 'away', late: false }
    case 'ended': return { ...s, line: 'away', end: e.why, late: false }
    case 'resumed': return { ...s, line: 'opening', end: null }
    case 'role': return { ...s, mayWrite: e.mayWrite }
    case 'arrived': return { ...s, isHere: true }
    case 'renewed': return { ...s, isHere: false, unsaved: false, late: false, full: false }
    case 'typed': return { ...s, unsaved: true }
    case 'settled': return { ...s, unsaved: false, late: false, full: false }
    case 'full': return { ...s, full: s.unsaved }
    case 'late': return { ...s, late: s.unsaved }
    case 'kept': return { ...s, kept: e.kept }
  }
}

/// What is said of it.
export const statusOf = (s: Standing): Status => {
  const where = s.kept ? 'kept' : 'unsaved'
  if (s.end === 'session') return s.unsaved ? `session_${where}` : 'session'
  if (s.end !== null) return s.end
  if (s.full) return `full_${where}`
  if (s.line === 'away') return s.unsaved ? `offline_${where}` : 'offline'
  if (s.line === 'opening' || !s.isHere) return s.unsaved ? where : 'connecting'
  if (s.unsaved) return s.late ? where : 'saving'
  return s.mayWrite ? 'saved' : 'reading'
}

/// Whether the person may type: they go on while the line is away, for what they type is
/// kept and sent later.
export const isEditable = (s: Standing): boolean =>
  s.isHere && s.mayWrite && (s.end === null || s.end === 'session')
