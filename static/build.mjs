// Builds what a browser receives into dist/: scripts and styles with a hash in their
// names, each beside its compressed forms, and manifest.json, by which the program finds
// them. Fails if a part grew beyond its budget. Source maps go to ../bin/maps/, for
// everything in dist/ becomes part of the program.
import { build } from 'esbuild'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const dist = join(here, 'dist')
const maps = join(here, '..', 'bin', 'maps')

/// The entries, and how many kB (of 1000 bytes, in brotli) each may weigh. A phone on
/// 3G (1.6 Mbit/s) takes in 120 kB in 0.6 s.
const entries = [
  { name: 'app.css', source: 'css/app.css', budget: 12 },
  { name: 'editor.css', source: 'css/editor.css', budget: 12 },
  { name: 'live.js', source: 'src/live.ts', budget: 8 },
  { name: 'editor.js', source: 'src/editor.ts', budget: 120 },
]

const stem = name => name.slice(0, name.lastIndexOf('.'))

const bundle = () => build({
  absWorkingDir: here,
  entryPoints: entries.map(({ name, source }) => ({ in: source, out: stem(name) })),
  outdir: 'dist',
  entryNames: '[name]-[hash]',
  bundle: true,
  write: false,
  metafile: true,
  minify: true,
  format: 'esm',
  target: ['chrome109', 'firefox115', 'safari16.4'],
  charset: 'utf8',
  sourcemap: 'linked',
  legalComments: 'none',
})

const compressed = contents => ({
  br: brotliCompressSync(contents, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: contents.length } }),
  gz: gzipSync(contents, { level: 9 }),
})

/// Empties dist/ but for the file that keeps the folder in the repository.
const clear = async () => {
  await mkdir(dist, { recursive: true })
  await mkdir(maps, { recursive: true })
  for (const name of await readdir(dist)) {
    if (name !== '.gitkeep') await rm(join(dist, name), { recursive: true })
  }
}

/// Writes one built file and its compressed forms; returns its weight in brotli bytes.
const put = async ({ path, contents }) => {
  const { br, gz } = compressed(contents)
  const name = join(dist, basename(path))
  await Promise.all([writeFile(name, contents), writeFile(name + '.br', br), writeFile(name + '.gz', gz)])
  return br.length
}

const { metafile, outputFiles } = await bundle()
await clear()
const manifest = {}
const overweight = []
for (const file of outputFiles) {
  if (file.path.endsWith('.map')) {
    await writeFile(join(maps, basename(file.path)), file.contents)
    continue
  }
  const { entryPoint } = metafile.outputs['dist/' + basename(file.path)]
  const { name, budget } = entries.find(e => e.source === entryPoint)
  const weight = await put(file)
  manifest[name] = basename(file.path)
  console.log(`${name.padEnd(12)}${(weight / 1000).toFixed(1).padStart(7)} kB of ${budget}`)
  if (weight > budget * 1000) overweight.push(name)
}
if (overweight.length > 0) {
  console.error(`over their budget: ${overweight.join(', ')}`)
  process.exit(1)
}
await writeFile(join(dist, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n')
