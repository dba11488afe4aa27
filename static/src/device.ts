// What a device keeps of somebody: what is half written in forms (live/draft.ts) and, if
// they asked for it, what they typed in an editor and the forum doesn't have yet
// (editor/copies.ts). All of it belongs to one account, which pages tell by a mark that
// says nothing to anybody else.

const ownerKey = 'owner'

/// The database of editors.
export const databaseName = 'copies'

/// Does what a browser may refuse: storage may be forbidden or full. Then nothing is kept,
/// and nothing breaks.
export const attempt = <T>(act: () => T): T | null => {
  try { return act() } catch { return null }
}

/// The mark of the reader's account; empty if nobody is signed in.
export const owner = (): string => document.body.dataset.owner ?? ''
const keptOwner = (): string | null => attempt(() => localStorage.getItem(ownerKey))

/// Says that what is kept is the reader's.
export const claim = (): void => { attempt(() => localStorage.setItem(ownerKey, owner())) }

export const isOurs = (): boolean => owner() !== '' && keptOwner() === owner()

/// Forgets everything. Other windows hear of it, and keep nothing from then on.
export const forget = (): void => {
  attempt(() => localStorage.clear())
  attempt(() => indexedDB.deleteDatabase(databaseName))
}

/// Forgets what is another person's. Of whoever isn't signed in nothing is known: it may be
/// the same person, whose session ended, and who comes back.
export const forgetOthers = (): void => {
  if (owner() !== '' && keptOwner() !== null && !isOurs()) forget()
}
