import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mkdtemp, rm } from 'node:fs/promises'
import { build } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/// Loads a module of src/ as the browser gets it, bundled, for a test in Node.
export const load = async path => {
  const folder = await mkdtemp(join(root, 'test', '.bundle-'))
  try {
    const outfile = join(folder, 'module.mjs')
    await build({ absWorkingDir: root, entryPoints: [`src/${path}`], bundle: true, format: 'esm', platform: 'node', outfile, logLevel: 'error' })
    return await import(outfile)
  } finally {
    await rm(folder, { recursive: true })
  }
}
