// What makes pages livelier than they are: news arrives without reloading, what is half
// written survives a closed tab, and leaving in a hurry takes one key. Every page works
// without it.
import { forgetOthers } from './device.ts'
import { forgetAtDeparture } from './live/departure.ts'
import { keepDrafts } from './live/draft.ts'
import { watchExit } from './live/exit.ts'
import { linkMarks } from './live/marks.ts'
import { sendOnce } from './live/once.ts'
import { offerComments } from './live/pick.ts'
import { markRead } from './live/read.ts'
import { slashToSearch } from './live/search.ts'
import { doWork } from './live/work.ts'
import { defineZone } from './live/zone.ts'
import { stringsOf } from './strings.ts'

const t = stringsOf('live-strings')

watchExit()
forgetOthers()
keepDrafts(t)
markRead()
forgetAtDeparture()
sendOnce()
offerComments(t)
linkMarks()
slashToSearch()
doWork()
defineZone(t)
