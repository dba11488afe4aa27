import { forget } from '../device.ts'

/// Forgets what the device keeps when somebody signs out. The server asks the browser for
/// the same; not every browser does it.
export const forgetAtDeparture = (): void => {
  document.addEventListener('submit', event => {
    if (!event.defaultPrevented && (event.target as HTMLFormElement).getAttribute('action') === '/departures') forget()
  })
}
